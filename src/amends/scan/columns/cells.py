"""Cells measured where they lie in the bytes of a file: no Arrow column is built for what only has to be judged.

A cell that is not plain (doubled quotes, NUL, Windows-1252) is rewritten first, as it would be in an Arrow column.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.scan.columns.counting import add_cell, flush, known, memories, memory_of, remember, repeats
from amends.scan.tables.splitter import rewrite
from amends.scan.values.compiled import leaf
from amends.scan.values.lanes import is_odd
from amends.scan.values.lexicon import WORDS
from amends.scan.values.validators import KINDS, judge
from amends.scan.values.words import hash_cell

_ZERO: Final = np.int64(0)
_REMEMBERED: Final = 256
"""Columns whose cells are remembered; those beyond them share."""


@leaf
def _judge_odd(buf, start, length, this_year, words, scratch, seen):  # type: ignore[no-untyped-def]
    """Judge a cell that must be rewritten first."""
    doubled = start < 0
    if doubled:
        start = ~start
    used = rewrite(buf, start, start + length, doubled, scratch, _ZERO, seen)
    return judge(scratch, _ZERO, used, this_year, words)


@leaf
def _measure_cells(buf, starts, lens, first, rows, this_year, words, memory, counts, years, seen, scratch):  # type: ignore[no-untyped-def]
    """Judge the cells of one column."""
    for row in range(first, rows):
        length = np.int64(lens[row])
        if length <= 0:
            continue
        start = np.int64(starts[row])
        odd = start < 0
        slot, key = np.int64(-1), np.uint64(0)
        if not odd:
            if repeats(memory.tried):
                key, odd = hash_cell(buf, start, start + length)
                if not odd:
                    slot = known(key, memory)
            else:
                odd = is_odd(buf, start, start + length)
        if odd:
            bits, year = _judge_odd(buf, start, length, this_year, words, scratch, seen)
        elif slot >= 0:
            bits, year = memory.bits[slot], np.int64(memory.years[slot])
        else:
            bits, year = judge(buf, start, start + length, this_year, words)
            if key:
                remember(key, bits, year, memory)
        add_cell(bits, year, memory, counts, years)
    flush(memory, counts)


@leaf
def measure_rows(buf, starts, lens, first, rows, columns, this_year, words, memories, counts, years, seen, scratch):  # type: ignore[no-untyped-def]
    """Judge the cells of `columns` columns in the rows `first` to `rows` of what `splitter.split` found.

    Adds to `counts` (int64, columns × `KINDS`), `years` (int64, columns × 256, from 1900) and `seen` (as
    `splitter.gather`). `scratch` holds three times the longest cell; `MARGIN` bytes behind `buf` must be readable.
    """
    for column in range(columns):
        _measure_cells(
            buf, starts[column], lens[column], first, rows, this_year, words,
            memory_of(memories, column % memories.tried.shape[0]), counts[column], years[column], seen, scratch,
        )  # fmt: skip


class Meter:
    """Counts over the columns of one table. One meter belongs to one thread; meters of a table add up."""

    def __init__(self, columns: int) -> None:
        self.counts = np.zeros((columns, KINDS), np.int64)
        self.years = np.zeros((columns, 256), np.int64)
        self.seen = np.zeros(2, np.int64)
        self._scratch = np.empty(1, np.uint8)
        self._memories = memories(min(columns, _REMEMBERED))

    def take(self, piece: Any, first: int, columns: int, this_year: int) -> None:
        """Judge the cells of a piece (see `lines.Piece`) from row `first` on, in its first columns."""
        longest = 3 * int(piece.lens[:columns, : piece.rows].max(initial=0)) + 8
        if len(self._scratch) < longest:
            self._scratch = np.empty(longest, np.uint8)
        measure_rows(
            piece.buffer, piece.starts, piece.lens, first, piece.rows, columns, this_year, WORDS,
            self._memories, self.counts, self.years, self.seen, self._scratch,
        )  # fmt: skip
