"""The first pass over a table: the facts of every column, straight from the bytes where the reader can, in two threads.

The bytes are taken apart in the calling thread; other threads judge the rows meanwhile, each with counts of its own,
and the calling thread helps when they are behind. Counts add up, so the facts do not depend on who judged what.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Protocol, Self, runtime_checkable

import numpy as np
import pyarrow as pa

from amends.scan.columns.cells import Meter
from amends.scan.columns.facts import ColumnFacts, this_year
from amends.scan.files.pipeline import ahead
from amends.scan.tables.lines import Piece, column
from amends.scan.tables.reader import Reader, Shape

_SEEN_AT_FIRST = 200
_WAITING = 3
"""Pieces given to a thread before it has judged them."""


@runtime_checkable
class Splitting(Protocol):
    """A reader of delimited text: it can give the rows as they lie in the bytes, and be told what was seen there."""

    shape: Shape

    def split_rows(self, *, keep: int) -> Iterator[tuple[Piece, int, int]]:
        """Pieces with the first row that is data and the number of columns they fill; `keep` as in `lines.pieces`."""
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


class _Crew:
    """Threads that judge pieces, each with counts of its own; the calling thread judges what would wait too long."""

    def __init__(self, threads: int, columns: int) -> None:
        self.meters = [Meter(columns) for _ in range(threads)]
        self._own, *others = self.meters
        self._idle: SimpleQueue[Meter] = SimpleQueue()
        for meter in others:
            self._idle.put(meter)
        self._room = _WAITING * len(others)
        self.keep = 2 * self._room
        self._year = this_year()
        self._pool = ThreadPoolExecutor(max(1, len(others)))
        self._given: deque[tuple[Future[None], tuple[Piece, int, int]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def judge(self, piece: Piece, first: int, filled: int) -> None:
        """Have the rows from `first` on judged in the first `filled` columns, while `keep` more pieces are taken."""
        while self._given and (self._given[0][0].done() or self._given[0][1][0].number <= piece.number - self.keep):
            self._given.popleft()[0].result()
        if len(self._given) < self._room:
            self._given.append((self._pool.submit(self._take, piece, first, filled), (piece, first, filled)))
        else:
            self._own.take(piece, first, filled, self._year)

    def finish(self) -> None:
        """Return when all is judged, helping with what no thread has begun."""
        while self._given:
            future, work = self._given.pop()
            if future.cancel():
                self._own.take(*work, self._year)
            else:
                future.result()

    def _take(self, piece: Piece, first: int, filled: int) -> None:
        meter = self._idle.get()
        try:
            meter.take(piece, first, filled, self._year)
        finally:
            self._idle.put(meter)


def _measure_split(reader: Splitting, threads: int) -> list[ColumnFacts]:
    facts: list[ColumnFacts] = []
    shape = reader.shape
    with _Crew(threads, len(shape.names) + 1) as crew:
        for piece, first, filled in reader.split_rows(keep=crew.keep):
            facts.extend(ColumnFacts(name) for name in shape.names[len(facts) :])
            _look(piece, first, filled, facts)
            crew.judge(piece, first, filled)
        crew.finish()
    facts.extend(ColumnFacts(name) for name in shape.names[len(facts) :])
    for meter in crew.meters:
        for fact, counts, years in zip(facts, meter.counts, meter.years, strict=False):
            fact.counts += counts
            fact.years += years
    reader.told(sum((meter.seen for meter in crew.meters), np.zeros(2, np.int64)))
    return facts


def _look(piece: Piece, first: int, filled: int, facts: list[ColumnFacts]) -> None:
    """Show the first rows to the facts that still want shapes of values."""
    seen = np.zeros(2, np.int64)
    for position in range(filled):
        if facts[position].wants_shapes:
            facts[position].see(column(piece, position, seen, first + _SEEN_AT_FIRST).slice(first))
