"""How many other people of the case are expected to look as alike by chance: what a likeness can be worth at most.

If E strangers are expected to agree with a record in all that a pair agrees in, and there are A records of its own
human, the odds that this one is of them are A : E at best (the prior odds of Fellegi and Sunter 1969, times the largest
likelihood ratio that the agreement can have). E grows with the case, and so the bound tightens, also where no pair with
two SSNs ever taught a weight. Those who share an address, a telephone, an account or an SSN are relatives, not
strangers: how alike they are does not grow with the case, and the bound leaves them to the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.compare import Compared, compare
from amends.people.profiles import Profiles

Rates = NDArray[np.float64]
_DRAWS, _SEED = 1 << 16, 1969
_RATED = {"given": 8, "family": 6, "middle": 3, "dob": 5, "address": 5, "place": 3}


def strangers(profiles: Profiles) -> Compared:
    """Pairs of profiles of two groups, drawn at random."""
    random = np.random.default_rng(_SEED)
    count = _DRAWS if len(profiles) else 0
    left, right = (random.integers(0, max(1, len(profiles)), count).astype(np.int32) for _ in range(2))
    apart = profiles.group[left] != profiles.group[right]
    left, right = left[apart], right[apart]
    window = profiles.some(np.concatenate([left, right]))
    return compare(window, profiles.lexicon, window.places(left), window.places(right))


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance gives in this case.

    `people` is the number of groups; `rates` how often strangers show each level of a field, shape (levels,); `swapped`
    how often the names of two strangers are each other's.
    """

    people: int
    rates: dict[str, Rates]
    swapped: float

    @classmethod
    def of(cls, people: int, found: Compared) -> Chance:
        """Count the levels of `found`, which are those of `strangers`."""
        rates = {}
        for name, count in _RATED.items():
            level = found.levels[name]
            counts = np.bincount(level[level >= 0], minlength=count).astype(np.float64)
            rates[name] = (counts + 0.5) / (counts.sum() + 1)
        swapped = int(((found.levels["given"] == 1) & (found.levels["family"] == 1)).sum())
        return cls(people=people, rates=rates, swapped=(swapped + 0.5) / (len(found) + 1))

    def alike(self, found: Compared) -> NDArray[np.float32]:
        """How many strangers are expected to be as alike as each of the pairs, as a logarithm to base 2, shape (n,).

        Minus infinity for pairs that share what relatives share.
        """
        levels, rates = found.levels, self.rates
        return _expected(
            found.related,
            self.people,
            levels["given"],
            levels["family"],
            found.common_given,
            found.common_family,
            found.others,
            levels["dob"],
            found.common_dob,
            levels["middle"],
            levels["place"],
            found.common_place,
            rates["given"],
            rates["family"],
            self.swapped,
            rates["dob"],
            rates["middle"],
            rates["place"],
        )

    def namesakes(self, found: Compared) -> Rates:
        """How many strangers are expected to have the names, the level of address and, if equal, the birth date of each
        of these pairs, whose names are equal; shape (n,)."""
        share = found.common_given / max(1, self.people)
        named = np.maximum(share * found.common_family, found.others)
        born = np.where(found.levels["dob"] == 4, found.common_dob / max(1, self.people), 1.0)
        return np.asarray(named * self.rates["address"][np.maximum(found.levels["address"], 0)] * born)


@njit(cache=True, nogil=True)
def _expected(  # type: ignore[no-untyped-def]
    related,
    people,
    given,
    family,
    common_given,
    common_family,
    others,
    dob,
    common_dob,
    middle,
    place,
    lives,
    rates_given,
    rates_family,
    swapped,
    rates_dob,
    rates_middle,
    rates_place,
):
    out = np.full(len(related), -np.inf, np.float32)
    for k in range(len(related)):
        if related[k]:
            continue
        expected = np.float64(people)
        if given[k] == 1 and family[k] == 1:
            expected *= swapped
        else:
            if given[k] > 1:
                expected *= common_given[k] / people if given[k] == 7 else rates_given[given[k]]
            if family[k] > 1:
                expected *= common_family[k] / people if family[k] == 5 else rates_family[family[k]]
            if given[k] == 7 and family[k] == 5:
                expected = max(expected, others[k])
        if dob[k] > 0:
            expected *= common_dob[k] / people if dob[k] == 4 else rates_dob[dob[k]]
        if middle[k] > 0:
            expected *= rates_middle[middle[k]]
        if place[k] > 0:
            expected *= lives[k] if place[k] == 2 else rates_place[1] + rates_place[2]
        out[k] = np.log2(expected)
    return out
