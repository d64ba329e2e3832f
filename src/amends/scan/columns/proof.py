"""Kernels of the second pass: what a validator proves, as digits, dates or bits of a mask; other text made tidy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit

from amends.scan.columns.facts import buffers, this_year
from amends.scan.values.dates import to_days
from amends.scan.values.identifiers import without_float
from amends.scan.values.lexicon import EMPTY_WORDS, WORDS
from amends.scan.values.validators import Kind, judge


@njit(cache=True, nogil=True)
def _keep_digits(offsets, data, need, year, words, out_offsets, out, valid):  # type: ignore[no-untyped-def]
    at = 0
    for row in range(offsets.size - 1):
        out_offsets[row] = at
        valid[row] = False
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if start == end or judge(data, start, end, year, words)[0] & need == 0:
            continue
        valid[row] = True
        for i in range(start, without_float(data, start, end)):
            if 48 <= data[i] <= 57:
                out[at] = data[i]
                at += 1
    out_offsets[offsets.size - 1] = at
    return at


@njit(cache=True, nogil=True)
def _keep_lower(offsets, data, need, year, words, out_offsets, out, valid):  # type: ignore[no-untyped-def]
    at = 0
    for row in range(offsets.size - 1):
        out_offsets[row] = at
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        valid[row] = start != end and judge(data, start, end, year, words)[0] & need != 0
        if not valid[row]:
            continue
        for i in range(start, end):
            if data[i] > 32:
                out[at] = data[i] | 32 if 65 <= data[i] <= 90 else data[i]
                at += 1
    out_offsets[offsets.size - 1] = at
    return at


_WIDEST = 8


def _empty_words() -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    spellings = sorted({*EMPTY_WORDS, *(word.upper() for word in EMPTY_WORDS)})
    return np.array([list(word.encode().ljust(_WIDEST, b"\0")) for word in spellings], np.uint8)


_EMPTIES = _empty_words()


@njit(cache=True, nogil=True)
def _says_nothing(out, start, length):  # type: ignore[no-untyped-def]
    """Whether the bytes are one of the words for "no value"."""
    for word in range(_EMPTIES.shape[0]):
        if _EMPTIES[word, 0] != out[start] or (length < _WIDEST and _EMPTIES[word, length] != 0):
            continue
        same = True
        for i in range(length):
            if _EMPTIES[word, i] != out[start + i]:
                same = False
                break
        if same:
            return True
    return False


@njit(cache=True, nogil=True)
def _tidy(offsets, data, out_offsets, out, valid):  # type: ignore[no-untyped-def]
    at = np.int64(0)
    for row in range(offsets.size - 1):
        out_offsets[row] = at
        begin = at
        gap = 0
        says = False
        for i in range(offsets[row], offsets[row + 1]):
            c = data[i]
            if c <= 32:
                gap = 1
                continue
            says |= 48 <= c <= 57 or 97 <= c | 32 <= 122 or c >= 128
            if gap and at > begin:
                out[at] = 32
                at += 1
            gap = 0
            out[at] = c
            at += 1
        length = at - begin
        valid[row] = says and (length >= _WIDEST or not _says_nothing(out, begin, length))
        if not valid[row]:
            at = begin
    out_offsets[offsets.size - 1] = at
    return at


@njit(cache=True, nogil=True)
def _mark(offsets, data, need, mask, year, words, more):  # type: ignore[no-untyped-def]
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if start != end and judge(data, start, end, year, words)[0] & need:
            more[row] |= mask


def kind_bits(kinds: Sequence[Kind]) -> int:
    """The bits of kinds; those of a filled cell where no kind is given."""
    return sum(1 << kind for kind in kinds) or 1 << Kind.FILLED


def digits(cells: pa.StringArray, kinds: Sequence[Kind]) -> pa.StringArray:
    """The digits of each cell that one of the validators accepts; null for every other cell."""
    offsets, data = buffers(cells)
    rows = len(cells)
    out_offsets, valid = np.empty(rows + 1, np.int32), np.empty(rows, np.bool_)
    out = np.empty(int(offsets[-1] - offsets[0]) + 1, np.uint8)
    used = _keep_digits(offsets, data, kind_bits(kinds), this_year(), WORDS, out_offsets, out, valid)
    return _array(out_offsets, out[:used], valid)


def emails(cells: pa.StringArray) -> pa.StringArray:
    """The cells that are one e-mail address, in lower case; null for every other cell."""
    offsets, data = buffers(cells)
    rows = len(cells)
    out_offsets, valid = np.empty(rows + 1, np.int32), np.empty(rows, np.bool_)
    out = np.empty(int(offsets[-1] - offsets[0]) + 1, np.uint8)
    used = _keep_lower(offsets, data, 1 << Kind.EMAIL, this_year(), WORDS, out_offsets, out, valid)
    return _array(out_offsets, out[:used], valid)


def tidy(cells: pa.StringArray) -> pa.StringArray:
    """The cells without white space at the ends or doubled within; null where they have no letter or
    digit, or say "no value"."""
    offsets, data = buffers(cells)
    rows = len(cells)
    out_offsets, valid = np.empty(rows + 1, np.int32), np.empty(rows, np.bool_)
    out = np.empty(int(offsets[-1] - offsets[0]) + 1, np.uint8)
    used = _tidy(offsets, data, out_offsets, out, valid)
    return _array(out_offsets, out[:used], valid)


def _array(
    offsets: np.ndarray[tuple[int], np.dtype[np.int32]],
    data: np.ndarray[Any, np.dtype[np.uint8]],
    valid: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> pa.StringArray:
    bitmap = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.StringArray.from_buffers(len(valid), pa.py_buffer(offsets), pa.py_buffer(data), bitmap)


def births(cells: pa.StringArray, *, day_first: bool) -> pa.Date32Array:
    """Dates of birth (1900 to today); null for every other cell."""
    offsets, data = buffers(cells)
    days, valid = np.empty(len(cells), np.int32), np.empty(len(cells), np.bool_)
    today = (datetime.now(UTC).date() - date(1970, 1, 1)).days
    to_days(offsets, data, day_first, today, days, valid)
    return pa.array(days, pa.int32(), mask=~valid).cast(pa.date32())


def mark(
    cells: pa.StringArray, kinds: Sequence[Kind], mask: int, more: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    """Add `mask` to `more` (int64) in every row whose cell a validator accepts; without kinds, in every filled one."""
    offsets, data = buffers(cells)
    _mark(offsets, data, kind_bits(kinds), mask, this_year(), WORDS, more)
