"""Delimited files that were written one behind the other: a line of another header begins a table of its own.

Read by the first header, the columns of the second table would be taken for each other: a number would stand where a
name belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from amends.scan.files.source import Source
from amends.scan.tables.delimited import Layout
from amends.scan.tables.headers import known_words

_NO_DIGIT: Final = bytes(set(range(256)) - set(b"0123456789"))
_DIGITS: Final = 3
"""Digits from which on a line is data."""
_KNOWN: Final = 2
"""Cells that must be known names of columns, and at least half of all."""
_TRIED: Final = 2000
"""Lines that are looked at cell by cell: a file of more without digits holds lists of words."""


def second_headers(sample: bytes, layout: Layout) -> list[bytes]:
    """The lines of a delimited text, but its first header, that name columns; each with its end, once."""
    mark = bytes([layout.dialect.delimiter]) if layout.dialect.delimiter < 128 else b""
    lines = sample.splitlines(keepends=True)
    own = lines[layout.above - 1].strip() if layout.above and len(lines) >= layout.above else None
    found: dict[bytes, None] = {}
    tried = 0
    for line in lines[max(1, layout.above) :]:
        if not mark or mark not in line or len(line.translate(None, _NO_DIGIT)) >= _DIGITS or line.strip() == own:
            continue
        tried += 1
        if tried > _TRIED:
            return []
        cells = [cell.strip(" \"'\r\n") for cell in line.decode("utf-8", "replace").split(mark.decode())]
        filled = [cell for cell in cells if cell]
        if line not in found and known_words(filled) >= max(_KNOWN, len(filled) / 2):
            found[line] = None
    return list(found)


class PartedSource(Source):
    """A text with an empty line before each line of these headers."""

    def __init__(self, source: Source, headers: list[bytes]) -> None:
        super().__init__(Path(), source.limits)
        self._inner, self._headers = source, headers

    def chunks(self, skip: int = 0) -> Iterator[bytes]:
        """The text in whole lines."""
        left = b""
        for chunk in self._inner.chunks(skip):
            text = left + chunk
            cut = text.rfind(b"\n") + 1
            yield self._parted(text[:cut])
            left = text[cut:]
        yield self._parted(left)

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        return self._parted(self._inner.head(size))[:size]

    def _parted(self, text: bytes) -> bytes:
        text = b"\n" + text
        for header in self._headers:
            text = text.replace(b"\n" + header, b"\n\n" + header)
        return text[1:]
