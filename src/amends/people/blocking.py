"""Which pairs of profiles are compared: those that agree on the key of a blocking rule, never more than a cap a value.

A value that many profiles share (a common name) does not drop its rule: its members are put in order and each is paired
with its neighbours only. What was capped is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.engine import Engine, script
from amends.people.whole_groups import whole_groups

Ints = NDArray[np.int32]
RULES = script(__package__, "blocking.sql")
BLOCK_CAP = 40
"""Blocks of more members pair each member with its next neighbours only."""
NEIGHBOURS = 12
PAIRS_A_RULE = 12_000_000
"""In a case so large that a rule could give more pairs than this, fewer neighbours are compared, at least two."""
_BY_SSN = "ssn"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one rule gave: pairs not found by the rules before it, blocks over the cap, and their members."""

    name: str
    pairs: int
    capped_blocks: int
    capped_members: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of profiles, each once, `left < right`, ascending; `rule` found it first."""

    left: Ints
    right: Ints
    rule: NDArray[np.int8]
    rules: tuple[Rule, ...]

    def __len__(self) -> int:
        return len(self.left)

    def at(self, rows: slice | NDArray[np.int64]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.left[rows], self.right[rows], self.rule[rows], self.rules)

    @property
    def fair(self) -> NDArray[np.bool_]:
        """Whether the pair was found without looking at the SSN."""
        return self.rule < next(i for i, rule in enumerate(self.rules) if rule.name.startswith(_BY_SSN))


def pairs(db: Engine) -> Pairs:
    """The pairs that any rule gives over table `coded`. Pairs within an exact group are among them: they teach."""
    found = np.empty(0, np.uint64)
    by = np.empty(0, np.int8)
    counts = []
    cap, neighbours = _reach(int(db.value("SELECT count(*) FROM coded")))
    for number, (name, query) in enumerate(RULES.items()):
        new, blocks, members = [np.empty(0, np.uint64)], 0, 0
        for keys, profiles in whole_groups(db.stream(query)):
            made, over, over_members = _paired(keys, profiles, cap, neighbours)
            new.append(made)
            blocks, members = blocks + over, members + over_members
        before = len(found)
        found, by = _merged(found, by, np.sort(np.concatenate(new)), np.int8(number))
        counts.append(Rule(name, len(found) - before, blocks, members))
    left, right = (found >> np.uint64(32)).astype(np.int32), (found & np.uint64(0xFFFFFFFF)).astype(np.int32)
    return Pairs(left, right, by, tuple(counts))


def _reach(profiles: int) -> tuple[int, int]:
    """The largest block that is compared whole, and how many neighbours a member of a larger one is compared with."""
    neighbours = max(2, min(NEIGHBOURS, PAIRS_A_RULE // max(1, profiles)))
    return (BLOCK_CAP if neighbours == NEIGHBOURS else 2 * neighbours), neighbours


@njit(cache=True, nogil=True)
def _merged(found, by, new, number):  # type: ignore[no-untyped-def]
    """Both, ascending and each once; `new` may repeat itself, and what `found` holds stays by its own rule."""
    size = len(found) + len(new)
    out, out_by = np.empty(size, np.uint64), np.empty(size, np.int8)
    i, j, at = 0, 0, 0
    while i < len(found) or j < len(new):
        old = j == len(new) or (i < len(found) and found[i] <= new[j])
        pair = found[i] if old else new[j]
        out[at], out_by[at] = pair, by[i] if old else number
        at += 1
        i += old
        while j < len(new) and new[j] == pair:
            j += 1
    return out[:at].copy(), out_by[:at].copy()


@njit(cache=True, nogil=True)
def _paired(keys, profiles, cap, neighbours):  # type: ignore[no-untyped-def]
    """Packed pairs of each group of equal keys; the number of blocks over the cap and of their members."""
    total = _walk(keys, profiles, cap, neighbours, np.empty(0, np.uint64))
    out = np.empty(total[0], np.uint64)
    _walk(keys, profiles, cap, neighbours, out)
    return out, total[1], total[2]


@njit(cache=True, nogil=True)
def _walk(keys, profiles, cap, neighbours, out):  # type: ignore[no-untyped-def]
    """Count the pairs, and write them when `out` has room."""
    made, blocks, members, start = 0, 0, 0, 0
    while start < len(keys):
        end = start + 1
        while end < len(keys) and keys[end] == keys[start]:
            end += 1
        reach = end - start
        if reach > cap:
            blocks += 1
            members += reach
            reach = neighbours
        for i in range(start, end):
            for j in range(i + 1, min(end, i + 1 + reach)):
                a, b = profiles[i], profiles[j]
                if len(out):
                    out[made] = np.uint64(min(a, b)) << np.uint64(32) | np.uint64(max(a, b))
                made += 1
        start = end
    return made, blocks, members
