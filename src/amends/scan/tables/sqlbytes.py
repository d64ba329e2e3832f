"""Kernels over the bytes of database dumps: where statements end, and where each value of each row stands.

Strings end at their quote; a doubled quote stands for one, and where `backslash` is set (MySQL) a backslash escapes.
Positions are int32 within the buffer. `kinds` says how a value must be rewritten: see `DOUBLED`, `BACKSLASH`, `COPY`.
"""

# ruff: noqa: SIM110

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

DOUBLED: Final = np.uint8(1)
BACKSLASH: Final = np.uint8(2)
COPY: Final = np.uint8(4)
OUTSIDE, LINE_COMMENT, BLOCK_COMMENT, DOLLAR_TAG, DOLLAR = 0, 1, 2, 3, 4
"""Modes between buffers; above 31: within the quote of that byte, plus 256 if backslashes escape in it."""


@njit(cache=True, nogil=True)
def statement_end(buf, at, size, backslash, state, tag):  # type: ignore[no-untyped-def]
    """Index after the semicolon that ends the statement, or -1 with `state` (int64: mode, previous byte, two counts).

    `tag` (uint8, 64) holds the tag of a dollar quote. `state` must be zero at the beginning of a statement.
    """
    mode, previous = state[0], state[1]
    i = at
    while i < size:
        c = buf[i]
        if mode > 31:
            if previous == 92:
                previous = 0
            elif c == mode & 255:
                mode = OUTSIDE
            elif c == 92 and (mode > 255 or (backslash and c != 96)):
                previous = 92
        elif mode == OUTSIDE:
            if c == 59:
                return i + 1
            if c == 39 or c == 34 or c == 96:
                mode = np.int64(c)
                if c == 39 and not backslash and (previous == 69 or previous == 101):
                    mode += 256
                previous = 0
            elif c == 45 and previous == 45:
                mode = LINE_COMMENT
            elif c == 42 and previous == 47:
                mode = BLOCK_COMMENT
                previous = 0
            elif c == 36 and not backslash:
                mode = DOLLAR_TAG
                state[2] = 0
            else:
                previous = np.int64(c)
        elif mode == LINE_COMMENT:
            if c == 10:
                mode = OUTSIDE
                previous = 0
        elif mode == BLOCK_COMMENT:
            if c == 47 and previous == 42:
                mode = OUTSIDE
                c = np.uint8(0)
            previous = np.int64(c)
        elif mode == DOLLAR_TAG:
            if c == 36:
                mode = DOLLAR
                state[3] = 0
            elif (c == 95 or 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122) and state[2] < 64:
                tag[state[2]] = c
                state[2] += 1
            else:
                mode = OUTSIDE
                continue
        else:
            matched = state[3]
            if matched == 0:
                state[3] = 1 if c == 36 else 0
            elif matched - 1 < state[2] and c == tag[matched - 1]:
                state[3] += 1
            elif matched - 1 == state[2] and c == 36:
                mode = OUTSIDE
                previous = 0
            else:
                state[3] = 1 if c == 36 else 0
        i += 1
    state[0], state[1] = mode, previous
    return -1


@njit(cache=True, nogil=True)
def blank_end(buf, at, size, hashes):  # type: ignore[no-untyped-def]
    """Index of the first byte that is no white space, semicolon or comment; -1 if a comment does not end here."""
    i = at
    while i < size:
        c = buf[i]
        if c <= 32 or c == 59 or c == 0xEF or c == 0xBB or c == 0xBF:
            i += 1
        elif (c == 45 and i + 1 < size and buf[i + 1] == 45) or (c == 35 and hashes) or c == 92:
            while i < size and buf[i] != 10:
                i += 1
            if i == size:
                return -1
        elif c == 47 and i + 1 < size and buf[i + 1] == 42:
            i += 2
            while i + 1 < size and not (buf[i] == 42 and buf[i + 1] == 47):
                i += 1
            if i + 1 >= size:
                return -1
            i += 2
        else:
            return i
    return size


@njit(cache=True, nogil=True)
def begins_with(buf, at, size, head):  # type: ignore[no-untyped-def]
    """Whether the bytes at `at` are `head`."""
    if size - at < len(head):
        return False
    for k in range(len(head)):
        if buf[at + k] != head[k]:
            return False
    return True


