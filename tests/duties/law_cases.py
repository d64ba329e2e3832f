"""Reads the law cases of AMENDS_DATA and matches the duties that `assess` computes against their rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from amends.duties import Duty, Group, Incident, State, rulebook
from amends.elements import mask

STATES = frozenset(regime.id for regime in rulebook())
OUTSIDE = frozenset({"status"})
"""Keys of a row that no state duty carries."""


@dataclass(frozen=True)
class LawCase:
    """One case: the incident, its people, and the rows of state regimes that must and must not be matched."""

    id: str
    incident: Incident
    groups: list[Group]
    expected: list[dict[str, Any]]
    not_expected: list[dict[str, Any]]
    left_out: int


def read_cases(path: Path) -> list[LawCase]:
    """The cases that have a row of a state regime; rows of other regimes are counted as left out."""
    found = [_case(item) for item in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]]
    return [case for case in found if case.expected or case.not_expected]


def failures(case: LawCase, duties: list[Duty]) -> list[str]:
    """Every row that is not met, with what was computed for its regime."""
    missed = [row for row in case.expected if not any(matches(duty, row) for duty in duties)]
    unwanted = [row for row in case.not_expected if any(matches(duty, row) for duty in duties)]
    return [f"missing {row}: {_seen(row, duties)}" for row in missed] + [f"not wanted {row}" for row in unwanted]


def matches(duty: Duty, row: dict[str, Any]) -> bool:
    """Whether every key of a row agrees with a duty, by the conventions of the file's header."""
    return all(_agrees(duty, key, value) for key, value in row.items())


def _agrees(duty: Duty, key: str, value: Any) -> bool:
    if key == "content":
        return set(duty.content) == set(value)
    if key in ("due", "not_before"):
        return getattr(duty, key) == (None if value is None else dt.date.fromisoformat(value))
    if key == "substitute_notice":
        return duty.substitute_by_number is value
    if key == "needs_review":
        return (duty.state is State.COUNSEL) is value
    return bool(getattr(duty, key) == value)


def _seen(row: dict[str, Any], duties: list[Duty]) -> list[tuple[object, ...]]:
    same = [duty for duty in duties if duty.regime == row["regime"]]
    return [(duty.audience.value, duty.who, duty.due, duty.state.value, duty.people) for duty in same]


def _case(item: dict[str, Any]) -> LawCase:
    expected = [row for row in item["expected"] if row["regime"] in STATES]
    not_expected = [row for row in item["not_expected"] if row["regime"] in STATES]
    rows = len(item["expected"]) + len(item["not_expected"])
    groups = [Group(p["jurisdiction"], mask(p["elements"]), p["people"]) for p in item["population"]]
    left_out = rows - len(expected) - len(not_expected)
    return LawCase(item["id"], _incident(item["incident"]), groups, expected, not_expected, left_out)


def _incident(facts: dict[str, Any]) -> Incident:
    """The incident as settings hold it: days, not instants; the entity's licences as sectors."""
    entity = facts.get("entity_facts", {})
    sectors = list(facts.get("sectors", ()))
    sectors += [name for key, name in _SECTOR_FACTS.items() if entity.get(key)]
    days = {name: dt.date.fromisoformat(facts[name][:10]) for name in _DAYS if facts.get(name)}
    return Incident(
        **days,
        encrypted=facts.get("encrypted"),
        key_compromised=facts.get("key_compromised"),
        harm_likely=entity.get("harm_likely"),
        sectors=tuple(sectors),
    )


_SECTOR_FACTS = {"dfs_licensed": "dfs_covered_entity", "information_broker": "information_broker"}
_DAYS = (
    "discovered",
    "aware",
    "determined",
    "reasonably_determined",
    "materiality_determined",
    "confirmed",
    "individuals_notified",
    "law_enforcement_delay_until",
)
