"""The quick way through well-formed rows: the positions of delimiters, quotes and row ends first, then the fields.

Positions are found sixty-four bytes at a time. A row whose quotes are more than a pair around a field is left to the
careful way (`splitter`), so both ways give the same fields.
"""

# ruff: noqa: SIM109

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.compiled import fused, leaf
from amends.scan.values.lanes import LANES, equal_lanes
from amends.scan.values.words import trailing_zeros

QUOTE: Final = 34
LF: Final = 10
CR: Final = 13
BLOCK: Final = 1 << 16
"""Bytes whose marks are found at once: those and their marks stay in the processor's cache."""


@leaf
def mark(buf, start, stop, delimiter, marks):  # type: ignore[no-untyped-def]
    """Write the positions of delimiters, quotes and row ends in `buf[start:stop]` to `marks` (int32); their number.

    `marks` holds one position more than there are bytes; `delimiter` -1 is none.
    """
    found = np.int64(0)
    at = np.int64(start)
    parting = np.uint8(delimiter if delimiter >= 0 else LF)
    while at + LANES <= stop:
        here = equal_lanes(buf, at, parting) | equal_lanes(buf, at, np.uint8(QUOTE))
        here |= equal_lanes(buf, at, np.uint8(LF)) | equal_lanes(buf, at, np.uint8(CR))
        while here:
            marks[found] = at + np.int64(trailing_zeros(here))
            here &= here - np.uint64(1)
            found += 1
        at += LANES
    while at < stop:
        c = buf[at]
        marks[found] = at
        found += c == parting or c == QUOTE or c == LF or c == CR
        at += 1
    return found


@fused
def quick_row(buf, at, delimiter, marks, count, first, starts, lens, row):  # type: ignore[no-untyped-def]
    """Take the row at `at` apart by its marks from `marks[first]` on: (position of its end or -1, fields, next mark).

    -1 when the marks end before the row does, or a quote needs the careful way.
    """
    columns = starts.shape[0] - 1
    begin = np.int64(at)
    fields = np.int64(0)
    i = np.int64(first)
    while i < count:
        pos = np.int64(marks[i])
        c = buf[pos]
        length = pos - begin
        if c == QUOTE:
            if pos != begin:
                i += 1
                continue
            j = i + 1
            while j < count and buf[marks[j]] == delimiter:
                j += 1
            if j + 1 >= count or buf[marks[j]] != QUOTE or marks[j + 1] != marks[j] + 1:
                return np.int64(-1), fields, i
            pos = np.int64(marks[j + 1])
            c = buf[pos]
            if c == QUOTE:
                return np.int64(-1), fields, i
            begin += 1
            length = marks[j] - begin
            i = j + 1
        if fields < columns:
            starts[fields, row] = begin
            lens[fields, row] = length
        elif fields == columns:
            starts[columns, row] = begin
        fields += 1
        i += 1
        if c != delimiter:
            return pos, fields, i
        begin = pos + 1
    return np.int64(-1), fields, i
