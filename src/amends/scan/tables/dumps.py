"""Database dumps (mysqldump, plain pg_dump, other INSERT scripts): a reader for each table that has rows.

The dump is indexed in one pass; a table is then read from its own stretches of the file.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from amends.scan.files.source import Source
from amends.scan.files.unpacking import Slice
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.dumpindex import DumpTable, Stretch, index
from amends.scan.tables.reader import Batch, NamedReader, Shape, Tally
from amends.scan.tables.splitter import gather
from amends.scan.tables.sqlbytes import copy_rows, gather_values, tuples
from amends.scan.tables.sqlskip import copy_row_end, tuple_end

_ROWS = 20_011
"""Rows at once: no power of two, or the columns of the arrays would share their places in the cache."""


def dump_tables(source: Source, *, backslash: bool) -> list[NamedReader]:
    """The tables of a dump; `backslash` if backslashes escape in its strings. Raises `UnreadableError`."""
    found = index(source.chunks(), backslash=backslash, limits=source.limits)
    return [NamedReader(table.name, DumpReader(source, table, backslash)) for table in found]


class DumpReader:
    """Reads the rows of one table; see `reader.Reader`. Values beyond the last column go, as written, into `extra`."""

    def __init__(self, source: Source, table: DumpTable, backslash: bool) -> None:
        self._source = source
        self._table = table
        self._backslash = backslash
        self.tally = Tally()
        self._names = list(table.columns)
        for stretch in table.stretches:
            self._names += [name for name in stretch.columns if name not in self._names]
        if not self._names:
            self._names = [f"column_{i}" for i in range(self._count_values())]
        if len(self._names) > source.limits.columns:
            raise UnreadableError(f"it has more than {source.limits.columns} columns")
        self.shape = Shape([*self._names])

    def _count_values(self) -> int:
        """Values of the first row, where nothing names the columns."""
        first = self._table.stretches[0]
        columns = self._source.limits.columns
        with self._source.open() as file:
            for *_, fields in self._rows(file, first, columns, 1):
                return int(fields)
        return 0

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows."""
        self.tally = Tally()
        seen = np.zeros(2, np.int64)
        with self._source.open() as file:
            for stretch in self._table.stretches:
                columns = stretch.columns or tuple(self._names)
                places = {i: self._names.index(name) for i, name in enumerate(columns)}
                capacity = max(1, min(self._source.limits.cells // (len(columns) + 1), _ROWS))
                for buffer, starts, lens, kinds, rows, _ in self._rows(file, stretch, len(columns), capacity):
                    numbers = np.arange(self.tally.rows, self.tally.rows + rows, dtype=np.int64)
                    self.tally.rows += rows
                    if bool((lens[len(columns), :rows] >= 0).any()):
                        places[len(columns)] = len(self._names)
                        if len(self.shape.names) == len(self._names):
                            self.shape.names.append("extra")
                    found = {
                        place: _cells(buffer, starts[i], lens[i], kinds[i], rows, seen)
                        for i, place in places.items()
                        if wanted is None or place in wanted
                    }
                    yield Batch(pa.array(numbers), found)
            self._source.check(file)
        if seen[1]:
            self.shape.encoding = "cp1252" if not seen[0] else "utf-8 and cp1252"

    def _rows(self, file: BinaryIO, stretch: Stretch, columns: int, capacity: int) -> Iterator[tuple[Any, ...]]:
        """Pieces of a stretch: (buffer, starts, lens, kinds, rows, values of the last row)."""
        starts, lens = (np.empty((columns + 1, capacity), np.int32) for _ in range(2))
        kinds = np.empty((columns + 1, capacity), np.uint8)
        head = np.frombuffer(stretch.head or b"\0", np.uint8)
        limits = self._source.limits
        held = np.empty(0, np.uint8)
        # A descriptor of its own: the slice closes what it reads, and the caller reads on.
        with io.FileIO(file.fileno(), closefd=False) as raw:
            stream = io.BufferedReader(Slice(raw, stretch.start, stretch.end - stretch.start), 1 << 20)
            final = False
            passing: Any = None
            while not final:
                chunk = stream.read(limits.chunk)
                final = len(chunk) < limits.chunk
                held = np.concatenate([held, np.frombuffer(chunk, np.uint8)])
                if passing is not None:
                    end = self._row_end(held, stretch, passing)
                    if end < 0:
                        held = held[:0]
                        continue
                    held, passing = held[end:], None
                used = -1
                while used:
                    if stretch.head is None:
                        rows, used, ragged, fields = copy_rows(held, len(held), final, columns, starts, lens, kinds)
                    else:
                        rows, used, ragged, fields = tuples(
                            held, len(held), self._backslash, head, columns, starts, lens, kinds
                        )
                    self.tally.ragged += ragged
                    if rows:
                        yield held, starts, lens, kinds, rows, fields
                    held = held[used:]
                if len(held) > limits.row:
                    self.tally.rows += 1
                    self.tally.rejected += 1
                    passing = np.zeros(5, np.int64)
                    self._row_end(held, stretch, passing)
                    held = held[:0]
        if held.tobytes().strip(b" \t\r\n;,"):
            self.tally.rows += 1
            self.tally.rejected += 1

    def _row_end(self, held: Any, stretch: Stretch, passing: Any) -> int:
        """Where the row ends that is passed over because it is too long, or -1."""
        if stretch.head is None:
            return int(copy_row_end(held, len(held), passing))
        return int(tuple_end(held, len(held), self._backslash, passing))


def _cells(buffer: Any, starts: Any, lens: Any, kinds: Any, rows: int, seen: Any) -> pa.StringArray:
    """One column as an Arrow array; cells that are not UTF-8 are read as Windows-1252."""
    here = lens[:rows] >= 0
    offsets = np.empty(rows + 1, np.int32)
    data = np.empty(max(1, int(lens[:rows].sum(dtype=np.int64, where=here))), np.uint8)
    used, odd = gather_values(buffer, starts, lens, kinds, rows, offsets, data)
    if odd:
        rough, begins, sizes = data, offsets[:-1].copy(), np.diff(offsets)
        data = np.empty(max(1, 3 * int(used)), np.uint8)
        used = gather(rough, begins, sizes, rows, offsets, data, seen)
    missing = rows - int(here.sum())
    validity = pa.py_buffer(np.packbits(here, bitorder="little")) if missing else None
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data[:used]), validity, missing)
