"""Claim: the exact pass over all composite keys takes at most twenty times a sort of the same rows by one key.

CPU time of one thread in the same run: every statement of `keys.sql` with union-find and vetoes, against DuckDB putting
the rows of `slim` in the order of one hash.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from amends.engine import Engine
from amends.people.resolve import KEYS, exact_pass, normalise, plant
from bench.claim import Claim, versions
from bench.made_people import attach

RECORDS = 2_500_000
_SORT = "CREATE OR REPLACE TABLE sorted AS SELECT * FROM slim ORDER BY hash(ssn, given, family), number"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path = Path(folder) / "records.parquet"
        subprocess.run([sys.executable, "-m", "bench.made_people", str(RECORDS), str(path)], check=True)
        with Engine(spill=Path(folder), memory="3GiB", threads=1) as db:
            attach(db, path)
            entries = normalise(db).count
            exact = min(_seconds(lambda: _exact_pass(db, entries)) for _ in range(2))
            bare = min(_seconds(lambda: db.run(_SORT)) for _ in range(2))
    Claim(
        "people_exact",
        f"exact pass {exact:.2f} s ({len(KEYS)} keys, {RECORDS:,} records)",
        f"one-key sort in DuckDB {bare:.2f} s",
        20 * bare / exact,
        1.0,
        "python -m bench.people_exact",
        versions("duckdb", "numba"),
    ).emit()


def _exact_pass(db: Engine, entries: int) -> None:
    """Every composite key over table `slim`, as `link` does it."""
    forest, _ = plant(db, entries)
    exact_pass(db, forest)
    forest.labels()


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
