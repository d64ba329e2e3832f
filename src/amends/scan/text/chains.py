"""Chains: values that follow a name with nothing but their labels between (`Ana Diaz (SSN …) and Luis Diaz, born …`).

Where a line names several humans, its sentence and its line cannot tell whose a value is, but what stands right behind
a name can. A line that begins with a value is read the other way round: its values stand before their names.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.facts import facts_of
from amends.scan.text.kernel import Bytes
from amends.scan.text.patterns import OFFSET, fold, lookup, word_table
from amends.scan.values.compiled import leaf

_FAR: Final = 64
"""Bytes between a name and a value, or two values, of one chain."""
_WORDS: Final = 5
_UNCHAINED: Final = -1

Chains = np.ndarray[Any, np.dtype[np.int64]]


def _linking() -> tuple[Any, Any]:
    facts = facts_of(__package__, "patterns.yaml")
    words = {*" ".join(facts["words"].values()).split(), *facts["linking"].split()}
    return word_table([(1, sorted(words - set(facts["parting"].split())))], 2048)


_KEYS, _MASKS = _linking()


@leaf
def _letter(c):  # type: ignore[no-untyped-def]
    return 97 <= c | 32 <= 122 or c >= 128


@leaf
def _linked(data, start, end, keys, masks):  # type: ignore[no-untyped-def]
    """Whether nothing but labels and marks stands between two hits of a line."""
    if end - start > _FAR:
        return False
    words = 0
    i = start
    while i < end:
        c = data[i]
        if c == 10 or c == 124:
            return False
        if not _letter(c):
            i += 1
            continue
        word = OFFSET
        while i < end and (_letter(data[i]) or data[i] == 39 or data[i] == 35):
            if data[i] != 39:
                word = fold(word, data[i])
            i += 1
        words += 1
        if words > _WORDS or lookup(word, keys, masks) == 0:
            return False
    return True


@leaf
def _forward(data, starts, ends, kinds, low, high, keys, masks, chains):  # type: ignore[no-untyped-def]
    """Give each value among the hits `low:high` the name that heads its chain."""
    head = np.int64(_UNCHAINED)
    edge = np.int64(0)
    for k in range(low, high):
        if kinds[k] > 0:
            head, edge = np.int64(k), ends[k]
        elif kinds[k] < 0:
            if head >= 0 and not (starts[k] <= edge or _linked(data, edge, starts[k], keys, masks)):
                head = np.int64(_UNCHAINED)
            chains[k] = head
            edge = max(edge, ends[k])


@leaf
def _backward(data, starts, ends, kinds, low, high, keys, masks, chains):  # type: ignore[no-untyped-def]
    """As `_forward`, where values stand before their names."""
    head = np.int64(_UNCHAINED)
    edge = np.int64(0)
    for k in range(high - 1, low - 1, -1):
        if kinds[k] > 0:
            head, edge = np.int64(k), starts[k]
        elif kinds[k] < 0:
            if head >= 0 and not (ends[k] >= edge or _linked(data, ends[k], edge, keys, masks)):
                head = np.int64(_UNCHAINED)
            chains[k] = head
            edge = min(edge, starts[k])


@leaf
def _walk(data, starts, ends, kinds, lines, keys, masks, chains):  # type: ignore[no-untyped-def]
    low = 0
    while low < starts.size:
        high = low
        first = 0
        while high < starts.size and lines[high] == lines[low]:
            if first == 0:
                first = kinds[high]
            high += 1
        if first > 0:
            _forward(data, starts, ends, kinds, low, high, keys, masks, chains)
        elif first < 0:
            _backward(data, starts, ends, kinds, low, high, keys, masks, chains)
        low = high


def chains_of(data: Bytes, starts: Any, ends: Any, names: Any, values: Any, lines: Any) -> Chains:
    """For each hit (in order of start) the name that heads its chain, -1 where there is none.

    `names` and `values` say which hits are one (bool), `lines` numbers the line of each.
    """
    chains = np.full(len(starts), _UNCHAINED, np.int64)
    kinds = names.astype(np.int8) - (values & ~names).astype(np.int8)
    _walk(data, starts, ends, kinds, lines, _KEYS, _MASKS, chains)
    return chains
