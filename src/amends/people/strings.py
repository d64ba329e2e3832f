"""Kernels that compare two texts given as bytes: Jaro-Winkler, and whether they lie within a few edits.

Only the first 64 bytes of a text are looked at: flags of matched bytes fit one machine word.
"""

from __future__ import annotations

import numpy as np
from numba import njit

LONGEST = 64
_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def jaro_winkler(data, a, a_end, b, b_end):  # type: ignore[no-untyped-def]
    """Similarity in 0..1 of `data[a:a_end]` and `data[b:b_end]` (Winkler 1990: prefix of 4, scale .1, above .7)."""
    m, n = min(a_end - a, 64), min(b_end - b, 64)
    if m == 0 or n == 0:
        return 1.0 if m == n else 0.0
    window = max(max(m, n) // 2 - 1, 0)
    taken_a, taken_b, matches = np.uint64(0), np.uint64(0), 0
    for i in range(m):
        for j in range(max(0, i - window), min(n, i + window + 1)):
            bit = _ONE << np.uint64(j)
            if not taken_b & bit and data[a + i] == data[b + j]:
                taken_a |= _ONE << np.uint64(i)
                taken_b |= bit
                matches += 1
                break
    if matches == 0:
        return 0.0
    moved, j = 0, 0
    for i in range(m):
        if taken_a & (_ONE << np.uint64(i)):
            while not taken_b & (_ONE << np.uint64(j)):
                j += 1
            moved += data[a + i] != data[b + j]
            j += 1
    jaro = (matches / m + matches / n + (matches - moved // 2) / matches) / 3
    if jaro <= 0.7:
        return jaro
    prefix = 0
    while prefix < min(4, m, n) and data[a + prefix] == data[b + prefix]:
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


@njit(cache=True, nogil=True)
def edits(data, a, a_end, b, b_end, limit, rows):  # type: ignore[no-untyped-def]
    """Edits between two texts, at most `limit + 1`: insert, delete, replace, swap neighbours (optimal string
    alignment).

    `rows` is scratch of shape (3, LONGEST + 1), int32.
    """
    while a < a_end and b < b_end and data[a] == data[b]:
        a += 1
        b += 1
    while a < a_end and b < b_end and data[a_end - 1] == data[b_end - 1]:
        a_end -= 1
        b_end -= 1
    m, n = min(a_end - a, 64), min(b_end - b, 64)
    if abs(m - n) > limit:
        return limit + 1
    if m == 0 or n == 0:
        return max(m, n)
    for j in range(n + 1):
        rows[1, j] = j
    for i in range(1, m + 1):
        rows[2, 0] = i
        least = i
        for j in range(1, n + 1):
            same = data[a + i - 1] == data[b + j - 1]
            best = min(rows[1, j] + 1, rows[2, j - 1] + 1, rows[1, j - 1] + (not same))
            if i > 1 and j > 1 and data[a + i - 1] == data[b + j - 2] and data[a + i - 2] == data[b + j - 1]:
                best = min(best, rows[0, j - 2] + 1)
            rows[2, j] = best
            least = min(least, best)
        if least > limit:
            return limit + 1
        for j in range(n + 1):
            rows[0, j] = rows[1, j]
            rows[1, j] = rows[2, j]
    return min(rows[1, n], limit + 1)


@njit(cache=True, nogil=True)
def spell(number, digits, data, at):  # type: ignore[no-untyped-def]
    """Write `number` as `digits` decimal digits to `data[at:]`."""
    for i in range(digits - 1, -1, -1):
        data[at + i] = number % 10
        number //= 10


@njit(cache=True, nogil=True)
def starts_or_ends(data, a, a_end, b, b_end):  # type: ignore[no-untyped-def]
    """Whether the shorter text begins or ends the longer one."""
    if a_end - a > b_end - b:
        a, a_end, b, b_end = b, b_end, a, a_end
    size = a_end - a
    head, tail = True, True
    for i in range(size):
        head = head and data[a + i] == data[b + i]
        tail = tail and data[a + i] == data[b_end - size + i]
    return head or tail
