"""The kernel that puts messages together: fixed parts that are encoded already, and the values of one person between.

Each message comes as an entry of a tar archive (POSIX ustar), so a batch of them is a stretch of a file as it is.
"""

from __future__ import annotations

import tarfile
from datetime import datetime
from typing import Any, Final

import numpy as np
from numba import njit

from amends.notices.emails.quoted import copy, escape, name_words, quote, special

FIXED: Final = 0
PLAIN: Final = 1
MARKUP: Final = 2
BARE: Final = 3
NAME: Final = 4
BODY: Final = 5
"""Kinds of parts: fixed bytes; a line as text; a line as text of HTML; a value of a header as it is; the name of a
mailbox; and no bytes at all, where the body begins."""

BLOCK: Final = 512
DIGITS: Final = 12
_SIZE_AT: Final = 124
_SUM_AT: Final = 148
END_OF_FILE: Final = bytes(2 * BLOCK)


def entry_header(date: datetime) -> np.ndarray[Any, Any]:
    """The header of an archive entry without its number and size: uint8 (512,)."""
    info = tarfile.TarInfo("0" * DIGITS + ".eml")
    info.mode, info.mtime = 0o600, int(date.timestamp())
    return np.frombuffer(info.tobuf(tarfile.USTAR_FORMAT), np.uint8).copy()


@njit(cache=True)
def _number_entry(out, at, number, size):  # type: ignore[no-untyped-def]
    """Write number and size into the entry header at a place, and mend its sum."""
    total = 0
    for place in range(DIGITS):
        digit = number % 10
        number //= 10
        out[at + DIGITS - 1 - place] = 48 + digit
        total += digit
    for place in range(11):
        digit = size & 7
        size >>= 3
        out[at + _SIZE_AT + 10 - place] = 48 + digit
        total += digit
    for place in range(6):
        total += (out[at + _SUM_AT + 5 - place] - 48) << (3 * place)
    for place in range(6):
        out[at + _SUM_AT + 5 - place] = 48 + ((total >> (3 * place)) & 7)


@njit(cache=True)
def compose(kinds, numbers, fixed, fixed_at, data, offsets, slots, entry, pieces, room, out, spans, escaped):  # type: ignore[no-untyped-def]
    """Put messages together; bytes written.

    `kinds` and `numbers` are the parts in order: the number of a fixed part, or of a value; `fixed` with `fixed_at` are
    the fixed parts; `data` with `offsets` are UTF-8 values, `slots` to a message; `entry` is the header of an archive
    entry and `pieces` the number of each; `room` bytes are left in front of each message; `out` is large enough;
    `spans` (n, 3) gets the start of each message with its room, of its body, and its end; `escaped` is room for one
    value as HTML.
    """
    at = 0
    for row in range(len(spans)):
        header = at
        at = copy(entry, 0, BLOCK, out, at)
        spans[row, 0] = at
        at += room
        for part in range(len(kinds)):
            number = numbers[part]
            kind = kinds[part]
            if kind == FIXED:
                at = copy(fixed, fixed_at[number], fixed_at[number + 1], out, at)
                continue
            if kind == BODY:
                spans[row, 1] = at
                continue
            start, end = offsets[row * slots + number], offsets[row * slots + number + 1]
            if kind == PLAIN or (kind == MARKUP and not special(data, start, end)):
                at = quote(data, start, end, out, at)
            elif kind == MARKUP:
                at = quote(escaped, 0, escape(data, start, end, escaped), out, at)
            elif kind == NAME:
                at = name_words(data, start, end, out, at)
            else:
                at = copy(data, start, end, out, at)
        spans[row, 2] = at
        _number_entry(out, header, pieces[row], at - spans[row, 0])
        padding = -(at - header) % BLOCK
        for _ in range(padding):
            out[at] = 0
            at += 1
    return at


@njit(cache=True)
def relax(data, starts, ends, out, out_at):  # type: ignore[no-untyped-def]
    """The headers from `starts` to `ends`, each with its line end, in relaxed form (RFC 6376, 3.4.2); bytes written.

    `out_at` (n + 1) gets where each one's begin. A folded line is one line; names are in small letters.
    """
    at = 0
    for row in range(len(starts)):
        out_at[row] = at
        naming, begun, space = True, False, False
        for place in range(starts[row], ends[row]):
            value = data[place]
            if value == 13:
                if place + 2 < ends[row] and (data[place + 2] == 32 or data[place + 2] == 9):
                    continue
                out[at], out[at + 1] = 13, 10
                at += 2
                naming, begun, space = True, False, False
            elif value == 10:
                continue
            elif naming:
                out[at] = value + 32 if 65 <= value <= 90 else value
                at += 1
                naming = value != 58
            elif value == 32 or value == 9:
                space = begun
            else:
                if space:
                    out[at] = 32
                    at += 1
                out[at] = value
                at += 1
                begun, space = True, False
    out_at[len(starts)] = at
    return at
