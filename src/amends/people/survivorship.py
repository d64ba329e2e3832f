"""What is known of every person, worked out range by range: memory does not grow with the number of persons.

Entries are put beside the others of their person once, in ranges of record ids; each range is sorted by person and
compressed. Everything about persons is then made of one range of person ids at a time, and a table is the stream of
its ranges in order. Relations are found in ranges of addresses and of accounts in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amends.elements import ELEMENTS
from amends.engine import Engine, script

SURVIVE = script(__package__, "survivorship.sql")
RELATE = script(__package__, "relations.sql")
HOUSEHOLD = 12
"""More persons than this at one address are no household."""
BYTES_AN_ENTRY = 1500
"""Memory of the engine that an entry of a range of persons may take, with room to spare: what is made of its values."""
BYTES_A_RECORD = 600
"""Memory of the engine that an entry of a range of records may take: its values, sorted."""
BYTES_UNPACKED = 300
"""What an entry and its share of a person take as long as nothing is compressed."""
_DRAWN = 200_000
_LEAST, _MOST = -(2**63), 2**63 - 1
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR"
    "|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|GU|VI|AS|MP"
)
Range = tuple[int, int]
"""First and last id, both within."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """All ids there can be in ranges, each with about as many entries as the engine's memory has room for: of records,
    and of persons. What the tables hold does not depend on them."""

    records: list[Range]
    persons: list[Range]
    packs: bool
    """Whether there is so much that it is worth compressing."""

    @classmethod
    def of(cls, db: Engine) -> Ranges:
        """Of table `belongs`."""
        count = db.value("SELECT count(*) FROM belongs")
        memory = _memory(db)
        drawn = db.fetch(SURVIVE["drawn"], every=max(1, count // _DRAWN))
        records, persons = (np.sort(column.to_numpy()) for column in drawn.columns)
        return cls(
            _cut(records, _parts(count, memory, BYTES_A_RECORD)),
            _cut(persons, _parts(count, memory, BYTES_AN_ENTRY)),
            packs=_parts(count, memory, BYTES_UNPACKED) > 1,
        )

    def pack(self, db: Engine) -> None:
        """Compress what was put into database `packed`, where that is worth it."""
        if self.packs:
            db.run(SURVIVE["pack"])


def survive(db: Engine) -> None:
    """Gather what is known of every person of table `belongs`: makes view `best`, and what `person_tables` reads."""
    ids = pa.array([element.id for element in ELEMENTS])
    masks = pa.array([element.mask for element in ELEMENTS], pa.int64())
    db.add("vocabulary", pa.table({"element": ids, "mask": masks}))
    ranges = Ranges.of(db)
    for name in ("waves", "entry_of", "packed", "held"):
        db.run(SURVIVE[name])
    _put(db, SURVIVE["hold"], ranges, ranges.records)
    for name in ("persons_best", "best"):
        db.run(SURVIVE[name])
    _put(db, SURVIVE["choose"], ranges, ranges.persons)


def compare_with_earlier(db: Engine) -> None:
    """Find what moved since views `earlier_persons` and `earlier_memberships`: makes table `moved`."""
    ranges = Ranges.of(db)
    for name in ("moves", "touched", "asked"):
        db.run(SURVIVE[name])
    for first, last in ranges.records:
        db.run(SURVIVE["move"], first=first, last=last)
    _put(db, SURVIVE["touch"], ranges, ranges.records)
    for name in ("moved", "stirred"):
        db.run(SURVIVE[name])


def person_tables(db: Engine, discovered: date | None, minor_age: int) -> Iterator[tuple[str, pa.RecordBatchReader]]:
    """Each table by name as a stream, to be drained before the next is asked for. Call `compare_with_earlier` before."""
    ranges = Ranges.of(db)
    for name in ("relatives", "related"):
        db.run(RELATE[name])
    yield "persons", _joined(_persons(db, ranges, discovered, minor_age))
    _relate(db, ranges)
    yield "relations", _in_turn(db, RELATE["relations"], ranges.persons)
    yield "memberships", _in_turn(db, SURVIVE["memberships"], ranges.records)
    yield "exposures", _in_turn(db, SURVIVE["exposures"], ranges.persons)
    for name in ("called", "doubted", "pairs", "told", "questions"):
        db.run(SURVIVE[name])
    yield "reviews", db.stream(SURVIVE["reviews"])
    yield "changes", _in_turn(db, SURVIVE["changes"], ranges.persons)


def _persons(
    db: Engine, ranges: Ranges, discovered: date | None, minor_age: int
) -> Iterator[pa.RecordBatchReader]:
    """The persons of each range, and on the way what their relations rest on."""
    for first, last in ranges.persons:
        db.run(
            SURVIVE["gathered"], first=first, last=last, states=_STATES, minor_age=minor_age, discovered=discovered
        )
        db.run(RELATE["relate"])
        ranges.pack(db)
        yield db.stream(SURVIVE["persons"])


def _relate(db: Engine, ranges: Ranges) -> None:
    """Make table `related` of `relatives`."""
    memory = _memory(db)
    homes, accounts = (db.value(f"SELECT count({key}) FROM packed.relatives") for key in ("home", "account"))
    for first, last in _keys(_parts(homes, memory, BYTES_A_RECORD)):
        db.run(RELATE["by_home"], first=first, last=last, household=HOUSEHOLD)
        ranges.pack(db)
    for first, last in _keys(_parts(accounts, memory, BYTES_A_RECORD)):
        db.run(RELATE["by_account"], first=first, last=last)
        ranges.pack(db)


def _put(db: Engine, insertion: str, ranges: Ranges, of: list[Range]) -> None:
    """Put each range into a table of database `packed`."""
    for first, last in of:
        db.run(insertion, first=first, last=last)
        ranges.pack(db)


def _in_turn(db: Engine, statement: str, ranges: list[Range]) -> pa.RecordBatchReader:
    """The rows of a statement for each range, one after the other."""
    return _joined(db.stream(statement, first=first, last=last) for first, last in ranges)


def _joined(streams: Iterable[pa.RecordBatchReader]) -> pa.RecordBatchReader:
    """Streams of one schema as one; each is asked for when the one before it is drained."""
    rest = iter(streams)
    head = next(rest)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from head
        for stream in rest:
            yield from stream

    return pa.RecordBatchReader.from_batches(head.schema, batches())


def _memory(db: Engine) -> int:
    """The engine's limit in bytes."""
    return int(db.value("SELECT parse_formatted_bytes(current_setting('memory_limit'))"))


def _parts(count: int, memory: int, each: int) -> int:
    """In how many parts so many rows fit the memory, when each row takes so many bytes; at least one."""
    return max(1, -(-count * each // memory))


def _cut(drawn: NDArray[np.int64], parts: int) -> list[Range]:
    """Ranges of all ids, with about equally many of the `drawn` in each; these are sorted."""
    cuts = np.unique(drawn[np.arange(1, parts) * len(drawn) // parts]).tolist() if len(drawn) else []
    return list(zip([_LEAST, *cuts], [*(cut - 1 for cut in cuts), _MOST], strict=True))


def _keys(parts: int) -> list[tuple[str, str]]:
    """Ranges of all 128-bit keys, equally wide, as the engine reads them."""
    edges = [(part << 128) // parts for part in range(parts + 1)]
    return [(str(first), str(end - 1)) for first, end in zip(edges, edges[1:], strict=False)]
