"""Names by which two people of one house are two, though nearly everything else agrees: the second of two given names
(Maria Luisa, Anna-Lena), and two given names that are alike but each in use (Eric, Erica).

Where a case taught its own weights they know how often like names are one miswritten name. Where it did not, two
names of the list that are no forms of one another are taken at their word; an equal SSN overrules both.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import numpy as np
import pyarrow.csv as csv
from numpy.typing import NDArray

from amends.engine import Engine
from amends.people.levels import given_levels
from amends.people.lexicon import PROFILES, Ints, Lexicon
from amends.people.strings import first_letters

_ALIKE: Final = (2, 3, 4)
"""Levels of given names that are written alike, as of `compare.LEVELS`."""


@dataclass(frozen=True, slots=True)
class Called:
    """The first given name, and the first second of two given names, of every group, by code; -1 where none is
    known."""

    given: Ints
    second: Ints

    @classmethod
    def of(cls, given: Ints, middle: Ints) -> Called:
        """From names as a `Forest` has them."""
        return cls(given - 1, np.maximum(-middle, 0) - 1)


@dataclass(frozen=True, slots=True)
class InUse:
    """Which names, by code, are of the list of given names (the last slot is that of code -1); packed pairs of codes of
    which one is a spelling of the other, ascending."""

    names: NDArray[np.bool_]
    spellings: NDArray[np.int64]

    @classmethod
    def of(cls, db: Engine, lexicon: Lexicon) -> InUse:
        """Look the names of a case up in the lists."""
        for name in ("given_names", "name_spellings"):
            db.add(name, csv.read_csv(BytesIO(files(__package__).joinpath(f"{name}.csv").read_bytes())))
        names = np.zeros(len(lexicon.names) + 1, np.bool_)
        names[db.fetch(PROFILES["in_use"])["code"].to_numpy()] = True
        found = db.fetch(PROFILES["spellings"])
        return cls(names, np.unique(_packed(found["one"].to_numpy(), found["other"].to_numpy())))

    def two(self, called: Called, left: Ints, right: Ints, lexicon: Lexicon) -> NDArray[np.int64]:
        """The rows of pairs with two names in use that are alike, and no forms of one another."""
        one, other = called.given[left], called.given[right]
        rows = np.flatnonzero(self.names[one] & self.names[other])
        nobody = np.full(len(called.given), -1, np.int32)
        level = given_levels(left[rows], right[rows], called.given, nobody, *lexicon.of_names())
        rows = rows[np.isin(level, _ALIKE)]
        return rows[~np.isin(_packed(one[rows], other[rows]), self.spellings)]


def _packed(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.int64]:
    return np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other)


def named_apart(
    called: Called,
    seconds: NDArray[np.int32],
    ssn: Ints,
    left: Ints,
    right: Ints,
    lexicon: Lexicon,
    in_use: InUse | None,
) -> NDArray[np.bool_]:
    """Pairs of groups whose names say that they are two; `seconds` as of `second_letters`, `in_use` is asked where the
    weights are not the case's own."""
    one, other = seconds[left], seconds[right]
    apart = np.asarray((one >= 0) & (other >= 0) & (one != other))
    if in_use is not None:
        apart[in_use.two(called, left, right, lexicon)] = True
    return apart & ~((ssn[left] == ssn[right]) & (ssn[left] != 0))


def second_letters(db: Engine, called: Called, lexicon: Lexicon) -> NDArray[np.int32]:
    """What the second given name of every group begins with, also behind a hyphen; -1 where none is known."""
    hyphened = np.full(len(lexicon.names) + 1, -1, np.int32)
    found = db.fetch(PROFILES["hyphened"])
    hyphened[found["code"].to_numpy()] = found["letter"].to_numpy()
    second = first_letters(lexicon.names.starts, lexicon.names.data)[called.second]
    return np.where(second >= 0, second, hyphened[called.given]).astype(np.int32)
