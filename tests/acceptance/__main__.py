"""`make acceptance`: run the cases nobody here wrote and print their figures as Markdown."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from amends import scan
from amends.case import new_case
from tests.acceptance import simulated_people


def main() -> int:
    """Print the figures of every case; 2 when the data is not there."""
    data = Path(os.environ.get("AMENDS_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
    if not data.is_dir():
        print("acceptance: no test data: set AMENDS_DATA to its folder", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="amends-acceptance-") as folder:
        people(data / "people" / "pseudopeople_default.parquet", Path(folder) / "people")
        files(data / "scan" / "files", Path(folder) / "files")
    return 0


def people(source: Path, folder: Path) -> None:
    """Lost and extra over simulated people, and what each verb did."""
    found = simulated_people.run(source, folder)
    print("## Simulated people (pseudopeople, default noise)\n")
    print("| humans | found | lost per 1,000 | extra per 1,000 | person rows | of them mixing humans |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {found.humans:,} | {found.found:,} | {found.lost_per_1000:.2f} | {found.extra_per_1000:.1f} "
        f"| {found.persons:,} | {found.mixed:,} |\n"
    )
    print("| verb | rows | findings |\n|---|---|---|")
    for outcome in found.outcomes:
        rows = ", ".join(f"{count:,} {name}" for name, count in outcome.rows.items())
        print(f"| {outcome.verb} | {rows} | {len(outcome.findings)} |")


def files(source: Path, folder: Path) -> None:
    """Every file and archive member of the file corpora, and why it was not read where it was not."""
    with new_case(folder, name="files", inputs=f'taken = "{source}"\n') as case:
        outcome = scan.run(case)
        rows = case.dataset("files").to_table().to_pylist()
    print("\n## Files (an Outlook mailbox, a government e-mail corpus)\n")
    for balance in outcome.balances:
        parts = " + ".join(f"{count:,} {name}" for name, count in balance.out.items() if count)
        print(f"- {balance.what}: {balance.came_in:,} = {parts or 0}")
    print("\n| file | bytes | format | state | reason |\n|---|---|---|---|---|")
    for row in rows:
        print(f"| {row['path']} | {row['bytes'] or 0:,} | {row['format']} | {row['state']} | {row['reason'] or ''} |")


if __name__ == "__main__":
    sys.exit(main())
