"""Claim: scanning a CSV file takes no more than 1 GiB of memory, whatever its size.

The whole verb runs on a case of its own: both passes, records, tables. Peak memory is that of the scan's process, read
from the system when it has ended. `--gigabytes 20` makes the large one; it needs one and a half times that on disk.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from amends.case import new_case
from bench.claim import Claim, versions
from bench.customers import write

LIMIT_MIB = 1024
_SCAN = "import sys, amends; case = amends.open_case(sys.argv[1]); amends.scan.run(case); case.close()"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gigabytes", type=float, default=1.5)
    size = int(options.parse_args().gigabytes * 1e9)
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        small, _, _ = measure(Path(folder) / "small", size // 8)
        peak, seconds, size = measure(Path(folder) / "large", size)
    Claim(
        "scan_memory",
        f"peak {peak:,} MiB for {size / 1e9:.1f} GB at {size / seconds / 1e6:,.0f} MB/s; {small:,} MiB for an eighth",
        f"limit {LIMIT_MIB:,} MiB",
        LIMIT_MIB / peak,
        1.0,
        "python -m bench.scan_memory",
        versions("duckdb", "pyarrow", "numba", "numpy"),
    ).emit()


def measure(folder: Path, size: int) -> tuple[int, float, int]:
    """Scan about so many bytes: MiB at the peak, seconds, bytes. The folder is gone afterwards."""
    with new_case(folder, encryption="volume", sections="[incident]\n") as case:
        path = case.settings.inputs.taken / "customers.csv"
    size = fill(path, size)
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", _SCAN, str(folder)], env={**os.environ, "PYTHONPATH": _paths()})
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if child.returncode:
        raise SystemExit("the scan failed")
    shutil.rmtree(folder)
    return used.ru_maxrss >> 10, seconds, size


def fill(path: Path, size: int) -> int:
    """Write the table of customers over and over, with one header; the bytes written."""
    write(path, "csv")
    with path.open("rb") as file:
        file.readline()
        body = file.tell()
        with path.open("ab") as out:
            once = path.stat().st_size - body
            for _ in range(max(0, (size - once - body) // once)):
                file.seek(body)
                shutil.copyfileobj(_First(file, once), out, 8 << 20)
    return path.stat().st_size


class _First:
    """The next so many bytes of a file."""

    def __init__(self, file: object, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int) -> bytes:
        data: bytes = self._file.read(min(size, self._left))  # type: ignore[attr-defined]
        self._left -= len(data)
        return data


def _paths() -> str:
    return os.pathsep.join(filter(None, sys.path))


if __name__ == "__main__":
    main()
