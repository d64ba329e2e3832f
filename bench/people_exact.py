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
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pyarrow.csv as csv

from amends.engine import Engine
from amends.people.resolve import _FLAGS, _NORMALISED, KEYS, NORMALISE
from amends.people.union import Forest
from amends.people.whole_groups import whole_groups
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
            _normalise(db)
            exact = min(_seconds(lambda: _exact_pass(db)) for _ in range(2))
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


def _exact_pass(db: Engine) -> Forest:
    """Every composite key over table `slim`, as `link` does it."""
    columns = db.fetch(NORMALISE["attributes"])
    forest = Forest(*(columns[name].to_numpy().copy() for name in ("ssn", "dob", "given", "initial", "suffix")))
    for number, (name, rows) in enumerate(zip(KEYS, db.streams(KEYS.values()), strict=True)):
        for keys, numbers in whole_groups(rows):
            forest.join(keys, numbers, number, strong=name.startswith("ssn_"))
    forest.labels()
    return forest


def _normalise(db: Engine) -> None:
    """Table `slim`, as `link` makes it."""
    for name in ("nicknames", "placeholder_words"):
        text = files("amends.people").joinpath(f"{name}.csv").read_bytes()
        db.add(name, csv.read_csv(BytesIO(text), convert_options=_FLAGS))
    for name in _NORMALISED:
        db.run(NORMALISE[name])


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
