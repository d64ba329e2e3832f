"""Claim: CSV is split, judged cell by cell and judged column by column at a stated share of DuckDB's bare parse.

Both get one core and the same bytes from a warm page cache; DuckDB parses every column to text and counts. Ours
includes taking the file's hash, which every scan needs. Processor time is compared, since other work may share the
machine.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from amends.scan.columns.measuring import measure_table
from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.delimited import DelimitedReader, lay_out
from bench.claim import Claim, versions
from bench.customers import COLUMNS, ROWS, write

_PARSE = "SELECT count(*), {lengths} FROM read_csv($path, all_varchar = true)"
_ROUNDS = 4


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path = Path(folder) / "customers.csv"
        write(path, "csv")
        size = path.stat().st_size
        measure(path, 1)
        ours, theirs = alternately(lambda: measure(path, 1), lambda: parse(path), clock=time.process_time)
    Claim(
        "scan_csv_rate",
        f"{size / ours / 1e6:,.0f} MB/s a core ({ROWS:,} rows × {COLUMNS} columns)",
        f"DuckDB parses {size / theirs / 1e6:,.0f} MB/s",
        theirs / ours,
        0.60,
        "python -m bench.scan_csv_rate",
        versions("duckdb", "pyarrow", "numba", "numpy"),
    ).emit()


def measure(path: Path, threads: int, rows: int = ROWS) -> None:
    """The first pass of the scan over one CSV file."""
    source = Source(path, DEFAULT)
    sample = source.head(DEFAULT.sample)
    layout = lay_out(sample, whole=False, named=True, limits=DEFAULT)
    if layout is None:
        raise SystemExit("the file is no table")
    facts = measure_table(DelimitedReader(source, tell(sample), layout), threads=threads, small=threads == 1)
    if facts[0].filled != rows:
        raise SystemExit("rows were lost")


def parse(path: Path) -> None:
    """DuckDB's parse of every column."""
    with duckdb.connect(config={"threads": 1}) as db:
        names = [row[0] for row in db.execute("DESCRIBE FROM read_csv($path)", {"path": str(path)}).fetchall()]
        lengths = ", ".join(f'max(strlen("{name}"))' for name in names)
        db.execute(_PARSE.format(lengths=lengths), {"path": str(path)}).fetchall()


def alternately(*works: Callable[[], None], clock: Callable[[], float]) -> list[float]:
    """The best of several rounds of each, taken in turns so that the machine's load falls on all."""
    best = [float("inf")] * len(works)
    for _ in range(_ROUNDS):
        for i, work in enumerate(works):
            began = clock()
            work()
            best[i] = min(best[i], clock() - began)
    return best


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
