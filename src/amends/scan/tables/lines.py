"""Streaming through the splitter: chunks of bytes → pieces of whole rows, with memory bounded by the longest row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from amends.scan.files.limits import Limits
from amends.scan.tables.splitter import gather, split
from amends.scan.tables.structure import CR, LF
from amends.scan.values.words import MARGIN

Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Ints: TypeAlias = "np.ndarray[Any, np.dtype[np.int32]]"

_ROWS_AT_ONCE = 8192
"""Rows of one piece: their positions stay in the processor's cache."""
WHOLE_LINES = -1
"""A delimiter that is no byte: each line is one field."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows are taken apart: the delimiter's byte value (or `WHOLE_LINES`) and how many columns a row has."""

    delimiter: int
    columns: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows found in one stretch of bytes, the `number`-th of a file; how long it is valid see `pieces`.

    `first` is the number of the first row; `rejected` rows follow these rows without being part of them.
    """

    buffer: Bytes
    starts: Ints
    lens: Ints
    fields: Ints
    number: int
    first: int
    rows: int
    ragged: int
    rejected: int
    ascii: bool


class _Shelf:
    """Arrays lent to pieces, and taken back when `keep` further pieces were asked for."""

    def __init__(self, lines: int, capacity: int, limits: Limits, keep: int) -> None:
        self.number = 0
        self._keep = keep
        self._shape = lines, capacity
        self._step = limits.chunk // 4 + MARGIN
        self._positions: list[tuple[Ints, Ints, Ints]] = []
        self._buffer: Bytes = np.empty(0, np.uint8)
        self._spare: list[tuple[int, Bytes]] = []

    def positions(self) -> tuple[Ints, Ints, Ints]:
        """`starts`, `lens` and `fields` for the next piece."""
        place = self.number % (self._keep + 1)
        if place == len(self._positions):
            empty = (np.empty(shape, np.int32) for shape in (self._shape, self._shape, self._shape[1]))
            self._positions.append((next(empty), next(empty), next(empty)))
        return self._positions[place]

    def buffer(self, size: int) -> Bytes:
        """A buffer of at least so many bytes, other than the last one."""
        fit = [i for i, (last, old) in enumerate(self._spare) if last < self.number - self._keep and len(old) >= size]
        found = self._spare.pop(fit[0])[1] if fit else np.empty(size + self._step - size % self._step, np.uint8)
        self._spare = [(last, old) for last, old in self._spare if last >= self.number - self._keep]
        self._spare.append((self.number - 1, self._buffer))
        self._buffer = found
        return found


def pieces(chunks: Iterable[bytes], dialect: Dialect, limits: Limits, *, keep: int = 0) -> Iterator[Piece]:
    """All rows of the chunks. The rows do not depend on how the bytes are cut into chunks.

    A piece stays valid until `keep` further ones were taken and one more is asked for.
    """
    capacity = max(1, min(limits.cells // (dialect.columns + 1), limits.chunk, _ROWS_AT_ONCE))
    shelf = _Shelf(dialect.columns + 1, capacity, limits, keep)
    left: Bytes = np.empty(0, np.uint8)
    row, skipping, ascii = 0, False, True
    for chunk, final in _with_last(chunks):
        ascii = ascii and chunk.isascii()
        chunk, skipping = _skip_line(chunk, skipping)
        size = len(left) + len(chunk)
        buffer = shelf.buffer(size + MARGIN)
        buffer[: len(left)] = left
        buffer[len(left) : size] = np.frombuffer(chunk, np.uint8)
        at = 0
        while at < size:
            starts, lens, fields = shelf.positions()
            rows, used, ragged, rejected = split(
                buffer[at:size], size - at, final, dialect.delimiter, dialect.columns, limits.quoted, limits.row,
                starts, lens, fields,
            )  # fmt: skip
            if rows == 0 and used == 0 and rejected == 0:
                break
            if rows or rejected:
                found = buffer[at:size]
                yield Piece(found, starts, lens, fields, shelf.number, row, rows, ragged, rejected, ascii)
                shelf.number += 1
            row += rows + rejected
            at += used
            if rows < capacity and not rejected:
                break
        left = buffer[at:size]
        if len(left) > limits.row + limits.quoted:
            starts, lens, fields = shelf.positions()
            yield Piece(left, starts, lens, fields, shelf.number, row, 0, 0, 1, ascii)
            shelf.number += 1
            row += 1
            tail, skipping = _skip_line(left[limits.row :].tobytes(), True)
            left = np.frombuffer(tail, np.uint8)


def column(
    piece: Piece, position: int, seen: np.ndarray[Any, np.dtype[np.int64]], rows: int | None = None
) -> pa.StringArray:
    """One column of a piece as an Arrow array: missing fields are null, empty ones are empty strings.

    `rows` bounds how many; `seen` as in `splitter.gather`.
    """
    lens = piece.lens[position]
    rows = piece.rows if rows is None else min(rows, piece.rows)
    here = lens[:rows] >= 0
    filled = int(lens[:rows].sum(dtype=np.int64, where=here))
    offsets = np.empty(rows + 1, np.int32)
    data = np.empty(max(1, filled if piece.ascii else 3 * filled), np.uint8)
    used = gather(piece.buffer, piece.starts[position], lens, rows, offsets, data, seen)
    missing = 0 if here.all() else rows - int(here.sum())
    validity = pa.py_buffer(np.packbits(here, bitorder="little")) if missing else None
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data[:used]), validity, missing)


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    for chunk in chunks:
        yield chunk, False
    yield b"", True


def _skip_line(chunk: bytes, skipping: bool) -> tuple[bytes, bool]:
    """Drop bytes up to the next row end while `skipping`; what is left, and whether to go on skipping."""
    if not skipping:
        return chunk, False
    ends = [end for end in (chunk.find(bytes([LF])), chunk.find(bytes([CR]))) if end >= 0]
    return (chunk[min(ends) :], False) if ends else (b"", True)
