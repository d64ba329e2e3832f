"""No row of a malformed file is lost, and none swallows the next."""

from __future__ import annotations

import csv
import io
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.scan.files.limits import DEFAULT
from amends.scan.tables.lines import Dialect, column, pieces
from tests.scan.tables_of_rows import read_bytes, small_chunks

HEAD = b"first_name,ssn,city\n"

MALFORMED = {
    "nothing but a header": (HEAD, 0),
    "no newline at the end": (HEAD + b"Ann,1,Reno\nBob,2,Troy", 2),
    "windows row ends": (HEAD.replace(b"\n", b"\r\n") + b"Ann,1,Reno\r\nBob,2,Troy\r\n", 2),
    "old mac row ends": (HEAD.replace(b"\n", b"\r") + b"Ann,1,Reno\rBob,2,Troy\r", 2),
    "mixed row ends": (HEAD + b"Ann,1,Reno\r\nBob,2,Troy\rCy,3,Erie\nDee,4,Mesa", 4),
    "empty lines between rows": (HEAD + b"\n\nAnn,1,Reno\n\n\r\nBob,2,Troy\n\n", 2),
    "a stray quote that opens a field": (HEAD + b'Ann,"1,Reno\nBob,2,Troy\nCy,3,Erie\n', 3),
    "a stray quote before quoted rows": (HEAD + b'Ann,"1,Reno\n"Bob","2","Troy"\nCy,"3",Erie\n', 3),
    "a stray quote in every row": (HEAD + b'"Ann,1,Reno\n"Bob,2,Troy\n"Cy,3,Erie\n', 3),
    "a stray quote in the last field": (HEAD + b'Ann,1,"Reno\nBob,2,Troy\nCy,3,Erie"\n', 3),
    "a quote within a field": (HEAD + b'Ann,1,5" disk\nBob,2,Troy\n', 2),
    "a quote within a quoted field": (HEAD + b'Ann,1,"5" disk"\nBob,2,Troy\n', 2),
    "text behind a closing quote": (HEAD + b'"Ann"x,1,Reno\nBob,2,Troy\n', 2),
    "an unterminated quote at the end": (HEAD + b'Ann,1,Reno\nBob,2,"Troy', 2),
    "a lone quote at the end": (HEAD + b'Ann,1,Reno\nBob,2,"', 2),
    "a quoted row end": (HEAD + b'Ann,1,"Reno\nNV"\nBob,2,Troy\n', 2),
    "a quoted row end in the first field": (HEAD + b'"Ann\nLee",1,Reno\nBob,2,Troy\n', 2),
    "two quoted row ends in a row": (HEAD + b'"Ann\nLee",1,"Reno\nNV"\nBob,2,Troy\n', 2),
    "a quoted empty line": (HEAD + b'Ann,1,"Reno\n\nNV"\nBob,2,Troy\n', 2),
    "a quoted row end in a short row": (HEAD + b'Ann,"1\n2"\nBob,2,Troy\n', 2),
    "a quoted row end in a long row": (HEAD + b'Ann,"1\n2",Reno,more\nBob,2,Troy\n', 2),
    "doubled quotes": (HEAD + b'Ann,1,"the ""Strip"""\nBob,2,Troy\n', 2),
    "doubled quotes at both ends": (HEAD + b'"""Ann""",1,Reno\nBob,2,Troy\n', 2),
    "a short row": (HEAD + b"Ann\nBob,2,Troy\n", 2),
    "a long row": (HEAD + b"Ann,1,Reno,x,y\nBob,2,Troy\n", 2),
    "superfluous delimiters": (HEAD + b"Ann,1,Reno,,,\nBob,2,Troy,\n", 2),
    "only delimiters": (HEAD + b",,\n,,\nBob,2,Troy\n", 3),
    "NUL bytes within a cell": (HEAD + b"A\0nn,1,Reno\nBob,2,T\0roy\n", 2),
    "a tail of NULs": (HEAD + b"Ann,1,Reno\n" + bytes(64), 2),
    "a byte order mark": (b"\xef\xbb\xbf" + HEAD + b"Ann,1,Reno\n", 1),
    "UTF-16 little-endian": ((HEAD + b"Ann,1,Reno\n").decode().encode("utf-16"), 1),
    "UTF-16 big-endian without a mark": ((HEAD + b"Ann,1,Reno\n" * 3).decode().encode("utf-16-be"), 3),
    "UTF-32": ((HEAD + b"Ann,1,Reno\n").decode().encode("utf-32"), 1),
    "half a UTF-16 character at the end": ((HEAD + b"Ann,1,Reno\n").decode().encode("utf-16") + b"x", 2),
    "Windows-1252": (HEAD + b"Jos\xe9,1,Reno\nBob,2,Troy\n", 2),
    "both UTF-8 and Windows-1252": (HEAD + b"Jos\xe9,1,Reno\nZo\xc3\xab,2,Troy\n", 2),
    "a cut UTF-8 character at the end": (HEAD + b"Ann,1,Reno\nBob,2,Troy\xc3", 2),
    "one column": (b"email\na@example.org\nb@example.org\n", 2),
    "one column with a quoted comma": (b'full_name\n"Smith, Ann"\n"Jones, Bob"\n', 2),
    "spaces around": (HEAD + b"  Ann , 1 ,Reno  \n", 1),
    "tabs": (HEAD.replace(b",", b"\t") + b"Ann\t1\tReno, NV\n", 1),
    "semicolons": (HEAD.replace(b",", b";") + b"Ann;1,5;Reno\n", 1),
    "bars": (HEAD.replace(b",", b"|") + b"Ann|1|Reno\n", 1),
    "a header twice": (HEAD + b"Ann,1,Reno\n" + HEAD, 2),
    "no header": (b"Ann,123-45-6788,Reno\nBob,223-45-6788,Troy\n", 2),
    "control characters": (HEAD + b"A\x01nn,1\x1f,Reno\n", 1),
    "a very long cell": (HEAD + b"Ann,1," + b"x" * 300_000 + b"\nBob,2,Troy\n", 2),
    "quoted fields with delimiters": (HEAD + b'"Lee, Ann","1","Reno"\n"Ray, Bob","2","Troy"\n', 2),
    "every field quoted but one": (HEAD + b'"Ann","1",Reno\n"Bob","2",Troy\n', 2),
    "empty quoted fields": (HEAD + b'"","",""\n"","2",""\n', 2),
    "a quoted delimiter and a quoted quote": (HEAD + b'"a,""b""",1,Reno\nBob,2,Troy\n', 2),
    "a row end of another kind within quotes": (HEAD + b'Ann,1,"Reno\rNV"\r\nBob,2,Troy\r\n', 2),
    "a quote at the end of an unquoted field": (HEAD + b'Ann,1,Reno"\nBob,2,Troy\n', 2),
    "a quote alone between delimiters": (HEAD + b'Ann,",Reno\nBob,2,Troy\nCy,3,Erie\n', 3),
    "two quotes alone in one row": (HEAD + b'Ann,",",Reno\nBob,2,Troy\n', 2),
    "three quotes": (HEAD + b'Ann,""",Reno\nBob,2,Troy\nCy,3,Erie\n', 3),
    "spaces before a quote": (HEAD + b'Ann, "1", "Reno"\nBob,2,Troy\n', 2),
    "backslashed quotes": (HEAD + b'Ann,1,"the \\"Strip\\""\nBob,2,Troy\n', 2),
    "a vertical tab and a form feed": (HEAD + b"A\x0bnn,1\x0c,Reno\nBob,2,Troy\n", 2),
    "a line separator of Unicode": (HEAD + "Ann\u2028,1,Reno\nBob,2,Troy\n".encode(), 2),
    "overlong UTF-8": (HEAD + b"A\xc0\xafnn,1,Reno\nBob,2,Troy\n", 2),
    "a header with quotes": (b'"first_name","ssn","city"\nAnn,1,Reno\n', 1),
    "a header with a stray quote": (b'first_name,"ssn,city\nAnn,1,Reno\nBob,2,Troy\n', 2),
    "a header shorter than the rows": (b"first_name,ssn\nAnn,1,Reno\nBob,2,Troy\nCy,3,Erie\n", 3),
    "a comment before the header": (b"# export\nfirst_name,ssn,city\nAnn,1,Reno\nBob,2,Troy\n", 2),
    "a trailer with a count": (HEAD + b"Ann,1,Reno\nBob,2,Troy\nTOTAL 2\n", 3),
    "a control-Z at the end": (HEAD + b"Ann,1,Reno\nBob,2,Troy\n\x1a", 3),
    "a row of many delimiters": (HEAD + b"Ann,1,Reno" + b"," * 5000 + b"\nBob,2,Troy\n", 2),
    "a row across the blocks of marks": (HEAD + b"Ann,1,Reno\n" * 9000 + b'"Lee, Bob",2,Troy\n' * 3000, 12_000),
    "a wide cell across the blocks of marks": (HEAD + b'Ann,1,"' + b"x,y " * 40_000 + b'"\nBob,2,Troy\n', 2),
    "a quote that closes too far away": (HEAD + b'Ann,1,"' + b"x" * 300_000 + b'\n"\nBob,2,Troy\n', 3),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("chunk", [8 << 20, 7])
def test_a_malformed_file_keeps_every_row(name: str, chunk: int, tmp_path: Path) -> None:
    content, rows = MALFORMED[name]
    if chunk == 7 and len(content) > 10_000:
        chunk = 4096
    read = read_bytes(content, tmp_path, small_chunks(chunk))
    assert read.tally.rows == rows
    assert read.tally.rejected == 0
    assert read.numbers == list(range(rows))


def cells(content: bytes, folder: Path) -> list[list[str | None]]:
    return read_bytes(content, folder).rows


def test_quotes_are_undone_only_where_they_quote(tmp_path: Path) -> None:
    content = HEAD + b'"Ann, Lee","a ""b"" c","Reno\nNV"\nBob,5" x,"T" y"\n"Cy,3,Erie\n'
    assert cells(content, tmp_path) == [
        ["Ann, Lee", 'a "b" c', "Reno\nNV"],
        ["Bob", '5" x', 'T" y'],
        ['"Cy', "3", "Erie"],
    ]


def test_letters_survive_whatever_the_encoding(tmp_path: Path) -> None:
    mixed = HEAD + "Zoë,1,Łódź\n".encode() + "José,2,€uro\n".encode("cp1252")
    read = read_bytes(mixed, tmp_path)
    assert read.rows == [["Zoë", "1", "Łódź"], ["José", "2", "€uro"]]
    assert read.encoding == "utf-8 and cp1252"
    for codec in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig"):
        text = HEAD.decode() + "Zoë,1,Łódź\n" * 3
        assert cells(text.encode(codec), tmp_path) == [["Zoë", "1", "Łódź"]] * 3


def test_missing_fields_are_null_and_superfluous_ones_kept_apart(tmp_path: Path) -> None:
    read = read_bytes(HEAD + b"Ann\nBob,,Troy\nCy,3,Erie,PA,x\nDee,4,Mesa,,\n", tmp_path)
    assert read.rows == [
        ["Ann", None, None, None],
        ["Bob", "", "Troy", None],
        ["Cy", "3", "Erie", "PA,x"],
        ["Dee", "4", "Mesa", None],
    ]
    assert read.names[-1] == "extra"
    assert read.tally.ragged == 2


def test_a_row_that_is_too_long_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    limits = replace(DEFAULT, chunk=64, row=200, quoted=100)
    content = HEAD + b"Ann,1,Reno\n" + b"x" * 5000 + b",2,y\nBob,2,Troy\n"
    read = read_bytes(content, tmp_path, limits)
    assert [row[0] for row in read.rows] == ["Ann", "Bob"]
    assert read.numbers == [0, 2]
    assert (read.tally.rows, read.tally.rejected) == (3, 1)
    whole = read_bytes(content, tmp_path, replace(limits, chunk=1 << 20))
    assert (whole.rows, whole.numbers, whole.tally) == (read.rows, read.numbers, read.tally)


def test_memory_does_not_grow_with_a_line_without_end() -> None:
    limits = replace(DEFAULT, chunk=1 << 16, row=1 << 17, quoted=1 << 16, cells=1 << 12)
    endless = (b"x" * (1 << 16) for _ in range(3200))
    tracemalloc.start()
    rejected = sum(piece.rejected for piece in pieces(endless, Dialect(ord(","), 3), limits))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rejected == 1
    assert peak < 4 << 20


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TRICKY = st.text(st.sampled_from("\",;\t|\r\n' aé1"), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(CELL | TRICKY, CELL | TRICKY, CELL | TRICKY), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    chunk=st.integers(1, 40),
)
def test_what_a_csv_writer_quotes_comes_back(
    rows: list[tuple[str, str, str]], delimiter: str, newline: str, chunk: int
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(rows)
    content = text.getvalue().encode()
    found = _split_rows(content, delimiter, chunk)
    assert len(found) == len(rows) or _is_torn_on_purpose(rows)
    if len(found) == len(rows):
        assert found == [list(row) for row in rows] or _is_torn_on_purpose(rows)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    content=st.binary(max_size=120) | st.text(TRICKY_CHARS := st.sampled_from('",\r\nab'), max_size=80).map(str.encode)
)
def test_rows_do_not_depend_on_how_the_file_is_cut(content: bytes) -> None:
    whole = _split_rows(content, ",", 1 << 20)
    for chunk in (1, 2, 3, 5, 8, 13):
        assert _split_rows(content, ",", chunk) == whole


@settings(max_examples=100, deadline=None)
@given(content=st.text(st.sampled_from('",\nab'), max_size=200))
def test_no_line_without_a_quote_is_ever_swallowed(content: str) -> None:
    marked = "".join(f"{line}\nk{i},v,w\nk{i},v,w\n" for i, line in enumerate(content.split("\n")))
    keys = [row[0] for row in _split_rows(marked.encode(), ",", 1 << 20)]
    assert all(f"k{i}" in keys for i in range(content.count("\n") + 1))


def _split_rows(content: bytes, delimiter: str, chunk: int) -> list[list[str | None]]:
    import numpy as np

    chunks = (content[i : i + chunk] for i in range(0, len(content), chunk))
    rows: list[list[str | None]] = []
    for piece in pieces(chunks, Dialect(ord(delimiter), 3), DEFAULT):
        seen = np.zeros(2, np.int64)
        rows += [list(row) for row in zip(*(column(piece, i, seen).to_pylist() for i in range(3)), strict=True)]
    return rows


def _is_torn_on_purpose(rows: list[tuple[str, str, str]]) -> bool:
    """A quoted cell over several lines whose lines make rows of three fields by themselves is read as those rows."""
    return any(cell.count("\n") + cell.count("\r") for row in rows for cell in row)
