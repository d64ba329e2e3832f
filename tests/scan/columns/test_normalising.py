"""Names, places and codes as records hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from amends.scan.columns.normalising import records_of_rows
from amends.scan.columns.records import Plan, raw_table


def normalised(**fields: list[str | None]) -> list[dict[str, Any]]:
    rows = len(next(iter(fields.values())))
    cells = {name: pa.array(values, pa.string()) for name, values in fields.items()}
    plan = Plan(1, "w", ())
    raw = raw_table(plan, pa.array(range(rows), pa.int64()), cells, np.ones(rows, np.int64))
    found: list[dict[str, Any]] = records_of_rows(raw).to_pylist()
    return found


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("John Smith", ("John", None, "Smith", None)),
        ("John Q Smith", ("John", "Q", "Smith", None)),
        ("SMITH JR, JOHN Q", ("JOHN", "Q", "SMITH", "JR")),
        ("Smith, John Q Jr.", ("John", "Q", "Smith", "JR")),
        ("Smith, John, III", ("John", None, "Smith", "III")),
        ("Mr. John Smith", ("John", None, "Smith", None)),
        ("Dr. Prof. Ann Lee", ("Ann", None, "Lee", None)),
        ("Juan de la Cruz III", ("Juan", None, "de la Cruz", "III")),
        ("Mary Ann van der Berg", ("Mary", "Ann", "van der Berg", None)),
        ("O'NEIL JR, MARY ANN", ("MARY", "ANN", "O'NEIL", "JR")),
        ("John Smith, MD", ("John", None, "Smith", None)),
        ("Smith, John, M.D., Ph.D.", ("John", None, "Smith", None)),
        ("Müller, Jörg", ("Jörg", None, "Müller", None)),
        ("Smith", (None, None, "Smith", None)),
        ("Iv", (None, None, "Iv", None)),
        ("Smith,", (None, None, "Smith", None)),
        (",", (None, None, None, None)),
        ("", (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_a_full_name_is_taken_apart(written: str | None, parts: tuple[str | None, ...]) -> None:
    (row,) = normalised(full_name=[written])
    assert tuple(row[key] for key in ("given_name", "middle_name", "family_name", "suffix")) == parts


def test_columns_of_their_own_win_over_the_full_name() -> None:
    (row,) = normalised(full_name=["John Quincy Smith"], given_name=["Jack"], family_name=["Smith Sr."])
    assert (row["given_name"], row["middle_name"], row["family_name"], row["suffix"]) == ("Jack", None, "Smith", "SR")


def test_a_lone_letter_behind_a_given_name_is_a_middle_name() -> None:
    found = normalised(given_name=["Mary A.", "Mary Ann", "Mary B", "M"], middle_name=[None, None, "C", None])
    assert [(row["given_name"], row["middle_name"]) for row in found] == [
        ("Mary", "A."),
        ("Mary Ann", None),
        ("Mary B", "C"),
        ("M", None),
    ]


def test_codes_of_places_come_in_one_form() -> None:
    found = normalised(
        region=["nevada", "NV", "Bavaria", None],
        country=["usa", "de", "Germany", None],
        postcode=["2134", "10001-1234", "k1a 0b1", None],
        address_line=["12 Oak St", "12 Oak St", None, None],
        address_line_2=["Apt 4", None, None, "Apt 5"],
        street_number=[None, None, "7", None],
        street_name=[None, None, "Elm St", None],
    )
    assert [row["region"] for row in found] == ["NV", "NV", "BAVARIA", None]
    assert [row["country"] for row in found] == ["US", "DE", None, None]
    assert [row["postcode"] for row in found] == ["02134", "10001", "K1A 0B1", None]
    assert [row["address_line"] for row in found] == ["12 Oak St Apt 4", "12 Oak St", "7 Elm St", None]


@pytest.mark.parametrize(
    ("written", "code"),
    [("100011234", "10001"), ("501", "00501"), ("2134-1234", "02134"), ("21341234", "02134"), ("123456", "123456")],
)
def test_a_zip_code_is_five_digits(written: str, code: str) -> None:
    assert normalised(postcode=[written])[0]["postcode"] == code


def test_a_value_that_was_made_null_stays_null() -> None:
    written = pa.array(["Mary Ann", "John Q"])
    held = pc.if_else(pa.array([True, False]), pa.scalar(None, pa.string()), written)
    raw = raw_table(Plan(1, "w", ()), pa.array([0, 1], pa.int64()), {"given_name": held}, np.ones(2, np.int64))
    assert [row["given_name"] for row in records_of_rows(raw).to_pylist()] == [None, "John"]
