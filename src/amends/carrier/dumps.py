"""Database dumps: mysqldump with extended inserts, pg_dump with COPY, and a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.carrier.chunk import Chunk
from amends.carrier.delimited import text_of

TUPLES_PER_INSERT: Final = 500


def mysql_opening(headers: tuple[str, ...]) -> bytes:
    """The table's definition as mysqldump writes it."""
    columns = ",\n".join(f"  `{header}` varchar(120) DEFAULT NULL" for header in headers)
    return (
        "-- MySQL dump 10.13  Distrib 5.7.33, for Linux (x86_64)\n--\n-- Host: db-crm-02    Database: crm\n"
        "-- ------------------------------------------------------\n/*!40101 SET NAMES utf8 */;\n"
        f"DROP TABLE IF EXISTS `applicants`;\nCREATE TABLE `applicants` (\n{columns}\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8;\nLOCK TABLES `applicants` WRITE;\n"
    ).encode()


def mysql_rows(chunk: Chunk) -> memoryview:
    """The rows as extended INSERT statements of `TUPLES_PER_INSERT` tuples."""
    values = []
    for cells in chunk.cells:
        escaped = pc.replace_substring(pc.replace_substring(cells.text, "\\", "\\\\"), "'", "\\'")
        values.append(pc.fill_null(pc.binary_join_element_wise("'", escaped, "'", ""), "NULL"))
    index = np.arange(len(chunk))
    first = pa.array(index % TUPLES_PER_INSERT == 0)
    last = pa.array((index % TUPLES_PER_INSERT == TUPLES_PER_INSERT - 1) | (index == len(chunk) - 1))
    before = pc.if_else(first, "INSERT INTO `applicants` VALUES (", "(")
    after = pc.if_else(last, ");\n", "),")
    return text_of(pc.binary_join_element_wise(before, pc.binary_join_element_wise(*values, ","), after, ""))


def mysql_closing() -> bytes:
    """What mysqldump writes last."""
    return b"UNLOCK TABLES;\n-- Dump completed on 2021-07-18  3:11:09\n"


def postgres_opening(headers: tuple[str, ...]) -> bytes:
    """The table's definition and the COPY statement as pg_dump writes them."""
    columns = ",\n".join(f"    {header} text" for header in headers)
    return (
        "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n"
        f"CREATE TABLE public.applicants (\n{columns}\n);\n\n"
        f"COPY public.applicants ({', '.join(headers)}) FROM stdin;\n"
    ).encode()


def postgres_rows(chunk: Chunk) -> memoryview:
    """The rows in COPY text format: tabs, backslash escapes, \\N for null."""
    values = []
    for cells in chunk.cells:
        escaped = pc.replace_substring(pc.replace_substring(cells.text, "\\", "\\\\"), "\t", "\\t")
        values.append(pc.fill_null(escaped, "\\N"))
    return text_of(pc.binary_join_element_wise(pc.binary_join_element_wise(*values, "\t"), "\n", ""))


def postgres_closing() -> bytes:
    """The end of COPY and of the dump."""
    return b"\\.\n\n--\n-- PostgreSQL database dump complete\n--\n"


def sqlite(path: Path, headers: tuple[str, ...], chunks: Iterable[Chunk]) -> None:
    """A SQLite database with one table; the sheet's cap keeps it small, as its driver takes rows one at a time."""
    database = sqlite3.connect(path)
    try:
        database.execute(f"CREATE TABLE kiosk ({', '.join(f'{header} TEXT' for header in headers)})")
        marks = ", ".join("?" for _ in headers)
        for chunk in chunks:
            columns = [cells.text.to_pylist() for cells in chunk.cells]
            database.executemany(f"INSERT INTO kiosk VALUES ({marks})", zip(*columns, strict=True))
        database.commit()
    finally:
        database.close()
