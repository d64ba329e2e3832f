"""Spreadsheets (XLSX, XLS, ODS) by fastexcel: each sheet a table. Formulas give the value kept beside them.

Rows above the header that hold one cell, as titles do, belong to the header. The library holds a sheet in memory, so
its unpacked size is bounded.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.scan.files.source import Source
from amends.scan.files.unpacking import DAMAGED, check_ratio
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.delimited import column_name, has_header
from amends.scan.tables.reader import Batch, NamedReader, Shape, Tally

_ROWS = 65_536
_LOOK = 50
_HEADER_ROWS = 200


def sheet_tables(source: Source) -> list[NamedReader]:
    """The sheets with cells. Raises `UnreadableError` when the workbook is damaged, locked or too large."""
    book = _open(source)
    found = []
    for position, name in enumerate(book.sheet_names):
        try:
            whole = _load(book, position)
        except UnreadableError as error:
            found.append(NamedReader(name, None, str(error)))
            continue
        if len(whole) and len(whole.schema):
            found.append(NamedReader(name, SheetReader(source, position, whole)))
    return found


class SheetReader:
    """Reads one sheet; see `reader.Reader`. The sheet that was loaded to look at it serves the first reading."""

    def __init__(self, source: Source, position: int, whole: pa.RecordBatch) -> None:
        first = whole.slice(0, _HEADER_ROWS)
        if len(first.schema) > source.limits.columns:
            raise UnreadableError(f"it has more than {source.limits.columns} columns")
        rows = [list(row) for row in zip(*(column.to_pylist() for column in first.columns), strict=True)]
        above = _titles(rows)
        header = has_header(rows[above:])
        self._skip = above + 1 if header else 0
        names = rows[above] if header else [None] * len(first.schema)
        self._source = source
        self._position = position
        self._loaded: pa.RecordBatch | None = whole
        self.shape = Shape([column_name(name, i) for i, name in enumerate(names)], header, "")
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows in which any cell is filled."""
        self.tally = Tally()
        sheet, self._loaded = self._loaded, None
        if sheet is None:
            sheet = _load(_open(self._source), self._position)
        self._source.unchanged()
        for start in range(self._skip, len(sheet), _ROWS):
            part = sheet.slice(start, _ROWS)
            filled = np.zeros(len(part), bool)
            for column in part.columns:
                filled |= np.asarray(column.is_valid())
            part = part.filter(pa.array(filled)) if not filled.all() else part
            rows = np.arange(self.tally.rows, self.tally.rows + len(part), dtype=np.int64)
            self.tally.rows += len(part)
            columns = {i: _tidy(part.column(i)) for i in range(len(part.schema)) if wanted is None or i in wanted}
            yield Batch(pa.array(rows), columns)


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


def _open(source: Source) -> Any:
    import fastexcel

    with source.open() as file:
        head = file.read(4)
        if head == b"PK\x03\x04":
            _check_size(file, source)
        file.seek(0, 2)
        if file.tell() > source.limits.sheet:
            raise UnreadableError(_too_large(source))
        file.seek(0)
        content = file.read()
        source.check(file)
    try:
        return fastexcel.read_excel(content)
    except Exception as error:
        raise UnreadableError(_reason(error)) from error


def _check_size(file: Any, source: Source) -> None:
    """Bound what the workbook unpacks to, by its directory; a directory that lies makes the library fail."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except Exception as error:
        raise UnreadableError(DAMAGED) from error
    for info in infos:
        check_ratio(info.file_size, info.compress_size, source.limits)
    if sum(info.file_size for info in infos) > source.limits.sheet:
        raise UnreadableError(_too_large(source))


def _too_large(source: Source) -> str:
    return f"it unpacks to more than {source.limits.sheet >> 20} MiB: save its sheets as CSV"


def _load(book: Any, position: int) -> pa.RecordBatch:
    try:
        sheet = book.load_sheet(position, header_row=None, dtypes="string")
        return pa.record_batch(sheet.to_arrow())
    except Exception as error:
        raise UnreadableError(_reason(error)) from error


def _reason(error: Exception) -> str:
    text = str(error).lower()
    return "it needs a password" if "password" in text or "encrypt" in text else DAMAGED
