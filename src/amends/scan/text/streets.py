"""US postal addresses: a number, some words, a street word; a box; and the unit, state and ZIP code that may follow."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.context import LOWER, SHAPE, UPPER, WORD, is_alnum, is_digit
from amends.scan.text.lanes import ONE, among, below, digits, first, inner, last, many, wordy
from amends.scan.text.patterns import (
    ENDINGS,
    MILITARY,
    NO_STREET,
    REGION,
    STREET,
    STREET_ENDING,
    STREET_FIRST,
    STREET_PLAIN,
    UNIT,
)
from amends.scan.text.vocabulary import meaning
from amends.scan.values.compiled import fused, leaf

_WORDS: Final = 6
_NOTHING: Final = np.uint64(0)
_TAIL: Final = 90
"""Bytes behind a street in which its ZIP code may stand."""


@fused
def _word(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End, mask of the word at `at` (letters, digits, inner apostrophes and points)."""
    letters = wordy(data, at) | digits(data, at) | among(data, at, 0, 0xE2, 0xE2)
    joints = inner(data, at) | among(data, at, 0, 45, 45)
    if data[at] == 46 or (letters | joints) & ONE == 0:
        return at, _NOTHING
    width = min(first(~(letters | joints)), 32, stop - at)
    letters &= below(width)
    if letters == 0:
        return at + width, _NOTHING
    end = at + width
    if data[end - 1] == 45:
        return end, _NOTHING
    mask = meaning(data, at + first(letters), at + last(letters) + 1, many(letters), words)
    if ENDINGS[data[end - 2] & 31] >> (data[end - 1] & 31) & 1:
        mask |= _ending(data, at, end, words)
    return end, mask


@leaf
def _ending(data, start, end, words):  # type: ignore[no-untyped-def]
    """STREET_ENDING if a longer word ends as street names do in Germanic and Nordic languages."""
    for width in (4, 5, 6, 7, 8):
        if end - start < width + 3:
            break
        if meaning(data, end - width, end, width, words) & STREET_ENDING:
            return STREET_ENDING
    return np.uint64(0)


@leaf
def street(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End of the street whose house number ends at `at`; 0 if no street follows."""
    i = at
    if i + 1 < stop and SHAPE[data[i]] & (UPPER | LOWER) and data[i + 1] == 32:
        i += 1
    capitals = True
    found = 0
    for position in range(_WORDS):
        if i >= stop or data[i] != 32:
            break
        i += 1
        begin = i
        i, mask = _word(data, i, stop, words)
        if i == begin:
            break
        lower = SHAPE[data[begin]] & LOWER != 0
        if mask & STREET_ENDING or (position == 0 and mask & STREET_FIRST and i < stop and data[i] == 32):
            found = i
            if mask & STREET_FIRST:
                found = _named(data, i, stop, words)
            break
        if mask & STREET and position and (mask & STREET_PLAIN if lower else capitals):
            found = i
            if lower:
                break
            continue
        if found or mask & NO_STREET:
            break
        capitals = capitals and (not lower or i - begin <= 3)
    return found


@leaf
def _named(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End of up to four words behind a leading street word, as in `Calle de la Luna`; 0 if there is none."""
    i = at
    for _ in range(4):
        if i >= stop or data[i] != 32:
            break
        end, mask = _word(data, i + 1, stop, words)
        if end == i + 1 or mask & (NO_STREET | UNIT) or is_digit(data[i + 1]):
            break
        i = end
    return i if i > at else 0


@leaf
def tail(data, end, stop, words):  # type: ignore[no-untyped-def]
    """End of an address with what follows its street: unit, city, and state with ZIP code, within three lines."""
    end = _unit(data, end, stop, words)
    i = end
    lines = 0
    region = False
    while i < stop and i - end < _TAIL:
        c = data[i]
        if c == 10:
            lines += 1
            if lines > 3 or (i + 1 < stop and data[i + 1] == 10):
                break
            i += 1
        elif SHAPE[c] & WORD:
            begin = i
            i, mask = _word(data, i, stop, words)
            region = mask & (REGION | MILITARY) != 0 and i - begin == 2
            if lines == 0 and mask & NO_STREET and not region:
                break
        elif is_digit(c):
            begin = i
            while i < stop and is_digit(data[i]):
                i += 1
            behind = i >= stop or not is_alnum(data[i])
            if not (i - begin == 5 and behind and region):
                break
            if i + 4 < stop and data[i] == 45 and is_digit(data[i + 1]) and is_digit(data[i + 4]):
                i += 5
            return i
        elif c == 32 or c == 44 or c == 46 or c == 13 or c == 9:
            i += 1
        else:
            break
    return end


@leaf
def _unit(data, end, stop, words):  # type: ignore[no-untyped-def]
    """End of an address with the apartment or suite behind it, on its line or the next."""
    i = end
    while i < stop and i - end < 4 and (data[i] == 32 or data[i] == 44 or data[i] == 10 or data[i] == 46):
        i += 1
    begin = i
    i, mask = _word(data, i, stop, words)
    if begin < stop and data[begin] == 35:
        i = begin + 1
    elif mask & UNIT == 0:
        return end
    while i < stop and i - begin < 12 and (data[i] == 32 or data[i] == 46 or data[i] == 35):
        i += 1
    begin = i
    while i < stop and i - begin < 8 and is_alnum(data[i]):
        i += 1
    return i if i > begin and (is_digit(data[begin]) or i - begin <= 2) else end


@leaf
def box(data, low, start):  # type: ignore[no-untyped-def]
    """First byte of `PO Box` (`P.O. Box`, `PSC 1234, Box`) before the number at `start`; -1 if it is not a box."""
    if start - low < 6 or data[start - 1] != 32 or data[start - 2] | 32 != 120 or data[start - 3] | 32 != 111:
        return -1
    if data[start - 4] | 32 != 98 or data[start - 5] != 32:
        return -1
    i = start - 5
    while i > low and start - i < 24 and data[i - 1] != 10 and data[i] | 32 != 112 and data[i] | 32 != 117:
        i -= 1
    first = data[i] | 32
    second = data[i + 1] | 32
    if i > low and is_alnum(data[i - 1]):
        return -1
    return i if (first == 112 and (second == 111 or second == 115 or second == 46)) or first == 117 else -1
