"""The organisation's registry of people, read as it is exported: Parquet or CSV files with the columns of the contract.

Missing columns are null, unknown columns are an error that names them, so that a renamed column is never lost silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from amends.errors import InputError, TableError
from amends.tables import REGISTRY, conform

_MEND = "export it again, with a header, dates as YYYY-MM-DD and flags as true or false"
NUMBERED = pa.schema([pa.field("record_id", pa.int64()), *REGISTRY.schema])
"""The registry's rows with their ids."""


def registry_files(folder: Path) -> list[Path]:
    """The Parquet and CSV files of the registry, in order of name. Raises `InputError` for any other file."""
    if not folder.exists():
        return []
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    for path in files:
        if path.suffix.lower() not in (".parquet", ".csv") or path.is_symlink():
            raise InputError(
                "the registry must be Parquet or CSV files",
                where=f"registry/{path.name}",
                mend="export it in that form",
            )
    return files


def registry_rows(folder: Path) -> pa.RecordBatchReader:
    """All rows of the registry in the columns of the contract, each with a `record_id` of -1, -2, … in order.

    Raises `InputError` that names the file for what cannot be read; a bad cell is found while the rows are drained.
    """
    datasets = [(path, _dataset(path)) for path in registry_files(folder)]
    return pa.RecordBatchReader.from_batches(NUMBERED, _numbered(datasets))


def _numbered(datasets: list[tuple[Path, ds.Dataset]]) -> Iterator[pa.RecordBatch]:
    count = 0
    for path, dataset in datasets:
        given = set(dataset.schema.names)
        try:
            for batch in dataset.to_batches():
                ids = pa.array(np.arange(-count - 1, -count - 1 - batch.num_rows, -1, dtype=np.int64))
                columns = [
                    batch.column(f.name).cast(f.type) if f.name in given else pa.nulls(batch.num_rows, f.type)
                    for f in REGISTRY.schema
                ]
                count += batch.num_rows
                yield pa.RecordBatch.from_arrays([ids, *columns], schema=NUMBERED)
        except pa.ArrowException:
            raise InputError(
                f"the registry cannot be read after row {count}",
                where=f"registry/{path.name}",
                mend=_MEND,
            ) from None


def _dataset(path: Path) -> ds.Dataset:
    """One file of the registry; CSV columns are all text, dates as YYYY-MM-DD. Raises `InputError` or `TableError`."""
    where = f"registry/{path.name}"
    try:
        if path.suffix.lower() == ".parquet":
            schema = pq.read_schema(path)
            conform(_plain(schema), REGISTRY, where=where, missing_ok=True)
            return ds.dataset(str(path), format="parquet")
        names = csv.open_csv(path).schema.names
        contract = REGISTRY.schema
        known = [contract.field(name) if name in contract.names else pa.field(name, pa.string()) for name in names]
        conform(pa.schema(known), REGISTRY, where=where, missing_ok=True)
        options = csv.ConvertOptions(
            column_types={field.name: field.type for field in known}, strings_can_be_null=True, null_values=[""]
        )
        return ds.dataset(str(path), format=ds.CsvFileFormat(convert_options=options))
    except (pa.ArrowException, OSError):
        raise InputError("a registry file cannot be read", where=where, mend=_MEND) from None
    except TableError as error:
        raise InputError(error.what, where=error.where, mend=error.mend) from error


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with large strings as strings."""
    return pa.schema([pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type) for f in schema])
