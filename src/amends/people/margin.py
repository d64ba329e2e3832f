"""How much more than even the evidence must be before two groups are joined.

The weights are calibrated: of pairs that weigh w bits one in 1 + 2^w is false. So the false joins that a margin lets
through can be counted before anything is joined, and the margin is the smallest that keeps them within what the file
can bear. A join of two groups that both carry an SSN, or both a birth date, has a referee, and is not counted. A file
in which most people have both can bear more of the others: a wrong record among a person's right ones loses nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from amends.people.profiles import Ints, Profiles

LOOSEST, STRICTEST, STEP = -2.0, 6.0, 0.25
_FIRST = 3.0
BORNE_BARE, BORNE_KNOWN = 20.0, 150.0
"""False joins without a referee per 1,000 persons that a file can bear: of people without, and with both SSN and
birth date."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What is known of each exact group: SSN and birth date as integers (0 unknown), suffix (0 none), shape
    (count,)."""

    ssn: Ints
    dob: Ints
    suffix: NDArray[np.int8]

    @property
    def count(self) -> int:
        """Number of groups."""
        return len(self.ssn)


class Weighed(Protocol):
    """Pairs of groups with their weights in bits."""

    left: Ints
    right: Ints
    weight: NDArray[np.float32]
    forbidden: NDArray[np.bool_]


def known_of_groups(profiles: Profiles) -> Groups:
    """The first SSN, birth date and suffix of each group."""

    def first(values: Ints) -> Ints:
        out = np.zeros(profiles.groups, np.int32)
        rows = np.flatnonzero(values)[::-1]
        out[profiles.group[rows]] = values[rows]
        return out

    suffix = first(profiles.suffix.astype(np.int32)).astype(np.int8)
    return Groups(first(profiles.ssn), first(profiles.dob), suffix)


def margin_of(across: Weighed, known: Groups, joined: Callable[[float], Ints]) -> float:
    """The smallest margin that the file can bear, in bits; `joined` labels the groups at a margin."""
    label = joined(_FIRST)
    persons = len(np.unique(label))
    has_ssn = np.bincount(label, weights=known.ssn > 0, minlength=known.count) > 0
    has_dob = np.bincount(label, weights=known.dob > 0, minlength=known.count) > 0
    both = float((has_ssn & has_dob)[label].mean()) if known.count else 0.0
    borne = (BORNE_BARE + (BORNE_KNOWN - BORNE_BARE) * both) * persons / 1000
    margin = LOOSEST
    weight = _without_referee(across, known)
    while margin < STRICTEST and (1 / (1 + np.exp2(weight[weight > margin]))).sum() > borne:
        margin += STEP
    return margin


def _without_referee(across: Weighed, known: Groups) -> NDArray[np.float64]:
    """The best weight of each pair of groups that no SSN and no birth date could contradict."""
    left, right = across.left, across.right
    refereed = ((known.ssn[left] > 0) & (known.ssn[right] > 0)) | ((known.dob[left] > 0) & (known.dob[right] > 0))
    rows = np.flatnonzero(~refereed & ~across.forbidden)
    packed = left[rows].astype(np.int64) << 32 | right[rows]
    order = np.lexsort((-across.weight[rows], packed))
    first = np.unique(packed[order], return_index=True)[1]
    return np.clip(across.weight[rows][order][first].astype(np.float64), -40, 40)
