"""Labelled text as a table: a row a human, whatever the form and however the bytes are cut."""

from __future__ import annotations

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
