"""A finished file of letters read back: what each letter says, taken from the bytes that go to the printer.

This shares nothing with the stamp but the format of the letters: it follows the cross-reference table and the page
tree, and turns glyph numbers into text with the ToUnicode map that stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from amends.errors import EvidenceError
from amends.notices.letters.pdf import stream_of_body, to_unicode

_REFERENCES: Final = re.compile(rb"(\d+) 0 R")
_PAGE: Final = re.compile(rb"/Type/Page/Parent \d+ 0 R/Resources (\d+) 0 R/Contents (\d+) 0 R")
_SHOWN: Final = re.compile(rb"(/B 1 Tf )?\S+ 0 0 \S+ \S+ \S+ Tm\(((?:[^\\()]|\\.)*)\)Tj", re.DOTALL)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """What one letter says: the resources of its pages (which name the sheet), its lines, and its barcode or ""."""

    resources: tuple[int, ...]
    lines: tuple[str, ...]
    bars: str


class Reader:
    """A finished file. Raises `EvidenceError` where it is not a file of letters."""

    def __init__(self, path: Path) -> None:
        """Read the cross-reference table."""
        self._name = path.name
        self._raw = path.read_bytes()
        start = int(self._raw[self._raw.rindex(b"startxref") + 9 :].split()[0])
        count = int(self._raw[start : start + 40].split()[2])
        rows = start + len(b"xref\n0 %d\n" % count)
        self._places = [int(self._raw[row : row + 10]) for row in range(rows, rows + 20 * count, 20)]

    def pages(self) -> Iterator[tuple[int, int]]:
        """Resources and contents object of each page, in the order of the file."""
        for node in _REFERENCES.findall(self._body(2).partition(b"/Kids[")[2]):
            for kid in _REFERENCES.findall(self._body(int(node)).partition(b"/Kids[")[2]):
                found = _PAGE.search(self._body(int(kid)))
                if found is None:
                    raise EvidenceError(f"object {int(kid)} is not a page of a letter", where=self._name)
                yield int(found[1]), int(found[2])

    def letters(self, pages: list[int]) -> Iterator[Said]:
        """What each letter says; `pages` is the number of pages of each. Raises `EvidenceError` if pages are left."""
        leaves = self.pages()
        for count in pages:
            resources, lines, bars = [], [], ""
            for _ in range(count):
                resource, content = next(leaves, (0, 0))
                resources.append(resource)
                for barcode, text in _SHOWN.findall(self._body(content)) if content else ():
                    plain = _ESCAPED.sub(_unescaped, text) if b"\\" in text else text
                    if barcode:
                        bars = plain.decode("ascii")
                    else:
                        lines.append(plain.decode("utf-16-be", "surrogatepass").translate(self._text))
            yield Said(tuple(resources), tuple(lines), bars)
        if next(leaves, None) is not None:
            raise EvidenceError("there are more pages than the letters have", where=self._name)

    def _body(self, number: int) -> bytes:
        start = self._places[number]
        head = self._raw[start : start + 64]
        length = re.match(rb"\d+ 0 obj<</Length (\d+) *>>stream\n", head)
        if length:
            return self._raw[start + length.end() : start + length.end() + int(length[1])]
        return self._raw[start : self._raw.index(b"endobj", start)]

    @cached_property
    def _text(self) -> dict[int, str]:
        """The text of each glyph, from the ToUnicode map of the font of the lines."""
        font = next(
            body for number in range(3, len(self._places)) if b"/Subtype /Type0" in (body := self._body(number))
        )
        found = re.search(rb"/ToUnicode (\d+) 0 R", font)
        if found is None:
            raise EvidenceError("the font of the lines has no ToUnicode map", where=self._name)
        start = self._places[int(found[1])]
        return to_unicode(stream_of_body(self._raw[start : self._raw.index(b"endobj", start)]))


def _unescaped(match: re.Match[bytes]) -> bytes:
    return b"\r" if match[1] == b"r" else match[1]
