"""What a cell is made of: how many digits, letters and separators, which, and the lengths of its runs of digits."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.byteclass import AT, CLASS, COMMA, DIGIT, LETTER, SPACE
from amends.scan.values.compiled import leaf, woven
from amends.scan.values.words import load, number, ones, top_bits, trailing_zeros

_QUICK: Final = 63
_POWERS = 10 ** np.arange(9, dtype=np.int64)
_ZERO: Final = np.int64(0)
_TOPS = np.uint64(0x8080808080808080)
_SEVENS = np.uint64(0x7F7F7F7F7F7F7F7F)
_VALUED: Final = 18


@leaf
def tally(data, start, end):  # type: ignore[no-untyped-def]
    """What the cell `data[start:end]` is made of.

    Digits, letters (bytes beyond ASCII are letters), spaces, commas, at signs, the classes of all separators, position
    of the last at sign, value of the first 18 digits, and the lengths of the runs of digits (four bits each, the last
    lowest, 15 for longer ones).
    """
    if end - start > _QUICK:
        return _tally_long(data, start, end)
    digits_at, letters_at = _maps(data, start, end)
    if digits_at == (np.uint64(1) << np.uint64(end - start)) - np.uint64(1) and end - start <= 16:
        length = np.int64(end - start)
        first = min(length, np.int64(8))
        value = number(load(data, start), first)
        if length > 8:
            value = value * _POWERS[length - 8] + number(load(data, start + 8), length - 8)
        return length, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO - 1, value, min(length, np.int64(15))
    digits, letters = np.int64(ones(digits_at)), np.int64(ones(letters_at))
    spaces = commas = ats = seps = value = groups = counted = _ZERO
    at = _ZERO - 1
    rest = ~(digits_at | letters_at) & ((np.uint64(1) << np.uint64(end - start)) - np.uint64(1))
    while rest:
        place = start + np.int64(trailing_zeros(rest))
        kind = CLASS[data[place]]
        seps |= kind
        spaces += kind == SPACE
        commas += kind == COMMA
        if kind == AT:
            ats += 1
            at = place
        rest &= rest - np.uint64(1)
    while digits_at:
        skip = trailing_zeros(digits_at)
        run = trailing_zeros(~(digits_at >> skip))
        digits_at &= ~(((np.uint64(1) << run) - np.uint64(1)) << skip)
        groups = (groups << 4) | min(np.int64(run), np.int64(15))
        place, left = start + np.int64(skip), min(np.int64(run), _VALUED - counted)
        while left > 0:
            size = min(left, np.int64(8))
            value = value * _POWERS[size] + number(load(data, place), size)
            place += size
            left -= size
            counted += size
    return digits, letters, spaces, commas, ats, seps, at, value, groups


@woven
def _maps(data, start, end):  # type: ignore[no-untyped-def]
    """One bit a byte: which bytes are digits, which are letters."""
    digits_at = letters_at = np.uint64(0)
    shift = np.uint64(0)
    place = np.int64(start)
    while place < end:
        word = load(data, place)
        if end - place < 8:
            word &= (np.uint64(1) << np.uint64(8 * (end - place))) - np.uint64(1)
        low = word & _SEVENS
        digit = ~((low ^ np.uint64(0x3030303030303030)) + np.uint64(0x7676767676767676) | word) & _TOPS
        folded = low | np.uint64(0x2020202020202020)
        above = folded + np.uint64(0x1F1F1F1F1F1F1F1F)
        letter = (above & ~(folded + np.uint64(0x0505050505050505)) & ~word | word) & _TOPS
        digits_at |= top_bits(digit) << shift
        letters_at |= top_bits(letter) << shift
        shift += np.uint64(8)
        place += 8
    return digits_at, letters_at


@leaf
def _tally_long(data, start, end):  # type: ignore[no-untyped-def]
    digits = letters = spaces = commas = ats = seps = value = groups = run = _ZERO
    at = _ZERO - 1
    for i in range(start, end):
        c = data[i]
        kind = CLASS[c]
        if kind == DIGIT:
            digits += 1
            if digits <= _VALUED:
                value = value * 10 + (c - 48)
            run = run + 1
            continue
        if run:
            groups = (groups << 4) | (run if run < 15 else 15)
            run = _ZERO
        if kind == LETTER:
            letters += 1
            continue
        seps |= kind
        spaces += kind == SPACE
        commas += kind == COMMA
        if kind == AT:
            ats += 1
            at = np.int64(i)
    if run:
        groups = (groups << 4) | (run if run < 15 else 15)
    return digits, letters, spaces, commas, ats, seps, at, value, groups
