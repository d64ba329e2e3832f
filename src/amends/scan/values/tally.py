"""What a cell is made of: how many digits, letters and separators, which, and the lengths of its runs of digits."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.byteclass import AT, CLASS, COMMA, DIGIT, LETTER, SPACE
from amends.scan.values.compiled import fused, leaf, woven
from amends.scan.values.words import load, number, ones, trailing_zeros

_POWERS = 10 ** np.arange(9, dtype=np.int64)
_ZERO: Final = np.int64(0)
_ONE: Final = np.uint64(1)
_VALUED: Final = 18


@woven
def separators(data, start, rest):  # type: ignore[no-untyped-def]
    """Spaces, commas, and the classes of all bytes of a cell that `rest` has bits for."""
    spaces = commas = seps = _ZERO
    while rest:
        kind = CLASS[data[start + np.int64(trailing_zeros(rest))]]
        seps |= kind
        spaces += kind == SPACE
        commas += kind == COMMA
        rest &= rest - _ONE
    return spaces, commas, seps


@woven
def runs(digits_at):  # type: ignore[no-untyped-def]
    """The lengths of the runs of bits: four bits each, the last lowest, 15 for longer ones."""
    groups = _ZERO
    while digits_at:
        digits_at >>= trailing_zeros(digits_at)
        run = np.int64(trailing_zeros(~digits_at))
        groups = (groups << 4) | min(run, np.int64(15))
        digits_at >>= np.uint64(run)
    return groups


@fused
def value_of(data, start, digits_at):  # type: ignore[no-untyped-def]
    """The value of the first 18 digits of a cell; `digits_at` says where its digits are."""
    value = counted = _ZERO
    while digits_at:
        skip = trailing_zeros(digits_at)
        run = trailing_zeros(~(digits_at >> skip))
        digits_at &= ~(((_ONE << run) - _ONE) << skip)
        place, left = start + np.int64(skip), min(np.int64(run), _VALUED - counted)
        while left > 0:
            size = min(left, np.int64(8))
            value = value * _POWERS[size] + number(load(data, place), size)
            place += size
            left -= size
            counted += size
    return value


@woven
def count(marks):  # type: ignore[no-untyped-def]
    """Set bits, as an int64."""
    return np.int64(ones(marks))


@leaf
def tally(data, start, end):  # type: ignore[no-untyped-def]
    """What a cell of any length is made of, a byte at a time.

    Digits, letters (bytes beyond ASCII are letters), spaces, commas, at signs, the classes of all separators, position
    of the last at sign, value of the first 18 digits, and the lengths of the runs of digits as `runs` gives them.
    """
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
