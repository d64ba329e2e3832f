"""Which columns of a table are searched cell by cell, because values may stand in them beside other text.

A column without element is searched unless all its cells are of one kind that hides nothing: numbers, names, dates. A
column of a known element is searched for the cells that its validator refuses: `123-45-6789 (old)` is no SSN to it.
Of a column whose JSON is a table of its own the other cells are searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amends.scan.columns.classify import ColumnVerdict
from amends.scan.columns.facts import ColumnFacts
from amends.scan.tables.headers import read_header
from amends.scan.values.validators import Kind

REVIEWER: Final = "reviewer"
"""Who decided a verdict that nothing changes any more."""

_HIDE_NOTHING: Final = (
    Kind.NUMBER, Kind.DATE, Kind.UUID, Kind.HASHED, Kind.IP, Kind.MAC, Kind.COORDINATE, Kind.IBAN, Kind.PHONE_FORMATTED,
)  # fmt: skip
_EXCLUSIVE: Final = (Kind.NUMBER, Kind.NAME, Kind.COMMA_NAME)
_SEVERAL: Final = 0.5
_TEXTY: Final = 0.1
_NAMES: Final = frozenset(
    ("full_name", "given_name", "middle_name", "family_name", "suffix", "city", "region", "status")
)
_LABEL: Final = 60
_OF_PEOPLE: Final = frozenset(("full_name", "given_name", "family_name", "dob", "ssn"))


@dataclass(frozen=True, slots=True)
class Searched:
    """A column to search: its position, the words of its header, the validators whose cells are left out.

    `only_text` leaves out cells without letters, `address` all but those that hold more than an address. `field` is the
    field that a searched cell does not fill after all. `several`: most cells hold several elements; `of_people`: its
    header speaks of people, or says nothing. `another`: it speaks of another human than the row, so what is found is
    nobody's.
    """

    position: int
    label: str
    kinds: tuple[Kind, ...] = ()
    only_text: bool = False
    address: bool = False
    field: str | None = None
    several: bool = False
    of_people: bool = False
    another: bool = False


def searched(
    verdicts: Sequence[ColumnVerdict], facts: Sequence[ColumnFacts], labels: Sequence[str], another: Sequence[bool]
) -> tuple[Searched, ...]:
    """The columns to search; `labels` are the words of their headers, `another` whether these name another human."""
    found = []
    for position, (verdict, fact) in enumerate(zip(verdicts, facts, strict=True)):
        if not fact.filled or (verdict.decided_by == REVIEWER and verdict.element is None):
            continue
        label = labels[position][:_LABEL]
        if verdict.element is not None or (verdict.rule is not None and not verdict.question):
            one = _of_known(position, verdict, fact, label)
        else:
            one = _of_unknown(position, verdict, fact, label, another[position])
        if one is not None:
            found.append(one)
    return tuple(found)


def _of_known(position: int, verdict: ColumnVerdict, fact: ColumnFacts, label: str) -> Searched | None:
    if verdict.field == "address_line":
        return Searched(position, label, address=True)
    kinds = (Kind.EMAIL,) if verdict.field == "email" else verdict.kinds
    if not kinds or fact.count(kinds) >= fact.filled:
        return None
    field = verdict.field if verdict.field in _NAMES else None
    return Searched(position, label, kinds, only_text=True, field=field)


def _of_unknown(position: int, verdict: ColumnVerdict, fact: ColumnFacts, label: str, another: bool) -> Searched | None:
    if verdict.kinds and fact.count(verdict.kinds) >= fact.filled:
        return None
    if any(fact.count((kind,)) >= fact.filled for kind in _HIDE_NOTHING):
        return None
    if sum(int(fact.counts[kind]) for kind in _EXCLUSIVE) >= fact.filled:
        return None
    several = fact.share((Kind.MIXED,)) >= _SEVERAL
    saying = read_header(verdict.column)
    of_people = not label or saying.silent or saying.human or saying.rule in _OF_PEOPLE
    only_text = fact.share((Kind.TEXT,)) < _TEXTY and not fact.count((Kind.SSN_DASHED,))
    return Searched(
        position, label, verdict.kinds, only_text=only_text, several=several, of_people=several and of_people,
        another=another,
    )  # fmt: skip
