"""Kernels of tables within a text: lines that agree in a delimiter and the number of fields, and their bare fields."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.compiled import leaf
from amends.scan.values.lanes import LANES, equal_lanes
from amends.scan.values.words import trailing_zeros

PIPE: Final = 124
LONGEST: Final = 1 << 16
"""Bytes of a line; a longer one ends a block."""
FEWEST: Final = 4
"""Lines of a block."""
FEWEST_NAMED: Final = 2
"""Lines of a block that a header names, if bars or tabs make columns of it, as many as `_FEWEST_COLUMNS`."""
_FEWEST_COLUMNS: Final = 3
_BARS_AND_TABS: Final = 2
"""The first of the delimiters."""
ENOUGH: Final = 64
"""Lines after which a block that goes on is judged."""
_ODD: Final = 2
"""Lines in a row that may have another number of fields without ending a block."""
_EDGE: Final = 2
"""Blanks at most before a bar that is the edge of a line: more are an empty first field."""
START, END, COLUMNS, LINES, ODD, ODD_AT, ODD_COLUMNS, TOLD = range(8)
RUN: Final = 8
SKIPPING: Final = 0


@leaf
def _behind_marks(buf, start, end):  # type: ignore[no-untyped-def]
    """Where a line begins behind the marks (`>`) of a mail that is answered."""
    while start < end and buf[start] == 62:
        start += 1
        if start < end and buf[start] == 32:
            start += 1
    return start


@leaf
def is_rule(buf, start, end):  # type: ignore[no-untyped-def]
    """Whether a line is drawn: nothing but dashes and what joins them."""
    dashes = 0
    for i in range(_behind_marks(buf, start, end), end):
        c = buf[i]
        if c == 45 or c == 61:
            dashes += 1
        elif c > 32 and c != 43 and c != PIPE and c != 58 and c != 95:
            return False
    return dashes > 2


@leaf
def edges(buf, start, end, delimiter):  # type: ignore[no-untyped-def]
    """Where the fields of a line begin and end: without marks of answering and bars at both its edges."""
    start = _behind_marks(buf, start, end)
    if delimiter != PIPE:
        return start, end
    first, last = start, end
    while first < last and buf[first] <= 32:
        first += 1
    while last > first and buf[last - 1] <= 32:
        last -= 1
    if last - first > 1 and first - start <= _EDGE and buf[first] == PIPE and buf[last - 1] == PIPE:
        return first + 1, last - 1
    return start, end


@leaf
def _fields(buf, start, end, delimiter, quotes):  # type: ignore[no-untyped-def]
    """Fields of a line, those that say something, and whether its quotes are closed."""
    fields = 1
    filled = 0
    says = False
    quoted = False
    for i in range(start, end):
        c = buf[i]
        if c == 34 and quotes:
            quoted = not quoted
        if c == delimiter and not quoted:
            fields += 1
            filled += says
            says = False
        elif c > 32:
            says = True
    return fields, filled + says, not quoted


@leaf
def _times(buf, start, end, byte):  # type: ignore[no-untyped-def]
    """How often a byte stands in a line."""
    found = np.int64(0)
    for i in range(start, end):
        found += buf[i] == byte
    return found


@leaf
def _line_stop(buf, at, size):  # type: ignore[no-untyped-def]
    """Where the line at `at` ends: at its row end, after `LONGEST` bytes or at `size`."""
    stop = min(size, at + LONGEST)
    while at + LANES <= stop:
        here = equal_lanes(buf, at, np.uint8(10)) | equal_lanes(buf, at, np.uint8(13))
        if here:
            return at + np.int64(trailing_zeros(here))
        at += LANES
    while at < stop and buf[at] != 10 and buf[at] != 13:
        at += 1
    return at


@leaf
def fields_of(buf, start, end, delimiter):  # type: ignore[no-untyped-def]
    """Fields of a line (delimiters in quotes part none); 0 where fewer than two say anything."""
    first, last = edges(buf, start, end, delimiter)
    fields, filled, closed = _fields(buf, first, last, delimiter, delimiter != PIPE)
    if not closed:
        fields, filled, closed = _fields(buf, first, last, delimiter, False)
    return fields if filled > 1 else 0


@leaf
def _tell(events, count, run, delimiter, closed):  # type: ignore[no-untyped-def]
    """Note a block; returns how many there are now."""
    events[count, 0], events[count, 1], events[count, 2] = run[START], run[END], delimiter
    events[count, 3], events[count, 4], events[count, 5], events[count, 6] = run[COLUMNS], run[LINES], closed, run[TOLD]
    return count + 1


@leaf
def end_run(run, delimiter, events, count):  # type: ignore[no-untyped-def]
    """Close a run of lines; it is told of if it is a block."""
    short = run[LINES] >= FEWEST_NAMED and delimiter < _BARS_AND_TABS and run[COLUMNS] >= _FEWEST_COLUMNS
    if run[LINES] >= FEWEST or short:
        count = _tell(events, count, run, delimiter, 1)
    run[LINES] = run[ODD] = run[TOLD] = 0
    return count


@leaf
def _begin(run, at, end, columns):  # type: ignore[no-untyped-def]
    run[START], run[END], run[COLUMNS], run[LINES], run[ODD], run[TOLD] = at, end, columns, 1, 0, 0


@leaf
def _add(run, at, end, columns, fewest, delimiter, events, count):  # type: ignore[no-untyped-def]
    """Take a line with so many fields into a run."""
    if run[LINES] == 0:
        if columns >= fewest:
            _begin(run, at, end, columns)
        return count
    if columns == run[COLUMNS]:
        run[LINES] += 1 + run[ODD]
        run[END], run[ODD] = end, 0
        if run[LINES] >= ENOUGH and run[TOLD] == 0:
            count = _tell(events, count, run, delimiter, 0)
            run[TOLD] = 1
        return count
    if run[ODD] == 0:
        run[ODD_AT], run[ODD_COLUMNS] = at, columns
    elif run[ODD_COLUMNS] != columns:
        run[ODD_COLUMNS] = 0
    run[ODD] += 1
    if columns > 1 and run[LINES] >= FEWEST and run[ODD] <= _ODD:
        return count
    odd, began, alike = run[ODD], run[ODD_AT], run[ODD_COLUMNS]
    count = end_run(run, delimiter, events, count)
    if columns >= fewest:
        _begin(run, at, end, columns)
        if alike == columns:
            run[START], run[LINES] = began, odd
    return count


@leaf
def find_runs(buf, size, final, base, delimiters, fewest, runs, state, events):  # type: ignore[no-untyped-def]
    """Take the lines of `buf[:size]`, which begins at `base` of the text, into runs; returns (blocks told, bytes used).

    `runs` holds a run a delimiter. Told are blocks that ended, and those that went on for `ENOUGH` lines.
    """
    count = 0
    at = np.int64(0)
    while at < size and count + 2 * delimiters.size < events.shape[0]:
        end = _line_stop(buf, at, size)
        whole = end < size and end - at < LONGEST
        if not whole and not final and end - at < LONGEST:
            break
        blank = True
        for i in range(at, min(end, at + LONGEST)):
            blank = blank and buf[i] <= 32
            if not blank:
                break
        if state[SKIPPING] or end - at >= LONGEST or (blank and not (end == at and buf[at] == 10 and state[1] == 13)):
            for k in range(delimiters.size):
                count = end_run(runs[k], k, events, count)
        elif not blank and not is_rule(buf, at, end):
            for k in range(delimiters.size):
                some = _times(buf, at, end, delimiters[k]) > 0
                columns = fields_of(buf, at, end, delimiters[k]) if some else 0
                count = _add(runs[k], base + at, base + end, columns, fewest[k], k, events, count)
        state[SKIPPING] = end - at >= LONGEST
        state[1] = buf[end] if end < size else 0
        at = end + 1 if whole else end
    return count, at


@leaf
def bare_rows(buf, size, final, delimiter, out):  # type: ignore[no-untyped-def]
    """Lines as delimited text: without drawn lines, and between bars without blanks; returns (bytes used, written)."""
    at = np.int64(0)
    used = np.int64(0)
    while at < size:
        end = at
        while end < size and buf[end] != 10 and buf[end] != 13:
            end += 1
        if end == size and not final:
            break
        if not is_rule(buf, at, end):
            first, last = edges(buf, at, end, delimiter)
            begin = used
            while first < last:
                stop = first
                while stop < last and (delimiter != PIPE or buf[stop] != PIPE):
                    stop += 1
                a, b = first, stop
                while delimiter == PIPE and a < b and buf[a] <= 32:
                    a += 1
                while delimiter == PIPE and b > a and buf[b - 1] <= 32:
                    b -= 1
                for i in range(a, b):
                    out[used] = buf[i]
                    used += 1
                if stop < last:
                    out[used] = PIPE
                    used += 1
                first = stop + 1
            if used > begin:
                out[used] = 10
                used += 1
        at = min(end + 1, size)
    return at, used
