"""Names as they are written the world over: what tells relatives apart, and what does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from amends.people import resolve
from tests.people.test_resolve import ANA, groups, records

HOME = {"family_name": "Garcia", "address_line": "12 Oak St", "postcode": "98901"}
BORN = {**HOME, "dob": date(1990, 5, 5)}


def together(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return groups(resolve(records(one, other))) == [{1, 2}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mr. John", "Mr. Peter"),
        ("Estate of John", "Estate of Mary"),
        ("Maria Luisa", "Maria Jose"),
        ("Maria del Carmen", "Maria del Pilar"),
        ("Jean-Paul", "Jean-Marie"),
        ("Abdul Rahman", "Abdul Karim"),
        ("J. Robert", "J. Edgar"),
        ("Eric", "Erica"),
        ("Jayden", "Kayden"),
        ("محمد علي", "محمد عمر"),
    ],
)
def test_relatives_of_one_house_are_told_apart_by_all_of_their_given_names(one: str, other: str) -> None:
    assert not together({**HOME, "given_name": one}, {**HOME, "given_name": other})
    assert not together({**BORN, "given_name": one}, {**BORN, "given_name": other})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mr. John", "John"),
        ("Maria Luisa", "Maria L."),
        ("Maria Luisa", "Maria"),
        ("Min-seo", "Minseo"),
        ("Steven", "Stephen"),
        ("Jonh", "John"),
        ("Łukasz", "Lukasz"),
        ("Søren", "Soren"),
        ("Jose\u0301", "José"),
        ("\u200fדוד", "דוד"),
        ("Ana\x00", "Ana"),
    ],
)
def test_one_name_written_in_two_ways_is_one_human(one: str, other: str) -> None:
    assert together({**BORN, "given_name": one}, {**BORN, "given_name": other})


def test_an_equal_ssn_overrules_names_that_are_alike() -> None:
    assert together(
        {**BORN, "given_name": "Eric", "ssn": ANA["ssn"]}, {**BORN, "given_name": "Erica", "ssn": ANA["ssn"]}
    )


def test_a_given_name_with_a_hyphen_says_nothing_of_a_middle_name() -> None:
    jang = {"family_name": "Jang", "given_name": "Min-seo", "postcode": "98901"}
    found = resolve(records({**jang, "middle_name": "S", "dob": date(1976, 4, 8)}, {**jang, "postcode": "97301"}))
    assert groups(found) == [{1}, {2}]


def test_a_second_given_name_is_as_good_as_a_middle_name() -> None:
    one, other = {**ANA, "given_name": "Ana Luz", "ssn": None}, {**ANA, "middle_name": "Luz", "ssn": None}
    assert together(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Jr.", "Sr."), ("Junior", "Senior"), ("2nd", "3rd"), ("iv", "V")],
)
def test_suffixes_are_told_apart_however_they_are_written(one: str, other: str) -> None:
    john = {**HOME, "given_name": "John"}
    assert not together({**john, "suffix": one}, {**john, "suffix": other})


def test_a_suffix_may_stand_in_a_name() -> None:
    john = {**HOME, "given_name": "John"}
    assert not together({**john, "family_name": "Garcia, Jr."}, {**john, "family_name": "Garcia Sr"})
    assert not together({**john, "given_name": "John Jr"}, {**john, "suffix": "SR"})
    assert together({**BORN, "given_name": "John", "family_name": "Garcia Jr."}, {**BORN, "given_name": "John"})


def test_a_name_of_one_sign_is_a_whole_name_where_it_is_no_latin_letter() -> None:
    wang = {"given_name": "伟", "family_name": "王", "address_line": "12 Oak St", "postcode": "98901"}
    found = resolve(records(wang, wang, {**wang, "given_name": "芳"}))
    assert groups(found) == [{1, 2}, {3}]
    assert "name_address" in found.memberships["why"].to_pylist()


@pytest.mark.parametrize(("short", "one", "other"), [("Chris", "Christopher", "Christine"), ("J", "John", "Jane")])
def test_a_short_form_of_two_relatives_names_joins_neither(short: str, one: str, other: str) -> None:
    rows = ({**HOME, "given_name": name} for name in (short, one, other))
    assert groups(resolve(records(*rows))) == [{1}, {2}, {3}]


def test_a_middle_name_that_says_that_there_is_none_is_none() -> None:
    john = {"given_name": "John", "family_name": "Smith", "dob": date(1980, 4, 2), "middle_name": "NMN"}
    found = resolve(records({**john, "postcode": "98901"}, {**john, "postcode": "97301"}))
    assert "name_middle_dob" not in found.memberships["why"].to_pylist()


def test_names_too_long_to_be_one_are_kept_and_told_apart() -> None:
    rows = [{"given_name": "A" * 90_000, "family_name": "B\x00" * 1_000, "phone": f"+1206555010{i}"} for i in (1, 1, 2)]
    assert groups(resolve(records(*rows))) == [{1, 2}, {3}]
