"""How often SSNs agree on pairs that are surely one person and on pairs that are surely two, without looking at the SSN.

The SSN is the teacher of the model of everything else, so its own error rates must not come from the model: they are
counted on anchor pairs. A wrong SSN is often that of another member of the household; one that stands under several
names is "lent" and has rates of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amends.people.compare import Compared

LEVELS = 5
_CONFLICTS_AMONG_HARDER = 1.3
"""Anchors are easy pairs: their share of differing SSNs is this much too small."""
_SAME = np.array([0.08, 0.005, 0.02, 0.045, 0.85])
_TWO = np.array([[0.996, 2e-4, 2e-4, 6e-4, 0.003], [0.987, 8e-4, 2e-4, 1e-3, 0.011]])
"""What is expected where a file has few anchors: rates of the levels if one person, if two (other, same address)."""
_WEIGHT_SAME, _WEIGHT_TWO = 20.0, 50.0
_COMMON = 3


@dataclass(frozen=True, slots=True)
class SsnRates:
    """`same` and `two`: rate of (level, lent) by place (other address, same), shape (2, 5, 2); a row a place sums to 1."""

    same: NDArray[np.float64]
    two: NDArray[np.float64]
    anchors: tuple[int, int]

    def odds(self, found: Compared) -> NDArray[np.float64]:
        """Natural log of the likelihood ratio of each pair's SSN level; 0 where an SSN is not known."""
        level = found.levels["ssn"]
        table = np.log(self.same / self.two)
        place = (found.levels["address"] >= 1).astype(np.int64)
        return np.where(level >= 0, table[place, np.maximum(level, 0), found.borrowed.astype(np.int64)], 0.0)


def ssn_rates(found: Compared, fair: NDArray[np.bool_]) -> SsnRates:
    """Count the anchors among the pairs found without the SSN (`fair`)."""
    level, given, middle = found.levels["ssn"], found.levels["given"], found.levels["middle"]
    address, family, dob = found.levels["address"], found.levels["family"], found.levels["dob"]
    both = (level >= 0) & fair
    one = both & (given == 7) & (family == 5) & (middle != 0) & (address >= 1) & (address <= 3)
    other = (given == 0) & ((middle == 0) | (middle < 0) & (family == 0) & (dob <= 0))
    other &= both & (found.common_given >= _COMMON)
    lent = found.borrowed
    same = _counts(level[one], lent[one]) + _WEIGHT_SAME * _SAME[:, None] * _shares()
    same[0] *= _CONFLICTS_AMONG_HARDER
    same /= same.sum()
    two = []
    for place in (0, 1):
        here = other & ((address >= 1) == bool(place))
        counts = _counts(level[here], lent[here]) + _WEIGHT_TWO * _TWO[place][:, None] * _shares()
        two.append(counts / counts.sum())
    return SsnRates(np.stack([same, same]), np.stack(two), (int(one.sum()), int(other.sum())))


def _shares() -> NDArray[np.float64]:
    return np.array([[0.85, 0.15]])


def _counts(level: NDArray[np.int8], lent: NDArray[np.bool_]) -> NDArray[np.float64]:
    cells = level.astype(np.int64) * 2 + lent
    return np.bincount(cells, minlength=2 * LEVELS).reshape(LEVELS, 2).astype(np.float64)
