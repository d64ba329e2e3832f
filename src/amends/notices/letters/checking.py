"""The finished files compared with the finished texts: every letter, and every sheet by another reader of PDFs.

Each letter's own lines, read back through the font, must be the lines of its text; the sheet it stands on must be the
one whose whole page text, as pypdfium2 reads it, is that of a letter with the same elements and offer. pypdfium2 also
reads one letter in a hundred in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pypdfium2 as pdfium

from amends.engine import Engine
from amends.errors import EvidenceError
from amends.notices.letters.reading import Reader, Said

_SHARE: Final = 100
_DEFECT: Final = "the letters must not be sent; please report this as a defect"
_FOOT: Final = re.compile(r"\s+")


def check_files(db: Engine, folder: Path, files: list[str], expected: Iterator[pa.Table]) -> None:
    """Compare every letter of the files with `expected` (rows of `expected` in letters.sql, in the order of the mail).

    Raises `EvidenceError` with the first letter that is wrong and what is wrong with it.
    """
    rows = (row for table in expected for row in table.to_pylist())
    for name in files:
        printed = db.fetch(
            "select piece_id, first_page, pages, tracking is not null as barred from printed where file = $file"
            " order by first_page", file=name,
        ).to_pylist()
        with _Pages(folder / name) as pages:
            seen: dict[tuple[int, ...], tuple[str, tuple[str, ...]]] = {}
            for place, said in zip(printed, Reader(folder / name).letters([row["pages"] for row in printed]), strict=True):
                row = next((row for row in rows if row["piece_id"] == place["piece_id"]), None)
                wrong = _wrong(row, place, said, seen, pages)
                if wrong:
                    raise EvidenceError(
                        f"{wrong} of piece {place['piece_id']} is not what its text says", where=name, mend=_DEFECT
                    )


def _wrong(
    row: dict[str, Any] | None, place: dict[str, Any], said: Said,
    seen: dict[tuple[int, ...], tuple[str, tuple[str, ...]]], pages: _Pages,
) -> str | None:
    """What is wrong with a letter, or None. `seen`: the variant and set lines of each sheet that pypdfium2 has read."""
    if row is None:
        return "the order"
    if list(said.lines) != [line for line in row["lines"] if line]:
        return "a line"
    if bool(said.bars) != place["barred"]:
        return "the barcode"
    key = (row["variant"], tuple(row["typeset"]))
    fresh = said.resources not in seen
    if seen.setdefault(said.resources, key) != key:
        return "the sheet"
    if fresh or place["piece_id"] % _SHARE == 0:
        words = pages.words(place["first_page"] - 1, place["pages"])
        if said.bars:
            words.subtract([said.bars])
        words.subtract(str(number) for number in range(1, place["pages"] + 1))
        if +words != Counter(row["text"].split()) or -words:
            return "the whole text"
    return None


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
