"""The tolerant splitter: bytes of a delimited file → where each field of each row starts and how long it is.

A row ends at CR, LF or CRLF; empty lines are no rows. A field that begins with a quote ends at a quote before a
delimiter, a row end or the end of the file; doubled quotes inside stand for one and any other quote is literal. A
quoted field may run over row ends only if it closes within `bound` bytes, holds no stray quote, and its lines do not
make better rows by themselves; otherwise its opening quote is literal. So one stray quote never swallows the rows after
it.

Positions are int32: the caller keeps buffers below 2^31 bytes.
"""

# ruff: noqa: SIM109, SIM110

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from amends.scan.tables.structure import BLOCK, CR, LF, QUOTE, mark, quick_row

_TOO_MANY: Final = 64
_YES: Final = np.bool_(True)
_NO: Final = np.bool_(False)
_ZERO: Final = np.int64(0)
"""Typed constants: a plain literal would make numba compile its callees once more for that very value."""
_LITERAL: Final = -1
_MORE: Final = -2


@njit(cache=True, nogil=True)
def _closing(buf, pos, size, final, delimiter, bound, may_run_on):  # type: ignore[no-untyped-def]
    """Index of the quote that closes the one at `pos`; whether it ran over a row end; whether quotes are doubled."""
    i = pos + 1
    runs_on = False
    stray = False
    doubled = False
    while i < size:
        c = buf[i]
        if c == QUOTE:
            if i + 1 == size:
                return (i if final else _MORE), runs_on, doubled
            d = buf[i + 1]
            if d == QUOTE:
                doubled = True
                i += 2
                continue
            if d == delimiter or d == LF or d == CR:
                return i, runs_on, doubled
            if runs_on or (i - 1 > pos and buf[i - 1] == delimiter):
                return _LITERAL, runs_on, doubled
            stray = True
        elif c == LF or c == CR:
            if stray or not may_run_on:
                return _LITERAL, runs_on, doubled
            runs_on = True
        if runs_on and i - pos > bound:
            return _LITERAL, runs_on, doubled
        i += 1
    return (_LITERAL if final else _MORE), runs_on, doubled


@njit(cache=True, nogil=True)
def _better_literal(buf, at, opened, end, delimiter, fields, expected):  # type: ignore[no-untyped-def]
    """Whether a row makes more sense if the quote at `opened`, which runs over row ends, is read literally.

    It does if its first line alone comes nearer to the expected fields than the whole, or has them as the next line
    has, or if most of the lines within have them without a quote.
    """
    first = 1
    pos = at
    while pos < end and buf[pos] != LF and buf[pos] != CR:
        if buf[pos] == QUOTE and pos != opened and (pos == at or buf[pos - 1] == delimiter):
            close, runs_on, _ = _closing(buf, pos, end, _YES, delimiter, _ZERO, _NO)
            if close >= 0 and not runs_on:
                pos = close
        first += buf[pos] == delimiter
        pos += 1
    if abs(first - expected) < abs(fields - expected):
        return True
    following = lines = fitting = 0
    while pos < end:
        while pos < end and (buf[pos] == LF or buf[pos] == CR):
            pos += 1
        line = 1
        quoted = False
        while pos < end and buf[pos] != LF and buf[pos] != CR:
            line += buf[pos] == delimiter
            quoted |= buf[pos] == QUOTE
            pos += 1
        following = line if lines == 0 else following
        lines += 1
        fitting += line == expected and not quoted and pos < end
    if first == expected and following == expected:
        return True
    return expected >= 3 and lines > 1 and 2 * fitting >= lines - 1


