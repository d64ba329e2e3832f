"""Greedy additive edge contraction: the two sets whose pairs weigh most in sum are joined, until no sum is positive.

Keuper et al. 2015 (GAEC), a heuristic of correlation clustering. Unlike connected components, a set is joined to
another only if all known pairs between the two, for and against, speak for it in sum. A join that a hard rule forbids
(two SSNs or birth dates too far apart, Jr and Sr) is never made, even where no pair said so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.lexicon import Ints

_FAR = 4
"""Digits that differ between two numbers that no slip of the pen explains."""
_NEVER = np.float32(-1e6)
_TWO = np.float32(-6)
"""Bits below which two sets are two people, as far as a third that fits both is concerned."""
_GAP = np.float32(1)
"""A set that fits two others, which are two people, within so many bits joins neither."""
_AT_A_TIME = 4096
_AT_MOST = 1 << 24
"""Pairs that are put in order together, roughly."""
_MULTIPLIER = np.int64(-7046029254386353131)


def contract(
    nodes: int, left: Ints, right: Ints, weight: NDArray[np.float32], ssn: Ints, dob: Ints, suffix: NDArray[np.int8]
) -> Ints:
    """The label of every node: the smallest node of its set.

    `left`, `right` and `weight` are pairs of nodes, repeated pairs add up. `ssn`, `dob` (0 unknown) and `suffix` (0
    none) hold a node's value where a conflict with it forbids a join; a set keeps the first that is known.
    """
    seat, held, first = _places(nodes, left, right, weight)
    label = np.arange(nodes, dtype=np.int32)
    starts, known = seat[first[held]], (ssn[held], dob[held], suffix[held])
    for low, high in _stretches(starts, len(left)):
        rows = _between(left, right, first, seat, low, high)
        one, other = seat[left[rows]], seat[right[rows]]
        one, other = np.minimum(one, other), np.maximum(one, other)
        order = np.argsort(one.astype(np.int64) << 32 | other, kind="stable")
        _by_component(label, one[order], other[order], weight[rows[order]], held, starts, *known)
    return label


def _stretches(starts: Ints, pairs: int) -> Iterator[tuple[int, int]]:
    """Ranges of seats that hold whole components, as many as there are times `_AT_MOST` pairs."""
    parts = -(-pairs // _AT_MOST) if len(starts) else 0
    cuts = [int(starts[len(starts) * part // parts]) for part in range(parts)]
    return pairwise([*cuts, len(starts)])


@njit(cache=True, nogil=True)
def _places(nodes, left, right, weight):  # type: ignore[no-untyped-def]
    """Components of the pairs that speak for a join, beside each other: what lies between two is never looked at.

    The seat of every node (-1 alone), the node of every seat, and the first node of every node's component.
    """
    first, size = np.arange(nodes).astype(np.int32), np.zeros(nodes, np.int32)
    for e in range(len(left)):
        if weight[e] > 0:
            a, b = _root(first, left[e]), _root(first, right[e])
            first[max(a, b)] = min(a, b)
    seated = 0
    for i in range(nodes):
        first[i] = first[first[i]]
        size[first[i]] += 1
    at = np.empty(nodes, np.int32)
    for i in range(nodes):
        if first[i] == i:
            at[i] = seated
            seated += size[i] if size[i] > 1 else 0
    seat, held = np.full(nodes, -1, np.int32), np.empty(seated, np.int32)
    for i in range(nodes):
        root = first[i]
        if size[root] > 1:
            seat[i], held[at[root]] = at[root], i
            at[root] += 1
    return seat, held, first


@njit(cache=True, nogil=True)
def _root(first, i):  # type: ignore[no-untyped-def]
    while first[i] != i:
        first[i] = first[first[i]]
        i = first[i]
    return i


@njit(cache=True, nogil=True)
def _between(left, right, first, seat, low, high):  # type: ignore[no-untyped-def]
    """Rows of the pairs within one component whose seats are in a range."""
    count = 0
    for e in range(len(left)):
        count += left[e] != right[e] and first[left[e]] == first[right[e]] and low <= seat[left[e]] < high
    rows, at = np.empty(count, np.int64), 0
    for e in range(len(left)):
        if left[e] != right[e] and first[left[e]] == first[right[e]] and low <= seat[left[e]] < high:
            rows[at] = e
            at += 1
    return rows


@njit(cache=True, nogil=True)
def _by_component(label, left, right, weight, held, starts, ssn, dob, suffix):  # type: ignore[no-untyped-def]
    """Label the nodes of whole components, contracting as many at a time as lie in a processor's cache."""
    begin = 0
    while begin < len(left):
        low, end = starts[left[begin]], min(begin + _AT_A_TIME, len(left))
        while end < len(left) and starts[left[end]] == starts[left[end - 1]]:
            end += 1
        high = starts[left[end]] if end < len(left) else len(held)
        parent = _contract(
            high - low,
            (left[begin:end] - low).astype(np.int32),
            (right[begin:end] - low).astype(np.int32),
            weight[begin:end].copy(),
            ssn[low:high].copy(),
            dob[low:high].copy(),
            suffix[low:high].copy(),
        )
        for i in range(high - low):
            label[held[low + i]] = held[low + parent[i]]
        begin = end


