"""Claim: every cell of a Parquet file is judged at a rate of CSV-equivalent bytes, beside DuckDB's reading of the file.

One core, warm page cache, processor time; the size is that of the same table as CSV. The ratio is to the 300 MB/s that
the target names; DuckDB's reading of all columns as text stands beside it.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import duckdb

from amends.scan.columns.measuring import measure_table
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.columnar import ParquetReader
from bench.claim import Claim, versions
from bench.customers import COLUMNS, ROWS, write
from bench.scan_csv_rate import alternately

_TARGET = 300.0


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path, as_csv = Path(folder) / "customers.parquet", Path(folder) / "customers.csv"
        write(path, "parquet")
        write(as_csv, "csv")
        size = as_csv.stat().st_size
        measure(path)
        ours, theirs = alternately(lambda: measure(path), lambda: read(path), time.process_time)
    rate = size / ours / 1e6
    Claim(
        "scan_parquet_rate",
        f"{rate:,.0f} MB/s CSV-equivalent a core ({ROWS:,} rows × {COLUMNS} columns)",
        f"{_TARGET:.0f} MB/s; DuckDB reads {size / theirs / 1e6:,.0f} MB/s",
        rate / _TARGET,
        1.0,
        "python -m bench.scan_parquet_rate",
        versions("duckdb", "pyarrow", "numba", "numpy"),
    ).emit()


def measure(path: Path) -> None:
    """The first pass of the scan over one Parquet file."""
    facts = measure_table(ParquetReader(Source(path, DEFAULT)), small=True)
    if facts[0].filled != ROWS:
        raise SystemExit("rows were lost")


def read(path: Path) -> None:
    """DuckDB's reading of every column as text."""
    with duckdb.connect(config={"threads": 1}) as db:
        names = [row[0] for row in db.execute("DESCRIBE FROM read_parquet($path)", {"path": str(path)}).fetchall()]
        lengths = ", ".join(f'max(strlen("{name}"::varchar))' for name in names)
        db.execute(f"SELECT count(*), {lengths} FROM read_parquet($path)", {"path": str(path)}).fetchall()


if __name__ == "__main__":
    main()
