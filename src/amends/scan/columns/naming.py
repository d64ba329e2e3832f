"""Names of people taken apart: title, given, middle, family name, suffix; `LAST JR, FIRST M` as well as `First M Last`.

One pass over the bytes of a column; the parts are spans of the cells, and nothing is copied until a column is made.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from amends.scan.columns.facts import buffers
from amends.scan.values.compiled import leaf

GIVEN, MIDDLE, FAMILY, SUFFIX = range(4)
_WIDEST: Final = 8


def _words(text: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.array([list(word.encode().ljust(_WIDEST, b"\0")) for word in text.split()], np.uint8)


_TITLES: Final = _words("mr mrs ms miss mx dr prof rev hon sr sra srta")
_SUFFIXES: Final = _words("jr sr ii iii iv")
_DEGREES: Final = _words("md do phd dds dmd esq rn cpa jd mba dvm np pa")
_PARTICLES: Final = _words("van von de del della la las los le da di do dos der den ter st bin ibn al el")


@leaf
def _is_one(data, start, end, words):  # type: ignore[no-untyped-def]
    """Whether the bytes, points left out and letters folded, are one of the words."""
    for w in range(words.shape[0]):
        k = 0
        same = True
        for i in range(start, end):
            c = data[i]
            if c == 46:
                continue
            if k == _WIDEST or (c | 32) != words[w, k] or words[w, k] == 0:
                same = False
                break
            k += 1
        if same and k > 0 and (k == _WIDEST or words[w, k] == 0):
            return True
    return False


@leaf
def _trim(data, start, end):  # type: ignore[no-untyped-def]
    while start < end and (data[start] <= 32 or data[start] == 44):
        start += 1
    while end > start and (data[end - 1] <= 32 or data[end - 1] == 44):
        end -= 1
    return start, end


@leaf
def is_suffix(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are a generational suffix."""
    start, end = _trim(data, start, end)
    return _is_one(data, start, end, _SUFFIXES)


@leaf
def _word_end(data, i, end):  # type: ignore[no-untyped-def]
    while i < end and data[i] > 32 and data[i] != 44:
        i += 1
    return i


@leaf
def _word_start(data, start, i):  # type: ignore[no-untyped-def]
    while i > start and data[i - 1] > 32 and data[i - 1] != 44:
        i -= 1
    return i


@leaf
def _without_suffix(data, start, end):  # type: ignore[no-untyped-def]
    """The end of a name before its suffix, and where the suffix begins and ends (equal if there is none)."""
    last = _word_start(data, start, end)
    if last > start and _is_one(data, last, end, _SUFFIXES):
        _, before = _trim(data, start, last)
        if before > start:
            return before, last, end
    return end, end, end


@leaf
def _put(spans, part, row, start, end):  # type: ignore[no-untyped-def]
    spans[2 * part, row], spans[2 * part + 1, row] = start, end


@leaf
def _behind_comma(data, start, end, comma, spans, row):  # type: ignore[no-untyped-def]
    """The parts of `Last, First Middle`; the family name may carry the suffix."""
    _, last = _trim(data, start, comma)
    last, at, behind = _without_suffix(data, start, last)
    if behind > at:
        _put(spans, SUFFIX, row, at, behind)
    _put(spans, FAMILY, row, start, last)
    first, end = _trim(data, comma, end)
    stop = _word_end(data, first, end)
    _put(spans, GIVEN, row, first, stop)
    stop, end = _trim(data, stop, end)
    _put(spans, MIDDLE, row, stop, end)


@leaf
def _in_order(data, start, end, spans, row):  # type: ignore[no-untyped-def]
    """The parts of `First Middle Last`, the particles before the family name taken to it."""
    family = _word_start(data, start, end)
    while family > start:
        _, before = _trim(data, start, family)
        word = _word_start(data, start, before)
        if not _is_one(data, word, before, _PARTICLES):
            break
        family = word
    _put(spans, FAMILY, row, family, end)
    if family == start:
        return
    stop = _word_end(data, start, family)
    _put(spans, GIVEN, row, start, stop)
    stop, behind = _trim(data, stop, family)
    _put(spans, MIDDLE, row, stop, behind)


