"""Rows shifted by an unquoted delimiter: put back by what their cells are, or read as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from amends import scan
from amends.case import Case, Outcome
from amends.elements import unmask
from tests.scan.haul_of import put, rows

HEAD = "last_name,first_name,ssn,street,city,dob\n"
GOOD = "".join(f"Lee,Ann,123-45-{n:04d},{n} Oak St,Reno,1980-01-{n:02d}\n" for n in range(1, 25))


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    return new_case(encryption="volume")


def last(case: Case, line: str) -> tuple[dict[str, Any], Outcome]:
    put(case, "t.csv", (HEAD + GOOD + line + "\n").encode())
    outcome = scan.run(case)
    return rows(case, "records")[-1], outcome


def test_a_suffix_behind_a_stray_comma_goes_back_to_its_name(case: Case) -> None:
    found, outcome = last(case, "Smith, Jr,John,123-45-6788,7 Elm St,Troy,1975-03-12")
    assert [found[key] for key in ("family_name", "suffix", "given_name")] == ["Smith", "JR", "John"]
    assert (found["ssn"], found["city"], found["dob"]) == ("123456788", "Troy", date(1975, 3, 12))
    assert any("1 row shifted by a stray delimiter put back" in finding for finding in outcome.findings)


def test_a_unit_behind_a_stray_comma_goes_back_to_its_street(case: Case) -> None:
    found, _ = last(case, "Smith,John,123-45-6788,7 Elm St, Apt 4,Troy,1975-03-12")
    assert (found["address_line"], found["city"]) == ("7 Elm St, Apt 4", "Troy")
    assert found["dob"] == date(1975, 3, 12)


def test_what_cannot_be_told_fills_no_field_and_nothing_is_lost(case: Case) -> None:
    found, outcome = last(case, "Smith,Mary,Ann,123-45-6788,7 Elm St,Troy,1975-03-12")
    assert (found["family_name"], found["given_name"]) != ("Smith", "Mary")
    assert {"ssn", "dob", "address"} <= set(unmask(found["elements"]))
    assert any("not wholly put back" in finding for finding in outcome.findings)


def test_a_row_with_a_remark_behind_it_stays_as_it_is(case: Case) -> None:
    found, _ = last(case, "Smith,John,123-45-6788,7 Elm St,Troy,1975-03-12,call 206-555-0100")
    assert (found["family_name"], found["given_name"], found["city"]) == ("Smith", "John", "Troy")
    assert found["phone"] == "+12065550100"


def test_a_row_that_fits_nowhere_keeps_only_what_proves_itself(case: Case) -> None:
    found, outcome = last(case, "x9,y8,Smith,John,123-45-6788,7 Elm St,Troy,1975-03-12")
    assert found["ssn"] == "123456788"
    assert found["family_name"] in ("Smith", None)
    assert (found["city"], found["dob"]) == (None, None)
    assert any("not wholly put back" in finding for finding in outcome.findings)
