"""Records without line ends, fields that abut, labels above values, kinds of record, headers far on, JSON in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.files.encodings import Encoding, tell, to_ascii_based
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.abutting import abutting
from amends.scan.tables.delimited import lay_out
from amends.scan.tables.jsonstretch import JsonPlaces, lines_at
from amends.scan.tables.labelsabove import labels_above, paired
from amends.scan.tables.recordlength import RecordLines, record_length
from amends.scan.tables.secondheaders import far_headers
from amends.scan.tables.tagged import LinesOfKind, find_tags
from tests.scan.humans import TITLES, Human
from tests.scan.tables_of_rows import small_chunks

PEOPLE = [Human(number) for number in range(40)]
ROWS = "".join(f"{p.number:06}{p.cells[0]:<12}{p.cells[1]:<14}{p.cells[2]}{p.cells[4]:<40}".ljust(120) for p in PEOPLE)
TAGGED = "".join(f"S|{p.number}|{p.cells[0]}|{p.cells[2]}|{p.cells[4]}\nC|720|37\n" for p in PEOPLE).encode()


@pytest.mark.parametrize(("text", "length"), [(ROWS, 120), ("a line of prose that goes on and on. " * 3, 0)])
def test_the_length_of_records_is_told_by_how_they_repeat(text: str, length: int) -> None:
    assert record_length(text.encode()) == length


@pytest.mark.parametrize("chunk", [7, 120, 1000, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "cp037"])
def test_records_are_lines_however_the_bytes_come(chunk: int, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes((ROWS + "short").encode(encoding))
    lines = RecordLines(Source(tmp_path / "a", small_chunks(chunk)), Encoding(encoding, 0), 120)
    text = b"".join(to_ascii_based(lines.chunks(), Encoding(encoding, 0))).decode()
    assert text == "".join(ROWS[at : at + 120] + "\n" for at in range(0, len(ROWS), 120)) + "short\n"


def test_ebcdic_is_told_from_text_and_numbers() -> None:
    assert tell(ROWS.encode("cp037")).name == "cp037"
    assert {tell(other).name for other in (ROWS.encode(), bytes(range(256)) * 9, "Köln № 5 ".encode() * 99)} == {
        "utf-8"
    }


def test_fields_that_abut_are_parted_by_what_they_hold() -> None:
    numbers = [f"{p.cells[2].replace('-', '')}1980{p.number % 12 + 1:02}053035550{p.number:03}" for p in PEOPLE]
    lines = [f"{p.number:06}{p.cells[1]:<10}{number}" for p, number in zip(PEOPLE, numbers, strict=True)]
    assert abutting(lines) >= {6, 25, 33}


@pytest.mark.parametrize("cells", ["05APR1980", "A1234567", "(303) 555-0100", "219-09-0001", "4111111111111111"])
def test_one_value_is_not_parted(cells: str) -> None:
    assert abutting([cells] * 40) == set()


@pytest.mark.parametrize("chunk", [7, 50, 1 << 20])
def test_labels_above_their_values_stand_beside_them_however_the_bytes_come(chunk: int) -> None:
    text = "".join("".join(f"{t}:\n{v}\n\n" for t, v in zip(TITLES, p.cells, strict=True)) for p in PEOPLE).encode()
    labels = labels_above(text)
    made = b"".join(paired([text[at : at + chunk] for at in range(0, len(text), chunk)], labels, 1 << 20))
    assert made.decode().splitlines() == [f"{t}: {v}" for p in PEOPLE for t, v in zip(TITLES, p.cells, strict=True)]


def test_names_of_columns_one_below_another_are_no_labels() -> None:
    assert labels_above("".join(f"{title}\n" for title in TITLES).encode() * 9) == ()


@pytest.mark.parametrize("chunk", [1, 9, 64, 1 << 20])
def test_the_lines_of_a_kind_come_whole_however_the_bytes_do(chunk: int, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TAGGED + b"odd line")
    tags = find_tags(TAGGED, whole=True)
    assert tags is not None
    parts = [
        b"".join(LinesOfKind(Source(tmp_path / "a", small_chunks(chunk)), tags, at, 0).chunks()) for at in (0, 1, -1)
    ]
    assert sorted(b"".join(parts).splitlines()) == sorted([*TAGGED.splitlines(), b"odd line"])
    assert parts[-1] == b"odd line"


@pytest.mark.parametrize("text", [b"CO,Ann,219-09-0001\nTX,Bob,219-09-0002\n" * 9, b"Lee,Ann,1\nKim,Bob,x,2\n" * 9])
def test_codes_and_names_that_lines_begin_with_are_no_kinds(text: bytes) -> None:
    assert find_tags(text, whole=True) is None


@pytest.mark.parametrize("chunk", [1, 9, 64, 1 << 20])
def test_far_headers_are_found_however_the_bytes_come(chunk: int) -> None:
    first, second = b"first name,last name,ssn\n", b"SSN,lastName,First Name\r\n"
    text = first + b"Ann,Lee,219-09-0001\n" * 9 + second + b"219-09-0002,Roe,Bob\n" * 9 + first
    layout = lay_out(text, whole=True, named=True, limits=DEFAULT)
    assert layout is not None
    assert far_headers([text[at : at + chunk] for at in range(0, len(text), chunk)], layout, first.strip()) == [second]


@pytest.mark.parametrize("chunk", [5, 1 << 20])
def test_json_within_a_text_is_found_however_the_bytes_come(chunk: int) -> None:
    inner = '{"name": "Ann Lee", "ssn": "219-09-0001", "tags": []}'
    escaped = inner.replace('"', '\\"')
    text = f'log {inner} then if (x) {{ f("a", [1]) }} and "{escaped}" and {{"torn": '.encode()
    found = JsonPlaces(DEFAULT)
    for at in range(0, len(text), chunk):
        found.feed(text[at : at + chunk])
    found.feed(b"", final=True)
    assert b"".join(lines_at(iter([text]), found.outside([]))).decode() == f"{inner}\n{inner}\n"
    assert found.outside([(0, 20)]) == found.outside([])[1:]
