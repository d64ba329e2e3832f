"""`python -m bench.law_cases DIR`: every acceptance case of the law in a folder through `assess`; prints JSON.

The format is that of `case.schema.json` in AMENDS_DATA/law. A duty matches a row when every key of the row matches;
every expected row must be matched, and no row that is not expected may match a duty in force. A shadow is not in force.
Nor is a duty that binds nobody until counsel finds a condition met (its `triggers` are empty), or that guidance asks
for and no law obliges to: such a match fails no case and is listed under `undecided`, so that nobody takes it for an
answer.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from amends.case import Incident
from amends.duties import Duty, Group, assess
from amends.elements import mask

_RENAMED = {"hq_tz": "time_zone", "extortion_paid_at": "extortion_paid"}
"""Facts of the entity that amends' settings call otherwise; all others keep their name."""


@dataclass(frozen=True)
class LawCase:
    """One case: the incident, its people, and the rows that must and must not be matched."""

    id: str
    incident: Incident
    groups: tuple[Group, ...]
    expected: tuple[dict[str, Any], ...]
    not_expected: tuple[dict[str, Any], ...]


def read_cases(path: Path) -> list[LawCase]:
    """The cases of a file, or of every YAML file of a folder in order of name."""
    files = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    return [_case(item) for file in files for item in yaml.safe_load(file.read_text(encoding="utf-8"))["cases"]]


def failures(case: LawCase, duties: Sequence[Duty]) -> list[dict[str, Any]]:
    """Every row that is not met, with what was computed for its regime."""
    missed = [row for row in case.expected if not any(matches(duty, row) for duty in duties)]
    unwanted = [row for row in case.not_expected if any(_binds(duty) and matches(duty, row) for duty in duties)]
    return [
        {
            "case": case.id,
            "row": row,
            "expected": expected,
            "computed": [_seen(duty) for duty in duties if duty.regime == row["regime"]],
        }
        for expected, rows in ((True, missed), (False, unwanted))
        for row in rows
    ]


def undecided(case: LawCase, duties: Sequence[Duty]) -> list[dict[str, Any]]:
    """Every row that is not expected and matches a duty only if counsel finds a condition met, with that duty."""
    open_ones = [duty for duty in duties if duty.in_force and duty.conditional]
    return [
        {"case": case.id, "row": row, "duty": duty.duty_id, "question": duty.question}
        for row in case.not_expected
        for duty in open_ones
        if matches(duty, row)
    ]


def _binds(duty: Duty) -> bool:
    return duty.in_force and not duty.conditional


def matches(duty: Duty, row: dict[str, Any]) -> bool:
    """Whether every key of a row agrees with a duty, by the conventions of the file's header."""
    return all(_agrees(duty, key, value) for key, value in row.items())


def _agrees(duty: Duty, key: str, value: Any) -> bool:
    if key == "content":
        return set(duty.content) == set(value)
    if key == "due" and "T" in value:
        return duty.due_at == dt.datetime.fromisoformat(value)
    if key == "due":
        return duty.due_at is None and duty.due == dt.date.fromisoformat(value)
    if key == "not_before":
        return duty.not_before == dt.date.fromisoformat(value)
    if key == "substitute_notice":
        return duty.substitute_by_number is value
    return bool(getattr(duty, key) == value)


def _seen(duty: Duty) -> dict[str, Any]:
    due = duty.due_at or duty.due
    return {
        "audience": duty.audience.value,
        "who": duty.who,
        "due": due,
        "not_before": duty.not_before,
        "status": duty.status,
        "state": duty.state.value,
        "people": duty.people,
        "content": duty.content,
        "credit_monitoring_months": duty.credit_monitoring_months,
        "substitute_notice": duty.substitute_by_number,
        "needs_review": duty.needs_review,
    }


def _case(item: dict[str, Any]) -> LawCase:
    groups = tuple(Group(p["jurisdiction"], mask(p["elements"]), p["people"]) for p in item["population"])
    return LawCase(
        item["id"], _incident(item["incident"]), groups, tuple(item["expected"]), tuple(item["not_expected"])
    )


def _incident(facts: dict[str, Any]) -> Incident:
    """The incident as settings hold it: a day each, and the instant where the case gives one."""
    given = {**facts, **facts.get("entity_facts", {})}
    given.pop("entity_facts", None)
    found: dict[str, Any] = {}
    instants: list[tuple[str, dt.datetime]] = []
    for name, value in given.items():
        key = _RENAMED.get(name, name)
        if isinstance(value, list):
            found[key] = tuple(value)
        elif isinstance(value, str) and key != "time_zone":
            found[key] = dt.date.fromisoformat(value[:10])
            if "T" in value:
                instants.append((key, dt.datetime.fromisoformat(value)))
        else:
            found[key] = value
    return Incident(**found, instants=tuple(instants))


def main(folder: str) -> int:
    """0 when every case passes."""
    cases = read_cases(Path(folder))
    assessed = [(case, assess(case.incident, case.groups)) for case in cases]
    failed = [failure for case, duties in assessed for failure in failures(case, duties)]
    asked = [row for case, duties in assessed for row in undecided(case, duties)]
    passed = len(cases) - len({failure["case"] for failure in failed})
    found = {"cases": len(cases), "passed": passed, "failures": failed, "undecided": asked}
    print(json.dumps(found, default=str))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.law_cases DIR")
    sys.exit(main(sys.argv[1]))
