"""Answers: pairs of persons put to a human, and what was said, for the next run of people to heed.

An answer is `same`, `different` or `unsure` (the question stays open). It is about the two records whose numbers the
persons have, and holds as long as those say who they are in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from amends.case import Case
from amends.case.decisions import Decision, Decisions, now
from amends.errors import InputError
from amends.people.decided import DIFFERENT, SAME, UNSURE, Decided

ANSWERS: Final = (SAME, DIFFERENT, UNSURE)
WEIGHTS: Final = "people-weights.parquet"
"""The output that tells what speaks for and against each open question: review_id, what, bits."""
_SHOWN: Final = (
    "given_name", "middle_name", "family_name", "suffix", "dob", "address_line", "city", "region", "postcode", "email",
    "phone",
)  # fmt: skip
_WHO: Final = ("given_name", "middle_name", "family_name", "suffix", "dob", "ssn")
_ALIKE: Final = 0.75
_PREFIX: Final = "same-person-"


@dataclass(frozen=True, slots=True)
class Line:
    """A field of two persons, masked, and how the two compare: equal, alike, different, or unknown on one."""

    field: str
    one: str
    other: str
    verdict: str


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """An open question: the persons, their fields side by side, what speaks for (+) and against (-) in bits, the number
    of records that wait for the answer."""

    review_id: str
    person_id: int
    other_person_id: int
    question: str
    records: int
    lines: tuple[Line, ...]
    weights: tuple[tuple[str, float], ...]


def open_questions(case: Case) -> list[PersonQuestion]:
    """The open questions of the last run of people, the heaviest first. Raises `CaseError` before the first run."""
    asked = (pc.field("kind") == "same_person") & (pc.field("state") == "open")
    reviews = case.dataset("reviews").to_table(filter=asked).to_pylist()
    ids = {row[name] for row in reviews for name in ("person_id", "other_person_id")}
    persons = _rows(case, "persons", "person_id", ids, ("person_id", *_SHOWN))
    weights: dict[str, list[tuple[str, float]]] = {row["review_id"]: [] for row in reviews}
    for part in case.output(WEIGHTS).to_table().to_pylist():
        if part["review_id"] in weights:
            weights[part["review_id"]].append((part["what"], part["bits"]))
    found = [
        PersonQuestion(
            row["review_id"], row["person_id"], row["other_person_id"], row["question"], row["records"] or 0,
            tuple(_lines(persons[row["person_id"]], persons[row["other_person_id"]])), tuple(weights[row["review_id"]]),
        )
        for row in reviews
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-sum(bits for _, bits in each.weights), each.review_id))


def answer(case: Case, answers: Mapping[str, str]) -> int:
    """Record answers by review id; the number of them. Raises `InputError` on an unknown question or answer."""
    asked = (pc.field("kind") == "same_person") & pc.field("review_id").isin(list(answers))
    known = set(case.dataset("reviews").to_table(columns=["review_id"], filter=asked)["review_id"].to_pylist())
    for review_id, said in answers.items():
        if review_id not in known:
            raise InputError("no such question", where=review_id, mend="see `amends people CASE --review`")
        if said not in ANSWERS:
            raise InputError(f"{said!r} is no answer", where=review_id, mend=f"answer {', '.join(ANSWERS)}")
    decisions = Decisions(case, "people")
    decisions.settle()
    who = _who(case, list(answers))
    decisions.add([Decision(key, _about(decisions, key, who), said, now()) for key, said in answers.items()])
    return len(answers)


def decided(case: Case) -> tuple[Decided, int]:
    """The answers that bind the next run, and how many are left out as their records are gone or say otherwise now."""
    decisions = Decisions(case, "people")
    latest = {key: made for key, made in decisions.latest().items() if made.answer != UNSURE}
    who = _who(case, list(latest))
    rows = [
        (key, made.answer, *_records(key)) for key, made in latest.items() if made.about == _about(decisions, key, who)
    ]
    return Decided.of(rows), len(latest) - len(rows)


def _records(review_id: str) -> tuple[int, int]:
    one, _, other = review_id.removeprefix(_PREFIX).partition("-")
    return int(one), int(other)


def _who(case: Case, review_ids: list[str]) -> dict[int, dict[str, Any]]:
    ids = {record for review_id in review_ids for record in _records(review_id)}
    return _rows(case, "records", "record_id", ids, ("record_id", *_WHO)) if ids else {}


def _about(decisions: Decisions, review_id: str, who: Mapping[int, dict[str, Any]]) -> str:
    return decisions.about(*(who.get(record, {}).get(name) for record in _records(review_id) for name in _WHO))


def _rows(case: Case, table: str, key: str, ids: set[int], columns: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    wanted = pc.field(key).isin(pa.array(sorted(ids), pa.int64()))
    return {row[key]: row for row in case.dataset(table).to_table(columns=list(columns), filter=wanted).to_pylist()}


def _lines(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Line]:
    lines = []
    for name in _SHOWN:
        a, b = (str(row[name]) if row[name] is not None else "" for row in (one, other))
        if a or b:
            lines.append(Line(name, masked(a), masked(b), _verdict(a.casefold(), b.casefold())))
    return lines


def _verdict(a: str, b: str) -> str:
    if not a or not b:
        return "unknown"
    if a == b:
        return "equal"
    return "alike" if SequenceMatcher(None, a, b).ratio() >= _ALIKE else "different"


def masked(value: str) -> str:
    """A value by its shape: a letter or digit is a dot, and its first letter, where it begins with one, is kept."""
    dots = "".join("•" if sign.isalnum() else sign for sign in value)
    return value[0].upper() + dots[1:] if value[:1].isalpha() else dots
