"""What a reviewer decided binds the next run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from amends.people import resolve
from amends.people.decided import Decided, united
from tests.people.test_resolve import ANA, groups, records

TWO: list[dict[str, Any]] = [
    {"given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101"},
    {"given_name": "Ana", "family_name": "Diaz", "email": "ana@example.com"},
]
BRIDGE: dict[str, Any] = {
    "given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101", "email": "ana@example.com"
}  # fmt: skip


def told(answer: str, first: int = 1, second: int = 2) -> Decided:
    return Decided.of([(f"same-person-{first}-{second}", answer, first, second)])


def test_two_called_the_same_are_one_even_against_their_identifiers() -> None:
    rows = records(ANA, {**ANA, "ssn": "457551462", "dob": None}, {**ANA, "ssn": "457551462", "dob": None})
    assert groups(resolve(rows)) == [{1}, {2, 3}]
    found = resolve(rows, decided=told("same"))
    assert groups(found) == [{1, 2, 3}]
    assert found.memberships["why"].to_pylist()[0] == "reviewer"
    (review,) = found.reviews.to_pylist()
    assert (review["state"], review["decision"], review["person_id"], review["other_person_id"]) == (
        "decided", "same", 1, 1,
    )  # fmt: skip


def test_two_called_different_stay_apart_whatever_agrees_with_both() -> None:
    rows = records(*TWO, BRIDGE)
    assert groups(resolve(rows)) == [{1, 2, 3}]
    found = resolve(rows, decided=told("different"))
    assert not any({1, 2} <= group for group in groups(found))
    assert sum(len(group) for group in groups(found)) == 3
    assert [(row["state"], row["decision"]) for row in found.reviews.to_pylist()] == [("decided", "different")]


def test_an_answer_that_contradicts_another_is_not_followed_and_stays_open() -> None:
    answers = Decided.of(
        [
            ("same-person-1-2", "different", 1, 2),
            ("same-person-1-3", "same", 1, 3),
            ("same-person-2-3", "same", 2, 3),
        ]
    )
    rows = records(ANA, {"given_name": "Luis", "phone": "+12065550102"}, {"given_name": "Eva", "email": "e@x.com"})
    found = resolve(rows, decided=answers)
    assert groups(found) == [{1, 3}, {2}]
    states = {row["review_id"]: row["state"] for row in found.reviews.to_pylist()}
    assert states == {"same-person-1-2": "decided", "same-person-1-3": "decided", "same-person-2-3": "open"}


def test_an_answer_about_a_record_that_is_gone_changes_nothing() -> None:
    rows = records(*TWO)
    assert groups(resolve(rows, decided=told("same", 1, 99))) == groups(resolve(rows))


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_unions_chain_to_the_smallest_label(order: list[int]) -> None:
    same = np.array([(0, 1), (1, 2), (4, 2)], np.int32)[order]
    label, refused = united(np.arange(5, dtype=np.int32), same, np.empty((0, 2), np.int32))
    assert label.tolist() == [0, 0, 0, 3, 0] and refused == 0
