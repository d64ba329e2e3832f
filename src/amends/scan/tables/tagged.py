"""Files of several kinds of record, each told by the word its lines begin with (`S|…` subscribers, `C|…` calls).

The lines of one kind agree in the number of their fields, those of different kinds do not: each kind is a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import DerivedSource, Source
from amends.scan.tables.blocks import tells_of_people
from amends.scan.tables.delimited import DelimitedReader, Layout, column_name, lay_out
from amends.scan.tables.lines import WHOLE_LINES, Dialect
from amends.scan.tables.reader import NamedReader
from amends.scan.values.compiled import leaf

_DELIMITERS: Final = b"|,;\t~^*"
_LINES: Final = 5000
_LONGEST: Final = 8
"""Bytes of the word that lines of one kind begin with."""
_KINDS: Final = 16
_FEWEST: Final = 3
"""Lines of a kind that tells of people."""
_AGREED: Final = 0.95
_FIELDS: Final = 3
_NO_KIND: Final = -1


@dataclass(frozen=True, slots=True)
class Tags:
    """The words that the lines of a text begin with, and what parts their fields."""

    words: tuple[bytes, ...]
    mark: bytes


def find_tags(sample: bytes, *, whole: bool) -> Tags | None:
    """The kinds of record of a text (ASCII-based) that begins with `sample`; None where it has no several."""
    lines = [line for line in sample.splitlines()[: None if whole else -1][:_LINES] if line.strip()]
    if len(lines) < 2 * _FEWEST:
        return None
    for mark in (bytes([byte]) for byte in _DELIMITERS):
        words = Counter(line.split(mark, 1)[0] for line in lines if mark in line)
        if sum(words.values()) < len(lines) or not 2 <= len(words) <= _KINDS:
            continue
        if all(_is_tag(word) for word in words) and _apart(lines, mark):
            return Tags(tuple(words), mark)
    return None


def _is_tag(word: bytes) -> bool:
    """Whether a word is a code: few capitals and digits."""
    return 0 < len(word) <= _LONGEST and word.isalnum() and word == word.upper()


def _apart(lines: list[bytes], mark: bytes) -> bool:
    """Whether lines of one kind agree in their fields, those of two kinds do not, and one kind tells of people."""
    fields: dict[bytes, Counter[int]] = {}
    rows: dict[bytes, list[list[str | None]]] = {}
    for line in lines:
        cells = line.split(mark)
        fields.setdefault(cells[0], Counter())[len(cells)] += 1
        kept = rows.setdefault(cells[0], [])
        if len(kept) < _FEWEST * 4:
            kept.append([cell.decode("utf-8", "replace").strip(' "') for cell in cells])
    usual = {word: counts.most_common(1)[0] for word, counts in fields.items()}
    agreed = sum(count for _, count in usual.values()) >= _AGREED * len(lines)
    several = len({width for width, count in usual.values() if count >= _FEWEST}) > 1
    return agreed and several and any(_tells(rows[word], width) for word, (width, _) in usual.items())


def _tells(rows: list[list[str | None]], width: int) -> bool:
    alike = [row for row in rows if len(row) == width]
    return len(alike) >= _FEWEST and width >= _FIELDS and tells_of_people(alike)


def tables_by_tag(source: Source, encoding: Encoding, tags: Tags) -> list[NamedReader]:
    """A reader for the lines of each kind, and one for lines of none; `encoding.skip` leaves the source's mark out."""
    readers = []
    for number, word in enumerate(tags.words):
        lines = LinesOfKind(source, tags, number, encoding.skip)
        head = lines.head(source.limits.sample)
        layout = lay_out(head, whole=len(head) < source.limits.sample, named=True, limits=source.limits)
        if layout is not None:
            reader = DelimitedReader(lines, Encoding(encoding.name, 0), layout)
            readers.append(NamedReader(word.decode("utf-8", "replace"), reader))
    others = LinesOfKind(source, tags, _NO_KIND, encoding.skip)
    if others.head(1):
        layout = Layout(Dialect(WHOLE_LINES, 1), 0, (column_name(None, 0),))
        readers.append(NamedReader("other lines", DelimitedReader(others, Encoding(encoding.name, 0), layout)))
    return readers


class LinesOfKind(DerivedSource):
    """The lines of a text that begin with one of its words, or with none of them (`_NO_KIND`)."""

    def __init__(self, source: Source, tags: Tags, number: int, skip: int) -> None:
        super().__init__(Path(), source.limits)
        self._inner, self._number, self._skip = source, number, skip
        words = [word + tags.mark for word in tags.words]
        self._words = np.frombuffer(b"".join(words), np.uint8)
        self._ends = np.cumsum([len(word) for word in words])

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines, whole up to `limits.row` bytes."""
        left = b""
        for chunk in chain(self._inner.chunks(self._skip), [None]):
            left += chunk or b""
            cut = left.rfind(b"\n") + 1
            if chunk is None or (not cut and len(left) > self.limits.row):
                cut = len(left)
            out = np.empty(cut, np.uint8)
            used = _pick(np.frombuffer(left, np.uint8), cut, self._words, self._ends, self._number, out)
            left = left[cut:]
            if used:
                yield out[:used].tobytes()


@leaf
def _kind(data, start, end, words, ends):  # type: ignore[no-untyped-def]
    """Which of the words a line begins with, or `_NO_KIND`."""
    for number in range(ends.size):
        first = ends[number - 1] if number else 0
        size = ends[number] - first
        same = end - start >= size
        i = np.int64(0)
        while same and i < size:
            same = data[start + i] == words[first + i]
            i += 1
        if same:
            return np.int64(number)
    return np.int64(_NO_KIND)


@leaf
def _pick(data, size, words, ends, wanted, out):  # type: ignore[no-untyped-def]
    """Copy the lines of `data[:size]` of the wanted kind to `out`; returns the bytes written."""
    at = np.int64(0)
    start = np.int64(0)
    while start < size:
        end = start
        while end < size and data[end] != 10:
            end += 1
        stop = min(end + 1, size)
        if end > start and _kind(data, start, end, words, ends) == wanted:
            for i in range(start, stop):
                out[at] = data[i]
                at += 1
        start = stop
    return at
