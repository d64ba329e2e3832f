"""The letters of a case as PDF files for a print house, some thousands of letters to a file.

Every line that is stamped is a line of the finished text, which the verb has compared with the tables. A letter whose
line has a character without a glyph, or does not fit its place, is held back with the reason, and the rest goes on.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.engine import Engine, script
from amends.errors import SettingError
from amends.notices.letters.batch import LetterFile, Letters
from amends.notices.letters.imb import BARS, ROUTINGS, TRACKING, encode
from amends.notices.letters.measuring import narrow, utf8, widths
from amends.notices.letters.seeds import Seeds
from amends.notices.letters.sheets import NARROW, WINDOW, Plan, Sheet, set_sheets

SQL: Final = script(__package__, "letters.sql")
PER_FILE: Final = 25_000
_SERIAL_DIGITS: Final = {6: 9, 9: 6}
_NO_GLYPH: Final = "{line} has a character that the font of the letters does not have"
_TOO_WIDE: Final = "{line} is wider than its place on the page"
_TOO_LONG: Final = "the address has more lines than the window"


@dataclass(frozen=True, slots=True)
class Postage:
    """What the barcode says of the sender: mailer id of 6 or 9 digits and service type of 3, as USPS gave them.

    Without a mailer id letters have no barcode. Raises `SettingError` when they are not such digits.
    """

    mailer_id: str = ""
    service_type: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not a mailer id with a service type."""
        if self.mailer_id and (
            len(self.mailer_id) not in _SERIAL_DIGITS
            or len(self.service_type) != 3
            or not (self.mailer_id + self.service_type).isdecimal()
        ):
            raise SettingError(
                "the barcode needs a mailer id of 6 or 9 digits and a service type of 3", where="case.toml"
            )

    def tracking(self, piece_ids: pa.Array) -> pa.Array:
        """The 20 tracking digits of each piece; its number is the serial number. Raises `SettingError` on overflow."""
        digits = _SERIAL_DIGITS[len(self.mailer_id)]
        if len(piece_ids) and pc.max(piece_ids).as_py() >= 10**digits:
            raise SettingError(
                f"a mailer id of {len(self.mailer_id)} digits numbers {10**digits:,} pieces",
                where="case.toml",
                mend="use a mailer id of 6 digits",
            )
        serial = pc.utf8_lpad(piece_ids.cast(pa.string()), digits, "0")
        return pc.binary_join_element_wise(f"00{self.service_type}{self.mailer_id}", serial, "")


Sheets = Mapping[str, Sequence[Sheet]]
"""The sheets of each variant, by number."""


def set_sheets_of(
    plans: Mapping[str, Plan], texts: Mapping[str, str], wanted: Sequence[Mapping[str, Any]]
) -> tuple[Sheets, pa.Table]:
    """Set every sheet (`wanted`: rows of `sheets` in letters.sql); the sheets, and their numbers for `lines`."""
    sheets: dict[str, list[Sheet]] = {}
    numbers = []
    made = set_sheets([(plans[row["variant"]], texts[row["variant"]], row["typeset"]) for row in wanted])
    for row, sheet in zip(wanted, made, strict=True):
        of_variant = sheets.setdefault(row["variant"], [])
        numbers.append(len(of_variant))
        of_variant.append(sheet)
    table = pa.table(
        {
            "variant": pa.array([row["variant"] for row in wanted], pa.string()),
            "typeset": pa.array([row["typeset"] for row in wanted], pa.list_(pa.string())),
            "sheet": pa.array(numbers, pa.int32()),
        }
    )
    return sheets, table


def plans_table(plans: Collection[Plan]) -> pa.Table:
    """What `lines` joins: where each variant's text is stamped."""
    return pa.table(
        {
            "variant": pa.array([plan.variant for plan in plans], pa.string()),
            "window_first": pa.array([plan.window[0] for plan in plans], pa.int64()),
            "window_last": pa.array([plan.window[1] for plan in plans], pa.int64()),
            "stamped": pa.array([plan.stamped for plan in plans], pa.list_(pa.int64())),
            "typeset": pa.array([plan.typeset for plan in plans], pa.list_(pa.int64())),
        }
    )


