"""HL7 version 2 messages as a table: a row a segment; those that describe a human fill columns by the standard.

Other segments (observations, notes) are rows with a text only, which is searched as free text is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa

from amends.facts import facts_of
from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.source import Source
from amends.scan.tables.lines import WHOLE_LINES, Dialect, Ints, Piece, column, pieces
from amends.scan.tables.reader import Batch, Shape, Tally
from amends.scan.values.compiled import leaf

_FIELDS: Final = 64
_COMPONENTS: Final = 8
_DAY: Final = 8
_USUAL: Final = b"|^~\\&"
_HEADS: Final = (b"MSH", b"FHS", b"BHS")


@dataclass(frozen=True, slots=True)
class _Map:
    """What the standard says: `names` of columns, the `heads` of segments (bytes of each), the column of each field and
    component of each segment (-1 none), whether a column holds dates, and the column of its second value (-1 none).
    Heads beyond those with columns are of segments about nobody. `types` (two bytes each) say that a value of the
    column `typed` belongs to one of `meant` instead; `dialled` are columns of telephones.
    """

    names: tuple[str, ...]
    heads: np.ndarray[Any, np.dtype[np.uint8]]
    columns: np.ndarray[Any, np.dtype[np.int32]]
    dates: np.ndarray[Any, np.dtype[np.bool_]]
    seconds: np.ndarray[Any, np.dtype[np.int32]]
    typed: int
    types: np.ndarray[Any, np.dtype[np.uint8]]
    meant: np.ndarray[Any, np.dtype[np.int32]]
    dialled: np.ndarray[Any, np.dtype[np.bool_]]


@cache
def _map() -> _Map:
    facts = facts_of(__package__, "hl7.yaml")
    segments: dict[str, dict[str, str]] = facts["segments"]
    names = tuple(dict.fromkeys(name for fields in segments.values() for name in fields.values()))
    heads = np.frombuffer("".join([*segments, *facts["silent"]]).encode(), np.uint8).reshape(-1, 3)
    columns = np.full((len(segments), _FIELDS, _COMPONENTS), -1, np.int32)
    for number, fields in enumerate(segments.values()):
        for place, name in fields.items():
            at, component = map(int, place.split("."))
            columns[number, at, component - 1] = names.index(name)
    dates = np.array([name in facts["dates"] for name in names])
    twice: list[str] = facts["twice"]
    seconds = np.array([len(names) + twice.index(name) if name in twice else -1 for name in names], np.int32)
    types: dict[str, str] = facts["types"]
    codes = np.frombuffer("".join(types).encode(), np.uint8).reshape(-1, 2)
    meant = np.array([names.index(name) for name in types.values()], np.int32)
    dialled = np.array([name in facts["dialled"] for name in names])
    typed = names.index("medical record number")
    all_names = (*names, *(f"{name} 2" for name in twice))
    return _Map(all_names, heads, columns, dates, seconds, typed, codes, meant, dialled)


class Hl7Reader:
    """Reads one file of messages; see `reader.Reader`. The last column, `text`, holds what no column is for."""

    def __init__(self, source: Source, encoding: Encoding, sample: bytes) -> None:
        self._source = source
        self._encoding = encoding
        self._marks = _marks(sample)
        self.shape = Shape([*_map().names, "text"], True, encoding.name)
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All segments."""
        self.tally = Tally()
        marks = self._marks.copy()
        seen = np.zeros(2, np.int64)
        positions = [i for i in range(len(self.shape.names)) if wanted is None or i in wanted]
        chunks = to_ascii_based(self._source.chunks(self._encoding.skip), self._encoding)
        for piece in pieces(chunks, Dialect(WHOLE_LINES, 1), self._source.limits):
            self.tally.rows += piece.rows + piece.rejected
            self.tally.rejected += piece.rejected
            if not piece.rows:
                continue
            parted = self._parted(piece, marks)
            numbers = np.arange(piece.first, piece.first + piece.rows, dtype=np.int64)
            yield Batch(pa.array(numbers), {i: column(parted, i, seen) for i in positions})
        if self._encoding.name == "utf-8" and seen[1]:
            self.shape.encoding = "cp1252" if not seen[0] else "utf-8 and cp1252"

    def _parted(self, piece: Piece, marks: np.ndarray[Any, np.dtype[np.uint8]]) -> Piece:
        """The piece with the columns of the standard; `marks` become those of its last message."""
        shape = len(self.shape.names), piece.rows
        starts: Ints = np.zeros(shape, np.int32)
        lens: Ints = np.full(shape, -1, np.int32)
        known = _map()
        _part(
            piece.buffer, piece.starts[0], piece.lens[0], piece.rows, marks, known.heads, known.columns, known.dates,
            known.seconds, known.typed, known.types, known.meant, known.dialled, starts, lens,
        )  # fmt: skip
        return replace(piece, starts=starts, lens=lens)


