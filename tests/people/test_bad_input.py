"""Whatever comes in, each record has a person, and strangers are not made one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from amends.case import new_case
from amends.elements import mask
from amends.people import Resolution, resolve, run
from tests.people.test_relations import commit_records

COUNT = 6_000
DAYS = [f"{1930 + i % 70}-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(COUNT)]
OTHER_NAMES = [f"n{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676 % 26)}" for i in range(COUNT)]
ANA = {"given_name": ["Ana"] * COUNT, "family_name": ["Diaz"] * COUNT}


def table(**columns: list[Any]) -> pa.Table:
    size = len(next(iter(columns.values()), [None] * COUNT))
    return pa.table(
        {"record_id": pa.array(range(1, size + 1)), "elements": pa.array([mask(["name"])] * size), **columns}
    )


def resolved(given: pa.Table) -> Resolution:
    found = resolve(given)
    assert found.memberships["record_id"].to_pylist() == given["record_id"].to_pylist()
    assert set(found.memberships["person_id"].to_pylist()) == set(found.persons["person_id"].to_pylist())
    assert sum(found.persons["records"].to_pylist()) == given.num_rows
    return found


@pytest.mark.parametrize(
    "columns",
    [
        {},
        ANA,
        {**ANA, "dob": DAYS},
        {"phone": [f"+1206{i // 2:07}" for i in range(COUNT)]},
        {"ssn": ["219091234"] * COUNT, "given_name": OTHER_NAMES, "family_name": OTHER_NAMES[::-1]},
        {"ssn": ["219091234"] * COUNT},
        {"given_name": ["Customer"] * COUNT, "family_name": ["Unknown"] * COUNT, "phone": ["+12065550101"] * COUNT},
    ],
    ids=["nothing", "one name", "one name, birth dates", "phones by twos", "one SSN", "one SSN alone", "placeholders"],
)
def test_records_that_prove_nothing_stay_as_many_people(columns: dict[str, list[Any]]) -> None:
    assert resolved(table(**columns)).persons.num_rows == COUNT


def test_a_shared_ssn_does_not_hide_those_who_agree_otherwise() -> None:
    crowd = {"ssn": ["219091234"] * COUNT, "given_name": OTHER_NAMES, "family_name": OTHER_NAMES[::-1]}
    twice = {name: [*values, *values[:50]] for name, values in crowd.items()}
    phones = [f"+1206555{i:04}" for i in range(COUNT)]
    found = resolved(table(**twice, phone=[*phones, *phones[:50]]))
    assert found.persons.num_rows == COUNT


def test_a_case_without_registry_or_identifiers_has_a_person_a_record_and_says_so(tmp_path: Path) -> None:
    with new_case(tmp_path / "case", encryption="volume") as case:
        commit_records(case, table().slice(0, 40))
        outcome = run(case)
        assert outcome.rows["persons"] == 40
        assert any("no registry" in finding for finding in outcome.findings)


def test_a_state_that_only_the_zip_code_tells_is_said_to_be_told_by_it(tmp_path: Path) -> None:
    with new_case(tmp_path / "case", encryption="volume") as case:
        commit_records(case, table(postcode=["98101", "96910", None], region=[None, None, "WA"]))
        told = [finding for finding in run(case).findings if "ZIP code" in finding]
        assert len(told) == 1 and told[0].startswith("1 persons")


def test_a_case_without_records_has_no_person(tmp_path: Path) -> None:
    with new_case(tmp_path / "case", encryption="volume") as case:
        commit_records(case, table().slice(0, 0))
        assert run(case).rows["persons"] == 0


@pytest.mark.parametrize("field", ["email", "phone", "account_number", "driver_license", "imei"])
def test_empty_text_is_no_value_that_two_share(field: str) -> None:
    rows = [
        {"record_id": at, "given_name": "Ana", "family_name": "Diaz", field: " " * at, "postcode": " ", "city": town}
        for at, town in enumerate(("Salem", "Troy"))
    ]
    assert resolve(pa.Table.from_pylist(rows)).persons.num_rows == 2


@pytest.mark.parametrize(("field", "value"), [("phone", "+12065550199"), ("email", "office@example.com")])
def test_a_contact_under_many_names_ties_nobody(field: str, value: str) -> None:
    names = [
        "Bo",
        "Carmen",
        "Dietrich",
        "Eve",
        "Fatima",
        "Guo",
        "Hank",
        "Ilse",
        "Jamal",
        "Kirsten",
        "Lars",
        "Mona",
        "Oscar",
    ]
    crowd = [
        {"record_id": at, "given_name": name, "family_name": name[::-1], field: value} for at, name in enumerate(names)
    ]
    two = [{"record_id": 20 + at, "given_name": "Ana", "family_name": "Diaz", field: value} for at in range(2)]
    assert resolve(pa.Table.from_pylist(crowd + two)).persons.num_rows == 15
    assert resolve(pa.Table.from_pylist(crowd[:5] + two)).persons.num_rows == 6
