"""Messages equal what encoding the whole text gives, and any mail reader finds the text in them."""

from __future__ import annotations

import binascii
import html
import io
import re
import tarfile
from datetime import UTC, datetime
from email.header import decode_header, make_header
from html.parser import HTMLParser

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.notices.emails.messages import Envelope, MessageError, Template
from amends.notices.emails.parts import END_OF_FILE
from tests.notices.emails.mail_case import parsed

TEXT = """Reference number: {reference}

Aviso de filtración de datos

Dear {name}:

Qué pasó

What we know = little, but the line that says it is much longer than seventy-six characters, señora.
The information about you that was involved: {elements}.
.

Web: www.meridian.example/notice?x
E-mail: notice@meridian.example

Your code: {code}
"""
ENVELOPE = Envelope(
    "Meridian Möbile",
    "notice@meridian.example",
    "Aviso de filtración de datos",
    "es",
    datetime(2021, 8, 17, tzinfo=UTC),
)
NAMES = (
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cc")), min_size=1, max_size=90
    )
    .map(str.strip)
    .filter(bool)
)
HOSTILE = ["O'Neil & <Sons>", '"Ann" \\ Lee', "A" * 200, "Nguyễn Thị " * 20, "{code}", "=?utf-8?B?QQ==?=", "عائشة 😀"]


def filled(name: str, code: str = "ABC") -> list[str]:
    return [
        "Reference number: 1-w",
        f"Dear {name}:",
        "The information about you that was involved: name and PIN.",
        f"Your code: {code}",
    ]


def made(names: list[str], envelope: Envelope = ENVELOPE) -> list[bytes]:
    values = [
        value for number, name in enumerate(names) for value in (name, "a@b.example", f"token{number}", *filled(name))
    ]
    batch = Template(envelope, TEXT).messages(pa.array(values), np.arange(1, len(names) + 1))
    return [batch.message(row) for row in range(len(names))]


def whole(name: str) -> str:
    values = iter(filled(name))
    return "\n".join(next(values) if "{" in line else line for line in TEXT.split("\n"))


class Words(HTMLParser):
    """The tags of a page, and its words outside of its title."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags[-1][0] != "title":
            self.words += data.split()


def page(message: bytes) -> Words:
    found = Words()
    found.feed(list(parsed(message).iter_parts())[1].get_content())
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=3))
def test_a_message_is_byte_for_byte_the_encoding_of_its_whole_text(names: list[str]) -> None:
    for name, message in zip(names, made(names), strict=True):
        body = message.split(b"quoted-printable\r\n\r\n")[1].split(b"\r\n--")[0]
        assert body == binascii.b2a_qp(whole(name).encode()).replace(b"\n", b"\r\n")
        assert max(map(len, message.split(b"\r\n"))) <= 78


@settings(max_examples=40, deadline=None)
@given(NAMES)
def test_a_mail_reader_finds_the_text_and_the_name_cannot_be_markup(name: str) -> None:
    (message,) = made([name])
    plain, marked = parsed(message).iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == whole(name)
    assert f"\nDear {html.escape(name)}:\n" in marked.get_content().replace("\r\n", "\n")
    assert page(message).words == whole(name).split()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stands_in_the_header_as_it_is(name: str) -> None:
    (message,) = made([name.strip()])
    raw = str(dict(parsed(message).raw_items())["To"]).rpartition("<")[0].strip()
    found = parsed(message)["To"].addresses[0]
    read = str(make_header(decode_header(raw))) if raw.startswith("=?") else found.display_name
    assert (read, found.addr_spec) == (name.strip(), "a@b.example")
    assert message.partition(b"\r\n\r\n")[0].isascii()


def test_headers_are_read_as_they_were_meant() -> None:
    found = parsed(made(["Ann"])[0])
    assert (found["From"].addresses[0].display_name, found["Subject"]) == (
        "Meridian Möbile",
        "Aviso de filtración de datos",
    )
    assert (found["Message-ID"], found["Content-Language"]) == ("<token0@meridian.example>", "es")
    assert found["Date"].datetime == ENVELOPE.date


def test_only_a_notice_that_can_be_left_says_how() -> None:
    assert "List-Unsubscribe" not in parsed(made(["Ann"])[0])
    leave = Envelope("M", "n@m.example", "S", "en", ENVELOPE.date, "https://m.example/stop?", one_click=True)
    found = parsed(made(["Ann"], leave)[0])
    assert found["List-Unsubscribe"] == "<https://m.example/stop?token0>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_page_fetches_nothing_and_says_its_language_and_headings() -> None:
    found = page(made(["Ann"])[0])
    names = [name for name, _ in found.tags]
    assert not {"img", "link", "script", "iframe", "style", "form"} & set(names)
    assert not {"src", "background", "onclick"} & {key for _, attributes in found.tags for key in attributes}
    assert dict(found.tags)["html"] == {"lang": "es"}
    assert (names.count("h1"), names.count("h2")) == (1, 1)
    assert {"title", "main"} <= set(names)
    assert [attributes["href"] for name, attributes in found.tags if name == "a"] == [
        "https://www.meridian.example/notice?x",
        "mailto:notice@meridian.example",
    ]


def test_a_value_of_a_person_is_never_a_link_or_a_heading() -> None:
    for name in ("www.elsewhere.example", "Qué pasó"):
        assert len(page(made([name])[0]).tags) == len(page(made(["Ann"])[0]).tags)


def test_messages_are_entries_of_an_archive() -> None:
    values = ["Ann", "a@b.example", "t", *filled("Ann")] * 2
    batch = Template(ENVELOPE, TEXT).messages(pa.array(values), np.array([7, 123456789012]))
    with tarfile.open(fileobj=io.BytesIO(batch.data.tobytes() + END_OF_FILE)) as archive:
        members = archive.getmembers()
        assert [member.name for member in members] == ["000000000007.eml", "123456789012.eml"]
        assert [member.mtime for member in members] == [int(ENVELOPE.date.timestamp())] * 2
        assert archive.extractfile(members[1]).read() == batch.message(1)  # type: ignore[union-attr]


def test_a_batch_after_a_smaller_one_is_whole() -> None:
    template = Template(ENVELOPE, TEXT)
    for count in (1, 40, 3):
        values = ["Ann", "a@b.example", "t", *filled("Ann")] * count
        batch = template.messages(pa.array(values), np.arange(count))
        assert {batch.message(row) for row in range(count)} == {batch.message(0)}


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\0", "a\x7f", "a\rb"])
def test_a_line_end_in_a_value_is_refused(bad: str) -> None:
    with pytest.raises(MessageError, match="control character"):
        made([bad])
    with pytest.raises(MessageError, match="control character"):
        Envelope(bad, "a@b.example", "s", "en", ENVELOPE.date)


def test_a_header_that_no_line_can_hold_is_refused() -> None:
    with pytest.raises(MessageError, match="998 bytes"):
        made(["Ann"], Envelope("M" * 1200, "a@b.example", "s", "en", ENVELOPE.date))


def test_every_line_end_is_both_characters() -> None:
    (message,) = made(["Ann"])
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
