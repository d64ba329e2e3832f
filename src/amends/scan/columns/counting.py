"""Counting what the cells of a column are: one judgement a cell, remembered while a column repeats its values."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from amends.scan.values.compiled import leaf
from amends.scan.values.validators import judge
from amends.scan.values.words import hash_safely

SETS: Final = 64
"""Few sets of bits occur in one column, so equal ones are counted together."""
SLOTS: Final = 1024
"""Cells of a column whose verdicts are remembered, by their hash."""
TRIAL: Final = 2048
"""After so many cells a column that does not repeat its values no longer looks for them."""
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


@leaf
def _count(bits, times, counts):  # type: ignore[no-untyped-def]
    kind = 0
    while bits and times:
        counts[kind] += times * (bits & 1)
        bits >>= 1
        kind += 1


@leaf
def add_set(bits, sets, times, counts):  # type: ignore[no-untyped-def]
    """Count one cell of these bits: in `sets` and `times` (int64, `SETS`) while equal ones follow, else in `counts`."""
    place = np.int64((np.uint64(bits) * _SPREAD) >> np.uint64(58))
    if sets[place] != bits:
        _count(sets[place], times[place], counts)
        sets[place] = bits
        times[place] = 0
    times[place] += 1


@leaf
def flush_sets(sets, times, counts):  # type: ignore[no-untyped-def]
    """Move what `add_set` holds back to `counts`."""
    for place in range(SETS):
        if times[place]:
            _count(sets[place], times[place], counts)
        times[place] = sets[place] = 0


@njit(cache=True, nogil=True)
def measure(offsets, data, counts, years, this_year, words):  # type: ignore[no-untyped-def]
    """Judge every cell of an Arrow string column; adds to `counts` (int64, `KINDS`) and `years` (int64, from 1900)."""
    keys, known, known_years = np.zeros(SLOTS, np.uint64), np.empty(SLOTS, np.int64), np.empty(SLOTS, np.int16)
    sets, times = np.zeros(SETS, np.int64), np.zeros(SETS, np.int64)
    trials = hits = 0
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if start == end:
            continue
        key = hash_safely(data, start, end)
        slot = np.int64(key >> np.uint64(54))
        if keys[slot] == key and (trials < TRIAL or 4 * hits > trials):
            bits, year = known[slot], np.int64(known_years[slot])
            hits += 1
        else:
            bits, year = judge(data, start, end, this_year, words)
            keys[slot], known[slot], known_years[slot] = key, bits, year
        trials += 1
        if year >= 1900:
            years[min(year - 1900, 255)] += 1
        add_set(bits, sets, times, counts)
    flush_sets(sets, times, counts)
