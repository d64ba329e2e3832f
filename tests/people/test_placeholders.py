"""What stands in for a value ties nobody to anybody, and is nobody's contact."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.case import Case, new_case
from amends.errors import TableError
from amends.people import resolve, run
from amends.tables import REGISTRY
from tests.people.test_relations import INCIDENT, commit_records
from tests.people.test_resolve import ANA, groups, records

HERE = {"address_line": "12 Oak St", "city": "Yakima", "postcode": "98901"}
THERE = {"address_line": "4410 Pine Ridge Rd", "city": "Salem", "postcode": "97301"}
JOHN = {"given_name": "John", "family_name": "Smith"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ssn", ("999999999", "222222222", "987654321", "219099999", "012345678", "078051120")),
        ("phone", ("0000000000", "+19999999999", "+12065555555", "1234567890", "911", "***-***-1234", "206-XXX-1234")),
        ("email", ("none@none.com", "no-email@gmail.com", "test@test.com", "a@a.com", "unknown", "do.not.reply@x.com")),
        ("driver_license", ("NONE", "N/A", "000000000", "XXXXXXX", "****1234", "123456789")),
        ("account_number", ("0", "PREPAID", "UNKNOWN", "99999999")),
    ],
)
def test_two_of_one_name_are_not_tied_by_a_placeholder(field: str, values: tuple[str, ...]) -> None:
    families = ["Abbott", "Bexley", "Cornish", "Dumont", "Eastman", "Fogarty", "Galvez"]
    rows = [
        {"given_name": "John", "family_name": family, **home, field: value}
        for family, value in zip(families, values, strict=False)
        for home in (HERE, THERE)
    ]
    assert groups(resolve(records(*rows))) == [{number} for number in range(1, len(rows) + 1)]


@pytest.mark.parametrize("line", ["N/A", "General Delivery", "no fixed address"])
def test_a_line_that_says_that_there_is_no_address_is_none(line: str) -> None:
    home = {"address_line": line, "city": "Yakima", "postcode": "98901"}
    child = {"given_name": "Leo", "family_name": "Smith", "dob": date(2012, 1, 1)}
    found = resolve(records({**JOHN, **home}, {**JOHN, **home}, {**child, **home}))
    assert found.persons.num_rows == 3 and not found.relations.num_rows


def test_devices_with_made_up_numbers_tie_nobody() -> None:
    made_up = {"imei": "000000000000000", "imsi": "123456789012345"}
    one, other = ({**made_up, "phone": phone} for phone in ("+12065550101", "+12065550777"))
    assert len(groups(resolve(records(one, other)))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("Newborn", "Newborn"), ("Twin A", "Twin B"), ("Dependent 1", "Dependent 2"), ("Line 2", "Line 2"), ("BB", "BB")],
)
def test_a_name_that_anybody_may_have_ties_nobody(one: str, other: str) -> None:
    rows = ({"family_name": "Garcia", **HERE, "given_name": name} for name in (one, other))
    assert len(groups(resolve(records(*rows)))) == 2


@pytest.mark.parametrize(("one", "other"), [("Baby Boy", "Baby Girl"), ("Baby Boy A", "Baby Boy B")])
def test_newborn_twins_without_names_stay_two(one: str, other: str) -> None:
    born = {"family_name": "Garcia", "dob": date(2020, 3, 3), **HERE}
    assert len(groups(resolve(records({**born, "given_name": one}, {**born, "given_name": other})))) == 2


def test_an_ssn_with_many_birth_dates_identifies_nobody() -> None:
    days = [date(1930 + i % 70, 1 + i % 12, 1 + i % 28) for i in range(400)]
    found = resolve(records(*({**JOHN, "ssn": "219091234", "dob": day} for day in days)))
    assert found.persons.num_rows == 400


def test_an_account_under_many_names_is_an_organisations() -> None:
    names = ["Bo", "Carmen", "Dietrich", "Eve", "Fatima", "Guo", "Hank", "Ilse", "Jamal", "Kirsten", "Lars", "Mona"]
    staff = [{"given_name": name, "family_name": name[::-1], "account_number": "B-2210"} for name in names]
    two = [{**JOHN, **home, "account_number": "B-2210"} for home in (HERE, THERE)]
    assert resolve(records(*staff, *two)).persons.num_rows == 14
    assert resolve(records(*staff[:3], *two)).persons.num_rows == 4


def test_names_in_a_house_of_many_flats_are_not_one_human_by_the_house_alone() -> None:
    crowd = [
        {"given_name": f"g{chr(97 + i % 26)}{chr(97 + i // 26)}", "family_name": f"f{chr(97 + i % 26)}q{i % 7 * 'x'}"}
        for i in range(52)
    ]
    found = resolve(records(*({**row, **HERE} for row in crowd), {**JOHN, **HERE}, {**JOHN, **HERE}))
    assert "name_address" not in found.memberships["why"].to_pylist()


def test_a_birth_date_that_forms_fill_in_ties_no_namesakes() -> None:
    crowd = [
        {"given_name": f"g{chr(97 + i % 26)}{chr(97 + i // 26)}", "family_name": f"f{chr(97 + i % 26)}q"}
        for i in range(60)
    ]
    two = [{**JOHN, "middle_name": "Paul", **home} for home in (HERE, THERE)]
    found = resolve(records(*({**row, "dob": date(1970, 1, 1)} for row in [*crowd, *two])))
    assert "name_middle_dob" not in found.memberships["why"].to_pylist()
    assert len(groups(resolve(records(*({**row, "dob": date(1970, 1, 1)} for row in two))))) == 1


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case with an empty registry."""
    return new_case(tmp_path / "case", encryption="volume", sections=INCIDENT)