@leaf
def take_apart(offsets, data, spans):  # type: ignore[no-untyped-def]
    """Spans of the parts of each full name: rows 2 × part and 2 × part + 1 of `spans`, equal where there is none."""
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        start, end = _trim(data, start, end)
        for part in range(4):
            _put(spans, part, row, start, start)
        while start < end:
            stop = _word_end(data, start, end)
            if stop == end or data[stop] == 44 or not _is_one(data, start, stop, _TITLES):
                break
            start, _ = _trim(data, stop, end)
        while True:
            last = _word_start(data, start, end)
            _, before = _trim(data, start, last)
            if before == last or data[before] != 44 or not _is_one(data, last, end, _DEGREES):
                break
            end = before
        end, at, behind = _without_suffix(data, start, end)
        if behind > at:
            _put(spans, SUFFIX, row, at, behind)
        comma = start
        while comma < end and data[comma] != 44:
            comma += 1
        if comma < end:
            _behind_comma(data, start, end, comma, spans, row)
        elif start < end:
            _in_order(data, start, end, spans, row)


@leaf
def take_suffixes(offsets, data, spans):  # type: ignore[no-untyped-def]
    """Spans of family names and of the suffixes behind them."""
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        end, at, behind = _without_suffix(data, start, end)
        _put(spans, FAMILY, row, start, end)
        _put(spans, SUFFIX, row, at, behind)


@leaf
def take_initials(offsets, data, spans):  # type: ignore[no-untyped-def]
    """Spans of given names and of the lone letter behind them (`Mary A.`), which is a middle name."""
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        letter = end - 1 if end > start and data[end - 1] == 46 else end
        _put(spans, GIVEN, row, start, end)
        _put(spans, MIDDLE, row, end, end)
        if letter - 2 > start and data[letter - 2] == 32 and data[letter - 1] > 32:
            _put(spans, GIVEN, row, start, _word_end(data, start, end))
            _put(spans, MIDDLE, row, letter - 1, end)


@leaf
def _cut(data, starts, ends, plain, offsets, out, filled):  # type: ignore[no-untyped-def]
    at = 0
    for row in range(starts.size):
        offsets[row] = at
        filled[row] = ends[row] > starts[row]
        for i in range(starts[row], ends[row]):
            c = data[i]
            if plain and c == 46:
                continue
            if c == 44:
                continue
            out[at] = c & 0xDF if plain and 97 <= c <= 122 else c
            at += 1
    offsets[starts.size] = at
    return at


@leaf
def _total(starts, ends):  # type: ignore[no-untyped-def]
    total = np.int64(0)
    for row in range(starts.size):
        total += ends[row] - starts[row]
    return total


def spans_of(cells: pa.StringArray, kernel: Any) -> Any:
    """Run one of the kernels above over a column: its spans (int32, 8 × rows), and the bytes that they are of."""
    offsets, data = buffers(cells)
    spans = np.zeros((8, len(cells)), np.int32)
    kernel(offsets, data, spans)
    return spans, data


def part(spans: Any, data: Any, which: int) -> pa.StringArray:
    """One part as a column; null where there is none. Suffixes come in upper case without points."""
    starts, ends = spans[2 * which], spans[2 * which + 1]
    out = np.empty(int(_total(starts, ends)) + 1, np.uint8)
    offsets, filled = np.empty(len(starts) + 1, np.int32), np.empty(len(starts), np.bool_)
    used = _cut(data, starts, ends, which == SUFFIX, offsets, out, filled)
    bitmap = pa.py_buffer(np.packbits(filled, bitorder="little"))
    return pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(out[:used]), bitmap)
