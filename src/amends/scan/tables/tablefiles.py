"""Files that hold tables beside text and archives: which reader opens each format."""

from __future__ import annotations

from typing import Final

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import Source
from amends.scan.tables.dumps import dump_tables
from amends.scan.tables.guarded import GuardedReader
from amends.scan.tables.jsondoc import json_tables, line_tables
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.reader import NamedReader
from amends.scan.tables.sheets import sheet_tables
from amends.scan.tables.sqlite import sqlite_tables
from amends.scan.tables.xmldoc import xml_tables
from amends.scan.values.kinds import Kind

TABLE_FILES: Final = frozenset(("xlsx", "xls", "ods", "sqlite", "mysqldump", "pg_dump", "sql", "avro", "json", "xml"))


def tables_of_lines(source: Source, kind: Kind) -> list[NamedReader]:
    """The tables of lines that are each a document of JSON, or of XML. Raises `UnreadableError`."""
    if kind == Kind.XML:
        return xml_tables(source)
    return line_tables(source) or [NamedReader("", NdjsonReader(source, Encoding("utf-8", 0)))]


def tables_in(name: str, source: Source, sample: bytes) -> list[NamedReader]:
    """The tables of a file of one of the `TABLE_FILES` that begins with `sample`; text formats must be UTF-8.

    Raises `UnreadableError`.
    """
    if name == "sqlite":
        return sqlite_tables(source)
    if name == "avro":
        return [NamedReader("", GuardedReader("amends.scan.tables.avro:AvroReader", source))]
    if name == "json":
        return json_tables(source)
    if name == "xml":
        return xml_tables(source)
    if name in ("mysqldump", "pg_dump", "sql"):
        backslash = name == "mysqldump" or (name == "sql" and (b"`" in sample or b"\\'" in sample))
        return dump_tables(source, backslash=backslash)
    return sheet_tables(source)