@njit(cache=True, nogil=True)
def _row(buf, at, size, final, delimiter, expected, bound, literal, starts, lens, row):  # type: ignore[no-untyped-def]
    """Take one row apart: (position after it or -1 for more bytes, fields, end of content, quote to read literally)."""
    columns = starts.shape[0] - 1
    pos = at
    fields = 0
    ran_on_at = -1
    while True:
        begin = pos
        length = -1
        if pos < size and buf[pos] == QUOTE:
            close, runs_on, doubled = _closing(buf, pos, size, final, delimiter, bound, pos > literal)
            if close == _MORE:
                return -1, fields, 0, -1
            if close >= 0:
                if runs_on and ran_on_at < 0:
                    ran_on_at = pos
                length = close - pos - 1
                begin = ~(pos + 1) if doubled else pos + 1
                pos = close + 1
        if length < 0:
            while pos < size:
                c = buf[pos]
                if c == delimiter or c == LF or c == CR:
                    break
                pos += 1
            length = pos - begin
        if fields < columns:
            starts[fields, row] = begin
            lens[fields, row] = length
        elif fields == columns:
            starts[columns, row] = ~begin - 1 if begin < 0 else begin
        fields += 1
        if pos >= size:
            return (size if final else -1), fields, size, -1
        if buf[pos] != delimiter:
            if (
                ran_on_at >= 0
                and expected > 0
                and _better_literal(buf, at, ran_on_at, pos, delimiter, fields, expected)
            ):
                return at, fields, pos, ran_on_at
            return pos + 1, fields, pos, -1
        pos += 1
        if ran_on_at >= 0 and expected > 0 and (fields > expected + _TOO_MANY or pos - ran_on_at > bound):
            return at, fields, pos, ran_on_at


@njit(cache=True, nogil=True)
def _holds_more(buf, start, end, delimiter):  # type: ignore[no-untyped-def]
    for i in range(start, end):
        if buf[i] != delimiter and buf[i] != 32 and buf[i] != QUOTE:
            return True
    return False


@njit(cache=True, nogil=True)
def _careful_row(buf, at, size, final, delimiter, expected, bound, starts, lens, row):  # type: ignore[no-untyped-def]
    """Take one row apart, with the quotes read literally that make no sense otherwise: as `_row`, the end decided."""
    literal = _ZERO - 1
    after, found, end, refused = _row(buf, at, size, final, delimiter, expected, bound, literal, starts, lens, row)
    while refused >= 0:
        literal = refused
        after, found, end, refused = _row(buf, at, size, final, delimiter, expected, bound, literal, starts, lens, row)
    return np.int64(after), np.int64(found), np.int64(end)


@njit(cache=True, nogil=True)
def split(buf, size, final, delimiter, expected, bound, row_limit, starts, lens, fields):  # type: ignore[no-untyped-def]
    """Split `buf[:size]` into rows until the arrays are full, the bytes run out, or a row is too long.

    `starts` and `lens` are int32 of shape (columns + 1, capacity): where each field's content starts and its length; a
    start is bitwise inverted when doubled quotes must be undone; length -1 is a missing field. The last line holds what
    stands beyond the last column, as written. `fields` (int32, capacity) gets the number of fields of each row.
    `delimiter` -1 keeps lines whole. `expected` 0 accepts any number of fields.

    Returns (rows, bytes consumed, ragged rows, rejected rows); a rejected row ends the call so that rows stay adjacent.
    """
    columns = starts.shape[0] - 1
    at = _ZERO
    row = _ZERO
    ragged = 0
    marks = np.empty(BLOCK + 1, np.int32)
    low = high = count = next_mark = _ZERO
    while at < size and row < starts.shape[1]:
        if buf[at] == LF or buf[at] == CR:
            at += 1
            continue
        after = _ZERO - 1
        found = end = _ZERO
        for _ in range(2):
            if at >= high or (after < 0 and low < at and next_mark >= count and high < size):
                low, high = at, min(at + BLOCK, size)
                count = mark(buf, low, high, delimiter, marks)
                next_mark = _ZERO
            while next_mark < count and marks[next_mark] < at:
                next_mark += 1
            end, found, reached = quick_row(buf, at, delimiter, marks, count, next_mark, starts, lens, row)
            next_mark = reached if end >= 0 else next_mark
            after = end + 1 if end >= 0 else _ZERO - 1
            if end >= 0 or reached < count or low == at or high == size:
                break
            next_mark = count
        if after < 0:
            after, found, end = _careful_row(buf, at, size, final, delimiter, expected, bound, starts, lens, row)
        if after < 0:
            break
        if end - at > row_limit:
            return row, after, ragged, 1
        lens[columns, row] = -1
        if found < columns:
            for field in range(found, columns):
                lens[field, row] = -1
            ragged += 1
        elif found > columns and columns > 0:
            start = starts[columns, row]
            if _holds_more(buf, start, end, delimiter):
                lens[columns, row] = end - start
                ragged += 1
        fields[row] = found
        at = after
        row += 1
    return row, at, ragged, 0


