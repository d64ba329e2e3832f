"""Frequent words of names and places (`lexicon.yaml`), as a hash table that a kernel can ask about each word of a cell.

A list covers only the commonest names, so one cell proves nothing; over a whole column the share of hits tells a column
of given names (about half) from one of company names (nearly none).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, Final

import numpy as np

from amends.facts import facts_of
from amends.scan.values.compiled import woven

GIVEN: Final = 1
FAMILY: Final = 2
CITY: Final = 4
REGION_CODE: Final = 8
REGION_NAME: Final = 16
STREET: Final = 32
COMPANY: Final = 64

EMPTY_WORDS: Final = ("null", "n/a", "\\n", "-", "--", ".", "?", "none", "unknown", "nan", "(null)", "#n/a")
"""Written where there is no value. "Null" and "Unknown" with one capital are names of people, and kept."""

_SLOTS: Final = 16384
_OFFSET: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


@woven
def _step(state, byte):  # type: ignore[no-untyped-def]
    """One step of FNV-1a over a byte, ASCII letters folded to lower case."""
    if 65 <= byte <= 90:
        byte |= 32
    return (state ^ np.uint64(byte)) * _PRIME


@woven
def _find(key, words):  # type: ignore[no-untyped-def]
    keys, classes = words
    slot = np.int64((key * _SPREAD) >> np.uint64(50))
    mark = np.uint32(key >> np.uint64(32)) | np.uint32(1)
    while keys[slot] != 0:
        if keys[slot] == mark:
            return classes[slot]
        slot = (slot + 1) % _SLOTS
    return np.uint8(0)


@woven
def _hash_whole(data, start, end):  # type: ignore[no-untyped-def]
    whole = _OFFSET
    for i in range(start, end):
        if data[i] != 46 and data[i] != 39:
            whole = _step(whole, data[i])
    return whole


@woven
def word_classes(data, start, end, words):  # type: ignore[no-untyped-def]
    """Classes of the whole cell, of its first word, and of any word (points and quotes left out)."""
    word = _OFFSET
    length = 0
    counted = 0
    first = any_word = np.uint8(0)
    for i in range(start, end):
        c = data[i]
        if c == 32 or c == 44:
            if length:
                found = _find(word, words)
                any_word |= found
                if counted == 0:
                    first = found
                counted += 1
            word = _OFFSET
            length = 0
        elif c != 46 and c != 39:
            word = _step(word, c)
            length += 1
    found = _find(word, words) if length else np.uint8(0)
    if counted == 0:
        return found, found, found
    return _find(_hash_whole(data, start, end), words), first, any_word | found


@woven
def any_class(data, start, end, words):  # type: ignore[no-untyped-def]
    """Classes of any word of the cell, as the last of `word_classes`."""
    word = _OFFSET
    length = 0
    found = np.uint8(0)
    for i in range(start, end):
        c = data[i]
        if c == 32 or c == 44:
            if length:
                found |= _find(word, words)
            word = _OFFSET
            length = 0
        elif c != 46 and c != 39:
            word = _step(word, c)
            length += 1
    return found | _find(word, words) if length else found


def regions() -> dict[str, str]:
    """Names of states and territories, upper case, with their two-letter codes."""
    return {name.upper(): code for code, name in _lexicon()["regions"].items()}


@cache
def _lexicon() -> dict[str, Any]:
    found: dict[str, Any] = facts_of(__package__, "lexicon.yaml")
    return found


def _hash(word: str) -> int:
    state = int(_OFFSET)
    for byte in word.lower().encode():
        if byte not in b".'":
            state = ((state ^ byte) * int(_PRIME)) & 0xFFFFFFFFFFFFFFFF
    return state


def _spellings(words: list[str]) -> list[str]:
    """The words as they are, without accents, and in capitals, which the kernel folds only in ASCII."""
    plain = ["".join(c for c in unicodedata.normalize("NFKD", word) if c.isascii()) for word in words]
    return [*words, *(word for word in plain if word), *(word.upper() for word in words if not word.isascii())]


def _table() -> tuple[np.ndarray[Any, np.dtype[np.uint32]], np.ndarray[Any, np.dtype[np.uint8]]]:
    lexicon = _lexicon()
    lists = (
        (GIVEN, _spellings(lexicon["given"].split() + lexicon["given_elsewhere"].split())),
        (FAMILY, _spellings(lexicon["family"].split() + lexicon["family_elsewhere"].split())),
        (CITY, [city.strip() for city in lexicon["cities"].split(",")]),
        (REGION_CODE, list(lexicon["regions"])),
        (REGION_NAME, list(lexicon["regions"].values())),
        (REGION_NAME, _spellings([name.strip() for name in lexicon["provinces"].split(",") if len(name.strip()) > 2])),
        (REGION_CODE, [name.strip() for name in lexicon["provinces"].split(",") if len(name.strip()) == 2]),
        (STREET, lexicon["street"].split()),
        (COMPANY, [*lexicon["company"].split(), *lexicon["answers"].split()]),
    )
    keys, classes = np.zeros(_SLOTS, np.uint32), np.zeros(_SLOTS, np.uint8)
    for kind, entries in lists:
        for entry in entries:
            key = _hash(entry)
            slot = (key * int(_SPREAD) & 0xFFFFFFFFFFFFFFFF) >> 50
            mark = key >> 32 | 1
            while keys[slot] not in (0, mark):
                slot = (slot + 1) % _SLOTS
            keys[slot] = mark
            classes[slot] |= kind
    return keys, classes


WORDS: Final = _table()
