"""A small sound file of each format that scan reads, each with one person in it."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import tempfile
from email.message import EmailMessage
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import xlsxwriter

from tests.scan.documents.test_documents_office import pdf_of
from tests.scan.haul_of import zipped

NAMES = ("first_name", "last_name", "ssn", "note")
ROWS = [("Ann", "Lee", "123-45-6788", "x" * 40), ("Bob", "Kim", "223-45-6788", "y" * 40)] * 20
TEXT = "".join(f"Ann Lee, SSN {ssn}, called about {note}.\n\n" for _, _, ssn, note in ROWS)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_MYSQL = b"-- MySQL dump 10.13\nCREATE TABLE `t` (`first_name` text, `last_name` text, `ssn` text, `note` text);\n"
_POSTGRES = b"--\n-- PostgreSQL database dump\n--\nCOPY t (first_name, last_name, ssn, note) FROM stdin;\n"


def one_of_each() -> dict[str, bytes]:
    """File names with their content, by ending."""
    table = pa.table({name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)})
    objects = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
    return {
        "a.csv": _delimited(",", "\n"),
        "a.tsv": _delimited("\t", "\r\n"),
        "a.ndjson": "".join(json.dumps(row) + "\n" for row in objects).encode(),
        "a.json": json.dumps({"people": objects}).encode(),
        "lists.json": json.dumps(
            {"columns": NAMES, "rows": ROWS, "more": {str(i): row for i, row in enumerate(objects)}}
        ).encode(),
        "columns.json": json.dumps({name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)}).encode(),
        "pages.ndjson": "".join(json.dumps({"page": i, "items": objects}) + "\n" for i in range(3)).encode(),
        "rows.xml": _elements().encode(),
        "table.html": _page().encode(),
        "a.parquet": _written(lambda path: pq.write_table(table, path)),
        "a.arrow": _written(lambda path: pyarrow.feather.write_feather(table, path)),
        "a.avro": _avro(objects),
        "a.xlsx": _written(_workbook),
        "a.sqlite": _written(_database),
        "mysql.sql": _MYSQL + b"INSERT INTO `t` VALUES " + ",".join(map(repr, ROWS)).encode() + b";\n",
        "postgres.sql": _POSTGRES + "".join("\t".join(row) + "\n" for row in ROWS).encode() + b"\\.\n",
        "a.txt": TEXT.encode(),
        "a.log": "".join(f"2021-08-01 12:00:01,123 INFO {line}\n" for line in TEXT.splitlines()).encode(),
        "a.html": ("<!doctype html><html><body><p>" + TEXT.replace("\n\n", "</p><p>") + "</p></body></html>").encode(),
        "a.rtf": ("{\\rtf1\\ansi " + TEXT.replace("\n\n", "\\par ") + "}").encode(),
        "a.eml": _mail().as_bytes(),
        "a.mbox": b"From a@example.org Mon Nov 22 10:00:00 2021\n" + _mail().as_bytes() + b"\n",
        "a.docx": zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": _xml("w:document", "w:p", "w:t")}),
        "a.pptx": zipped({"[Content_Types].xml": b"<x/>", "ppt/slides/slide1.xml": _xml("p:sld", "a:p", "a:t")}),
        "a.odt": zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": _open_text()}, 0),
        "a.doc": _OLD + TEXT.encode("utf-16-le"),
        "a.pdf": pdf_of(*(f"Ann Lee SSN {ssn}" for _, _, ssn, _ in ROWS[:4])),
        "a.zip": zipped({"in/a.csv": _delimited(",", "\n"), "b.txt": TEXT.encode()}),
        "a.tar": _tar(),
        "a.csv.gz": gzip.compress(_delimited(",", "\n"), mtime=0),
        "a.csv.bz2": bz2.compress(_delimited(",", "\n")),
        "a.csv.xz": lzma.compress(_delimited(",", "\n")),
        "a.csv.zst": _zstd(_delimited(",", "\n")),
        "a.vcf": b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nTEL:+14155550123\nEND:VCARD\n" * 20,
        "a.xml": ('<?xml version="1.0"?><people>' + TEXT.replace("\n\n", "<p/>") + "</people>").encode(),
    }


def _elements() -> str:
    rows = ("".join(f"<{name}>{cell}</{name}>" for name, cell in zip(NAMES, row, strict=True)) for row in ROWS)
    return "<?xml version='1.0'?>\n<people>" + "".join(f"<person id='7'>{row}</person>\n" for row in rows) + "</people>"


def _page() -> str:
    rows = ("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in (NAMES, *ROWS))
    return "<html><p>" + TEXT + "</p><table>" + "\n".join(rows) + "</table></html>"


def _delimited(delimiter: str, end: str) -> bytes:
    return "".join(delimiter.join(row) + end for row in [NAMES, *ROWS]).encode()


def _written(write: object) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(path)  # type: ignore[operator]
        return path.read_bytes()


def _avro(objects: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    fields = [{"name": name, "type": "string"} for name in NAMES]
    fastavro.writer(out, {"type": "record", "name": "r", "fields": fields}, objects, codec="deflate")
    return out.getvalue()


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("people")
        for at, row in enumerate([NAMES, *ROWS]):
            sheet.write_row(at, 0, row)


def _database(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE people (first_name TEXT, last_name TEXT, ssn TEXT, note TEXT)")
    db.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", ROWS)
    db.commit()
    db.close()


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Lee <ann@example.org>", "desk@example.org", "My account"
    mail.set_content(TEXT)
    mail.add_attachment(_delimited(",", "\n"), maintype="text", subtype="csv", filename="list.csv")
    return mail


def _xml(root: str, paragraph: str, run: str) -> bytes:
    inner = "".join(f"<{paragraph}><{run}>{line}</{run}></{paragraph}>" for line in TEXT.splitlines())
    return f'<?xml version="1.0"?><{root} xmlns:{root[0]}="x" xmlns:a="y">{inner}</{root}>'.encode()


def _open_text() -> bytes:
    inner = "".join(f"<text:p>{line}</text:p>" for line in TEXT.splitlines())
    return f'<?xml version="1.0"?><office:d xmlns:office="o" xmlns:text="t">{inner}</office:d>'.encode()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in {"in/a.csv": _delimited(",", "\n"), "b.txt": TEXT.encode()}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _zstd(content: bytes) -> bytes:
    compressed: bytes = pa.compress(content, "zstd", asbytes=True)
    return compressed
