"""Places in a text: those of the lists, and words that no list knows where only a place can stand."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.context import DIGIT, SHAPE
from amends.scan.text.patterns import OFFSET, fold
from amends.scan.text.spelling import is_capital, is_short, is_solid, next_word, read_word
from amends.scan.text.wordlists import COMMON, COMPANY, CUE, KNOWN, NOT, ORDINARY, PARTICLE, PLACE, TITLE, UNIT, meaning
from amends.scan.values.compiled import leaf

_NONE: Final = np.uint32(0)
_WORDS: Final = 5
_LONGEST_PLACE: Final = 4


@leaf
def listed_place(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End and mask of the longest place of the lists that begins at `at`; end 0 if there is none."""
    word = OFFSET
    i = at
    best = 0
    found = _NONE
    for _ in range(_LONGEST_PLACE):
        end, _ = read_word(data, i, stop, words)
        if end == i:
            break
        for j in range(i, end):
            if data[j] != 39:
                word = fold(word, data[j])
        mask = meaning(word, words)
        if mask & PLACE:
            best = end
            found = mask
        if end + 1 >= stop or data[end] != 32:
            break
        word = fold(word, 32)
        i = end + 1
    return best, found


@leaf
def is_firm(data, at, stop, words):  # type: ignore[no-untyped-def]
    """Whether the capitalised words at `at` name a firm, an office or a street: one of them says so."""
    i = at
    for _ in range(_WORDS):
        if i < 0 or not is_capital(data, i):
            return False
        end, mask = read_word(data, i, stop, words)
        if mask & COMPANY and i > at:
            return True
        i = next_word(data, end, stop)
    return False


@leaf
def told_place(data, at, stop, small, address, words):  # type: ignore[no-untyped-def]
    """End of the words at `at` where a place must stand, 0 if they can be none.

    In an address everyday words may be part of it ("Deep Creek"); elsewhere its first word is one that no list knows.
    """
    i = at
    end = 0
    known = _NONE
    for count in range(_WORDS):
        stops, mask = read_word(data, i, stop, words)
        big = small or is_capital(data, i)
        if mask & COMPANY and not address:
            return 0
        if count == 0:
            if mask & (NOT | UNIT | TITLE | CUE) or not big or (mask & ORDINARY and (small or not address)):
                return 0
            if not address and is_short(data, i, stops):
                return 0
            if not is_solid(data, i, stops) and (stops - i < 2 or mask & KNOWN == 0 or not address):
                return 0
        elif (
            mask & (NOT | UNIT)
            or (not big and mask & PARTICLE == 0)
            or (small and mask & ORDINARY)
            or (mask & ORDINARY and not address and not small and mask & KNOWN == 0)
        ):
            break
        known |= mask
        if big:
            end = stops
        i = next_word(data, stops, stop)
        if i < 0 or data[stops] == 46:
            break
    if not address and known & COMMON:
        return 0
    return end


@leaf
def town(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End of the capitalised words, particles between them, behind a town's first word that ends at `at`; or 0."""
    end = 0
    i = at + 1
    if i >= stop or data[at] != 32 or not is_capital(data, i):
        return 0
    for _ in range(3):
        stops, mask = read_word(data, i, stop, words)
        big = is_capital(data, i)
        if mask & (NOT | TITLE) or (not big and mask & PARTICLE == 0):
            break
        if big:
            end = stops
        i = next_word(data, stops, stop)
        if i < 0:
            break
    return end


@leaf
def town_line(data, at, stop, small, words):  # type: ignore[no-untyped-def]
    """End of a town that begins a line which ends with its postcode, 0 if it is none."""
    end = told_place(data, at, stop, small, True, words)
    i = end
    if end == 0:
        return 0
    while i < stop and data[i] == 32:
        i += 1
    code = i
    while i < stop and SHAPE[data[i]] & DIGIT:
        i += 1
    return end if i - code > 3 and i - code < 7 and (i == data.size or data[i] < 32) else 0
