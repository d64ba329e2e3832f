"""Values that PHP serialised (`a:1:{s:3:"ssn";s:11:"…";}`), as shops and sites keep them in a cell, written as JSON."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.compiled import leaf

DEEPEST: Final = 60
_BROKEN: Final = np.int64(-1)
_TEXT: Final = np.frombuffer(b'{"text":"', np.uint8)
_NULL: Final = np.frombuffer(b"null", np.uint8)


@leaf
def is_serialised(data, start, end):  # type: ignore[no-untyped-def]
    """Whether bytes look like an array or object of PHP."""
    if end - start < 8 or data[end - 1] != 125 or data[start + 1] != 58:
        return False
    return (data[start] == 97 or data[start] == 79) and 48 <= data[start + 2] <= 57


@leaf
def _count(data, at, end):  # type: ignore[no-untyped-def]
    """A number and where it ends; -1 if there is none."""
    value = np.int64(0)
    i = np.int64(at)
    while i < end and 48 <= data[i] <= 57 and i - at < 10:
        value = value * 10 + (data[i] - 48)
        i += 1
    return (value, i) if i > at else (_BROKEN, i)


@leaf
def _quoted(data, start, end, out, at):  # type: ignore[no-untyped-def]
    """Write bytes as the inside of a string of JSON; what ends a line becomes a blank."""
    for i in range(start, end):
        c = data[i]
        if c == 34 or c == 92:
            out[at] = 92
            at += 1
        out[at] = c if c >= 32 else np.uint8(32)
        at += 1
    return at


@leaf
def _string(data, at, end, out, written):  # type: ignore[no-untyped-def]
    """Write the string whose length stands at `at` (`5:"James"`): where it ends, bytes written."""
    size, i = _count(data, at, end)
    if size < 0 or i + size + 3 > end or data[i] != 58 or data[i + 1] != 34 or data[i + 2 + size] != 34:
        return _BROKEN, written
    out[written] = 34
    written = _quoted(data, i + 2, i + 2 + size, out, written + 1)
    out[written] = 34
    return i + 3 + size, written + 1


@leaf
def _scalar(data, at, end, out, written):  # type: ignore[no-untyped-def]
    """Write the value at `at` that holds no others: where it ends (behind its semicolon), bytes written."""
    i = np.int64(at)
    if data[i] == 115 and i + 2 < end:
        i, written = _string(data, i + 2, end, out, written)
    elif data[i] == 78:
        for c in _NULL:
            out[written] = c
            written += 1
        i += 1
    elif data[i] in (98, 105, 100, 82, 114) and i + 1 < end and data[i + 1] == 58:
        out[written] = 34
        i += 2
        begin = i
        while i < end and data[i] != 59:
            i += 1
        written = _quoted(data, begin, i, out, written + 1)
        out[written] = 34
        written += 1
    else:
        return _BROKEN, written
    return (i + 1, written) if 0 <= i < end and data[i] == 59 else (_BROKEN, written)


@leaf
def _opening(data, at, end):  # type: ignore[no-untyped-def]
    """Members of the array or object at `at`, and where the first begins; -1 if it is none."""
    i = np.int64(at + 2)
    if data[at] == 79:
        size, i = _count(data, i, end)
        i += size + 4
        if size < 0 or i >= end:
            return _BROKEN, i
    members, i = _count(data, i, end)
    whole = members >= 0 and i + 2 <= end and data[i] == 58 and data[i + 1] == 123
    return (members, i + 2) if whole else (_BROKEN, i)


@leaf
def _written(data, start, end, room, out):  # type: ignore[no-untyped-def]
    """Write an array of PHP as an object of JSON; returns the bytes written, -1 where it is broken."""
    at, written = np.int64(start), np.int64(0)
    depth = 0
    while True:
        if depth and room[depth] == 0:
            if at >= end or data[at] != 125:
                return _BROKEN
            out[written] = 125
            at, written, depth = at + 1, written + 1, depth - 1
            if depth == 0:
                return written if at == end else _BROKEN
            continue
        if at + 1 >= end:
            return _BROKEN
        if depth:
            if data[at] not in (105, 115):
                return _BROKEN
            if out[written - 1] != 123:
                out[written] = 44
                written += 1
            at, written = _scalar(data, at, end, out, written)
            if at < 0 or at + 1 >= end:
                return _BROKEN
            out[written] = 58
            written += 1
            room[depth] -= 1
        if data[at] in (97, 79) and data[at + 1] == 58:
            members, at = _opening(data, at, end)
            depth += 1
            if members < 0 or depth == DEEPEST:
                return _BROKEN
            room[depth] = members
            out[written] = 123
            written += 1
        elif depth:
            at, written = _scalar(data, at, end, out, written)
            if at < 0:
                return _BROKEN
        else:
            return _BROKEN


@leaf
def serialised_as_json(data, start, end, room, out):  # type: ignore[no-untyped-def]
    """Write what PHP serialised as JSON, or as the one value `text` where it is broken; returns the bytes written.

    `room` holds `DEEPEST` + 1 integers; `out` twice the bytes and 16 more.
    """
    written = _written(data, start, end, room, out)
    if written >= 0:
        return written
    written = np.int64(0)
    for c in _TEXT:
        out[written] = c
        written += 1
    written = _quoted(data, start, end, out, written)
    out[written], out[written + 1] = 34, 125
    return written + 2
