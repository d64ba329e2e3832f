"""How many other people of the case are expected to look as alike by chance: what a likeness can be worth at most.

If E people are expected to agree with a record in all that a pair agrees in, the odds that this one is the same human
are 1 : E at best (prior odds of one in N as in Fellegi and Sunter 1969, times the largest likelihood ratio that the
agreement can have). E grows with the case, and so the bound does, also where no pair with two SSNs ever taught a weight.

Those who share an address, a telephone, an account or an SSN are a pool of relatives, not of strangers: among them a
family name says nothing, and twins and namesakes are more than chance gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.blocking import Pairs, Rule
from amends.people.compare import Compared, Frequencies
from amends.people.profiles import Ints, Profiles

Rates = NDArray[np.float64]
_DRAWS, _SEED = 1 << 16, 1969
_IN_A_HOUSEHOLD = 0.01
"""Two members of a household have one birth date (twins), and one given name (father and son), at least so often."""
_NEAR_SSN = 1e-7
"""Share of the numbers that are one edit away from a given one: some 90 of a billion."""
_FEWEST_NEAR_HOME = 2.0
_SHARED = ("phone", "email", "account", "license", "imei", "imsi")
_RATED = {"given": 8, "family": 6, "middle": 3, "dob": 5, "ssn": 5, "address": 5, "place": 3}


def strangers(profiles: Profiles) -> Pairs:
    """Pairs of profiles of two groups, drawn at random."""
    random = np.random.default_rng(_SEED)
    left, right = (random.integers(0, max(1, len(profiles)), _DRAWS).astype(np.int32) for _ in range(2))
    if not len(profiles):
        left = right = left[:0]
    apart = profiles.group[left] != profiles.group[right]
    count = int(apart.sum())
    return Pairs(left[apart], right[apart], np.zeros(count, np.int8), (Rule("drawn", count, 0, 0),))


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance gives in this case.

    `people` is the number of groups; `rates` how often strangers show each level of a field, shape (levels,); `swapped`
    how often the names of two strangers are each other's. `codes` and `sizes`, shape (values, profiles), hold what
    members of a household share and in how many groups it stands; `ssns` and `dobs` in how many groups a profile's own
    stands.
    """

    people: int
    rates: dict[str, Rates]
    swapped: float
    codes: Ints
    sizes: Ints
    ssns: Ints
    dobs: Ints

    @classmethod
    def of(cls, profiles: Profiles, found: Compared) -> Chance:
        """Count the values of the case, and the levels of `found`, which are those of `strangers`."""
        rates = {}
        for name, count in _RATED.items():
            level = found.levels[name]
            counts = np.bincount(level[level >= 0], minlength=count).astype(np.float64)
            rates[name] = (counts + 0.5) / (counts.sum() + 1)
        swapped = int(((found.levels["given"] == 1) & (found.levels["family"] == 1)).sum())
        group = profiles.group
        return cls(
            people=profiles.groups,
            rates=rates,
            swapped=(swapped + 0.5) / (len(found) + 1),
            codes=np.stack([profiles.codes[name] for name in _SHARED]),
            sizes=np.stack([_stands(profiles.codes[name], group, profiles.codes[name] >= 0) for name in _SHARED]),
            ssns=_stands(profiles.ssn, group, profiles.ssn > 0),
            dobs=_stands(profiles.dob, group, profiles.dob > 0),
        )

    def alike(self, left: Ints, right: Ints, found: Compared) -> NDArray[np.float32]:
        """How many others are expected to be as alike as each of the pairs, as a logarithm to base 2, shape (n,)."""
        levels, rates = found.levels, self.rates
        pool, kin = _pools(
            left,
            right,
            self.people,
            self.codes,
            self.sizes,
            self.ssns,
            levels["ssn"],
            levels["address"],
            found.common_address,
            rates["ssn"],
            rates["address"],
        )
        names = _named(
            kin,
            self.people,
            levels["given"],
            levels["family"],
            found.common_given,
            found.common_family,
            found.others,
            rates["given"],
            rates["family"],
            self.swapped,
        )
        return _within(
            pool,
            kin,
            names,
            levels["dob"],
            self.dobs[left] / max(1, self.people),
            levels["middle"],
            levels["place"],
            found.common_place,
            rates["dob"],
            rates["middle"],
            rates["place"],
        )

    def namesakes(self, pairs: Pairs, found: Compared, rows: NDArray[np.int64]) -> Rates:
        """How many strangers are expected to have the names, the level of address and, if equal, the birth date of each
        of these pairs, whose names are equal; shape (rows,)."""
        share = found.common_given[rows] / max(1, self.people)
        named = np.maximum(share * found.common_family[rows], found.others[rows])
        born = np.where(found.levels["dob"][rows] == 4, self.dobs[pairs.left[rows]] / max(1, self.people), 1.0)
        return np.asarray(named * self.rates["address"][np.maximum(found.levels["address"][rows], 0)] * born)


