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
    """Rows found in one stretch of bytes, valid until the next piece is asked for.

    `first` is the number of the first row; `rejected` rows follow these rows without being part of them.
    """

    buffer: Bytes
    starts: Ints
    lens: Ints
    fields: Ints
    first: int
    rows: int
    ragged: int
    rejected: int
    ascii: bool


def pieces(chunks: Iterable[bytes], dialect: Dialect, limits: Limits, *, fresh: bool = False) -> Iterator[Piece]:
    """All rows of the chunks. The rows do not depend on how the bytes are cut into chunks.

    With `fresh` no piece's arrays are used again, so that pieces stay valid.
    """
    capacity = max(1, min(limits.cells // (dialect.columns + 1), limits.chunk, _ROWS_AT_ONCE))
    starts = np.empty((dialect.columns + 1, capacity), np.int32)
    lens = np.empty((dialect.columns + 1, capacity), np.int32)
    fields = np.empty(capacity, np.int32)
    buffer: Bytes = np.empty(0, np.uint8)
    row, size, skipping, ascii = 0, 0, False, True
    for chunk, final in _with_last(chunks):
        ascii = ascii and chunk.isascii()
        chunk, skipping = _skip_line(chunk, skipping)
        if fresh or size + len(chunk) + MARGIN > len(buffer):
            buffer = np.concatenate([buffer[:size], np.empty(max(size, len(chunk)) + len(chunk) + MARGIN, np.uint8)])
        buffer[size : size + len(chunk)] = np.frombuffer(chunk, np.uint8)
        size += len(chunk)
        at = 0
        while at < size:
            rows, used, ragged, rejected = split(
                buffer[at:size], size - at, final, dialect.delimiter, dialect.columns, limits.quoted, limits.row,
                starts, lens, fields,
            )  # fmt: skip
            if rows == 0 and used == 0 and rejected == 0:
                break
            if rows or rejected:
                yield Piece(buffer[at:size], starts, lens, fields, row, rows, ragged, rejected, ascii)
                if fresh:
                    starts, lens, fields = np.empty_like(starts), np.empty_like(lens), np.empty_like(fields)
            row += rows + rejected
            at += used
            if rows < capacity and not rejected:
                break
        if size - at > limits.row + limits.quoted:
            yield Piece(buffer, starts, lens, fields, row, 0, 0, 1, ascii)
            row, skipping = row + 1, True
            tail, skipping = _skip_line(buffer[at + limits.row : size].tobytes(), True)
            if fresh:
                buffer = np.empty(len(tail), np.uint8)
            buffer[: len(tail)] = np.frombuffer(tail, np.uint8)
            size = len(tail)
        elif fresh:
            buffer, size = buffer[at:size], size - at
        else:
            buffer[: size - at] = buffer[at:size].copy()
            size -= at


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
