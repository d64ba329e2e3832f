"""What counsel decided and confirmed: `counsel.toml` beside `case.toml`, with author, day and reason.

[[decision]]                      # a conflict of laws, by its key as the findings name it
conflict = "US-CA:individuals / US-FCC-CPNI-2007:individuals"
choice = "keep the embargo"
reason = "..."
by = "..."
day = 2026-09-01

[[confirmation]]                  # facts of a law that were known from memory or a chart only
regime = "US-TX"
facts = ["consumer_reporting_agencies"]
source = "Tex. Bus. & Com. Code 521.053(h), read 2026-09-01"
by = "..."
day = 2026-09-01
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from amends.duties.conflict import Conflict
from amends.duties.duty import Duty, Question, Topic
from amends.duties.law.regime import Known, Regime
from amends.duties.law.words import Confidence, FactGroup
from amends.errors import AmendsError

FILE = "counsel.toml"


class CounselError(AmendsError):
    """The file of decisions is not valid; `where` names the entry."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A conflict of laws and what was chosen, by whom, when and why."""

    conflict: str
    choice: str
    reason: str
    by: str
    day: dt.date

    @property
    def words(self) -> str:
        """The decision in one line."""
        return f"decided {self.day} by {self.by}: {self.choice} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Groups of facts of a law that somebody has read in a source."""

    regime: str
    facts: tuple[FactGroup, ...]
    source: str
    by: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Counsel:
    """Everything that counsel has said so far."""

    decisions: tuple[Decision, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()


def read_counsel(path: Path) -> Counsel:
    """The file, or nothing where there is none. Raises `CounselError` naming the entry and the key."""
    if not path.exists():
        return Counsel()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CounselError(f"{path.name} is not valid TOML: {error}", where=path.name) from error
    unknown = set(document) - {"decision", "confirmation"}
    if unknown:
        raise CounselError(f"unknown section {min(unknown)}", where=path.name, mend="use decision or confirmation")
    decisions = _entries(document, "decision", ("conflict", "choice", "reason", "by", "day"))
    confirmations = _entries(document, "confirmation", ("regime", "facts", "source", "by", "day"))
    return Counsel(
        tuple(Decision(**entry) for entry in decisions),
        tuple(Confirmation(**{**entry, "facts": _groups(entry["facts"])}) for entry in confirmations),
    )


def _entries(document: dict[str, Any], name: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    entries = document.get(name, [])
    if not isinstance(entries, list):
        raise CounselError(f"{name} is not a list", where=FILE, mend=f"write [[{name}]]")
    for number, entry in enumerate(entries, 1):
        where = f"{FILE}, {name} {number}"
        for key in [*keys, *entry]:
            if key not in entry or key not in keys:
                state = "is missing" if key in keys else "is unknown"
                raise CounselError(f"{key} {state}", where=where, mend=f"the keys are {', '.join(keys)}")
            kind = {"day": dt.date, "facts": list}.get(key, str)
            if not isinstance(entry[key], kind) or not entry[key]:
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
    duties: Sequence[Duty], conflicts: Sequence[Conflict], counsel: Counsel
) -> tuple[tuple[Duty, ...], tuple[Conflict, ...], tuple[str, ...]]:
    """Duties and conflicts with the decisions written in, and the conflicts decided that are none (any more)."""
    choices = {decision.conflict: decision for decision in counsel.decisions}
    marked = tuple(
        replace(item, decided=choices[item.key].words) if item.key in choices else item for item in conflicts
    )
    words = {item.rule: item.decided for item in marked if item.decided}
    settled = tuple(_settled(duty, words[duty.duty_id]) if duty.duty_id in words else duty for duty in duties)
    return settled, marked, tuple(sorted(set(choices) - {item.key for item in conflicts}))


def _settled(duty: Duty, words: str) -> Duty:
    questions = tuple(
        Question(Topic.DECIDED, f"{question.text}; {words}", question.key, question.due)
        if question.topic in (Topic.CONFLICT, Topic.DELAY)
        else question
        for question in duty.questions
    )
    return replace(duty, questions=questions, derivation=f"{duty.derivation}; {words}")