@njit(cache=True, nogil=True)
def run_end(buf, at, size, backslash, head, ahead, state, tag):  # type: ignore[no-untyped-def]
    """From within a statement through all that follow and begin with `head`: (position, whether one is open there).

    Stops where fewer than `ahead` bytes are left to tell what the next statement is.
    """
    i = at
    while True:
        end = statement_end(buf, i, size, backslash, state, tag)
        if end < 0:
            return size, True
        state[:] = 0
        last = end
        i = end
        while i < size and buf[i] <= 32:
            i += 1
        if size - i < ahead or not begins_with(buf, i, size, head):
            return last, False


@njit(cache=True, nogil=True)
def copy_end(buf, at, size, begun):  # type: ignore[no-untyped-def]
    """(Index of the line `\\.` that ends COPY data or -1, index of the last line); `begun` if `at` is within a line."""
    i = at
    if begun:
        while i < size and buf[i] != 10:
            i += 1
        i += 1
    line = min(i, size)
    while i < size:
        line = i
        if buf[i] == 92 and i + 1 < size and buf[i + 1] == 46 and (i + 2 == size or buf[i + 2] in (10, 13)):
            return i, line
        while i < size and buf[i] != 10:
            i += 1
        i += 1
        line = min(i, size)
    return -1, line


@njit(cache=True, nogil=True)
def _value(buf, at, size, backslash, starts, lens, kinds, column, row, keep):  # type: ignore[no-untyped-def]
    """Take one value: the index of the comma or parenthesis after it, or -1 for more bytes."""
    i = at
    while i < size and buf[i] <= 32:
        i += 1
    begin = i
    depth = 0
    quoted = -1
    kind = np.uint8(0)
    length = np.int64(-2)
    while i < size:
        c = buf[i]
        if c == 39 or (c == 34 and backslash):
            escapes = backslash or (i > begin and (buf[i - 1] == 69 or buf[i - 1] == 101))
            opened = i + 1
            doubled = np.uint8(0)
            j = opened
            while True:
                while j < size and buf[j] != c and buf[j] != 92:
                    j += 1
                if j >= size:
                    return -1
                if buf[j] == 92:
                    if escapes:
                        doubled |= BACKSLASH
                        j += 1
                    j += 1
                    continue
                if j + 1 >= size:
                    return -1
                if buf[j + 1] != c:
                    break
                doubled |= DOUBLED
                j += 2
            if depth == 0 and quoted < 0:
                quoted = opened
                length = j - opened
                kind = doubled
            i = j + 1
            continue
        if c == 40:
            depth += 1
        elif c == 41:
            if depth == 0:
                break
            depth -= 1
        elif c == 44 and depth == 0:
            break
        i += 1
    if i >= size:
        return -1
    if keep:
        if quoted >= 0 and quoted - begin <= 12:
            starts[column, row] = quoted
            lens[column, row] = length
            kinds[column, row] = kind
        else:
            end = i
            while end > begin and buf[end - 1] <= 32:
                end -= 1
            null = end - begin == 4 and buf[begin] | 32 == 110 and buf[begin + 1] | 32 == 117
            null = null and buf[begin + 2] | 32 == 108 and buf[begin + 3] | 32 == 108
            starts[column, row] = begin
            lens[column, row] = -1 if null else end - begin
            kinds[column, row] = 0
    return i


@njit(cache=True, nogil=True)
def _tuple(buf, at, size, backslash, columns, starts, lens, kinds, row):  # type: ignore[no-untyped-def]
    """Take one parenthesis of values: (index after it or -1, number of values). `at` is its first byte inside."""
    i = at
    fields = 0
    rest = -1
    while True:
        if fields == columns:
            rest = i
        i = _value(buf, i, size, backslash, starts, lens, kinds, fields, row, fields < columns)
        if i < 0:
            return -1, fields
        fields += 1
        if buf[i] == 41:
            break
        i += 1
    for column in range(fields, columns + 1):
        lens[column, row] = -1
    if rest >= 0:
        starts[columns, row] = rest
        lens[columns, row] = i - rest
        kinds[columns, row] = 0
    return i + 1, fields


