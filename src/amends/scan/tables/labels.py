"""Kernels of labelled text: which labels stand in a line, and where the value of each begins and ends."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.scan.values.compiled import leaf

LONGEST: Final = 40
"""Bytes of a label."""
SLOTS: Final = 1024
_OFFSET: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)

Keys = np.ndarray[Any, np.dtype[np.uint64]]
Ids = np.ndarray[Any, np.dtype[np.int32]]


@leaf
def label_key(buf, start, end):  # type: ignore[no-untyped-def]
    """The hash of a label; letters count in lower case, blanks and underscores do not count."""
    key = _OFFSET
    for i in range(start, end):
        c = buf[i]
        if c == 32 or c == 95:
            continue
        key = (key ^ np.uint64(c | 32)) * _PRIME
    return key


@leaf
def _find(key, keys, ids):  # type: ignore[no-untyped-def]
    slot = np.int64((key * _SPREAD) >> np.uint64(54))
    while keys[slot] != 0:
        if keys[slot] == key:
            return ids[slot]
        slot = (slot + 1) & (SLOTS - 1)
    return np.int32(-1)


@leaf
def _is_word(c):  # type: ignore[no-untyped-def]
    return 97 <= c | 32 <= 122 or 48 <= c <= 57 or c == 95 or c == 45 or c == 46 or c >= 128


@leaf
def _is_quote(c):  # type: ignore[no-untyped-def]
    return c == 34 or c == 39


@leaf
def _trimmed(buf, start, end):  # type: ignore[no-untyped-def]
    """A bare value without what only parts it from its neighbours: blanks, commas, brackets, quotes."""
    while start < end and (buf[start] <= 32 or _is_quote(buf[start])):
        start += 1
    while end > start:
        c = buf[end - 1]
        if c > 32 and not _is_quote(c) and c not in (44, 59, 38, 123, 125, 91, 93, 40, 124):
            break
        end -= 1
    return start, end


@leaf
def _value(buf, at, stop):  # type: ignore[no-untyped-def]
    """Where the value behind a separator begins, and where it ends if it is quoted (else -1)."""
    while at < stop and buf[at] <= 32 and buf[at] != 10:
        at += 1
    if at < stop and _is_quote(buf[at]):
        quote = buf[at]
        end = at + 1
        while end < stop and buf[end] != quote:
            end += 2 if buf[end] == 92 else 1
        if end < stop:
            return at + 1, end
    return at, np.int64(-1)


@leaf
def _separator(buf, at, stop):  # type: ignore[no-untyped-def]
    """Bytes of the separator at `at` (`=`, `=>`, `:`, a blank before a quote); 0 where there is none.

    What is part of an address or of `==` is none.
    """
    c = buf[at]
    if c == 32:
        return 1 if at + 1 < stop and buf[at + 1] == 34 and at > 0 and _is_word(buf[at - 1]) else 0
    if c == 61:
        behind = buf[at + 1] if at + 1 < stop else np.uint8(0)
        return 2 if behind == 62 else (0 if behind == 61 else 1)
    if c == 58:
        return 0 if at + 2 < stop and buf[at + 1] == 47 and buf[at + 2] == 47 else 1
    return 0


@leaf
def _says(buf, start, end):  # type: ignore[no-untyped-def]
    """Whether a stretch holds a letter or a digit."""
    i = start
    while i < end and (not _is_word(buf[i]) or buf[i] == 45 or buf[i] == 46 or buf[i] == 95):
        i += 1
    return i < end


@leaf
def _parts_things(buf, start, end):  # type: ignore[no-untyped-def]
    """Whether a bracket, a semicolon or a bar stands in a stretch: what follows is another thing."""
    i = start
    while i < end and buf[i] not in (40, 91, 123, 59, 124):
        i += 1
    return i < end


@leaf
def _fields(buf, start, end, keys, ids, starts, lens, row):  # type: ignore[no-untyped-def]
    """Enter the values of a line of several labels; where to go on (`end`, or where the first label comes again).

    What stands before the first label goes into the last column; the whole line does where anything else stands under
    no label.
    """
    text = starts.shape[0] - 1
    column, leading = np.int64(text), np.int64(-1)
    begin = at = np.int64(start)
    astray = False
    while at < end:
        size = _separator(buf, at, end)
        if size == 0:
            at += 1
            continue
        last = at
        while last > begin and (buf[last - 1] <= 32 or _is_quote(buf[last - 1])):
            last -= 1
        first = last
        while first > begin and last - first <= LONGEST and _is_word(buf[first - 1]):
            first -= 1
        known = np.int64(_find(label_key(buf, first, last), keys, ids) if first < last else np.int32(-1))
        if known >= 0 and known == leading and _parts_things(buf, begin, first):
            end = first
            break
        if known < 0 or lens[known, row] >= 0:
            astray |= bool(known >= 0)
            at += size
            continue
        a, b = _trimmed(buf, begin, first)
        if column >= 0:
            starts[column, row], lens[column, row] = a, b - a
        else:
            astray |= _says(buf, a, b)
        leading = known if leading < 0 else leading
        column = known
        begin, closed = _value(buf, at + size, end)
        lens[column, row] = 0
        if closed >= 0:
            starts[column, row], lens[column, row] = begin, closed - begin
            begin, column = closed + 1, np.int64(-1)
        at = begin
    a, b = _trimmed(buf, begin, end)
    if column >= 0:
        starts[column, row], lens[column, row] = a, b - a
    else:
        astray |= _says(buf, a, b)
    if astray:
        starts[text, row], lens[text, row] = start, end - start
    return end


@leaf
def _head(buf, start, end, keys, ids):  # type: ignore[no-untyped-def]
    """The column of the label that a line begins with (-1: none), and where its value begins."""
    at = np.int64(start)
    while at < end and (buf[at] <= 32 or _is_quote(buf[at]) or buf[at] == 45 or buf[at] == 42):
        at += 1
    stop = min(end, at + LONGEST + 2)
    first = at
    name = np.int64(-1)
    while at < stop:
        c = buf[at]
        if c == 59 and name < 0:
            name = at
            stop = end
        size = 1 if c == 124 else _separator(buf, at, end)
        if size and (name < 0 or c == 58):
            last = name if name >= 0 else at
            while last > first and (buf[last - 1] <= 32 or _is_quote(buf[last - 1])):
                last -= 1
            return _find(label_key(buf, first, last), keys, ids), at + size
        at += 1
    return np.int32(-1), at


@leaf
def _parts(buf, start, end):  # type: ignore[no-untyped-def]
    """Whether a line parts blocks: blank, `[section]`, `- first of a list`, `-[ RECORD 1 ]`, `*** 1. row ***`."""
    at = np.int64(start)
    while at < end and buf[at] <= 32:
        at += 1
    if at == end:
        return True
    if buf[at] == 91 or buf[at] == 123 or buf[at] == 125:
        return True
    behind = buf[at + 1] if at + 1 < end else np.uint8(0)
    if buf[at] == 42:
        return behind == 42 and at + 2 < end and buf[at + 2] == 42
    return buf[at] == 45 and behind in (32, 45, 91)


@leaf
def _line_end(buf, at, size, final):  # type: ignore[no-untyped-def]
    """Where the line at `at` ends and the next one begins; -1 for both where more bytes may belong to it."""
    while at < size and buf[at] != 10 and buf[at] != 13:
        at += 1
    if at + (at < size and buf[at] == 13) >= size and not final:
        return np.int64(-1), np.int64(-1)
    after = at + 2 if at + 1 < size and buf[at] == 13 and buf[at + 1] == 10 else at + 1
    return np.int64(at), np.int64(min(after, size))


@leaf
def _clear(starts, lens, row):  # type: ignore[no-untyped-def]
    for column in range(lens.shape[0]):
        starts[column, row] = 0
        lens[column, row] = -1


@leaf
def lines_of_fields(buf, size, final, keys, ids, starts, lens):  # type: ignore[no-untyped-def]
    """A row a line of `buf[:size]`, or each thing in it that begins with the same label; returns (rows, bytes used).

    Arrays are as in `splitter.split`, with the text in the last column.
    """
    at = np.int64(0)
    row = np.int64(0)
    while at < size and row < lens.shape[1]:
        end, after = _line_end(buf, at, size, final)
        if end < 0:
            break
        begin, stop = at, np.int64(end)
        while begin < stop and buf[begin] <= 32:
            begin += 1
        if _says(buf, begin, stop):
            _clear(starts, lens, row)
            on = _fields(buf, begin, stop, keys, ids, starts, lens, row)
            row += 1
            after = on if on < stop else after
        at = after
    return row, at


@leaf
def _go_on(starts, lens, column, row, begin, end):  # type: ignore[no-untyped-def]
    """Enter a line into a column, or add it to what stands there if that ended just before; whether it was done."""
    if lens[column, row] < 0:
        starts[column, row] = begin
    elif begin - starts[column, row] - lens[column, row] > 2:
        return False
    lens[column, row] = end - starts[column, row]
    return True


@leaf
def blocks_of_fields(buf, size, final, keys, ids, words, starts, lens):  # type: ignore[no-untyped-def]
    """A row a block of lines that each begin with a label; returns (rows, bytes used).

    A block ends at a blank line, a section, a new item of a list, or a label that it has already. An indented line goes
    on with the value above it; another line without label is a row of text of its own.

    Of records whose labels may stand several times there are two columns for each of their `words` labels (else that
    is 0); these end at a blank line or where their first label comes again, and hold lines without label as text.
    """
    text = starts.shape[0] - 1
    leading = np.int64(-1)
    at = np.int64(0)
    rows = np.int64(0)
    block = np.int64(-1)
    column = np.int64(-1)
    used = np.int64(0)
    complete = np.int64(0)
    while at < size:
        end, after = _line_end(buf, at, size, final)
        if end < 0:
            break
        known, begin = _head(buf, at, end, keys, ids)
        again = block >= 0 and known >= 0 and lens[known, block] >= 0
        if again and words and known != leading:
            again = False
            known = np.int32(known + words if lens[known + words, block] < 0 else -1)
        if again or _parts(buf, at, end):
            block = column = np.int64(-1)
        if block < 0:
            used, complete = at, rows
        if rows == lens.shape[1]:
            break
        if known >= 0:
            if block < 0:
                _clear(starts, lens, rows)
                block = rows
                leading = np.int64(known)
                rows += 1
            begin, closed = _value(buf, begin, end)
            quoted = closed >= 0 and not _says(buf, closed, end)
            a, b = (begin, closed) if quoted else _trimmed(buf, begin, end)
            starts[known, block], lens[known, block] = a, b - a
            column = np.int64(known)
        else:
            first = at
            while first < end and buf[first] <= 32:
                first += 1
            if first < end and first > at and column >= 0:
                lens[column, block] = end - starts[column, block]
            elif words and block >= 0 and _go_on(starts, lens, text, block, at, end):
                column = np.int64(-1)
            elif _says(buf, first, end):
                _clear(starts, lens, rows)
                starts[text, rows], lens[text, rows] = first, end - first
                rows += 1
                column = np.int64(-1)
        at = after
    if (at >= size and final) or (complete == 0 and rows == lens.shape[1]):
        return rows, at
    return complete, used
