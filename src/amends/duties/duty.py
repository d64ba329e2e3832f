"""What an assessment finds: duties, the reasons why someone is owed none, and the questions left open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import pyarrow as pa

from amends.duties.law.words import Audience, Confidence
from amends.tables import TABLES


class State(StrEnum):
    """Where a duty stands: owed; waiting for a clock event; for counsel, because a fact is missing; or not in
    force, so that it binds nobody."""

    OWED = "owed"
    WAITING = "waiting"
    COUNSEL = "counsel"
    SHADOW = "shadow"


class Reason(StrEnum):
    """Why a person is under no duty that binds, or not yet; the words are those of the reconciliation."""

    CONDITION = "in scope only if counsel finds a condition met"
    NO_TRIGGER = "no triggering element"
    NOT_REACHED = "the statute does not reach the organisation"
    SAFE_HARBOUR = "encrypted and the key is safe"
    NO_HARM = "harm is unlikely and the law excuses"
    NO_RESIDENCE = "residency unknown"
    SHADOW = "only a rule that is not in force"
    ABROAD = "abroad: no law in the facts for the country"
    UNKNOWN_CODE = "no law in the facts for the jurisdiction"


class Topic(StrEnum):
    """What a question is about, the most pressing kind first."""

    CLOCK = "clock"
    DELAY = "delay"
    CONFLICT = "conflict"
    FACT = "fact"
    CONDITION = "condition"
    ENCRYPTED = "encrypted"
    KEY = "key"
    HARM = "harm"
    SECTORS = "sectors"
    BUREAUS = "bureaus"
    MEMORY = "memory"
    DECIDED = "decided"


_REVIEWED = frozenset({Topic.CONFLICT, Topic.DELAY, Topic.CONDITION})
_REVIEWED_IF_UNSET = frozenset({Topic.ENCRYPTED, Topic.KEY, Topic.HARM, Topic.SECTORS})


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that only a human can answer. `key` is the incident setting it asks for; `due` what hangs on it."""

    topic: Topic
    text: str
    key: str = ""
    due: dt.date | None = None

    @property
    def decides(self) -> bool:
        """Whether its answer decides that something is owed at all, or which of two rules is followed."""
        return self.topic in _REVIEWED or (self.topic in _REVIEWED_IF_UNSET and bool(self.key))


@dataclass(frozen=True, slots=True)
class Explained:
    """People under no binding duty of a jurisdiction, and why."""

    jurisdiction: str | None
    reason: Reason
    people: int
    words: str
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation of one regime toward one audience; the fields are those of the `duties` table and some more.

    `exposed` is the mask of everything the counted people lost, `questions` what `question` says in words,
    `substitute_by_number` whether the number of people alone permits substitute notice, and `places` how many of the
    people live where. `jurisdiction` is None where a law counts people of several.
    """

    duty_id: str
    regime: str
    citation: str
    audience: Audience
    who: str | None
    state: State
    people: int
    due: dt.date | None
    not_before: dt.date | None
    standard: str | None
    triggers: tuple[int, ...]
    content: tuple[str, ...]
    content_prohibited: tuple[str, ...]
    methods: tuple[str, ...]
    credit_monitoring_months: int | None
    derivation: str
    confidence: Confidence
    as_of: dt.date
    sources: tuple[str, ...]
    exposed: int
    substitute_by_number: bool
    questions: tuple[Question, ...]
    jurisdiction: str | None
    status: str = "in_force"
    phase: str = "initial"
    due_at: dt.datetime | None = None
    via: str | None = None
    items: tuple[str, ...] = ()
    places: tuple[tuple[str | None, int], ...] = ()
    everywhere: bool = False

    @property
    def in_force(self) -> bool:
        """Whether the rule binds; a shadow duty shows what a rule to come would ask."""
        return self.status == "in_force"

    @property
    def conditional(self) -> bool:
        """Whether it binds nobody until counsel finds a condition met: a question with a count, not yet a duty."""
        return self.state is State.COUNSEL and not self.triggers

    @property
    def binding(self) -> bool:
        """Whether it is in force and not left to a condition that counsel must decide."""
        return self.in_force and self.state is not State.COUNSEL

    @property
    def needs_review(self) -> bool:
        """Whether a human must decide before anybody relies on it."""
        return self.state is State.COUNSEL or any(question.decides for question in self.questions)

    @property
    def basis(self) -> str:
        """The law a statement rests on: its citation, the day to which it is known, and how surely."""
        return f"{self.citation}; as of {self.as_of}, {self.confidence}"

    @property
    def question(self) -> str | None:
        """All questions in one text, or None."""
        return "; ".join(question.text for question in self.questions) or None


def duties_table(duties: Iterable[Duty]) -> pa.Table:
    """The `duties` table of some duties, ordered by duty_id.

    A duty toward individuals of several jurisdictions becomes a row for each, so that counts reconcile by jurisdiction
    and nobody else's residents are taken for theirs.
    """
    ordered = sorted((row for duty in duties for row in _rows(duty)), key=lambda duty: duty.duty_id)
    schema = TABLES["duties"].schema
    return pa.table({name: [getattr(duty, name) for duty in ordered] for name in schema.names}, schema=schema)


def _rows(duty: Duty) -> Iterable[Duty]:
    if duty.audience is not Audience.INDIVIDUALS or duty.everywhere or duty.jurisdiction is not None:
        yield duty
        return
    for place, people in duty.places:
        yield replace(duty, duty_id=f"{duty.duty_id}:{place}", jurisdiction=place, people=people)
