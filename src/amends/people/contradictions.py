"""What says of a pair that it is two people, or too little to be one, whatever its weight.

Most candidates share a name and were born on other days, so what birth dates, SSNs and suffixes alone tell is looked at
before anything else is compared.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.people.compare import Compared
from amends.people.levels import dob_levels, ssn_levels
from amends.people.lexicon import Ints
from amends.people.profiles import Columns
from amends.people.teaching import Referees

TAUGHT: Final = 1000
"""Labelled pairs from which on a case's own weights are believed about names alone."""


def plainly_apart(held: Columns, left: Ints, right: Ints, trusted: Referees) -> NDArray[np.bool_]:
    """Pairs, given by their slots, that birth dates, SSNs and suffixes alone tell apart: some of those that have
    `contradictions`."""
    numbered = ssn_levels(left, right, held.ssn)
    one, other = held.suffix[left], held.suffix[right]
    apart = (one != other) & (one > 0) & (other > 0)
    if trusted.dob:
        apart |= (dob_levels(left, right, held.dob) == 0) & (numbered < 4)
    if trusted.ssn:
        apart |= (numbered == 0) & ((held.lent[left] | held.lent[right]) == 0)
    return apart


def contradictions(found: Compared, fair: NDArray[np.bool_], trusted: Referees, taught_by: int) -> NDArray[np.bool_]:
    """Pairs that are never joined by their own evidence.

    Birth dates too far apart without an equal SSN (among many people near ones are chance); SSNs too far apart of
    which none is borrowed; two given names with two middle names, or with one birth date and no SSN (twins); two
    suffixes; where SSNs are believed, a name that differs and a near SSN by which alone the pair was found (not `fair`,
    as of `blocking.Pairs`), for among many people all have near ones. Names that agree and nothing else that does are
    believed only where the case itself taught the weights (`taught_by` labelled pairs).
    """
    levels = found.levels
    given, family, dob, ssn = levels["given"], levels["family"], levels["dob"], levels["ssn"]
    born_apart = (dob == 0) & (ssn < 4) & trusted.dob
    numbered_apart = (ssn == 0) & ~found.borrowed & trusted.ssn
    named_apart = (given == 0) & (levels["middle"] == 0)
    twins = (given == 0) & (dob == 4) & (ssn < 3) & trusted.dob
    by_chance = ~fair & (ssn >= 1) & (ssn < 4) & ((given == 0) | (family == 0)) & trusted.ssn
    if taught_by < TAUGHT:
        agreeing = [levels[name] >= 1 for name in ("middle", "dob", "ssn", "address", "phone", "email", "number")]
        named_apart = named_apart | ~np.logical_or.reduce(agreeing)
    return born_apart | numbered_apart | named_apart | twins | by_chance | found.suffix_conflict