@njit(cache=True, nogil=True)
def _push(heap_weight, heap_edge, heap_version, size, weight, edge, version):  # type: ignore[no-untyped-def]
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap_weight[above] > weight or (heap_weight[above] == weight and heap_edge[above] <= edge):
            break
        heap_weight[at], heap_edge[at], heap_version[at] = heap_weight[above], heap_edge[above], heap_version[above]
        at = above
    heap_weight[at], heap_edge[at], heap_version[at] = weight, edge, version
    return size + 1


@njit(cache=True, nogil=True)
def _pop(heap_weight, heap_edge, heap_version, size):  # type: ignore[no-untyped-def]
    size -= 1
    weight, edge, version = heap_weight[size], heap_edge[size], heap_version[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and (
            heap_weight[below + 1] > heap_weight[below]
            or (heap_weight[below + 1] == heap_weight[below] and heap_edge[below + 1] < heap_edge[below])
        ):
            below += 1
        if heap_weight[below] < weight or (heap_weight[below] == weight and heap_edge[below] >= edge):
            break
        heap_weight[at], heap_edge[at], heap_version[at] = heap_weight[below], heap_edge[below], heap_version[below]
        at = below
    heap_weight[at], heap_edge[at], heap_version[at] = weight, edge, version
    return size


@njit(cache=True, nogil=True)
def _seat(keys, mask, key):  # type: ignore[no-untyped-def]
    seat = ((key * _MULTIPLIER) >> 33) & mask
    while keys[seat] != -1 and keys[seat] != key:
        seat = (seat + 1) & mask
    return seat


@njit(cache=True, nogil=True)
def _packed(a, b):  # type: ignore[no-untyped-def]
    return (np.int64(min(a, b)) << 32) | np.int64(max(a, b))


@njit(cache=True, nogil=True)
def _seated(keys, edges, dead, live):  # type: ignore[no-untyped-def]
    """A fresh table of the pairs that are alive."""
    room = 16
    while room < 4 * live:
        room *= 2
    new_keys, new_edges = np.full(room, -1, np.int64), np.empty(room, np.int32)
    for i in range(len(keys)):
        if keys[i] != -1 and not dead[edges[i]]:
            seat = _seat(new_keys, room - 1, keys[i])
            new_keys[seat], new_edges[seat] = keys[i], edges[i]
    return new_keys, new_edges


@njit(cache=True, nogil=True)
def _forbidden(a, b, ssn, dob, suffix):  # type: ignore[no-untyped-def]
    """Two suffixes; two SSNs too far apart; birth dates too far apart unless the SSN is the same."""
    if suffix[a] and suffix[b] and suffix[a] != suffix[b]:
        return True
    if ssn[a] and ssn[b] and _differing(ssn[a], ssn[b]) > _FAR:
        return True
    same_ssn = ssn[a] == ssn[b] and ssn[a] != 0
    return dob[a] != 0 and dob[b] != 0 and not same_ssn and _differing(dob[a], dob[b]) > _FAR


@njit(cache=True, nogil=True)
def _differing(a, b):  # type: ignore[no-untyped-def]
    count = 0
    while a or b:
        count += a % 10 != b % 10
        a //= 10
        b //= 10
    return count


@njit(cache=True, nogil=True)
def _first_edges(left, right, weight, node, after, head, degree, dead, keys, edges):  # type: ignore[no-untyped-def]
    """Thread the edges to lists by node, adding up repeated pairs; the number of distinct pairs."""
    used = 0
    for e in range(len(left)):
        a, b = left[e], right[e]
        if a == b:
            dead[e] = True
            continue
        key = _packed(a, b)
        seat = _seat(keys, len(keys) - 1, key)
        if keys[seat] == key:
            weight[edges[seat]] += weight[e]
            dead[e] = True
            continue
        keys[seat], edges[seat] = key, e
        used += 1
        node[2 * e], node[2 * e + 1] = a, b
        degree[a] += 1
        degree[b] += 1
        after[2 * e], head[a] = head[a], 2 * e
        after[2 * e + 1], head[b] = head[b], 2 * e + 1
    return used


@njit(cache=True, nogil=True)
def _ambiguous(a, b, e, weight, node, after, head, dead, keys, edges, ssn, dob, suffix):  # type: ignore[no-untyped-def]
    """Whether `b` fits another set about as well as `a`, and that set cannot be `a`; then its edge there is cut too."""
    half = head[b]
    while half != -1:
        x = half >> 1
        if x != e and not dead[x] and weight[x] > 0 and weight[x] >= weight[e] - _GAP:
            c = node[half ^ 1]
            seat = _seat(keys, len(keys) - 1, _packed(a, c))
            apart = keys[seat] != -1 and not dead[edges[seat]] and weight[edges[seat]] < _TWO
            if apart or _forbidden(a, c, ssn, dob, suffix):
                weight[x] = _NEVER
                return True
        half = after[half]
    return False


@njit(cache=True, nogil=True)
def _contract(nodes, left, right, weight, ssn, dob, suffix):  # type: ignore[no-untyped-def]
    count = len(left)
    node, after = np.empty(2 * count, np.int32), np.full(2 * count, -1, np.int32)
    head, degree = np.full(nodes, -1, np.int32), np.zeros(nodes, np.int32)
    version, dead = np.zeros(count, np.int32), np.zeros(count, np.bool_)
    keys, edges = _seated(np.full(1, -1, np.int64), np.zeros(1, np.int32), dead, max(count, 4))
    used = _first_edges(left, right, weight, node, after, head, degree, dead, keys, edges)
    heap_weight = np.empty(2 * count + 4, np.float32)
    heap_edge, heap_version = np.empty(2 * count + 4, np.int32), np.empty(2 * count + 4, np.int32)
    size = 0
    for e in range(count):
        if not dead[e] and weight[e] > 0:
            size = _push(heap_weight, heap_edge, heap_version, size, weight[e], e, 0)
    parent = np.arange(nodes).astype(np.int32)
    while size > 0:
        e, at_version = heap_edge[0], heap_version[0]
        size = _pop(heap_weight, heap_edge, heap_version, size)
        if dead[e] or version[e] != at_version or weight[e] <= 0:
            continue
        a, b = node[2 * e], node[2 * e + 1]
        if _forbidden(a, b, ssn, dob, suffix):
            weight[e] = _NEVER
            continue
        if _ambiguous(a, b, e, weight, node, after, head, dead, keys, edges, ssn, dob, suffix) or _ambiguous(
            b, a, e, weight, node, after, head, dead, keys, edges, ssn, dob, suffix
        ):
            weight[e] = _NEVER
            continue
        if degree[a] < degree[b]:
            a, b = b, a
        parent[b], dead[e] = a, True
        ssn[a], dob[a], suffix[a] = ssn[a] or ssn[b], dob[a] or dob[b], suffix[a] or suffix[b]
        half, head[b] = head[b], -1
        while half != -1:
            following, x = after[half], half >> 1
            if not dead[x]:
                c = node[half ^ 1]
                key = _packed(a, c)
                seat = _seat(keys, len(keys) - 1, key)
                if keys[seat] == key and not dead[edges[seat]]:
                    f = edges[seat]
                    weight[f] += weight[x]
                    dead[x] = True
                    version[f] += 1
                    degree[c] -= 1
                    if weight[f] > 0:
                        if size >= len(heap_weight):
                            size = _without_stale(heap_weight, heap_edge, heap_version, size, dead, version)
                        size = _push(heap_weight, heap_edge, heap_version, size, weight[f], f, version[f])
                else:
                    used += keys[seat] == -1
                    keys[seat], edges[seat] = key, x
                    node[half] = a
                    after[half], head[a] = head[a], half
                    degree[a] += 1
                    if used * 10 > len(keys) * 8:
                        used = 0
                        for i in range(len(keys)):
                            used += keys[i] != -1 and not dead[edges[i]]
                        keys, edges = _seated(keys, edges, dead, used)
            half = following
    return _smallest(parent)


@njit(cache=True, nogil=True)
def _without_stale(heap_weight, heap_edge, heap_version, size, dead, version):  # type: ignore[no-untyped-def]
    kept = 0
    for i in range(size):
        weight, edge, at = heap_weight[i], heap_edge[i], heap_version[i]
        if not dead[edge] and version[edge] == at:
            kept = _push(heap_weight, heap_edge, heap_version, kept, weight, edge, at)
    return kept


@njit(cache=True, nogil=True)
def _smallest(parent):  # type: ignore[no-untyped-def]
    """Label every node by the smallest node of its set."""
    least = np.arange(len(parent)).astype(np.int32)
    for i in range(len(parent)):
        root = i
        while parent[root] != root:
            root = parent[root]
        at = i
        while parent[at] != root:
            above = parent[at]
            parent[at] = root
            at = above
    for i in range(len(parent)):
        least[parent[i]] = min(least[parent[i]], i)
    for i in range(len(parent)):
        parent[i] = least[parent[i]]
    return parent
