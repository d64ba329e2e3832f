"""How often SSNs agree on pairs that are surely one person and on pairs that are surely two, without looking at the
SSN.

The SSN is the teacher of the model of everything else, so its own error rates must not come from the model: they are
counted on anchor pairs, so alike without the SSN that no namesake is expected to be, however many people there are.
(Among a million people 9,000 of 17,000 pairs of one name on streets of one name were two humans: as anchors they taught
that SSNs differ for every second person.) Where nearly nobody moves within a street those that chance gives are most of
the few that are left, and their birth dates say so: anchors of far ones never count, and of unknown ones only where far
ones are few. A wrong SSN is often that of another member of the household; one that
stands under several names is "lent" and has rates of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

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
_BORN = ("alike", "unknown", "apart")
_DOUBTFUL = 0.1
"""Share of far birth dates among anchors of one person from which on those without a birth date are not believed."""
_LEAST = 1e-6
_DRAWS = 4096


@dataclass(frozen=True, slots=True)
class SsnRates:
    """`same` and `two`: rate of (level, lent) by place (other address, same), shape (2, 5, 2); a row a place sums to
    1; `anchors` how many of each were counted."""

    same: NDArray[np.float64]
    two: NDArray[np.float64]
    anchors: tuple[int, int]

    def odds(self, found: Compared) -> NDArray[np.float64]:
        """Natural log of the likelihood ratio of each pair's SSN level; 0 where an SSN is not known."""
        table = np.log((self.same + _LEAST) / (self.two + _LEAST))
        return _odds(table, found.levels["ssn"], found.levels["address"], found.borrowed)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Pairs counted by SSN level and whether it is lent: alike enough to be one person, by `_BORN`, shape (3, 5, 2);
    surely two, by place, shape (2, 5, 2)."""

    same: NDArray[np.float64]
    two: NDArray[np.float64]

    @classmethod
    def none(cls) -> Anchors:
        """No anchors yet."""
        return cls(np.zeros((len(_BORN), LEVELS, 2)), np.zeros((2, LEVELS, 2)))

    @classmethod
    def of(cls, found: Compared, fair: NDArray[np.bool_], chance: Chance) -> Anchors:
        """Count the anchors among the pairs that are `fair`: found without the SSN."""
        level, given, middle = found.levels["ssn"], found.levels["given"], found.levels["middle"]
        address, family, dob = found.levels["address"], found.levels["family"], found.levels["dob"]
        both, lent = (level >= 0) & fair, found.borrowed
        one = both & (given == 7) & (family == 5) & (middle != 0) & (address >= 1) & (address <= 3)
        named = np.flatnonzero(one)
        one[named] = chance.namesakes(found.take(named)) < _SURE
        other = (given == 0) & ((middle == 0) | (middle < 0) & (family == 0) & (dob <= 0))
        other &= both & (found.common_given >= _COMMON)
        born = [one & (dob > 0), one & (dob < 0), one & (dob == 0)]
        places = [other & (address == 0), other & (address >= 1)]
        same, two = (np.stack([_counts(level[here], lent[here]) for here in parts]) for parts in (born, places))
        return cls(same, two)

    def __add__(self, more: Anchors) -> Anchors:
        return Anchors(self.same + more.same, self.two + more.two)

    def rates(self, strangers: NDArray[np.float64]) -> SsnRates:
        """The rates, with what is expected where anchors are few; `strangers` as of `strangers_levels`."""
        alike, unknown, apart = self.same
        believed = alike if apart.sum() > _DOUBTFUL * (alike.sum() + apart.sum()) else alike + unknown
        same = believed + _WEIGHT_SAME * _SAME[:, None] * _shares()
        same[0] *= _CONFLICTS_AMONG_HARDER
        same /= same.sum()
        two = self.two + _WEIGHT_TWO / 2 * (_TWO + strangers)[:, :, None] * _shares()
        two /= two.sum(axis=(1, 2), keepdims=True)
        return SsnRates(np.stack([same, same]), two, (int(believed.sum()), int(self.two.sum())))


@njit(cache=True, nogil=True)
def _odds(table, level, address, lent):  # type: ignore[no-untyped-def]
    out = np.zeros(len(level))
    for i in range(len(level)):
        if level[i] >= 0:
            out[i] = table[np.int64(address[i] != 0), level[i], np.int64(lent[i])]
    return out


def strangers_levels(profiles: Profiles) -> NDArray[np.float64]:
    """Rate of the levels among people who have nothing to do with each other, whatever the numbers look like."""
    holders = profiles.holders(2 * _DRAWS)
    half = len(holders) // 2
    if not half:
        return np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    left, right = holders[:half], holders[half : 2 * half]
    apart = profiles.group[left] != profiles.group[right]
    window = profiles.some(holders)
    ssn = np.ascontiguousarray(window.column("ssn"))
    level = ssn_levels(window.places(left[apart]), window.places(right[apart]), ssn)
    counts = np.bincount(level, minlength=LEVELS).astype(np.float64)
    counts[LEVELS - 1] = 0
    return np.asarray((counts + _TWO[0]) / (counts + _TWO[0]).sum())


def _shares() -> NDArray[np.float64]:
    """How a level is expected to split by whether an SSN is borrowed, which is asked of differing ones only."""
    return np.array([[0.75, 0.25], [1, 0], [1, 0], [1, 0], [1, 0]])


def _counts(level: NDArray[np.int8], lent: NDArray[np.bool_]) -> NDArray[np.float64]:
    cells = level.astype(np.int64) * 2 + lent
    return np.bincount(cells, minlength=2 * LEVELS).reshape(LEVELS, 2).astype(np.float64)
