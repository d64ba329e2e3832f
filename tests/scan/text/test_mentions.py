"""read_document(): mentions of a document and one record for each human."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from amends.elements import unmask
from amends.scan.text.mentions import Found, read_document
from amends.tables import TABLES


@dataclass(frozen=True)
class Piece:
    text: bytes
    where: str = ""


@dataclass(frozen=True)
class Text:
    pieces: tuple[Piece, ...]

    def passages(self) -> Iterator[Piece]:
        return iter(self.pieces)


def read(*texts: str) -> Found:
    return read_document(Text(tuple(Piece(text.encode()) for text in texts)), 7, "w1")


def records(*texts: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if v is not None} for row in read(*texts).records.to_pylist()]


FORM = """Name: Amanda Larsen
Phone: (206) 555-0100 ext. 5
SSN: 123-45-6788
DOB: 04/12/1980
Driver's license: wdl-1234 567
Address: 12 Pine Street, Apt 4, Seattle, WA 98101
"""


def test_a_form_becomes_one_record_with_normalised_fields() -> None:
    (row,) = records(FORM)
    assert row["record_id"] == 7 * 2**36 and row["row"] == 0 and row["wave"] == "w1" and row["source"] == "taken"
    assert (row["given_name"], row["family_name"], row["dob"]) == ("Amanda", "Larsen", date(1980, 4, 12))
    assert (row["ssn"], row["phone"]) == ("123456788", "+12065550100")
    assert (row["address_line"], row["city"], row["region"], row["postcode"]) == (
        "12 Pine Street, Apt 4", "Seattle", "WA", "98101",
    )  # fmt: skip
    assert {"name", "phone", "ssn", "dob", "address"} <= unmask(row["elements"])


def test_each_sentence_of_a_line_keeps_to_its_own_name() -> None:
    rows = records("John Smith gave his SSN 223-45-6788. Mary Jones paid with card 4532015112830366.")
    assert [(row["family_name"], sorted(unmask(row["elements"]))) for row in rows] == [
        ("Smith", ["name", "ssn"]),
        ("Jones", ["name", "payment_card"]),
    ]


def test_two_names_and_no_tie_leave_a_value_unowned_and_counted() -> None:
    found = read("John Smith and Mary Jones share 323-45-6788 here.")
    assert found.records.num_rows == 0 and found.unowned == 1
    assert [row["record_id"] for row in found.mentions.to_pylist() if row["element"] == "ssn"] == [None]


def test_blocks_headed_by_names_are_taken_apart() -> None:
    rows = records("Smith, Robert\n206-555-0100\nborn 1/2/1980\nGarcia, Maria\n206-555-0101\n")
    assert [(row["given_name"], row["phone"]) for row in rows] == [
        ("Robert", "+12065550100"),
        ("Maria", "+12065550101"),
    ]


def test_an_address_and_its_password_are_a_human_without_a_name() -> None:
    rows = records("alice@example.com:Passw0rd1\nBOB@example.com:hunter22\n")
    assert [(row["email"], unmask(row["elements"])) for row in rows] == [
        ("alice@example.com", {"email", "password"}),
        ("bob@example.com", {"email", "password"}),
    ]


def test_mentions_follow_the_table_and_count_bytes_over_all_passages() -> None:
    found = read("é filler \n\n", "SSN 123-45-6788")
    assert found.mentions.schema == TABLES["mentions"].schema and found.records.schema == TABLES["records"].schema
    (row,) = found.mentions.to_pylist()
    whole = "é filler \n\nSSN 123-45-6788".encode()
    assert whole[row["start"] : row["end"]] == b"123-45-6788" and row["element"] == "ssn"


def test_a_form_cut_by_passages_is_read_as_if_it_were_not() -> None:
    at = FORM.index("DOB")
    assert read(FORM[:at], FORM[at:]).records.equals(read(FORM).records)


def test_an_empty_document_has_empty_tables() -> None:
    found = read("")
    assert found.mentions.num_rows == found.records.num_rows == found.unowned == 0
    assert read_document(Text(()), 1, None).records.schema == TABLES["records"].schema


def test_addresses_of_machines_and_places_are_no_mentions() -> None:
    assert read("from 10.1.2.3 in Seattle").mentions.num_rows == 0


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("First Name: John\nLast Name: Smith\nSSN: 219-09-9998\n", "John", "Smith"),
        ("Last name: Zyxov First name: Omri DOB: 02/03/1980 SSN 219-09-9998", "Omri", "Zyxov"),
        ('{"first_name": "Mary", "last_name": "Lopez", "ssn": "219-09-9998"}', "Mary", "Lopez"),
        ("Nombre: Maria\nApellido: Lopez\nSSN: 219-09-9998\n", "Maria", "Lopez"),
        ("Surname: O'Neil\nForenames: Mary Ann\nSSN: 219-09-9998\n", "Mary Ann", "O'Neil"),
        ("First and last name: Maria Lopez\nSSN: 219-09-9998\n", "Maria", "Lopez"),
        ("First: John Smith\nSSN: 219-09-9998\n", "John", "Smith"),
        ("Last Name: Smith\nSSN: 219-09-9998\n", None, "Smith"),
    ],
)
def test_parts_of_a_name_under_labels_of_their_own_are_one_name(text: str, given: str | None, family: str) -> None:
    (row,) = records(text)
    assert (row.get("given_name"), row["family_name"], row["ssn"]) == (given, family, "219099998")


def test_blocks_of_labelled_parts_are_humans_of_their_own() -> None:
    block = "First Name: {}\nLast Name: {}\nSSN: 219-09-{}\n\n"
    found = records(block.format("John", "Smith", 9998) + block.format("John", "Lee", 9997))
    assert [(row["given_name"], row["family_name"], row["ssn"]) for row in found] == [
        ("John", "Smith", "219099998"),
        ("John", "Lee", "219099997"),
    ]


def mail(sender: str, body: str) -> Text:
    header = f"From: {sender}\nTo: care@example.com\nSubject: my account\n\n"
    return Text((Piece(header.encode(), "header"), Piece(body.encode(), "body")))


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        ("Hello, my social is 219-09-5678.\n\nThanks\nMaria\n", {"ssn"}),
        ("Hello.\n\nPlease note that I was born on 04/12/1980.\n", {"dob"}),
        ("My wife's social is 219-09-5678.\n", set()),
        ("I saw your customer with SSN 219-09-5678.\n", set()),
        ("It is mine. The social of the other is 219-09-5678.\n", set()),
        ("My boss John Okafor has SSN 219-09-5678.\n", set()),
    ],
)
def test_what_a_mail_says_in_the_first_person_is_its_senders(body: str, elements: set[str]) -> None:
    for sender in ("Maria Gonzalez <maria.g@example.com>", "maria.g@example.com"):
        found = read_document(mail(sender, body), 7, "w1").records.to_pylist()
        theirs = [unmask(row["elements"]) for row in found if row["given_name"] != "John"]
        assert set().union(*theirs) - {"name", "email"} == elements


def test_a_line_of_a_log_with_an_address_of_its_own_is_not_of_the_name_in_another() -> None:
    rows = records(
        "2021-08-01 10:00:01 INFO login user=maria.g@example.com password=hunter22x\n"
        '2021-08-01 10:00:02 INFO ssn=412559012 name="John Okafor" ok\n'
    )
    assert [(row.get("given_name"), row.get("email")) for row in rows] == [
        (None, "maria.g@example.com"),
        ("John", None),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12 Oak St\nSeattle, WA 98101", ("12 Oak St", "Seattle", "WA", "98101")),
        ("44 Pine St Apt 4B\nSeattle WA 98101", ("44 Pine St Apt 4B", "Seattle", "WA", "98101")),
        ("12 Oak Ave Park City UT 84060", ("12 Oak Ave", "Park City", "UT", "84060")),
        ("123 Main St NW Washington DC 20001", ("123 Main St NW", "Washington", "DC", "20001")),
        ("12 Oak Street, Salem, OR 97301-1234", ("12 Oak Street", "Salem", "OR", "97301")),
    ],
)
def test_an_address_is_a_line_and_a_place_also_without_commas(text: str, place: tuple[str, ...]) -> None:
    (row,) = records(f"Name: Maria Gonzalez\nAddress: {text}\nSSN: 219-09-5678\n")
    assert tuple(row[name] for name in ("address_line", "city", "region", "postcode")) == place


def test_behind_a_title_stands_a_family_name() -> None:
    (row,) = records("Spoke to Mr. Okafor, ssn 412-55-9012, about the bill.")
    assert (row.get("given_name"), row["family_name"]) == (None, "Okafor")
