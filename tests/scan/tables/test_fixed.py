"""Text of fixed width: where its columns are, and reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.fixed import FixedReader, find_edges
from tests.scan.tables_of_rows import Read, read_all, small_chunks

PEOPLE = [
    (name, family, f"{number}-45-6789", f"(702) 555-0{number}", f"02/{number - 200:02d}/1970")
    for number, (name, family) in enumerate([("Maria", "Lopez"), ("Xiu", "Zyxov"), ("José", "Müller")] * 6, 201)
]
FORM = "%-10s%-10s%-12s%-15s%s\n"
HEADER = FORM % ("FIRST", "LAST", "SSN", "PHONE", "DOB")


def written(form: str = FORM) -> str:
    return "".join(form % row for row in PEOPLE)


def read(content: bytes, folder: Path, chunk: int = DEFAULT.chunk) -> Read:
    path = folder / "dump.txt"
    path.write_bytes(content)
    edges = find_edges(content, whole=True)
    assert edges is not None
    return read_all(FixedReader(Source(path, small_chunks(chunk)), tell(content), edges))


@pytest.mark.parametrize("chunk", [7, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_lines_become_rows_whatever_the_encoding_and_the_chunks(encoding: str, chunk: int, tmp_path: Path) -> None:
    found = read((HEADER + written()).encode(encoding), tmp_path, chunk)
    assert found.names == ["FIRST", "LAST", "SSN", "PHONE", "DOB"]
    assert [tuple(row) for row in found.rows] == PEOPLE
    assert found.numbers == list(range(len(PEOPLE)))
    assert found.tally.rows == len(PEOPLE)


def test_a_blank_within_a_value_does_not_part_it(tmp_path: Path) -> None:
    found = read(written("%-9s %-9s %-11s %-14s %s\n").encode(), tmp_path)
    assert [tuple(row) for row in found.rows] == PEOPLE


def test_a_line_too_short_has_empty_cells_and_is_not_lost(tmp_path: Path) -> None:
    found = read((HEADER + written() + "Ann\n").encode(), tmp_path)
    assert found.rows[-1] == ["Ann", "", "", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog and calls (702) 555-0100 at noon.\n" * 2
        + "And so on, he said.\n" * 9,
        "2021-08-01 12:30:01 INFO login ok\n2021-08-01 12:30:02 WARN no login for user 5\n" * 10,
        "alpha beta gamma\n" * 30,
        "",
        " \n \n",
        "x" * 5000 + "\n" + "y\n" * 20,
    ],
)
def test_prose_and_logs_are_no_columns(text: str) -> None:
    assert find_edges(text.encode(), whole=True) is None
