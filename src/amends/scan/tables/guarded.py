"""Tables whose reader holds what the file tells it to: read by the child process of the guard, batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from amends.scan.files.frames import Frame
from amends.scan.files.guard import asked
from amends.scan.files.guest import OpenFile, Work
from amends.scan.files.limits import Limits
from amends.scan.files.source import Source
from amends.scan.tables.columnar import ParquetReader
from amends.scan.tables.reader import Batch, Reader, Shape, Tally

_BYTES = 32 << 20
_GROUP = 512 << 20
_COLUMNAR = "amends.scan.tables.columnar"


class GuardedReader:
    """Reads one table by the class `reader` ("module:class"), which takes a source, in a child; see `reader.Reader`."""

    def __init__(self, reader: str, source: Source) -> None:
        self._reader = reader
        self._source = source
        self.shape = Shape([], True, "")
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows."""
        self.tally = Tally()
        settings = {
            "reader": self._reader,
            "limits": asdict(self._source.limits),
            "wanted": None if wanted is None else sorted(wanted),
        }
        with self._source.open() as file:
            for frame in asked(f"{__name__}:give", file, settings):
                self.tally.rows, self.tally.rejected, self.tally.ragged = frame.facts["tally"]
                self.shape.names[:] = frame.facts["names"]
                if len(frame.data):
                    yield _batch(frame)
            self._source.check(file)


def parquet_reader(source: Source) -> Reader:
    """The reader of a Parquet file: in a child where a group of its rows unpacks to very much."""
    reader = ParquetReader(source)
    with source.open() as file, pq.ParquetFile(file) as parquet:
        meta = parquet.metadata
        largest = max((meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)), default=0)
    return GuardedReader(f"{_COLUMNAR}:ParquetReader", source) if largest > _GROUP else reader


def _batch(frame: Frame) -> Batch:
    with pa.ipc.open_stream(pa.py_buffer(frame.data)) as stream:
        part = stream.read_next_batch()
    part.validate(full=True)
    places = [int(name) for name in part.schema.names[1:]]
    return Batch(part.column(0), dict(zip(places, part.columns[1:], strict=True)))


def give(file: BinaryIO, settings: Mapping[str, Any]) -> Work:
    """In the child: batches with what is known of the table so far."""
    module, _, name = str(settings["reader"]).partition(":")
    source = OpenFile(file, Limits(**settings["limits"]))
    reader: Reader = getattr(import_module(module), name)(source)
    wanted = None if settings["wanted"] is None else set(settings["wanted"])
    for batch in reader.batches(wanted):
        places = sorted(batch.columns)
        names = ["row", *map(str, places)]
        whole = pa.RecordBatch.from_arrays([batch.rows, *(batch.columns[place] for place in places)], names=names)
        step = max(1, len(whole) * _BYTES // max(1, whole.nbytes))
        for at in range(0, len(whole), step):
            yield Frame(_known(reader), _packed(whole.slice(at, step)))
    yield Frame(_known(reader))


def _known(reader: Reader) -> Mapping[str, Any]:
    tally = reader.tally
    return {"tally": [tally.rows, tally.rejected, tally.ragged], "names": reader.shape.names}


def _packed(part: pa.RecordBatch) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, part.schema) as stream:
        stream.write_batch(part)
    return sink.getvalue()
