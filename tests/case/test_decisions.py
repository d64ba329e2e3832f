"""Decisions of humans: kept in order, bound to the case, in the evidence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amends.case import Case
from amends.case.decisions import Decision, Decisions, now
from amends.errors import CaseError
from amends.evidence import verify

NewCase = Callable[..., Case]


def decided(case: Case, *answers: tuple[str, str]) -> Decisions:
    decisions = Decisions(case, "scan")
    decisions.add(Decision(review, decisions.about(review), said, now()) for review, said in answers)
    return decisions


def test_the_last_answer_to_a_question_holds(new_case: NewCase) -> None:
    case = new_case()
    decided(case, ("column:1:1", "ssn"), ("column:1:2", "none"))
    decided(case, ("column:1:1", "phone"))
    latest = Decisions(case, "scan").latest()
    assert {key: decision.answer for key, decision in latest.items()} == {"column:1:1": "phone", "column:1:2": "none"}


def test_an_answer_stands_in_the_evidence_and_verifies(new_case: NewCase) -> None:
    case = new_case()
    decisions = decided(case, ("column:1:1", "ssn"))
    assert verify(case.path).ok
    assert decisions.path.stat().st_mode & 0o077 == 0
    decisions.path.write_bytes(decisions.path.read_bytes().replace(b'"ssn"', b'"dob"'))
    assert not verify(case.path).ok


@pytest.mark.parametrize("change", ["edited", "cut in front", "not JSON"])
def test_an_altered_file_is_refused(new_case: NewCase, change: str) -> None:
    case = new_case()
    path = decided(case, ("column:1:1", "ssn"), ("column:1:2", "none")).path
    lines = path.read_bytes().splitlines(keepends=True)
    altered = {"edited": lines[0].replace(b"ssn", b"dob") + lines[1], "cut in front": lines[1], "not JSON": b"x\n"}
    path.write_bytes(altered[change])
    with pytest.raises(CaseError, match=r"decisions/scan\.jsonl, line 1"):
        Decisions(case, "scan")


def test_a_file_that_a_kill_left_unlogged_is_logged_later(new_case: NewCase, monkeypatch: pytest.MonkeyPatch) -> None:
    case = new_case()
    decided(case, ("column:1:1", "ssn"))
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(Decisions, "_log", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        decided(case, ("column:1:2", "none"))
    assert not verify(case.path).ok
    Decisions(case, "scan").settle()
    assert verify(case.path).ok
    assert len(Decisions(case, "scan").latest()) == 2
