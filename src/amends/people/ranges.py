"""Ranges of ids and of keys that hold about as many rows as the engine's memory has room for.

What is made range by range does not depend on them: they only say how much is worked on at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from amends.engine import Engine, script

RANGES = script(__package__, "ranges.sql")
BYTES_A_PERSONS_ENTRY = 1500
"""Engine memory that an entry of a range of persons may take, with room to spare: its values, gathered by person."""
BYTES_AN_ENTRY = 600
"""Engine memory that an entry of a range of records may take: its values, sorted."""
BYTES_A_VALUE = 50
"""Engine memory that an entry may take while distinct values are counted."""
BYTES_UNPACKED = 300
"""What an entry and its share of a person take as long as nothing is compressed."""
_DRAWN = 200_000
_LEAST, _MOST = -(2**63), 2**63 - 1
Range = tuple[int, int]
"""First and last id, both within."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """All ids there can be, in ranges of records and in ranges of persons that have about equally many entries.

    `memory` is the engine's limit in bytes; `packs`: there is so much that it is worth compressing.
    """

    records: list[Range]
    persons: list[Range]
    memory: int
    packs: bool

    @classmethod
    def of(cls, db: Engine) -> Ranges:
        """Of table `belongs`."""
        count = db.value("SELECT count(*) FROM belongs")
        memory = _memory(db)
        drawn = db.fetch(RANGES["drawn"], every=max(1, count // _DRAWN))
        records, persons = (np.sort(column.to_numpy()) for column in drawn.columns)
        return cls(
            _cut(records, _parts(count, memory, BYTES_AN_ENTRY)),
            _cut(persons, _parts(count, memory, BYTES_A_PERSONS_ENTRY)),
            memory,
            packs=_parts(count, memory, BYTES_UNPACKED) > 1,
        )

    def pack(self, db: Engine) -> None:
        """Compress what was put into database `packed`, where that is worth it."""
        if self.packs:
            db.run(RANGES["pack"])

    def keys(self, rows: int) -> list[tuple[str, str]]:
        """Ranges of all 128-bit keys, equally wide, for so many rows with such keys; as the engine reads them."""
        parts = _parts(rows, self.memory, BYTES_AN_ENTRY)
        edges = [(part << 128) // parts for part in range(parts + 1)]
        return [(str(first), str(end - 1)) for first, end in pairwise(edges)]


def parts_of(db: Engine, entries: int) -> list[dict[str, int]]:
    """The parts in which the values of so many entries are counted, as `Engine.gather` takes them."""
    parts = _parts(entries, _memory(db), BYTES_A_VALUE)
    return [{"part": part, "parts": parts} for part in range(parts)]


def ranges_of(db: Engine, entries: int, drawn: NDArray[np.int32]) -> list[dict[str, int]]:
    """Ranges of numbers of which every entry has one, with about equally many of so many entries in each; some of the
    numbers are `drawn`."""
    cut = _cut(np.sort(drawn).astype(np.int64), _parts(entries, _memory(db), BYTES_AN_ENTRY))
    return [{"first": first, "last": last} for first, last in cut]


def _memory(db: Engine) -> int:
    return int(db.value("SELECT parse_formatted_bytes(current_setting('memory_limit'))"))


def _parts(count: int, memory: int, each: int) -> int:
    """In how many parts so many rows fit the memory, when each row takes so many bytes; at least one."""
    return max(1, -(-count * each // memory))


def _cut(drawn: NDArray[np.int64], parts: int) -> list[Range]:
    """Ranges of all ids, with about equally many of the `drawn` in each; these are sorted."""
    cuts = np.unique(drawn[np.arange(1, parts) * len(drawn) // parts]).tolist() if len(drawn) else []
    return list(zip([_LEAST, *cuts], [*(cut - 1 for cut in cuts), _MOST], strict=True))
