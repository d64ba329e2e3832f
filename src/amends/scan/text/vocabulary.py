"""Hash table of the words that say what a value is, asked with a whole word at once rather than letter by letter."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.scan.text.lanes import below, eight
from amends.scan.values.compiled import fused, leaf

Table = np.ndarray[tuple[int, int], np.dtype[np.uint64]]
"""Rows of keys, masks, and widths: the lengths (bits) of the words by their first and last letter."""

LONGEST: Final = 16
"""Bytes of the longest word a table takes."""
_SLOTS: Final = 4096
_ALL: Final = 0xFFFFFFFFFFFFFFFF
_LOWER: Final = np.uint64(0x2020202020202020)
_EVERY: Final = np.uint64(_ALL)
_LOW_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_HIGH_MIX: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_NONE: Final = np.uint64(0)


def vocabulary(lists: list[tuple[int, list[str]]]) -> Table:
    """The table of word lists, each with its bits. Case, apostrophes and points do not count."""
    table = np.zeros((3, _SLOTS), np.uint64)
    for bits, entries in lists:
        for entry in entries:
            word = entry.lower().encode().replace(b".", b"").replace(b"'", b"")
            _put(table, word, bits)
    return table


def _put(table: Table, word: bytes, bits: int) -> None:
    if len(word) > LONGEST:
        raise ValueError(f"a word of {len(word)} bytes is longer than the {LONGEST} that are compared")
    folded = bytes(byte | 32 for byte in word)
    low, high = (int.from_bytes(part, "little") for part in (folded[:8], folded[8:]))
    key = (low * int(_LOW_MIX) + high * int(_HIGH_MIX)) & _ALL
    slot = key >> 52
    while table[0, slot] not in (0, key):
        slot = (slot + 1) % _SLOTS
    table[0, slot] = key
    table[1, slot] |= np.uint64(bits)
    table[2, (word[0] & 31) << 5 | (word[-1] & 31)] |= np.uint64(1 << len(word))


@fused
def meaning(data, start, end, length, table):  # type: ignore[no-untyped-def]
    """Mask of the word `start:end`, of which `length` bytes are neither apostrophe, point nor hyphen; 0 if unknown."""
    widths = table[2, ((data[start] & 31) << 5) | (data[end - 1] & 31)]
    if length > LONGEST or (widths >> np.uint64(length)) & np.uint64(1) == 0:
        return _NONE
    if length != end - start:
        return _joined(data, start, end, table)
    low = eight(data, start) | _LOWER
    if length < 8:
        return _find(low & below(8 * length), _NONE, table)
    high = eight(data, start + 8) | _LOWER
    return _find(low, high & below(8 * (length - 8)) if length < LONGEST else high, table)


@leaf
def _joined(data, start, end, table):  # type: ignore[no-untyped-def]
    """`meaning` of a word with apostrophes, points or hyphens in it."""
    low = high = _NONE
    place = 0
    for i in range(start, end):
        c = data[i]
        if c == 39 or c == 46 or c == 45:
            continue
        if place < 8:
            low |= np.uint64(c | 32) << np.uint64(8 * place)
        else:
            high |= np.uint64(c | 32) << np.uint64(8 * (place - 8))
        place += 1
    return _find(low, high, table)


@fused
def _find(low, high, table):  # type: ignore[no-untyped-def]
    key = low * _LOW_MIX + high * _HIGH_MIX
    slot = np.int64(key >> np.uint64(52))
    while table[0, slot] != 0:
        if table[0, slot] == key:
            return table[1, slot]
        slot = (slot + 1) & (_SLOTS - 1)
    return _NONE


def final_pairs(words: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Last letters of words (bits) by the letter before; both by their low five bits."""
    return _pairs([(word.encode()[-2], word.encode()[-1]) for word in words])


def initial_pairs(words: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Second letters of words (bits) by the first; both by their low five bits."""
    return _pairs([(word.encode()[0], word.encode()[1]) for word in words])


def _pairs(pairs: list[tuple[int, int]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    table = np.zeros(32, np.int64)
    for one, other in pairs:
        table[one & 31] |= 1 << (other & 31)
    return table
