"""Answers: questions about columns put to a human, and their answers heeded by the next run of scan.

An answer is an element, `none` (nothing personal stands in the column) or `unsure` (the question stays open). It
holds as long as the file has a column of that name at that place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from amends.case import Case
from amends.case.decisions import Decision, Decisions, now
from amends.elements import BY_ID
from amends.errors import InputError
from amends.scan.columns.classify import ColumnVerdict
from amends.scan.columns.facts import ColumnFacts, masked
from amends.scan.report import Answered, FileReport
from amends.scan.tables.headers import Rule, known_words, rules

NONE: Final = "none"
UNSURE: Final = "unsure"
ANSWERS: Final = (*BY_ID, NONE, UNSURE)
_FIRST: Final = {"name": "full_name", "account_number": "bank_account"}
"""The rule that an element stands for where several rules have it."""


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """An open question: id, file, column from 0, header (its shape, unless its words are known), cells that wait."""

    review_id: str
    file_id: int
    column: int
    header: str
    question: str
    cells: int
    about: str


def open_questions(case: Case) -> list[ColumnQuestion]:
    """The open questions of the last run of scan, the most cells first. Raises `CaseError` before the first run."""
    decisions = Decisions(case, "scan")
    asked = (pc.field("kind") == "column") & (pc.field("state") == "open")
    reviews = case.dataset("reviews").to_table(filter=asked).to_pylist()
    names = {}
    if reviews:
        files = pc.field("file_id").isin(pa.array(sorted({row["file_id"] for row in reviews}), pa.int32()))
        columns = case.dataset("columns").to_table(columns=["file_id", "column", "name"], filter=files)
        names = {(row["file_id"], row["column"]): row["name"] for row in columns.to_pylist()}
    found = []
    for row in reviews:
        name = names[row["file_id"], row["column"]]
        found.append(
            ColumnQuestion(
                row["review_id"], row["file_id"], row["column"], name if known_words([name]) else masked(name),
                row["question"], row["records"] or 0, decisions.about(name),
            )
        )  # fmt: skip
    return sorted(found, key=lambda question: (-question.cells, question.review_id))


def answer(case: Case, answers: Mapping[str, str]) -> int:
    """Record answers by review id; the number of them. Raises `InputError` on an unknown question or answer."""
    questions = {question.review_id: question for question in open_questions(case)}
    for review_id, said in answers.items():
        if review_id not in questions:
            raise InputError("no such open question", where=review_id, mend="see `amends scan CASE --review`")
        if said not in ANSWERS:
            raise InputError(
                f"{said!r} is no answer", where=review_id, mend=f"answer with an element (as ssn), {NONE} or {UNSURE}"
            )
    decisions = Decisions(case, "scan")
    decisions.settle()
    decisions.add([Decision(key, questions[key].about, said, now()) for key, said in answers.items()])
    return len(answers)


def heed(report: FileReport, decisions: Decisions) -> None:
    """Change the verdicts of a file's columns as a human decided."""
    latest = decisions.latest()
    verdicts = list(report.verdicts)
    for position, verdict in enumerate(verdicts):
        decision = latest.get(f"column:{report.file_id}:{position}")
        if decision is None or decision.about != decisions.about(verdict.column):
            continue
        report.answered[position] = Answered(verdict.question or "What does this column hold?", decision.answer)
        if decision.answer != UNSURE:
            verdicts[position] = _decided(verdict, report.facts[position], decision.answer)
    report.verdicts = verdicts


def _decided(verdict: ColumnVerdict, fact: ColumnFacts, said: str) -> ColumnVerdict:
    plain = replace(
        verdict, element=None, field=None, confidence=1.0, valid=0, question=None, rule=None, kinds=(), whose=None,
        decided_by="reviewer",
    )  # fmt: skip
    if said == NONE:
        return plain
    rule = _rule(said)
    proven = fact.count(rule.kinds) if rule and rule.kinds else 0
    if rule is None or (rule.kinds and not proven):
        return replace(plain, element=said, valid=fact.filled)
    valid = proven if rule.kinds else fact.filled
    return replace(plain, element=said, field=rule.field, valid=valid, rule=rule.id, kinds=rule.kinds)


def _rule(element: str) -> Rule | None:
    """The rule by whose validators an element's cells are read."""
    candidates: Sequence[Rule] = [rule for rule in rules().values() if rule.element == element]
    return next((rule for rule in candidates if rule.id == _FIRST.get(element)), candidates[0] if candidates else None)


def told(decisions: Decisions, ids: Mapping[str, int]) -> list[tuple[str, str]]:
    """The paths of files on which something was decided, and what: such a file is read again when that changes."""
    by_file: dict[int, list[str]] = {}
    for decision in decisions.latest().values():
        file_id = int(decision.review_id.split(":")[1])
        by_file.setdefault(file_id, []).append(f"{decision.review_id}={decision.answer}")
    if not by_file:
        return []
    return [(path, ",".join(sorted(by_file[file_id]))) for path, file_id in ids.items() if file_id in by_file]
