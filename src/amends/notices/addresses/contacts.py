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
from amends.errors import TableError
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

    Needs the macros `clean` and `hostile` of plan.sql. Raises `TableError` when a person is
    there twice, `InputError` when a file of the service cannot be read.
    """
    db.attach("persons", name="as_found")
    repeated: int = db.value(SQL["repeated"])
    if repeated:
        raise TableError(
            f"{repeated} rows have the person_id of another", where="table persons", mend="run `amends people` again"
        )
    db.add("return_codes", facts_in("return_codes.csv"))
    db.add("countries", facts_in("countries.csv"))
    db.run(SQL["make_given"])
    for rows in rows_of(case.settings.inputs.addresses):
        db.add("given_rows", rows)
        db.run(SQL["give"])
        db.drop("given_rows")
    for statement in ("make_results", "make_applied", "make_raw"):
        db.run(SQL[statement])
    standardise(db)
    db.run(SQL["make_persons"])
    db.run("drop table standard")
    found = db.fetch(SQL["outcomes"]).to_pylist()
    return Contacts({row["outcome"]: row["rows"] for row in found}, db.value(SQL["moved_away"]))


@cache
def facts_in(name: str) -> pa.Table:
    """A CSV file of this folder, all columns as text.

    `return_codes.csv` has the codes of NCOALink and whether one means moved, gone (without an address) or nothing,
    `countries.csv` the name of each country code (ISO 3166-1) in English, as the last line of an address abroad has it.
    """
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return pa.Table.from_pylist(list(csv.DictReader(text.splitlines())))
