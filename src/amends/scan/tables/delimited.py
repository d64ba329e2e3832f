"""Delimited text (CSV, TSV and their relatives): how it is laid out, and a reader that never loses a row.

Short rows are kept, their missing fields null. Rows with more fields than columns are kept; what stands beyond the last
column goes, as written, into one further column named `extra`. Both are counted as ragged.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.limits import Limits
from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.headers import known_words
from amends.scan.tables.lines import WHOLE_LINES, Dialect, Ints, Piece, column, pieces
from amends.scan.tables.reader import Batch, Shape, Tally
from amends.scan.tables.splitter import split
from amends.scan.values.lexicon import EMPTY_WORDS
from amends.scan.values.validators import listed_alike, looks_like_value

DELIMITERS = ",;\t|"
_RARE = "^~:\x01\x1f"
"""Delimiters of files that no usual one parts."""
_NO_PARTING = re.compile(rb"://|(?<!\d)\d?\d:\d\d(?!\d)|[0-9a-fA-F]{2}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}:")
"""Where a colon belongs to an address or a time."""
_ROWS = 1000
_HEADER_ROWS = 200
_CLOSER_LOOK = 1 << 17
_AGREED = 0.95
"""Share of the rows that have the same number of fields in a table whose name does not say so."""
TITLES = 20
TELLING = re.compile(r"@|\d{3}\W{0,2}\d{4}(?!\d)|\d{3}\W\d\d\W\d{4}|\d{9}")
"""What a title does not hold: a mail address, or digits that may be a person's number."""
_OF_SOMEBODY = re.compile(r"\w@\w|(?<!\d)\d{3}-\d\d-\d{4}(?!\d)|(?<!\d)\(?\d{3}\)?[ .-]{1,2}\d{3}[.-]\d{4}(?!\d)")
"""What no name of a column holds, among other words either."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is laid out; `names` has one entry a column, in the file's words where there is a header.

    `above` rows stand before the data: the header and any titles over it.
    """

    dialect: Dialect
    above: int
    names: tuple[str, ...]

    @property
    def header(self) -> bool:
        """Whether the file names its columns."""
        return self.above > 0


@dataclass(frozen=True, slots=True)
class _Guess:
    delimiter: str
    columns: int
    share: float
    first: int
    split: float
    rows: int


def lay_out(sample: bytes, *, whole: bool, named: bool, limits: Limits) -> Layout | None:
    """Tell the layout from the first bytes (ASCII-based); `whole` if they are all there is.

    None when this is no table: without a telling name (`named`) the fields must agree in nearly every row. Raises
    `UnreadableError` for more than `limits.columns` columns.
    """
    if len(sample) > _CLOSER_LOOK and sample[:_CLOSER_LOOK].count(b"\n") > _HEADER_ROWS:
        sample, whole = sample[:_CLOSER_LOOK], False
    guesses = [_guess(sample, mark, whole, limits) for mark in DELIMITERS]
    best = max(guesses, key=_merit)
    if best.columns < 2 or best.share < _AGREED:
        best = _by_rare_mark(sample, whole, limits) or best
    if best.columns < 2 or best.share < 0.5:
        if not named:
            return None
        best = _by_first_row(guesses)
    elif not named and (best.share < 0.95 or best.rows < 3 or (best.columns == 2 and best.delimiter == ",")):
        return None
    if best.columns > limits.columns:
        raise UnreadableError(f"it has more than {limits.columns} columns")
    delimiter = ord(best.delimiter) if best.delimiter else WHOLE_LINES
    if not best.delimiter:
        delimiter = ord(",") if best.rows and _fits_one_column(sample, whole, limits) else WHOLE_LINES
    dialect = Dialect(delimiter, best.columns)
    rows = _first_rows(sample, dialect, whole, limits)
    above = rows_above(rows)
    names = tuple(column_name(rows[above - 1][i] if above else None, i) for i in range(best.columns))
    return Layout(dialect, above, names)


