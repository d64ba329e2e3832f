"""Text of fixed width: columns that begin at the same place in every line, as mainframes and reports write them.

The places are those before which nearly every line is blank, of lines with numbers or addresses if most have some: what
stands between pages (titles, totals) has none. A single blank may stand within a value, as in
`(702) 555-0100`, so it parts columns only where the header does, or where the halves are not one value. Without header
fields may also abut (`abutting`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.source import Source
from amends.scan.tables.abutting import abutting
from amends.scan.tables.delimited import TELLING, TITLES, column_name, has_header
from amends.scan.tables.headers import known_words
from amends.scan.tables.lines import WHOLE_LINES, Dialect, Ints, Piece, column, pieces
from amends.scan.tables.reader import Batch, Shape, Tally
from amends.scan.values.compiled import leaf
from amends.scan.values.validators import looks_like_value

_LINES: Final = 1000
_FEWEST: Final = 5
_WIDEST: Final = 2000
"""Characters of a line that are looked at."""
_BLANK: Final = 0.97
"""Share of the lines that are blank between two columns."""
_COLUMNS: Final = 3
_TELLING: Final = 2
"""Columns that must hold values of a known form, in `_VALUED` of their cells: prose has none."""
_VALUED: Final = 0.6
_PARTED: Final = re.compile(r" {2,}")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Edges:
    """Where columns begin, in characters from 0; `above` lines stand before the data: the header and titles over it."""

    starts: tuple[int, ...]
    above: int
    names: tuple[str, ...]


def find_edges(sample: bytes, *, whole: bool) -> Edges | None:
    """The columns of a text that begins with `sample` (`whole`: that is all of it); None where it has none."""
    try:
        text = sample.decode()
    except UnicodeDecodeError:
        text = sample.decode("cp1252", "replace")
    lines = [line.rstrip() for line in _LINE_END.split(text)[: _LINES if whole else -1][:_LINES]]
    lines = [line for line in lines if line]
    titles = _titles(lines)
    lines = [line for line in lines[titles:] if line.strip("-=+_* ")]
    if len(lines) < _FEWEST or max(map(len, lines)) > _WIDEST:
        return None
    if sum("\t" in line for line in lines) > (1 - _BLANK) * len(lines):
        return None
    told = [line for line in lines[1:] if TELLING.search(line)]
    if len(told) >= _VALUED * len(lines):
        lines = [lines[0], *told]
    starts = _starts(lines)
    rows = [_cells(line, starts) for line in lines]
    header = has_header([list(row) for row in rows])
    named = {at for at in starts if header and lines[0][at : at + 1].strip()}
    if not header:
        starts = sorted({*starts, *abutting(lines)})
    starts = _joined(lines[1:] if header else lines, starts, named if header else None)
    rows = [_cells(line, starts) for line in lines]
    if len(starts) < _COLUMNS or _telling(rows[1:] if header else rows) < _TELLING:
        return None
    names = tuple(column_name(name, i) for i, name in enumerate(rows[0] if header else [None] * len(starts)))
    return Edges(tuple(starts), titles + header, names)


def _titles(lines: list[str]) -> int:
    """How many lines stand over a header of known words, if they tell of nobody."""
    for at, line in enumerate(lines[: TITLES + 1]):
        if known_words(_PARTED.split(line.strip())) > 1:
            return at
        if TELLING.search(line):
            break
    return 0


def _starts(lines: list[str]) -> list[int]:
    width = max(map(len, lines))
    blank = np.array([[c == " " for c in line.ljust(width)] for line in lines], bool)
    gutter = blank.mean(axis=0) >= _BLANK
    begins = ~gutter & np.concatenate([[True], gutter[:-1]])
    return [int(at) for at in np.flatnonzero(begins)]


def _cells(line: str, starts: list[int]) -> list[str | None]:
    return [line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _joined(lines: list[str], starts: list[int], named: set[int] | None) -> list[int]:
    """Without the places where a blank only interrupts a value; `named` are those where the header begins a word."""
    kept = starts[:1]
    for i, at in enumerate(starts[1:], 1):
        after = starts[i + 1] if i + 1 < len(starts) else None
        apart = all(not line[at - 2 : at].strip() for line in lines)
        if not apart and named is not None and at not in named:
            continue
        if not apart and named is None and _one_value(lines, kept[-1], at, after):
            continue
        kept.append(at)
    return kept


def _one_value(lines: list[str], start: int, at: int, end: int | None) -> bool:
    """Whether the two columns are values only together."""
    together = sum(looks_like_value(line[start:end].strip()) for line in lines)
    parted = sum(looks_like_value(line[start:at].strip()) and looks_like_value(line[at:end].strip()) for line in lines)
    return together > len(lines) * _VALUED and parted <= len(lines) * _VALUED


def _telling(rows: list[list[str | None]]) -> int:
    """How many columns mostly hold values of a known form."""
    found = 0
    for cells in zip(*rows, strict=True):
        filled = [cell for cell in cells if cell]
        found += bool(filled) and sum(map(looks_like_value, filled)) >= len(filled) * _VALUED
    return found


class FixedReader:
    """Reads one text of fixed width; see `reader.Reader`. Lines are rows; blanks around a cell are left out."""

    def __init__(self, source: Source, encoding: Encoding, edges: Edges) -> None:
        self._source = source
        self._encoding = encoding
        self._edges = edges
        self.shape = Shape([*edges.names], edges.above > 0, encoding.name)
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All lines but the header and what stands over it."""
        above = self._edges.above
        self.tally = Tally(rows=-above)
        seen = np.zeros(2, np.int64)
        edges = np.array(self._edges.starts, np.int64)
        chunks = to_ascii_based(self._source.chunks(self._encoding.skip), self._encoding)
        for piece in pieces(chunks, Dialect(WHOLE_LINES, 1), self._source.limits):
            self.tally.rows += piece.rows + piece.rejected
            self.tally.rejected += piece.rejected
            skip = max(0, above - piece.first)
            if piece.rows <= skip:
                continue
            parted = _parted(piece, edges)
            numbers = np.arange(piece.first - above + skip, piece.first - above + piece.rows, dtype=np.int64)
            positions = range(len(edges)) if wanted is None else sorted(set(wanted) & set(range(len(edges))))
            yield Batch(pa.array(numbers), {i: column(parted, i, seen).slice(skip) for i in positions})
        self.tally.rows = max(self.tally.rows, 0)


