"""Waves one by one: ids stay, the counts add up, and each change says why."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from amends.elements import mask
from amends.people import Resolution, resolve
from tests.people.test_decided import BRIDGE, TWO, told
from tests.people.test_linkage import people
from tests.people.test_resolve import records


def told_changes(found: Resolution) -> list[tuple[Any, ...]]:
    return [(row["person_id"], row["change"], row["other_person_id"], row["why"]) for row in found.changes.to_pylist()]


def test_waves_of_a_noisy_file_one_by_one_give_what_all_at_once_give_and_the_counts_add_up() -> None:
    table, _ = people(150)
    before, ends = None, (table.num_rows // 3, table.num_rows // 2, table.num_rows)
    for end in ends:
        found = resolve(table.slice(0, end), previous=before)
        kinds = Counter(found.changes["change"].to_pylist())
        known = before.persons.num_rows if before else 0
        assert known + kinds["new"] + kinds["split"] - kinds["merged"] - kinds["withdrawn"] == found.persons.num_rows
        before = found
    once = resolve(table)
    assert before is not None
    assert (before.persons, before.memberships, before.exposures) == (once.persons, once.memberships, once.exposures)


def test_waves_give_what_all_at_once_give_where_the_case_outgrows_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    table, _ = people(150)
    monkeypatch.setattr("amends.people.blocking.PAIRS_A_RULE", 12 * table.num_rows // 3)
    monkeypatch.setattr("amends.people.teaching.SAMPLE", 300)
    first = resolve(table.slice(0, table.num_rows // 4))
    found, once = resolve(table, previous=first), resolve(table)
    assert (found.persons, found.memberships, found.reviews) == (once.persons, once.memberships, once.reviews)


def test_nothing_changes_where_nothing_came() -> None:
    table, _ = people(60)
    first = resolve(table)
    assert resolve(table, previous=first).changes.num_rows == 0


def test_a_bridge_merges_two_and_its_withdrawal_splits_them() -> None:
    two = resolve(records(*TWO))
    one = resolve(records(*TWO, BRIDGE), previous=two)
    assert told_changes(one) == [(2, "merged", 1, "new_records")]
    again = resolve(records(*TWO), previous=one)
    assert told_changes(again) == [(2, "split", 1, "weights")]
    empty = resolve(records(*TWO).slice(0, 1), previous=again)
    assert told_changes(empty) == [(2, "withdrawn", None, "records_gone")]


@pytest.mark.parametrize(("answer", "change"), [("same", "merged"), ("different", "split")])
def test_what_a_reviewer_decided_is_the_reason(answer: str, change: str) -> None:
    rows = records(*TWO) if answer == "same" else records(*TWO, BRIDGE)
    before = resolve(rows)
    found = resolve(rows, previous=before, decided=told(answer))
    assert told_changes(found) == [(2, change, 1, "reviewer")]


def test_growth_says_which_elements() -> None:
    first = {**TWO[0], "elements": mask(["name"])}
    late = {**TWO[0], "elements": mask(["ssn"]), "wave": "2"}
    found = resolve(records(first, late), previous=resolve(records(first)))
    (row,) = found.changes.to_pylist()
    assert (row["change"], row["elements_after"] & ~row["elements_before"], row["wave"], row["why"]) == (
        "grown", mask(["ssn"]), "2", "new_records",
    )  # fmt: skip
