"""The encodings of values in messages: a line as quoted-printable, as text of HTML, and a name as words of a header.

A line of one person is encoded as quoted-printable by itself (RFC 2045, 6.7), as every line of a text is, so a message
is byte for byte what encoding the whole text gives.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

_LINE: Final = 76
_HEX: Final = np.frombuffer(b"0123456789ABCDEF", np.uint8)
_ODD: Final = np.array([value < 32 or value > 126 or value == 61 for value in range(256)], np.uint8)
_SPECIAL: Final = np.array([value in b"&<>\"'" for value in range(256)], np.uint8)
_ENTITIES: Final = np.frombuffer(b"&amp;&lt;&gt;&quot;&#x27;", np.uint8)
_BASE64: Final = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", np.uint8)
_WORD: Final = np.frombuffer(b"=?utf-8?B?", np.uint8)
_NAME: Final = 70
"""The longest name that stands in quotation marks on the first line of a header."""
_TAKEN: Final = 45
"""Bytes of a name in one encoded word: 60 characters in base64, so that the line of the header has at most 76."""


@njit(cache=True, inline="always")
def copy(source, start, end, out, at):  # type: ignore[no-untyped-def]
    """Copy bytes; the place after them. Indexes without a sign let the compiler make one move of memory of it."""
    first, to = np.uint64(start), np.uint64(at)
    for place in range(np.uint64(end - start)):
        out[to + place] = source[first + place]
    return at + end - start


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
            at = copy(source, start, end, out, at)
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
def special(source, start, end):  # type: ignore[no-untyped-def]
    """Whether HTML gives a meaning to a character."""
    found = 0
    for place in range(start, end):
        found |= _SPECIAL[source[place]]
    return found != 0


@njit(cache=True)
def escape(source, start, end, out):  # type: ignore[no-untyped-def]
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
def name_words(source, start, end, out, at):  # type: ignore[no-untyped-def]
    """A name as a header has it: in quotation marks (RFC 5322, 3.2.4), or as encoded words (RFC 2047) on folded lines.

    A character is never divided between two words. A name that looks like an encoded word is written as one, since many
    readers decode it in quotation marks too. The place after it.
    """
    plain = end - start <= _NAME
    for place in range(start, end):
        plain = plain and 32 <= source[place] <= 126
        plain = plain and not (source[place] == 63 and place > start and source[place - 1] == 61)
    if plain:
        out[at] = 34
        at += 1
        for place in range(start, end):
            if source[place] == 34 or source[place] == 92:
                out[at] = 92
                at += 1
            out[at] = source[place]
            at += 1
        out[at] = 34
        return at + 1
    first = start
    while first < end:
        last = min(first + _TAKEN, end)
        while last < end and source[last] & 0xC0 == 0x80:
            last -= 1
        if first > start:
            out[at], out[at + 1], out[at + 2] = 13, 10, 32
            at += 3
        at = _base64(source, first, last, out, copy(_WORD, 0, len(_WORD), out, at))
        out[at], out[at + 1] = 63, 61
        at += 2
        first = last
    return at


@njit(cache=True)
def _base64(source, start, end, out, at):  # type: ignore[no-untyped-def]
    """Bytes in base64 (RFC 4648, section 4); the place after them."""
    for place in range(start, end, 3):
        count = min(3, end - place)
        bits = int(source[place]) << 16
        if count > 1:
            bits |= int(source[place + 1]) << 8
        if count > 2:
            bits |= int(source[place + 2])
        for index in range(4):
            out[at + index] = _BASE64[(bits >> (18 - 6 * index)) & 63] if index <= count else 61
        at += 4
    return at
