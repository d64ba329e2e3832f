"""The words that tell names and places, each with what it is, as a hash table for the pass over names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from amends.facts import facts_of
from amends.scan.text.patterns import OFFSET, fold
from amends.scan.values.compiled import leaf

GIVEN, FAMILY, TITLE, SUFFIX = np.uint32(1), np.uint32(2), np.uint32(4), np.uint32(8)
PARTICLE, CUE, COMPANY, NOT = np.uint32(16), np.uint32(32), np.uint32(64), np.uint32(128)
PLACE: Final = np.uint32(256)
ORDINARY: Final = np.uint32(512)
"""A word of everyday English, whatever else it may be."""
COMMON: Final = np.uint32(1024)
"""A given name that is frequent enough to win against a town of that name."""
LAND: Final = np.uint32(2048)
"""A country or a state."""
BEFORE_HUMAN: Final = np.uint32(1 << 12)
BEHIND_HUMAN: Final = np.uint32(1 << 13)
BEFORE_PLACE: Final = np.uint32(1 << 14)
MOVING: Final = np.uint32(1 << 15)
TOWARDS: Final = np.uint32(1 << 16)
UNIT: Final = np.uint32(1 << 17)
BEFORE_TOWN: Final = np.uint32(1 << 18)
ROAD: Final = np.uint32(1 << 19)
OWNED: Final = np.uint32(1 << 20)
KNOWN: Final = GIVEN | FAMILY
EVERYDAY: Final = ORDINARY | NOT | TITLE | PARTICLE

_SLOTS: Final = 1 << 17
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)

Table = np.ndarray[Any, np.dtype[np.uint32]]
"""Open addressing; a row is half of a word's hash and its mask, so that a look-up touches one line of cache."""


@leaf
def _slot(word, table):  # type: ignore[no-untyped-def]
    """The row of a hashed word, or the free row where it would stand; its key."""
    spread = word * _PRIME
    key = np.uint32(spread >> np.uint64(32)) | np.uint32(1)
    slot = np.int64(spread >> np.uint64(15)) & (table.shape[0] - 1)
    while table[slot, 0] != 0 and table[slot, 0] != key:
        slot = (slot + 1) & (table.shape[0] - 1)
    return slot, key


@leaf
def meaning(word, table):  # type: ignore[no-untyped-def]
    """The mask of a hashed word, 0 for one that no list knows."""
    slot, _ = _slot(word, table)
    return table[slot, 1]


@leaf
def _fill(data, bits, table):  # type: ignore[no-untyped-def]
    """Add the words of `data`, each ended by a line break, with `bits`; points and apostrophes do not count."""
    word = OFFSET
    for i in range(data.size):
        c = data[i]
        if c == 10:
            slot, key = _slot(word, table)
            table[slot, 0] = key
            table[slot, 1] |= bits
            word = OFFSET
        elif c != 39 and c != 46:
            word = fold(word, c)


def _put(table: Table, bit: np.uint32, entries: Iterable[str]) -> None:
    text = "".join(f"{entry.strip().lower()}\n" for entry in entries).encode()
    data = np.frombuffer(text, np.uint8)
    _fill(data, bit, table)


def _read(*path: str) -> dict[str, Any]:
    found: dict[str, Any] = facts_of("amends.scan", *path)
    return found


def _table() -> Table:
    own, shared, carried = _read("text", "names.yaml"), _read("values", "lexicon.yaml"), _read("text", "wordlists.yaml")
    table = np.zeros((_SLOTS, 2), np.uint32)
    states = list(shared["regions"].values())
    lists: tuple[tuple[np.uint32, Iterable[str]], ...] = (
        (GIVEN | COMMON, own["given"].split() + shared["given"].split()),
        (GIVEN, carried["given"].split()),
        (FAMILY, own["family"].split() + shared["family"].split() + carried["family"].split()),
        (TITLE, own["titles"].split()),
        (SUFFIX, own["suffixes"].split()),
        (PARTICLE, own["particles"].split()),
        (CUE, own["before_name"].split()),
        (COMPANY, own["organisations"].split()),
        (NOT, own["not_names"].split()),
        (ORDINARY, carried["ordinary"].split()),
        (PLACE | LAND, own["lands"].split(",") + states),
        (PLACE, own["cities"].split(",") + shared["cities"].split(",") + carried["cities"].split(",")),
        (BEFORE_HUMAN, own["before_human"].split()),
        (BEHIND_HUMAN, own["behind_human"].split()),
        (BEFORE_PLACE, own["before_place"].split()),
        (MOVING, own["before_place_moving"].split()),
        (TOWARDS, own["towards"].split()),
        (UNIT, own["units"].split()),
        (BEFORE_TOWN, own["before_town"].split()),
        (ROAD, own["roads"].split()),
        (OWNED, own["owned"].split()),
    )
    for bit, entries in lists:
        _put(table, bit, entries)
    return table


NAME_WORDS: Final = _table()
"""Every word of the lists with what it is."""


@leaf
def _whole(data, table):  # type: ignore[no-untyped-def]
    word = OFFSET
    for i in range(data.size):
        if data[i] != 39 and data[i] != 46:
            word = fold(word, data[i])
    return meaning(word, table)


def meaning_of(word: str) -> int:
    """What a word is: the bits above, 0 for one that no list knows."""
    return int(_whole(np.frombuffer(word.lower().encode("utf-8", "replace"), np.uint8), NAME_WORDS))
