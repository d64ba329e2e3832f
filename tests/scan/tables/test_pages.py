"""A Parquet file is read in the child by what its pages unpack to, whatever its footer says."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.scan.files import guard
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables import guarded
from amends.scan.tables.columnar import ParquetReader
from amends.scan.tables.guarded import GuardedReader, parquet_reader
from amends.scan.tables.pages import OddPagesError, largest_group
from tests.scan.tables_of_rows import read_all

ROWS = 20_000


def parquet(**settings: object) -> bytes:
    """A file whose one column packs very well."""
    out = io.BytesIO()
    table = pa.table({"note": [f"{number:08}" + "x" * 200 for number in range(ROWS)]})
    pq.write_table(table, out, compression="zstd", use_dictionary=False, **settings)
    return out.getvalue()


def lying(content: bytes) -> bytes:
    """The file with every size in its footer that tells what the pages unpack to made small, of the same length."""
    meta = pq.read_metadata(io.BytesIO(content))
    length = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - length : -8]
    for size in {meta.row_group(0).total_byte_size, meta.row_group(0).column(0).total_uncompressed_size}:
        said = varint(size)
        footer = footer.replace(said, varint(64 << 7 * (len(said) - 2)) if len(said) > 1 else said)
    return content[: -8 - length] + footer + content[-8:]


def varint(number: int) -> bytes:
    """A whole number as Thrift's compact protocol writes it."""
    rest, out = number << 1, b""
    while rest > 127:
        out, rest = out + bytes([rest & 127 | 128]), rest >> 7
    return out + bytes([rest])


def largest(content: bytes) -> int:
    file = io.BytesIO(content)
    return largest_group(file, pq.read_metadata(file))


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_pages_of_an_honest_file_unpack_to_what_its_footer_says(version: str) -> None:
    content = parquet(data_page_version=version, row_group_size=ROWS // 2)
    told = pq.read_metadata(io.BytesIO(content)).row_group(0).total_byte_size
    assert 0.98 * told < largest(content) <= told


def test_a_footer_that_lies_changes_nothing_of_where_a_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = parquet()
    liar = lying(content)
    told = pq.read_metadata(io.BytesIO(liar)).row_group(0).total_byte_size
    assert told < largest(content) // 2 and largest(liar) == largest(content)
    path = tmp_path / "a.parquet"
    path.write_bytes(liar)
    assert isinstance(parquet_reader(Source(path, DEFAULT)), ParquetReader)
    monkeypatch.setattr(guarded, "_GROUP", largest(content) - 1)
    reader = parquet_reader(Source(path, DEFAULT))
    assert isinstance(reader, GuardedReader)
    with guard.at_work():
        assert len(read_all(reader).rows) == ROWS


def test_lists_count_by_their_values() -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"codes": [[7] * 1_000_000]}), out)
    assert largest(out.getvalue()) >= 8_000_000


def test_pages_that_are_not_understood_are_told_and_read_in_the_child(tmp_path: Path) -> None:
    content = bytearray(parquet())
    content[4:40] = b"\xff" * 36
    with pytest.raises(OddPagesError):
        largest(bytes(content))
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    assert isinstance(parquet_reader(Source(path, DEFAULT)), GuardedReader)


@pytest.mark.parametrize("codec", ["none", "snappy", "zstd", "gzip", "brotli", "lz4"])
def test_a_long_value_of_a_dictionary_counts_for_every_row(tmp_path: Path, codec: str) -> None:
    notes = ["x" * 50_000] * 20_000 + [f"note {number}" for number in range(1000)]
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"note": pa.array(notes).dictionary_encode()}), path, compression=codec)
    assert largest(path.read_bytes()) == 50_000 * 21_000
    assert isinstance(parquet_reader(Source(path, DEFAULT)), GuardedReader)


def test_texts_that_share_their_beginnings_are_read_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"note": [f"{'x' * 1000}{number}" for number in range(100)]})
    pq.write_table(table, path, use_dictionary=False, column_encoding={"note": "DELTA_BYTE_ARRAY"})
    assert isinstance(parquet_reader(Source(path, DEFAULT)), GuardedReader)


def test_common_columns_are_read_in_the_process_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    cities = pa.array([f"a city of some name {number % 5000}" for number in range(100_000)])
    pq.write_table(pa.table({"id": range(100_000), "city": cities, "tags": [["a", "b"]] * 100_000}), path)
    assert isinstance(parquet_reader(Source(path, DEFAULT)), ParquetReader)
