"""Questions about persons answered in the terminal, binding for the next run of people, and in the evidence log."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from amends.case import open_case
from amends.evidence import read_entries
from tests.cli.conftest import Ran

Amends = Callable[..., Ran]
ROWS = """first_name,last_name,ssn,phone,email
Ana,Diaz,219-09-1234,206-555-0101,
Ana,Diaz,457-55-1462,,ana@example.com
Ana,Diaz,,206-555-0101,ana@example.com
"""


@pytest.fixture
def asked(amends: Amends, tmp_path: Path) -> Path:
    """A case in which a record ties two people of one name with two SSNs."""
    case = tmp_path / "case"
    amends("new", case, "--encryption", "volume")
    (case / "inputs" / "taken" / "a.csv").write_text(ROWS)
    assert amends("scan", case).code == 0
    assert amends("people", case).code == 1
    return case


def question(amends: Amends, case: Path) -> dict[str, object]:
    """The one open question."""
    (found,) = json.loads(amends("people", case, "--review", "--json").out)
    return found


def persons(case: Path) -> int:
    with open_case(case) as opened:
        return opened.dataset("persons").count_rows()


def test_the_two_are_shown_masked_side_by_side(amends: Amends, asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("perhaps\nq\n"))
    said = amends("people", asked, "--review").out
    assert "same-person-" in said and "is no answer" in said and "recorded 0 answers" in said
    assert "given_name" in said and "equal" in said
    for value in ("Diaz", "Ana", "1234", "0101", "ana@"):
        assert value not in said


@pytest.mark.parametrize(("said", "people"), [("same", 1), ("different", 2)])
def test_an_answer_binds_the_next_run_and_is_in_the_log(amends: Amends, asked: Path, said: str, people: int) -> None:
    review_id = question(amends, asked)["review_id"]
    before = persons(asked)
    assert amends("people", asked, "--answer", f"{review_id}={said}").code == 0
    amends("people", asked)
    assert before == 2 and persons(asked) == people
    assert json.loads(amends("people", asked, "--review", "--json").out) == []
    with open_case(asked) as case:
        (review,) = case.dataset("reviews").to_table().to_pylist()
    assert (review["review_id"], review["state"], review["decision"]) == (review_id, "decided", said)
    _, entries = read_entries(asked / "evidence")
    assert any(entry["kind"] == "decision" and entry["answers"] for entry in entries)
    assert amends("verify", asked).code == 0
    assert "nothing changed" in amends("people", asked).out


def test_an_answer_can_be_taken_back(amends: Amends, asked: Path) -> None:
    review_id = question(amends, asked)["review_id"]
    for said, people in (("same", 1), ("unsure", 2)):
        amends("people", asked, "--answer", f"{review_id}={said}")
        amends("people", asked)
        assert persons(asked) == people
    assert question(amends, asked)["review_id"] == review_id


def test_an_answer_does_not_hold_for_other_people_at_its_place(amends: Amends, asked: Path) -> None:
    amends("people", asked, "--answer", f"{question(amends, asked)['review_id']}=same")
    (asked / "inputs" / "taken" / "a.csv").write_text(ROWS.replace("Ana", "Eva"))
    amends("scan", asked)
    said = amends("people", asked).out
    assert "1 answers were left out" in said
    assert persons(asked) == 2


@pytest.mark.parametrize("given", ["same-person-1-2=same", "same-person-x=same", "{id}=perhaps", "{id}"])
def test_a_wrong_answer_is_one_clear_line(amends: Amends, asked: Path, given: str) -> None:
    ran = amends("people", asked, "--answer", given.format(id=question(amends, asked)["review_id"]))
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
