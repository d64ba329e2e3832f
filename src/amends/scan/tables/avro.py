"""Avro container files by fastavro: some MiB at a time, nested records flattened to dotted columns.

fastavro unpacks a block whole, whatever its size: run this in a child process (`guarded`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from amends.scan.files.source import Source
from amends.scan.files.unpacking import DAMAGED
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.columnar import flat_names, flat_text
from amends.scan.tables.reader import Batch, Shape, Tally

_AT_ONCE = 8192
_BYTES = 16 << 20


class AvroReader:
    """Reads one Avro file; see `reader.Reader`. Columns are numbered in the order in which they are met."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._places: dict[str, int] = {}
        self.shape = Shape([], True, "")
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All records."""
        import fastavro

        self.tally = Tally()
        with self._source.open() as raw:
            try:
                for records in _pieces(fastavro.block_reader(raw)):
                    yield self._batch(records, wanted)
            except (UnreadableError, GeneratorExit):
                raise
            except Exception as error:
                raise UnreadableError(_reason(error)) from error
            self._source.check(raw)

    def _batch(self, records: list[Any], wanted: Collection[int] | None) -> Batch:
        first = self.tally.rows
        self.tally.rows += len(records)
        rows = pa.array(np.arange(first, first + len(records), dtype=np.int64))
        part = pa.RecordBatch.from_struct_array(_structs(records))
        for name in flat_names(part.schema):
            if name not in self._places:
                self._places[name] = len(self._places)
                self.shape.names.append(name)
        if len(self._places) > self._source.limits.columns:
            raise UnreadableError(f"it has more than {self._source.limits.columns} columns")
        places = [self._places[name] for name in flat_names(part.schema)]
        return Batch(rows, {places[i]: cells for i, cells in flat_text(part, None).items() if _is(places[i], wanted)})


def _pieces(blocks: Iterable[Any]) -> Iterator[list[Any]]:
    """Records in pieces, of several blocks where these are small and of a part of one where it is large."""
    held: list[Any] = []
    size = 0
    for block in blocks:
        each = max(1, block.bytes_.getbuffer().nbytes // max(1, block.num_records))
        for record in block:
            held.append(record)
            size += each
            if len(held) >= _AT_ONCE or size >= _BYTES:
                yield held
                held, size = [], 0
    if held:
        yield held


def _is(place: int, wanted: Collection[int] | None) -> bool:
    return wanted is None or place in wanted


def _structs(records: list[Any]) -> pa.StructArray:
    """Records as structs. Where a field has several types, its values are taken as text."""
    rows = [record if isinstance(record, dict) else {"value": record} for record in records]
    try:
        return pa.array(rows)
    except (pa.ArrowException, ValueError, OverflowError, TypeError):
        return pa.array([{key: None if v is None else str(v) for key, v in row.items()} for row in rows])


def _reason(error: Exception) -> str:
    text = str(error).lower()
    return "its codec is not known" if "codec" in text or "library" in text else DAMAGED
