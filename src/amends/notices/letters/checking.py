"""The finished files compared with the finished texts: every letter, and every sheet by another reader of PDFs.

Each letter's own lines, read back through the font, must be the lines of its text; the sheet it stands on must be the
one whose whole page text, as pypdfium2 reads it, is that of a letter with the same elements and offer. pypdfium2 also
reads one letter in a hundred in full, chosen by a hash of its number, and what shows in the window of its envelope:
the address, its barcode and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pypdfium2 as pdfium  # type: ignore[import-untyped]

from amends.engine import Engine
from amends.errors import EvidenceError
from amends.notices.letters.printing import SQL, barcodes
from amends.notices.letters.reading import Reader, Said

_SHARE: Final = 100
_MIXER: Final = 0x9E3779B97F4A7C15
"""An odd number of 64 bits that mixes piece numbers (Knuth, The Art of Computer Programming, 6.4)."""

_SEEN: Final = (0.875 * 72, 792 - 3.5 * 72, 4.375 * 72, 792 - 2.5 * 72)
"""Left, bottom, right and top of what the window shows wherever the letter lies in its envelope (sheet.typ)."""

_EVER: Final = (0, 792 - 3.625 * 72, 5.375 * 72, 792 - 2.375 * 72)
"""The same of what the window can show at all."""

_AT_ONCE: Final = 1_024
_DEFECT: Final = "the letters must not be sent; please report this as a defect"
_TOUCH: Final = 0.8
"""Points by which the boxes of two lines may reach into each other: descenders under accents do, words do not."""


def check_files(db: Engine, folder: Path, files: list[str], expected: Iterator[pa.Table]) -> None:
    """Compare every letter of the files with `expected` (rows of `expected` in letters.sql, in the order of the mail).

    Raises `EvidenceError` with the first letter that is wrong and what is wrong with it.
    """
    letters = _letters(expected)
    waiting = next(letters, None)
    for name in files:
        listed = db.fetch(SQL["pages"], file=name)
        pages, seeds = listed.column("pages").to_pylist(), listed.column("seed").to_pylist()
        sheets: dict[tuple[int, ...], tuple[str, ...]] = {}
        with _Pages(folder / name) as reader:
            for said, seed in zip(Reader(folder / name).letters(pages), seeds, strict=True):
                if seed is not None:
                    if list(said.lines) != seed or said.resources not in sheets:
                        raise EvidenceError("a seed letter does not say what it should", where=name, mend=_DEFECT)
                    continue
                if waiting is None or waiting["file"] != name:
                    raise EvidenceError("there are more letters than texts", where=name, mend=_DEFECT)
                wrong = _wrong(waiting, said, sheets) or _wrong_page(waiting, said, reader, sheets)
                if wrong:
                    raise EvidenceError(
                        f"{wrong} of piece {waiting['piece_id']} is not what its text says", where=name, mend=_DEFECT
                    )
                waiting = next(letters, None)
    if waiting is not None:
        raise EvidenceError(f"piece {waiting['piece_id']} is in no file", where=str(folder.name), mend=_DEFECT)
    astray = db.value(SQL["astray"])
    if astray:
        raise EvidenceError(
            f"{astray} letters are not printed once or held back once", where=str(folder.name), mend=_DEFECT
        )


def _letters(expected: Iterator[pa.Table]) -> Iterator[dict[str, Any]]:
    for table in expected:
        for batch in table.to_batches(_AT_ONCE):
            bars = barcodes(batch.column("tracking"), batch.column("routing"))
            short = batch.drop_columns(["text"]).to_pylist()
            for row, drawn, text in zip(short, bars, batch.column("text"), strict=True):
                yield {**row, "bars": bytes(drawn).decode() if drawn[0] else "", "text": text}


def _wrong(row: dict[str, Any], said: Said, sheets: dict[tuple[int, ...], tuple[str, ...]]) -> str | None:
    """What is wrong with a letter's own lines, barcode or sheet, or None. `sheets`: what each sheet so far says."""
    if list(said.lines) != row["lines"]:
        return "a line"
    if said.bars != row["bars"]:
        return "the barcode"
    if sheets.get(said.resources, _key(row)) != _key(row):
        return "the sheet"
    return None


def _wrong_page(
    row: dict[str, Any], said: Said, pages: _Pages, sheets: dict[tuple[int, ...], tuple[str, ...]]
) -> str | None:
    """What is wrong with a letter as pypdfium2 reads it: the first on its sheet, and one in a hundred."""
    if said.resources in sheets and not chosen(row["piece_id"]):
        return None
    words = pages.words(row["first_page"] - 1, row["pages"])
    words.subtract([said.bars] if said.bars else [])
    words.subtract(str(number) for number in range(1, row["pages"] + 1))
    words.subtract(row["text"].as_py().split())
    if any(words.values()):
        return "the whole text"
    if pages.overlapping(row["first_page"] - 1, row["pages"]):
        return "the place of a line, which lies over another,"
    shown = " ".join([said.bars, *row["lines"][: row["window_lines"]]]).split()
    if any(sorted(pages.within(row["first_page"] - 1, area)) != sorted(shown) for area in (_SEEN, _EVER)):
        return "what shows in the window"
    sheets[said.resources] = _key(row)
    return None


def chosen(piece_id: int) -> bool:
    """Whether a piece is of the one in a hundred that is read in full; the same at every run."""
    return ((piece_id * _MIXER & (1 << 64) - 1) >> 32) % _SHARE == 0


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return row["variant"], *row["typeset"]


class _Pages:
    """The words of pages as pypdfium2 reads them."""

    def __init__(self, path: Path) -> None:
        self._document = pdfium.PdfDocument(path)

    def __enter__(self) -> _Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def words(self, first: int, count: int) -> Counter[str]:
        """How often each word stands on some pages."""
        found: Counter[str] = Counter()
        for number in range(first, first + count):
            page = self._document[number]
            text = page.get_textpage()
            found.update(text.get_text_bounded().split())
            text.close()
            page.close()
        return found

    def within(self, number: int, area: tuple[float, float, float, float]) -> list[str]:
        """The words in an area of a page: left, bottom, right and top in points."""
        page = self._document[number]
        text = page.get_textpage()
        found: list[str] = text.get_text_bounded(*area).split()
        text.close()
        page.close()
        return found

    def overlapping(self, first: int, count: int) -> bool:
        """Whether two stretches of text on one of these pages lie over each other."""
        for number in range(first, first + count):
            page = self._document[number]
            text = page.get_textpage()
            boxes = np.array([text.get_rect(index) for index in range(text.count_rects())]).reshape(-1, 4)
            text.close()
            page.close()
            low, high = boxes[:, None, :2] + _TOUCH, boxes[:, None, 2:] - _TOUCH
            crossing = ((low < boxes[None, :, 2:]) & (boxes[None, :, :2] < high)).all(axis=2)
            if np.triu(crossing, 1).any():
                return True
        return False
