"""Claim: a demo of 1,000,000 people, carrier and all verbs in one process, stays within 8 GiB."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.claim import Claim, versions

LIMIT_MIB = 8192


def main() -> None:
    """Measure and print."""
    ran = subprocess.run(
        [sys.executable, "-m", "amends.cli", "demo", "--people", "1000000", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    facts = json.loads(ran.stdout)
    speeds = ", ".join(f"{item['verb']} {item['rows_per_second']:,}" for item in facts["speed"])
    Claim(
        "memory_at_1m",
        f"peak {facts['peak_mib']:,} MiB; rows/s: {speeds}",
        f"limit {LIMIT_MIB:,} MiB",
        LIMIT_MIB / facts["peak_mib"],
        1.0,
        "amends demo --people 1000000 --json",
        versions("duckdb", "pyarrow", "numba", "numpy"),
    ).emit()


if __name__ == "__main__":
    main()
