"""Plain text, web pages and rich text become UTF-8 text whatever their encoding and whatever is broken in them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from amends.scan.documents.document import DEFAULT_BOUNDS, open_document, reason_for
from amends.scan.documents.html import html_text
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from tests.scan.documents.documents_at_hand import opened, text_of


@pytest.mark.parametrize(
    "content",
    [
        "Zoë Müller €5\n".encode(),
        b"\xef\xbb\xbf" + "Zoë Müller €5\n".encode(),
        "Zoë Müller €5\n".encode("cp1252"),
        "Zoë Müller €5\n".encode("utf-16"),
        "Zoë Müller €5\n".encode("utf-16-le"),
        "Zoë Müller €5\n".encode("utf-16-be"),
        "Zoë Müller €5\n".encode("utf-32"),
    ],
)
def test_text_of_any_encoding_is_the_same_text(tmp_path: Path, content: bytes) -> None:
    assert text_of(opened(tmp_path, "text", content)) == "Zoë Müller €5\n"


def test_lines_of_two_encodings_in_one_file_both_keep_their_letters(tmp_path: Path) -> None:
    mixed = "José\n".encode() + "José\n".encode("cp1252") + b"\x81\x8d\n"
    assert text_of(opened(tmp_path, "log", mixed)).startswith("José\nJosé\n")


def test_nul_bytes_become_spaces(tmp_path: Path) -> None:
    assert text_of(opened(tmp_path, "text", b"078-05-1120\0\0next, and enough text\n")).startswith("078-05-1120  next")


def test_long_texts_are_cut_at_white_space_and_nothing_is_lost(tmp_path: Path) -> None:
    words = b"".join(b"word%d " % number for number in range(500_000))
    passages = list(opened(tmp_path, "text", words).passages())
    assert len(passages) > 3
    assert all(passage.text.endswith(b" ") for passage in passages)
    assert b"".join(passage.text for passage in passages) == words


@pytest.mark.parametrize("letter", ["x", "é", "漢", "\U0001f600"])
def test_a_line_without_end_is_cut_between_letters(tmp_path: Path, letter: str) -> None:
    content = ("a" + letter * 3_000_000)[:3_000_000]
    assert text_of(opened(tmp_path, "text", content.encode())) == content + "\n"


def test_bytes_that_grow_as_they_are_decoded_still_fit_in_passages(tmp_path: Path) -> None:
    assert len(text_of(opened(tmp_path, "text", b"\x80" * 2_500_000))) == 2_500_001


def test_formats_without_a_reader_say_so(tmp_path: Path) -> None:
    source = Source(tmp_path / "none", DEFAULT)
    assert open_document("parquet", source) is None
    assert "not read" in reason_for("parquet")
    assert reason_for("text") == ""


def test_a_page_gives_its_text_with_blocks_cells_and_entities(tmp_path: Path) -> None:
    page = b"""<!DOCTYPE html><html><head><title>Account</title><style>p {color: red}</style>
    <script>if (a < b) { x = "<p>never</p>" }</script></head><body><p>J<b>oh</b>n&nbsp;Q&#46; D&#xF6;e</p>
    <table><tr><td>SSN</td><td>078&#45;05-1120</td></tr></table><!-- old: 555-0100 -->Tom &amp; Co<br>a < b
    Jane &lt;jane@example.com&gt; <jim@example.com></body></html>"""
    text = text_of(opened(tmp_path, "html", page))
    assert "John Q. Döe\n" in text
    assert "SSN\t078-05-1120" in text
    assert "555-0100" in text
    assert "Tom & Co\na < b" in text
    assert "<jane@example.com> <jim@example.com>" in text
    assert "never" not in text and "color" not in text


def test_values_of_forms_and_links_are_text(tmp_path: Path) -> None:
    page = b"""<html><input name=ssn value="078-05-1120"><a href='mailto:a@example.com?x'>write</a><a href="/x">y</a>
    <img alt=Portrait></html>"""
    text = text_of(opened(tmp_path, "html", page))
    assert "078-05-1120" in text and "a@example.com" in text and "Portrait" in text and "/x" not in text


@pytest.mark.parametrize("charset", ["shift_jis", "windows-1251", "utf-8", "no-such-charset", "idna", "zip"])
def test_a_page_is_read_in_the_encoding_it_names_if_there_is_one(tmp_path: Path, charset: str) -> None:
    word = {"shift_jis": "山田", "windows-1251": "Иван", "utf-8": "Zoë"}.get(charset, "plain")
    coded = word.encode(charset if word != "plain" else "ascii")
    page = b"<html><meta charset=%b><p>%b</p></html>" % (charset.encode(), coded)
    assert word in text_of(opened(tmp_path, "html", page))


def test_a_page_in_a_wrongly_named_encoding_loses_nothing_that_is_ascii(tmp_path: Path) -> None:
    page = b"<html><meta charset=utf-16><p>078-05-1120</p><meta charset=shift_jis>\xff\xfe</html>"
    assert "078-05-1120" in text_of(opened(tmp_path, "html", page))


def test_a_script_that_never_ends_is_reported(tmp_path: Path) -> None:
    document = opened(tmp_path, "html", b"<html><p>before</p><script>var x; <p>after</p>")
    assert "before" in text_of(document)
    assert len(document.gaps) == 1


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 200_000,
        b"<" * 2_000_000,
        b"<a " * 700_000,
        b"<a b='" * 300_000,
        b"<!--" * 500_000,
        b"<script>" * 250_000,
        b"<script></script>" * 120_000,
        b"&" * 2_000_000,
        b"&#" + b"9" * 2_000_000,
        b"<x " + b"value=" * 300_000,
        b"<![" * 600_000,
        b"\n \n" * 700_000,
        b"<p>" + b" " * 2_000_000 + b"x",
        b"\0\xff<\xfe>" * 400_000,
    ],
)
def test_hostile_pages_take_a_time_in_proportion_to_their_size(page: bytes) -> None:
    began = time.process_time()
    for _ in html_text([page]):
        pass
    assert time.process_time() - began < 4


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_a_page_reads_the_same_in_pieces_of_any_size(size: int) -> None:
    page = "<html><p title='Zoë'>Jo&euml;l <i>x</i> 漢字</p><script>no</script><td>a</td></html>".encode()
    pieces = [page[at : at + size] for at in range(0, len(page), size)]
    assert b"".join(html_text(pieces)) == b"".join(html_text([page]))


RICH = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Helvetica;}{\f1\fcharset204 Arial Cyr;}}
{\colortbl;\red0\green0\blue0;}{\info{\author Jane Roe}}\pard Caf\'e9 \u8364?5\par
{\f1 \'c8\'e2\'e0\'ed} John\tab 078\_05\_1120\line{\*\unknown hidden}{\pict\wmetafile8 0102aabb}
{\field{\*\fldinst{HYPERLINK "mailto:a@example.com"}}{\fldrslt write}}\{x\}\u-10179?\u-8704?\par}"""


