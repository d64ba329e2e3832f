"""One file of letters for a print house: shared fonts and sheets, then a few hundred bytes for each letter.

The file is written front to back, some thousands of letters at a time, so memory does not grow with their number but
for eight bytes an object, which the cross-reference table at the end needs.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO, Final

import numpy as np

from amends.notices.letters.glyphs import glyphs
from amends.notices.letters.pdf import Document, renumbered, stream_of
from amends.notices.letters.sheets import BLANK, HEIGHT, NARROW, WINDOW, Sheet
from amends.notices.letters.stamp import FIXED, LEAF, cross_reference, joined, write_letters

_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_BARCODE: Final = {
    # Widths of bars for 22 bars an inch in hundredths of a point (USPS-B-3200, 2.2): pitch 327, bar 144 wide; a full
    # bar is 1040 high, a tracker 346.
    "A": b"327 0 0 0 144 1040 d1 0 347 144 693 re f",
    "D": b"327 0 0 0 144 1040 d1 0 0 144 693 re f",
    "F": b"327 0 0 0 144 1040 d1 0 0 144 1040 re f",
    "T": b"327 0 0 0 144 1040 d1 0 347 144 346 re f",
}
_WORDS: Final = joined(FIXED)


@dataclass(frozen=True, slots=True)
class Letters:
    """Some letters: the sheet of each, whether its address is set narrow, its bars (n, 65) uint8, and its lines.

    The lines are UTF-8 with offsets; `first_line` is the first of each letter. All but bars and data are int64.
    """

    sheet: np.ndarray[Any, Any]
    narrow: np.ndarray[Any, Any]
    bars: np.ndarray[Any, Any]
    data: np.ndarray[Any, Any]
    offsets: np.ndarray[Any, Any]
    first_line: np.ndarray[Any, Any]


@dataclass(slots=True)
class LetterFile:
    """A PDF being written. `add` letters, then `close`."""

    file: BinaryIO
    sheets: Sequence[Sheet]
    _places: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(4096, np.int64))
    _state: np.ndarray[Any, Any] = field(default_factory=lambda: np.array([3, 0, 2], np.int64))
    _nodes: list[np.ndarray[Any, Any]] = field(default_factory=list)
    _tables: tuple[np.ndarray[Any, Any], ...] = ()

    def __post_init__(self) -> None:
        """Write what the letters share."""
        self._write(_HEAD)
        made = glyphs()
        (font,) = self._copy(made.document, [b"%d 0 R" % made.font])
        self._tables = self._shared(font, self._barcode_font())

    def add(self, letters: Letters) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Write letters; the bytes written, and the first byte and the end of each letter in the file: int64 (n, 2)."""
        count = len(letters.sheet)
        first_page = self._tables[0]
        most = int(np.max(np.diff(first_page))) if len(first_page) > 1 else 0
        self._reserve(count * 2 * most + count // LEAF + 2)
        size = 4 * len(letters.data) + 48 * len(letters.offsets) + count * (400 * most + 200) + 4096
        out = np.empty(size, np.uint8)
        spans = np.zeros((count, 2), np.int64)
        nodes = np.zeros((-(-count // LEAF), 2), np.int64)
        written = write_letters(
            (2 * letters.sheet + letters.narrow, letters.bars),
            (letters.data, letters.offsets, letters.first_line, glyphs().glyph),
            _WORDS,
            self._tables,
            self._state,
            out,
            self._places,
            spans,
            nodes,
        )
        self.file.write(out[:written].data)
        self._nodes.append(nodes)
        return out[:written], spans

    def close(self) -> None:
        """Write the page tree's root, the catalogue and the cross-reference table."""
        nodes = np.concatenate([*self._nodes, np.zeros((0, 2), np.int64)])
        kids = b" ".join(b"%d 0 R" % number for number in nodes[:, 0].tolist())
        self._object(2, b"<</Type/Pages/Count %d/MediaBox[0 0 612 792]/Kids[%b]>>" % (int(nodes[:, 1].sum()), kids))
        self._object(1, b"<</Type/Catalog/Pages 2 0 R/ViewerPreferences<</Duplex/DuplexFlipLongEdge>>>>")
        count, start = int(self._state[0]), int(self._state[1])
        table = np.empty((count - 1) * 20, np.uint8)
        cross_reference(self._places[:count], table)
        mark = sha256(b"%d %d" % (count, start)).hexdigest()[:32].encode()
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        self._write(table.tobytes())
        self._write(
            b"trailer<</Size %d/Root 1 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (count, mark, mark, start)
        )

    def _write(self, content: bytes) -> None:
        self.file.write(content)
        self._state[1] += len(content)

    def _object(self, number: int, body: bytes) -> None:
        self._reserve(1)
        self._places[number] = self._state[1]
        self._write(b"%d 0 obj" % number + body + b"\nendobj\n")

    def _new(self, body: bytes) -> int:
        number = int(self._state[0])
        self._state[0] += 1
        self._object(number, body)
        return number

    def _reserve(self, objects: int) -> None:
        needed = int(self._state[0]) + objects + 1
        if needed > len(self._places):
            self._places = np.concatenate([self._places, np.zeros(max(needed, len(self._places)), np.int64)])

    def _copy(self, document: Document, parts: Sequence[bytes]) -> list[int]:
        """Copy every object that some dictionaries of a document need; the new numbers of the first object of each."""
        numbers = {}
        for number in document.closure(parts):
            numbers[number] = int(self._state[0])
            self._state[0] += 1
        for number, new in numbers.items():
            self._object(new, renumbered(document.objects[number], numbers))
        return [numbers[int(part.split()[0])] for part in parts]

    def _barcode_font(self) -> int:
        drawn = b"".join(
            b"/%b %d 0 R" % (name.encode(), self._new(b"<</Length %d>>stream\n%b\nendstream" % (len(bar), bar)))
            for name, bar in _BARCODE.items()
        )
        return self._new(
            b"<</Type/Font/Subtype/Type3/FontBBox[0 0 327 1040]/FontMatrix[0.01 0 0 0.01 0 0]/FirstChar 65/LastChar 84"
            b"/Widths[%b]/Encoding<</Type/Encoding/Differences[65/A 68/D 70/F 84/T]>>/Resources<<>>/CharProcs<<%b>>>>"
            % (b" ".join([b"327"] * 20), drawn)
        )

    def _shared(self, font: int, bars: int) -> tuple[np.ndarray[Any, Any], ...]:
        """Write the sheets' pages as form XObjects; the tables of `write_letters`, each sheet wide and then narrow."""
        first_page, first_stamp, resources, contents, moves = [0], [0], list[int](), list[int](), list[bytes]()
        copied: dict[int, dict[int, int]] = {}
        for sheet in self.sheets:
            numbers = copied.setdefault(id(sheet.document), {})
            pages = [self._page(sheet, index, (font, bars), numbers) for index in range(len(sheet.pages))]
            for scale in (1.0, NARROW):
                for index, (resource, content) in enumerate(pages):
                    moves += _moves(sheet, index, scale)
                    first_stamp.append(len(moves))
                    resources.append(resource)
                    contents.append(content)
                first_page.append(len(resources))
        words, offsets = joined(moves)
        plain = [np.array(column, np.int64) for column in (first_page, first_stamp, resources, contents)]
        return (*plain, offsets, words)

    def _page(self, sheet: Sheet, index: int, fonts: tuple[int, int], numbers: dict[int, int]) -> tuple[int, int]:
        """Resources of a page, and its contents where nothing is stamped on it (else 0)."""
        if sheet.pages[index] == BLANK:
            return self._new(b"<<>>"), self._new(b"<</Length 0>>stream\n\nendstream")
        drawn = self._form(sheet.document, sheet.pages[index], numbers)
        resources = self._new(b"<</XObject<</S %d 0 R>>/Font<</P %d 0 R/B %d 0 R>>>>" % (drawn, *fonts))
        stamped = any(stamp.page == index for stamp in sheet.stamps)
        return resources, 0 if stamped else self._new(b"<</Length 5>>stream\n/S Do\nendstream")

    def _form(self, document: Document, page: int, numbers: dict[int, int]) -> int:
        """A page of a document as a form XObject. `numbers`: objects of the document that are copied already."""
        needed = document.entry(page, "Resources")
        fresh = [number for number in document.closure([needed]) if number not in numbers]
        for number in fresh:
            numbers[number] = int(self._state[0])
            self._state[0] += 1
        for number in fresh:
            self._object(numbers[number], renumbered(document.objects[number], numbers))
        body = zlib.compress(stream_of(document, document.reference(page, "Contents")))
        return self._new(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 612 %d]/Resources %b/Filter/FlateDecode/Length %d>>"
            % (HEIGHT, renumbered(needed, numbers), len(body))
            + b"stream\n%b\nendstream" % body
        )


def _moves(sheet: Sheet, page: int, scale: float) -> list[bytes]:
    """The words that move to each place to stamp on a page; `scale` is of the address lines."""
    size = [scale if slot < WINDOW else 1.0 for slot in range(len(sheet.stamps))]
    return [
        b"%b 0 0 %b %b %b Tm(" % tuple(map(_short, (size[slot], size[slot], stamp.x, stamp.y)))
        for slot, stamp in enumerate(sheet.stamps)
        if stamp.page == page
    ]


def _short(number: float) -> bytes:
    return f"{number:.2f}".rstrip("0").rstrip(".").encode()
