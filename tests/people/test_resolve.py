"""Entries become persons: who is joined, who is kept apart, what survives."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.elements import mask
from amends.errors import TableError
from amends.people import Resolution, resolve
from amends.tables import TABLES

ANA = {"given_name": "Ana", "family_name": "Diaz", "dob": date(1980, 4, 2), "ssn": "219091234"}


def records(*rows: dict[str, Any]) -> pa.Table:
    """A table of records numbered from 1; a record without elements holds a name."""
    full = [{"record_id": i, "elements": mask(["name"]), "wave": "1", **row} for i, row in enumerate(rows, 1)]
    names = {name for row in full for name in row}
    return pa.Table.from_pylist(full, pa.schema([f for f in TABLES["records"].schema if f.name in names]))


def groups(found: Resolution) -> list[set[int]]:
    """The sets of record ids, by person."""
    by_person: dict[int, set[int]] = {}
    for row in found.memberships.to_pylist():
        by_person.setdefault(row["person_id"], set()).add(row["record_id"])
    return sorted(by_person.values(), key=min)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ANA, {**ANA, "dob": None}),
        (ANA, {**ANA, "given_name": "ANA", "family_name": "Díaz"}),
        (ANA, {**ANA, "family_name": "Diaz Lopez"}),
        ({**ANA, "given_name": "Robert"}, {**ANA, "given_name": "Bob"}),
        ({**ANA, "ssn": None, "phone": "+12065550101"}, {**ANA, "ssn": None, "phone": "2065550101"}),
        ({**ANA, "ssn": "219091234", "phone": "+12065550101"}, {**ANA, "ssn": "219091243", "phone": "+12065550101"}),
        ({**ANA, "dob": date(1980, 4, 2)}, {**ANA, "dob": date(1980, 2, 4)}),
        (
            {"given_name": "Ana", "family_name": "Diaz", "address_line": "12 Oak Street", "postcode": "98101"},
            {"given_name": "ana", "family_name": "DIAZ", "address_line": "12 oak st.", "postcode": "98101-2020"},
        ),
        (
            {**ANA, "phone": "+12065550101", "imsi": "310260123456789"},
            {"phone": "+12065550101", "imsi": "310260123456789"},
        ),
    ],
)
def test_records_that_agree_on_two_identifiers_are_one_human(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert groups(resolve(records(one, other))) == [{1, 2}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ANA, {**ANA, "ssn": "457551462"}),
        ({**ANA, "ssn": None}, {**ANA, "ssn": None, "dob": date(1951, 9, 9)}),
        ({**ANA, "given_name": "Jake"}, {**ANA, "given_name": "Mark", "ssn": "219091235"}),
        (ANA, {"given_name": "Luis", "family_name": "Mora", "ssn": "219091234", "dob": date(1951, 9, 9)}),
        ({"given_name": "Ana", "family_name": "Diaz"}, {"given_name": "Ana", "family_name": "Diaz"}),
        ({"phone": "+12065550101"}, {"phone": "+12065550101"}),
        (
            {**ANA, "ssn": None, "suffix": "JR", "email": "a@example.com"},
            {**ANA, "ssn": None, "suffix": "SR", "email": "a@example.com"},
        ),
    ],
)
def test_records_that_contradict_each_other_stay_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert groups(resolve(records(one, other))) == [{1}, {2}]


def test_twins_at_one_address_stay_two() -> None:
    home = {"family_name": "Diaz", "dob": date(2001, 1, 5), "address_line": "1 Elm St", "postcode": "98101"}
    found = resolve(
        records({**home, "given_name": "Eva"}, {**home, "given_name": "Mia"}, {**home, "given_name": "Eva"})
    )
    assert groups(found) == [{1, 3}, {2}]


def test_a_record_that_fits_two_people_joins_neither() -> None:
    home = {"given_name": "Juan", "family_name": "Diaz", "address_line": "1 Elm St", "postcode": "98101"}
    found = resolve(records({**home, "dob": date(1950, 3, 3)}, {**home, "dob": date(1982, 7, 9)}, home))
    assert groups(found) == [{1}, {2}, {3}]


def test_a_shared_and_an_invalid_ssn_tie_nobody_together() -> None:
    shared = [
        {"given_name": chr(97 + i) * 4, "family_name": "Same", "ssn": "219091234", "dob": date(1980, 1, 1)}
        for i in range(8)
    ]
    invalid = [{**ANA, "ssn": bad, "dob": None} for bad in ("000121234", "666121234", "900121234", "123456789")]
    assert len(groups(resolve(records(*shared)))) == 8
    assert len(groups(resolve(records(*invalid)))) == 4


def test_a_merge_through_a_third_record_is_refused_when_the_ends_contradict() -> None:
    found = resolve(
        records(
            {**ANA, "dob": None, "phone": "+12065550101"},
            {**ANA, "dob": None, "ssn": "457551462", "email": "ana@example.com"},
            {**ANA, "dob": None, "ssn": None, "phone": "+12065550101", "email": "ana@example.com"},
        )
    )
    assert not any({1, 2} <= group for group in groups(found))
    assert found.reviews.num_rows == 1
    assert found.reviews["kind"][0].as_py() == "same_person"


def test_every_element_of_a_person_points_to_a_record_that_holds_it() -> None:
    table = records(
        {**ANA, "elements": mask(["name", "ssn"])},
        {**ANA, "elements": mask(["name", "imei"]), "wave": "2"},
        {**ANA, "elements": mask(["ssn"]), "wave": "2"},
    )
    found = resolve(table)
    proofs = {
        row["element"]: (row["record_id"], row["records"], row["first_wave"]) for row in found.exposures.to_pylist()
    }
    assert proofs == {"name": (1, 2, "1"), "ssn": (1, 2, "1"), "imei": (2, 1, "2")}
    assert found.persons["elements"].to_pylist() == [mask(["name", "ssn", "imei"])]


def test_the_freshest_contact_survives_with_its_source() -> None:
    found = resolve(
        records(
            {**ANA, "address_line": "1 Old Rd", "city": "Yakima", "region": "WA", "postcode": "98901"},
            {**ANA, "address_line": "2 New Rd", "city": "Salem", "region": "OR", "postcode": "97301", "wave": "2"},
        )
    )
    person = found.persons.to_pylist()[0]
    assert (person["address_line"], person["jurisdiction"], person["address_source"]) == (
        "2 New Rd",
        "US-OR",
        "taken:2",
    )
    assert (person["first_wave"], person["last_wave"], person["records"]) == ("1", "2", 2)


@pytest.mark.parametrize(
    ("place", "jurisdiction"),
    [
        ({"region": "WA"}, "US-WA"),
        ({"region": "pr", "country": "US"}, "US-PR"),
        ({"region": "ON", "country": "CA"}, "CA"),
        ({"region": "ZZ"}, None),
        ({"region": "WASHINGTON STATE"}, None),
        ({"address_line": "12 Oak St", "postcode": "98101-1234"}, "US-WA"),
        ({"address_line": "12 Oak St", "postcode": "98101", "region": " "}, "US-WA"),
        ({"address_line": "12 Oak St", "postcode": "96910"}, None),
        ({"address_line": "Gasse 12", "postcode": "80331", "region": "Bayern"}, None),
        ({"address_line": "Gasse 12", "postcode": "80331", "country": "DE"}, "DE"),
        ({"address_line": "12 High St", "postcode": "981 01"}, None),
        ({"postcode": "98101"}, "US-WA"),
        ({"postcode": "98101", "region": "OR"}, "US-OR"),
        ({}, None),
    ],
)
def test_residency_is_stated_only_where_it_is_known(place: dict[str, str], jurisdiction: str | None) -> None:
    assert resolve(records({**ANA, **place})).persons["jurisdiction"][0].as_py() == jurisdiction


def test_waves_one_by_one_and_all_at_once_give_the_same_persons_and_the_changes_are_told() -> None:
    first = [
        {**ANA, "elements": mask(["name"])},
        {"given_name": "Luis", "family_name": "Mora", "phone": "+12065550102"},
    ]
    late = [
        {**ANA, "elements": mask(["ssn"]), "wave": "2"},
        {"given_name": "Eva", "family_name": "Ruiz", "email": "eva@example.com", "wave": "2"},
    ]
    before = resolve(records(*first))
    after = resolve(records(*first, *late), previous=before)
    at_once = resolve(records(*first, *late))
    assert after.persons == at_once.persons
    assert after.memberships == at_once.memberships
    told = [(row["person_id"], row["change"], row["elements_after"]) for row in after.changes.to_pylist()]
    assert told == [(1, "grown", mask(["name", "ssn"])), (4, "new", mask(["name"]))]


def test_a_merge_is_told_with_the_person_it_went_to() -> None:
    first = [
        {"given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101"},
        {"given_name": "Ana", "family_name": "Diaz", "email": "ana@example.com"},
    ]
    bridge = {"given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101", "email": "ana@example.com"}
    before = resolve(records(*first))
    after = resolve(records(*first, bridge), previous=before)
    changes = [(row["person_id"], row["change"], row["other_person_id"]) for row in after.changes.to_pylist()]
    assert changes == [(2, "merged", 1)]


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(TableError, match="shoe_size"):
        resolve(records(ANA).append_column("shoe_size", pa.array(["44"])))


def test_dates_may_be_text_and_what_is_no_date_is_null() -> None:
    rows = pa.table(
        {
            "record_id": pa.array([1, 2, 3], pa.int32()),
            "given_name": pa.array(["Ana", "Ana", "Eva"], pa.large_string()),
            "family_name": ["Diaz", "Diaz", "Mora"],
            "dob": ["1980-04-02", "1980-04-02", "sometime"],
            "phone": ["+12065550101"] * 3,
        }
    )
    found = resolve(rows)
    assert groups(found) == [{1, 2}, {3}]
    assert found.persons["dob"].to_pylist() == [date(1980, 4, 2), None]


def test_records_without_a_number_are_refused() -> None:
    with pytest.raises(TableError, match="record_id"):
        resolve(pa.table({"given_name": ["Ana"]}))


NAMES = st.sampled_from([None, "Ana", "Bob", "Robert", "Eva"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "given_name": NAMES,
            "family_name": st.sampled_from([None, "Diaz", "Mora"]),
            "dob": st.sampled_from([None, date(1980, 4, 2), date(1980, 2, 4), date(1955, 5, 5)]),
            "ssn": st.sampled_from([None, "219091234", "219091243", "457551462", "000000000"]),
            "phone": st.sampled_from([None, "+12065550101", "+12065550102"]),
            "elements": st.sampled_from([mask(["name"]), mask(["ssn", "dob"]), mask(["phone"])]),
        }
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_every_record_is_in_one_person_and_no_element_is_lost(rows: list[dict[str, Any]]) -> None:
    found = resolve(records(*rows))
    members = found.memberships.to_pylist()
    assert [row["record_id"] for row in members] == list(range(1, len(rows) + 1))
    by_person: dict[int, int] = {}
    for row in members:
        by_person[row["person_id"]] = by_person.get(row["person_id"], 0) | rows[row["record_id"] - 1]["elements"]
    assert {row["person_id"]: row["elements"] for row in found.persons.to_pylist()} == by_person
    assert sum(value.bit_count() for value in by_person.values()) == found.exposures.num_rows


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_two_far_apart_ssns_never_stand_in_one_person(rows: list[dict[str, Any]]) -> None:
    found = resolve(records(*rows))
    names: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        names.setdefault(row["ssn"], set()).add((row["given_name"], row["family_name"]))
    for group in groups(found):
        ssns = {rows[i - 1]["ssn"] for i in group if len(names[rows[i - 1]["ssn"]]) <= 4}
        assert not {"219091234", "457551462"} <= ssns
