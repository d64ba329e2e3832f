"""The weight of every pair, twice: once to see which groups are tied together at all, once for the pairs within those.

All but few pairs weigh far less than nothing and lie between sets that nothing ties together: they never matter to a
join. So nothing is kept of the first reading but the ties, and memory does not grow with the pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.blocking import Candidates, Pairs
from amends.people.chance import Chance
from amends.people.compare import Compared, compared, side_by_side
from amends.people.contradictions import contradictions, plainly_apart
from amends.people.lexicon import Ints
from amends.people.margin import LOOSEST
from amends.people.profiles import Profiles, Window
from amends.people.slices import in_slices
from amends.people.teaching import Referees
from amends.people.weights import Model

BINS: Final = np.arange(-40, 48, 4)
"""Bits at which the bars of the histogram of weights begin and end; what is heavier or lighter is in the outermost."""
_ONE_SIDED, _ONE_SIDED_BY_NAME = 1.0, 3.0
"""Bits that a pair loses where one group alone has an SSN, so that none could contradict it; and where, besides,
nothing but names agrees. People who are lost mostly stand in one record with an SSN, joined to others' without."""
_BESIDES_NAMES = ("dob", "address", "phone", "email", "number")


@dataclass(frozen=True, slots=True)
class Across:
    """The pairs between different groups that can matter: numbers of the two groups, smaller first, the weight less
    `caution`, how many others are as alike by chance (log2), both 0 where it is plainly forbidden; whether it is
    forbidden, and the rule that found it. The last `called` pairs are those that a reviewer called different."""

    left: Ints
    right: Ints
    weight: NDArray[np.float32]
    alike: NDArray[np.float32]
    forbidden: NDArray[np.bool_]
    rule: NDArray[np.int8]
    called: int = 0

    def __len__(self) -> int:
        return len(self.left)

    def bounded(self, partners: float) -> Across:
        """The same where no pair weighs more than chance allows, for groups with so many `partners` each."""
        return replace(self, weight=np.minimum(self.weight, np.float32(np.log2(partners)) - self.alike))

    def best(self, groups: int) -> NDArray[np.float32]:
        """The best weight of each group with another that nothing forbids; -inf where there is none."""
        out = np.full(groups, -np.inf, np.float32)
        rows = np.flatnonzero(~self.forbidden)
        np.maximum.at(out, self.left[rows], self.weight[rows])
        np.maximum.at(out, self.right[rows], self.weight[rows])
        return out


_ACROSS: Final = ("left", "right", "weight", "alike", "forbidden", "rule")


@dataclass(frozen=True, slots=True)
class Tied:
    """`first` is the smallest group of the component of each group. Of the pairs that nothing forbids, `by_weight` says
    how many weigh how much before chance bounds it, a slot a bar of `BINS`, and `heaviest` names the profiles of the
    heaviest; `forbidden` counts the others."""

    first: Ints
    by_weight: NDArray[np.int64]
    forbidden: int
    heaviest: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """Pairs of profiles, and what each is judged by."""

    pairs: Pairs
    across: Across


