"""Whether bytes are JSON that holds objects (RFC 8259), told strictly: what passes can be taken apart by any reader.

Of XML only the look is told: its reader passes over damage.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.compiled import leaf

DEEPEST: Final = 60
INVALID: Final = np.int64(-1)
OPEN: Final = np.int64(-2)
"""The bytes end before the value does."""
_VALUE, _KEY_OR_END, _KEY, _BEHIND, _VALUE_OR_END = range(5)
_TRUE: Final = np.frombuffer(b"true", np.uint8)
_FALSE: Final = np.frombuffer(b"false", np.uint8)
_NULL: Final = np.frombuffer(b"null", np.uint8)


@leaf
def _hexadecimal(data, at, end):  # type: ignore[no-untyped-def]
    """The number of four hexadecimal digits; -1 if they are none, -2 if they are cut off."""
    if at + 4 > end:
        return OPEN
    value = np.int64(0)
    for i in range(at, at + 4):
        c = data[i]
        if 48 <= c <= 57:
            value = value * 16 + (c - 48)
        elif 97 <= (c | 32) <= 102:
            value = value * 16 + ((c | 32) - 87)
        else:
            return INVALID
    return value


@leaf
def _escape(data, at, end):  # type: ignore[no-untyped-def]
    """Where the escape ends whose backslash stands at `at`; halves of characters must be in pairs."""
    if at + 1 >= end:
        return OPEN
    c = data[at + 1]
    if c in (34, 92, 47, 98, 102, 110, 114, 116):
        return np.int64(at + 2)
    if c != 117:
        return INVALID
    value = _hexadecimal(data, at + 2, end)
    if value < 0:
        return value
    if value == 0 or 0xDC00 <= value < 0xE000:
        return INVALID
    if not 0xD800 <= value < 0xDC00:
        return np.int64(at + 6)
    if at + 8 > end:
        return OPEN
    if data[at + 6] != 92 or data[at + 7] != 117:
        return INVALID
    value = _hexadecimal(data, at + 8, end)
    if value < 0:
        return value
    return np.int64(at + 12) if 0xDC00 <= value < 0xE000 else INVALID


@leaf
def _string(data, at, end):  # type: ignore[no-untyped-def]
    """Where the string ends whose opening quote stands at `at`."""
    i = np.int64(at + 1)
    while i < end:
        c = data[i]
        if c == 34:
            return i + 1
        if c < 32:
            return INVALID
        if c == 92:
            i = _escape(data, i, end)
            if i < 0:
                return i
        else:
            i += 1
    return OPEN


@leaf
def _digits(data, at, end):  # type: ignore[no-untyped-def]
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return np.int64(at)


@leaf
def _number(data, at, end):  # type: ignore[no-untyped-def]
    """Where the number at `at` ends."""
    i = np.int64(at + 1 if data[at] == 45 else at)
    whole = _digits(data, i, end)
    if whole == i or (data[i] == 48 and whole > i + 1):
        return INVALID
    if whole < end and data[whole] == 46:
        i = whole + 1
        whole = _digits(data, i, end)
        if whole == i:
            return INVALID
    if whole < end and (data[whole] | 32) == 101:
        i = whole + 1
        if i < end and (data[i] == 43 or data[i] == 45):
            i += 1
        whole = _digits(data, i, end)
        if whole == i:
            return INVALID
    return whole


@leaf
def _word(data, at, end, word):  # type: ignore[no-untyped-def]
    if at + word.size > end:
        return OPEN
    for i in range(word.size):
        if data[at + i] != word[i]:
            return INVALID
    return np.int64(at + word.size)


@leaf
def _scalar(data, at, end):  # type: ignore[no-untyped-def]
    """Where the string, number or word at `at` ends."""
    c = data[at]
    if c == 34:
        return _string(data, at, end)
    if c == 45 or 48 <= c <= 57:
        return _number(data, at, end)
    if c == 116:
        return _word(data, at, end, _TRUE)
    if c == 102:
        return _word(data, at, end, _FALSE)
    return _word(data, at, end, _NULL) if c == 110 else INVALID


@leaf
def _blank(data, at, end):  # type: ignore[no-untyped-def]
    while at < end and data[at] in (32, 10, 13, 9):
        at += 1
    return np.int64(at)


@leaf
def _key(data, at, end):  # type: ignore[no-untyped-def]
    """Where the key at `at` ends, with its colon."""
    i = _string(data, at, end) if data[at] == 34 else INVALID
    if i < 0:
        return i
    i = _blank(data, i, end)
    if i == end:
        return OPEN
    return i + 1 if data[i] == 58 else INVALID


@leaf
def end_of_json(data, start, end):  # type: ignore[no-untyped-def]
    """Where the object or list ends that begins at `start`, and how many keys it holds; INVALID, or OPEN if cut off."""
    depth = np.int64(0)
    objects = np.uint64(0)
    keys = np.int64(0)
    want = np.int64(_VALUE)
    i = np.int64(start)
    while True:
        i = _blank(data, i, end)
        if i >= end:
            return OPEN, keys
        c = data[i]
        inside = objects & np.uint64(1)
        closes = (c == 125 and inside == 1) or (c == 93 and inside == 0)
        if closes and want in (_KEY_OR_END, _VALUE_OR_END, _BEHIND):
            i += 1
            depth -= 1
            objects >>= np.uint64(1)
            want = np.int64(_BEHIND)
            if depth == 0:
                return i, keys
        elif want in (_KEY, _KEY_OR_END):
            i = _key(data, i, end)
            keys += 1
            want = np.int64(_VALUE)
        elif want == _BEHIND:
            if c != 44:
                return INVALID, keys
            i += 1
            want = np.int64(_KEY if inside else _VALUE)
        elif c == 123 or c == 91:
            if depth == DEEPEST:
                return INVALID, keys
            depth += 1
            objects = objects << np.uint64(1) | np.uint64(c == 123)
            want = np.int64(_KEY_OR_END if c == 123 else _VALUE_OR_END)
            i += 1
        else:
            i = _scalar(data, i, end)
            want = np.int64(_BEHIND)
        if i < 0:
            return i, keys


@leaf
def unescaped(data, start, end, out):  # type: ignore[no-untyped-def]
    """Write what the string `data[start:end]` (without its quotes) stands for to `out`; returns the bytes written.

    What ends a line becomes a blank, and `\\u` escapes stay: within a value of JSON they mean the same.
    """
    at = np.int64(0)
    i = np.int64(start)
    while i < end:
        c = data[i]
        if c == 92 and i + 1 < end and data[i + 1] != 117:
            i += 1
            c = data[i] if data[i] in (34, 92, 47) else np.uint8(32)
        out[at] = c
        at += 1
        i += 1
    return at


@leaf
def end_of_quoted(data, start, end, out):  # type: ignore[no-untyped-def]
    """As `end_of_json` of a string in which JSON stands, its quotes escaped; `out` has room for it."""
    stop = _string(data, start, end)
    if stop < 0:
        return stop, np.int64(0)
    used = unescaped(data, start + 1, stop - 1, out)
    inner, keys = end_of_json(out, 0, used)
    return (stop, keys) if inner > 0 and _blank(out, inner, used) == used else (INVALID, keys)


@leaf
def is_json(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are a JSON object or list that holds a key."""
    if end - start < 7 or not (data[end - 1] == 125 or data[end - 1] == 93):
        return False
    stop, keys = end_of_json(data, start, end)
    return stop == end and keys > 0


@leaf
def is_xml(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes begin with the tag of an element or a declaration of XML, end with a tag and close elements."""
    if end - start < 7 or data[start] != 60 or data[end - 1] != 62:
        return False
    c = data[start + 1]
    if c != 63 and c != 95 and not 97 <= (c | 32) <= 122:
        return False
    i = start + 2
    while i + 2 < end and (data[i] != 60 or data[i + 1] != 47):
        i += 1
    return i + 2 < end
