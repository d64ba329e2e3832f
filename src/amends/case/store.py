"""Tables and outputs of a case as Parquet files, encrypted under the case key or plain on an encrypted volume.

Files are written through one writer with fixed row groups, so that equal rows give equal bytes (before encryption) on
any number of threads. Encryption is Parquet modular encryption (AES-GCM, 256-bit data keys wrapped by the case key).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amends.errors import TableError
from amends.evidence.files import disk_errors

ROW_GROUP = 131_072
TEXT_GROUP = 8_192
"""Rows a row group, for tables and for outputs of whole texts: what bounds the memory of writing and reading."""
Rows: TypeAlias = "pa.RecordBatchReader | pa.Table"
_FOOTER = "case"


class ParquetStore:
    """Reads and writes Parquet files; `key` is 32 bytes, or None for plain files on an encrypted volume."""

    def __init__(self, key: bytes | None) -> None:
        self._factory = pe.CryptoFactory(lambda _: _CaseKms(key)) if key else None

    @property
    def encrypted(self) -> bool:
        """True when files are encrypted under the case key."""
        return self._factory is not None

    def write(self, path: Path, rows: Rows, *, group: int = ROW_GROUP) -> int:
        """Write all rows to a new file and flush it to the disk; the number of rows. Raises `StorageError`."""
        total = 0
        with disk_errors(path.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as sink:
                os.fchmod(sink.fileno(), 0o600)
                with pq.ParquetWriter(sink, rows.schema, compression="zstd", **self._encryption()) as writer:
                    for part in _groups(rows, group):
                        writer.write_table(part, row_group_size=group)
                        total += part.num_rows
                sink.flush()
                os.fsync(sink.fileno())
        return total

    def schema(self, path: Path) -> pa.Schema:
        """Schema of a file. Raises `TableError` when it is damaged."""
        try:
            with pq.ParquetFile(path, **self._decryption()) as file:
                return file.schema_arrow
        except (pa.ArrowException, OSError, InvalidTag) as error:
            raise TableError(
                "a table cannot be read: damaged, or written under another key",
                where=path.name,
                mend="run its verb again",
            ) from error

    def dataset(self, paths: list[Path]) -> ds.Dataset:
        """The files as one dataset, decrypted on the fly and column-pruned."""
        options = None
        if self._factory is not None:
            config = ds.ParquetDecryptionConfig(self._factory, pe.KmsConnectionConfig(), pe.DecryptionConfiguration())
            options = ds.ParquetFragmentScanOptions(decryption_config=config)
        kind = ds.ParquetFileFormat(default_fragment_scan_options=options) if options else ds.ParquetFileFormat()
        return ds.dataset([str(path) for path in paths], format=kind)

    def _encryption(self) -> dict[str, Any]:
        if self._factory is None:
            return {}
        config = pe.EncryptionConfiguration(
            footer_key=_FOOTER, uniform_encryption=True, encryption_algorithm="AES_GCM_V1", data_key_length_bits=256
        )
        return {"encryption_properties": self._factory.file_encryption_properties(pe.KmsConnectionConfig(), config)}

    def _decryption(self) -> dict[str, Any]:
        if self._factory is None:
            return {}
        properties = self._factory.file_decryption_properties(pe.KmsConnectionConfig(), pe.DecryptionConfiguration())
        return {"decryption_properties": properties}


class _CaseKms(pe.KmsClient):
    """Wraps the data keys of Parquet files with the case's table key."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._aead = AESGCM(key)

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        nonce = os.urandom(12)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, key_bytes, master_key_identifier.encode()))

    def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:
        blob = base64.b64decode(wrapped_key)
        return self._aead.decrypt(blob[:12], blob[12:], master_key_identifier.encode())


def _groups(rows: Rows, size: int) -> Iterator[pa.Table]:
    """Tables of exactly `size` rows, but for the last, whatever the batches were."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in rows.to_batches() if isinstance(rows, pa.Table) else rows:
        while count + batch.num_rows >= size:
            head = batch.slice(0, size - count)
            yield pa.Table.from_batches([*held, head], rows.schema).combine_chunks()
            batch = batch.slice(head.num_rows)
            held, count = [], 0
        if batch.num_rows:
            held.append(batch)
            count += batch.num_rows
    if held:
        yield pa.Table.from_batches(held, rows.schema).combine_chunks()


def matched(rows: Rows, schema: pa.Schema) -> Rows:
    """Rows in the column order of `schema`, with Arrow's other string and list forms turned into the plain ones."""

    def cast(batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = []
        for part in schema:
            column = batch.column(batch.schema.get_field_index(part.name))
            columns.append(column if column.type == part.type else column.cast(part.type, safe=True))
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    if isinstance(rows, pa.Table):
        return pa.Table.from_batches([cast(batch) for batch in rows.to_batches()], schema)
    return pa.RecordBatchReader.from_batches(schema, (cast(batch) for batch in rows))


def plain_type(found: pa.DataType) -> pa.DataType:
    """The contract's form of an Arrow type: string for large and view forms, lists likewise, µs UTC for instants."""
    if pa.types.is_large_string(found) or pa.types.is_string_view(found):
        return pa.string()
    if pa.types.is_dictionary(found):
        return plain_type(found.value_type)
    if pa.types.is_large_list(found) or pa.types.is_list(found):
        return pa.list_(plain_type(found.value_type))
    if pa.types.is_timestamp(found) and found.tz is not None:
        return pa.timestamp("us", tz="UTC")
    return found
