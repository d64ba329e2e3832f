"""A table of made-up customers as one file: nineteen columns, half of them identifiers that never repeat."""

from __future__ import annotations

from pathlib import Path

import duckdb

ROWS = 600_000
COLUMNS = 19
_SQL = (Path(__file__).with_name("customers.sql")).read_text(encoding="utf-8")


def write(path: Path, form: str, rows: int = ROWS) -> None:
    """Write the table as `csv` or `parquet` (zstd)."""
    options = "FORMAT csv, HEADER" if form == "csv" else "FORMAT parquet, COMPRESSION zstd"
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute(f"COPY ({_SQL.format(rows=rows)}) TO '{path}' ({options})")
