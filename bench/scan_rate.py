"""Claim: scan finds, validates and normalises every row at a stated share of DuckDB's bare reading of the same files.

DuckDB reads what it can read at all of the same haul: the Parquet, CSV and NDJSON files that amends read, all columns
as text. What it refuses or has no reader for (dumps, workbooks, mail …) is left out on its side only, and only the rows
that both read are counted, so the comparison favours DuckDB. What scan knows of the files is forgotten first.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

from amends.scan.delta import KNOWN
from bench.rehearsed_case import again, rehearsed
from bench.scan_of_rows import rate

_READERS = {
    "csv": "read_csv($path, all_varchar = true, ignore_errors = true)",
    "ndjson": "read_json($path, format = 'newline_delimited')",
    "parquet": "read_parquet($path)",
}


def main() -> None:
    """Measure and print."""
    with rehearsed() as case:
        files = case.dataset("files").to_table().to_pylist()
        read = [row for row in files if row["state"] == "read" and row["format"] in _READERS and "!" not in row["path"]]
        (case.path / "outputs" / KNOWN).unlink()
        outcome = again(case, "scan")
        root = case.settings.inputs.taken
        paths = [(root / row["path"], row["format"]) for row in read]
        limit = min(_seconds(paths) for _ in range(2))
    rows = sum(row["rows"] for row in read)
    rate("scan", f"{rows:,} rows in {len(paths)} files", rows, outcome.seconds, limit, bar=0.05).emit()


def _seconds(paths: list[tuple[Path, str]]) -> float:
    refused = 0
    began = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as db:
        for path, kind in paths:
            try:
                query = f"SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM {_READERS[kind]}"
                db.execute(query, {"path": str(path)}).fetchall()
            except duckdb.Error:
                refused += 1
    seconds = time.perf_counter() - began
    print(f"DuckDB refused {refused} of {len(paths)} files that amends read", file=sys.stderr)
    return seconds


if __name__ == "__main__":
    main()
