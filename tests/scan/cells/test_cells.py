"""Values beside other text in the cells of a table: found, given to the right human, never across cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from amends import scan
from amends.case import Case
from amends.elements import unmask
from amends.scan.cells.searching import PLACES
from amends.scan.files.limits import DEFAULT
from amends.scan.verb import run as run_with
from tests.scan.haul_of import balance, put, rows

PEOPLE = "first_name,last_name,email,notes\n"


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    return new_case(encryption="volume")


def records(case: Case, content: str, name: str = "t.csv") -> list[dict[str, Any]]:
    put(case, name, content.encode())
    scan.run(case)
    return rows(case, "records")


def elements(record: dict[str, Any]) -> set[str]:
    return set(unmask(record["elements"]))


def test_a_value_in_a_note_is_the_rows(case: Case) -> None:
    ann, bob = records(
        case,
        PEOPLE + 'Ann,Lee,ann@x.org,"called 206-555-0100, SSN 123-45-6788 on file"\nBob,Kim,bob@x.org,nothing to add\n',
    )
    assert (ann["ssn"], ann["phone"], ann["email"]) == ("123456788", "+12065550100", "ann@x.org")
    assert elements(ann) == {"name", "email", "phone", "ssn"}
    assert elements(bob) == {"name", "email"}
    found = rows(case, "mentions")
    assert [(mention["element"], mention["start"] // PLACES, mention["record_id"]) for mention in found] == [
        ("phone", 0, ann["record_id"]),
        ("ssn", 0, ann["record_id"]),
    ]


def test_somebody_else_whom_the_text_names_with_a_value_is_a_record_too(case: Case) -> None:
    put(case, "t.csv", (PEOPLE + 'Cy,Roe,cy@x.org,"His wife Mary Jones has SSN 223-45-6788"\n').encode())
    outcome = scan.run(case)
    cy, mary = rows(case, "records")
    assert elements(cy) == {"name", "email"}
    assert (mary["given_name"], mary["family_name"], mary["ssn"], mary["row"]) == ("Mary", "Jones", "223456788", 0)
    assert balance(outcome, "mentions")["unowned"] == 0


def test_somebody_else_whom_the_text_only_names_is_no_record(case: Case) -> None:
    (cy,) = records(case, PEOPLE + 'Cy,Roe,cy@x.org,"His wife Mary Jones called, order 223456788 of 04/12/2019"\n')
    assert elements(cy) == {"name", "email"}


def test_a_value_is_the_rows_where_the_text_names_the_rows_own_human(case: Case) -> None:
    (di,) = records(case, PEOPLE + 'Diana,Smith,d@x.org,"Diana Smith gave card 4111 1111 1111 1111"\n')
    assert elements(di) == {"name", "email", "payment_card"}


def test_no_hit_and_no_word_crosses_a_cell_border(case: Case) -> None:
    found = records(case, PEOPLE + 'Ann,Lee,a@x.org,"her SSN is ssn"\nBob,Kim,b@x.org,"item 123456788 was sold"\n')
    assert [elements(record) for record in found] == [{"name", "email"}] * 2


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        (
            "John Smith 206-555-0100 12 Main St, Springfield IL 62701",
            {
                "given_name": "John", "family_name": "Smith", "phone": "+12065550100", "address_line": "12 Main St",
                "city": "Springfield", "region": "IL", "postcode": "62701",
            },
        ),
        ("jane@x.org / 206-555-0100", {"email": "jane@x.org", "phone": "+12065550100"}),
        ("Smith, John SSN: 123-45-6788", {"given_name": "John", "family_name": "Smith", "ssn": "123456788"}),
    ],
)  # fmt: skip
def test_a_cell_of_several_elements_fills_the_record(case: Case, cell: str, fields: dict[str, str]) -> None:
    found = records(case, "id,contact\n" + "".join(f'{number},"{cell}"\n' for number in range(5)))
    assert [{key: record[key] for key in fields} for record in found] == [fields] * 5


def test_the_header_is_context_for_its_cells(case: Case) -> None:
    found = records(case, "id,patient dob\n" + "".join(f'{n},"Smith, John 04/12/19{50 + n}"\n' for n in range(20)))
    assert {(record["given_name"], record["family_name"]) for record in found} == {("John", "Smith")}
    assert [record["dob"].year for record in found] == list(range(1950, 1970))


def test_a_column_of_names_and_dates_that_spread_as_births_holds_births(case: Case) -> None:
    names = ("Okonkwo, Adaeze", "Vraštil, Bohumír", "Nakagawa, Ren")
    found = records(case, "id,patient\n" + "".join(f'{n},"{names[n % 3]} 04/12/19{45 + n}"\n' for n in range(45)))
    assert [(record["family_name"], record["given_name"]) for record in found[:3]] == [
        ("Okonkwo", "Adaeze"),
        ("Vraštil", "Bohumír"),
        ("Nakagawa", "Ren"),
    ]
    assert [record["dob"].year for record in found] == list(range(1945, 1990))


def test_a_column_of_names_and_days_of_one_year_holds_no_births(case: Case) -> None:
    found = records(case, "id,patient\n" + "".join(f'{n},"Smith, John 04/{1 + n % 28}/2019"\n' for n in range(45)))
    assert all(record["dob"] is None for record in found)


def test_every_value_of_a_list_is_counted_and_the_first_fills_the_field(case: Case) -> None:
    line = '{"name":"Ann Lee","emails":["a@b.org","c@d.org"],"phones":[{"type":"home","number":"2065550100"}]}\n'
    (ann,) = records(case, line, "t.ndjson")
    assert (ann["email"], ann["phone"], ann["family_name"]) == ("a@b.org", "+12065550100", "Lee")
    found = [mention["element"] for mention in rows(case, "mentions") if mention["record_id"] == ann["record_id"]]
    assert sorted(found) == ["email", "email", "phone"]


def test_each_human_of_a_list_of_humans_is_a_record(case: Case) -> None:
    people = '[{"name":"Ann Lee","ssn":"123-45-6788"},{"name":"Bob Smith","ssn":"223-45-6788"}]'
    cell = people.replace('"', '""')
    ann, bob = records(case, f'policy,dependents\n7,"{cell}"\n', "t.csv")
    assert (ann["given_name"], ann["ssn"], ann["row"]) == ("Ann", "123456788", 0)
    assert (bob["given_name"], bob["ssn"], bob["row"]) == ("Bob", "223456788", 1)
    assert bob["file_id"] == ann["file_id"]


def test_columns_of_a_spouse_are_a_record_of_their_own(case: Case) -> None:
    content = "name,ssn,spouse_name,spouse_ssn\n" + "".join(
        f"John Smith,123-45-{n:04d},{'Mary Smith' if n % 2 else ''},{f'223-45-{n:04d}' if n % 2 else ''}\n"
        for n in range(1, 9)
    )
    put(case, "t.csv", content.encode())
    outcome = scan.run(case)
    found = rows(case, "records")
    assert [record["ssn"][:3] for record in found] == ["123"] * 8 + ["223"] * 4
    assert [record["row"] for record in found[8:]] == [0, 2, 4, 6]
    assert {record["given_name"] for record in found[8:]} == {"Mary"}
    assert not rows(case, "reviews")
    assert balance(outcome, "rows")["recorded"] == 8
    assert any("4 further humans" in finding for finding in outcome.findings)


def test_a_row_that_holds_only_a_further_human_is_recorded_once(case: Case) -> None:
    content = "plan,guardian_name,guardian_phone\n" + "".join(f"P{n},Mary Smith,206-555-01{n:02d}\n" for n in range(9))
    put(case, "t.csv", content.encode())
    outcome = scan.run(case)
    assert len(rows(case, "records")) == 9
    assert balance(outcome, "rows")["recorded"] == 9


def test_a_cell_that_holds_more_than_a_name_is_no_name(case: Case) -> None:
    content = "customer name,email\n" + "Ann Lee,a@x.org\n" * 9 + '"John Smith 206-555-0100",j@x.org\n'
    found = records(case, content)
    assert (found[9]["family_name"], found[9]["phone"]) == ("Smith", "+12065550100")


def test_numbers_of_a_column_that_is_no_element_are_not_searched(case: Case) -> None:
    found = records(case, "last_name,order_no\n" + "".join(f"Lee,{490154203237511 + n}\n" for n in range(20)))
    assert [elements(record) for record in found] == [{"name"}] * 20


def test_records_and_mentions_do_not_depend_on_how_the_file_was_cut(new_case: Callable[..., Case]) -> None:
    content = "spouse_name,spouse_ssn,name,ssn,notes\n" + "".join(
        f'Mary Smith,223-45-{n:04d},John Smith,123-45-{n:04d},"call 206-555-{n:04d}; or Bob Jones 206-556-{n:04d}"\n'
        for n in range(100, 160)
    )
    tables = []
    for limits in (DEFAULT, replace(DEFAULT, chunk=500, cells=64)):
        case = new_case(encryption="volume")
        put(case, "t.csv", content.encode())
        run_with(case, limits=limits)
        tables.append([case.dataset(name).to_table() for name in ("records", "mentions", "files")])
    assert tables[0] == tables[1]
    assert len(tables[0][0]) == 180