@njit(cache=True, nogil=True)
def tuples(buf, size, backslash, head, columns, starts, lens, kinds):  # type: ignore[no-untyped-def]
    """Rows of INSERT statements that begin with `head`: (rows, bytes used, ragged rows, values of the last row).

    `columns` are kept, what goes beyond them stands as written in the last row of the arrays. Stops at a row that is
    not whole, or when the arrays are full.
    """
    at = 0
    rows = 0
    ragged = 0
    fields = 0
    capacity = starts.shape[1]
    while at < size and rows < capacity:
        c = buf[at]
        if c <= 32 or c == 44 or c == 59:
            at += 1
        elif c == 40:
            after, fields = _tuple(buf, at + 1, size, backslash, columns, starts, lens, kinds, rows)
            if after < 0:
                break
            ragged += fields != columns
            rows += 1
            at = after
        elif begins_with(buf, at, size, head):
            at += len(head)
        else:
            end = at
            while end < size and buf[end] != 59:
                end += 1
            if end == size:
                break
            at = end
    return rows, at, ragged, fields


@njit(cache=True, nogil=True)
def copy_rows(buf, size, final, columns, starts, lens, kinds):  # type: ignore[no-untyped-def]
    """Rows of COPY text: (rows, bytes used, ragged rows, fields of the last row); arrays as in `tuples`."""
    at = 0
    rows = 0
    ragged = 0
    fields = 0
    capacity = starts.shape[1]
    while at < size and rows < capacity:
        i = at
        begin = at
        fields = 0
        kind = np.uint8(0)
        while True:
            while i < size and buf[i] != 9 and buf[i] != 10:
                if buf[i] == 92:
                    kind = COPY
                    i += 1
                i += 1
            if i >= size and not final:
                return rows, at, ragged, fields
            i = min(i, size)
            if fields < columns:
                end = i
                if end > begin and buf[end - 1] == 13 and (i == size or buf[i] == 10):
                    end -= 1
                null = end - begin == 2 and buf[begin] == 92 and buf[begin + 1] == 78
                starts[fields, rows] = begin
                lens[fields, rows] = -1 if null else end - begin
                kinds[fields, rows] = kind
            elif fields == columns:
                starts[columns, rows] = begin
                kinds[columns, rows] = 0
            fields += 1
            kind = np.uint8(0)
            begin = i + 1
            if i == size or buf[i] == 10:
                break
            i += 1
        lens[columns, rows] = i - starts[columns, rows] if fields > columns else -1
        for column in range(fields, columns):
            lens[column, rows] = -1
        ragged += fields != columns
        rows += 1
        at = i + 1
    return rows, min(at, size), ragged, fields


@njit(cache=True, nogil=True)
def _octal(buf, at, end):  # type: ignore[no-untyped-def]
    value = 0
    i = at
    while i < end and i < at + 3 and 48 <= buf[i] <= 55:
        value = value * 8 + buf[i] - 48
        i += 1
    return value & 255, i


@njit(cache=True, nogil=True)
def _unescaped(buf, start, end, kind, data, at):  # type: ignore[no-untyped-def]
    """Copy one value without its escapes; the position after it in `data`."""
    i = start
    while i < end:
        c = buf[i]
        if c == 92 and kind & (BACKSLASH | COPY) and i + 1 < end:
            i += 1
            c = buf[i]
            if kind & COPY and 48 <= c <= 55:
                value, i = _octal(buf, i, end)
                data[at] = value
                at += 1
                continue
            if c == 110:
                c = np.uint8(10)
            elif c == 116:
                c = np.uint8(9)
            elif c == 114:
                c = np.uint8(13)
            elif c == 98:
                c = np.uint8(8)
            elif c == 48 or c == 90 or c == 102 or c == 118:
                c = np.uint8(32)
        elif kind & DOUBLED and (c == 39 or c == 34) and i + 1 < end and buf[i + 1] == c:
            i += 1
        data[at] = c
        at += 1
        i += 1
    return at


@njit(cache=True, nogil=True)
def gather_values(buf, starts, lens, kinds, rows, offsets, data):  # type: ignore[no-untyped-def]
    """Copy one column into Arrow form: the bytes used, and whether any is beyond ASCII or a NUL."""
    at = np.int64(0)
    bits = np.uint8(0)
    zero = False
    for row in range(rows):
        offsets[row] = at
        length = lens[row]
        if length <= 0:
            continue
        start = starts[row]
        if kinds[row]:
            after = _unescaped(buf, start, start + length, kinds[row], data, at)
            for k in range(at, after):
                bits |= data[k]
                zero |= data[k] == 0
            at = after
            continue
        any_bits = np.uint8(0)
        any_zero = False
        for k in range(length):
            c = buf[start + k]
            data[at + k] = c
            any_bits |= c
            any_zero |= c == 0
        bits |= any_bits
        zero |= any_zero
        at += length
    offsets[rows] = at
    return at, bits >= 0x80 or zero
