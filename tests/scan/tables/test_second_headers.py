"""Lines that begin another table in a delimited file."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.delimited import lay_out
from amends.scan.tables.secondheaders import PartedSource, second_headers
from tests.scan.tables_of_rows import small_chunks

FIRST = b"first name,last name,ssn\r\nMaria,Lopez,219-09-0001\r\n"
SECOND = b"ssn,last name,first name\r\n219-09-0002,O'Neil,Ann\r\n"


def headers(text: bytes) -> list[bytes]:
    layout = lay_out(text, whole=True, named=True, limits=DEFAULT)
    assert layout is not None
    return second_headers(text, layout)


@pytest.mark.parametrize("chunk", [1, 7, 26, 1 << 20])
def test_a_blank_line_parts_the_tables_however_the_bytes_come(chunk: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(FIRST + SECOND)
    source = PartedSource(Source(tmp_path / "a.csv", small_chunks(chunk)), headers(FIRST + SECOND))
    assert b"".join(source.chunks()) == FIRST + b"\n" + SECOND
    assert source.head(20) == FIRST[:20]


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
