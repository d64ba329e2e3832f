"""Mails and mailboxes: headers, bodies, mails within mails and attachments, whole or broken, small or large."""

from __future__ import annotations

import email.policy
import os
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from amends.scan.documents.mailwords import untransfer, value_of, words
from tests.scan.documents.documents_at_hand import files_of, opened, places_of, text_of


def a_mail(subject: str = "Número 7") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Zoë Müller <zoe@example.com>"
    mail["To"] = "a@example.com, b@example.com"
    mail["Cc"] = "c@example.com"
    mail["Subject"] = subject
    mail["Message-ID"] = "<12345@example.com>"
    mail.set_content("Her SSN is 078-05-1120.\nGrüße\n")
    mail.add_alternative("<p>Her SSN is <b>078-05</b>-1120.</p>", subtype="html")
    mail.add_attachment(b"\0\1binary\r\n" * 3000, maintype="application", subtype="octet-stream", filename="a b.bin")
    mail.add_attachment("name,ssn\nX,078-05-1120\n", subtype="csv", filename="líst.csv")
    return mail


def test_a_mail_gives_its_people_subject_and_bodies(tmp_path: Path) -> None:
    places = places_of(opened(tmp_path, "email", a_mail().as_bytes()))
    assert set(places) == {"header", "body"}
    assert "From: Zoë Müller <zoe@example.com>" in places["header"]
    assert "To: a@example.com, b@example.com" in places["header"]
    assert "Subject: Número 7" in places["header"]
    assert "12345@" not in places["header"]
    assert "Grüße" in places["body"]
    assert places["body"].count("078-05-1120") == 2
    assert "binary" not in places["body"]


def test_attachments_come_out_byte_for_byte(tmp_path: Path) -> None:
    files = files_of(opened(tmp_path, "email", a_mail().as_bytes(policy=email.policy.SMTP)))
    assert files["a b.bin"] == b"\0\1binary\r\n" * 3000
    assert files["líst.csv"].replace(b"\r", b"") == b"name,ssn\nX,078-05-1120\n"


def test_mails_within_mails_are_read_with_their_own_headers_and_files(tmp_path: Path) -> None:
    outer = a_mail("outer")
    outer.add_attachment(a_mail("inner"))
    document = opened(tmp_path, "email", outer.as_bytes())
    places = places_of(document)
    assert "outer" in places["header"] and "inner" in places["inner 1: header"]
    assert "078-05-1120" in places["inner 1: body"]
    assert len(list(document.attachments())) == 4


def test_names_of_attachments_are_never_paths(tmp_path: Path) -> None:
    mail = b'Content-Type: application/x; name="..\\..\\e\x01vil/../../x.txt"\n\ndata'
    assert files_of(opened(tmp_path, "email", b"Subject: x\n" + mail)) == {"x.txt": b"data"}


def test_a_mail_cut_in_the_middle_of_an_attachment_gives_what_is_there(tmp_path: Path) -> None:
    whole = a_mail().as_bytes()
    document = opened(tmp_path, "email", whole[: whole.find(b"name,ssn") - 500])
    assert "078-05-1120" in text_of(document)
    assert b"\0\1binary\r\n" * 100 in files_of(document)["a b.bin"]


def test_text_before_between_and_after_parts_is_kept(tmp_path: Path) -> None:
    head = b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n\nbefore"
    mail = head + b"\n--B\n\nfirst\n--B--\nafter\n--B\n\nlate\n--C\nno\n"
    text = text_of(opened(tmp_path, "email", mail))
    assert all(word in text for word in ("before", "first", "after", "late", "no"))


def test_a_boundary_that_is_never_closed_ends_with_the_one_around_it(tmp_path: Path) -> None:
    mail = b"""Subject: x
Content-Type: multipart/mixed; boundary="out er"

--out er
Content-Type: multipart/alternative; boundary=in

--in
Content-Type: text/plain; charset="unknown-8bit"
Content-Transfer-Encoding: Quoted-Printable

Caf=E9 078=2D05=
-1120
--out er
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: base64

6dfBzg==
--out er--
"""
    text = text_of(opened(tmp_path, "email", mail))
    assert "Café 078-05-1120" in text and "Иван" in text


