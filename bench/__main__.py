"""`make bench`: run every claim in a process of its own, print the table, exit 1 if a bar falls short."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.rehearsed_case import FOLDER, make

CLAIMS = (
    "carrier_rate",
    "trace_rate",
    "scan_rate",
    "scan_csv_rate",
    "scan_parquet_rate",
    "scan_text_rate",
    "scan_two_threads",
    "scan_memory",
    "people_rate",
    "people_cluster",
    "people_exact",
    "duties_rate",
    "duties_scale",
    "protect_rate",
    "notices_rate",
    "notices_letters",
    "notices_emails",
    "notices_emails_checked",
    "notices_letters_memory",
    "notices_mailing",
    "memory_at_1m",
)


def main() -> int:
    """0 when every bar is reached."""
    table = Table("claim", "ours", "against", "ratio", "bar", "", title="Claims")
    failed = False
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        make(Path(folder))
        for name in CLAIMS:
            ran = subprocess.run(
                [sys.executable, "-m", f"bench.{name}"],
                capture_output=True,
                text=True,
                check=False,
                env=FOLDER.environment(folder),
            )
            claims = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('{"name"')]
            if ran.returncode or not claims:
                print(f"{name} printed no result:\n{ran.stderr}", file=sys.stderr)
                failed = True
            for claim in claims:
                print(json.dumps(claim))
                failed = failed or not claim["ok"]
                cells = (claim["ours"], claim["against"], f"{claim['ratio']:.3f}", f"{claim['bar']:.3f}")
                table.add_row(claim["name"], *cells, "ok" if claim["ok"] else "FALLS SHORT")
    Console(width=160).print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
