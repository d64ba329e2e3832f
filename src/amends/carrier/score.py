"""How right a case came out, against the truth that the carrier keeps apart.

Counts are of affected humans. `lost` is the harm: a human who is the majority in no person row is never told. It is
split into those whose data lies only in files that amends does not read yet, and those lost in files it did read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.dataset as ds

from amends.case import Case
from amends.engine import open_engine, script

SQL = script(__package__, "score.sql")


@dataclass(frozen=True, slots=True)
class Score:
    """The outcome of a rehearsal: counts of humans and person rows."""

    affected: int
    found: int
    lost_unread: int
    lost_read: int
    extra: int
    mixed: int
    persons: int
    exact: int
    exact_of_read: int
    told_too_little: int
    told_too_much: int

    def per_1000(self, count: int) -> float:
        """A count per 1,000 affected humans."""
        return 1000 * count / self.affected if self.affected else 0.0


@dataclass(frozen=True, slots=True)
class ReachScore:
    """Systems of the truth, how many of them were found, and how many were named wrongly: could and did be reached."""

    could: int
    could_found: int
    could_wrong: int
    did: int
    did_found: int
    did_wrong: int


def score(case: Case, truth: Path) -> Score:
    """Score persons and elements of a case against the people and appearances of its truth."""
    with open_engine(case) as db:
        for table in ("files", "memberships", "persons"):
            db.attach(table)
        for name in ("people", "appearances"):
            db.add(name, ds.dataset([str(path) for path in sorted(truth.glob(f"{name}*.parquet"))]))
        for statement in ("shares", "majorities", "told", "standing"):
            db.run(SQL[statement])
        return Score(**db.fetch(SQL["score"]).to_pylist()[0])


def score_reach(case: Case, truth: Path) -> ReachScore:
    """Score the reach of a case against `truth/systems.parquet`."""
    with open_engine(case) as db:
        db.attach("reach")
        db.add("truth_systems", ds.dataset(str(truth / "systems.parquet")))
        return ReachScore(**db.fetch(SQL["reach"]).to_pylist()[0])
