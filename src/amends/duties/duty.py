"""What an assessment finds: duties, the reasons why someone is owed none, and the questions left open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from amends.duties.regime import Confidence
from amends.tables import TABLES


class Audience(StrEnum):
    """Who is told."""

    INDIVIDUALS = "individuals"
    REGULATOR = "regulator"
    BUREAUS = "consumer_reporting_agencies"


class State(StrEnum):
    """Where a duty stands: owed; waiting for a clock event; or for counsel, because a fact is missing."""

    OWED = "owed"
    WAITING = "waiting"
    COUNSEL = "counsel"


class Reason(StrEnum):
    """Why a person is under no duty that binds, or not yet; the words are those of the reconciliation."""

    CONDITION = "in scope only if counsel finds a condition met"
    NO_TRIGGER = "no triggering element"
    NOT_REACHED = "the statute does not reach the organisation"
    SAFE_HARBOUR = "encrypted and the key is safe"
    NO_HARM = "harm is unlikely and the law excuses"
    NO_RESIDENCE = "residency unknown"
    ABROAD = "abroad: not covered in this release"
    UNKNOWN_CODE = "no law in the facts for the jurisdiction"


class Topic(StrEnum):
    """What a question is about, the most pressing kind first."""

    CLOCK = "clock"
    DELAY = "delay"
    CONDITION = "condition"
    ENCRYPTED = "encrypted"
    KEY = "key"
    HARM = "harm"
    SECTORS = "sectors"
    BUREAUS = "bureaus"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that only a human can answer. `key` is the incident setting it asks for; `due` what hangs on it."""

    topic: Topic
    text: str
    key: str = ""
    due: dt.date | None = None


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
    """One obligation of one regime toward one audience; the fields are those of the `duties` table and three more.

    `exposed` is the mask of everything the counted people lost, `questions` what `question` says in words, and
    `substitute_by_number` whether the number of people alone permits substitute notice.
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

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction whose residents the duty protects; every state regime protects its own."""
        return self.regime

    @property
    def question(self) -> str | None:
        """All questions in one text, or None."""
        return "; ".join(question.text for question in self.questions) or None


def duties_table(duties: Iterable[Duty]) -> pa.Table:
    """The `duties` table of some duties, ordered by duty_id."""
    ordered = sorted(duties, key=lambda duty: duty.duty_id)
    schema = TABLES["duties"].schema
    return pa.table({name: [getattr(duty, name) for duty in ordered] for name in schema.names}, schema=schema)
