"""Questions that wait for a human, put in the terminal one after the other; values are shown by their shape only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from amends.case import open_case
from amends.cli.screen import say, say_json
from amends.errors import InputError
from amends.people import answers as of_people
from amends.people.answers import PersonQuestion
from amends.scan.answers import ANSWERS, ColumnQuestion, answer, open_questions

_BAR = 4.0
"""Bits a block of a bar stands for."""
_PARTS = 8
"""Contributions shown; the rest is one line."""


def columns(folder: Path, given: Sequence[str], *, as_json: bool) -> None:
    """List the open questions about columns and take answers, from `given` (ID=ANSWER) or from the terminal."""
    with open_case(folder) as case:
        if given:
            count = answer(case, dict(_pair(text) for text in given))
            say(f"recorded {count} answer{'' if count == 1 else 's'}: run `amends scan {folder}` to heed them")
            return
        questions = open_questions(case)
        if as_json:
            say_json([asdict(question) for question in questions])
            return
        if not questions:
            say("no question about a column is open")
            return
        say(f"{len(questions)} open. Answer with an element (ssn, phone, name …), none, unsure; empty: later; q: stop")
        count = 0
        for number, question in enumerate(questions, 1):
            _show(number, len(questions), question)
            said = _ask(ANSWERS, f"elements are: {', '.join(ANSWERS[:-2])}")
            if said == "q":
                break
            if said:
                count += answer(case, {question.review_id: said})
    say(f"recorded {count} answer{'' if count == 1 else 's'}" + (f": run `amends scan {folder}` next" if count else ""))


def persons(folder: Path, given: Sequence[str], *, as_json: bool) -> None:
    """List the open questions about persons and take answers, from `given` (ID=ANSWER) or from the terminal."""
    with open_case(folder) as case:
        if given:
            count = of_people.answer(case, dict(_pair(text) for text in given))
            say(f"recorded {count} answer{'' if count == 1 else 's'}: run `amends people {folder}` to heed them")
            return
        questions = of_people.open_questions(case)
        if as_json:
            say_json([asdict(question) for question in questions])
            return
        if not questions:
            say("no question about persons is open")
            return
        say(f"{len(questions)} open. Answer same, different or unsure; empty: later; q: stop")
        count = 0
        for number, question in enumerate(questions, 1):
            _show_pair(number, len(questions), question)
            said = _ask(of_people.ANSWERS, "say same, different or unsure")
            if said == "q":
                break
            if said:
                count += of_people.answer(case, {question.review_id: said})
    say(
        f"recorded {count} answer{'' if count == 1 else 's'}"
        + (f": run `amends people {folder}` next" if count else "")
    )


def _show_pair(number: int, of: int, question: PersonQuestion) -> None:
    say("")
    say(f"{number}/{of}  {question.review_id}")
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


def _show(number: int, of: int, question: ColumnQuestion) -> None:
    say("")
    say(f"{number}/{of}  {question.review_id}  header {question.header!r}, {question.cells:,} cells")
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
