"""JSON lines and Parquet: every row counted, nested fields flattened, damage told apart."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.columnar import ParquetReader
from amends.scan.tables.ndjson import NdjsonReader
from tests.scan.tables_of_rows import Read, read_all, small_chunks


def ndjson(content: bytes, folder: Path, limits: Limits = DEFAULT) -> Read:
    path = folder / "x.ndjson"
    path.write_bytes(content)
    return read_all(NdjsonReader(Source(path, limits), tell(content)))


def parquet(table: pa.Table, folder: Path) -> Read:
    path = folder / "x.parquet"
    pq.write_table(table, path)
    return read_all(ParquetReader(Source(path, DEFAULT)))


def test_bad_lines_are_rejected_one_by_one(tmp_path: Path) -> None:
    content = b'{"a": "x"}\n{"a": \nnonsense\n[1]\n\n{"a": "y"}\n{}\n'
    read = ndjson(content, tmp_path)
    assert read.numbers == [0, 4, 5]
    assert read.rows == [["x"], ["y"], [None]]
    assert (read.tally.rows, read.tally.rejected) == (6, 3)


def test_nested_objects_become_dotted_columns(tmp_path: Path) -> None:
    line = {"id": 7, "home": {"zip": "02134", "geo": {"lat": 1.5}}, "lines": [{"n": 1}]}
    read = ndjson(json.dumps(line).encode(), tmp_path)
    assert dict(zip(read.names, read.rows[0], strict=True)) == {
        "id": "7", "home.zip": "02134", "home.geo.lat": "1.5", "lines": '[{"n":1}]',
    }  # fmt: skip


def test_keys_that_come_later_are_columns_too(tmp_path: Path) -> None:
    lines = b"".join(b'{"k%d": "%d"}\n' % (i % 3, i) for i in range(300))
    for limits in (DEFAULT, small_chunks(64)):
        read = ndjson(lines, tmp_path, limits)
        assert sorted(read.names) == ["k0", "k1", "k2"]
        assert len(read.rows) == 300
        filled = [[cell for cell in row if cell is not None] for row in read.rows]
        assert filled == [[str(i)] for i in range(300)]


def test_a_key_may_be_text_here_and_a_number_there(tmp_path: Path) -> None:
    read = ndjson(b'{"ssn": "123-45-6788"}\n{"ssn": 223456788}\n{"ssn": null}\n', tmp_path)
    assert read.rows == [["123-45-6788"], ["223456788"], [None]]


def test_long_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    read = ndjson(b'{"iccid": 89014103211118510720, "imei": 490154203237518}', tmp_path)
    assert read.rows == [["89014103211118510720", "490154203237518"]]


def test_ndjson_in_utf16_is_read(tmp_path: Path) -> None:
    assert ndjson('{"a": "Zoë"}\n'.encode("utf-16"), tmp_path).rows == [["Zoë"]]


def test_parquet_values_become_text_that_validators_know(tmp_path: Path) -> None:
    table = pa.table(
        {
            "dob": pa.array([date(1975, 3, 12), None]),
            "phone": pa.array([4155550123.0, np.nan]),
            "amount": pa.array([1.5, 2.0]),
            "who": pa.array([{"first": "Ann", "last": "Lee"}, None]),
            "city": pa.array(["Reno", None]).dictionary_encode(),
            "tags": pa.array([["a", "b"], None]),
            "blob": pa.array([b"\xff\xfe", None]),
        }
    )
    read = parquet(table, tmp_path)
    assert read.names == ["dob", "phone", "amount", "who.first", "who.last", "city", "tags", "blob"]
    assert read.rows[0] == ["1975-03-12", "4155550123", "1.5", "Ann", "Lee", "Reno", "a b", None]
    assert read.rows[1] == [None, None, "2", None, None, None, None, None]


def reason(content: bytes, folder: Path) -> str:
    path = folder / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        read_all(ParquetReader(Source(path, DEFAULT)))
    return str(caught.value)


def test_damaged_parquet_is_told_from_encrypted_parquet(tmp_path: Path) -> None:
    path = tmp_path / "good.parquet"
    pq.write_table(pa.table({"a": pa.array(np.random.default_rng(1).integers(0, 10**12, 50_000))}), path)
    good = path.read_bytes()
    assert "damaged" in reason(good[: len(good) // 2], tmp_path)
    assert "damaged" in reason(b"PAR1", tmp_path)
    torn = bytearray(good)
    torn[1000:9000] = bytes(8000)
    assert "damaged" in reason(bytes(torn), tmp_path)


class _Kms(pe.KmsClient):  # type: ignore[misc]
    def wrap_key(self, key_bytes: bytes, _: str) -> bytes:
        return key_bytes.hex().encode()

    def unwrap_key(self, wrapped_key: bytes, _: str) -> bytes:
        return bytes.fromhex(wrapped_key.decode())


@pytest.mark.parametrize("plain_footer", [True, False])
def test_encrypted_parquet_says_so(plain_footer: bool, tmp_path: Path) -> None:
    config = pe.EncryptionConfiguration(footer_key="k", column_keys={"c": ["a"]}, plaintext_footer=plain_footer)
    properties = pe.CryptoFactory(lambda _: _Kms()).file_encryption_properties(pe.KmsConnectionConfig(), config)
    path = tmp_path / "locked.parquet"
    table = pa.table({"a": ["x"]})
    with pq.ParquetWriter(path, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)
    assert "encrypted" in reason(path.read_bytes(), tmp_path)
