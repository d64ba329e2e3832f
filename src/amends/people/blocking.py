"""Which pairs of profiles are compared: those that agree on the key of a blocking rule, never more than a cap a value.

A value that many profiles share (a common name) does not drop its rule: its members are put in order and each is paired
with its neighbours only. What was capped is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.engine import Engine, script
from amends.people.lexicon import Ints
from amends.people.profiles import WINDOW
from amends.people.runs import Codes, Runs
from amends.people.slices import in_order
from amends.people.whole_groups import whole_groups

RULES = script(__package__, "blocking.sql")
BLOCK_CAP = 40
"""Blocks of more members pair each member with its next neighbours only."""
NEIGHBOURS = 12
PAIRS_A_RULE = 12_000_000
"""In a case so large that a rule could give more pairs than this, fewer neighbours are compared, at least two."""
_BY_SSN = "ssn"
_RULE, _RIGHT = 5, 34
"""A pair as one number: the rule in the lowest five bits, then the right profile, and the left one from this bit on."""
_NARROW, _WIDE, _PARTS = 14, 20, 5
"""Pairs are sorted by ranges of left profiles: at least 2^14 and at most 2^20 wide, about 2^5 where that allows it."""
_AT_ONCE = 1 << 25
"""Pairs that are put into buckets together."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one rule gave: pairs not found by the rules before it, blocks over the cap, and their members."""

    name: str
    pairs: int
    capped_blocks: int
    capped_members: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of profiles, each once, `left < right`, ascending; `rule` found it first; `fair` if without looking at the
    SSN."""

    left: Ints
    right: Ints
    rule: NDArray[np.int8]
    fair: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)

    def at(self, rows: slice | NDArray[np.int64]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.left[rows], self.right[rows], self.rule[rows], self.fair[rows])


@dataclass(frozen=True, slots=True)
class Candidates:
    """All pairs that are compared, in parts; the left profiles of a part are in one window, and the right ones too."""

    rules: tuple[Rule, ...]
    count: int
    _runs: Runs
    _grid: _Grid

    def __len__(self) -> int:
        return self.count

    @property
    def parts(self) -> list[int]:
        """The numbers of the parts, those of the same windows one after another."""
        return self._runs.buckets

    def windows(self, number: int) -> tuple[int, int]:
        """The windows of the left and right profiles of a part."""
        return self._grid.windows_of(number)

    def part(self, number: int) -> Pairs:
        """The pairs of a part."""
        left, right, rule = _unpacked(self._runs.of(number))
        fair = rule < next(i for i, each in enumerate(self.rules) if each.name.startswith(_BY_SSN))
        return Pairs(left, right, rule, fair)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Buckets of pairs: by the windows of both profiles, then by ranges of 2^`shift` left ones."""

    windows: int
    shift: int

    @classmethod
    def of(cls, count: int) -> _Grid:
        return cls(count // WINDOW + 1, max(_NARROW, min(_WIDE, count.bit_length() - _PARTS)))

    @property
    def ranges(self) -> int:
        return max(1, WINDOW >> self.shift)

    def windows_of(self, bucket: int) -> tuple[int, int]:
        return divmod(bucket // self.ranges, self.windows)

    def put(self, runs: Runs, codes: list[Codes]) -> None:
        """Add pairs to their buckets; empties the list."""
        together = np.concatenate([np.empty(0, np.uint64), *codes])
        codes.clear()
        parted, ends = _parted(together, WINDOW.bit_length() - 1, self.shift, self.windows, self.ranges)
        for bucket in np.flatnonzero(np.diff(ends)).tolist():
            runs.add(bucket, parted[ends[bucket] : ends[bucket + 1]])


@contextmanager
def candidates(db: Engine, count: int) -> Iterator[Candidates]:
    """The pairs that any rule gives over the `count` profiles of view `profiled`.

    Pairs within an exact group are among them: they teach.
    """
    cap, neighbours = _reach(count)
    grid, capped, made = _Grid.of(count), [], list[Codes]()
    with Runs(db.spill) as found, Runs(db.spill) as distinct:
        for number, rows in enumerate(db.streams(RULES.values(), count)):
            blocks = members = 0
            for keys, profiles in whole_groups(rows):
                codes, over, over_members = _paired(keys, profiles, cap, neighbours, np.uint64(number))
                blocks, members = blocks + over, members + over_members
                made.append(codes)
                if sum(map(len, made)) > _AT_ONCE:
                    grid.put(found, made)
            capped.append((blocks, members))
        grid.put(found, made)
        counts = _settle(found, distinct)
        found.close()
        told = zip(RULES, counts.tolist(), *zip(*capped, strict=True), strict=True)
        yield Candidates(tuple(Rule(*each) for each in told), int(counts.sum()), distinct, grid)


def _settle(found: Runs, distinct: Runs) -> NDArray[np.int64]:
    """Each pair once, by the rule that found it first, ascending; how many are of each rule."""
    counts = np.zeros(len(RULES), np.int64)
    buckets = found.buckets

    def settled(part: slice) -> Codes:
        codes = held.pop(part.start)
        codes.sort()
        return _distinct(codes)

    held: dict[int, Codes] = {}

    def parts() -> Iterator[slice]:
        for place, bucket in enumerate(buckets):
            held[place] = found.of(bucket)
            yield slice(place, place + 1)

    for place, codes in enumerate(in_order(parts(), settled)):
        counts += np.bincount((codes & np.uint64((1 << _RULE) - 1)).astype(np.int64), minlength=len(RULES))
        distinct.add(buckets[place], codes)
    return counts


def _reach(profiles: int) -> tuple[int, int]:
    """The largest block that is compared whole, and how many neighbours a member of a larger one is compared with."""
    neighbours = max(2, min(NEIGHBOURS, PAIRS_A_RULE // max(1, profiles)))
    return (BLOCK_CAP if neighbours == NEIGHBOURS else 2 * neighbours), neighbours


@njit(cache=True, nogil=True)
def _unpacked(codes):  # type: ignore[no-untyped-def]
    """Left, right and rule of every pair."""
    left, right, rule = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32), np.empty(len(codes), np.int8)
    for i in range(len(codes)):
        left[i] = codes[i] >> np.uint64(_RIGHT)
        right[i] = (codes[i] >> np.uint64(_RULE)) & np.uint64((1 << (_RIGHT - _RULE)) - 1)
        rule[i] = codes[i] & np.uint64((1 << _RULE) - 1)
    return left, right, rule


@njit(cache=True, nogil=True)
def _distinct(codes):  # type: ignore[no-untyped-def]
    """The first code of every pair; `codes` ascending."""
    out, count = np.empty(len(codes), np.uint64), 0
    for i in range(len(codes)):
        if i == 0 or codes[i] >> np.uint64(_RULE) != codes[i - 1] >> np.uint64(_RULE):
            out[count] = codes[i]
            count += 1
    return out[:count].copy()


@njit(cache=True, nogil=True)
def _parted(codes, window, shift, windows, ranges):  # type: ignore[no-untyped-def]
    """Codes by bucket, and where each bucket begins and ends."""
    buckets, ends = np.empty(len(codes), np.int32), np.zeros(windows * windows * ranges + 1, np.int64)
    for i in range(len(codes)):
        left = np.int64(codes[i] >> np.uint64(_RIGHT))
        right = np.int64((codes[i] >> np.uint64(_RULE)) & np.uint64((1 << (_RIGHT - _RULE)) - 1))
        place = (left & ((1 << window) - 1)) >> shift
        buckets[i] = ((left >> window) * windows + (right >> window)) * ranges + place
        ends[buckets[i] + 1] += 1
    ends = np.cumsum(ends)
    at, out = ends[:-1].copy(), np.empty_like(codes)
    for i in range(len(codes)):
        out[at[buckets[i]]] = codes[i]
        at[buckets[i]] += 1
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
