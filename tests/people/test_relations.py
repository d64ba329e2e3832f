"""Households, account holders and guardians are said beside persons, who stay as many as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.case import Case, new_case
from amends.elements import mask
from amends.people import resolve, run
from amends.tables import REGISTRY, TABLES
from tests.people.test_resolve import records

HOME = {"family_name": "Diaz", "address_line": "1 Elm St", "postcode": "98101"}
INCIDENT = "[incident]\ndiscovered = 2021-08-16\n"


def test_people_of_one_address_are_a_household_and_stay_apart() -> None:
    found = resolve(
        records(
            {**HOME, "given_name": "Ana"}, {**HOME, "given_name": "Luis"}, {**HOME, "given_name": "Eva", "city": "X"}
        )
    )
    assert found.persons.num_rows == 3
    assert [tuple(row.values()) for row in found.relations.to_pylist()] == [
        (2, "household", 1, "address"),
        (3, "household", 1, "address"),
    ]


def test_a_full_house_is_no_household() -> None:
    names = ["ana", "bob", "cal", "dee", "eva", "fay", "gus", "hal", "ida", "jon", "kit", "lou", "mia"]
    rows = [{**HOME, "family_name": name * 2, "given_name": name} for name in names]
    assert resolve(records(*rows)).relations.num_rows == 0
    assert resolve(records(*rows[:12])).relations.num_rows == 11


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case whose registry knows a holder and a user of one account."""
    made = new_case(tmp_path / "case", encryption="volume", sections=INCIDENT)
    account = {**dict.fromkeys(REGISTRY.schema.names), "account_number": "77001", "status": "current"}
    rows = [
        {**account, "role": "holder", "given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101"},
        {**account, "role": "user", "given_name": "Leo", "family_name": "Mora", "phone": "+12065550102"},
    ]
    pq.write_table(pa.Table.from_pylist(rows, REGISTRY.schema), made.settings.inputs.registry / "r.parquet")
    return made


def commit_records(case: Case, table: pa.Table) -> None:
    """Make these the case's records, as scan would."""
    columns = [
        table[f.name] if f.name in table.column_names else pa.nulls(len(table), f.type)
        for f in TABLES["records"].schema
    ]
    step = case.step("scan", writes=("records",))
    with step:
        step.write("records", pa.table(columns, schema=TABLES["records"].schema))
        step.commit()


def test_a_minor_on_an_account_has_its_holder_as_presumed_guardian(case: Case) -> None:
    child = {"given_name": "Leo", "family_name": "Mora", "dob": date(2010, 5, 5), "phone": "+12065550102"}
    holder = {"given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101"}
    niece = {**HOME, "given_name": "Eva", "dob": date(2012, 1, 1)}
    aunt = {**HOME, "given_name": "Rosa", "dob": date(1970, 1, 1)}
    with case:
        commit_records(case, records(holder, child, niece, aunt))
        run(case)
        found = [tuple(row.values()) for row in case.dataset("relations").to_table().to_pylist()]
        persons = {row["person_id"]: row for row in case.dataset("persons").to_table().to_pylist()}
    assert found == [
        (2, "account_holder", 1, "account"),
        (2, "guardian", 1, "account"),
        (3, "guardian", 4, "address and family name"),
        (4, "household", 3, "address"),
    ]
    assert [persons[i]["minor"] for i in (1, 2, 3, 4)] == [False, True, True, False]
    assert [persons[i]["account_holder"] for i in (1, 2, 3)] == [True, False, None]
    assert persons[1]["elements"] == mask(["name"]) and persons[1]["phone_source"] == "registry"