def _parted(piece: Piece, edges: np.ndarray[Any, np.dtype[np.int64]]) -> Piece:
    """The piece with a column for each edge."""
    starts: Ints = np.zeros((len(edges), piece.rows), np.int32)
    lens: Ints = np.zeros((len(edges), piece.rows), np.int32)
    _cut(piece.buffer, piece.starts[0], piece.lens[0], piece.rows, edges, starts, lens)
    return replace(piece, starts=starts, lens=lens)


@leaf
def _behind(buf, at, end, count):  # type: ignore[no-untyped-def]
    """Where `count` characters from `at` on end: of UTF-8, or of one byte each where the bytes are not UTF-8."""
    while at < end and count > 0:
        several = buf[at] >= 0xC2
        at += 1
        while several and at < end and buf[at] & 0xC0 == 0x80:
            at += 1
        count -= 1
    return at


@leaf
def _cut(buf, starts, lens, rows, edges, out_starts, out_lens):  # type: ignore[no-untyped-def]
    """Cut lines at the edges, which count characters."""
    for row in range(rows):
        at = np.int64(starts[row])
        end = at + lens[row]
        at = _behind(buf, at, end, edges[0])
        for k in range(edges.size):
            begin = at
            at = _behind(buf, at, end, edges[k + 1] - edges[k]) if k + 1 < edges.size else end
            stop = at
            while begin < stop and buf[begin] <= 32:
                begin += 1
            while stop > begin and buf[stop - 1] <= 32:
                stop -= 1
            out_starts[k, row], out_lens[k, row] = begin, stop - begin
