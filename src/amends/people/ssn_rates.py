"""How often SSNs agree on pairs that are surely one person and on pairs that are surely two, without looking at the
SSN.

The SSN is the teacher of the model of everything else, so its own error rates must not come from the model: they are
counted on anchor pairs, so alike without the SSN that no namesake is expected to be, however many people there are.
(Among a million people 9,000 of 17,000 pairs of one name on streets of one name were two humans: as anchors they taught
that SSNs differ for every second person.) A wrong SSN is often that of another member of the household; one that
stands under several names is "lent" and has rates of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amends.people.blocking import Pairs
from amends.people.chance import Chance
from amends.people.compare import Compared
from amends.people.levels import ssn_levels
from amends.people.profiles import Profiles

LEVELS = 5
_CONFLICTS_AMONG_HARDER = 1.3
"""Anchors are easy pairs: their share of differing SSNs is this much too small."""
_SAME = np.array([0.08, 0.005, 0.02, 0.045, 0.85])
_TWO = np.array([[0.996, 2e-4, 2e-4, 6e-4, 0.003], [0.987, 8e-4, 2e-4, 1e-3, 0.011]])
"""What is expected where a file has few anchors: rates of the levels if one person, if two (other, same address)."""
_WEIGHT_SAME, _WEIGHT_TWO = 100.0, 50.0
_COMMON = 3
_SURE = 2.0**-10
"""Namesakes that may be expected of an anchor of one person."""
_LEAST = 1e-6
_DRAWS, _SEED = 4096, 1936


@dataclass(frozen=True, slots=True)
class SsnRates:
    """`same` and `two`: rate of (level, lent) by place (other address, same), shape (2, 5, 2); a row a place
    sums to 1."""

    same: NDArray[np.float64]
    two: NDArray[np.float64]
    anchors: tuple[int, int]

    def odds(self, found: Compared) -> NDArray[np.float64]:
        """Natural log of the likelihood ratio of each pair's SSN level; 0 where an SSN is not known."""
        level = found.levels["ssn"]
        table = np.log((self.same + _LEAST) / (self.two + _LEAST))
        place = (found.levels["address"] != 0).astype(np.int64)
        return np.where(level >= 0, table[place, np.maximum(level, 0), found.borrowed.astype(np.int64)], 0.0)


def ssn_rates(profiles: Profiles, pairs: Pairs, found: Compared, chance: Chance) -> SsnRates:
    """Count the anchors among the pairs found without the SSN."""
    level, given, middle = found.levels["ssn"], found.levels["given"], found.levels["middle"]
    address, family, dob = found.levels["address"], found.levels["family"], found.levels["dob"]
    both = (level >= 0) & pairs.fair
    one = both & (given == 7) & (family == 5) & (middle != 0) & (address >= 1) & (address <= 3)
    named = np.flatnonzero(one)
    one[named] = chance.namesakes(pairs, found, named) < _SURE
    other = (given == 0) & ((middle == 0) | (middle < 0) & (family == 0) & (dob <= 0))
    other &= both & (found.common_given >= _COMMON)
    lent = found.borrowed
    same = _counts(level[one], lent[one]) + _WEIGHT_SAME * _SAME[:, None] * _shares()
    same[0] *= _CONFLICTS_AMONG_HARDER
    same /= same.sum()
    two, strangers = [], _strangers(profiles)
    for place in (0, 1):
        here = other & (address >= 1 if place else address == 0)
        counts = _counts(level[here], lent[here])
        counts += _WEIGHT_TWO / 2 * (_TWO[place] + strangers)[:, None] * _shares()
        two.append(counts / counts.sum())
    return SsnRates(np.stack([same, same]), np.stack(two), (int(one.sum()), int(other.sum())))


def _strangers(profiles: Profiles) -> NDArray[np.float64]:
    """Rate of the levels among people who have nothing to do with each other, whatever the numbers look like."""
    holders = np.flatnonzero(profiles.ssn > 0)
    random = np.random.default_rng(_SEED)
    if len(holders) < 2:
        return np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    left, right = random.choice(holders, _DRAWS), random.choice(holders, _DRAWS)
    apart = profiles.group[left] != profiles.group[right]
    level = ssn_levels(left[apart].astype(np.int32), right[apart].astype(np.int32), profiles.ssn)
    counts = np.bincount(level, minlength=LEVELS).astype(np.float64)
    counts[LEVELS - 1] = 0
    return (counts + _TWO[0]) / (counts + _TWO[0]).sum()


def _shares() -> NDArray[np.float64]:
    """How a level is expected to split by whether an SSN is borrowed, which is asked of differing ones only."""
    return np.array([[0.75, 0.25], [1, 0], [1, 0], [1, 0], [1, 0]])


def _counts(level: NDArray[np.int8], lent: NDArray[np.bool_]) -> NDArray[np.float64]:
    cells = level.astype(np.int64) * 2 + lent
    return np.bincount(cells, minlength=2 * LEVELS).reshape(LEVELS, 2).astype(np.float64)
