"""Database dumps: every row of every table, whatever stands around it and however the bytes are cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.case import Case
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.source import Source
from amends.scan.tables.dumps import dump_tables
from amends.scan.verb import run
from tests.scan.haul_of import files, put, ssns
from tests.scan.tables_of_rows import Read, read_all

MYSQL = rb"""-- MySQL dump 10.13  Distrib 5.7.33, for Linux (x86_64)
/*!40101 SET NAMES utf8 */;
CREATE TABLE `app` (
  `id` int(11) NOT NULL,
  `na``me` varchar(120) DEFAULT 'a,b;c',
  `v` decimal(10,2),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `app` VALUES (1,'O\'Ne;il (x), y',NULL),(2,'it''s \\',3.5),(-3,"dq \" q",_binary 'zz');
INSERT INTO `app` VALUES (4,'\n\tx','');
DELIMITER ;;
CREATE TRIGGER x BEFORE INSERT ON app FOR EACH ROW BEGIN SET a = 'don''t'; END;;
DELIMITER ;
# it's a comment
INSERT INTO `app` (`v`,`id`) VALUES (9,5) ,
 (10,6) ON DUPLICATE KEY UPDATE id = 7;
INSERT INTO other SELECT * FROM app;
INSERT INTO `b` VALUES (1,2),(1,2,3),(NOW(), IF(1,2,3)),(null,'torn
"""
POSTGRES = rb"""--
-- PostgreSQL database dump
--
\restrict abc
SET standard_conforming_strings = on;
CREATE FUNCTION f() RETURNS int AS $_$ don't ; $x $_$ LANGUAGE sql;
CREATE TABLE public.app (
    id integer NOT NULL,
    "full name" text,
    CONSTRAINT x CHECK (id > 0)
);
COPY public.app (id, "full name") FROM stdin;
1	Ann \\ Lee\ttab
\N	\N
3	\101\.
4
5	a	b
\.

INSERT INTO public.c VALUES (1, 'C:\', E'x\'y;z');
INSERT INTO public.c VALUES (2, 'd', 'e');
COPY public.app (id, "full name") FROM stdin;
6	last
\.
"""


def read(content: bytes, folder: Path, *, backslash: bool, limits: Limits = DEFAULT) -> dict[str, Read]:
    path = folder / "dump.sql"
    path.write_bytes(content)
    tables = dump_tables(Source(path, limits), backslash=backslash)
    return {table.name: read_all(table.reader) for table in tables if table.reader is not None}


@pytest.mark.parametrize("chunk", [1 << 23, 3, 64])
def test_mysqldump_is_read_row_by_row(tmp_path: Path, chunk: int) -> None:
    found = read(MYSQL, tmp_path, backslash=True, limits=replace(DEFAULT, chunk=chunk))
    assert [*found] == ["app", "b"]
    assert found["app"].names == ["id", "na`me", "v"]
    assert found["app"].rows == [
        ["1", "O'Ne;il (x), y", None],
        ["2", "it's \\", "3.5"],
        ["-3", 'dq " q', "zz"],
        ["4", "\n\tx", ""],
        ["5", None, "9"],
        ["6", None, "10"],
    ]
    assert found["app"].numbers == [0, 1, 2, 3, 4, 5]
    assert [row[:2] for row in found["b"].rows] == [["1", "2"], ["1", "2"], ["NOW()", "IF(1,2,3)"]]
    assert found["b"].rows[1][2] == "3"
    assert (found["b"].tally.rows, found["b"].tally.rejected, found["b"].tally.ragged) == (4, 1, 1)


@pytest.mark.parametrize("chunk", [1 << 23, 3, 64])
def test_pg_dump_is_read_row_by_row(tmp_path: Path, chunk: int) -> None:
    found = read(POSTGRES, tmp_path, backslash=False, limits=replace(DEFAULT, chunk=chunk))
    assert found["public.app"].names == ["id", "full name", "extra"]
    assert [row[:2] for row in found["public.app"].rows] == [
        ["1", "Ann \\ Lee\ttab"], [None, None], ["3", "A."], ["4", None], ["5", "a"], ["6", "last"],
    ]  # fmt: skip
    assert found["public.app"].tally.ragged == 2
    assert found["public.c"].rows == [["1", "C:\\", "x'y;z"], ["2", "d", "e"]]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.none() | TEXT, TEXT), min_size=1, max_size=8), st.integers(1, 40), st.booleans())
def test_whatever_is_dumped_comes_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str | None, str]], chunk: int, single: bool
) -> None:
    folder = tmp_path_factory.mktemp("dump")

    def quoted(cell: str | None) -> str:
        return "NULL" if cell is None else "'" + cell.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def copied(cell: str | None) -> str:
        if cell is None:
            return "\\N"
        for plain, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            cell = cell.replace(plain, written)
        return cell

    tuples = [f"({quoted(a)},{quoted(b)})" for a, b in table]
    inserts = [f"INSERT INTO `t` VALUES {values};\n" for values in (tuples if single else [",".join(tuples)])]
    limits = replace(DEFAULT, chunk=chunk)
    wanted = [[a, b] for a, b in table]
    mysql = "CREATE TABLE `t` (`a` text, `b` text);\n" + "".join(inserts) + "UNLOCK TABLES;\n"
    assert read(mysql.encode(), folder, backslash=True, limits=limits)["t"].rows == wanted
    lines = "".join(f"{copied(a)}\t{copied(b)}\n" for a, b in table)
    copy = f"COPY t (a, b) FROM stdin;\n{lines}\\.\n\nSELECT 1;\n"
    assert read(copy.encode(), folder, backslash=False, limits=limits)["t"].rows == wanted


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    b"INSERT INTO t VALUES (1,'a');", b"(", b")", b"'", b"\"", b"`", b"\\", b";", b"--", b"/*", b"*/", b"$$", b"$a$",
    b"COPY t FROM stdin;\n", b"\\.\n", b"\\N", b"\t", b"\n", b"\0", b"\xff", b"CREATE TABLE t (a int);",
    b"DELIMITER ;;\n",
]), max_size=25), st.booleans())  # fmt: skip
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], backslash: bool
) -> None:
    for found in read(b"".join(pieces), tmp_path_factory.mktemp("dump"), backslash=backslash).values():
        assert found.tally.rows == len(found.rows) + found.tally.rejected


def test_cp1252_values_keep_their_letters(tmp_path: Path) -> None:
    found = read("INSERT INTO t (name) VALUES ('Zoë');".encode("cp1252"), tmp_path, backslash=True)
    assert found["t"].rows == [["Zoë"]]
    assert found["t"].encoding == "cp1252"


def test_a_dump_of_one_table_is_that_table_and_of_several_each_is_a_part(new_case: Callable[..., Case]) -> None:
    case = new_case(encryption="volume")
    head = b"-- MySQL dump 10.13\n"
    people = b"CREATE TABLE `%s` (`last_name` text, `ssn` text);\nINSERT INTO `%s` VALUES ('Lee','123-45-6788');\n"
    put(case, "one.sql", head + people % (b"a", b"a"))
    put(case, "two.sql", head + people % (b"a", b"a") + people % (b"b", b"b"))
    put(case, "none.sql", head + b"CREATE TABLE `a` (`b` int);\n")
    put(case, "wide.sql", (head + people % (b"a", b"a")).decode().encode("utf-16"))
    put(case, "custom.dump", b"PGDMP\x01\x0e")
    run(case)
    found = files(case)
    assert {path: row["rows"] for path, row in found.items()} == {
        "custom.dump": None, "none.sql": 0, "one.sql": 1, "two.sql": None, "two.sql!a": 1, "two.sql!b": 1,
        "wide.sql": 1,
    }  # fmt: skip
    assert "pg_restore" in found["custom.dump"]["reason"]
    assert ssns(case) == ["123456788"] * 4
