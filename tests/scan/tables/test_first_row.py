"""Whether the first row of a table names the columns or tells of a human."""

from __future__ import annotations

import pytest

from amends.scan.tables.delimited import has_header

NUMBERED = [["John Smith", "702-555-0100"], ["Ann Lee", "702-555-0101"], ["Bo Ray", "702-555-0102"]]
PARTED = [["John", "Smith", "1980-02-03", "CA"], ["Ann", "Lee", "1980-02-04", "TX"], ["Mary", "Ray", "", "WA"]]


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
