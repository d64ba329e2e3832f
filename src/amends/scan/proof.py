"""Kernels of the second pass: keep only what a validator proves, as digits, dates or bits of a mask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
from numba import njit

from amends.scan.dates import to_days
from amends.scan.facts import buffers, this_year
from amends.scan.lexicon import WORDS
from amends.scan.validators import Kind, judge


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
        for i in range(start, end):
            if 48 <= data[i] <= 57:
                out[at] = data[i]
                at += 1
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
    bitmap = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.StringArray.from_buffers(rows, pa.py_buffer(out_offsets), pa.py_buffer(out[:used]), bitmap)


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
