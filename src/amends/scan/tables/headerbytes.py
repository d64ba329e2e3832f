"""Lines of a long file that may name columns: hardly a digit, and two cells or more of nothing but words of headers.

Every line is looked at, most of them no further than to their third digit.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np

from amends.scan.tables.headers import header_vocabulary
from amends.scan.values.compiled import leaf
from amends.scan.values.lanes import LANES, equal_lanes
from amends.scan.values.words import trailing_zeros

_DIGITS: Final = 3
_KNOWN: Final = 2
_LONGEST: Final = 8192
"""Bytes of a line of names of columns."""
_SLOTS: Final = 1 << 15
_OFFSET: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_LF: Final = np.uint8(10)


@cache
def header_words_table() -> Any:
    """The hashes of the words that headers are made of, as a set (uint64, open addressing)."""
    table = np.zeros(_SLOTS, np.uint64)
    for word in sorted(header_vocabulary()):
        key = int(_OFFSET)
        for byte in word.encode():
            key = ((key ^ (byte | 32)) * int(_PRIME)) & 0xFFFFFFFFFFFFFFFF
        slot = ((key * int(_SPREAD)) & 0xFFFFFFFFFFFFFFFF) >> 49
        while table[slot] not in (0, key):
            slot = (slot + 1) % _SLOTS
        table[slot] = key
    return table


@leaf
def _known(key, table):  # type: ignore[no-untyped-def]
    slot = np.int64((key * _SPREAD) >> np.uint64(49))
    while table[slot] != 0:
        if table[slot] == key:
            return True
        slot = (slot + 1) & (_SLOTS - 1)
    return False


@leaf
def _letter(c):  # type: ignore[no-untyped-def]
    return 97 <= (c | 32) <= 122 or c >= 128


@leaf
def _says(data, start, end, table):  # type: ignore[no-untyped-def]
    """Whether a cell is made of known words, written together or apart, in capitals or camel case."""
    i = np.int64(start)
    words = 0
    whole = _OFFSET
    apart = True
    while i < end:
        if not _letter(data[i]):
            i += 1
            continue
        key = _OFFSET
        first = i
        while i < end and _letter(data[i]):
            if i > first and data[i] <= 90 and data[i - 1] >= 97:
                break
            key = (key ^ np.uint64(data[i] | 32)) * _PRIME
            whole = (whole ^ np.uint64(data[i] | 32)) * _PRIME
            i += 1
        words += 1
        apart = apart and _known(key, table)
    return words > 0 and (apart or _known(whole, table))


@leaf
def _names_columns(data, start, end, mark, table):  # type: ignore[no-untyped-def]
    known = 0
    at = np.int64(start)
    for i in range(start, end + 1):
        if i == end or data[i] == mark:
            known += _says(data, at, i, table)
            at = np.int64(i + 1)
    return known >= _KNOWN


@leaf
def _line_end(data, at, size):  # type: ignore[no-untyped-def]
    """Where the line ends that `at` lies in (behind its row end); -1 if that is not within `size`."""
    i = np.int64(at)
    while i + LANES <= size:
        here = equal_lanes(data, i, _LF)
        if here:
            return i + np.int64(trailing_zeros(here)) + 1
        i += LANES
    while i < size:
        if data[i] == 10:
            return i + 1
        i += 1
    return np.int64(-1)


@leaf
def find_headers(data, size, mark, table, out):  # type: ignore[no-untyped-def]
    """Write the places of lines of `data[:size]` that may name columns to `out`: (how many, bytes used)."""
    count = 0
    at = np.int64(0)
    while count < out.shape[0]:
        end = _line_end(data, at, size)
        if end < 0:
            break
        if end - at <= _LONGEST:
            digits = marks = 0
            i = at
            while i < end and digits < _DIGITS:
                digits += 48 <= data[i] <= 57
                marks += data[i] == mark
                i += 1
            if digits < _DIGITS and marks and _names_columns(data, at, end, mark, table):
                out[count, 0], out[count, 1] = at, end
                count += 1
        at = end
    return count, at
