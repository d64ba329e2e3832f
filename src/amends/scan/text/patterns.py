"""The declared patterns of the text kernel (`patterns.yaml`): confidence by context, and a hash table of context words.

A new element is one row of patterns, its words, and a validator where shape alone does not prove it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.facts import facts_of
from amends.scan.text.vocabulary import Table, final_pairs, initial_pairs, vocabulary
from amends.scan.values.compiled import fused

_FACTS: Final[dict[str, Any]] = facts_of(__package__, "patterns.yaml")

_enumerate: Any = IntEnum
Pattern: Final[Any] = _enumerate("Pattern", [(name, code) for code, name in enumerate(_FACTS["patterns"])])
"""The code of each row of `patterns`, in the order of the file."""

IP_ADDRESS: Final = 60
PLACE: Final = 61
BEYOND: Final = {"ip_address": IP_ADDRESS, "place": PLACE}
"""What is found but is no element: codes above every element's bit."""


def element_code(name: str) -> int:
    """The bit of an element, or the code of what is found but is no element."""
    return BEYOND[name] if name in BEYOND else BY_ID[name].bit


def element_name(code: int) -> str:
    """The id of an element, `ip_address` or `place`."""
    return _NAMES[code]


_NAMES: Final = {element.bit: element.id for element in BY_ID.values()} | {code: n for n, code in BEYOND.items()}

ELEMENT_OF: Final = np.array([element_code(row["element"]) for row in _FACTS["patterns"].values()], np.uint8)
"""Element code of each pattern."""
CONFIDENCE: Final = np.array(
    [[row["alone"], row["beside"], row["against"]] for row in _FACTS["patterns"].values()], np.float32
)
"""Confidence of each pattern alone, beside a word of its element, against a contrary word."""

CONTRARY: Final = np.uint64(1 << 63)
BANK: Final = np.uint64(1 << 62)
MONTH: Final = np.uint64(1 << 61)
STREET: Final = np.uint64(1 << 60)
STREET_PLAIN: Final = np.uint64(1 << 59)
STREET_FIRST: Final = np.uint64(1 << 58)
STREET_ENDING: Final = np.uint64(1 << 57)
UNIT: Final = np.uint64(1 << 56)
MILITARY: Final = np.uint64(1 << 55)
NO_STREET: Final = np.uint64(1 << 54)
REGION: Final = np.uint64(1 << 53)
ABOUT: Final = np.uint64((1 << 50) - 1 | 1 << 63)
"""Bits of a word's mask that speak of a value: elements, and CONTRARY. The bits between say what else the word is."""

OFFSET: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
_TURN: Final = np.uint64(5)
_BACK: Final = np.uint64(59)
_WHOLE: Final = 0xFFFFFFFFFFFFFFFF


@fused
def fold(state, byte):  # type: ignore[no-untyped-def]
    """One step of a rotating hash over a byte, letters folded to lower case; a multiplication would be slower."""
    return ((state << _TURN) | (state >> _BACK)) ^ np.uint64(byte | 32)


@fused
def lookup(key, keys, masks):  # type: ignore[no-untyped-def]
    """The mask of a hashed word; 0 for a word that is not in the table (open addressing)."""
    slot = np.int64((key * _PRIME) >> np.uint64(40)) & (keys.size - 1)
    while keys[slot] != 0:
        if keys[slot] == key:
            return masks[slot]
        slot = (slot + 1) & (keys.size - 1)
    return np.uint64(0)


def _hash(word: bytes) -> int:
    state = int(OFFSET)
    for byte in word:
        if byte not in b".'":
            state = ((state << 5 | state >> 59) & _WHOLE) ^ (byte | 32)
    return state


Column = np.ndarray[Any, np.dtype[np.uint64]]
Words = tuple[Column, Column]
"""Keys and masks of the words."""


def word_table(lists: list[tuple[int, list[str]]], slots: int) -> Words:
    """Hash table of word lists, each with its bits; `slots` is a power of two well above the number of words.

    Case, apostrophes and points do not count.
    """
    keys, masks = np.zeros(slots, np.uint64), np.zeros(slots, np.uint64)
    for bits, entries in lists:
        for entry in entries:
            _put(keys, masks, entry.lower().encode(), bits)
    return keys, masks


def _put(keys: Column, masks: Column, word: bytes, bits: int) -> None:
    """Add bits to the mask of a word."""
    key = _hash(word)
    slot = ((key * int(_PRIME)) & _WHOLE) >> 40 & (len(keys) - 1)
    while keys[slot] not in (0, key):
        slot = (slot + 1) & (len(keys) - 1)
    keys[slot] = key
    masks[slot] |= np.uint64(bits)


def _context() -> Table:
    lists = [(1 << BY_ID[element].bit, words.split()) for element, words in _FACTS["words"].items()]
    kinds = (
        (CONTRARY, "contrary"), (BANK, "bank"), (MONTH, "months"), (STREET, "street"), (STREET_PLAIN, "street_plain"),
        (STREET_FIRST, "street_first"), (STREET_ENDING, "street_ending"), (UNIT, "unit"), (MILITARY, "military"),
        (NO_STREET, "no_street"), (REGION, "regions"),
    )  # fmt: skip
    lists += [(int(bit), _FACTS[name].split()) for bit, name in kinds]
    return vocabulary(lists)


CONTEXT: Final = _context()
"""Every word of `patterns.yaml` with the elements it speaks of and what else it is."""


def _labels() -> np.ndarray[Any, np.dtype[np.int64]]:
    table = np.zeros(32, np.int64)
    for word in (_FACTS["words"]["password"] + " " + _FACTS["words"]["username"]).split():
        table[word.encode()[-1] & 31] |= 1 << len(word.encode())
    return table


LABELS: Final = _labels()
"""Lengths (bits) of the words for passwords and user names, by the low five bits of the last byte."""
ENDINGS: Final = final_pairs(_FACTS["street_ending"].split())
MONTHS: Final = initial_pairs([*_FACTS["months"].split(), "of"])


def _iban() -> np.ndarray[Any, np.dtype[np.uint8]]:
    table = np.zeros(26 * 26, np.uint8)
    for entry in _FACTS["iban"].split():
        table[(ord(entry[0]) - 65) * 26 + ord(entry[1]) - 65] = int(entry[2:])
    return table


IBAN_LENGTH: Final = _iban()
"""Length of an IBAN by country, indexed by its two letters (26 × first + second); 0 where there is none."""