class DelimitedReader:
    """Reads one delimited file; see `reader.Reader`."""

    def __init__(self, source: Source, encoding: Encoding, layout: Layout) -> None:
        self._source = source
        self._encoding = encoding
        self.layout = layout
        self.shape = Shape([*layout.names], layout.header, encoding.name)
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows but the header; column positions beyond the last are `extra`."""
        seen = np.zeros(2, np.int64)
        for piece, skip, filled in self.split_rows():
            first = piece.first - self.layout.above
            rows = pa.array(np.arange(first + skip, first + piece.rows, dtype=np.int64))
            found = {i: column(piece, i, seen).slice(skip) for i in range(filled) if wanted is None or i in wanted}
            yield Batch(rows, found)
        self.told(seen)

    def split_rows(self, *, keep: int = 0) -> Iterator[tuple[Piece, int, int]]:
        """The rows as they lie in the bytes: pieces, the first row that is data, and how many columns are filled.

        Starts a fresh tally, and names the column `extra` as soon as it is met. `keep` as in `lines.pieces`.
        """
        columns = self.layout.dialect.columns
        self.tally = Tally(rows=-self.layout.above)
        chunks = to_ascii_based(self._source.chunks(self._encoding.skip), self._encoding)
        for piece in pieces(chunks, self.layout.dialect, self._source.limits, keep=keep):
            skip = max(0, self.layout.above - piece.first)
            self.tally.rows += piece.rows + piece.rejected
            self.tally.rejected += piece.rejected
            self.tally.ragged += piece.ragged
            if piece.rows <= skip:
                continue
            longer = bool((piece.lens[columns, : piece.rows] >= 0).any())
            if longer and len(self.shape.names) == columns:
                self.shape.names.append("extra")
            yield piece, skip, columns + longer
        self.tally.rows = max(self.tally.rows, 0)

    def told(self, seen: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        """Name the encoding, from how many cells were UTF-8 beyond ASCII and how many Windows-1252."""
        if self._encoding.name == "utf-8" and seen[1]:
            self.shape.encoding = "cp1252" if not seen[0] else "utf-8 and cp1252"


def _by_rare_mark(sample: bytes, whole: bool, limits: Limits) -> _Guess | None:
    """The table that a rare delimiter makes of nearly all rows, or None."""
    lines = sample.count(b"\n") or 1
    marks = [mark for mark in _RARE if sample.count(mark.encode()) >= lines]
    if len(_NO_PARTING.findall(sample)) > lines / 20:
        marks = [mark for mark in marks if mark != ":"]
    guesses = [_guess(sample, mark, whole, limits) for mark in marks]
    fit = [guess for guess in guesses if guess.columns > 2 and guess.share >= _AGREED and guess.rows > 2]
    return max(fit, key=_merit, default=None)


def _by_first_row(guesses: Sequence[_Guess]) -> _Guess:
    """For rows that do not agree: the delimiter that parts most of them, with the first row's columns; or none."""
    best = max(guesses, key=lambda guess: (guess.split if guess.first > 1 else 0.0, guess.first))
    if best.first > 1 and best.split >= 0.5:
        return replace(best, columns=best.first)
    return replace(best, delimiter="", columns=1)


def _merit(guess: _Guess) -> tuple[bool, float, int]:
    if guess.columns < 2:
        return False, 0.0, guess.columns
    return guess.first == guess.columns and guess.share > 0.8, round(guess.share, 2), guess.columns


def _guess(sample: bytes, delimiter: str, whole: bool, limits: Limits) -> _Guess:
    fields = _count_fields(sample, delimiter, whole, limits)
    if not len(fields):
        return _Guess(delimiter, 1, 0.0, 1, 0.0, 0)
    counts = np.bincount(fields)
    common = int(counts[1:].argmax()) + 1
    share, parted = float(counts[common]) / len(fields), float((fields > 1).mean())
    return _Guess(delimiter, common, share, int(fields[0]), parted, len(fields))


def _count_fields(sample: bytes, delimiter: str, whole: bool, limits: Limits) -> Ints:
    """Fields of each of the first rows, were this the delimiter."""
    starts, lens, fields = (np.empty(shape, np.int32) for shape in ((1, _ROWS), (1, _ROWS), _ROWS))
    buffer = np.frombuffer(sample, np.uint8).copy()
    found = split(buffer, len(buffer), whole, ord(delimiter), 0, limits.quoted, limits.row, starts, lens, fields)[0]
    return fields[:found]


def _fits_one_column(sample: bytes, whole: bool, limits: Limits) -> bool:
    """Whether quotes of a one-column file may be undone: no line holds a comma outside them."""
    fields = _count_fields(sample, ",", whole, limits)
    return bool((fields == 1).all())


def _first_rows(sample: bytes, dialect: Dialect, whole: bool, limits: Limits) -> list[list[str | None]]:
    for piece in pieces([sample], dialect, limits):
        rows = min(piece.rows, _HEADER_ROWS)
        if not whole and rows == piece.rows and rows > 1:
            rows -= 1
        seen = np.zeros(2, np.int64)
        columns = [column(piece, i, seen).slice(0, rows).to_pylist() for i in range(dialect.columns)]
        return [list(row) for row in zip(*columns, strict=True)]
    return []


def rows_above(rows: list[list[str | None]]) -> int:
    """How many rows stand before the data: a header, and above one whose words are known titles that tell of nobody."""
    for at, row in enumerate(rows[: TITLES + 1]):
        filled = [cell for cell in row if cell and cell.strip()]
        if at and known_words(filled) > 1 and has_header(rows[at:]):
            return at + 1
        if len(filled) > 2 or any(TELLING.search(cell) for cell in filled):
            break
    return 1 if has_header(rows) else 0


def has_header(rows: list[list[str | None]]) -> bool:
    """The first row is a header if none of its cells looks like a value and a known word or the rows below say so.

    In doubt it is data: a header taken for data costs a letter, a human taken for a header is lost.
    """
    if not rows:
        return False
    first = [(cell or "").strip() for cell in rows[0]]
    filled = [cell for cell in first if cell]
    if not filled or any(looks_like_value(cell) or _OF_SOMEBODY.search(cell) for cell in filled):
        return False
    unique = len({cell.lower() for cell in filled}) == len(filled)
    if known_words(filled) >= (1 if unique else 2):
        return True
    if not unique:
        return False
    columns = [[str(row[i]) for row in rows[1:] if row[i] and str(row[i]).strip()] for i in range(len(first))]
    if any(cell.lower() in EMPTY_WORDS for cell in filled) or any(map(listed_alike, first, columns)):
        return False
    return any(
        cell and under and sum(looks_like_value(value) for value in under) > len(under) / 2
        for cell, under in zip(first, columns, strict=True)
    )


def column_name(cell: str | None, position: int) -> str:
    text = " ".join((cell or "").split())
    return text[:200] or f"column_{position}"
