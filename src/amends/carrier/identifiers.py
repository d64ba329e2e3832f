"""The numbers a carrier knows people by: SSN, licence, telephone, IMEI, IMSI, account.

Every number is a permutation of the person's or line's own number, so two people never share one by accident, in
one part or in many. Telephone numbers start with the exchange 555 of every area code, which reaches nobody, and go
on to other exchanges only when a state has more lines than that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from amends.carrier.dice import Dice, Whole

SSN_SPACE = 898 * 99 * 9999
PLACEHOLDER_SSNS = (123456789, 999999999, 0, 111111111, 987654321, 888888888)
"""What clerks type where a number is demanded and none is given; none was ever issued to anybody."""


def picture(shape: str, numbers: Whole) -> pa.StringArray:
    """Numbers written in a shape: each `9` is the next decimal digit, each `A` a letter, anything else itself.

    The last place of the shape holds the lowest digit. `shape` must be ASCII.
    """
    cells = np.empty((len(numbers), len(shape)), np.uint8)
    rest = numbers.copy()
    for place in range(len(shape) - 1, -1, -1):
        mark = shape[place]
        if mark in "9A":
            radix, first = (10, 48) if mark == "9" else (26, 65)
            rest, digit = np.divmod(rest, radix)
            cells[:, place] = digit + first
        else:
            cells[:, place] = ord(mark)
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * len(shape)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(cells))


def shape_space(shape: str) -> int:
    """How many different numbers a shape can hold."""
    return 10 ** shape.count("9") * 26 ** shape.count("A")


def written_by_group(shapes: Sequence[str], group: Whole, numbers: Whole) -> pa.StringArray:
    """Each number written in the shape of its group (index into `shapes`), in the order given."""
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(len(shapes) + 1))
    pieces = [
        picture(shape, numbers[order[low:high]]) for shape, low, high in zip(shapes, edges[:-1], edges[1:], strict=True)
    ]
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return pa.chunked_array(pieces, pa.string()).combine_chunks().take(pa.array(back))


def rank_in_group(group: Whole) -> Whole:
    """For each element, how many of the same group stand before it."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    ranks = np.empty(len(group), np.int64)
    ranks[order] = np.arange(len(group)) - starts
    return ranks


def ssns(dice: Dice, people: Whole) -> Whole:
    """A structurally valid nine-digit SSN for each human id: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    number = dice.shuffle("ssn", people, SSN_SPACE)
    area, rest = np.divmod(number, 99 * 9999)
    group, serial = np.divmod(rest, 9999)
    area += 1 + (area >= 665)
    return area * 1_000_000 + (group + 1) * 10_000 + serial + 1


def accounts(dice: Dice, holders: Whole) -> Whole:
    """A ten-digit account number for each number below 900 million; it starts with 1, so it is no telephone number."""
    return 1_000_000_000 + dice.shuffle("account", holders, 900_000_000)


def imeis(dice: Dice, lines: Whole) -> Whole:
    """A fifteen-digit IMEI with its Luhn check digit for each line number."""
    body = 35 * 10**12 + dice.shuffle("imei", lines, 10**12)
    return body * 10 + luhn(body)


def luhn(body: Whole) -> Whole:
    """The Luhn check digit of each number (ISO/IEC 7812-1, annex B)."""
    total = np.zeros(len(body), np.int64)
    rest, doubled = body.copy(), True
    while rest.any():
        rest, digit = np.divmod(rest, 10)
        total += np.where(doubled, digit * 2 - 9 * (digit > 4), digit)
        doubled = not doubled
    return -total % 10


def imsis(dice: Dice, lines: Whole) -> Whole:
    """A fifteen-digit IMSI for each line number: country 310, a network code nobody uses, subscriber."""
    return 310_995 * 10**9 + dice.shuffle("imsi", lines, 10**9)


def phones(dice: Dice, areas: Sequence[npt.NDArray[np.int64]], state: Whole, rank: Whole) -> Whole:
    """A ten-digit number for the line of each rank in its state, from the state's area codes."""
    exchanges = np.array([555, *(e for e in range(200, 1000) if e % 100 != 11 and e != 555)], np.int64)
    widest = max(len(codes) for codes in areas)
    table = np.zeros((len(areas), widest), np.int64)
    for index, codes in enumerate(areas):
        table[index, : len(codes)] = codes
    count = np.array([len(codes) for codes in areas], np.int64)[state]
    turn, place = np.divmod(rank, count)
    exchange, line = np.divmod(turn, 10_000)
    line = (line * 6_007 + dice.salt("phone") % 10_000 + place * 1_234) % 10_000
    return (table[state, place] * 1000 + exchanges[exchange % len(exchanges)]) * 10_000 + line