def test_rich_text_gives_its_text_in_its_code_pages(tmp_path: Path) -> None:
    text = text_of(opened(tmp_path, "rtf", RICH))
    assert "Café €5\n" in text and "Иван John\t078-05-1120\n" in text
    assert "Jane Roe" in text and "mailto:a@example.com" in text and "{x}\U0001f600" in text
    assert "hidden" not in text and "aabb" not in text and "Helvetica" not in text


def test_binary_data_in_rich_text_is_skipped_by_its_length(tmp_path: Path) -> None:
    text = text_of(opened(tmp_path, "rtf", rb"{\rtf1 a{\pict\bin8 }}}}{{\'zz}b}"))
    assert text.startswith("ab")


@pytest.mark.parametrize(
    "rich",
    [
        b"{\\rtf1 " + b"{" * 10_000 + b"deep" + b"}" * 10_000 + b" end}",
        b"{\\rtf1 " + b"{" * 300_000 + b"deep end",
        b"{\\rtf1 deep end" + b"}" * 300_000,
        b"{\\rtf1 deep end\\bin99999999999 x",
        b"{\\rtf1 deep end\\ansicpg99999 \\f99999999 \\u99999999999 \\uc9999 \\'",
        b"{\\rtf1 deep end" + b"\\" * 100_001,
        b"{\\rtf1 deep end\\u55357? \\u55357?\xff\0",
    ],
)
def test_broken_rich_text_gives_what_can_be_read(tmp_path: Path, rich: bytes) -> None:
    text = text_of(opened(tmp_path, "rtf", rich))
    assert "deep" in text and "end" in text


def test_rich_text_that_ends_in_a_picture_is_reported(tmp_path: Path) -> None:
    document = opened(tmp_path, "rtf", rb"{\rtf1 text{\pict 00")
    assert "text" in text_of(document)
    assert document.gaps


def test_passages_never_pass_their_bound(tmp_path: Path) -> None:
    rich = b"{\\rtf1 " + b"\\'e9" * 1_200_000 + b"}"
    sizes = [len(passage.text) for passage in opened(tmp_path, "rtf", rich).passages()]
    assert sum(sizes) == 2_400_001
    assert max(sizes) <= DEFAULT_BOUNDS.passage
