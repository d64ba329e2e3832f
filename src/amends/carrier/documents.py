"""What offices leave behind: a workbook, log lines, e-mails, archives."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from amends.carrier.chunk import Chunk
from amends.carrier.delimited import text_of

_PACKED: Final = (2021, 7, 18, 3, 0, 0)


def workbook(path: Path, headers: tuple[str, ...], chunks: Iterable[Chunk]) -> None:
    """An XLSX file with a title row above the headers; the sheet's cap keeps it small."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": datetime(2021, 7, 18)})
        sheet = book.add_worksheet("applications")
        sheet.write_row(0, 0, ["Store applications, all regions"])
        sheet.write_row(1, 0, headers)
        line = 2
        for chunk in chunks:
            for values in zip(*(text.to_pylist() for text in chunk.texts("")), strict=True):
                sheet.write_row(line, 0, values)
                line += 1


def log_lines(chunk: Chunk, start: int) -> memoryview:
    """Provisioning log: a time stamp, then `header=value` for every value there is."""
    seconds = 1_627_000_000 + 7 * (start + np.arange(len(chunk), dtype=np.int64))
    stamp = pc.strftime(pa.array(seconds.astype("datetime64[s]")), format="%Y-%m-%dT%H:%M:%SZ")
    pairs = [
        pc.binary_join_element_wise(header, cells.text, "=")
        for header, cells in zip(chunk.headers, chunk.cells, strict=True)
    ]
    fields = pc.binary_join_element_wise(*pairs, " ", null_handling="skip")
    return text_of(pc.binary_join_element_wise(stamp, " prov-03 provd[811]: activate ok ", fields, "\n", ""))


def letters(chunk: Chunk) -> list[bytes]:
    """One e-mail (RFC 5322, UTF-8) a row: a store writes to the care desk about the customer."""
    columns = [text.to_pylist() for text in chunk.texts("")]
    result = []
    for number, values in enumerate(zip(*columns, strict=True)):
        about = dict(zip(chunk.headers, values, strict=True))
        result.append(
            (
                f"From: Store {number + 100} <store{number + 100}@tessaway.example.com>\r\n"
                "To: care@tessaway.example.com\r\n"
                f"Date: Fri, 16 Jul 2021 10:{number % 60:02d}:00 -0700\r\n"
                f"Message-ID: <{number}.store@tessaway.example.com>\r\n"
                "Subject: customer asks for a call back\r\nMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                f"Customer {about['name']} asks for a call back.\r\n"
                f"Number: {about['phone']}\r\nE-mail: {about['email']}\r\n"
            ).encode()
        )
    return result


def archive(path: Path, members: Mapping[str, bytes]) -> None:
    """A zip file; a member name with `!` lies in an inner zip. Time stamps are fixed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as outer:
        _pack(outer, members)


def _pack(target: zipfile.ZipFile, members: Mapping[str, bytes]) -> None:
    inner: dict[str, dict[str, bytes]] = {}
    for name, content in members.items():
        first, mark, rest = name.partition("!")
        if mark:
            inner.setdefault(first, {})[rest] = content
        else:
            target.writestr(_entry(name), content, zipfile.ZIP_DEFLATED)
    for name, content_of in inner.items():
        with target.open(_entry(name), "w") as stream, zipfile.ZipFile(stream, "w") as nested:
            _pack(nested, content_of)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _PACKED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
