"""Spreadsheets (XLSX, XLS, ODS) by fastexcel: each sheet a table. Formulas give the value kept beside them.

Rows above the header that hold one cell, as titles do, belong to the header. The library holds a workbook in memory, so
it works in a child process (`workbook`), and what it unpacks to is bounded.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from amends.scan.files.frames import Frame
from amends.scan.files.guard import asked
from amends.scan.files.source import Source
from amends.scan.files.unpacking import DAMAGED, check_ratio
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.delimited import column_name, has_header
from amends.scan.tables.reader import Batch, NamedReader, Shape, Tally

_WORKBOOK = "amends.scan.tables.workbook"
_LOOK = 50
_HEADER_ROWS = 200


def sheet_tables(source: Source) -> list[NamedReader]:
    """The sheets with cells. Raises `UnreadableError` when the workbook is damaged, locked or too large."""
    _check_size(source)
    found = []
    (listed,) = _asked(source, "give_names", {})
    for position, name in enumerate(listed.facts["names"]):
        try:
            (top,) = _asked(source, "give_top", _top(source, position))
            if top.facts["width"] > source.limits.columns:
                raise UnreadableError(f"it has more than {source.limits.columns} columns")
        except UnreadableError as error:
            found.append(NamedReader(name, None, str(error)))
            continue
        if top.facts["width"] and len(part := _batch(top)):
            found.append(NamedReader(name, SheetReader(source, position, part)))
    return found


class SheetReader:
    """Reads one sheet, of which `top` are the first rows; see `reader.Reader`."""

    def __init__(self, source: Source, position: int, top: pa.RecordBatch) -> None:
        rows = [list(row) for row in zip(*(column.to_pylist() for column in top.columns), strict=True)]
        above = _titles(rows)
        header = has_header(rows[above:])
        self._skip = above + 1 if header else 0
        names = rows[above] if header else [None] * len(top.schema)
        self._source = source
        self._position = position
        self.shape = Shape([column_name(name, i) for i, name in enumerate(names)], header, "")
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows in which any cell is filled."""
        self.tally = Tally()
        for frame in _asked(self._source, "give_sheet", {"position": self._position, "skip": self._skip}):
            part = _batch(frame)
            filled = np.zeros(len(part), bool)
            for column in part.columns:
                filled |= np.asarray(column.is_valid())
            part = part.filter(pa.array(filled)) if not filled.all() else part
            rows = np.arange(self.tally.rows, self.tally.rows + len(part), dtype=np.int64)
            self.tally.rows += len(part)
            columns = {i: _tidy(part.column(i)) for i in range(len(part.schema)) if wanted is None or i in wanted}
            yield Batch(pa.array(rows), columns)


def _top(source: Source, position: int) -> Mapping[str, int]:
    return {"position": position, "rows": _HEADER_ROWS, "columns": source.limits.columns}


def _asked(source: Source, task: str, settings: Mapping[str, Any]) -> Iterator[Frame]:
    with source.open() as file:
        yield from asked(f"{_WORKBOOK}:{task}", file, settings)
        source.check(file)


def _batch(frame: Frame) -> pa.RecordBatch:
    with pa.ipc.open_stream(pa.py_buffer(frame.data)) as stream:
        part = stream.read_next_batch()
    part.validate(full=True)
    return part


def _titles(rows: list[list[str | None]]) -> int:
    """How many rows stand above the first one with several cells, each with one cell at most."""
    if not rows or len(rows[0]) < 2:
        return 0
    for at, row in enumerate(rows[:_LOOK]):
        if sum(bool(cell and cell.strip()) for cell in row) > 1:
            return at if has_header(rows[at:]) else 0
    return 0


def _tidy(cells: pa.StringArray) -> pa.StringArray:
    """Dates come with a midnight that nobody wrote."""
    return pc.replace_substring_regex(cells, r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(\.0+)?$", r"\1")


def _check_size(source: Source) -> None:
    """Bound what the workbook unpacks to, by its directory; one whose directory lies meets the bounds of the child."""
    with source.open() as file:
        zipped = file.read(4) == b"PK\x03\x04"
        packed = file.seek(0, 2)
        infos: list[zipfile.ZipInfo] = []
        try:
            if zipped:
                with zipfile.ZipFile(file) as archive:
                    infos = archive.infolist()
        except Exception as error:
            raise UnreadableError(DAMAGED) from error
    for info in infos:
        check_ratio(info.file_size, info.compress_size, source.limits)
    if max(packed, sum(info.file_size for info in infos)) > source.limits.sheet:
        raise UnreadableError(f"it unpacks to more than {source.limits.sheet >> 20} MiB: save its sheets as CSV")
