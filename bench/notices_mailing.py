"""Claim: every letter of a mailing is read back and compared with the tables, 2,000 a second and core.

`python -m bench.notices_mailing [--people 50000]` makes a case and exports its letters in a process of its own: files,
manifests, hashes and the check of every letter, whose processor time is measured inside. Peak memory is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.claim import Claim, versions
from bench.made_mailing import write

CHECKED = 2_000
ENGINE = "512MiB"
"""What the engine may hold while it joins and sorts the manifests; writing notices needs more."""

_EXPORT = "from bench.notices_mailing import export; export()"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=50_000)
    people = options.parse_args().people
    with TemporaryDirectory(prefix="amends-bench-") as folder:
        found = measure(Path(folder), people)
    rate, whole = found["letters"] / found["checking"], found["letters"] / found["exporting"]
    each = found["bytes"] / found["letters"]
    Claim(
        "notices_mailing",
        f"{rate:,.0f} letters/s checked; written and checked {whole:,.0f}/s; {each:,.0f} bytes each; "
        f"peak {found['peak']:,.0f} MiB for {found['letters']:,.0f} letters",
        f"{CHECKED:,} letters/s checked",
        rate / CHECKED,
        1,
        f"python -m bench.notices_mailing --people {people}",
        versions("typst", "pypdfium2", "duckdb"),
    ).emit()


def measure(folder: Path, people: int) -> dict[str, float]:
    """Figures of the export of so many letters."""
    write(people, folder / "case")
    settings = folder / "case" / "case.toml"
    settings.write_text(settings.read_text().replace('memory = "4GiB"', f'memory = "{ENGINE}"'))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = subprocess.Popen(
        [sys.executable, "-c", _EXPORT, str(folder)], env=environment, stdout=subprocess.PIPE, text=True
    )
    told = child.stdout.read() if child.stdout else ""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit("the export failed")
    size = sum(path.stat().st_size for path in (folder / "mail").glob("letters_*.pdf"))
    return {**json.loads(told), "peak": used.ru_maxrss / 1024, "bytes": size}


def export() -> None:
    """Export the mail of the case in a folder and print the figures; runs in the child."""
    from amends import notices
    from amends.case import open_case
    from amends.notices import letters

    folder, spent, check = Path(sys.argv[1]), [0.0], letters.check_files

    def timed(*given: object) -> None:
        start = time.process_time()
        check(*given)  # type: ignore[arg-type]
        spent[0] += time.process_time() - start

    letters.check_files = timed
    with open_case(folder / "case") as case:
        start = time.process_time()
        done = notices.export(case, folder / "mail")
        exporting = time.process_time() - start
    print(json.dumps({"letters": done.pieces, "checking": spent[0], "exporting": exporting}))


if __name__ == "__main__":
    main()
