"""What counsel decided and confirmed: `counsel.toml` beside `case.toml`, with author, day and reason.

[[decision]]                      # a conflict of laws, by its key as the findings name it
conflict = "US-CA:individuals / US-FCC-CPNI-2007:individuals"
choice = "keep the embargo"
follow = "US-FCC-CPNI-2007:individuals"   # may be left out: which of the two rules dates the duty from now on
due = 2026-09-18                          # may be left out: the day that counsel sets under the rule that is followed
reason = "..."
by = "..."
day = 2026-09-01

[[confirmation]]                  # facts of a law that were known from memory or a chart only
regime = "US-TX"
facts = ["consumer_reporting_agencies"]
source = "Tex. Bus. & Com. Code 521.053(h), read 2026-09-01"
by = "..."
day = 2026-09-01

[[condition]]                     # a condition that no setting decides, in the words of the duty's question
regime = "US-HIPAA"
condition = "the data was held about care or payment for care, so that it is protected health information"
met = true
reason = "..."
by = "..."
day = 2026-09-01
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from amends.duties.conflict import LAW_ENFORCEMENT, Conflict
from amends.duties.duty import Duty, Question, Topic
from amends.duties.law.regime import Known, Regime
from amends.duties.law.words import Confidence, FactGroup
from amends.errors import AmendsError

FILE = "counsel.toml"


class CounselError(AmendsError):
    """The file of decisions is not valid; `where` names the entry."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A conflict of laws and what was chosen, by whom, when and why.

    `follow` is the rule that dates the duty from now on, as the conflict names it; None where nothing is to move. `due`
    is the day that counsel sets under it.
    """

    conflict: str
    choice: str
    reason: str
    by: str
    day: dt.date
    follow: str | None = None
    due: dt.date | None = None

    @property
    def words(self) -> str:
        """The decision in one line."""
        chosen = f", following {self.follow}" if self.follow else ""
        return f"decided {self.day} by {self.by}: {self.choice} ({self.reason}){chosen}"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Groups of facts of a law that somebody has read in a source."""

    regime: str
    facts: tuple[FactGroup, ...]
    source: str
    by: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a law, in its words, and whether counsel finds it met."""

    regime: str
    condition: str
    met: bool
    reason: str
    by: str
    day: dt.date

    @property
    def words(self) -> str:
        """The finding in one line."""
        return f"found {'met' if self.met else 'not met'} {self.day} by {self.by}: {self.condition} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Counsel:
    """Everything that counsel has said so far."""

    decisions: tuple[Decision, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    conditions: tuple[Condition, ...] = ()


def read_counsel(path: Path) -> Counsel:
    """The file, or nothing where there is none. Raises `CounselError` naming the entry and the key."""
    if not path.exists():
        return Counsel()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CounselError(f"{path.name} is not valid TOML: {error}", where=path.name) from error
    unknown = set(document) - {"decision", "confirmation", "condition"}
    if unknown:
        mend = "use decision, confirmation or condition"
        raise CounselError(f"unknown section {min(unknown)}", where=path.name, mend=mend)
    decisions = _entries(document, "decision", ("conflict", "choice", "reason", "by", "day"), ("follow", "due"))
    confirmations = _entries(document, "confirmation", ("regime", "facts", "source", "by", "day"), ())
    conditions = _entries(document, "condition", ("regime", "condition", "met", "reason", "by", "day"), ())
    for number, entry in enumerate(decisions, 1):
        where = f"{FILE}, decision {number}"
        if "due" in entry and "follow" not in entry:
            raise CounselError("due is set without follow", where=where, mend="name the rule that is followed too")
        if any(entry["conflict"] == other["conflict"] for other in decisions[: number - 1]):
            raise CounselError("the conflict is decided twice", where=where, mend="keep the decision that stands")
    return Counsel(
        tuple(Decision(**entry) for entry in decisions),
        tuple(Confirmation(**{**entry, "facts": _groups(entry["facts"])}) for entry in confirmations),
        tuple(Condition(**entry) for entry in conditions),
    )


def _entries(document: dict[str, Any], name: str, keys: Sequence[str], optional: Sequence[str]) -> list[dict[str, Any]]:
    entries = document.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CounselError(f"{name} is not a list", where=FILE, mend=f"write [[{name}]]")
    for number, entry in enumerate(entries, 1):
        where = f"{FILE}, {name} {number}"
        for key in [*keys, *entry]:
            if key not in entry or key not in (*keys, *optional):
                state = "is missing" if key in keys else "is unknown"
                raise CounselError(f"{key} {state}", where=where, mend=f"the keys are {', '.join((*keys, *optional))}")
            kind = {"day": dt.date, "due": dt.date, "facts": list, "met": bool}.get(key, str)
            empty = entry[key] in ("", [])
            if not isinstance(entry[key], kind) or isinstance(entry[key], dt.datetime) or empty:
                raise CounselError(f"{key} is empty or of the wrong kind", where=where, mend="see docs/duties.md")
    return entries


def _groups(names: Sequence[str]) -> tuple[FactGroup, ...]:
    for name in names:
        if name not in [*FactGroup]:
            mend = f"one of {', '.join(FactGroup)}"
            raise CounselError(f"{name!r} is no group of facts", where=f"{FILE}, confirmation", mend=mend)
    return tuple(FactGroup(name) for name in names)


def confirmed(laws: Iterable[Regime], counsel: Counsel) -> tuple[Regime, ...]:
    """The laws with the confirmed groups raised to `verified`, their source and day kept beside the others.

    Raises `CounselError` when a confirmation names a law that is not among them.
    """
    by_id = {law.id: law for law in laws}
    for item in counsel.confirmations:
        law = by_id.get(item.regime)
        if law is None:
            raise CounselError(f"there is no regime {item.regime}", where=f"{FILE}, confirmation", mend="see regimes/")
        known = {group: _raised(law.known[group], item) for group in item.facts}
        by_id[law.id] = replace(law, known=law.known | known)
    return tuple(by_id.values())


def _raised(known: Known, item: Confirmation) -> Known:
    source = f"{item.source} (confirmed by {item.by}, {item.day})"
    return Known(Confidence.VERIFIED, item.day, (*known.sources, source))


def decided(
    duties: Sequence[Duty], conflicts: Sequence[Conflict], counsel: Counsel, own: Mapping[str, dt.date | None]
) -> tuple[tuple[Duty, ...], tuple[Conflict, ...], tuple[str, ...]]:
    """Duties and conflicts with the decisions written in, and the conflicts decided that are none (any more).

    The date of the rule that counsel follows is the date of the duty; `own` are the first days that each duty has
    without the embargo of another law. Raises `CounselError` when a decision follows a rule that is not in the
    conflict, or sets a day that the rule it follows does not allow.
    """
    choices = {decision.conflict: decision for decision in counsel.decisions}
    by_id = {duty.duty_id: duty for duty in duties}
    marked = []
    for conflict in conflicts:
        decision = choices.get(conflict.key)
        if decision is None:
            marked.append(conflict)
            continue
        _check_choice(decision, conflict)
        marked.append(replace(conflict, decided=decision.words, follows=decision.follow))
        by_id[conflict.rule] = _settled(by_id[conflict.rule], conflict, decision, own[conflict.rule])
    stray = tuple(sorted(set(choices) - {item.key for item in conflicts}))
    return tuple(by_id.values()), tuple(marked), stray


def _check_choice(decision: Decision, conflict: Conflict) -> None:
    sides = (conflict.rule, *conflict.against.split(", "))
    if decision.follow is not None and decision.follow not in sides:
        where = f"{FILE}, decision of {conflict.key}"
        raise CounselError(f"follow names {decision.follow}", where=where, mend=f"one of {', '.join(sides)}")
    kept = conflict.first and decision.follow != conflict.rule
    if decision.due is not None and kept and conflict.first and decision.due < conflict.first:
        where = f"{FILE}, decision of {conflict.key}"
        mend = f"set that day or a later one, or follow {conflict.rule}"
        raise CounselError(
            f"due is before {conflict.first}, the first day of the rule it follows", where=where, mend=mend
        )


def _settled(duty: Duty, conflict: Conflict, decision: Decision, own: dt.date | None) -> Duty:
    """A duty by the rule that counsel follows; the derivation keeps the other one."""
    topic, key = (Topic.DELAY, None) if conflict.against == LAW_ENFORCEMENT else (Topic.CONFLICT, conflict.against)
    questions = tuple(
        Question(Topic.DECIDED, f"{question.text}; {decision.words}", question.key, question.due)
        if question.topic is topic and key in (None, question.key)
        else question
        for question in duty.questions
    )
    duty = replace(duty, questions=questions, derivation=f"{duty.derivation}; {decision.words}")
    first = conflict.first
    if first is None or decision.follow is None:
        return duty
    if decision.follow == conflict.rule:
        kept = (None if duty.not_before == first else duty.not_before) if topic is Topic.DELAY else own
        said = f"{duty.derivation}; {conflict.against} would allow it from {first} only"
        due = decision.due or duty.due
    else:
        kept = max(first, duty.not_before or first)
        due = decision.due or (max(duty.due, kept) if duty.due else None)
        said = f"{duty.derivation}; {duty.regime} alone would be due {duty.due or 'without a day'}"
    return replace(duty, due=due, due_at=duty.due_at if due == duty.due else None, not_before=kept, derivation=said)
