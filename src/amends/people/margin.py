"""How much more than even the evidence must be before two groups are joined.

The weights are calibrated: of pairs that weigh w bits one in 1 + 2^w is false. So the false joins that a margin lets
through can be counted before anything is joined, and the margin is the smallest that keeps them within what a file
bears: one false join in thirty loses a person, the others add a wrong record to a person's right ones. Beyond a bound
a margin costs many letters and saves hardly anybody; where the weights are not the case's own the bound is higher.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amends.people.profiles import Ints, Profiles

LOOSEST, STRICTEST, STEP = -2.0, 1.0, 0.25
STRICTEST_UNTAUGHT = 3.0
BORNE, BORNE_UNTAUGHT = 16.0, 8.0
"""False joins per 1,000 persons that a file bears: with weights of its own, and with those of the package."""


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


def known_of_groups(profiles: Profiles) -> Groups:
    """The first SSN, birth date and suffix of each group."""

    def first(values: Ints) -> Ints:
        out = np.zeros(profiles.groups, np.int32)
        rows = np.flatnonzero(values)[::-1]
        out[profiles.group[rows]] = values[rows]
        return out

    suffix = first(profiles.suffix.astype(np.int32)).astype(np.int8)
    return Groups(first(profiles.ssn), first(profiles.dob), suffix)


def margin_of(best: NDArray[np.float32], persons: int, *, taught: bool) -> float:
    """The smallest margin that the file can bear, in bits.

    `best` is each group's best weight with another (-inf without one), `taught` whether the case taught its own
    weights.
    """
    best = best[best > LOOSEST].astype(np.float64)
    false = 1 / (1 + np.exp2(np.minimum(best, 40)))
    margin, strictest, borne = LOOSEST, STRICTEST, BORNE
    if not taught:
        strictest, borne = STRICTEST_UNTAUGHT, BORNE_UNTAUGHT
    while margin < strictest and false[best > margin].sum() > borne * persons / 1000:
        margin += STEP
    return margin
