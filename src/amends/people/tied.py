"""Which pairs of groups can ever matter to a join: those within one component of the pairs that speak for one."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def tied(left, right, group, weight, forbidden, floor, groups):  # type: ignore[no-untyped-def]
    """Rows of the pairs of profiles, int64 ascending, whose two groups differ and are tied together, through others if
    need be, by pairs that weigh more than `floor` and are not forbidden."""
    first = np.arange(groups).astype(np.int32)
    for i in range(len(left)):
        if weight[i] > floor and not forbidden[i]:
            a, b = _root(first, group[left[i]]), _root(first, group[right[i]])
            first[max(a, b)] = min(a, b)
    for i in range(groups):
        first[i] = first[first[i]]
    count = 0
    for i in range(len(left)):
        a, b = group[left[i]], group[right[i]]
        count += a != b and first[a] == first[b]
    rows, at = np.empty(count, np.int64), 0
    for i in range(len(left)):
        a, b = group[left[i]], group[right[i]]
        if a != b and first[a] == first[b]:
            rows[at] = i
            at += 1
    return rows


@njit(cache=True, nogil=True)
def _root(first, i):  # type: ignore[no-untyped-def]
    while first[i] != i:
        first[i] = first[first[i]]
        i = first[i]
    return i
