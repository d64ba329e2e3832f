"""The USPS Intelligent Mail barcode: 20 tracking digits and a ZIP code as 65 bars of four kinds.

Source: USPS-B-3200, Intelligent Mail Barcode 4-State Specification, section 3 and appendices. A bar is A (ascender),
D (descender), F (full) or T (tracker); the string of 65 letters is what the barcode font prints.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numba import njit

from amends.facts import facts_of

BARS: Final = 65
TRACKING: Final = 20
ROUTINGS: Final = (0, 5, 9, 11)
"""How many digits a routing code may have: none, ZIP, ZIP+4, ZIP+4 with delivery point."""

_POLYNOMIAL: Final = 0x0F35
_CHARACTERS: Final = 10
_ALL: Final = 0x1FFF


def encode(tracking: np.ndarray[Any, Any], routing: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The bars of each piece: uint8 (n, 65), the letters A, D, F and T in ASCII; a row of zeros where there is none.

    `tracking` is uint8 (n, 20) of ASCII digits; `routing` is uint8 (n, 11) of ASCII digits, padded with zero bytes on
    the right. A row has no bars when a digit is none, when the second tracking digit is above 4, or when the routing
    code has a number of digits that is not in `ROUTINGS`.
    """
    bars = np.zeros((len(tracking), BARS), np.uint8)
    _encode(tracking, routing, _characters(), _mapping(), bars)
    return bars


@cache
def _characters() -> np.ndarray[Any, Any]:
    """The 1,365 characters of 13 bits: those with five bits set, then those with two (appendix D, tables I and II)."""
    return np.array([*_with_bits(5), *_with_bits(2)], np.uint16)


def _with_bits(count: int) -> list[int]:
    pairs: list[int] = []
    palindromes: list[int] = []
    for value in range(1 << 13):
        mirrored = int(f"{value:013b}"[::-1], 2)
        if value.bit_count() == count and mirrored == value:
            palindromes.append(value)
        elif value.bit_count() == count and mirrored > value:
            pairs += [value, mirrored]
    return pairs + palindromes[::-1]


@cache
def _mapping() -> np.ndarray[Any, Any]:
    """Character and bit of each bar's lower and upper part: uint8 (65, 4)."""
    rows = facts_of("amends.notices", "letters", "imb_bars.yaml")["bars"]
    return np.array(
        [
            (ord(row["descender"]) - 65, row["descender_bit"], ord(row["ascender"]) - 65, row["ascender_bit"])
            for row in rows
        ],
        np.uint8,
    )


@njit(cache=True)
def _times_plus(value, factor, addend):  # type: ignore[no-untyped-def]
    carry = addend
    for index in range(len(value) - 1, -1, -1):
        carry += value[index] * factor
        value[index] = carry & 0xFF
        carry >>= 8


@njit(cache=True)
def _divide(value, divisor):  # type: ignore[no-untyped-def]
    rest = 0
    for index in range(len(value)):
        rest = rest << 8 | value[index]
        value[index] = rest // divisor
        rest %= divisor
    return rest


@njit(cache=True)
def _check_sequence(value):  # type: ignore[no-untyped-def]
    """The 11-bit check sequence over the 102 bits of the value (section 3.2.2; the first two bits of 104 are not)."""
    found = 0x7FF
    for bit in range(2, 8 * len(value)):
        set_bit = value[bit // 8] >> (7 - bit % 8) & 1
        found = (found << 1 ^ _POLYNOMIAL if (found >> 10 & 1) ^ set_bit else found << 1) & 0x7FF
    return found


@njit(cache=True)
def _read(tracking, routing, value):  # type: ignore[no-untyped-def]
    """The digits as one number of 13 bytes; whether they are a tracking and a routing code."""
    value[:] = 0
    length = 0
    while length < len(routing) and routing[length] != 0:
        if not 48 <= routing[length] <= 57:
            return False
        _times_plus(value, 10, routing[length] - 48)
        length += 1
    for index in range(length, len(routing)):
        if routing[index] != 0:
            return False
    if length == 5:
        _times_plus(value, 1, 1)
    elif length == 9:
        _times_plus(value, 1, 100_001)
    elif length == 11:
        _times_plus(value, 1, 1_000_100_001)
    elif length != 0:
        return False
    for index in range(len(tracking)):
        digit = np.int64(tracking[index]) - 48
        if digit < 0 or digit > (4 if index == 1 else 9):
            return False
        _times_plus(value, 5 if index == 1 else 10, digit)
    return True


@njit(cache=True)
def _encode(tracking, routing, characters, mapping, bars):  # type: ignore[no-untyped-def]
    value = np.zeros(13, np.int64)
    words = np.zeros(_CHARACTERS, np.int64)
    for row in range(len(tracking)):
        if not _read(tracking[row], routing[row], value):
            continue
        check = _check_sequence(value)
        words[9] = _divide(value, 636) * 2
        for index in range(8, 0, -1):
            words[index] = _divide(value, 1365)
        words[0] = value[-1] | value[-2] << 8
        if check >> 10 & 1:
            words[0] += 659
        for index in range(_CHARACTERS):
            words[index] = characters[words[index]]
            if check >> index & 1:
                words[index] ^= _ALL
        for bar in range(len(mapping)):
            lower = words[mapping[bar, 0]] >> mapping[bar, 1] & 1
            upper = words[mapping[bar, 2]] >> mapping[bar, 3] & 1
            bars[row, bar] = 70 if lower and upper else 65 if upper else 68 if lower else 84