def test_encoded_words_are_put_in_plain() -> None:
    assert words(b"=?utf-8?q?Zo=C3=AB_M?= =?UTF-8?B?w7xsbGVy?= <z@x.org>").decode() == "Zoë Müller <z@x.org>"
    assert words(b"=?iso-2022-jp?B?GyRCO3NFRBsoQg==?= x").decode().endswith(" x")
    assert words(b"=?utf-8?b?5b?= =?utf-8?b?GxIA==?= =?zip?q?a?= =?utf-8?b?!!!?=").decode().endswith("a")
    assert words("Müller".encode("cp1252")).decode() == "Müller"


def test_parameters_in_pieces_are_put_together() -> None:
    value = value_of(b'Attachment; filename*0*=utf-8\'\'Z%C3%; filename*1*=AB.txt; size=3; x="a\\"b"')
    assert value.word == "attachment"
    assert value.parameters == {"filename": "Zë.txt", "size": "3", "x": 'a"b'}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_transfer_encodings_are_undone_in_pieces_of_any_size(size: int) -> None:
    for transfer, sent, meant in (
        ("base64", b"SGVs\r\nbG8g\n d29y*bGQ=\nSGk=", b"Hello worldHi"),
        ("quoted-printable", b"a=3Db=\r\nc =\nd\r\n=zz=", b"a=bc d\r\n=zz"),
    ):
        pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
        assert b"".join(untransfer(pieces, transfer)).rstrip(b"=") == meant


MBOX = b"""From a@example.com Mon Nov 22 10:00:00 2026
From: a@example.com
Subject: one

first 078-05-1120
>From here it goes on
From there, too, on page 12:30 of 2026 notes
end

From b@example.com  Mon Nov 22 10:00:01 2026 +0100
Subject: two
Content-Type: application/pdf; name=x.pdf
Content-Transfer-Encoding: base64

JVBERg==

From MAILER Mon Nov 22 10:00:02 2026
"""


def test_a_mailbox_is_split_at_its_from_lines_only(tmp_path: Path) -> None:
    document = opened(tmp_path, "mbox", MBOX)
    places = places_of(document)
    assert list(places) == ["message 1: header", "message 1: body", "message 2: header"]
    assert "on page 12:30" in places["message 1: body"] and "end" in places["message 1: body"]
    assert files_of(document) == {"message 2/x.pdf": b"%PDF"}


def test_a_mailbox_with_windows_line_ends_reads_the_same(tmp_path: Path) -> None:
    assert len(places_of(opened(tmp_path, "mbox", MBOX.replace(b"\n", b"\r\n")))) == 3


def test_mails_larger_than_what_is_held_are_read_where_they_stand(tmp_path: Path) -> None:
    large = a_mail()
    content = os.urandom(9 << 20)
    large.add_attachment(content, maintype="application", subtype="octet-stream", filename="large")
    box = b"From x Mon Nov 22 10:00:00 2026\n" + large.as_bytes() + b"\n\n" + MBOX
    document = opened(tmp_path, "mbox", box)
    assert files_of(document)["message 1/large"] == content
    assert "message 3: header" in places_of(document)


def nested(levels: int) -> bytes:
    parts = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(levels)]
    return b"Subject: x\n" + b"".join(parts) + b"\n078-05-1120\n"


@pytest.mark.parametrize(
    "mail",
    [
        nested(10_000),
        b"Subject: x\n" + b"Content-Type: message/rfc822\n\n" * 10_000 + b"\n078-05-1120\n",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\n078-05-1120\n",
        b"Subject: x\nContent-Type: text/plain;" + b'a="' * 500_000 + b"\n\n078-05-1120\n",
        b"Subject: x\n" + b"To: a@example.com\n" * 200_000 + b"\n078-05-1120\n",
        b"Subject: x\n" + b"To" * 1_000_000 + b"\n078-05-1120\n",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n\n" + b"--B\n" * 30_000 + b"\n078-05-1120\n",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n\n" + b"--" * 400_000 + b"\n078-05-1120\n",
        b"Subject: x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n078-05-1120"
        + b"=" * 900_000,
        b"Subject: \xff\xfe\0\nContent-Type: text/\0\xff; charset=\xff\n\n078-05-1120\0\xff\n",
        b"\n\n078-05-1120",
    ],
)
def test_hostile_mails_give_their_text_in_bounded_time(tmp_path: Path, mail: bytes) -> None:
    began = time.process_time()
    document = opened(tmp_path, "email", mail)
    assert "078-05-1120" in text_of(document)
    list(document.attachments())
    assert time.process_time() - began < 8


def test_base64_of_equals_signs_only_is_harmless() -> None:
    assert b"".join(untransfer([b"=" * 100_000, b"A", b"=="], "base64")) == b""
