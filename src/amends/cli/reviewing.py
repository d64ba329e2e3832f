"""Questions that wait for a human, put in the terminal one after the other; values are shown by their shape only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from amends.case import open_case
from amends.cli.screen import say, say_json
from amends.errors import InputError
from amends.scan.answers import ANSWERS, ColumnQuestion, answer, open_questions


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
            said = _ask()
            if said == "q":
                break
            if said:
                count += answer(case, {question.review_id: said})
    say(f"recorded {count} answer{'' if count == 1 else 's'}" + (f": run `amends scan {folder}` next" if count else ""))


def _show(number: int, of: int, question: ColumnQuestion) -> None:
    say("")
    say(f"{number}/{of}  {question.review_id}  header {question.header!r}, {question.cells:,} cells")
    say(f"  {question.question}")


def _ask() -> str:
    """An answer that is one; empty for later, q to stop or at the end of input."""
    while True:
        print("  > ", end="", flush=True)
        line = sys.stdin.readline()
        said = line.strip().lower()
        if not line:
            return "q"
        if said in ("", "q", *ANSWERS):
            return said
        say(f"  {said[:20]!r} is no answer; elements are: {', '.join(ANSWERS[:-2])}")


def _pair(text: str) -> tuple[str, str]:
    review_id, sign, said = text.partition("=")
    if not sign:
        raise InputError("an answer is written ID=ANSWER", where="--answer", mend="as column:3:1=ssn")
    return review_id.strip(), said.strip().lower()
