"""Chains of digit groups: `(206) 555-0100`, `123-45-6789`, `4/12/1980` as groups and the separators between them."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.context import is_digit
from amends.scan.text.lanes import digits, first
from amends.scan.values.compiled import fused, leaf

MOST: Final = 10
"""Groups of one chain; what stands behind is read as the next chain."""
_SHORT: Final = 60
"""Bytes of a chain whose next separator is still among the 64 that are seen at once."""
_NEXT: Final = np.uint64(0b1110)
"""Where the next group can begin behind the end of one."""
OPEN: Final = 40
CLOSE: Final = 41


@fused
def _separator(data, i, stop):  # type: ignore[no-untyped-def]
    """Length and code of a separator at `i` that leads to a digit; length 0 if there is none.

    Codes are bytes: space, `-`, `.`, `/`; brackets count as brackets with or without a space beside them; a hyphen or
    space of Unicode's punctuation counts as its ASCII twin.
    """
    if i + 1 >= stop:
        return 0, 0
    c, d = data[i], data[i + 1]
    if c == 32 or c == 45 or c == 46 or c == 47 or c == CLOSE:
        if is_digit(d):
            return 1, c
        if i + 2 < stop and is_digit(data[i + 2]):
            if c == CLOSE and (d == 32 or d == 45 or d == 46):
                return 2, CLOSE
            if (c == 32 or c == 45 or c == 46) and d == OPEN:
                return 2, OPEN
            if c == CLOSE and d == OPEN:
                return 2, OPEN
    elif c == OPEN and is_digit(d):
        return 1, OPEN
    elif c == 0xC2 and d == 0xA0 and i + 2 < stop and is_digit(data[i + 2]):
        return 2, 32
    elif c == 0xE2 and d == 0x80 and i + 3 < stop and is_digit(data[i + 3]):
        if 0x90 <= data[i + 2] <= 0x93:
            return 3, 45
        if data[i + 2] == 0xAF:
            return 3, 32
    return 0, 0


@fused
def read_chain(data, i, stop, chain):  # type: ignore[no-untyped-def]
    """Read the chain that begins with the digit at `i` into `chain` (starts, ends, separators behind each group).

    Returns the number of groups. A chain stops before `stop`, whatever stands there.
    """
    starts, ends, separators = chain
    mask = digits(data, i)
    count = at = 0
    while count < MOST:
        starts[count] = i + at
        at += first(~(mask >> np.uint64(at)))
        if at > _SHORT:
            return _read_long(data, i, stop, chain)
        ends[count] = i + at
        length = code = 0
        if (mask >> np.uint64(at)) & _NEXT:
            length, code = _separator(data, i + at, stop)
        separators[count] = code
        count += 1
        if length == 0:
            break
        at += length
    return count


@leaf
def _read_long(data, i, stop, chain):  # type: ignore[no-untyped-def]
    """As `read_chain`, byte by byte, for a chain that is longer than what is seen at once."""
    starts, ends, separators = chain
    count = 0
    while count < MOST:
        starts[count] = i
        while i < stop and is_digit(data[i]):
            i += 1
        ends[count] = i
        length, code = _separator(data, i, stop)
        separators[count] = code
        count += 1
        if length == 0:
            break
        i += length
    return count
