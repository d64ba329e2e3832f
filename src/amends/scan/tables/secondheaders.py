"""Delimited files that were written one behind the other: a line of another header begins a table of its own.

Read by the first header, the columns of the second table would be taken for each other: a number would stand where a
name belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import DerivedSource, Source
from amends.scan.tables.delimited import DelimitedReader, Layout, lay_out
from amends.scan.tables.headerbytes import find_headers, header_words_table
from amends.scan.tables.headers import known_words
from amends.scan.tables.reader import NamedReader

_NO_DIGIT: Final = bytes(set(range(256)) - set(b"0123456789"))
_DIGITS: Final = 3
"""Digits from which on a line is data."""
_KNOWN: Final = 2
"""Cells that must be known names of columns, and at least half of all."""
_TRIED: Final = 2000
"""Lines that are looked at cell by cell: a file of more without digits holds lists of words."""
_MOST: Final = 50
"""Headers of one file; more are lists of names of columns."""
_AT_ONCE: Final = 1024
_LONG: Final = 1 << 20
"""Bytes of a line from which on it is no header."""


def second_headers(sample: bytes, layout: Layout, *, whole: bool = True) -> list[bytes]:
    """The lines of a delimited text, but its first header, that name columns; each with its end, once.

    `whole` says that the last line is not cut off.
    """
    mark = bytes([layout.dialect.delimiter]) if layout.dialect.delimiter < 128 else b""
    lines = sample.splitlines(keepends=True)[: None if whole else -1]
    own = _own(sample, layout)
    found: dict[bytes, None] = {}
    tried = 0
    for line in lines[max(1, layout.above) :]:
        if not mark or mark not in line or len(line.translate(None, _NO_DIGIT)) >= _DIGITS or line.strip() == own:
            continue
        tried += 1
        if tried > _TRIED or len(found) > _MOST:
            return []
        if line not in found and _names_columns(line, mark):
            found[line] = None
    return list(found)


def _own(sample: bytes, layout: Layout) -> bytes | None:
    """The first header of a text, without its end."""
    lines = sample.splitlines()
    return lines[layout.above - 1].strip() if layout.above and len(lines) >= layout.above else None


def _names_columns(line: bytes, mark: bytes) -> bool:
    cells = [cell.strip(" \"'\r\n") for cell in line.decode("utf-8", "replace").split(mark.decode())]
    filled = [cell for cell in cells if cell]
    return known_words(filled) >= max(_KNOWN, len(filled) / 2)


def far_headers(chunks: Iterable[bytes], layout: Layout, own: bytes | None) -> list[bytes]:
    """As `second_headers`, of all of a text that comes in chunks; `own` is its first header."""
    if layout.dialect.delimiter >= 128:
        return []
    mark, held = layout.dialect.delimiter, b""
    tried: set[bytes] = set()
    found: dict[bytes, None] = {}
    for chunk in chunks:
        held += chunk
        count, used = _AT_ONCE, 0
        while count == _AT_ONCE:
            out = np.empty((_AT_ONCE, 2), np.int64)
            data = np.frombuffer(held, np.uint8)[used:]
            count, more = find_headers(data, len(data), mark, header_words_table(), out)
            lines = [held[used + start : used + end] for start, end in out[:count].tolist()]
            used += int(more)
            for line in lines:
                if line.strip() == own or line in tried:
                    continue
                tried.add(line)
                if _names_columns(line, bytes([mark])):
                    found[line] = None
            if len(tried) > _TRIED or len(found) > _MOST:
                return []
        held = held[used:] if len(held) - used < _LONG else b""
    return list(found)


def tables_apart(source: Source, encoding: Encoding, sample: bytes, layout: Layout) -> list[NamedReader]:
    """A reader for the rows under each header, where there are several; else none.

    `source` and `sample` are ASCII-based, the sample without a mark of byte order, which `encoding.skip` leaves out.
    """
    whole = len(sample) + encoding.skip < source.limits.sample
    others = second_headers(sample, layout, whole=whole)
    if not whole:
        far = far_headers(source.chunks(encoding.skip), layout, _own(sample, layout))
        others = list(dict.fromkeys([*others, *far]))
    if not others or len(others) > _MOST:
        return []
    lines = sample.splitlines(keepends=True)
    headers = [lines[layout.above - 1] if layout.above else b"", *others]
    readers = []
    for place in range(len(headers)):
        under = UnderHeader(source, headers, place, encoding.skip)
        head = under.head(source.limits.sample)
        own = lay_out(head, whole=len(head) < source.limits.sample, named=True, limits=source.limits)
        reader = DelimitedReader(under, Encoding(encoding.name, 0), own) if own else None
        readers.append(NamedReader(f"table {place + 1}", reader))
    return readers


class UnderHeader(DerivedSource):
    """The lines of a text that stand under one of its headers, with it; the first stands over the beginning."""

    def __init__(self, source: Source, headers: list[bytes], place: int, skip: int) -> None:
        super().__init__(Path(), source.limits)
        self._inner, self._headers, self._place, self._skip = source, headers, place, skip

    def chunks(self, skip: int = 0) -> Iterator[bytes]:
        """The lines, whole up to `limits.row` bytes."""
        left, under = b"", 0
        for chunk in chain(self._inner.chunks(self._skip), [None]):
            text = left + (chunk or b"")
            cut = text.rfind(b"\n") + 1
            if chunk is None or (not cut and len(text) > self.limits.row):
                cut = len(text)
            left = text[cut:]
            found, under = self._picked(text[:cut], under)
            if found:
                yield found[skip:]
                skip = max(0, skip - len(found))

    def _picked(self, text: bytes, under: int) -> tuple[bytes, int]:
        """What of whole lines is under the header, and under which one the text ends."""
        text = b"\n" + text
        places = []
        for number, header in enumerate(self._headers):
            at = text.find(b"\n" + header) if header else -1
            while at >= 0:
                places.append((at, number))
                at = text.find(b"\n" + header, at + 1)
        picked, begin = [], 0
        for at, number in [*sorted(places), (len(text) - 1, under)]:
            if under == self._place:
                picked.append(text[begin + 1 : at + 1])
            begin = at
            if at < len(text) - 1:
                under = number
        return b"".join(picked), under
