"""The exported e-mails: finished messages in archives, each what the tables say, and no defect gets through."""

from __future__ import annotations

import csv
import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amends import notices
from amends.case import Case
from amends.errors import EvidenceError
from amends.notices import emails
from amends.notices.emails import checking
from tests.notices.emails.mail_case import RSA, NewCase, by_email, mail_case, parsed, put_key, raw_messages
from tests.notices.people_who_lost import LINE, person

PEOPLE = [by_email(number) for number in range(1, 5)] + [by_email(5, language="es"), person(6)]
"""The pieces 2 to 5 are e-mails in English, 6 is one in Spanish; piece 1 is the letter."""


def sheet(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_messages_say_what_the_texts_say_and_the_manifest_finds_them(new_case: NewCase, tmp_path: Path) -> None:
    case = mail_case(new_case, PEOPLE)
    folder = tmp_path / "mail"
    assert notices.export(case, folder).pieces == 6
    texts = {row["piece_id"]: row["text"] for row in case.output("mail/emails.parquet").to_table().to_pylist()}
    messages = raw_messages(folder)
    assert messages.keys() == texts.keys() == {2, 3, 4, 5, 6}
    rows = sheet(folder / "emails.csv")
    for row in rows:
        raw = messages[int(row["PIECE_ID"])]
        found = parsed(raw)
        assert found.get_body(("plain",)).get_content().replace("\r\n", "\n") == texts[int(row["PIECE_ID"])]  # type: ignore[union-attr]
        assert (folder / row["FILE"]).read_bytes()[int(row["FIRST_BYTE"]) :][: int(row["BYTES"])] == raw
        assert hashlib.sha256(raw).hexdigest() == row["SHA256"]
        assert (found["Message-ID"], found["To"].addresses[0].addr_spec) == (f"<{row['MESSAGE_ID']}>", row["EMAIL"])
        assert row["MEMBER"] == f"{int(row['PIECE_ID']):012}.eml"
    assert len({row["MESSAGE_ID"] for row in rows}) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    counts = {row["VARIANT"]: (row["PIECES"], row["WRITTEN"], row["HELD_BACK"]) for row in sheet(folder / "counts.csv")}
    assert sorted(counts.values()) == [("1", "0", "0"), ("1", "1", "0"), ("4", "4", "0")]
    assert not list(folder.glob("mail_email*"))


def test_the_same_case_gives_the_same_bytes_and_another_case_other_message_ids(
    new_case: NewCase, tmp_path: Path
) -> None:
    case = mail_case(new_case, PEOPLE)
    first, again = notices.export(case, tmp_path / "one"), notices.export(case, tmp_path / "two")
    emails_of = {name: digest for name, digest in first.files.items() if name.startswith("emails")}
    assert emails_of.items() <= again.files.items()
    other = mail_case(new_case, PEOPLE)
    notices.export(other, tmp_path / "three")
    ids = [{row["MESSAGE_ID"] for row in sheet(tmp_path / name / "emails.csv")} for name in ("one", "three")]
    assert not ids[0] & ids[1]


def test_a_message_id_has_nothing_of_the_person(new_case: NewCase, tmp_path: Path) -> None:
    notices.export(mail_case(new_case, PEOPLE), tmp_path / "mail")
    for row in sheet(tmp_path / "mail" / "emails.csv"):
        token = row["MESSAGE_ID"].partition("@")[0]
        assert len(token) == 32
        assert int(token, 16) >> 100 > 0
        assert row["MESSAGE_ID"].endswith("@meridian.example")


def test_large_mailings_are_divided_into_files(
    new_case: NewCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.notices.emails.writing.PER_FILE", 2)
    case = mail_case(new_case, PEOPLE)
    exported = notices.export(case, tmp_path / "mail")
    assert sum(name.endswith(".tar") for name in exported.files) == 3
    assert raw_messages(tmp_path / "mail").keys() == {2, 3, 4, 5, 6}


def test_an_address_that_no_message_can_carry_is_held_back_with_the_reason(new_case: NewCase, tmp_path: Path) -> None:
    odd = ["a(b)@example.org", "a..b@example.org", f"{'a' * 65}@example.org", "a@b_c.example", "o'neil+x@example.org"]
    case = mail_case(new_case, [by_email(number, email=email) for number, email in enumerate(odd, 1)])
    exported = notices.export(case, tmp_path / "mail")
    held = sheet(tmp_path / "mail" / "held_back.csv")
    assert (exported.pieces, exported.held) == (1, 4)
    assert [row["REFERENCE_NUMBER"] for row in held] == ["1-wave1", "2-wave1", "3-wave1", "4-wave1"]
    assert {row["REASON"] for row in held} == {"the e-mail address is not one that a message can carry"}
    assert raw_messages(tmp_path / "mail").keys() == {5}


NAMES = [
    {"given_name": "Nguyễn Thị", "family_name": "Hồng"},
    {"given_name": "<b>Ann</b>", "family_name": "O'Neil & Sons"},
    {"given_name": "A" * 100, "family_name": "B" * 100},
    {"given_name": None, "family_name": None},
    {"given_name": "😀", "family_name": "عائشة"},
    {"given_name": '"Ann" \\', "family_name": "=?utf-8?q?x?="},
    {"given_name": "{code}", "family_name": "www.x.example"},
    {"email": "andré@exämple.org"},
    {"given_name": "e\u0301tienne " * 9, "family_name": "\ufeff."},
]


@pytest.mark.parametrize("signed", [False, True])
def test_names_and_addresses_of_all_kinds_come_through(new_case: NewCase, tmp_path: Path, signed: bool) -> None:
    case = mail_case(
        new_case, [by_email(number, **name) for number, name in enumerate(NAMES, 1)], **RSA if signed else {}
    )
    if signed:
        put_key(case, "rsa")
    exported = notices.export(case, tmp_path / "mail")
    assert (exported.pieces, exported.held) == (len(NAMES), 0)
    wide = {row["PIECE_ID"]: row["SMTPUTF8"] for row in sheet(tmp_path / "mail" / "emails.csv")}
    assert [piece for piece, needed in wide.items() if needed == "yes"] == ["8"]


def test_only_a_courtesy_notice_can_be_left(new_case: NewCase, tmp_path: Path) -> None:
    settings = RSA | {"unsubscribe": "https://meridian.example/stop?piece="}
    case = mail_case(new_case, [by_email(1), by_email(2, elements=LINE)], **settings)
    put_key(case, "rsa")
    notices.export(case, tmp_path / "mail")
    rows = {int(row["PIECE_ID"]): row for row in sheet(tmp_path / "mail" / "emails.csv")}
    for piece, raw in raw_messages(tmp_path / "mail").items():
        found, token = parsed(raw), rows[piece]["MESSAGE_ID"].partition("@")[0]
        courtesy = "courtesy" in rows[piece]["VARIANT"]
        assert found["List-Unsubscribe"] == (f"<https://meridian.example/stop?piece={token}>" if courtesy else None)
        assert found["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if courtesy else None)
        assert not courtesy or b"list-unsubscribe-post" in raw.partition(b"bh=")[0]


def test_nobody_by_e_mail_needs_no_sender(new_case: NewCase, tmp_path: Path) -> None:
    case = mail_case(new_case, [person(1)], dkim_domain="meridian.example")
    exported = notices.export(case, tmp_path / "mail")
    assert exported.signed == ""
    assert not (tmp_path / "mail" / "emails.csv").exists()


Spoil = Callable[[bytes], bytes]


def replaced(right: bytes, wrong: bytes) -> Spoil:
    def spoil(message: bytes) -> bytes:
        assert right in message
        return message.replace(right, wrong)

    return spoil


def in_html(right: bytes, wrong: bytes) -> Spoil:
    def spoil(message: bytes) -> bytes:
        head, mark, html = message.partition(b"<!DOCTYPE")
        return head + mark + replaced(right, wrong)(html)

    return spoil


def in_text(right: bytes, wrong: bytes) -> Spoil:
    def spoil(message: bytes) -> bytes:
        text, mark, html = message.partition(b"<!DOCTYPE")
        return replaced(right, wrong)(text) + mark + html

    return spoil


DEFECTS: dict[str, tuple[Spoil, str]] = {
    "a swapped code": (replaced(b"CODE00000002K", b"CODE00000003K"), "the code"),
    "a swapped code in the HTML": (in_html(b"CODE00000002K", b"CODE00000003K"), "the words of the HTML"),
    "a swapped code in the text": (in_text(b"CODE00000002K", b"CODE00000003K"), "the words of the HTML"),
    "a wrong element": (replaced(b"name, date of birth", b"name, account PIN"), "the list of elements"),
    "an element left out": (replaced(b"name, date of birth, and", b"name and"), "the list of elements"),
    "another name": (replaced(b"Dear Given2", b"Dear Given3"), "the name"),
    "another name in the header": (replaced(b'To: "Given2', b'To: "Given3'), "the name in the header"),
    "another address": (replaced(b"<person2@", b"<person3@"), "the address"),
    "another deadline": (replaced(b"February 28, 2022", b"February 27, 2022"), "the last day"),
    "other months": (replaced(b"for 24 mon", b"for 12 mon"), "the months"),
    "another contact": (replaced(b"Phone: 1-800-555-0100", b"Phone: 1-800-555-0101"), "the text"),
    "another language": (replaced(b"Notice of Data Breach\r\n", b"Aviso de vulneraci=C3=B3n\r\n"), "the text"),
    "the language named wrong": (replaced(b"Content-Language: en", b"Content-Language: es"), "the headers"),
    "another subject": (replaced(b"Subject: Notice", b"Subject: Prize!"), "the headers"),
    "a header injected": (replaced(b"Auto-Sub", b"Bcc: all@example.org\r\nAuto-Sub"), "the headers"),
    "a header by a bare line end": (replaced(b"Auto-Sub", b"Bcc: all@example.org\nAuto-Sub"), "the headers"),
    "a second receiver": (replaced(b" <person2@example.org>", b" <person2@example.org>, <x@y.example>"), "the name"),
    "a wrong Message-ID": (replaced(b"Message-ID: <", b"Message-ID: <0"), "the Message-ID"),
    "a name as markup": (in_html(b"Dear Given2", b"Dear <b>Given2"), "the markup"),
    "a name escaped twice": (in_html(b"Dear Given2", b"Dear &amp;Given2"), "the words of the HTML"),
    "an unknown entity": (in_html(b"Dear Given2", b"Dear &nbsp;Given2"), "the words of the HTML"),
    "two words as one in the HTML": (in_html(b"Given2 Family2", b"Given2Family2"), "the words of the HTML"),
    "a picture that tells": (in_html(b"<h1>", b'<img src=3D"https://t.example/2"><h1>'), "the markup"),
    "a link that leads elsewhere": (in_html(b"https://www.merid", b"https://www.nerid"), "the markup"),
    "a truncated body": (lambda message: message[: len(message) // 2], "the encoding"),
    "words lost at the end": (replaced(b"Sincerely,\r\n", b""), "the list of elements"),
    "words after the end": (lambda message: message + b"Call 1-900 now\r\n", "a part"),
    "a third part": (lambda message: message[:-4] + message[message.index(b"\r\n\r\n") + 4 :], "a part"),
    "8-bit characters": (in_text(b"Dear Given2", b"Dear G\xefven2"), "the encoding"),
    "broken quoted-printable": (in_text(b"=\r\n", b"=\r=\n"), "the encoding"),
    "a space at a line's end": (in_text(b"Notice of Data Breach\r\n", b"Notice of Data Breach \r\n"), "the encoding"),
    "a line of any length": (in_text(b"=\r\n", b""), "the encoding"),
}


@pytest.fixture(scope="module")
def plain_case(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One case for all defects."""
    made: list[Case] = []

    def new(**sections: Any) -> Case:
        from amends.case import new_case as make_case
        from tests.conftest import _toml, put_table

        tables = sections.pop("tables")
        text = "\n".join(f"[{name}]\n" + _toml(values) for name, values in sections.items())
        made.append(make_case(tmp_path_factory.mktemp("defects") / "case", sections=text))
        for name, table in tables.items():
            put_table(made[-1], name, table)
        return made[-1]

    yield mail_case(new, PEOPLE)
    for case in made:
        case.close()


def entry(number: int, message: bytes) -> bytes:
    """An entry of an archive, made here by hand."""
    head = bytearray(512)
    fields = {0: b"%012d.eml" % number, 100: b"0000600\0", 124: b"%011o\0" % len(message), 148: b" " * 8, 156: b"0"}
    for place, value in fields.items():
        head[place : place + len(value)] = value
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + message + bytes(-len(message) % 512)


def spoil_files(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[dict[int, bytes]], list[tuple[int, bytes]]]) -> None:
    """Have the files changed between writing and reading."""
    original = checking.check_file

    def after_spoiling(db: Any, path: Path, checked: Any) -> None:
        if "-en-" in path.name:
            others = {name: message for name, message in raw_messages(path.parent).items() if name != 6}
            path.write_bytes(b"".join(entry(*one) for one in spoil(others)) + bytes(1024))
        original(db, path, checked)

    monkeypatch.setattr(emails, "check_file", after_spoiling)


def test_files_put_together_by_hand_are_read_as_well(
    plain_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil_files(monkeypatch, lambda messages: list(messages.items()))
    assert notices.export(plain_case, tmp_path / "mail").pieces == 6


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_stops_the_export_and_nothing_is_left(
    plain_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    spoil, said = DEFECTS[defect]
    spoil_files(monkeypatch, lambda found: [(n, spoil(m) if n == 3 else m) for n, m in found.items()])
    with pytest.raises(EvidenceError, match=rf"^{said}.* of piece 3 is not what the tables say|{said} of piece 3"):
        notices.export(plain_case, tmp_path / "mail")
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_standard_library_alone_finds_nearly_every_defect(
    plain_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    spoil, _ = DEFECTS[defect]
    spoil_files(monkeypatch, lambda found: [(n, spoil(m) if n == 3 else m) for n, m in found.items()])
    monkeypatch.setattr(checking, "_compare", lambda *_: None)
    monkeypatch.setattr(checking, "_SAMPLE", ".")
    lenient = {"a line of any length", "a space at a line's end", "broken quoted-printable"}
    if defect in lenient | {"a header by a bare line end"}:
        pytest.skip("the library is lenient here; the other reader is not")
    with pytest.raises(EvidenceError):
        notices.export(plain_case, tmp_path / "mail")


def swapped(found: dict[int, bytes]) -> list[tuple[int, bytes]]:
    return [(2, found[2]), (3, found[4]), (4, found[3]), (5, found[5])]


WHOLE = {
    "two messages in each other's place": (swapped, "of piece 3 is not"),
    "a message lost": (lambda found: [(n, found[n]) for n in (2, 3, 5)], "of 5 e-mails 4 stand in the files, 4 in all"),
    "a message twice": (lambda found: [(n, found[n]) for n in (2, 3, 3, 4, 5)], "5 stand in the files, 6 in all"),
    "a message of nobody": (lambda found: [*found.items(), (77, found[3])], "the piece of piece 77"),
    "a message of the other variant's piece": (lambda found: [*found.items(), (6, found[3])], "the piece of piece 6"),
    "a first message that is wrong": (
        lambda found: [(n, m.replace(b"Subject: Not", b"Subject: Nut") if n == 2 else m) for n, m in found.items()],
        "of piece (2|3)",
    ),
    "all messages wrong alike": (
        lambda found: [(n, m.replace(b"Subject: Not", b"Subject: Nut")) for n, m in found.items()],
        "the subject of piece 2",
    ),
    "no message": (lambda _: [], "there is no message"),
}


@pytest.mark.parametrize("defect", WHOLE)
def test_messages_lost_doubled_or_exchanged_stop_the_export(
    plain_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    spoil, said = WHOLE[defect]
    spoil_files(monkeypatch, spoil)
    with pytest.raises(EvidenceError, match=said):
        notices.export(plain_case, tmp_path / "mail")
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize("place", [5, 130, 150, 156, -1, -1024])
def test_a_damaged_archive_stops_the_export(
    plain_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    original = checking.check_file

    def after_damage(db: Any, path: Path, checked: Any) -> None:
        data = bytearray(path.read_bytes())
        data[place] ^= 3
        path.write_bytes(data)
        original(db, path, checked)

    monkeypatch.setattr(emails, "check_file", after_damage)
    with pytest.raises(EvidenceError, match=r"the archive of messages is damaged|piece"):
        notices.export(plain_case, tmp_path / "mail")
    assert not (tmp_path / "mail").exists()


def test_a_signature_over_another_body_stops_the_export(
    new_case: NewCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = mail_case(new_case, PEOPLE, **RSA)
    put_key(case, "rsa")

    def exchanged(found: dict[int, bytes]) -> list[tuple[int, bytes]]:
        cut = found[3].index(b"From:")
        return [(n, found[4][:cut] + m[cut:] if n == 3 else m) for n, m in found.items()]

    spoil_files(monkeypatch, exchanged)
    with pytest.raises(EvidenceError, match="the signature of piece 3"):
        notices.export(case, tmp_path / "mail")


def test_people_who_changed_since_the_notices_were_planned_stop_the_export(new_case: NewCase, tmp_path: Path) -> None:
    from tests.conftest import put_table
    from tests.notices.people_who_lost import tables

    case = mail_case(new_case, [by_email(1), by_email(2)])
    put_table(case, "persons", tables([by_email(1), by_email(2, elements=LINE)])["persons"])
    with pytest.raises(EvidenceError, match="the list of elements of piece 2"):
        notices.export(case, tmp_path / "mail")


def test_a_folder_that_was_there_stays_and_is_empty_again(plain_case: Case, tmp_path: Path, monkeypatch: Any) -> None:
    spoil_files(monkeypatch, lambda found: [*found.items()][:-1])
    (tmp_path / "mail").mkdir()
    with pytest.raises(EvidenceError):
        notices.export(plain_case, tmp_path / "mail")
    assert list((tmp_path / "mail").iterdir()) == []
