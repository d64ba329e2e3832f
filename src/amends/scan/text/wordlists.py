"""The words that tell names and places, each with what it is, as a hash table for the pass over names."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Final

import numpy as np
import yaml

from amends.scan.text.native import native
from amends.scan.text.patterns import OFFSET, fold

GIVEN, FAMILY, TITLE, SUFFIX = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(8)
PARTICLE, CUE, COMPANY, NOT = np.uint64(16), np.uint64(32), np.uint64(64), np.uint64(128)
PLACE: Final = np.uint64(256)
ORDINARY: Final = np.uint64(512)
"""A word of everyday English, whatever else it may be."""
COMMON: Final = np.uint64(1024)
"""A given name that is frequent enough to win against a town of that name."""
LAND: Final = np.uint64(2048)
"""A country or a state."""
BEFORE_HUMAN: Final = np.uint64(1 << 12)
BEHIND_HUMAN: Final = np.uint64(1 << 13)
BEFORE_PLACE: Final = np.uint64(1 << 14)
MOVING: Final = np.uint64(1 << 15)
TOWARDS: Final = np.uint64(1 << 16)
UNIT: Final = np.uint64(1 << 17)
BEFORE_TOWN: Final = np.uint64(1 << 18)
ROAD: Final = np.uint64(1 << 19)
OWNED: Final = np.uint64(1 << 20)

_SLOTS: Final = 1 << 17
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Table = tuple[np.ndarray[Any, np.dtype[np.uint64]], np.ndarray[Any, np.dtype[np.uint64]]]


@native
def _fill(data, bits, keys, masks):  # type: ignore[no-untyped-def]
    """Add the words of `data`, each ended by a line break, with `bits`; points and apostrophes do not count."""
    word = OFFSET
    for i in range(data.size):
        c = data[i]
        if c == 10:
            slot = np.int64((word * _PRIME) >> np.uint64(40)) & (keys.size - 1)
            while keys[slot] != 0 and keys[slot] != word:
                slot = (slot + 1) & (keys.size - 1)
            keys[slot] = word
            masks[slot] |= bits
            word = OFFSET
        elif c != 39 and c != 46:
            word = fold(word, c)


def _put(table: Table, bit: np.uint64, entries: Iterable[str]) -> None:
    text = "".join(f"{entry.strip().lower()}\n" for entry in entries).encode()
    data = np.frombuffer(text, np.uint8)
    _fill(data, bit, *table)


def _read(*path: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(files("amends.scan").joinpath(*path).read_text(encoding="utf-8"), _LOADER)
    return found


def _table() -> Table:
    own, shared, carried = _read("text", "names.yaml"), _read("values", "lexicon.yaml"), _read("text", "wordlists.yaml")
    table = np.zeros(_SLOTS, np.uint64), np.zeros(_SLOTS, np.uint64)
    states = list(shared["regions"].values())
    lists: tuple[tuple[np.uint64, Iterable[str]], ...] = (
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
"""Keys and masks of the words (open addressing, as `patterns.lookup` reads)."""
