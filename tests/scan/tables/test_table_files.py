"""Workbooks, SQLite, Arrow, Avro and JSON documents: tables are read whole, what is damaged or locked is listed."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.feather
import pytest
import xlsxwriter

from amends.case import Case
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.avro import AvroReader
from amends.scan.tables.columnar import ArrowReader
from amends.scan.tables.jsondoc import json_tables
from amends.scan.tables.sheets import sheet_tables
from amends.scan.tables.sqlite import sqlite_tables
from amends.scan.verb import run
from tests.scan.haul_of import SMALL, files, put, ssns
from tests.scan.tables_of_rows import Read, read_all, small_chunks


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    return new_case(encryption="volume")


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("people")
        day = book.add_format({"num_format": "mm/dd/yyyy"})
        sheet.write_row(0, 0, ["All stores"])
        sheet.write_row(1, 0, ["Name", "DOB", "SSN", "Sum"])
        sheet.write(2, 0, "Ann Lee")
        sheet.write_datetime(2, 1, datetime(1980, 1, 2), day)
        sheet.write(2, 2, 123456788)
        sheet.write_formula(2, 3, "=1+1", value=2)
        sheet.write_row(4, 0, ["Bob Kim", "", "223-45-6788"])
        book.add_worksheet("nothing")
    return path


def test_a_sheet_gives_values_below_its_titles(tmp_path: Path) -> None:
    (table,) = sheet_tables(Source(workbook(tmp_path / "a.xlsx"), DEFAULT))
    assert table.reader is not None
    read = read_all(table.reader)
    assert read.names == ["Name", "DOB", "SSN", "Sum"]
    assert read.rows == [["Ann Lee", "1980-01-02", "123456788", "2"], ["Bob Kim", None, "223-45-6788", None]]
    assert read.numbers == [0, 1]


def test_damaged_locked_and_swollen_workbooks_are_listed(case: Case, tmp_path: Path) -> None:
    good = workbook(tmp_path / "a.xlsx").read_bytes()
    put(case, "torn.xlsx", good[: len(good) // 2])
    put(case, "locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(5000))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(1 << 20))
    put(case, "bomb.xlsx", out.getvalue())
    put(case, "good.xlsx", good)
    run(case, limits=SMALL)
    found = files(case)
    assert found["torn.xlsx"]["state"] == found["bomb.xlsx"]["state"] == "failed"
    assert "bomb" in found["bomb.xlsx"]["reason"]
    assert found["locked.xlsx"]["reason"] == "it needs a password"
    assert ssns(case) == ["123456788", "223456788"]


def test_an_ods_sheet_is_read(case: Case) -> None:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{space}:{name}:1.0"' for name in ("office", "table", "text"))
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    row = f"<table:table-row>{cell}{cell}</table:table-row>"
    rows = (row + row) % ("last_name", "ssn", "Lee", "123-45-6788")
    sheet = f'<office:body><office:spreadsheet><table:table table:name="p">{rows}</table:table></office:spreadsheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f"<office:document-content {names}>{sheet}</office:body></office:document-content>"
        )
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"/>')
    put(case, "a.ods", out.getvalue())
    run(case)
    assert files(case)["a.ods"]["format"] == "ods"
    assert ssns(case) == ["123456788"]


def database(path: Path) -> Path:
    db = sqlite3.connect(path)
    db.execute('CREATE TABLE people (name TEXT, "ss ""n" REAL, note BLOB, made TEXT GENERATED ALWAYS AS (name || 1))')
    db.execute("CREATE TABLE empty (a)")
    db.execute("CREATE VIEW v AS SELECT * FROM people")
    rows = [("Ann", 123456788.0, b"caf\xe9"), (None, 1.5, bytes(70_000)), ("Zoë", None, 12)]
    db.executemany('INSERT INTO people (name, "ss ""n", note) VALUES (?, ?, ?)', rows)
    db.commit()
    db.close()
    return path


def test_sqlite_cells_of_any_type_become_text(tmp_path: Path) -> None:
    (table,) = sqlite_tables(Source(database(tmp_path / "a.db"), DEFAULT))
    assert table.reader is not None
    read = read_all(table.reader)
    assert read.names == ["name", 'ss "n', "note"]
    assert read.rows == [["Ann", "123456788", "café"], [None, "1.5", None], ["Zoë", None, "12"]]
    assert [p.name for p in tmp_path.iterdir()] == ["a.db"]


def test_a_row_of_a_database_that_is_too_long_is_rejected_or_its_table_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE t (a, b)")
    db.executemany("INSERT INTO t VALUES (?, 'x')", [("y",), ("z" * 300_000,), (bytes(1_000_000),), ("y",)])
    db.execute("CREATE TABLE wide (" + ", ".join(f"c{i}" for i in range(1100)) + ")")
    db.execute("INSERT INTO wide (c7) VALUES ('w')")
    db.commit()
    limits = replace(DEFAULT, row=1 << 18)
    t, wide = (table.reader for table in sqlite_tables(Source(path, limits)))
    assert t is not None and wide is not None
    read = read_all(t)
    assert (read.rows, read.numbers) == ([["y", "x"], [None, "x"], ["y", "x"]], [0, 2, 3])
    assert read.tally.rejected == 1
    assert read_all(wide).rows[0][7] == "w"
    db.execute("UPDATE t SET a = ? WHERE rowid = 1", ("z" * 900_000,))
    db.commit()
    db.close()
    t = sqlite_tables(Source(path, limits))[0].reader
    assert t is not None
    if sqlite3.sqlite_version_info >= (3, 43):
        assert read_all(t).tally.rejected == 2
    else:
        with pytest.raises(UnreadableError, match="cell longer"):
            read_all(t)


def test_damaged_databases_are_listed(case: Case, tmp_path: Path) -> None:
    good = database(tmp_path / "a.db").read_bytes()
    put(case, "head.db", good[:100])
    put(case, "torn.db", good[:100] + b"\xff" * (len(good) - 100))
    put(case, "good.csv", b"ssn,last_name\n123-45-6788,Lee\n")
    run(case)
    found = files(case)
    assert found["head.db"]["state"] == found["torn.db"]["state"] == "failed"
    assert ssns(case) == ["123456788"]


def test_arrow_and_avro_are_read_and_their_damage_told(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    pyarrow.feather.write_feather(pa.table({"a": ["x", None], "s": [{"q": 1}, {"q": 2}]}), path)
    read = read_all(ArrowReader(Source(path, DEFAULT)))
    assert (read.names, read.rows) == (["a", "s.q"], [["x", "1"], [None, "2"]])
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableError, match="damaged"):
        read_all(ArrowReader(Source(path, DEFAULT)))
    schema = {
        "type": "record", "name": "r",
        "fields": [{"name": "a", "type": ["null", "string"]}, {"name": "n", "type": "long"}],
    }  # fmt: skip
    path = tmp_path / "a.avro"
    with path.open("wb") as out:
        fastavro.writer(out, schema, [{"a": "x", "n": 1}, {"a": None, "n": 2}], codec="deflate")
    read = read_all(AvroReader(Source(path, DEFAULT)))
    assert (read.names, read.rows) == (["a", "n"], [["x", "1"], [None, "2"]])
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(UnreadableError, match="damaged"):
        read_all(AvroReader(Source(path, DEFAULT)))


def tables(document: str, folder: Path, chunk: int = 1 << 20) -> dict[str, Read]:
    path = folder / "x.json"
    path.write_text(document, encoding="utf-8")
    found = json_tables(Source(path, small_chunks(chunk)))
    return {table.name: read_all(table.reader) for table in found if table.reader is not None}


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_arrays_of_objects_are_tables_wherever_they_stand(tmp_path: Path, chunk: int) -> None:
    people = [{"name": 'a,"]}[{', "home": {"zip": "02134"}}, {"name": "b\n", "lines": [{"n": 1}]}]
    found = tables(json.dumps(people, indent=2), tmp_path, chunk)
    assert [row[0] for row in found[""].rows] == ['a,"]}[{', "b\n"]
    found = tables(
        json.dumps({"meta": {"by": "x"}, "data": {"people": people, "none": []}, "more": [{"p": 1}]}), tmp_path, chunk
    )
    assert {name: len(read.rows) for name, read in found.items()} == {"data.people": 2, "more": 1, "(document)": 1}
    assert found["(document)"].rows[0][0] == "x"


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_documents_one_after_another_are_rows(tmp_path: Path, chunk: int) -> None:
    text = "\n".join(json.dumps({"a": i, "l": [{"x": 1}]}, indent=1) for i in range(3)) + "\n"
    found = tables(text, tmp_path, chunk)
    assert [row[0] for row in found[""].rows] == ["0", "1", "2"]
    assert found[""].tally.rejected == 0


def test_what_is_torn_or_no_object_is_rejected_and_counted(tmp_path: Path) -> None:
    read = tables('[{"a": 1}, null, {"a": 2}, {"a": ', tmp_path)[""]
    assert (len(read.rows), read.tally.rows, read.tally.rejected) == (2, 4, 2)
    assert tables("[1, 2, 3]", tmp_path) == {}
    with pytest.raises(UnreadableError, match="deep"):
        tables("[" * 100_000, tmp_path)
