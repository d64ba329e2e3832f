"""How a word of a text is written: where it ends, capitals, abbreviations, code; and what the lists say of it."""

from __future__ import annotations

from typing import Final

from amends.scan.text.context import DIGIT, SHAPE, UPPER, WORD
from amends.scan.text.patterns import OFFSET, fold
from amends.scan.text.wordlists import COMMON, meaning
from amends.scan.values.compiled import leaf

_LINE: Final = 400
"""Bytes of a line that tell whether it is written without capitals."""


@leaf
def read_word(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End and mask of the word at `at`: letters, apostrophes and hyphens within."""
    word = OFFSET
    i = at
    while i < stop and (i - at < 40 or data[i] & 0xC0 == 0x80):
        c = data[i]
        if SHAPE[c] & WORD and c != 35:
            word = fold(word, c)
        elif (c != 39 and c != 45) or i + 1 >= stop or SHAPE[data[i + 1]] & WORD == 0 or i == at:
            break
        elif c == 45:
            word = fold(word, c)
        elif data[i + 1] | 32 == 115 and (i + 2 >= stop or SHAPE[data[i + 2]] & WORD == 0):
            break
        i += 1
    return i, meaning(word, words)


@leaf
def is_capital(data, at):  # type: ignore[no-untyped-def]
    """Whether a word begins with a capital letter: ASCII, Latin-1, Latin Extended-A, Greek, Cyrillic."""
    c = data[at]
    if c < 128:
        return SHAPE[c] & UPPER != 0
    if at + 1 >= data.size:
        return False
    d = data[at + 1]
    if c == 0xC3:
        return d < 0x9F
    if c == 0xC4 or c == 0xC5:
        odd = (c == 0xC4 and d >= 0xB9) or (c == 0xC5 and d <= 0x88) or (c == 0xC5 and d >= 0xB9)
        return (d & 1 == 1) if odd else (d & 1 == 0)
    if c == 0xCE:
        return d >= 0x86 and d <= 0xA9
    return c == 0xD0 and d <= 0xAF


@leaf
def is_solid(data, at, end):  # type: ignore[no-untyped-def]
    """Whether a word is no code: it touches no digit, `_`, `@`, `/`, `=`, and no capital stands late in it."""
    if at > 0:
        c = data[at - 1]
        if c == 95 or c == 64 or c == 47 or c == 92 or c == 61 or c == 46 or SHAPE[c] & DIGIT:
            return False
    if end < data.size:
        c = data[end]
        if c == 95 or c == 64 or c == 47 or c == 92 or c == 61 or SHAPE[c] & DIGIT:
            return False
        if c == 46 and end + 1 < data.size and SHAPE[data[end + 1]] & WORD:
            return False
    for i in range(at + 4, end):
        if SHAPE[data[i]] & UPPER and data[i - 1] >= 97 and data[i - 1] <= 122:
            return False
    return end - at > 2


@leaf
def is_shouted(data, at, end):  # type: ignore[no-untyped-def]
    """Whether a word is written in capitals throughout, as an abbreviation is."""
    small = False
    for i in range(at + 1, end):
        small |= data[i] >= 97
    return not small


@leaf
def is_short(data, at, end):  # type: ignore[no-untyped-def]
    """Whether a word is an abbreviation: four letters at most, all capitals."""
    return end - at <= 4 and is_shouted(data, at, end)


@leaf
def is_hyphened(data, at, end):  # type: ignore[no-untyped-def]
    """Whether a hyphen stands within a word."""
    found = False
    for i in range(at, end):
        found |= data[i] == 45
    return found


@leaf
def next_word(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the next word begins behind the word that ends at `at`, through one blank and an initial's point; or -1."""
    if at < stop and data[at] == 46:
        at += 1
    if at + 1 < stop and data[at] == 32 and SHAPE[data[at + 1]] & WORD and data[at + 1] != 35:
        return at + 1
    return -1


@leaf
def small_line(data, at):  # type: ignore[no-untyped-def]
    """Whether the line that begins at `at` has letters and none of them is a capital."""
    letters = 0
    for i in range(at, min(data.size, at + _LINE)):
        c = data[i]
        if c == 10:
            break
        if SHAPE[c] & UPPER:
            return False
        letters += SHAPE[c] & WORD != 0
    return letters > 2


@leaf
def is_numbered(data, at, end, stop, first):  # type: ignore[no-untyped-def]
    """Whether some words are a street for the house number that stands before or behind them."""
    before = at > 1 and data[at - 1] == 32 and SHAPE[data[at - 2]] & DIGIT != 0
    behind = False
    if end + 1 < stop and data[end] == 32 and SHAPE[data[end + 1]] & DIGIT:
        i = end + 1
        while i < stop and SHAPE[data[i]] & DIGIT:
            i += 1
        behind = i - end <= 5 and (i == stop or (data[i] != 45 and data[i] != 47 and data[i] != 46))
    if first & COMMON:
        return before and behind
    return before or behind
