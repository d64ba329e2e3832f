"""Long arrays in slices, side by side on the machine's cores: results come in order, whatever the number of cores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_CORES = len(os.sched_getaffinity(0))
_LEAST, _MOST = 30_000, 60_000
"""Rows of a slice. No power of two: columns that lie so far apart push each other out of the processor's cache."""


def in_slices(count: int, work: Callable[[slice], T]) -> Iterator[T]:
    """What `work` makes of each slice of `count` rows, in order; few are worked on ahead of the one asked for."""
    step = min(_MOST, max(_LEAST, -(-count // (2 * _CORES))))
    parts = [slice(start, min(start + step, count)) for start in range(0, count, step)]
    yield from in_order(parts, work) if len(parts) > 1 else map(work, parts)


def in_order(parts: Iterable[slice], work: Callable[[slice], T]) -> Iterator[T]:
    """What `work` makes of each part, in order; the parts are asked for few ahead. `work` must let go of the
    interpreter (numpy, nogil) to gain by it."""
    if _CORES < 2:
        yield from map(work, parts)
        return
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(_CORES) as pool:
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > 2 * _CORES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
