"""What if: the duties under other facts of the incident or other rule files, and who and what that changes."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from amends.case import Case, Incident, with_values
from amends.duties.assessment import Assessment, assess_whole
from amends.duties.contradiction import check
from amends.duties.counsel import FILE, read_counsel
from amends.duties.duty import Duty
from amends.duties.law.rulebook import read_regimes, rulebook
from amends.errors import AmendsError

_COMPARED = (
    "status",
    "state",
    "due",
    "due_at",
    "not_before",
    "people",
    "credit_monitoring_months",
    "content",
    "content_prohibited",
    "standard",
    "confidence",
    "citation",
)


class WhatIfError(AmendsError):
    """A change that cannot be made."""


@dataclass(frozen=True, slots=True)
class Change:
    """One duty that is new, gone or different. `what` reads as `due 2026-09-16 → 2026-09-19`."""

    duty_id: str
    kind: str
    people: int
    what: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The changes by duty_id, and how many people get, lose or see changed a duty toward themselves."""

    changes: tuple[Change, ...]
    people: int


def what_if(case: Case, settings: Sequence[str] = (), rules: Path | None = None) -> WhatIf:
    """Compare the duties of a case with those under `incident.key=value` settings or the rule files of a folder.

    Files of the folder replace the shipped ones of the same name and add to them. Nothing is written. Raises
    `WhatIfError`, `SettingError` or `RegimeError` when a change cannot be read; `CaseError` before duties has run.
    """
    incident = case.settings.incident
    groups = case.output("duties/groups.parquet").to_table()
    said = read_counsel(case.path / FILE)
    changed = _changed(incident, settings)
    check(changed)
    laws = {law.id: law for law in rulebook()}
    other = laws | ({law.id: law for law in read_regimes(rules)} if rules else {})
    before = assess_whole(incident, groups, list(laws.values()), said)
    after = assess_whole(changed, groups, [other[key] for key in sorted(other)], said)
    return compare(before, after)


def _changed(incident: Incident, settings: Sequence[str]) -> Incident:
    values: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not key.strip().startswith("incident."):
            mend = "write --set incident.discovered=2026-08-20"
            raise WhatIfError("a change must name a setting of [incident] and its value", where="--set", mend=mend)
        try:
            values[key.strip().removeprefix("incident.")] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            values[key.strip().removeprefix("incident.")] = text
    return with_values(incident, values)


def compare(before: Assessment, after: Assessment) -> WhatIf:
    """What differs between two assessments of the same population."""
    old = {duty.duty_id: duty for duty in before.duties}
    new = {duty.duty_id: duty for duty in after.duties}
    changes = []
    for duty_id in sorted(old.keys() | new.keys()):
        if duty_id not in old:
            changes.append(Change(duty_id, "new", new[duty_id].people, _words(new[duty_id])))
        elif duty_id not in new:
            changes.append(Change(duty_id, "gone", old[duty_id].people, _words(old[duty_id])))
        elif what := _difference(old[duty_id], new[duty_id]):
            changes.append(Change(duty_id, "different", new[duty_id].people, what))
    return WhatIf(tuple(changes), _people(before, after, {change.duty_id for change in changes}))


def _words(duty: Duty) -> str:
    due = duty.due_at.isoformat() if duty.due_at else duty.due or "no date"
    return f"{duty.status.replace('_', ' ')}, {duty.state}, due {due}"


def _difference(one: Duty, other: Duty) -> str:
    parts = []
    for name in _COMPARED:
        was, now = getattr(one, name), getattr(other, name)
        if was == now:
            continue
        if isinstance(was, tuple):
            less, more = sorted(set(was) - set(now)), sorted(set(now) - set(was))
            parts.append(" ".join([name, *(f"-{token}" for token in less), *(f"+{token}" for token in more)]))
        else:
            parts.append(f"{name} {was} → {now}")
    return "; ".join(parts)


def _people(before: Assessment, after: Assessment, changed: set[str]) -> int:
    """People for whom a duty toward themselves is among the changed ones, before or after."""
    touched = _touched(before, changed) | _touched(after, changed)
    return int(before.outcomes.people.people[touched].sum())


def _touched(assessment: Assessment, changed: set[str]) -> Any:
    outcomes = assessment.outcomes
    found = np.zeros(len(outcomes.people.masks), dtype=np.bool_)
    for index, duty_id in enumerate(outcomes.duty_ids):
        if duty_id in changed:
            word, bit = divmod(index, 64)
            found |= (outcomes.bits[word] >> np.uint64(bit) & np.uint64(1)).astype(np.bool_)
    return found


def changes_table(found: WhatIf) -> pa.Table:
    """A row a change, ordered by duty_id."""
    return pa.table({name: [getattr(change, name) for change in found.changes] for name in Change.__slots__})
