"""The kernel that puts messages together: fixed parts that are encoded already, and the lines of one person.

A line of one person is encoded as quoted-printable by itself (RFC 2045, 6.7), as every line of a text is, so a message
is byte for byte what encoding the whole text gives.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

FIXED: Final = 0
PLAIN: Final = 1
MARKUP: Final = 2
BARE: Final = 3
"""Kinds of parts: fixed bytes; a line as text; a line as text of HTML; a value of a header, as it is."""

_LINE: Final = 76
_HEX: Final = np.frombuffer(b"0123456789ABCDEF", np.uint8)
_ODD: Final = np.array([value < 32 or value > 126 or value == 61 for value in range(256)], np.uint8)
_SPECIAL: Final = np.array([value in b"&<>\"'" for value in range(256)], np.uint8)
_ENTITIES: Final = np.frombuffer(b"&amp;&lt;&gt;&quot;&#x27;", np.uint8)


@njit(cache=True, inline="always")
def _soft_break(out, at):  # type: ignore[no-untyped-def]
    out[at], out[at + 1], out[at + 2] = 61, 13, 10
    return at + 3


@njit(cache=True)
def quote(source, start, end, out, at):  # type: ignore[no-untyped-def]
    """A line without its end as quoted-printable, with the line end after it; the place after both.

    A short line of plain characters stands for itself.
    """
    if end - start < _LINE and not (end - start == 1 and source[start] == 46):
        odd = 0
        for place in range(start, end):
            odd |= _ODD[source[place]]
        if odd == 0 and end > start and source[end - 1] != 32:
            out[at : at + end - start] = source[start:end]
            at += end - start
            out[at], out[at + 1] = 13, 10
            return at + 2
    column = 0
    for place in range(start, end):
        value = source[place]
        last = place + 1 == end
        if value > 126 or value == 61 or value < 32 or (last and value == 32) or (value == 46 and column == 0 and last):
            if column + 3 >= _LINE:
                at = _soft_break(out, at)
                column = 0
            out[at], out[at + 1], out[at + 2] = 61, _HEX[value >> 4], _HEX[value & 15]
            at += 3
            column += 3
        else:
            if not last and column + 1 >= _LINE:
                at = _soft_break(out, at)
                column = 0
            out[at] = value
            at += 1
            column += 1
    out[at], out[at + 1] = 13, 10
    return at + 2


@njit(cache=True, inline="always")
def _special(source, start, end):  # type: ignore[no-untyped-def]
    """Whether HTML gives a meaning to a character."""
    found = 0
    for place in range(start, end):
        found |= _SPECIAL[source[place]]
    return found != 0


@njit(cache=True)
def _escape(source, start, end, out):  # type: ignore[no-untyped-def]
    """A text as text of HTML; its length."""
    at = 0
    for place in range(start, end):
        value = source[place]
        first, last = 0, 0
        if value == 38:
            first, last = 0, 5
        elif value == 60:
            first, last = 5, 9
        elif value == 62:
            first, last = 9, 13
        elif value == 34:
            first, last = 13, 19
        elif value == 39:
            first, last = 19, 25
        if last:
            for index in range(first, last):
                out[at] = _ENTITIES[index]
                at += 1
        else:
            out[at] = value
            at += 1
    return at


@njit(cache=True)
def compose(kinds, numbers, fixed, fixed_at, data, offsets, slots, out, ends, escaped):  # type: ignore[no-untyped-def]
    """Put messages together; bytes written.

    `kinds` and `numbers` are the parts in order: the number of a fixed part, or of a value; `fixed` with `fixed_at` are
    the fixed parts; `data` with `offsets` are UTF-8 values, `slots` to a message; `out` is large enough; `ends` gets
    the end of each message; `escaped` is room for one value as HTML.
    """
    at = 0
    for row in range(len(ends)):
        for part in range(len(kinds)):
            number = numbers[part]
            if kinds[part] == FIXED:
                start, length = fixed_at[number], fixed_at[number + 1] - fixed_at[number]
                out[at : at + length] = fixed[start : start + length]
                at += length
                continue
            start, end = offsets[row * slots + number], offsets[row * slots + number + 1]
            if kinds[part] == PLAIN or (kinds[part] == MARKUP and not _special(data, start, end)):
                at = quote(data, start, end, out, at)
            elif kinds[part] == MARKUP:
                at = quote(escaped, 0, _escape(data, start, end, escaped), out, at)
            else:
                for place in range(start, end):
                    out[at] = data[place]
                    at += 1
        ends[row] = at
    return at
