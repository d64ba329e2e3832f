"""What a file is goes by its bytes first."""

from __future__ import annotations

import pytest

from amends.scan.files.formats import recognise

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CASES = [
    (b"PK\x03\x04rest of a zip", "customers.csv", "zip"),
    (b"PAR1", "data.txt", "parquet"),
    (b"SQLite format 3\0", "x.csv", "sqlite"),
    (b"%PDF-1.7", "x", "pdf"),
    (b"-- MySQL dump 10.13\n", "x.txt", "mysqldump"),
    (b"--\n-- PostgreSQL database dump\n--\n", "x.csv", "pg_dump"),
    (b"CREATE TABLE a (b int);\n", "x", "sql"),
    (b"Received: from a\nFrom: b\n\nhello", "x.csv", "email"),
    (b"From: a@example.org\nTo: b@example.org\n\nhello", "x", "email"),
    (b"<?xml version='1.0'?><a/>", "x.csv", "xml"),
    (b'[{"a": 1}]', "x.ndjson", "json"),
    (b'{\n  "a": 1\n}\n', "x.json", "json"),
    (b'{"a": 1}\n{"a": 2}\n', "x.json", "ndjson"),
    (b'{"a": 1}\nbroken\n', "x", "ndjson"),
    (b"a,b\n1,2\n", "x.csv", "delimited"),
    (b"a,b\n1,2\n", "x.log", "log"),
    (bytes(range(256)) * 8, "x.csv", "binary"),
    (b"\x89PNG\r\n", "x.csv", "image"),
    (b"a,b\n1,2\n" * 9 + bytes(500), "x.csv", "delimited"),
    (bytes(500), "x.csv", "binary"),
    (OLD + "Workbook".encode("utf-16-le"), "x", "xls"),
    (OLD + "Workbook WordDocument".encode("utf-16-le"), "x", "office"),
]


@pytest.mark.parametrize(("content", "name", "wanted"), CASES)
def test_the_bytes_tell_the_format(content: bytes, name: str, wanted: str) -> None:
    assert recognise(content, name).name == wanted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Rar!\x1a\x07", "RAR"),
        (b"PGDMP\x01", "pg_restore"),
        (b"FEA1", "first version"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"MZ\x90", "programs"),
        (bytes(range(256)) * 8, "not known"),
    ],
)
def test_formats_that_nothing_reads_say_why(content: bytes, reason: str) -> None:
    assert reason in recognise(content, "x.csv").reason
