"""Cells measured where they lie in the bytes of a file: no Arrow column is built for what only has to be judged.

Most columns repeat their values, so the verdicts on the cells lately seen are remembered by the hash of the cell, until
a column turns out not to repeat. A cell that is not plain (doubled quotes, NUL, Windows-1252) is rewritten
first, as it would be in an Arrow column.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from amends.scan.columns.counting import SETS, SLOTS, TRIAL, add_set, flush_sets
from amends.scan.tables.splitter import rewrite
from amends.scan.values.lexicon import WORDS
from amends.scan.values.validators import KINDS, judge
from amends.scan.values.words import hash_cell

_ZERO: Final = np.int64(0)


@njit(cache=True, nogil=True)
def _judge_odd(buf, start, length, this_year, words, scratch, seen):  # type: ignore[no-untyped-def]
    """Judge a cell that must be rewritten first."""
    doubled = start < 0
    if doubled:
        start = ~start
    used = rewrite(buf, start, start + length, doubled, scratch, _ZERO, seen)
    return judge(scratch, _ZERO, used, this_year, words)


@njit(cache=True, nogil=True)
def measure_rows(buf, starts, lens, first, rows, columns, this_year, words, counts, years, seen, scratch):  # type: ignore[no-untyped-def]
    """Judge the cells of `columns` columns in the rows `first` to `rows` of what `splitter.split` found.

    Adds to `counts` (int64, columns × `KINDS`), `years` (int64, columns × 256, from 1900) and `seen` (as
    `splitter.gather`). `scratch` holds three times the longest cell; `MARGIN` bytes behind `buf` must be readable.
    """
    keys, known, known_years = np.empty(SLOTS, np.uint64), np.empty(SLOTS, np.int64), np.empty(SLOTS, np.int16)
    sets, times = np.zeros(SETS, np.int64), np.zeros(SETS, np.int64)
    for column in range(columns):
        keys[:] = 0
        trials = hits = 0
        for row in range(first, rows):
            length = np.int64(lens[column, row])
            if length <= 0:
                continue
            start = np.int64(starts[column, row])
            odd = start < 0
            key = np.uint64(0)
            if not odd:
                key, odd = hash_cell(buf, start, start + length)
            slot = np.int64(key >> np.uint64(54))
            if odd:
                bits, year = _judge_odd(buf, start, length, this_year, words, scratch, seen)
            elif keys[slot] == key and (trials < TRIAL or 4 * hits > trials):
                bits, year = known[slot], np.int64(known_years[slot])
                trials += 1
                hits += 1
            else:
                bits, year = judge(buf, start, start + length, this_year, words)
                trials += 1
                keys[slot], known[slot], known_years[slot] = key, bits, year
            if year >= 1900:
                years[column, min(year - 1900, 255)] += 1
            add_set(bits, sets, times, counts[column])
        flush_sets(sets, times, counts[column])


class Meter:
    """Counts over the columns of one table. One meter belongs to one thread; meters of a table add up."""

    def __init__(self, columns: int) -> None:
        self.counts = np.zeros((columns, KINDS), np.int64)
        self.years = np.zeros((columns, 256), np.int64)
        self.seen = np.zeros(2, np.int64)
        self._scratch = np.empty(1, np.uint8)

    def take(self, piece: Any, first: int, columns: int, this_year: int) -> None:
        """Judge the cells of a piece (see `lines.Piece`) from row `first` on, in its first columns."""
        longest = 3 * int(piece.lens[:columns, : piece.rows].max(initial=0)) + 8
        if len(self._scratch) < longest:
            self._scratch = np.empty(longest, np.uint8)
        measure_rows(
            piece.buffer, piece.starts, piece.lens, first, piece.rows, columns, this_year, WORDS,
            self.counts, self.years, self.seen, self._scratch,
        )  # fmt: skip
