"""Malformed JSON lines and dumps of which the number of rows is known: every one is kept or rejected, none lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.dumps import dump_tables
from amends.scan.tables.ndjson import NdjsonReader
from tests.scan.tables_of_rows import read_all

ROW = b'{"name": "Ann Lee", "ssn": "123-45-6788"}'
LINES: dict[str, tuple[bytes, int, int]] = {
    "sound": (ROW + b"\n" + ROW + b"\n", 2, 0),
    "no line end at the end": (ROW + b"\n" + ROW, 2, 0),
    "Windows line ends": (ROW + b"\r\n" + ROW + b"\r\n", 2, 0),
    "old Mac line ends": (ROW + b"\r" + ROW + b"\r", 2, 0),
    "empty lines between": (b"\n\n" + ROW + b"\n\n\n" + ROW + b"\n\n", 2, 0),
    "a byte order mark": (b"\xef\xbb\xbf" + ROW + b"\n" + ROW + b"\n", 2, 0),
    "a torn last line": (ROW + b"\n" + ROW[:20], 1, 1),
    "a torn line in the middle": (ROW + b"\n" + ROW[:20] + b"\n" + ROW + b"\n", 2, 1),
    "two objects in one line": (ROW + b" " + ROW + b"\n" + ROW + b"\n", 1, 1),
    "a list, a number and a null": (b"[1]\n7\nnull\n" + ROW + b"\n", 1, 3),
    "a trailing comma after each": (ROW + b",\n" + ROW + b",\n", 0, 2),
    "single quotes": (b"{'name': 'Ann'}\n" + ROW + b"\n", 1, 1),
    "an unquoted key": (b"{name: 1}\n" + ROW + b"\n", 1, 1),
    "a comment": (b"// export\n" + ROW + b"\n", 1, 1),
    "a key twice": (b'{"a": 1, "a": 2}\n' + ROW + b"\n", 2, 0),
    "an empty object": (b"{}\n" + ROW + b"\n", 2, 0),
    "a NUL in a value": (b'{"name": "A\x00nn"}\n' + ROW + b"\n", 2, 0),
    "a line of NULs": (bytes(50) + b"\n" + ROW + b"\n", 1, 1),
    "no UTF-8": (b'{"name": "Zo\xeb"}\n' + ROW + b"\n", 2, 0),
    "a lone surrogate": (b'{"name": "\\ud800"}\n' + ROW + b"\n", 1, 1),
    "a quote in a name": (b'{"na\\"me": "x"}\n' + ROW + b"\n", 2, 0),
    "a very long value": (b'{"a": "' + b"x" * 300_000 + b'"}\n' + ROW + b"\n", 2, 0),
    "nested 300 deep": (b'{"a":' * 300 + b"1" + b"}" * 300 + b"\n" + ROW + b"\n", 1, 1),
    "UTF-16": ((ROW + b"\n" + ROW + b"\n").decode().encode("utf-16"), 2, 0),
    "spaces around": (b"  " + ROW + b"  \n\t" + ROW + b"\n", 2, 0),
}  # fmt: skip


@pytest.mark.parametrize("chunk", [8 << 20, 64])
@pytest.mark.parametrize("name", LINES)
def test_every_line_of_json_is_kept_or_rejected(name: str, chunk: int, tmp_path: Path) -> None:
    content, kept, rejected = LINES[name]
    path = tmp_path / "a.ndjson"
    path.write_bytes(content)
    read = read_all(NdjsonReader(Source(path, replace(DEFAULT, chunk=chunk)), tell(content)))
    assert (len(read.rows), read.tally.rejected) == (kept, rejected)
    assert read.tally.rows == kept + rejected


INSERT = b"INSERT INTO `t` VALUES (1,'Ann'),(2,'Bob');\n"
COPY = b"COPY t (id, name) FROM stdin;\n1\tAnn\n2\tBob\n"
DUMPS: dict[str, tuple[bytes, bool, int, int]] = {
    "sound INSERT": (INSERT * 2, True, 4, 0),
    "no semicolon at the end": (INSERT + INSERT[:-2], True, 4, 0),
    "torn in a value": (INSERT + INSERT[:-6], True, 3, 1),
    "torn in the first row": (INSERT + b"INSERT INTO `t` VALUES (1,'A", True, 2, 1),
    "torn before the values": (INSERT + b"INSERT INTO `t` VAL", True, 2, 0),
    "Windows line ends": (INSERT.replace(b"\n", b"\r\n") * 2, True, 4, 0),
    "a byte order mark": (b"\xef\xbb\xbf" + INSERT, True, 2, 0),
    "comments between rows' statements": (INSERT + b"-- it's a note\n/* don't */\n" + INSERT, True, 4, 0),
    "quotes and parentheses in values": (b"INSERT INTO t VALUES (1,'a),(''b'),(2,'c\\');(');\n", True, 2, 0),
    "backslashes that are letters": (b"INSERT INTO t VALUES (1,'C:\\'),(2,'x');\n", False, 2, 0),
    "too few and too many values": (
        b"CREATE TABLE t (a int, b int);\nINSERT INTO t VALUES (1),(1,2,3),(1,2);\n", True, 3, 0,
    ),
    "functions and sums as values": (b"INSERT INTO t VALUES (NOW(), 1+(2*3)),(IF(1,2,3), 4);\n", True, 2, 0),
    "rows over several lines": (b"INSERT INTO t VALUES\n(1,\n'a\nb'),\n\n(2,'c');\n", True, 2, 0),
    "NUL bytes and odd letters": (b"INSERT INTO t VALUES (1,'a\x00\xff'),(2,'\xe9');\n", True, 2, 0),
    "another statement between": (INSERT + b"UPDATE t SET a = ';(' WHERE b;\n" + INSERT, True, 4, 0),
    "a statement that is no SQL": (INSERT + b"hello there;\n" + INSERT, True, 4, 0),
    "sound COPY": (COPY + b"\\.\n", False, 2, 0),
    "COPY without its end": (COPY, False, 2, 0),
    "COPY torn in a row": (COPY + b"3", False, 3, 0),
    "COPY with Windows line ends": ((COPY + b"\\.\n").replace(b"\n", b"\r\n"), False, 2, 0),
    "COPY with quotes and semicolons": (COPY + b"3\tO'Neil; x\n4\t\"\n\\.\n", False, 4, 0),
    "COPY with escaped ends of lines": (COPY + b"3\ta\\nb\n4\tc\\\\\n\\.\n", False, 4, 0),
    "COPY with ragged rows": (COPY + b"3\n4\ta\tb\tc\n\\.\n", False, 4, 0),
    "two COPY of one table": (COPY + b"\\.\n\n" + COPY + b"\\.\n", False, 4, 0),
    "COPY and INSERT": (COPY + b"\\.\n\nINSERT INTO t VALUES (3,'c');\n", False, 3, 0),
}  # fmt: skip


@pytest.mark.parametrize("chunk", [8 << 20, 64])
@pytest.mark.parametrize("name", DUMPS)
def test_every_row_of_a_dump_is_kept_or_rejected(name: str, chunk: int, tmp_path: Path) -> None:
    content, backslash, kept, rejected = DUMPS[name]
    path = tmp_path / "a.sql"
    path.write_bytes(content)
    tables = dump_tables(Source(path, replace(DEFAULT, chunk=chunk)), backslash=backslash)
    found = [read_all(table.reader) for table in tables if table.reader is not None]
    assert sum(len(read.rows) for read in found) == kept
    assert sum(read.tally.rejected for read in found) == rejected


@pytest.mark.parametrize("statement", [
    b"INSERT INTO `t` VALUES (0,'%s'),(1,'Ann');\n", b"COPY t (id, name) FROM stdin;\n0\t%s\n1\tAnn\n\\.\n",
    b"INSERT INTO `t` VALUES (0,'it''s \\') %s'),(1,'Ann');\n",
])  # fmt: skip
def test_a_row_that_is_too_long_is_rejected_and_those_beside_it_are_read(statement: bytes, tmp_path: Path) -> None:
    limits = replace(DEFAULT, chunk=1 << 10, row=1 << 12)
    path = tmp_path / "a.sql"
    path.write_bytes(statement % (b"x) (," * 5000) + b"\n")
    (table,) = dump_tables(Source(path, limits), backslash=b"\\'" in statement)
    assert table.reader is not None
    read = read_all(table.reader)
    assert [row[1] for row in read.rows] == ["Ann"]
    assert (read.numbers, read.tally.rejected) == ([1], 1)


def test_keys_that_duckdb_takes_for_one_or_for_none_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b'{"name":"a","Name":"b","":"c","x":{"q/~":1,"Q/~":2}}\n{"Name":"d"}\n')
    read = read_all(NdjsonReader(Source(path, DEFAULT), tell(path.read_bytes())))
    assert read.names == ["name", "Name", "", "x.q/~", "x.Q/~"]
    assert read.rows == [["a", "b", "c", "1", "2"], [None, "d", None, None, None]]
