"""Counting what the cells of a column are: one judgement a cell, remembered while a column repeats its values."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from amends.scan.values.compiled import fused, leaf
from amends.scan.values.validators import judge
from amends.scan.values.words import hash_safely, trailing_zeros

_SETS: Final = 64
_SLOTS: Final = 1024
_TRIAL: Final = 2048
_REST: Final = 1 << 16
_TRIES: Final = 8
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


class Memory(NamedTuple):
    """What is remembered of one column: verdicts on cells lately seen, and counts of sets of bits not yet added up.

    A column that did not repeat its values in `_TRIAL` cells is not looked up for the next `_REST`.
    """

    keys: np.ndarray[Any, np.dtype[np.uint64]]
    """Hashes of cells."""
    bits: np.ndarray[Any, np.dtype[np.int64]]
    years: np.ndarray[Any, np.dtype[np.int16]]
    sets: np.ndarray[Any, np.dtype[np.int64]]
    """Few sets of bits occur in one column, so equal ones are counted together."""
    times: np.ndarray[Any, np.dtype[np.int64]]
    tried: np.ndarray[Any, np.dtype[np.int64]]
    """Cells looked up or passed over, and those that were known."""


def memories(columns: int) -> Memory:
    """Those of several columns of which nothing was seen: a line each."""
    return Memory(
        np.zeros((columns, _SLOTS), np.uint64),
        np.zeros((columns, _SLOTS), np.int64),
        np.zeros((columns, _SLOTS), np.int16),
        np.zeros((columns, _SETS), np.int64),
        np.zeros((columns, _SETS), np.int64),
        np.zeros((columns, 2), np.int64),
    )


@fused
def memory_of(all_of_them, column):  # type: ignore[no-untyped-def]
    """The memory of one column."""
    keys, bits, years, sets, times, tried = all_of_them
    return Memory(keys[column], bits[column], years[column], sets[column], times[column], tried[column])


@fused
def repeats(tried):  # type: ignore[no-untyped-def]
    """Whether the next cell is worth looking up."""
    if tried[0] < _TRIAL or 4 * tried[1] > tried[0]:
        return True
    tried[0] += 1
    if tried[0] == _REST:
        tried[0] = tried[1] = 0
    return False


@fused
def known(key, memory):  # type: ignore[no-untyped-def]
    """The slot of a cell of this hash whose verdict is remembered, or -1."""
    slot = np.int64(key >> np.uint64(54))
    memory.tried[0] += 1
    if memory.keys[slot] != key:
        return np.int64(-1)
    memory.tried[1] += 1
    return slot


@fused
def remember(key, bits, year, memory):  # type: ignore[no-untyped-def]
    """Keep the verdict on a cell."""
    slot = np.int64(key >> np.uint64(54))
    memory.keys[slot], memory.bits[slot], memory.years[slot] = key, bits, year


@leaf
def _count(bits, times, counts):  # type: ignore[no-untyped-def]
    left = np.uint64(bits)
    while left:
        counts[np.int64(trailing_zeros(left))] += times
        left &= left - np.uint64(1)


@leaf
def _make_room(bits, sets, times, counts):  # type: ignore[no-untyped-def]
    """A place for a set of bits that is not at its own: one near by, or its own, what was there being counted."""
    own = np.int64((np.uint64(bits) * _SPREAD) >> np.uint64(58))
    for near in range(_TRIES):
        place = (own + near) & (_SETS - 1)
        if sets[place] == bits or times[place] == 0:
            sets[place] = bits
            return place
    _count(sets[own], times[own], counts)
    sets[own], times[own] = bits, 0
    return own


@fused
def add_cell(bits, year, memory, counts, years):  # type: ignore[no-untyped-def]
    """Count one cell of these bits: in `memory` for now, where it has room; `years` counts from 1900."""
    if year >= 1900:
        years[min(year - 1900, 255)] += 1
    place = np.int64((np.uint64(bits) * _SPREAD) >> np.uint64(58))
    if memory.sets[place] != bits:
        place = _make_room(bits, memory.sets, memory.times, counts)
    memory.times[place] += 1


@leaf
def flush(memory, counts):  # type: ignore[no-untyped-def]
    """Move what `add_cell` holds back to `counts`."""
    for place in range(_SETS):
        if memory.times[place]:
            _count(memory.sets[place], memory.times[place], counts)
        memory.times[place] = memory.sets[place] = 0


@leaf
def measure(offsets, data, counts, years, this_year, words, memories):  # type: ignore[no-untyped-def]
    """Judge every cell of an Arrow string column; adds to `counts` (int64, `KINDS`) and `years` (int64, from 1900).

    `memories` is of one column.
    """
    memory = memory_of(memories, 0)
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if start == end:
            continue
        slot, key = np.int64(-1), np.uint64(0)
        if repeats(memory.tried):
            key = hash_safely(data, start, end)
            slot = known(key, memory)
        if slot >= 0:
            bits, year = memory.bits[slot], np.int64(memory.years[slot])
        else:
            bits, year = judge(data, start, end, this_year, words)
            if key:
                remember(key, bits, year, memory)
        add_cell(bits, year, memory, counts, years)
    flush(memory, counts)


@leaf
def weigh(offsets, data, times, counts, years, this_year, words):  # type: ignore[no-untyped-def]
    """As `measure`, each cell counted as often as `times` (int64) says: the values of a dictionary."""
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if start == end or times[row] == 0:
            continue
        bits, year = judge(data, start, end, this_year, words)
        if year >= 1900:
            years[min(year - 1900, 255)] += times[row]
        _count(bits, times[row], counts)
