"""A workbook as fastexcel loads it, whole: run in a child process (`guarded`), with its bounds.

The sheets that were loaded to look at them are kept for the reading that follows, until another file is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.ipc

from amends.scan.files.frames import Frame
from amends.scan.files.guest import Work
from amends.scan.files.unpacking import DAMAGED
from amends.scan.files.unreadable import UnreadableError

_CELLS: Final = 1 << 20
_BYTES: Final = 32 << 20


class _Desk:
    """The workbook that lies open."""

    def __init__(self) -> None:
        self.mark: object = None
        self.book: Any = None
        self.sheets: dict[int, pa.RecordBatch] = {}

    def lay_out(self, file: BinaryIO) -> None:
        """Open this file, unless it lies open already."""
        facts = os.fstat(file.fileno())
        mark = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
        if mark == self.mark:
            return
        import fastexcel

        self.mark, self.book, self.sheets = None, None, {}
        file.seek(0)
        try:
            self.book = fastexcel.read_excel(file.read())
        except MemoryError:
            raise
        except Exception as error:
            raise UnreadableError(_reason(error)) from error
        self.mark = mark

    def sheet(self, position: int) -> pa.RecordBatch:
        """One sheet, every cell as text."""
        if position not in self.sheets:
            try:
                sheet = self.book.load_sheet(position, header_row=None, dtypes="string")
                self.sheets[position] = pa.record_batch(sheet.to_arrow())
            except MemoryError:
                raise
            except Exception as error:
                raise UnreadableError(_reason(error)) from error
        return self.sheets[position]


_desk = _Desk()


def give_names(file: BinaryIO, _: Mapping[str, Any]) -> Work:
    """In the child: the names of the sheets."""
    _desk.lay_out(file)
    yield Frame({"names": list(_desk.book.sheet_names)})


def give_top(file: BinaryIO, settings: Mapping[str, Any]) -> Work:
    """In the child: the first `rows` rows of the sheet at `position`, and how many columns it has."""
    _desk.lay_out(file)
    sheet = _desk.sheet(settings["position"])
    width = len(sheet.schema)
    if 0 < width <= settings["columns"]:
        yield Frame({"width": width}, _packed(sheet.slice(0, settings["rows"])))
    else:
        yield Frame({"width": width})


def give_sheet(file: BinaryIO, settings: Mapping[str, Any]) -> Work:
    """In the child: the sheet at `position` from the row `skip` on, piece by piece; it is not kept."""
    _desk.lay_out(file)
    sheet = _desk.sheet(settings["position"])
    del _desk.sheets[settings["position"]]
    step = max(1, min(_CELLS // max(1, len(sheet.schema)), len(sheet) * _BYTES // max(1, sheet.nbytes)))
    for at in range(settings["skip"], len(sheet), step):
        yield Frame({}, _packed(sheet.slice(at, step)))


def _packed(part: pa.RecordBatch) -> pa.Buffer:
    names = [str(i) for i in range(len(part.schema))]
    sink = pa.BufferOutputStream()
    whole = pa.RecordBatch.from_arrays(part.columns, names=names)
    with pa.ipc.new_stream(sink, whole.schema) as stream:
        stream.write_batch(whole)
    return sink.getvalue()


def _reason(error: Exception) -> str:
    text = str(error).lower()
    return "it needs a password" if "password" in text or "encrypt" in text else DAMAGED
