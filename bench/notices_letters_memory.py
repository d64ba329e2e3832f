"""Claim: a million letters are written to files of 25,000 in the memory that an eighth of them takes.

Each number of letters is written by a process of its own, to real files that are deleted as they are done.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from amends.notices.letters.batch import LetterFile, Letters
from amends.notices.letters.measuring import utf8
from amends.notices.letters.printing import PER_FILE, barcodes
from amends.notices.letters.sheets import plan_of, set_sheets
from bench.claim import Claim, versions
from bench.notices_letters import FILLED, SLOTS, lines, text_of_a_letter, tracking

LETTERS = 1_000_000
AT_ONCE = PER_FILE // 2
GROWTH = 1.1


def main() -> None:
    """Measure and print."""
    small, large = measure(LETTERS // 8), measure(LETTERS)
    Claim(
        "notices_letters_memory",
        f"peak {large['peak']:,.0f} MiB for {LETTERS:,} letters, {large['bytes'] / LETTERS:,.0f} bytes each",
        f"{small['peak']:,.0f} MiB for {LETTERS // 8:,}, times {GROWTH}",
        GROWTH * small["peak"] / large["peak"],
        1,
        "python -m bench.notices_letters_memory",
        versions("typst", "numba", "pyarrow"),
    ).emit()


def measure(count: int) -> dict[str, float]:
    """Peak MiB and bytes of so many letters."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = [sys.executable, "-m", "bench.notices_letters_memory", str(count)]
    ran = subprocess.run(child, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def write(count: int) -> None:
    """Write letters and print the figures; runs in the child."""
    text = text_of_a_letter()
    plan = plan_of("letter", "en", text)
    typeset = [text.split("\n")[place] for place in plan.typeset]
    for slot, value in FILLED.items():
        typeset = [line.replace(slot, value) for line in typeset]
    sheets = list(set_sheets([(plan, text, typeset)]))
    size = 0
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path = Path(folder) / "letters.pdf"
        for start in range(0, count, PER_FILE):
            with path.open("wb") as file:
                made = LetterFile(file, sheets)
                for first in range(start, min(start + PER_FILE, count), AT_ONCE):
                    made.add(_letters(first))
                made.close()
            size += path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak": peak, "bytes": size}))


def _letters(first: int) -> Letters:
    flat, zips = lines(AT_ONCE)
    zero = np.zeros(AT_ONCE, np.int64)
    bars = barcodes(tracking(first, AT_ONCE), zips)
    return Letters(zero, zero, bars, *utf8(flat), np.arange(AT_ONCE, dtype=np.int64) * SLOTS)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(int(sys.argv[1]))
    else:
        main()
