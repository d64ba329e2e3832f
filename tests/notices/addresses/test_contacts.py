"""The address service: what it is asked, and what its answers change in the mail."""

from __future__ import annotations

import csv
import stat
from pathlib import Path
from typing import Any

import pytest

from amends import notices
from amends.case import Case
from amends.errors import CaseError, InputError
from tests.notices.people_who_lost import INCIDENT, ORGANISATION, person, tables
from tests.notices.test_run import NewCase, outcome, rows, texts

MOVED = "4,22 Elm Street,Reno,NV,89501,Y,A,2021-07,N,N"
HEADER = "person_id,address_line,city,region,postcode,dpv,return_code,move_date,vacant,deceased"


def answers(case: Case) -> dict[str, int]:
    """What became of the rows of the address service."""
    (found,) = (part.out for part in outcome(case).balances if part.what == "answers of the address service")
    return dict(found)


def answered(new_case: NewCase, people: list[dict[str, Any]], *lines: str, header: str = HEADER) -> Case:
    case: Case = new_case(tables=tables(people), organisation=ORGANISATION, incident=INCIDENT)
    give(case, "answer.csv", [header, *lines])
    notices.run(case)
    return case


def give(case: Case, name: str, lines: list[str]) -> None:
    folder = case.path / "inputs" / "addresses"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_letter_goes_to_the_new_address_and_the_answer_is_kept_with_its_date(new_case: NewCase) -> None:
    case = answered(new_case, [person(4)], MOVED)
    assert "22 ELM ST\nRENO NV 89501\n" in texts(case)[4]
    kept = case.output("mail/addresses.parquet").to_table().to_pylist()[0]
    assert (kept["outcome"], kept["move_date"].isoformat(), kept["file"]) == ("moved", "2021-07-01", "answer.csv")
    assert any("1 people moved to another state" in finding for finding in outcome(case).findings)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1,,,,,Y,00,,Y,N", "vacant"),
        ("1,,,,,N,,,N,N", "not an address that mail reaches"),
        ("1,,,,,,02,2021-06,,", "moved without a new address"),
        ("1,,,,,,2,2021-06,,", "moved without a new address"),
    ],
)
def test_mail_that_would_not_arrive_becomes_substitute_notice(new_case: NewCase, line: str, expected: str) -> None:
    case = answered(new_case, [person(1), person(2)], line)
    found = rows(case, "notices")
    assert (found[1]["channel"], found[2]["channel"]) == ("substitute", "letter")
    assert "mail does not reach the address" in found[1]["reason"]
    assert f"1 answers of the address service: {expected} (outputs/mail/addresses.parquet)" in outcome(case).findings


def test_who_died_is_written_to_through_the_estate_without_an_offer(new_case: NewCase) -> None:
    case = answered(new_case, [person(1)], "1,,,,,Y,00,,N,Y")
    assert rows(case, "notices")[1]["addressed_to"] == "estate"
    assert "code:" not in texts(case)[1]
    assert rows(case, "pieces")[1]["code"] is None


BAD = {
    "seven,,,,,,,,,": "person_id is missing, or the row has not as many fields as the header",
    "1,2,3": "person_id is missing, or the row has not as many fields as the header",
    "99,,,,,Y,00,,N,N": "there is no such person",
    "1,,,,,Y,A,2021-07,N,N": "return_code says that the person moved, but no new address is there",
    "1,22 Elm St,,NV,,Y,A,2021-07,N,N": "the address is not whole",
    "1,,,,,Y,00,July,N,N": "move_date is not a date such as 2021-07-31 or 2021-07",
    "1,,,,,Z,00,,N,N": "dpv is not Y, S, D or N",
    "1,,,,,Y,77,,N,N": "return_code is not one of NCOALink",
    "1,,,,,Y,00,,maybe,N": "vacant is not Y or N",
    "1,,,,,Y,00,,N,2": "deceased is not Y or N",
}


@pytest.mark.parametrize("line", BAD)
def test_a_row_that_cannot_be_used_is_listed_with_the_reason_and_changes_nothing(new_case: NewCase, line: str) -> None:
    case = answered(new_case, [person(1), person(4)], line, MOVED)
    kept = case.output("mail/addresses.parquet").to_table().to_pylist()
    assert [row["reason"] for row in kept if row["outcome"] == "refused"] == [BAD[line]]
    assert "1 OAK AVE\nFRESNO CA 93650\n" in texts(case)[1]
    assert "22 ELM ST" in texts(case)[4]
    assert answers(case) == {"moved": 1, "refused": 1}


def test_a_person_twice_in_one_file_is_refused_and_a_later_file_takes_the_place_of_an_earlier(
    new_case: NewCase,
) -> None:
    case = answered(new_case, [person(1), person(4)], MOVED, "1,,,,,Y,00,,N,Y", "1,,,,,Y,00,,N,N")
    assert answers(case) == {"moved": 1, "refused": 2}
    give(case, "answer2.csv", [HEADER, "4,9 Fir Road,Reno,NV,89501,Y,A,2021-08,N,N"])
    notices.run(case)
    assert "9 FIR RD" in texts(case)[4]
    assert answers(case)["superseded by a later file"] == 1


@pytest.mark.parametrize("header", ["person_id,shoe_size", "address_line,city", "person_id,\x00\xff"])
def test_a_file_with_wrong_columns_is_one_line_that_names_it(new_case: NewCase, header: str) -> None:
    with pytest.raises(InputError, match=r"inputs/addresses/answer\.csv"):
        answered(new_case, [person(1)], "1,2", header=header)


def test_an_answer_may_repeat_the_question_with_what_was_found_beside_it(new_case: NewCase, tmp_path: Path) -> None:
    people = [person(1), person(2, given_name="=Ann", address_line='5 Oak "A" Avenue, Apt. 2')]
    case: Case = new_case(tables=tables(people), organisation=ORGANISATION, incident=INCIDENT)
    notices.write_addresses(case, tmp_path / "asked")
    asked = (tmp_path / "asked" / "addresses.csv").read_text(encoding="utf-8").splitlines()
    give(case, "answer.csv", [asked[0] + ",dpv", *(f"{line},Y" for line in asked[1:])])
    notices.run(case)
    assert answers(case) == {"corrected": 2}
    assert "5 OAK A AVE APT 2\n" in texts(case)[2]


def test_the_service_is_asked_about_everyone_with_an_address_and_the_others_are_listed(
    new_case: NewCase, tmp_path: Path
) -> None:
    people = [
        person(1, address_line="1 Oak Avenue, Apt. 2", region="California"),
        person(2, address_line=None),
        person(3, elements=0),
        person(4, country="MX"),
        person(5, postcode="12"),
    ]
    case: Case = new_case(tables=tables(people), organisation=ORGANISATION, incident=INCIDENT)
    folder = tmp_path / "asked"
    assert notices.write_addresses(case, folder) == 1
    with (folder / "addresses.csv").open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    assert asked[0]["original"] == "1 Oak Avenue, Apt. 2, Fresno, California, 93650"
    assert (asked[0]["address_line"], asked[0]["region"]) == ("1 OAK AVE APT 2", "CA")
    with (folder / "left_out.csv").open(encoding="utf-8", newline="") as file:
        left = {row["person_id"]: row["reason"] for row in csv.DictReader(file)}
    assert left == {
        "2": "no address is known",
        "3": "nothing of theirs was taken",
        "4": "the address is abroad",
        "5": "state or ZIP code are not usable",
    }
    assert stat.S_IMODE((folder / "addresses.csv").stat().st_mode) == 0o600
    with pytest.raises(CaseError, match="something already"):
        notices.write_addresses(case, folder)
