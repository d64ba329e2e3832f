"""What is due next: the nearest dates of the duties table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from amends.case import Case


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A duty with a date: whom it concerns, when it falls due and how many days are left (negative when overdue)."""

    duty_id: str
    regime: str
    audience: str
    who: str | None
    people: int
    due: dt.date
    days_left: int
    state: str


def nearest(duties: Case | pa.Table, today: dt.date, limit: int = 10) -> list[Upcoming]:
    """The dated duties of a case or of a `duties` table, soonest first, overdue ones before all.

    Raises `CaseError` when the case has no duties yet.
    """
    table = duties if isinstance(duties, pa.Table) else duties.dataset("duties").to_table()
    columns = ["duty_id", "regime", "audience", "who", "people", "due", "state"]
    rows = table.select(columns).filter(pa.compute.is_valid(table.column("due")))
    ordered = rows.sort_by([("due", "ascending"), ("people", "descending"), ("duty_id", "ascending")])
    return [Upcoming(**row, days_left=(row["due"] - today).days) for row in ordered.slice(0, limit).to_pylist()]
