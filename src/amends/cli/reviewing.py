"""Questions that wait for a human, put in the terminal one after the other; values are shown by their shape only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from amends.case import Case, open_case
from amends.cli.screen import say, say_json
from amends.errors import InputError
from amends.people import answers as of_people
from amends.people.answers import PersonQuestion
from amends.scan import answers as of_scan
from amends.scan.answers import ColumnQuestion

_BAR = 4.0
"""Bits a block of a bar stands for."""
_PARTS = 8
"""Contributions shown; the rest is one line."""


Question = TypeVar("Question", ColumnQuestion, PersonQuestion)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Question]):
    """What a verb asks, and how it is shown and answered."""

    verb: str
    about: str
    choices: str
    answers: Sequence[str]
    questions: Callable[[Case], list[Question]]
    show: Callable[[Question], None]
    record: Callable[[Case, Mapping[str, str]], int]


def columns(folder: Path, given: Sequence[str], *, as_json: bool) -> None:
    """List the open questions about columns and take answers, from `given` (ID=ANSWER) or from the terminal."""
    _review(_COLUMNS, folder, given, as_json=as_json)


def persons(folder: Path, given: Sequence[str], *, as_json: bool) -> None:
    """List the open questions about persons and take answers, from `given` (ID=ANSWER) or from the terminal."""
    _review(_PERSONS, folder, given, as_json=as_json)


def _review(kind: _Kind[Question], folder: Path, given: Sequence[str], *, as_json: bool) -> None:
    with open_case(folder) as case:
        if given:
            _say_recorded(kind.record(case, dict(_pair(text) for text in given)), kind.verb, folder)
            return
        questions = kind.questions(case)
        if as_json:
            say_json([asdict(question) for question in questions])
            return
        if not questions:
            say(f"no question about {kind.about} is open")
            return
        say(f"{len(questions)} open. Answer {kind.choices}; empty: later; q: stop")
        _say_recorded(_ask_all(case, kind, questions), kind.verb, folder)


def _ask_all(case: Case, kind: _Kind[Question], questions: Sequence[Question]) -> int:
    """Put each question, and record each answer as soon as it is given; the number of answers."""
    count = 0
    for number, question in enumerate(questions, 1):
        say("")
        say(f"{number}/{len(questions)}  {question.review_id}")
        kind.show(question)
        said = _ask(kind.answers, f"answer {kind.choices}")
        if said == "q":
            break
        if said:
            count += kind.record(case, {question.review_id: said})
    return count


def _say_recorded(count: int, verb: str, folder: Path) -> None:
    next_step = f": run `amends {verb} {folder}` to heed {'it' if count == 1 else 'them'}" if count else ""
    say(f"recorded {count} answer{'' if count == 1 else 's'}{next_step}")


def _show_pair(question: PersonQuestion) -> None:
    say(f"  {question.question}")
    for line in question.lines:
        say(f"  {line.field:<13} {line.one:<26.26} {line.other:<26.26} {line.verdict}")
    total = sum(bits for _, bits in question.weights)
    for what, bits in question.weights[:_PARTS]:
        say(f"  {bits:+7.1f}  {'█' * max(1, round(abs(bits) / _BAR)):<6} {what}")
    if len(question.weights) > _PARTS:
        rest = sum(bits for _, bits in question.weights[_PARTS:])
        say(f"  {rest:+7.1f}         {len(question.weights) - _PARTS} smaller parts")
    if question.weights:
        say(f"  {total:+7.1f}  bits in all (one person above nought)")


def _show_column(question: ColumnQuestion) -> None:
    say(f"  header {question.header!r}, {question.cells:,} cells")
    say(f"  {question.question}")


def _ask(answers: Sequence[str], mend: str) -> str:
    """An answer that is one; empty for later, q to stop or at the end of input."""
    while True:
        print("  > ", end="", flush=True)
        line = sys.stdin.readline()
        said = line.strip().lower()
        if not line:
            return "q"
        if said in ("", "q", *answers):
            return said
        say(f"  {said[:20]!r} is no answer; {mend}")


def _pair(text: str) -> tuple[str, str]:
    review_id, sign, said = text.partition("=")
    if not sign:
        raise InputError("an answer is written ID=ANSWER", where="--answer", mend="as column:3:1=ssn")
    return review_id.strip(), said.strip().lower()


_COLUMNS: Final = _Kind(
    verb="scan",
    about="a column",
    choices="with an element (ssn, phone, name …), none or unsure",
    answers=of_scan.ANSWERS,
    questions=of_scan.open_questions,
    show=_show_column,
    record=of_scan.answer,
)
_PERSONS: Final = _Kind(
    verb="people",
    about="persons",
    choices="same, different or unsure",
    answers=of_people.ANSWERS,
    questions=of_people.open_questions,
    show=_show_pair,
    record=of_people.answer,
)