@dataclass(frozen=True, slots=True)
class Weighing:
    """What it takes to judge the pairs of a case."""

    profiles: Profiles
    candidates: Candidates
    model: Model
    trusted: Referees
    chance: Chance

    def tied(self) -> Tied:
        """Tie groups together by pairs that speak for a join at the loosest margin and are not forbidden. Nothing else
        can ever meet, also where chance bounds the weights, for that only lowers them."""
        group = self.profiles.group
        first = np.arange(self.profiles.groups, dtype=np.int32)
        by_weight = np.zeros(len(BINS) - 1, np.int64)
        most, heaviest, forbidden = -np.inf, None, 0
        for judged in self._judged(lambda pairs: group[pairs.left] != group[pairs.right]):
            pairs, across = judged.pairs, judged.across
            tie(first, across.left, across.right, across.weight, across.forbidden, np.float32(LOOSEST))
            rows = np.flatnonzero(~across.forbidden)
            forbidden += len(across) - len(rows)
            if len(rows):
                weight = across.weight[rows]
                bars = (np.clip(weight, BINS[0], BINS[-2]) - BINS[0]) // (BINS[1] - BINS[0])
                by_weight += np.bincount(bars.astype(np.int64), minlength=len(BINS) - 1)
                at = int(np.argmax(weight))
                if weight[at] > most:
                    most, heaviest = weight[at], (int(pairs.left[rows[at]]), int(pairs.right[rows[at]]))
        settle(first)
        return Tied(first, by_weight, forbidden, heaviest)

    def within(self, first: Ints, called: Ints) -> Across:
        """The pairs between groups of one component, and those that a reviewer called different, shape (n, 2)."""
        group, count = self.profiles.group, len(called)

        def chosen(pairs: Pairs) -> NDArray[np.bool_]:
            one, other = group[pairs.left], group[pairs.right]
            return (one != other) & (first[one] == first[other])

        columns: dict[str, list[NDArray[Any]]] = {name: [] for name in _ACROSS}
        for judged in self._judged(chosen):
            for name in _ACROSS:
                columns[name].append(getattr(judged.across, name))
        said = (
            called.min(axis=1),
            called.max(axis=1),
            nothing := np.zeros(count, np.float32),
            nothing,
            np.ones(count, np.bool_),
            np.zeros(count, np.int8),
        )
        return Across(
            **{name: np.concatenate([*columns.pop(name), last]) for name, last in zip(_ACROSS, said, strict=True)},
            called=count,
        )

    def _judged(self, chosen: Callable[[Pairs], NDArray[np.bool_]]) -> Iterator[_Judged]:
        """Judge the pairs that are chosen, in order."""
        for number in self.candidates.parts:
            pairs = self.candidates.part(number)
            rows = np.flatnonzero(chosen(pairs))
            if len(rows):
                yield from self._part(self.profiles.window(*self.candidates.windows(number)), pairs.at(rows))

    def _part(self, window: Window, pairs: Pairs) -> Iterator[_Judged]:
        group = self.profiles.group
        left, right = window.places(pairs.left), window.places(pairs.right)

        def judge(part: slice) -> _Judged:
            some = pairs.at(part)
            held, first, second = side_by_side(window, left[part], right[part])
            forbidden = plainly_apart(held, first, second, self.trusted)
            rows = np.flatnonzero(~forbidden)
            found = compared(held, first[rows], second[rows], self.profiles.lexicon)
            one, other = group[some.left], group[some.right]
            forbidden[rows] = contradictions(found, some.fair[rows], self.trusted, self.model.taught_by)
            weight, alike = np.zeros(len(some), np.float32), np.zeros(len(some), np.float32)
            weight[rows] = self.model.weigh(found) - caution(self.profiles.ssn, one[rows], other[rows], found)
            alike[rows] = self.chance.alike(found)
            across = Across(np.minimum(one, other), np.maximum(one, other), weight, alike, forbidden, some.rule)
            return _Judged(some, across)

        return in_slices(len(pairs), judge)


@njit(cache=True, nogil=True)
def tie(first, one, other, weight, forbidden, floor):  # type: ignore[no-untyped-def]
    """Tie together the groups of every pair that weighs more than `floor` and is not forbidden."""
    for i in range(len(one)):
        if weight[i] > floor and not forbidden[i]:
            a, b = _root(first, one[i]), _root(first, other[i])
            first[max(a, b)] = min(a, b)


@njit(cache=True, nogil=True)
def settle(first):  # type: ignore[no-untyped-def]
    """Let every group point to the first of its component."""
    for i in range(len(first)):
        first[i] = first[first[i]]


@njit(cache=True, nogil=True)
def _root(first, i):  # type: ignore[no-untyped-def]
    while first[i] != i:
        first[i] = first[first[i]]
        i = first[i]
    return i


def caution(ssn: Ints, one: Ints, other: Ints, found: Compared) -> NDArray[np.float32]:
    """Bits that pairs of groups lose where one alone has an SSN, which `ssn` tells by group."""
    agreeing = found.levels["ssn"] >= 2
    for name in _BESIDES_NAMES:
        agreeing |= found.levels[name] >= 1
    one_sided = (ssn[one] > 0) != (ssn[other] > 0)
    return one_sided * np.where(agreeing, np.float32(_ONE_SIDED), np.float32(_ONE_SIDED_BY_NAME))
