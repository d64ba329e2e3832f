"""Whatever bytes come, the hand-written readers end, keep their bounds, and raise nothing but UnreadableError."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.scan.documents.document import DEFAULT_BOUNDS, UnreadableError
from amends.scan.documents.html import html_text
from amends.scan.documents.mailwords import value_of, words
from amends.scan.documents.mbox import split
from amends.scan.documents.mime import parts_of, reach_in
from amends.scan.documents.passages import Cutter, decode
from amends.scan.documents.rtf import RtfText
from tests.scan.documents.documents_at_hand import opened, zipped

QUICK = settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


def mixed(*pieces: bytes) -> st.SearchStrategy[bytes]:
    """Text of the grammar's own pieces, in any order, with other bytes between them."""
    return st.lists(st.sampled_from(pieces) | st.binary(max_size=6), max_size=60).map(b"".join)


RICH = mixed(
    b"{", b"}", b"\\", b"\\'", b"\\'e9", b"\\u8364?", b"\\u-10179", b"\\u56832", b"\\uc2", b"\\bin5 ", b"\\*",
    b"\\par ", b"\\fonttbl",
    b"\\f1", b"\\fcharset128", b"\\ansicpg932", b"\\pict", b"\\objdata", b"x", b"\\~", b"\\ansicpg0",
)  # fmt: skip
PAGE = mixed(
    b"<p>", b"</p", b"<", b">", b"<!--", b"-->", b"<script>", b"</script>", b"<style ", b"&amp;", b"&#x110000;",
    b"&#55296;", b"&#128;", b"<a href='mailto:x'", b'value="', b"'", b"<pre>", b"\xc3", b"\xa9", b"\n", b"<![if x]>",
)  # fmt: skip
MAIL = mixed(
    b"Subject: x\n", b"Content-Type: multipart/mixed; boundary=B\n", b"\n", b"\r\n", b"--B\n", b"--B--\n", b"--",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n", b"QUJD=\n", b"=3D=\n", b" folded\n",
    b"Content-Type: text/html; charset=utf-16\n", b"Content-Transfer-Encoding: quoted-printable\n", b"=?utf-8?b?",
    b"Content-Disposition: attachment; filename*0*=x''%\n", b"From a Mon Nov 22 10:00:00 2026\n", b"?=", b"To: a\n",
)  # fmt: skip


@QUICK
@given(RICH, st.integers(1, 50))
def test_any_rich_text_is_read(rich: bytes, size: int) -> None:
    pieces = [rich[at : at + size] for at in range(0, len(rich), size)]
    assert b"".join(RtfText().text(pieces)) == b"".join(RtfText().text([rich]))


@QUICK
@given(PAGE)
def test_any_page_is_read(page: bytes) -> None:
    for text in html_text([page]):
        text.decode("utf-8")


@QUICK
@given(MAIL)
def test_any_mail_is_taken_apart_in_order(mail: bytes) -> None:
    before = 0
    for part in parts_of(reach_in(io.BytesIO(mail)), 0, len(mail), 5):
        assert before <= part.start <= part.end <= len(mail)
        before = part.end


@QUICK
@given(MAIL)
def test_any_mailbox_is_split_without_loss(box: bytes) -> None:
    mails = list(split(reach_in(io.BytesIO(box)), len(box)))
    assert b"".join(box[start:end] for start, end in mails) == box


@QUICK
@given(MAIL, st.sampled_from(["email", "mbox", "text", "html", "rtf", "docx", "pptx", "odf", "office", "pdf", "pst"]))
def test_any_bytes_are_read_as_any_format_or_refused(tmp_path: Path, content: bytes, format_name: str) -> None:
    with contextlib.suppress(UnreadableError):
        document = opened(tmp_path, format_name, content)
        for passage in document.passages():
            passage.text.decode("utf-8")
        for attachment in document.attachments():
            attachment.open().read()


@QUICK
@given(
    st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "gb18030", "iso-2022-jp", "utf-7", "hex", "\0", "x y"])
)
def test_any_bytes_in_any_character_set_become_utf8_within_bounds(data: bytes, charset: str) -> None:
    cutter = Cutter(7)
    for passage in [*cutter.add("", decode(data, charset)), *cutter.end()]:
        passage.text.decode("utf-8")
        assert len(passage.text) <= 7


@QUICK
@given(MAIL)
def test_any_header_is_read(raw: bytes) -> None:
    words(raw).decode("utf-8")
    value_of(raw)


@QUICK
@given(
    mixed(b"<w:t>", b"</w:t>", b"<w:p>", b"</w:p>", b"&#1;", b"&x;", b"<!DOCTYPE a>", b"<!-- ", b"text", b"<?x"),
    st.integers(0, 400),
    st.binary(max_size=4),
)
def test_any_damage_to_an_office_file_is_told(tmp_path: Path, inner: bytes, at: int, damage: bytes) -> None:
    whole = zipped({"word/document.xml": b"<w:document>" + inner + b"</w:document>", "docProps/core.xml": b"<a/>"})
    broken = whole[:at] + damage + whole[at + len(damage) :]
    with contextlib.suppress(UnreadableError):
        document = opened(tmp_path, "docx", broken)
        assert all(len(passage.text) <= DEFAULT_BOUNDS.passage for passage in document.passages())
