"""Text that is no UTF-8 in files that should hold nothing else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.columnar import ParquetReader
from amends.scan.tables.letters import mended
from tests.scan.tables_of_rows import read_all

CELLS = pa.array([b"ok", b"Zo\xeb", None, "Zoë".encode()], pa.binary())
TEXT = pa.Array.from_buffers(pa.string(), 4, CELLS.buffers())


def test_one_cell_that_is_no_utf8_costs_nothing_of_a_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"name": TEXT}), path)
    assert read_all(ParquetReader(Source(path, DEFAULT))).rows == [["ok"], ["Zoë"], [None], ["Zoë"]]


def test_a_slice_is_mended_as_the_whole() -> None:
    assert mended(TEXT.slice(1, 2)).to_pylist() == ["Zoë", None]
