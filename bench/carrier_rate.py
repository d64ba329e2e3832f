"""Claim: the carrier writes its whole haul at a stated share of the speed of copying the same bytes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from amends import carrier
from bench.claim import Claim, versions

PEOPLE = 200_000


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        began = time.perf_counter()
        breach = carrier.generate(Path(folder) / "carrier", PEOPLE)
        seconds = time.perf_counter() - began
        files = [path for path in (Path(folder) / "carrier").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        began = time.perf_counter()
        shutil.copytree(Path(folder) / "carrier", Path(folder) / "copy")
        os.sync()
        limit = time.perf_counter() - began
    Claim(
        "carrier_rate",
        f"{breach.rows / seconds:,.0f} rows/s, {size / seconds / 1e6:,.0f} MB/s ({PEOPLE:,} people)",
        f"copying the same files {size / limit / 1e6:,.0f} MB/s",
        limit / seconds,
        0.01,
        "python -m bench.carrier_rate",
        versions("duckdb", "numpy", "pyarrow"),
    ).emit()


if __name__ == "__main__":
    main()
