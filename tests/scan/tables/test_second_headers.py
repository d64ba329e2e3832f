"""Lines that begin another table in a delimited file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.delimited import lay_out
from amends.scan.tables.secondheaders import UnderHeader, second_headers
from tests.scan.tables_of_rows import small_chunks

FIRST = b"first name,last name,ssn\r\nMaria,Lopez,219-09-0001\r\n"
SECOND = b"ssn,last name,first name\r\n219-09-0002,O'Neil,Ann\r\n"


def headers(text: bytes) -> list[bytes]:
    layout = lay_out(text, whole=True, named=True, limits=DEFAULT)
    assert layout is not None
    return second_headers(text, layout)


@pytest.mark.parametrize("chunk", [4, 7, 26, 1 << 20])
def test_the_lines_under_each_header_come_whole_however_the_bytes_do(chunk: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + FIRST + SECOND + FIRST + SECOND)
    lines = [FIRST.splitlines(keepends=True)[0], SECOND.splitlines(keepends=True)[0]]
    for place, own in enumerate((FIRST, SECOND)):
        source = UnderHeader(Source(tmp_path / "a.csv", small_chunks(chunk)), lines, place, 3)
        assert b"".join(source.chunks()) == own * 2
        assert b"".join(source.chunks(5)) == (own * 2)[5:]
        assert source.head(20) == own[:20]


def test_a_line_without_end_is_not_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(FIRST + SECOND + b"x" * 5_000_000)
    limits = replace(small_chunks(1 << 16), row=1 << 17)
    source = UnderHeader(Source(tmp_path / "a.csv", limits), [FIRST.splitlines(keepends=True)[0]], 0, 0)
    assert max(map(len, source.chunks())) < 1 << 18


@pytest.mark.parametrize(
    "text",
    [
        FIRST * 3,
        FIRST + b"Rose,Garden,219-09-0003\r\nGrace,May,219-09-0004\r\n",
        b"given,family,city\n" + b"Grace,Hall,Salem\nRose,Park,Troy\n" * 3000,
        b"id,name\n1,first name\n2,last name\n",
    ],
)
def test_rows_and_the_same_header_are_no_other_header(text: bytes) -> None:
    assert headers(text) == []


def test_another_header_is_told_once() -> None:
    assert headers(FIRST + SECOND + FIRST + SECOND) == [SECOND.splitlines(keepends=True)[0]]
