"""Claim: trace reads the estate's exports at a stated share of a plain read of the same lines."""

from __future__ import annotations

import time

from bench.claim import Claim, versions
from bench.rehearsed_case import again, rehearsed


def main() -> None:
    """Measure and print."""
    with rehearsed() as case:
        files = sorted(path for path in case.settings.inputs.estate.rglob("*") if path.is_file())
        outcome = again(case, "trace")
        began = time.perf_counter()
        lines = 0
        for path in files:
            with path.open("rb") as file:
                lines += sum(1 for _ in file)
        limit = time.perf_counter() - began
    Claim(
        "trace_rate",
        f"{lines / outcome.seconds:,.0f} lines/s ({lines:,} lines in {len(files)} files)",
        f"plain read {lines / limit:,.0f} lines/s",
        limit / outcome.seconds,
        0.001,
        "python -m bench.trace_rate",
        versions("duckdb", "pyarrow"),
    ).emit()


if __name__ == "__main__":
    main()