def resolved(case: Case, registry: list[dict[str, Any]], *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The persons of these records with this registry."""
    full = [{**dict.fromkeys(REGISTRY.schema.names), **row} for row in registry]
    pq.write_table(pa.Table.from_pylist(full, REGISTRY.schema), case.settings.inputs.registry / "r.parquet")
    with case:
        commit_records(case, records(*rows))
        run(case)
        found: list[dict[str, Any]] = case.dataset("persons").to_table().to_pylist()
        return found


def test_a_registry_full_of_placeholders_gives_no_contact(case: Case) -> None:
    known = {
        "account_number": "77001", "role": "Holder", "status": "Current", "ssn": ANA["ssn"], "given_name": "Ana",
        "family_name": "Diaz", "email": "none@none.com", "phone": "0000000000", "address_line": "UNKNOWN",
        "city": "Seattle", "region": "Washington", "country": "USA", "dob": date(1900, 1, 1),
    }  # fmt: skip
    taken = {
        **ANA,
        "email": "ana@example.com",
        "phone": "+12065550101",
        "address_line": "1 Elm St",
        "postcode": "98101",
    }
    (person,) = resolved(case, [known], taken)
    assert (person["email"], person["phone"], person["address_line"]) == ("ana@example.com", "+12065550101", "1 Elm St")
    assert (person["status"], person["account_holder"], person["jurisdiction"]) == ("current", True, "US-WA")
    assert person["dob"] == ANA["dob"]


def test_a_name_that_stands_for_nobody_does_not_replace_a_name(case: Case) -> None:
    line = {"phone": "+12065550101", "imei": "490154203237518"}
    account = {"account_number": "77001", "role": "holder", "status": "current", "given_name": "Prepaid"}
    (person,) = resolved(case, [{**account, "family_name": "Customer", **line}], {**ANA, **line})
    assert (person["given_name"], person["family_name"], person["registry_matches"]) == ("Ana", "Diaz", 1)


def test_a_line_of_an_account_without_a_name_is_the_person_the_registry_knows_there(case: Case) -> None:
    line = {"account_number": "77001", "phone": "+12065550101"}
    (person,) = resolved(case, [{**line, "role": "holder", "given_name": "Ana", "family_name": "Diaz"}], line)
    assert (person["given_name"], person["registry_matches"]) == ("Ana", 1)


def test_a_birth_date_of_another_century_makes_no_minor(case: Case) -> None:
    born = [date(2065, 4, 2), date(2015, 4, 2), date(2022, 1, 1)]
    names = [("Ana", "Diaz"), ("Leo", "Mora"), ("Eva", "Ruiz")]
    rows = ({"given_name": a, "family_name": b, "dob": day} for (a, b), day in zip(names, born, strict=True))
    assert [person["minor"] for person in resolved(case, [], *rows)] == [False, True, True]


@pytest.mark.parametrize("number", [-5, None, 1.5, "x"])
def test_a_record_id_that_is_no_number_from_nought_on_is_refused(number: Any) -> None:
    with pytest.raises(TableError, match="record_id"):
        resolve(pa.table({"record_id": [number], "given_name": ["Ana"]}))
