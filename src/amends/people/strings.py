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
def edits(data, a, a_end, b, b_end, limit, places):  # type: ignore[no-untyped-def]
    """Edits between two texts, at most `limit + 1`: insert, delete, replace, swap neighbours (optimal string
    alignment, all rows of a column at once: Hyyro 2003).

    `places` is scratch of shape (256,), uint64, all nought before and after.
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
    if limit == 1 or max(m, n) <= 2:
        swapped = m == 2 and n == 2 and data[a] == data[b + 1] and data[a + 1] == data[b]
        return min(1 if swapped or (m == 1 and n == 1) else 2, limit + 1)
    for i in range(m):
        places[data[a + i]] |= _ONE << np.uint64(i)
    last, score = _ONE << np.uint64(m - 1), m
    up, down, diagonal, before = ~np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for j in range(n):
        here = places[data[b + j]]
        swapped = (((~diagonal) & here) << _ONE) & before
        diagonal = (((here & up) + up) ^ up) | here | down | swapped
        more, less = down | ~(diagonal | up), diagonal & up
        score += (more & last) != 0
        score -= (less & last) != 0
        if score - (n - 1 - j) > limit:
            score = limit + 1
            break
        more, less = (more << _ONE) | _ONE, less << _ONE
        up, down = less | ~(diagonal | more), more & diagonal
        before = here
    for i in range(m):
        places[data[a + i]] = 0
    return min(score, limit + 1)


@njit(cache=True, nogil=True)
def marks(starts, data):  # type: ignore[no-untyped-def]
    """Which bytes each word holds, a bit for each value modulo 64; nought for words too long to be told by it."""
    out = np.zeros(len(starts) - 1, np.uint64)
    for word in range(len(out)):
        if starts[word + 1] - starts[word] <= LONGEST:
            for i in range(starts[word], starts[word + 1]):
                out[word] |= _ONE << np.uint64(data[i] & 63)
    return out


@njit(cache=True, nogil=True)
def beyond(mark, other):  # type: ignore[no-untyped-def]
    """How many kinds of bytes one word has that the other lacks, by their marks; 0 where a mark is missing.

    An edit takes one kind away and brings one at most, so this is never more than the edits between the two.
    """
    rest, count = mark & ~other, 0
    while rest and other:
        rest &= rest - _ONE
        count += 1
    return count


@njit(cache=True, nogil=True)
def can_be_near(mark, other, limit):  # type: ignore[no-untyped-def]
    """Whether two words can be so few edits apart, by their marks."""
    lost, won = mark & ~other, other & ~mark
    for _ in range(limit):
        lost &= lost - _ONE
        won &= won - _ONE
    return not (lost | won) or not mark or not other


@njit(cache=True, nogil=True)
def can_be_alike(a_size, b_size, prefix, a_beyond, b_beyond, least):  # type: ignore[no-untyped-def]
    """Whether Jaro-Winkler can reach `least`, from sizes up to 64, the shared prefix, and the kinds of bytes of either
    that the other lacks: such bytes match nothing."""
    most = min(a_size - a_beyond, b_size - b_beyond)
    jaro = (most / a_size + most / b_size + 1) / 3
    return jaro + min(prefix, 4) * 0.1 * (1 - jaro) >= least - 1e-9


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


@njit(cache=True, nogil=True)
def first_letters(starts, data):  # type: ignore[no-untyped-def]
    """What each word begins with: its byte, or for letters of more than one byte a number of its own; -1 in the last
    slot, which is that of code -1."""
    out = np.full(len(starts), -1, np.int32)
    for word in range(len(starts) - 1):
        at = starts[word]
        out[word] = data[at] if data[at] < 128 else 256 + word
    return out