class Printing:
    """Letters on their way into files, variant by variant. Use as a context manager; the last file ends with it."""

    def __init__(self, db: Engine, folder: Path, sheets: Sheets, postage: Postage, seeds: Seeds) -> None:
        self.files: list[str] = []
        self._db, self._folder, self._sheets, self._postage, self._seeds = db, folder, sheets, postage, seeds
        self._stack = ExitStack()
        self._open: tuple[str, LetterFile] | None = None
        self._first: Mapping[str, Any] | None = None
        self._letters = self._pages = 0

    def __enter__(self) -> Printing:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._close()
        self._stack.close()

    def add(self, rows: pa.Table) -> None:
        """Print rows of `lines`, which come in the order of the mail, into the tables `printed` and `held`."""
        for batch in rows.combine_chunks().to_batches():
            for variant, run in runs(batch, "variant"):
                ready = self._hold(variant, run)
                while ready.num_rows:
                    file = self._file(variant)
                    part = ready.slice(0, PER_FILE - self._letters)
                    self._first = self._first or part.slice(0, 1).to_pylist()[0]
                    self._stamp(variant, file, part)
                    self._letters += part.num_rows
                    ready = ready.slice(part.num_rows)

    def _hold(self, variant: str, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows that can be stamped; the others go to `held`."""
        width = widths(rows.column("lines").flatten()).reshape(rows.num_rows, -1)
        places = np.array([[stamp.width for stamp in sheet.stamps] for sheet in self._sheets[variant]], np.float32)
        places[:, :WINDOW] /= NARROW
        bad = (width < 0) | (width > places[rows.column("sheet").to_numpy()])
        filled = rows.column("window_lines").to_numpy()
        long = filled > WINDOW
        wrong = np.flatnonzero(bad.any(axis=1) | long)
        if not len(wrong):
            return rows
        line = bad[wrong].argmax(axis=1)
        reasons = [
            _TOO_LONG if lines > WINDOW else (_NO_GLYPH if without else _TOO_WIDE).format(line=_named(slot, lines))
            for slot, without, lines in zip(
                line.tolist(), (width[wrong, line] < 0).tolist(), filled[wrong].tolist(), strict=True
            )
        ]
        unprinted = pa.table({"piece_id": rows.column("piece_id").take(pa.array(wrong)), "reason": reasons})
        self._insert("unprinted", unprinted, "hold")
        return rows.filter(pa.array(~(bad.any(axis=1) | long)))

    def _file(self, variant: str) -> LetterFile:
        if self._open and self._open[0] == variant and self._letters < PER_FILE:
            return self._open[1]
        self._close()
        number = sum(name.startswith(f"letters_{variant}_") for name in self.files) + 1
        name = f"letters_{variant}_{number:03}.pdf"
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        file = LetterFile(self._stack.enter_context(os.fdopen(descriptor, "wb")), self._sheets[variant])
        self.files.append(name)
        self._open = (variant, file)
        return file

    def _close(self) -> None:
        if self._open:
            variant, file = self._open
            if self._first and self._seeds.seeds:
                letters = self._seeds.letters(len(self.files), self._first)
                self._insert("seeding", letters, "seed")
                self._stamp(variant, file, letters.combine_chunks().to_batches()[0])
            file.close()
        self._stack.close()
        self._open, self._first, self._letters, self._pages = None, None, 0, 0

    def _stamp(self, variant: str, file: LetterFile, rows: pa.RecordBatch) -> None:
        texts = rows.column("lines").flatten()
        data, offsets = utf8(texts)
        sheet = rows.column("sheet").to_numpy().astype(np.int64)
        slots = len(texts) // rows.num_rows
        first_line = np.arange(rows.num_rows, dtype=np.int64) * slots
        tracking, bars = self._barcodes(rows)
        small = narrow(widths(texts).reshape(-1, slots))
        body, spans = file.add(Letters(sheet, small, bars, data, offsets, first_line))
        pages = np.array([len(one.pages) for one in self._sheets[variant]], np.int64)[sheet]
        first = self._pages + 1 + np.cumsum(pages) - pages
        self._insert("stamped", _stamped(rows, self.files[-1], first, pages, tracking, body, spans), "print")
        self._pages += int(pages.sum())

    def _insert(self, name: str, rows: pa.Table, statement: str) -> None:
        self._db.add(name, rows)
        self._db.run(SQL[statement])
        self._db.drop(name)

    def _barcodes(self, rows: pa.RecordBatch) -> tuple[pa.Array, np.ndarray[Any, Any]]:
        if not self._postage.mailer_id:
            return pa.nulls(rows.num_rows, pa.string()), np.zeros((rows.num_rows, BARS), np.uint8)
        tracking = pc.if_else(rows.column("domestic"), self._postage.tracking(rows.column("piece_id")), None)
        bars = barcodes(tracking, rows.column("routing"))
        return pc.if_else(pa.array(bars[:, 0] != 0), tracking, None), bars


def _named(slot: int, window_lines: int) -> str:
    """A stamped line in words; an address of few lines leaves the first slots of the window empty."""
    if slot < WINDOW:
        return f"line {slot + 1 - (WINDOW - window_lines)} of the address"
    return f"line {slot + 1 - WINDOW} of those with a value of the person below the address"


def _stamped(
    rows: pa.RecordBatch, file: str, first: Any, pages: Any, tracking: pa.Array, body: Any, spans: Any
) -> pa.Table:
    bodies = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 2 * len(spans) - 1, [None, pa.py_buffer(spans.ravel() - spans[0, 0]), pa.py_buffer(body)]
    ).take(pa.array(np.arange(0, 2 * len(spans), 2)))
    return pa.table(
        {
            "piece_id": rows.column("piece_id"),
            "file": pa.repeat(file, rows.num_rows),
            "first_page": pa.array(first),
            "pages": pa.array(pages.astype(np.int32)),
            "tracking": tracking,
            "first_byte": pa.array(spans[:, 0]),
            "body": bodies,
        }
    )


def runs(batch: pa.RecordBatch, column: str) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The stretches of a batch that have one value of a column."""
    found = pc.run_end_encode(batch.column(column))
    start = 0
    for value, end in zip(found.values.to_pylist(), found.run_ends.to_pylist(), strict=True):
        yield value, batch.slice(start, end - start)
        start = end


def barcodes(tracking: pa.Array, routing: pa.Array) -> np.ndarray[Any, Any]:
    """The bars of each piece: uint8 (n, 65); zeros where it has no tracking digits."""
    return encode(fixed_width(pc.fill_null(tracking, ""), TRACKING), fixed_width(routing, max(ROUTINGS)))


def fixed_width(texts: pa.Array, width: int) -> np.ndarray[Any, Any]:
    """Texts of ASCII as uint8 (n, width), padded with zero bytes; a longer one becomes zeros."""
    found = np.zeros((len(texts), width), np.uint8)
    data, offsets = utf8(texts)
    lengths = np.diff(offsets)
    lengths[lengths > width] = 0
    column = np.arange(width)
    inside = column < lengths[:, None]
    found[inside] = data[(offsets[:-1, None] + column)[inside]]
    return found
