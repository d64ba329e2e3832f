"""Labelled text as a table: a row a human, whatever the form and however the bytes are cut."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.labelled import LabelledReader, find_labels
from tests.scan.tables_of_rows import Read, read_all, small_chunks

PEOPLE = [
    (given, family, f"{number}-45-6789")
    for number, (given, family) in enumerate([("Maria", "Lopez"), ("Xiu", "Zyxov"), ("José", "O'Neil Müller")] * 4, 201)
]
FORMS = {
    "form": "First Name: {}\nLast Name: {}\nSSN: {}\n\n",
    "form without blank lines": "First Name: {}\nLast Name: {}\nSSN: {}\n",
    "form with CRLF": "First Name: {}\r\nLast Name: {}\r\nSSN: {}\r\n\r\n",
    "ini": "[person]\nfirst_name = {}\nlast_name = {}\nssn = {}\n\n",
    "yaml": "- first_name: {}\n  last_name: \"{}\"\n  ssn: '{}'\n",
    "ldif": "dn: uid=1\ngivenName: {}\nsn: {}\nssn: {}\n\n",
    "vcard": "BEGIN:VCARD\nFIRST-NAME;CHARSET=UTF-8:{}\nLAST-NAME:{}\nSSN:{}\nEND:VCARD\n",
    "psql": "-[ RECORD 1 ]-------\nfirst_name | {}\nlast_name  | {}\nssn        | {}\n",
    "mysql": "***** 1. row *****\n first_name: {}\n  last_name: {}\n        ssn: {}\n",
    "spanish": "Nombre: {}\nApellido: {}\nSSN: {}\n\n",
    "pairs": "first_name={} last_name={} ssn={}\n",
    "log": '2021-08-01 12:00:01 INFO first_name="{}" last_name="{}" ssn="{}"\n',
    "python": "{{'first_name': '{}', 'last_name': \"{}\", 'ssn': '{}'}},\n",
    "php": "array('fname' => '{}', 'lname' => \"{}\", 'ssn' => '{}'),\n",
    "query": "/save?first_name={}&last_name={}&ssn={}\n",
}


def read(content: bytes, folder: Path, chunk: int = DEFAULT.chunk) -> Read:
    path = folder / "people.txt"
    path.write_bytes(content)
    labels = find_labels(content)
    assert labels is not None
    return read_all(LabelledReader(Source(path, small_chunks(chunk)), tell(content), labels))


def people(found: Read) -> list[tuple[Any, ...]]:
    rows = [dict(zip((name.lower() for name in found.names), row, strict=True)) for row in found.rows]
    return [
        tuple(
            value
            for name, value in row.items()
            if name not in ("text", "dn", "begin", "end", "info") and not name.endswith(" 2")
        )
        for row in rows
    ]


def complete(found: Read) -> list[tuple[Any, ...]]:
    return [row for row in people(found) if any(row)]


@pytest.mark.parametrize("chunk", [11, 1 << 20])
@pytest.mark.parametrize("form", FORMS)
def test_every_human_is_a_row(form: str, chunk: int, tmp_path: Path) -> None:
    text = "".join(FORMS[form].format(*row) for row in PEOPLE)
    assert complete(read(text.encode(), tmp_path, chunk)) == PEOPLE


def test_windows_1252_is_read_too(tmp_path: Path) -> None:
    text = "".join(FORMS["form"].format(*row) for row in PEOPLE)
    assert complete(read(text.encode("cp1252"), tmp_path)) == PEOPLE


def test_what_stands_under_no_label_is_kept_as_text(tmp_path: Path) -> None:
    text = "The people of August\n" + "".join(FORMS["form"].format(*row) for row in PEOPLE) + "Call Ann Lee\n"
    found = read(text.encode(), tmp_path)
    assert [row[-1] for row in found.rows if row[-1]] == ["The people of August", "Call Ann Lee"]
    assert complete(found) == PEOPLE
    assert found.tally.rows == len(found.rows) == found.numbers[-1] + 1


def test_a_value_goes_on_in_indented_lines(tmp_path: Path) -> None:
    rows = "First Name: Ann\nLast Name: Lee\nAddress: 12 Oak St\n  Reno NV\n\n" * 4
    found = read(rows.encode(), tmp_path)
    assert {row[found.names.index("Address")] for row in found.rows} == {"12 Oak St\n  Reno NV"}


def test_a_block_of_many_lines_of_text_ends(tmp_path: Path) -> None:
    rows = "First Name: Ann\nLast Name: Lee\n" * 9_000 + "word\n" * 20_000
    with_labels = rows.encode()
    labels = find_labels(with_labels[:100_000])
    assert labels is not None
    path = tmp_path / "people.txt"
    path.write_bytes(with_labels)
    found = read_all(LabelledReader(Source(path, DEFAULT), tell(with_labels), labels))
    assert len(found.rows) == 9_000 + 20_000


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ann,\nplease call me: it is about the phone.\nName: Lee\n" * 5,
        "listen = 80\nserver_name = example\nroot = /var/www\n" * 5,
        "From: Ann\nTo: Bo\nHello there, how are you?\nFine.\nThanks\n" * 5,
        "at 12:30:01 the host said: no\n" * 20,
        "",
        ":\n=\n" * 20,
        "a=" + "b=" * 10_000,
    ],
)
def test_letters_and_settings_are_no_people(text: str) -> None:
    assert find_labels(text.encode()) is None


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def quoted(text: str) -> str:
    return "".join(f"={byte:02X}" for byte in text.encode())


LDIF = (
    "dn: uid={n},dc=example\nobjectClass: top\nobjectClass: person\ngivenName:: {a}\nsn: {f}\n {g}\n"
    "mail: a{n}@example.org\nmail: b{n}@example.org\n\n"
)
CARD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{a}=20=\r\n{b}\r\n"
    "TEL;CELL:(702) 555-0100\r\nTEL;HOME:(702)\r\n  555-0101\r\nTEL;WORK:(702) 555-0102\r\n"
    "EMAIL:a{n}@example.org\r\nEND:VCARD\r\n"
)


@pytest.mark.parametrize("chunk", [3, 17, 1 << 20])
def test_folded_and_encoded_values_of_ldif_are_read(chunk: int, tmp_path: Path) -> None:
    text = "version: 1\n\n" + "".join(LDIF.format(n=n, a=encoded("José"), f="Mül", g="ler") for n in range(5))
    found = read(text.encode(), tmp_path, chunk)
    assert len(found.rows) == 5 + 1
    records = [dict(zip(found.names, row, strict=True)) for row in found.rows if row[0]]
    assert [(row["givenName"], row["surname"], row["mail"], row["mail 2"]) for row in records] == [
        ("José", "Müller", f"a{n}@example.org", f"b{n}@example.org") for n in range(5)
    ]


@pytest.mark.parametrize("chunk", [3, 17, 1 << 20])
def test_quoted_printable_and_folded_values_of_cards_are_read(chunk: int, tmp_path: Path) -> None:
    text = "".join(CARD.format(n=n, a=quoted("José"), b=quoted("Müller")) for n in range(5))
    found = read(text.encode(), tmp_path, chunk)
    records = [dict(zip(found.names, row, strict=True)) for row in found.rows]
    assert [(row["full name"], row["phone"], row["phone 2"]) for row in records] == [
        ("José Müller", "(702) 555-0100", "(702) 555-0101")
    ] * 5
    assert all("555-0102" in (row["text"] or "") for row in records)


def test_a_picture_stays_as_it_is_written(tmp_path: Path) -> None:
    text = "".join(LDIF.format(n=n, a="/9j/4AAQSkZJRgABAQ==", f="Mül", g="ler") for n in range(5))
    found = read(text.encode(), tmp_path)
    assert {row[found.names.index("givenName")] for row in found.rows} == {": /9j/4AAQSkZJRgABAQ=="}


def test_a_book_cut_off_keeps_its_humans(tmp_path: Path) -> None:
    text = "".join(CARD.format(n=n, a=quoted("José"), b=quoted("Müller")) for n in range(5))
    for missing in (10, 60, 130, 190):
        found = read(text[:-missing].encode(), tmp_path)
        assert sum(row[found.names.index("full name")] == "José Müller" for row in found.rows) >= 4


def cells(found: Read) -> list[dict[str, str]]:
    return [{n: c for n, c in zip(found.names, row, strict=True) if c} for row in found.rows]


def test_several_humans_on_one_line_are_a_row_each(tmp_path: Path) -> None:
    line = "[{'first_name': 'Ann', 'ssn': '201-45-6789'}, {'first_name': 'Xiu', 'ssn': '202-45-6789'}],\n"
    found = cells(read((line * 4).encode(), tmp_path))
    assert found == [{"first_name": "Ann", "ssn": "201-45-6789"}, {"first_name": "Xiu", "ssn": "202-45-6789"}] * 4


def test_one_line_of_more_humans_than_fit_at_once_loses_none(tmp_path: Path) -> None:
    one = "{'first_name': 'Ann', 'ssn': '201-45-6789'}, "
    found = read((f"[{one}]\n" * 3 + one * 20_000 + "\n").encode(), tmp_path)
    assert len(found.rows) == 20_003


@pytest.mark.parametrize(
    "line",
    [
        'user="ann" 202-45-6789 was here ssn="201-45-6789" email="a@example.org"',
        'user="ann" ssn="201-45-6789" email="a@example.org" once 202-45-6789',
        "user=ann ssn=201-45-6789 email=a@example.org ssn=202-45-6789",
    ],
)
def test_what_stands_between_the_values_of_a_line_is_kept(line: str, tmp_path: Path) -> None:
    found = cells(read((line + "\n").encode() * 4, tmp_path))
    assert len(found) == 4
    assert all("202-45-6789" in row["text"] and row["user"] == "ann" for row in found)


def test_what_stands_behind_a_quoted_value_is_kept(tmp_path: Path) -> None:
    block = 'First Name: "Ann"\nSSN: "201-45-6789" (before 202-45-6789)\n\n'
    found = cells(read(block.encode() * 4, tmp_path))
    assert all("202-45-6789" in row["SSN"] and row["First Name"] == "Ann" for row in found)


def test_a_label_that_stands_twice_in_a_block_does_not_part_a_human(tmp_path: Path) -> None:
    block = "Name: Ann Lee\nPhone: (702) 555-0100\nPhone: (702) 555-0101\nSSN: 201-45-6789\n\n"
    found = cells(read(block.encode() * 4, tmp_path))
    row = {"Name": "Ann Lee", "Phone": "(702) 555-0100", "Phone 2": "(702) 555-0101", "SSN": "201-45-6789"}
    assert found == [row] * 4


def test_blocks_that_nothing_parts_and_that_lack_their_first_label_are_not_mixed(tmp_path: Path) -> None:
    first, second = "Title: Ms\nName: Ann Lee\nSSN: 201-45-6789\n", "Name: Bo Ray\nSSN: 202-45-6789\n"
    found = cells(read((first + second).encode() * 4, tmp_path))
    assert [(row["Name"], row["SSN"]) for row in found] == [("Ann Lee", "201-45-6789"), ("Bo Ray", "202-45-6789")] * 4
