"""Whether the first row of a table names the columns or tells of a human."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.tables.delimited import has_header
from tests.scan.tables_of_rows import read_bytes

Rows = list[list[str | None]]
NUMBERED: Rows = [["John Smith", "702-555-0100"], ["Ann Lee", "702-555-0101"], ["Bo Ray", "702-555-0102"]]
PARTED: Rows = [["John", "Smith", "1980-02-03", "CA"], ["Ann", "Lee", "1980-02-04", "TX"], ["Mary", "Ray", "", "WA"]]


@pytest.mark.parametrize("missing", ["n/a", "unknown", "NULL", "-", "#N/A"])
def test_a_row_that_says_a_value_is_not_there_is_no_header(missing: str) -> None:
    assert not has_header([["Maria Lopez", missing], *NUMBERED])
    assert not has_header([["Xiu Zyxov", missing], *NUMBERED])


def test_a_row_of_names_above_names_is_no_header() -> None:
    assert not has_header([["Maria", "Zyx", "soon", "somewhere"], *PARTED])
    assert not has_header([["Xiu", "Zyxov", "soon", "NV"], *PARTED])


def test_words_nobody_knows_above_values_are_a_header() -> None:
    assert has_header([["kontakt", "tlf"], *NUMBERED])
    assert has_header([["Herr", "Kunde"], ["702-555-0100", "AB"], ["702-555-0101", "AC"]])


def test_known_words_are_a_header_whatever_stands_below() -> None:
    assert has_header([["Name", "Phone"], ["Mary", "soon"]])


@pytest.mark.parametrize(
    "titles",
    [
        "Customer export\nGenerated 2021-08-01 12:30\n",
        "Customer export,,\nAs of,2021-08-01,\n",
        "# of the billing system\n",
        "sep=,\n",
    ],
)
def test_titles_above_a_header_are_no_rows_of_people(titles: str, tmp_path: Path) -> None:
    people = "First Name,Last Name,SSN\nMaria,Lopez,123-45-6789\nXiu,Zyxov,123-45-6788\n"
    found = read_bytes((titles + people).encode(), tmp_path)
    assert found.names == ["First Name", "Last Name", "SSN"]
    assert found.rows == [["Maria", "Lopez", "123-45-6789"], ["Xiu", "Zyxov", "123-45-6788"]]
    assert found.numbers == [0, 1]
    assert found.tally.rows == 2


@pytest.mark.parametrize("told", ["Maria Lopez,123-45-6789,", "maria@example.org,,", "Call 702-555-0100,,", "a,b,c"])
def test_a_row_that_may_tell_of_a_human_is_no_title(told: str, tmp_path: Path) -> None:
    rows = "First Name,Last Name,SSN\nXiu,Zyxov,123-45-6788\n"
    assert read_bytes(f"{told}\n{rows}".encode(), tmp_path).tally.rows >= 2
