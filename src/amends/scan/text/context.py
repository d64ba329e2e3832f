"""Context: which words of the table stand shortly before or behind a value; shapes of bytes that kernels ask for.

Every function reads only between the bounds it is given, so what it says does not depend on how a text was cut.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.scan.text.lanes import ONE, among, below, digits, first, inner, last, many, wordy
from amends.scan.text.patterns import ABOUT, CONTRARY
from amends.scan.text.vocabulary import meaning
from amends.scan.values.compiled import fused, leaf

REACH: Final = 40
"""Bytes before a value in which its words may stand."""
REACH_BEHIND: Final = 14

ALONE: Final = 0
BESIDE: Final = 1
AGAINST: Final = 2

DIGIT: Final = 1
UPPER: Final = 2
LOWER: Final = 4
WORD: Final = 8
"""A letter of any script, or `#`, which ends words such as `id#`."""
MAIL: Final = 16
"""A byte of the local part of an e-mail address."""
HEX: Final = 32


def _shapes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    table = np.zeros(256, np.uint8)
    for text, bits in (
        ("0123456789", DIGIT | MAIL | HEX), ("abcdefghijklmnopqrstuvwxyz", LOWER | WORD | MAIL),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", UPPER | WORD | MAIL), ("abcdefABCDEF", HEX), ("._%+-", MAIL), ("#", WORD),
    ):  # fmt: skip
        for letter in text:
            table[ord(letter)] |= bits
    table[128:] = WORD
    table[0xE2] = 0
    return table


SHAPE: Final = _shapes()
_NONE: Final = np.uint64(0)


@fused
def is_alnum(byte):  # type: ignore[no-untyped-def]
    """Whether a byte is an ASCII letter or digit."""
    return np.uint8((byte | 32) - 97) < 26 or np.uint8(byte - 48) < 10


@fused
def is_digit(byte):  # type: ignore[no-untyped-def]
    """Whether a byte is an ASCII digit."""
    return np.uint8(byte - 48) < 10


@leaf
def before(data, start, at, wanted, words):  # type: ignore[no-untyped-def]
    """The nearest word between `start` and `at`, at most `REACH` bytes, that speaks of a value, and all that is known.

    Reads backward, until `wanted` is among what it knows (0: any word will do) or the nearest word contradicts it.
    On an earlier line, a number takes the words before it for itself. Masks (found, near).
    """
    found = near = _NONE
    base = at - 64
    edge = start - base
    letters = wordy(data, base)
    lines = among(data, base, 0, 10, 10) & ~below(edge)
    if lines:
        numbers = digits(data, base) & below(last(lines)) & ~below(edge)
        if numbers:
            edge = last(numbers) + 1
    cut = letters & (ONE << np.uint64(edge - 1)) != 0
    open_ = letters & ~below(edge)
    region = (letters | inner(data, base)) & ~below(edge)
    while open_:
        end = last(open_)
        begin = last(~region & below(end)) + 1
        word = open_ & ~below(begin)
        open_ ^= word
        if begin == edge and cut:
            break
        mask = meaning(data, base + first(word), base + end + 1, many(word), words)
        if mask:
            found |= mask
            if mask & ABOUT and near == 0:
                near = mask
            if near and (wanted == 0 or found & wanted or (near & CONTRARY and near & wanted == 0)):
                break
    return found, near


@leaf
def behind(data, at, stop, words):  # type: ignore[no-untyped-def]
    """Mask of the words close behind a value on its line, up to the next digit."""
    found = _NONE
    letters = wordy(data, at)
    ends = (digits(data, at) | among(data, at, 0, 10, 10) | ~below(REACH_BEHIND + 1)) & ~letters
    if stop - at < 64:
        ends |= ONE << np.uint64(stop - at)
    open_ = letters & below(first(ends)) if ends else letters
    while open_:
        begin = first(open_)
        width = min(first(~(open_ >> np.uint64(begin))), 63)
        found |= meaning(data, at + begin, at + begin + width, width, words)
        open_ &= ~(below(width) << np.uint64(begin))
    return found


@fused
def level(found, near, element):  # type: ignore[no-untyped-def]
    """ALONE, BESIDE a word of the element (its bit), or AGAINST a contrary word."""
    if near & CONTRARY and near & element == 0:
        return AGAINST
    return BESIDE if found & element else ALONE


@fused
def number(data, start, end):  # type: ignore[no-untyped-def]
    """The value of the digits among some bytes; the first 18 count."""
    value = np.int64(0)
    digits_ = 0
    for i in range(start, end):
        if is_digit(data[i]) and digits_ < 18:
            value = value * 10 + (np.int64(data[i]) - 48)
            digits_ += 1
    return value
