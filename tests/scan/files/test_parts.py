"""Documents in the haul: what they mention becomes records and mentions, attachments become files of their own."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from amends.case import Case
from amends.scan import harvest
from amends.scan.files.unreadable import UnreadableError
from amends.scan.text.find import Search
from amends.scan.text.mentions import Found, read_document
from amends.scan.verb import run
from tests.scan.haul_of import PEOPLE, balance, files, put, rows, ssns, zipped

NOTE = b"Please call Mary Johnson, SSN 323-45-6788, before noon.\n"


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    return new_case(encryption="volume")


def mail(attached: dict[str, bytes]) -> bytes:
    text = b"From: Mary Johnson <mary@example.org>\nTo: desk@example.org\nSubject: x\nMIME-Version: 1.0\n"
    text += b"Content-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nSee the files.\n"
    for name, content in attached.items():
        head = f"--cut\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename={name}\n"
        text += head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)
    return text + b"--cut--\n"


def test_text_gives_mentions_with_their_places_and_a_record(case: Case) -> None:
    put(case, "note.txt", NOTE)
    put(case, "list.json", b'["Mary Johnson, SSN 323-45-6788"]')
    outcome = run(case)
    found = files(case)
    assert {path: (row["state"], row["rows"]) for path, row in found.items()} == {
        "list.json": ("read", 1),
        "note.txt": ("read", 1),
    }
    assert ssns(case) == ["323456788"] * 2
    place = next(row for row in rows(case, "mentions") if row["element"] == "ssn" and row["file_id"] == 2)
    assert NOTE[place["start"] : place["end"]] == b"323-45-6788"
    assert place["record_id"] == 2 * 2**36
    assert sum(balance(outcome, "mentions").values()) == len(rows(case, "mentions"))


def test_what_is_attached_to_a_mail_is_a_file_of_its_own(case: Case) -> None:
    put(case, "w1/a.eml", mail({"people.csv": PEOPLE, "more.zip": zipped({"in/note.txt": NOTE, "p.csv": PEOPLE})}))
    run(case)
    found = files(case)
    assert {path: row["state"] for path, row in found.items()} == dict.fromkeys(
        [
            "w1/a.eml",
            "w1/a.eml!more.zip",
            "w1/a.eml!more.zip!in/note.txt",
            "w1/a.eml!more.zip!p.csv",
            "w1/a.eml!people.csv",
        ],
        "read",
    )
    assert found["w1/a.eml!people.csv"]["container_id"] == found["w1/a.eml"]["file_id"]
    assert [ssn for ssn in ssns(case) if ssn] == ["323456788", "123456788", "223456788", "123456788", "223456788"]
    assert list(case.work.rglob("*")) == []


def test_documents_are_taken_over_like_tables(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    put(case, "w1/a.eml", mail({"people.csv": PEOPLE}))
    put(case, "w1/note.txt", NOTE)
    first = run(case)
    before = rows(case, "mentions"), rows(case, "records")
    seen: list[int] = []

    def noted(document: object, file_id: int, wave: str, search: Search) -> Found:
        seen.append(file_id)
        return read_document(document, file_id, wave, search)  # type: ignore[arg-type]

    monkeypatch.setattr(harvest, "read_document", noted)
    put(case, "w2/b.txt", NOTE)
    again = run(case)
    assert seen == [4]
    assert rows(case, "mentions")[: len(before[0])] == before[0]
    assert rows(case, "records")[: len(before[1])] == before[1]
    assert again.rows["mentions"] > first.rows["mentions"]


def test_a_document_that_breaks_fails_alone(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    put(case, "a.txt", NOTE)
    put(case, "b.csv", PEOPLE)

    def broken(*_: object) -> Found:
        raise UnreadableError("it is damaged or cut short")

    monkeypatch.setattr(harvest, "read_document", broken)
    outcome = run(case)
    assert files(case)["a.txt"]["state"] == "failed"
    assert balance(outcome, "files")["failed"] == 1
    assert ssns(case) == ["123456788", "223456788"]
