"""Reader of sshd's authentication log (syslog), in bounded memory.

A file is cut into lines chunk by chunk; SQL takes the lines apart and keeps who was let in or turned away, when, from
where. Syslog stamps have no year and no zone: the year is the one nearest to the incident, the zone is taken as UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from amends.engine import Engine, script
from amends.trace.exports import Export, Listed, size_and_time
from amends.trace.reach import Guessed, Seen

SQL: Final = script(__package__, "logons.sql")
MOST_REPEATS: Final = 1_000
GUESSES: Final = 10
_CHUNK: Final = 1 << 22
_LONGEST_LINE: Final = 1 << 16
_LINE_SCHEMA: Final = pa.schema([("line", pa.int64()), ("text", pa.string())])
_HEAD: Final = (
    r"^(?:<\d+>)?(?:([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*))"
    r" (\S+) ([^\s:\[]+)(?:\[\d+\])?: (.*)$"
)


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Lines read, lines that tell of a logon and the logons they tell of, lines without a syslog head, lines whose
    repeat count was capped, and logon lines whose date could not be told."""

    lines: int
    logon_lines: int
    logons: int
    headless: int
    capped: int
    undated: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """A host that appears in the logs, the days they reach from and to (None without dates), and where it appears."""

    host: str
    first_day: date | None
    last_day: date | None
    source: str

    def covers(self, began: date | None, ended: date | None) -> bool:
        """Whether the logs reach over the incident, as far as its days are known."""
        if self.first_day is None or self.last_day is None:
            return False
        return (began is None or self.first_day <= began) and (ended is None or self.last_day >= ended)


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Successful logons from one system to another by an account that no found credential opens."""

    system: str
    source: str
    logons: int


def load(db: Engine, exports: list[Export], around: date | None) -> list[Listed]:
    """Read logs into the temporary tables `lines` and `events`; the logs that changed meanwhile.

    `around` is the day that year-less stamps are nearest to; without it they stay without a date.
    """
    changed = []
    db.run(SQL["make_lines"])
    for export in exports:
        before = size_and_time(export.path)
        db.add("raw_lines", pa.RecordBatchReader.from_batches(_LINE_SCHEMA, lines(export.path)))
        db.run(SQL["take_lines"], head=_HEAD, export=export.name, most_repeats=MOST_REPEATS)
        db.drop("raw_lines")
        if size_and_time(export.path) != before:
            changed.append(Listed(export.name, "it changed while it was read"))
    db.run(SQL["set_years"], around=around)
    db.run(SQL["make_events"])
    return changed


def counts(db: Engine) -> LineCounts:
    """How many lines there were, and of which sort."""
    row = db.fetch(SQL["line_counts"], most_repeats=MOST_REPEATS).to_pylist()[0]
    return LineCounts(**row)


def coverage(db: Engine) -> list[Coverage]:
    """The hosts of the logs, by name."""
    return [Coverage(**row) for row in db.fetch(SQL["coverage"]).to_pylist()]


def source_addresses(db: Engine) -> list[str]:
    """The addresses and names that logons came from."""
    found: list[str] = db.fetch(SQL["source_addresses"]).column("source_address").to_pylist()
    return found


def seen(db: Engine, began: date | None, ended: date | None) -> Iterator[Seen]:
    """Logons within the incident by accounts that a found credential opens; needs hosts, sources and opened in `db`."""
    found = db.fetch(SQL["seen"], from_day=began, to_day=ended)
    keys = found.select(["system_id", "account", "source_system", "accepted", "export"]).to_pylist()
    for place, key in enumerate(keys):
        instants, numbers = (found.column(name)[place].values for name in ("instants", "lines"))
        yield Seen(
            system=key["system_id"],
            account=key["account"],
            source=key["source_system"],
            accepted=key["accepted"],
            export=key["export"],
            instants=np.asarray(instants, np.int64),
            lines=np.asarray(numbers, np.int64),
        )


def guessed(db: Engine, began: date | None, ended: date | None) -> list[Guessed]:
    """Logons within the incident that followed `GUESSES` failures or more from the same source within an hour."""
    rows = db.fetch(SQL["guessed"], from_day=began, to_day=ended, guesses=GUESSES).to_pylist()
    return [Guessed(**{"system": row.pop("system_id"), **row}) for row in rows]


def unexplained(db: Engine, began: date | None, ended: date | None) -> list[Unexplained]:
    """Logons between systems within the incident that no found credential explains."""
    rows = db.fetch(SQL["unexplained"], from_day=began, to_day=ended).to_pylist()
    return [Unexplained(row["system_id"], row["source_system"], row["logons"]) for row in rows]


def lines(path: Path) -> Iterator[pa.RecordBatch]:
    """The lines of a file, numbered from 1: line int64, text string (broken UTF-8 replaced; a line longer than 64 KiB
    is cut there)."""
    done, kept, cutting = 0, b"", False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head, newline, tail = (kept + chunk).rpartition(b"\n")
            if newline:
                batch = _batch(head, done, drop_first=cutting)
                done += batch.num_rows
                cutting = False
                yield batch
            kept = b"" if cutting else tail
            if len(kept) > _LONGEST_LINE:
                batch = _batch(kept[:_LONGEST_LINE], done, drop_first=False)
                done, kept, cutting = done + 1, b"", True
                yield batch
    if kept:
        yield _batch(kept, done, drop_first=False)


def _batch(text: bytes, done: int, *, drop_first: bool) -> pa.RecordBatch:
    """The lines of a piece of text; its first is dropped when it is the rest of a line that was cut."""
    found = text.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\r").split("\n")[int(drop_first) :]
    cut = [line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] for line in found]
    numbers = np.arange(done + 1, done + 1 + len(cut), dtype=np.int64)
    return pa.RecordBatch.from_arrays([pa.array(numbers), pa.array(cut, pa.string())], schema=_LINE_SCHEMA)
