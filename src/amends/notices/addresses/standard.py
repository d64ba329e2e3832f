"""Addresses as USPS prints them (Publication 28), for all rows at once; the words are in publication28.csv."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa

from amends.engine import Engine, script

SQL: Final = script(__package__, "standard.sql")
_UNITS: Final = ("unit", "unit_alone")
_NUMBER: Final = r"[0-9][0-9A-Z/-]*"
_LETTERED: Final = r"[A-Z]|[A-Z][A-Z/-]*[0-9][0-9A-Z/-]*"


def standardise(db: Engine) -> None:
    """Make the table `standard` of the view `raw` (person_id, address_line, city, region, postcode, country).

    Needs the macro `clean` of plan.sql.
    """
    db.add("abbreviations", abbreviations())
    db.run(SQL["make_plain_words"])
    db.run(SQL["make_digits"])
    db.run(SQL["make_standard"].replace("$any_unit", f" (?:{_units()})").replace("$unit", unit_pattern()))


@cache
def abbreviations() -> pa.Table:
    """The words of an address and their short forms: kind, word, short.

    The kinds are suffix, direction, unit, unit_alone, region, territory (a country code that is a state to the mail)
    and zero (states whose ZIP codes begin with it).
    """
    text = files(__package__).joinpath("publication28.csv").read_text(encoding="utf-8")
    return pa.Table.from_pylist(list(csv.DictReader(text.splitlines())))


@cache
def unit_pattern() -> str:
    """The line of an address taken apart: street, unit and its number, or a unit without one."""
    numbered = f"(?: ?#? ?({_NUMBER})| #? ?({_LETTERED}))"
    return f"^(.+?) (?:({_units('unit')}){numbered}|({_units('unit_alone')}))$"


def _units(*kinds: str) -> str:
    return "|".join(row["word"] for row in abbreviations().to_pylist() if row["kind"] in (kinds or _UNITS))
