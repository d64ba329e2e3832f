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
from amends.people.slices import in_order
from amends.people.whole_groups import whole_groups

Ints = NDArray[np.int32]
Codes = NDArray[np.uint64]
RULES = script(__package__, "blocking.sql")
BLOCK_CAP = 40
"""Blocks of more members pair each member with its next neighbours only."""
NEIGHBOURS = 12
PAIRS_A_RULE = 12_000_000
"""In a case so large that a rule could give more pairs than this, fewer neighbours are compared, at least two."""
_BY_SSN = "ssn"
_RULE, _RIGHT = 5, 34
"""A pair as one number: the rule in the lowest five bits, then the right profile, and the left one from this bit on."""
_NARROW, _WIDE, _PARTS = 12, 17, 3
"""Pairs are sorted by ranges of left profiles: at least 2^12 and at most 2^17 wide, about 2^3 in a small case."""


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
    count = int(db.value("SELECT count(*) FROM coded"))
    cap, neighbours = _reach(count)
    shift = max(_NARROW, min(_WIDE, count.bit_length() - _PARTS))
    runs: list[list[Codes]] = [[] for _ in range((count >> shift) + 1)]
    capped = []
    for number, rows in enumerate(db.streams(RULES.values())):
        made, blocks, members = [np.empty(0, np.uint64)], 0, 0
        for keys, profiles in whole_groups(rows):
            codes, over, over_members = _paired(keys, profiles, cap, neighbours, np.uint64(number))
            made.append(codes)
            blocks, members = blocks + over, members + over_members
        capped.append((blocks, members))
        codes, ends = _parted(np.concatenate(made), len(runs), np.uint64(shift + _RIGHT))
        for part, run in enumerate(runs):
            run.append(codes[ends[part] : ends[part + 1]])
    left, right, rule = _distinct(runs)
    found = np.bincount(rule, minlength=len(RULES)).tolist()
    return Pairs(
        left, right, rule, tuple(Rule(*told) for told in zip(RULES, found, *zip(*capped, strict=True), strict=True))
    )


def _distinct(runs: list[list[Codes]]) -> tuple[Ints, Ints, NDArray[np.int8]]:
    """Left, right and first rule of the pairs, each once, ascending. Runs hold ranges of `left`, and are used up."""
    room = sum(len(codes) for run in runs for codes in run)
    left, right, rule = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int8)

    def sorted_run(part: slice) -> Codes:
        codes = np.concatenate(runs[part.start])
        runs[part.start].clear()
        codes.sort()
        return codes

    at = 0
    for codes in in_order([slice(part, part + 1) for part in range(len(runs))], sorted_run):
        at = _unpacked(codes, left, right, rule, at)
    return left[:at], right[:at], rule[:at]


def _reach(profiles: int) -> tuple[int, int]:
    """The largest block that is compared whole, and how many neighbours a member of a larger one is compared with."""
    neighbours = max(2, min(NEIGHBOURS, PAIRS_A_RULE // max(1, profiles)))
    return (BLOCK_CAP if neighbours == NEIGHBOURS else 2 * neighbours), neighbours


@njit(cache=True, nogil=True)
def _unpacked(codes, left, right, rule, at):  # type: ignore[no-untyped-def]
    """Write the first code of every pair, from place `at` on; the place after them."""
    for i in range(len(codes)):
        if i == 0 or codes[i] >> np.uint64(_RULE) != codes[i - 1] >> np.uint64(_RULE):
            left[at] = codes[i] >> np.uint64(_RIGHT)
            right[at] = (codes[i] >> np.uint64(_RULE)) & np.uint64((1 << (_RIGHT - _RULE)) - 1)
            rule[at] = codes[i] & np.uint64((1 << _RULE) - 1)
            at += 1
    return at


@njit(cache=True, nogil=True)
def _parted(codes, parts, shift):  # type: ignore[no-untyped-def]
    """The codes by part, `code >> shift`, and where each part begins."""
    ends = np.zeros(parts + 1, np.int64)
    for code in codes:
        ends[(code >> shift) + np.uint64(1)] += 1
    for part in range(parts):
        ends[part + 1] += ends[part]
    at, out = ends[:-1].copy(), np.empty(len(codes), np.uint64)
    for code in codes:
        part = code >> shift
        out[at[part]] = code
        at[part] += 1
    return out, ends


@njit(cache=True, nogil=True)
def _paired(keys, profiles, cap, neighbours, rule):  # type: ignore[no-untyped-def]
    """Packed pairs of each group of equal keys; the number of blocks over the cap and of their members."""
    total = _walk(keys, profiles, cap, neighbours, rule, np.empty(0, np.uint64))
    out = np.empty(total[0], np.uint64)
    _walk(keys, profiles, cap, neighbours, rule, out)
    return out, total[1], total[2]


@njit(cache=True, nogil=True)
def _walk(keys, profiles, cap, neighbours, rule, out):  # type: ignore[no-untyped-def]
    """Count the pairs, and write them when `out` has room: left, right and rule in one number."""
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
                if len(out):
                    a, b = min(profiles[i], profiles[j]), max(profiles[i], profiles[j])
                    out[made] = np.uint64(a) << np.uint64(_RIGHT) | np.uint64(b) << np.uint64(_RULE) | rule
                made += 1
        start = end
    return made, blocks, members