def _marks(sample: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The marks that part fields, components, repetitions and parts of components (and the one that escapes), as the
    first segment writes them.
    """
    for head in _HEADS:
        at = sample.find(head)
        if 0 <= at < _FIELDS and len(sample) >= at + 8:
            return np.frombuffer(sample[at + 3 : at + 8], np.uint8)
    return np.frombuffer(_USUAL, np.uint8)


@leaf
def _segment(buf, at, end, heads):  # type: ignore[no-untyped-def]
    """The number of the segment that begins here, or -1."""
    if at + 3 > end:
        return -1
    for k in range(heads.shape[0]):
        if buf[at] == heads[k, 0] and buf[at + 1] == heads[k, 1] and buf[at + 2] == heads[k, 2]:
            return k
    return -1


@leaf
def _enter(buf, begin, end, at, dates, starts, lens, row):  # type: ignore[no-untyped-def]
    """Enter a value, unless it is empty or says that there is none (two quotes)."""
    while begin < end and buf[begin] <= 32:
        begin += 1
    while end > begin and buf[end - 1] <= 32:
        end -= 1
    if begin == end or (end - begin == 2 and buf[begin] == 34 and buf[begin + 1] == 34):
        return
    if at < dates.size and dates[at]:
        end = min(end, begin + _DAY)
    starts[at, row], lens[at, row] = begin, end - begin


@leaf
def _meant(buf, at, end, marks, types, meant, otherwise):  # type: ignore[no-untyped-def]
    """The column that the type in the fifth component says of the value whose first component ends at `at`."""
    component = 0
    while at < end and buf[at] != marks[0] and buf[at] != marks[2]:
        component += buf[at] == marks[1]
        at += 1
        if component == 4:
            for k in range(types.shape[0]):
                if at + 2 <= end and buf[at] == types[k, 0] and buf[at + 1] == types[k, 1]:
                    return meant[k]
            return otherwise
    return otherwise


@leaf
def _part_line(buf, begin, end, marks, columns, dates, seconds, typed, types, meant, dialled, starts, lens, row):  # type: ignore[no-untyped-def]
    """Enter the fields of a segment; repetitions for which there is no column are text."""
    text = lens.shape[0] - 1
    field = component = repeat = 0
    whole = True
    at = before = begin
    for i in range(begin, end + 1):
        c = buf[i] if i < end else marks[0]
        if c != marks[0] and c != marks[1] and c != marks[2] and c != marks[4]:
            continue
        known = field < columns.shape[0] and component < columns.shape[1] and columns[field, component] >= 0
        column = columns[field, component] if known else np.int32(-1)
        if component == 6 and field < columns.shape[0] and i > at and at - 1 > before:
            first = columns[field, 0]
            if first >= 0 and dialled[first]:
                buf[at - 1] = 32
                known, column, at = True, first, before
        if known and column == typed:
            column = _meant(buf, i, end, marks, types, meant, column)
        if known and (lens[column, row] >= 0 or (repeat > 0 and seconds[column] < 0)):
            column = seconds[column]
            if column >= 0 and lens[column, row] >= 0:
                column = np.int32(-1)
        if column >= 0 and whole:
            _enter(buf, at, i, column, dates, starts, lens, row)
        elif known and whole and i > at:
            if lens[text, row] < 0:
                starts[text, row] = at
            lens[text, row] = i - starts[text, row]
        before, at = at, i + 1
        whole = c != marks[4]
        if c == marks[1]:
            component += 1
        elif c == marks[2]:
            repeat, component = repeat + 1, 0
        elif c == marks[0]:
            field, component, repeat = field + 1, 0, 0


@leaf
def _begins_message(buf, at, end):  # type: ignore[no-untyped-def]
    """Whether a segment says with which marks the next ones are written."""
    message = buf[at] == 77 and buf[at + 1] == 83 and buf[at + 2] == 72 if at + 8 <= end else False
    return message and buf[at + 3] != buf[at + 4]


@leaf
def _part(buf, begins, sizes, rows, marks, heads, columns, dates, seconds, typed, types, meant, dialled, starts, lens):  # type: ignore[no-untyped-def]
    """Part lines into segments and their fields; `marks` change with each message."""
    text = lens.shape[0] - 1
    for row in range(rows):
        begin = np.int64(begins[row])
        end = begin + sizes[row]
        while begin < end and buf[begin] <= 32:
            begin += 1
        number = _segment(buf, begin, end, heads)
        if 0 <= number < columns.shape[0]:
            _part_line(
                buf, begin, end, marks, columns[number], dates, seconds, typed, types, meant, dialled, starts, lens,
                row,
            )  # fmt: skip
        elif number < 0:
            starts[text, row], lens[text, row] = begin, end - begin
        elif _begins_message(buf, begin, end):
            for k in range(5):
                marks[k] = buf[begin + 3 + k]