@njit(cache=True, nogil=True)
def _is_utf8(buf, start, end):  # type: ignore[no-untyped-def]
    i = start
    while i < end:
        c = buf[i]
        if c < 0x80:
            i += 1
            continue
        if 0xC2 <= c <= 0xDF:
            more = 1
        elif 0xE0 <= c <= 0xEF:
            more = 2
        elif 0xF0 <= c <= 0xF4:
            more = 3
        else:
            return False
        if i + more >= end:
            return False
        second = buf[i + 1]
        low = 0xA0 if c == 0xE0 else (0x90 if c == 0xF0 else 0x80)
        high = 0x9F if c == 0xED else (0x8F if c == 0xF4 else 0xBF)
        if second < low or second > high:
            return False
        for k in range(2, more + 1):
            if buf[i + k] < 0x80 or buf[i + k] > 0xBF:
                return False
        i += more + 1
    return True


def _cp1252_table() -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Code points of the bytes 0x80 to 0xFF in Windows-1252; the five unassigned bytes stand for themselves."""
    unassigned = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    points = [b if b in unassigned else ord(bytes([b]).decode("cp1252")) for b in range(128, 256)]
    return np.array(points, np.uint16)


_CP1252 = _cp1252_table()


@njit(cache=True, nogil=True)
def rewrite(buf, start, end, doubled, data, at, seen):  # type: ignore[no-untyped-def]
    """Copy one cell that is not plain: undo doubled quotes, drop NULs, turn Windows-1252 into UTF-8."""
    utf8 = _is_utf8(buf, start, end)
    high = False
    i = start
    while i < end:
        c = buf[i]
        if c == 0:
            i += 1
            continue
        if c >= 0x80:
            high = True
        if c < 0x80 or utf8:
            data[at] = c
            at += 1
        else:
            point = _CP1252[c - 128]
            if point < 0x800:
                data[at] = 0xC0 | (point >> 6)
                at += 1
            else:
                data[at] = 0xE0 | (point >> 12)
                data[at + 1] = 0x80 | ((point >> 6) & 0x3F)
                at += 2
            data[at] = 0x80 | (point & 0x3F)
            at += 1
        i += 2 if doubled and c == QUOTE and i + 1 < end and buf[i + 1] == QUOTE else 1
    if high:
        seen[0 if utf8 else 1] += 1
    return at


@njit(cache=True, nogil=True)
def gather(buf, starts, lens, rows, offsets, data, seen):  # type: ignore[no-untyped-def]
    """Copy one column's cells into Arrow form: `offsets` (int32, rows + 1) and UTF-8 `data`; the bytes used.

    `data` must hold the sum of the lengths, three times that where bytes above 0x7F occur. `seen` (int64, 2) counts the
    cells that were UTF-8 beyond ASCII and those that were Windows-1252.
    """
    at = _ZERO
    for row in range(rows):
        offsets[row] = at
        length = lens[row]
        if length <= 0:
            continue
        start = starts[row]
        doubled = start < 0
        if doubled:
            start = ~start
        any_bits = np.uint8(0)
        zero = False
        for k in range(length):
            c = buf[start + k]
            data[at + k] = c
            any_bits |= c
            zero |= c == 0
        if doubled or zero or any_bits >= 0x80:
            at = rewrite(buf, start, start + length, doubled, data, at, seen)
        else:
            at += length
    offsets[rows] = at
    return at
