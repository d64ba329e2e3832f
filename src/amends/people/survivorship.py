"""What is known of every person, worked out range by range: memory does not grow with the number of persons.

Entries are put beside the others of their person once, in ranges of record ids; each range is sorted by person and
compressed. Everything about persons is then made of one range of person ids at a time, and a table is the stream of
its ranges in order. Relations are found in ranges of addresses and of accounts in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files
from io import BytesIO

import pyarrow as pa
import pyarrow.csv as csv

from amends.elements import ELEMENTS
from amends.engine import Engine, script
from amends.people.ranges import Range, Ranges

SURVIVE = script(__package__, "survivorship.sql")
RELATE = script(__package__, "relations.sql")
CHANGE = script(__package__, "changes.sql")
HOUSEHOLD = 12
"""More persons than this at one address are no household."""


def survive(db: Engine) -> None:
    """Gather what is known of every person of table `belongs`: makes view `best`, and what `person_tables` reads."""
    ids = pa.array([element.id for element in ELEMENTS])
    masks = pa.array([element.mask for element in ELEMENTS], pa.int64())
    db.add("vocabulary", pa.table({"element": ids, "mask": masks}))
    ranges = Ranges.of(db)
    for name, file in (("state_names", "states.csv"), ("zip_ranges", "zip_states.csv")):
        db.add(name, csv.read_csv(BytesIO(files(__package__).joinpath(file).read_bytes())))
    db.pack()
    for name in ("states", "zip_state", "by_postcode", "country_code", "waves", "mailable", "entry_of", "held"):
        db.run(SURVIVE[name])
    hold = SURVIVE["hold"] if len(ranges.persons) == 1 else f"{SURVIVE['hold']}\n{SURVIVE['in_order']}"
    _put(db, hold, ranges, ranges.records)
    for name in ("choices", "best"):
        db.run(SURVIVE[name])
    _put(db, SURVIVE["choose"], ranges, ranges.persons)


def compare_with_earlier(db: Engine) -> None:
    """Find what moved since views `earlier_persons` and `earlier_memberships`: makes table `moved`."""
    ranges = Ranges.of(db)
    for name in ("moves", "touched", "asked"):
        db.run(CHANGE[name])
    for first, last in ranges.records:
        db.run(CHANGE["move"], first=first, last=last)
    _put(db, CHANGE["touch"], ranges, ranges.records)
    for name in ("moved", "stirred"):
        db.run(CHANGE[name])


def person_tables(db: Engine, discovered: date | None, minor_age: int) -> Iterator[tuple[str, pa.RecordBatchReader]]:
    """Each table by name as a stream, to be drained before the next is asked for. Call `compare_with_earlier` first."""
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
    yield "changes", _in_turn(db, CHANGE["changes"], ranges.persons)


def _persons(db: Engine, ranges: Ranges, discovered: date | None, minor_age: int) -> Iterator[pa.RecordBatchReader]:
    """The persons of each range, and on the way what their relations rest on."""
    settings = {"minor_age": minor_age, "discovered": discovered, "zip_states": db.value(SURVIVE["zip_states"])}
    for first, last in ranges.persons:
        db.run(SURVIVE["gathered"], first=first, last=last, **settings)
        db.run(SURVIVE["count_by_postcode"])
        db.run(RELATE["relate"])
        ranges.pack(db)
        yield db.stream(SURVIVE["persons"])


def _relate(db: Engine, ranges: Ranges) -> None:
    """Make table `related` of `relatives`."""
    homes, accounts = (db.value(f"SELECT count({key}) FROM packed.relatives") for key in ("home", "account"))
    for first, last in ranges.keys(homes):
        db.run(RELATE["by_home"], first=first, last=last, household=HOUSEHOLD)
        ranges.pack(db)
    for first, last in ranges.keys(accounts):
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
