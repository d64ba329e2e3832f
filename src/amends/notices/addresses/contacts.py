"""The persons whom notices plan for: as people left them, with the addresses that letters bear."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa

from amends.case import Case
from amends.engine import Engine, script
from amends.notices.addresses.results import rows_of
from amends.notices.addresses.standard import standardise

SQL: Final = script(__package__, "contacts.sql")


@dataclass(frozen=True, slots=True)
class Contacts:
    """What the address service's files brought: rows by outcome, and people who moved to another state."""

    outcomes: Mapping[str, int]
    moved_away: int

    @property
    def rows(self) -> int:
        """All rows of the files."""
        return sum(self.outcomes.values())


def make_persons(case: Case, db: Engine) -> Contacts:
    """Make the table `persons` and the table `results` of the address service's files.

    Needs the macros `clean` and `hostile` of plan.sql. Raises `InputError` when a file of the service cannot be read.
    """
    db.attach("persons", name="as_found")
    db.add("return_codes", return_codes())
    db.run(SQL["make_given"])
    for rows in rows_of(case.settings.inputs.addresses):
        db.add("given_rows", rows)
        db.run(SQL["give"])
        db.drop("given_rows")
    for statement in ("make_results", "make_applied", "make_raw"):
        db.run(SQL[statement])
    standardise(db)
    db.run(SQL["make_persons"])
    found = db.fetch(SQL["outcomes"]).to_pylist()
    return Contacts({row["outcome"]: row["rows"] for row in found}, db.value(SQL["moved_away"]))


@cache
def return_codes() -> pa.Table:
    """The return codes of NCOALink: code, and whether it means moved, gone (without an address) or nothing."""
    text = files(__package__).joinpath("return_codes.csv").read_text(encoding="utf-8")
    return pa.Table.from_pylist(list(csv.DictReader(text.splitlines())))
