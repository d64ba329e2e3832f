"""The kernels that measure personal lines and write the objects of letters as PDF bytes.

A line is a run of glyph numbers of two bytes in a literal string (ISO 32000-1, 7.3.4.2), so the file needs no
compression to be small. A letter is its content streams, one for each page that is stamped, then its pages; what the
pages share is referred to by number.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

LEAF: Final = 256
"""Letters under one node of the page tree."""

NO_GLYPH: Final = -1.0

_PAGES: Final = 16


@njit(cache=True, inline="always")
def _decode(data, place):  # type: ignore[no-untyped-def]
    """The code point at a place of valid UTF-8, and the place after it."""
    first = np.int64(data[place])
    if first < 0x80:
        return first, place + 1
    second = np.int64(data[place + 1]) & 0x3F
    if first < 0xE0:
        return (first & 0x1F) << 6 | second, place + 2
    third = np.int64(data[place + 2]) & 0x3F
    if first < 0xF0:
        return (first & 0x0F) << 12 | second << 6 | third, place + 3
    return (first & 0x07) << 18 | second << 12 | third << 6 | np.int64(data[place + 3]) & 0x3F, place + 4


@njit(cache=True)
def measure(data, offsets, glyph, width, found):  # type: ignore[no-untyped-def]
    """The width of each line in thousandths of the font size, `NO_GLYPH` where a character has no glyph.

    `data` uint8 and `offsets` (n + 1) are lines in UTF-8, `glyph` (0x110000) and `width` are of `Glyphs`, `found` (n)
    float32 is filled.
    """
    for line in range(len(offsets) - 1):
        place = offsets[line]
        total = np.float32(0)
        while place < offsets[line + 1]:
            code, place = _decode(data, place)
            if glyph[code] == 0:
                total = np.float32(NO_GLYPH)
                break
            total += width[glyph[code]]
        found[line] = total


@njit(cache=True, inline="always")
def _put(out, at, source, start, end):  # type: ignore[no-untyped-def]
    for place in range(start, end):
        out[at + place - start] = source[place]
    return at + end - start


@njit(cache=True, inline="always")
def _number(out, at, value):  # type: ignore[no-untyped-def]
    digits = 1
    power = 10
    while value >= power:
        digits += 1
        power *= 10
    for place in range(at + digits - 1, at - 1, -1):
        out[place] = 48 + value % 10
        value //= 10
    return at + digits


@njit(cache=True, inline="always")
def _byte(out, at, value):  # type: ignore[no-untyped-def]
    """A byte of a literal string: brackets, the backslash and the carriage return are escaped."""
    if value == 40 or value == 41 or value == 92:
        out[at] = 92
        at += 1
    elif value == 13:
        out[at] = 92
        at += 1
        value = 114
    out[at] = value
    return at + 1


@njit(cache=True, inline="always")
def _glyphs(out, at, data, start, end, glyph):  # type: ignore[no-untyped-def]
    place = start
    while place < end:
        code, place = _decode(data, place)
        at = _byte(out, at, glyph[code] >> 8)
        at = _byte(out, at, glyph[code] & 0xFF)
    return at


@njit(cache=True)
def _stream(out, at, number, stamps, line, lines, words, places_of, bars):  # type: ignore[no-untyped-def]
    """The content stream of one page; `bars` is empty where the page has no barcode. The end, and the next line."""
    data, offsets, _, glyph = lines
    fixed, fixed_at = words
    stamp_at, stamp_words = places_of
    at = _number(out, at, number)
    at = _put(out, at, fixed, fixed_at[0], fixed_at[1])
    length_at = at
    at = _put(out, at, fixed, fixed_at[1], fixed_at[2])
    start = at
    at = _put(out, at, fixed, fixed_at[2], fixed_at[3])
    for stamp in range(stamps[0], stamps[1]):
        if offsets[line] < offsets[line + 1]:
            at = _put(out, at, stamp_words, stamp_at[stamp], stamp_at[stamp + 1])
            at = _glyphs(out, at, data, offsets[line], offsets[line + 1], glyph)
            at = _put(out, at, fixed, fixed_at[3], fixed_at[4])
        line += 1
    if len(bars):
        at = _put(out, at, fixed, fixed_at[4], fixed_at[5])
        at = _put(out, at, bars, 0, len(bars))
        at = _put(out, at, fixed, fixed_at[3], fixed_at[4])
    at = _put(out, at, fixed, fixed_at[5], fixed_at[6])
    _number(out, length_at, at - start)
    return _put(out, at, fixed, fixed_at[6], fixed_at[7]), line


@njit(cache=True)
def _page(out, at, number, node, resources, contents, words):  # type: ignore[no-untyped-def]
    fixed, fixed_at = words
    at = _number(out, at, number)
    at = _put(out, at, fixed, fixed_at[7], fixed_at[8])
    at = _number(out, at, node)
    at = _put(out, at, fixed, fixed_at[8], fixed_at[9])
    at = _number(out, at, resources)
    at = _put(out, at, fixed, fixed_at[9], fixed_at[10])
    at = _number(out, at, contents)
    return _put(out, at, fixed, fixed_at[10], fixed_at[11])


@njit(cache=True)
def _node(out, at, number, root, pages, words):  # type: ignore[no-untyped-def]
    fixed, fixed_at = words
    at = _number(out, at, number)
    at = _put(out, at, fixed, fixed_at[11], fixed_at[12])
    at = _number(out, at, root)
    at = _put(out, at, fixed, fixed_at[12], fixed_at[13])
    at = _number(out, at, len(pages))
    at = _put(out, at, fixed, fixed_at[13], fixed_at[14])
    for kid in range(len(pages)):
        at = _number(out, at, pages[kid])
        at = _put(out, at, fixed, fixed_at[14], fixed_at[15])
    return _put(out, at, fixed, fixed_at[15], fixed_at[16])


@njit(cache=True)
def write_letters(rows, lines, words, sheets, state, out, places, spans, nodes):  # type: ignore[no-untyped-def]
    """Write letters and the page-tree nodes above them; bytes written.

    `rows`: (sheet of each row, bars (n, 65), of which a row of zeros is none); `lines`: (UTF-8 data, offsets of lines,
    first line of each row, glyph of each code point); `words`: `FIXED` joined; `sheets`: (first page of each sheet,
    first stamp of each page, resources and contents object of each page, offsets into the words that move to each
    stamp, those words); `state`: int64 (next object, position in the file, root object), advanced; `out`: uint8, large
    enough; `places`: position of each object by number; `spans`: (n, 2) first byte and end of each letter; `nodes`:
    (n, 2) number and count of pages of each node.
    """
    sheet_of, bars = rows
    first_page, first_stamp, resources, contents, stamp_at, stamp_words = sheets
    pages = np.zeros(LEAF * _PAGES, np.int64)
    streams = np.zeros(_PAGES, np.int64)
    at = 0
    for leaf in range(0, len(sheet_of), LEAF):
        node = state[0]
        state[0] += 1
        count = 0
        for row in range(leaf, min(leaf + LEAF, len(sheet_of))):
            first, end = first_page[sheet_of[row]], first_page[sheet_of[row] + 1]
            spans[row, 0] = state[1] + at
            line = lines[2][row]
            for page in range(first, end):
                streams[page - first] = contents[page]
                if first_stamp[page] < first_stamp[page + 1]:
                    streams[page - first] = state[0]
                    places[state[0]] = state[1] + at
                    barred = page == first and bars[row, 0] != 0
                    at, line = _stream(
                        out,
                        at,
                        state[0],
                        first_stamp[page : page + 2],
                        line,
                        lines,
                        words,
                        (stamp_at, stamp_words),
                        bars[row] if barred else bars[row, :0],
                    )
                    state[0] += 1
            for page in range(first, end):
                pages[count] = state[0]
                places[state[0]] = state[1] + at
                at = _page(out, at, state[0], node, resources[page], streams[page - first], words)
                state[0] += 1
                count += 1
            spans[row, 1] = state[1] + at
        places[node] = state[1] + at
        at = _node(out, at, node, state[2], pages[:count], words)
        nodes[leaf // LEAF, 0] = node
        nodes[leaf // LEAF, 1] = count
    state[1] += at
    return at


FIXED: Final = (
    b" 0 obj<</Length ",
    b"     >>stream\n",
    b"/S Do BT/P 10.5 Tf ",
    b")Tj ",
    b"/B 1 Tf 1 0 0 1 72 592.6 Tm(",
    b"ET",
    b"\nendstream endobj\n",
    b" 0 obj<</Type/Page/Parent ",
    b" 0 R/Resources ",
    b" 0 R/Contents ",
    b" 0 R>>endobj\n",
    b" 0 obj<</Type/Pages/Parent ",
    b" 0 R/Count ",
    b"/Kids[",
    b" 0 R ",
    b"]>>endobj\n",
)
"""The fixed words of the objects, in the order in which `write_letters` puts them."""


def joined(parts: list[bytes] | tuple[bytes, ...]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Byte strings as one array and the offsets of each."""
    offsets = np.cumsum([0, *map(len, parts)]).astype(np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), offsets


@njit(cache=True)
def cross_reference(places, out):  # type: ignore[no-untyped-def]
    """The entries of the cross-reference table for objects 1 and on: 20 bytes each; a place of 0 is a free entry."""
    for row in range(1, len(places)):
        at = (row - 1) * 20
        value = places[row]
        for place in range(at + 9, at - 1, -1):
            out[place] = 48 + value % 10
            value //= 10
        out[at + 10] = 32
        for place in range(at + 11, at + 16):
            out[place] = 48
        out[at + 16] = 32
        out[at + 17] = 110
        out[at + 18] = 32
        out[at + 19] = 10
