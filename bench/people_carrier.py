"""How right `people` is on the synthetic carrier: `python -m bench.people_carrier --people N`.

Makes the carrier, scans what was taken, resolves it and prints JSON: people lost and letters too many per 1,000, and
the persons who hold two valid SSNs of two humans, which must be none.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.dataset as ds

from amends import people, scan
from amends.carrier import Breach, generate
from amends.carrier.score import Score, score
from amends.case import Case, new_case
from amends.engine import Engine, open_engine, script

NORMALISE = script("amends.people", "normalise.sql")
SLIP = 2
"""Digits in which two writings of one SSN may differ: one digit is wrong, or two neighbours are swapped."""
_TWO_SSNS = """
WITH held AS (
    SELECT DISTINCT
        person_id, human_id, lpad(ssn_key(nine_digits(ssn))::VARCHAR, 9, '0') AS digits
    FROM memberships
    JOIN records USING (record_id)
    JOIN files ON files.file_id = memberships.record_id // (1::BIGINT << 36)
    JOIN appearances ON appearances.path = files.path AND appearances.row = memberships.record_id % (1::BIGINT << 36)
    WHERE records.ssn IS NOT NULL AND memberships.record_id >= 0
)
SELECT count(DISTINCT one.person_id) FROM held AS one
JOIN held AS other ON one.person_id = other.person_id AND one.human_id < other.human_id
WHERE hamming(one.digits, other.digits) > $slip
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """The score of a resolved carrier, and how many persons hold far valid SSNs of two humans."""

    score: Score
    two_ssns: int
    seconds: float


def measure(folder: Path, count: int, *, seed: int = 2021, ssn_rate: float = 0.62) -> Measured:
    """Make a carrier of `count` people in `folder`, scan and resolve its breach, and score the persons."""
    breach = generate(folder / "carrier", count, seed=seed, ssn_rate=ssn_rate)
    inputs = "".join(f'{name} = "../carrier/{getattr(breach, name).name}"\n' for name in ("taken", "registry"))
    sections = breach.settings.read_text(encoding="utf-8")
    with new_case(folder / "case", name="carrier", sections=sections, inputs=inputs) as case:
        scan.run(case)
        started = time.perf_counter()
        people.run(case)
        seconds = time.perf_counter() - started
        return Measured(score(case, breach.truth), two_ssns(case, breach), seconds)


def two_ssns(case: Case, breach: Breach) -> int:
    """Persons whose records hold two valid SSNs that no slip explains, of two humans."""
    with open_engine(case) as db:
        for table in ("records", "memberships", "files"):
            db.attach(table)
        db.add("appearances", ds.dataset([str(path) for path in sorted(breach.truth.glob("appearances*.parquet"))]))
        return two_ssns_in(db)


def two_ssns_in(db: Engine) -> int:
    """The same of tables `records`, `memberships` and `files` and of the truth's `appearances`."""
    for name in ("nine_digits", "ssn_key"):
        db.run(NORMALISE[name])
    return int(db.value(_TWO_SSNS, slip=SLIP))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.people_carrier", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2021)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options.people, seed=options.seed)
    who = found.score
    facts = {
        "people": options.people,
        "affected": who.affected,
        "lost_per_1000": round(who.per_1000(who.lost_read), 3),
        "extra_per_1000": round(who.per_1000(who.extra), 2),
        "mixed": who.mixed,
        "two_ssns_of_two_humans": found.two_ssns,
        "seconds": round(found.seconds, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
