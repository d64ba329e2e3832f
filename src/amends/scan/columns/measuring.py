"""The first pass over a table: the facts of every column, straight from the bytes where the reader can, in two threads.

The bytes are taken apart in the calling thread; other threads judge the rows meanwhile, each with counts of its own,
and the calling thread helps when they are behind. Counts add up, so the facts do not depend on who judged what.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from amends.scan.columns.cells import Meter
from amends.scan.columns.facts import ColumnFacts, this_year
from amends.scan.files.pipeline import ahead
from amends.scan.tables.lines import Piece, column
from amends.scan.tables.reader import Reader

_SEEN_AT_FIRST = 200


@runtime_checkable
class Splitting(Protocol):
    """A reader of delimited text: it can give the rows as they lie in the bytes, and be told what was seen there."""

    def split_rows(self, *, fresh: bool) -> Iterator[tuple[Piece, int, int]]:
        """Pieces with the first row that is data and the number of columns they fill."""
        ...

    def told(self, seen: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        """Take in how many cells were UTF-8 beyond ASCII, and how many Windows-1252."""
        ...


@runtime_checkable
class Coding(Protocol):
    """A reader of a format that writes repeated values once: it can leave columns so."""

    def coded_columns(self) -> Iterator[dict[int, pa.StringArray | pa.DictionaryArray]]:
        """The columns of all rows, by position."""
        ...


def measure_table(reader: Reader, *, threads: int = 2, small: bool = False) -> list[ColumnFacts]:
    """Facts of all columns of a table. Raises what `Reader.batches` raises; `reader.tally` is complete afterwards.

    `small` tables are not worth a thread.
    """
    if isinstance(reader, Splitting):
        return _measure_split(reader, 1 if small else threads)
    facts: list[ColumnFacts] = []
    parts = reader.coded_columns() if isinstance(reader, Coding) else (part.columns for part in reader.batches())
    for columns in parts if small else ahead(parts):
        facts.extend(ColumnFacts(name) for name in reader.shape.names[len(facts) :])
        for position, cells in columns.items():
            facts[position].add(cells)
    facts.extend(ColumnFacts(name) for name in reader.shape.names[len(facts) :])
    return facts


def _measure_split(reader: Splitting, threads: int) -> list[ColumnFacts]:
    facts: list[ColumnFacts] = []
    columns = len(reader.shape.names) + 1  # type: ignore[attr-defined]
    idle = [Meter(columns) for _ in range(threads)]
    own, year = idle.pop(), this_year()
    meters = [own, *idle]
    working: dict[Future[None], Meter] = {}
    with ThreadPoolExecutor(max(1, threads - 1)) as pool:
        for piece, first, filled in reader.split_rows(fresh=threads > 1):
            facts.extend(ColumnFacts(name) for name in reader.shape.names[len(facts) :])  # type: ignore[attr-defined]
            _look(piece, first, filled, facts)
            for done in [future for future in working if future.done()]:
                done.result()
                idle.append(working.pop(done))
            if idle:
                meter = idle.pop()
                working[pool.submit(meter.take, piece, first, filled, year)] = meter
            else:
                own.take(piece, first, filled, year)
        while working:
            finished, _ = wait(working, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
                del working[future]
    facts.extend(ColumnFacts(name) for name in reader.shape.names[len(facts) :])  # type: ignore[attr-defined]
    for meter in meters:
        for fact, counts, years in zip(facts, meter.counts, meter.years, strict=False):
            fact.counts += counts
            fact.years += years
    reader.told(sum((meter.seen for meter in meters), np.zeros(2, np.int64)))
    return facts


def _look(piece: Piece, first: int, filled: int, facts: list[ColumnFacts]) -> None:
    """Show the first rows to the facts that still want shapes of values."""
    seen = np.zeros(2, np.int64)
    for position in range(filled):
        if facts[position].wants_shapes:
            facts[position].see(column(piece, position, seen, first + _SEEN_AT_FIRST).slice(first))
