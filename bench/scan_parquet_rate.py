"""Claim: every cell of a Parquet file is judged at 300 MB/s of CSV-equivalent bytes on a core like that of the target.

On that core DuckDB parses the same table as CSV at 491 MB/s, so on any other the bar is 300/491 of its parse there. One
core, warm page cache, processor time; the size is that of the table as CSV. DuckDB's reading of all columns of the
Parquet file as text stands beside it.
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
from bench.scan_csv_rate import alternately, parse

_TARGET = 300 / 491


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path, as_csv = Path(folder) / "customers.parquet", Path(folder) / "customers.csv"
        write(path, "parquet")
        write(as_csv, "csv")
        size = as_csv.stat().st_size
        measure(path)
        works = (lambda: measure(path), lambda: parse(as_csv), lambda: read(path))
        ours, parsed, theirs = alternately(*works, clock=time.process_time)
    Claim(
        "scan_parquet_rate",
        f"{size / ours / 1e6:,.0f} MB/s CSV-equivalent a core ({ROWS:,} rows × {COLUMNS} columns)",
        f"DuckDB parses CSV {size / parsed / 1e6:,.0f} MB/s, reads Parquet {size / theirs / 1e6:,.0f} MB/s",
        parsed / ours,
        _TARGET,
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
