"""Context: which words of the table stand shortly before or behind a value; shapes of bytes that kernels ask for.

Every function reads only between the bounds it is given, so what it says does not depend on how a text was cut.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.scan.text.native import native
from amends.scan.text.patterns import ABOUT, CONTRARY, OFFSET, fold, lookup

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
BLANK: Final = 128


def _shapes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    table = np.zeros(256, np.uint8)
    for text, bits in (
        ("0123456789", DIGIT | MAIL | HEX), ("abcdefghijklmnopqrstuvwxyz", LOWER | WORD | MAIL),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", UPPER | WORD | MAIL), ("abcdefABCDEF", HEX), ("._%+-", MAIL), ("#", WORD),
        (" \t\r\n", BLANK),
    ):  # fmt: skip
        for letter in text:
            table[ord(letter)] |= bits
    table[128:] = WORD
    table[0xE2] = 0
    return table


SHAPE: Final = _shapes()
_NONE: Final = np.uint64(0)


@native
def is_alnum(byte):  # type: ignore[no-untyped-def]
    """Whether a byte is an ASCII letter or digit."""
    return SHAPE[byte] & (DIGIT | UPPER | LOWER) != 0


@native
def is_digit(byte):  # type: ignore[no-untyped-def]
    """Whether a byte is an ASCII digit."""
    return 48 <= byte <= 57


@native
def before(data, low, at, wanted, words):  # type: ignore[no-untyped-def]
    """The nearest word before `at` that speaks of a value, and all that is known once `wanted` is among them.

    Reads backward, no further than it must. On an earlier line, a number takes the words before it for itself.
    """
    start = max(low, at - REACH)
    found = near = _NONE
    word = OFFSET
    length = 0
    earlier = False
    i = at
    while i > start:
        i -= 1
        c = data[i]
        shape = SHAPE[c]
        if shape & WORD:
            word = fold(word, c)
            length += 1
            continue
        if c == 39 or c == 46:
            continue
        if length:
            mask = lookup(word, words[2], words[3])
            found |= mask
            if mask & ABOUT and near == 0:
                near = mask
            if near and (wanted == 0 or found & wanted):
                return found, near
            word = OFFSET
            length = 0
        if c == 10:
            earlier = True
        elif earlier and shape & DIGIT:
            return found, near
    if length and (i == low or SHAPE[data[i - 1]] & WORD == 0):
        mask = lookup(word, words[2], words[3])
        found |= mask
        if mask & ABOUT and near == 0:
            near = mask
    return found, near


@native
def behind(data, at, stop, words):  # type: ignore[no-untyped-def]
    """Mask of the words close behind a value on its line, up to the next digit."""
    found = _NONE
    word = OFFSET
    length = 0
    i = at
    while i < stop:
        c = data[i]
        if SHAPE[c] & WORD:
            word = fold(word, c)
            length += 1
        else:
            if length:
                found |= lookup(word, words[0], words[1])
            if i - at > REACH_BEHIND or c == 10 or is_digit(c):
                return found
            word = OFFSET
            length = 0
        i += 1
    if length:
        found |= lookup(word, words[0], words[1])
    return found


@native
def level(found, near, element):  # type: ignore[no-untyped-def]
    """ALONE, BESIDE a word of the element, or AGAINST a contrary word."""
    if near & CONTRARY and near & (np.uint64(1) << np.uint64(element)) == 0:
        return AGAINST
    if found & (np.uint64(1) << np.uint64(element)):
        return BESIDE
    return ALONE


@native
def number(data, start, end):  # type: ignore[no-untyped-def]
    """The value of the digits among some bytes; the first 18 count."""
    value = np.int64(0)
    digits = 0
    for i in range(start, end):
        if is_digit(data[i]) and digits < 18:
            value = value * 10 + (np.int64(data[i]) - 48)
            digits += 1
    return value
