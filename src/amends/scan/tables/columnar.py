"""Parquet and Arrow IPC: record batches with nested fields flattened to dotted names and every value as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.letters import mended
from amends.scan.tables.reader import Batch, Shape, Tally

_ROWS = 65_536
_BATCH_BYTES = 64 << 20
_GROUP_BYTES = 192 << 20
_LOOK_AT = 4096


class ParquetReader:
    """Reads one Parquet file; see `reader.Reader`. Raises `UnreadableError` when it is damaged or encrypted."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.tally = Tally()
        with source.open() as raw, _reasons(), pq.ParquetFile(raw) as file:
            names = [name for name, _ in _leaves(file.schema_arrow)]
        if len(names) > source.limits.columns:
            raise UnreadableError(f"it has more than {source.limits.columns} columns")
        self.shape = Shape(names, True, "")

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows."""
        for first, part in self._parts(None):
            rows = np.arange(first, first + part.num_rows, dtype=np.int64)
            yield Batch(pa.array(rows), flat_text(part, wanted))

    def coded_columns(self) -> Iterator[dict[int, pa.StringArray | pa.DictionaryArray]]:
        """The columns of all rows, by position; behind the first row group those that repeat texts as dictionaries."""
        coded: list[str] = []
        for first, part in self._parts(coded):
            if first == 0:
                coded.extend(_repeating(part))
            yield {i: _coded(cells) if _is_coded(cells.type) else as_text(cells) for i, cells in enumerate(_flat(part))}

    def _parts(self, coded: list[str] | None) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Batches with the number of their first row; `coded` columns, named by then, come as read from group 1 on."""
        self.tally = Tally()
        with self._source.open() as raw, _reasons():
            file = _open(raw, [])
            groups = range(file.num_row_groups)
            plain = groups if coded is None else groups[:1]
            for some in (plain, groups[len(plain) :]):
                file = _open(raw, coded) if coded and some.start else file
                for part in file.iter_batches(_batch_rows(file), row_groups=list(some), use_threads=False):
                    first = self.tally.rows
                    self.tally.rows += part.num_rows
                    yield first, part
            if self.tally.rows != file.metadata.num_rows:
                raise UnreadableError("it holds fewer rows than it says")
            self._source.check(raw)


class _reasons:
    """Turns what Arrow raises on a damaged or encrypted file into a reason."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        if isinstance(error, pa.ArrowException | OSError | UnicodeError) and not isinstance(error, PermissionError):
            text = str(error).lower()
            secret = "encrypt" in text or "decrypt" in text
            raise UnreadableError("it is encrypted" if secret else "it is damaged or cut short") from error


def _open(raw: BinaryIO, coded: list[str]) -> pq.ParquetFile:
    """The file with some columns of text as dictionaries; row groups of many bytes are read in small steps."""
    file = pq.ParquetFile(raw, read_dictionary=coded, pre_buffer=False)
    meta = file.metadata
    if max((meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)), default=0) <= _GROUP_BYTES:
        return file
    return pq.ParquetFile(raw, metadata=meta, read_dictionary=coded, pre_buffer=False, buffer_size=1 << 20)


def _repeating(part: pa.RecordBatch) -> list[str]:
    """Columns of text with few values in the first rows. (What a column says of its encoding may not be readable.)"""
    return [
        field.name
        for field, cells in zip(part.schema, part.columns, strict=True)
        if pa.types.is_string(field.type)
        and part.num_rows >= _LOOK_AT
        and pc.count_distinct(cells.slice(0, _LOOK_AT)).as_py() <= _LOOK_AT // 16
    ]


def _coded(cells: pa.DictionaryArray) -> pa.DictionaryArray:
    """Its texts mended, as those of `as_text`."""
    return pa.DictionaryArray.from_arrays(cells.indices, mended(cells.dictionary))


def _is_coded(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type)


def _batch_rows(file: pq.ParquetFile) -> int:
    meta = file.metadata
    groups = [meta.row_group(i) for i in range(meta.num_row_groups)]
    widest = max((group.total_byte_size / max(1, group.num_rows) for group in groups), default=1.0)
    return int(max(1024, min(_ROWS, _BATCH_BYTES / max(1.0, widest))))


def _leaves(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    found: list[tuple[str, pa.DataType]] = []

    def walk(name: str, kind: pa.DataType) -> None:
        if pa.types.is_struct(kind):
            for field in kind:
                walk(f"{name}.{field.name}", field.type)
        else:
            found.append((name, kind))

    for field in schema:
        walk(field.name, field.type)
    return found


def _flat(part: pa.RecordBatch) -> Iterator[pa.Array]:
    def walk(cells: pa.Array) -> Iterator[pa.Array]:
        if pa.types.is_struct(cells.type):
            for field in cells.flatten():
                yield from walk(field)
        else:
            yield cells

    for cells in part.columns:
        yield from walk(cells)


def as_text(cells: pa.Array) -> pa.StringArray:
    """Values as text: whole floats without a point, dates as ISO, lists of text joined, what has no text as null."""
    kind = cells.type
    if pa.types.is_string(kind):
        return mended(cells)
    if pa.types.is_dictionary(kind):
        return as_text(cells.dictionary_decode())
    if pa.types.is_floating(kind):
        cells = pc.cast(cells, pa.float64())
        if pc.all(pc.or_kleene(pc.equal(cells, pc.floor(cells)), pc.is_nan(cells))).as_py() is not False:
            cells = pc.cast(pc.if_else(pc.is_finite(cells), cells, None), pa.int64(), safe=False)
        return pc.cast(cells, pa.string())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if pa.types.is_string(kind.value_type):
            return pc.binary_join(cells, " ").cast(pa.string())
        return pa.nulls(len(cells), pa.string())
    try:
        return pc.cast(cells, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(cells), pa.string())


class ArrowReader:
    """Reads one Arrow IPC (Feather) file; see `reader.Reader`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.tally = Tally()
        with source.open() as raw, _reasons():
            names = [name for name, _ in _leaves(pa.ipc.open_file(raw).schema)]
        if len(names) > source.limits.columns:
            raise UnreadableError(f"it has more than {source.limits.columns} columns")
        self.shape = Shape(names, True, "")

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows."""
        self.tally = Tally()
        with self._source.open() as raw, _reasons():
            file = pa.ipc.open_file(raw)
            for number in range(file.num_record_batches):
                whole = file.get_batch(number)
                whole.validate(full=True)
                for start in range(0, whole.num_rows, _ROWS):
                    part = whole.slice(start, _ROWS)
                    rows = np.arange(self.tally.rows, self.tally.rows + part.num_rows, dtype=np.int64)
                    self.tally.rows += part.num_rows
                    yield Batch(pa.array(rows), flat_text(part, wanted))
            self._source.check(raw)


def flat_text(part: pa.RecordBatch, wanted: Collection[int] | None) -> dict[int, pa.StringArray]:
    """The columns of a batch by position, nested fields flattened, every value as text."""
    return {i: as_text(cells) for i, cells in enumerate(_flat(part)) if wanted is None or i in wanted}


def flat_names(schema: pa.Schema) -> list[str]:
    """The names of the columns that `flat_text` gives."""
    return [name for name, _ in _leaves(schema)]
