"""Questions about columns answered in the terminal, and heeded by the next run of scan."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from amends.case import open_case
from amends.elements import unmask
from tests.cli.conftest import Ran

Amends = Callable[..., Ran]


@pytest.fixture
def scanned(amends: Amends, tmp_path: Path) -> Path:
    """A scanned case with an open question about the second column of one of its two files."""
    case = tmp_path / "case"
    amends("new", case, "--encryption", "volume")
    taken = case / "inputs" / "taken"
    (taken / "a.csv").write_text("last_name,ssn\n" + "Lee,123456788\n" * 2 + "Lee,see file\n" * 8)
    (taken / "b.csv").write_text("email\nb@example.org\n")
    assert amends("scan", case).code == 1
    return case


def test_questions_are_listed_with_shapes_only_and_answered(
    amends: Amends, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("maybe\nssn\n"))
    said = amends("scan", scanned, "--review").out
    assert "column:1:1" in said and "999999999" in said and "123456788" not in said
    assert "is no answer" in said
    assert "recorded 1 answer:" in said
    after = amends("scan", scanned)
    assert after.code == 0
    assert "wait for a human" not in after.out
    assert amends("verify", scanned).code == 0
    with open_case(scanned) as case:
        (review,) = case.dataset("reviews").to_table().to_pylist()
        column = case.dataset("columns").to_table().to_pylist()[1]
        found = case.dataset("records").to_table().to_pylist()
    assert (review["state"], review["decision"]) == ("decided", "ssn")
    assert (column["element"], column["decided_by"], column["valid"]) == ("ssn", "reviewer", 2)
    assert [record["ssn"] for record in found[:3]] == ["123456788", "123456788", None]
    assert unmask(found[0]["elements"]) == {"name", "ssn"}


def test_an_answer_is_heeded_again_by_every_later_run(amends: Amends, scanned: Path) -> None:
    assert amends("scan", scanned, "--answer", "column:1:1=none").code == 0
    assert amends("scan", scanned).code == 0
    assert "nothing changed" in amends("scan", scanned).out
    (scanned / "inputs" / "taken" / "c.csv").write_text("email\nc@example.org\n")
    assert amends("scan", scanned).code == 0
    with open_case(scanned) as case:
        assert case.dataset("columns").to_table().to_pylist()[1]["decided_by"] == "reviewer"


def test_only_the_file_of_the_answer_is_read_again(
    amends: Amends, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amends.scan import verb

    read = []
    inspect = verb.inspect

    def watched(entry, *rest):  # type: ignore[no-untyped-def]
        read.append(entry.path)
        return inspect(entry, *rest)

    monkeypatch.setattr(verb, "inspect", watched)
    amends("scan", scanned, "--answer", "column:1:1=ssn")
    amends("scan", scanned)
    assert read == ["a.csv"]


def test_an_answer_does_not_hold_for_another_column_in_its_place(amends: Amends, scanned: Path) -> None:
    amends("scan", scanned, "--answer", "column:1:1=none")
    text = (scanned / "inputs" / "taken" / "a.csv").read_text()
    (scanned / "inputs" / "taken" / "a.csv").write_text(text.replace("ssn", "social security number"))
    assert amends("scan", scanned).code == 1


def test_unsure_is_recorded_and_the_question_stays_open(amends: Amends, scanned: Path) -> None:
    amends("scan", scanned, "--answer", "column:1:1=unsure")
    assert amends("scan", scanned).code == 1
    (question,) = json.loads(amends("scan", scanned, "--review", "--json").out)
    assert question["review_id"] == "column:1:1"


@pytest.mark.parametrize("given", ["column:9:9=ssn", "column:1:1=nonsense", "column:1:1"])
def test_a_wrong_answer_is_one_clear_line(amends: Amends, scanned: Path, given: str) -> None:
    ran = amends("scan", scanned, "--answer", given)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
