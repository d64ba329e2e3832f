"""Claim: constrained clustering of match weights takes a million pairs a second on one core.

A made graph: people of one to six groups, pairs within them mostly for, pairs between people mostly against, numbers of
the groups shuffled, so that neighbours lie apart in memory as they do in a case. An SSN stands on half of the groups.
"""

from __future__ import annotations

import time

import numpy as np

from amends.people.cluster import contract
from bench.claim import Claim, versions

GROUPS, PAIRS = 3_500_000, 5_000_000
_SMALL = 1000
_SEED = 7
_LARGEST = 6


def main() -> None:
    """Measure and print: the best of three runs."""
    contract(*graph(_SMALL, _SMALL))
    made = graph(GROUPS, PAIRS)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        label = contract(*made)
        seconds.append(time.process_time() - started)
    rate = PAIRS / min(seconds)
    Claim(
        "people_cluster",
        f"{rate / 1e6:.2f}M pairs/s a core ({PAIRS:,} pairs of {GROUPS:,} groups to {len(np.unique(label)):,} people)",
        "1M pairs/s",
        rate / 1e6,
        1.0,
        "python -m bench.people_cluster",
        versions("numba", "numpy"),
    ).emit()


def graph(groups: int, pairs: int):  # type: ignore[no-untyped-def]
    """Arguments of `contract`: a graph of so many groups and pairs."""
    random = np.random.default_rng(_SEED)
    person = np.repeat(np.arange(groups), random.integers(1, _LARGEST + 1, groups))[:groups]
    inside = pairs * 7 // 10
    left = random.integers(0, groups, pairs)
    step = random.integers(1, _LARGEST, pairs)
    step[inside:] = random.integers(1, groups - 1, pairs - inside)
    right = (left + step) % groups
    same = person[left] == person[right]
    weight = np.where(same, random.normal(6, 4, pairs), random.normal(-6, 4, pairs)).astype(np.float32)
    shuffled = random.permutation(groups).astype(np.int32)
    one, other = shuffled[left], shuffled[right]
    ssn = np.zeros(groups, np.int32)
    numbers = random.integers(10**8, 9 * 10**8, groups)[person]
    ssn[shuffled] = np.where(random.random(groups) < 0.5, numbers, 0)
    return (
        groups,
        np.minimum(one, other),
        np.maximum(one, other),
        weight,
        ssn,
        np.zeros(groups, np.int32),
        np.zeros(groups, np.int8),
    )


if __name__ == "__main__":
    main()