def _stands(value: Ints, group: Ints, known: NDArray[np.bool_]) -> Ints:
    """In how many groups the value of each profile stands; 0 where it is not known."""
    out = np.zeros(len(value), np.int32)
    cells = np.unique((value[known].astype(np.int64) << 32) | group[known])
    values, counts = np.unique(cells >> 32, return_counts=True)
    if len(values):
        out[known] = counts[np.searchsorted(values, value[known])]
    return out


@njit(cache=True, nogil=True)
def _pools(  # type: ignore[no-untyped-def]
    left, right, people, codes, sizes, ssns, ssn, address, homes, rates_ssn, rates_address
):
    """Among how many people to look: the fewest that share something with the pair; and whether they are relatives."""
    out, kin = np.empty(len(left), np.float64), np.empty(len(left), np.bool_)
    for k in range(len(left)):
        i, j = left[k], right[k]
        pool = np.float64(people)
        if ssn[k] == 4:
            pool = min(pool, ssns[i])
        elif ssn[k] == 3:
            pool = min(pool, max(1.0, people * _NEAR_SSN))
        elif ssn[k] > 0:
            pool *= rates_ssn[ssn[k]]
        if address[k] == 4:
            pool = min(pool, homes[k])
        elif address[k] > 0:
            pool = min(pool, max(_FEWEST_NEAR_HOME, people * rates_address[address[k]]))
        for c in range(len(codes)):
            if codes[c, i] >= 0 and codes[c, i] == codes[c, j]:
                pool = min(pool, sizes[c, i])
        out[k], kin[k] = max(pool, 1.0), pool < people
    return out, kin


@njit(cache=True, nogil=True)
def _named(  # type: ignore[no-untyped-def]
    kin, people, given, family, common_given, common_family, others, rates_given, rates_family, swapped
):
    """Which share of the pool has names as alike as the pair's."""
    out = np.empty(len(kin), np.float64)
    for k in range(len(kin)):
        if given[k] == 1 and family[k] == 1:
            out[k] = swapped
            continue
        first = common_given[k] / people if given[k] == 7 else rates_given[given[k]] if given[k] > 1 else 1.0
        last = common_family[k] / people if family[k] == 5 else rates_family[family[k]] if family[k] > 1 else 1.0
        if kin[k]:
            out[k] = max(first, _IN_A_HOUSEHOLD)
        elif given[k] == 7 and family[k] == 5:
            out[k] = max(first * last, others[k] / people)
        else:
            out[k] = first * last
    return out


@njit(cache=True, nogil=True)
def _within(  # type: ignore[no-untyped-def]
    pool, kin, names, dob, born, middle, place, lives, rates_dob, rates_middle, rates_place
):
    """How many of the pool have such names, birth dates and places."""
    out = np.empty(len(pool), np.float32)
    for k in range(len(pool)):
        expected = pool[k] * names[k]
        if dob[k] > 0:
            share = born[k] if dob[k] == 4 else rates_dob[dob[k]]
            expected *= max(share, _IN_A_HOUSEHOLD) if kin[k] else share
        if middle[k] > 0:
            expected *= rates_middle[middle[k]]
        if not kin[k] and place[k] > 0:
            expected *= lives[k] if place[k] == 2 else rates_place[1] + rates_place[2]
        out[k] = -np.inf if kin[k] else np.log2(expected)
    return out
