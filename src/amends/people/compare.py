"""What two profiles agree on: a small integer a field, from -1 (not known on both) and 0 (different) upwards (alike).

Pairs are compared in slices, side by side; the kernels, one a field, are in `levels.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from io import BytesIO

import numpy as np
import pyarrow.csv as csv
from numpy.typing import NDArray

from amends.people.blocking import Pairs
from amends.people.levels import (
    address_levels,
    dob_levels,
    equal_levels,
    family_levels,
    given_levels,
    middle_levels,
    place_levels,
    ssn_levels,
)
from amends.people.profiles import Ints, Profiles, Words
from amends.people.slices import in_slices
from amends.people.strings import marks

Levels = NDArray[np.int8]
LEVELS = {
    "given": (
        "different",
        "swapped with family",
        "alike, one rare",
        "one edit or very alike",
        "nearly the same, one rare",
        "initial",
        "nickname",
        "equal",
    ),
    "family": ("different", "swapped with given", "alike", "one within the other", "one edit or very alike", "equal"),
    "middle": ("different", "same initial", "equal"),
    "dob": ("different", "two edits", "day and month swapped", "one edit", "equal"),
    "ssn": ("different", "up to four edits", "two edits", "one edit", "equal"),
    "address": ("different", "same street or near it", "two edits, other house", "two edits", "equal"),
    "place": ("different", "same postcode or city, or nearly", "equal"),
    "phone": ("different", "equal"),
    "email": ("different", "equal"),
    "number": ("different", "equal"),
}
"""What each level of a field means, from 0; -1 is "not known on both".

`number` is any licence, device or SIM; an account is none, for families share it.
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """Levels of every pair by field, shape (n,) each, and the frequencies the weights use, int32.

    `common_*` count the groups in which a value stands, of the rarer (names) or commoner (address) of the two.
    `others`, `other_dobs` and `other_ssns` count groups, birth dates and SSNs of the same full name beyond those of
    the pair: counting its own would tell the model what the SSN says. `borrowed`: the SSNs differ, and one of them
    stands under several names.
    """

    levels: dict[str, Levels]
    common_given: Ints
    common_family: Ints
    common_address: Ints
    common_place: NDArray[np.float32]
    others: Ints
    other_dobs: Ints
    other_ssns: Ints
    suffix_conflict: NDArray[np.bool_]
    borrowed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.common_given)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many exact groups the value of a profile stands, one slot a profile; 0 where the value is not known.

    `place` is the share of profiles with the same postcode, or city where there is no postcode; 1 where neither is
    known.
    """

    given: Ints
    family: Ints
    name: Ints
    address: Ints
    place: NDArray[np.float32]
    dobs_of_name: Ints
    ssns_of_name: Ints


def frequencies(profiles: Profiles) -> Frequencies:
    """Count values over the groups."""
    group, line = profiles.group, profiles.codes["line"]
    name = _together(profiles.given, profiles.family)
    return Frequencies(
        given=_spread(profiles.given, group, profiles.given >= 0),
        family=_spread(profiles.family, group, profiles.family >= 0),
        name=_spread(name, group, name >= 0),
        address=_spread(line, group, line >= 0),
        place=_place_shares(profiles),
        dobs_of_name=_spread(name, profiles.dob, (name >= 0) & (profiles.dob > 0), name >= 0),
        ssns_of_name=_spread(name, profiles.ssn, (name >= 0) & (profiles.ssn > 0), name >= 0),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is needed to compare any pair of the profiles, worked out once.

    `marks` are the kinds of bytes of each word, by dictionary; `lent` tells whether the SSN of a profile stands under
    two different given names, as a copied one does.
    """

    profiles: Profiles
    counted: Frequencies
    variants: NDArray[np.int64]
    marks: dict[str, NDArray[np.uint64]]
    lent: NDArray[np.bool_]

    @classmethod
    def of(cls, profiles: Profiles, pairs: Pairs) -> Comparison:
        """Make ready to compare these pairs."""
        words = {name: profiles.words[name] for name in ("line", "postcode", "city")} | {"name": profiles.names}
        made = cls(
            profiles,
            frequencies(profiles),
            _variants(profiles.names),
            {name: marks(part.starts, part.data) for name, part in words.items()},
            np.zeros(len(profiles), np.bool_),
        )
        ssn = profiles.ssn
        same = np.flatnonzero((ssn[pairs.left] == ssn[pairs.right]) & (ssn[pairs.left] > 0))
        left, right = pairs.left[same], pairs.right[same]
        values = np.unique(ssn[left[made._given(left, right) == 0]])
        made.lent[:] = np.isin(ssn, values) & (ssn > 0)
        return made

    def all(self, pairs: Pairs) -> Compared:
        """The levels of every pair, at once."""
        parts = list(in_slices(len(pairs), lambda part: self.some(pairs.left[part], pairs.right[part])))
        if not parts:
            return self.some(pairs.left, pairs.right)
        names = [field.name for field in fields(Compared) if field.name != "levels"]
        return Compared(
            levels={name: np.concatenate([part.levels[name] for part in parts]) for name in LEVELS},
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names},
        )

    def some(self, left: Ints, right: Ints) -> Compared:
        """The levels of pairs given by their profiles."""
        profiles, counted = self.profiles, self.counted
        levels = self._levels(left, right)
        suffix = profiles.suffix
        return Compared(
            levels=levels,
            common_given=np.minimum(counted.given[left], counted.given[right]),
            common_family=np.minimum(counted.family[left], counted.family[right]),
            common_address=np.maximum(counted.address[left], counted.address[right]),
            common_place=np.maximum(counted.place[left], counted.place[right]),
            others=_beyond(
                np.maximum(counted.name[left], counted.name[right]), profiles.group[left] + 1, profiles.group[right] + 1
            ),
            other_dobs=_beyond(counted.dobs_of_name[left], profiles.dob[left], profiles.dob[right]),
            other_ssns=_beyond(counted.ssns_of_name[left], profiles.ssn[left], profiles.ssn[right]),
            suffix_conflict=(suffix[left] != suffix[right]) & (suffix[left] > 0) & (suffix[right] > 0),
            borrowed=(levels["ssn"] == 0) & (self.lent[left] | self.lent[right]),
        )

    def _given(self, left: Ints, right: Ints) -> Levels:
        own, names = self.profiles, self.profiles.names
        return given_levels(
            left,
            right,
            own.given,
            own.family,
            names.starts,
            names.data,
            self.marks["name"],
            self.counted.given,
            self.variants,
        )

    def _levels(self, left: Ints, right: Ints) -> dict[str, Levels]:
        own, codes, words = self.profiles, self.profiles.codes, self.profiles.words
        names, middle, line, street = own.names, words["middle"], words["line"], words["street"]
        post, city = words["postcode"], words["city"]
        return {
            "given": self._given(left, right),
            "family": family_levels(left, right, own.given, own.family, names.starts, names.data, self.marks["name"]),
            "middle": middle_levels(left, right, codes["middle"], middle.starts, middle.data),
            "dob": dob_levels(left, right, own.dob),
            "ssn": ssn_levels(left, right, own.ssn),
            "address": address_levels(
                left,
                right,
                codes["line"],
                line.starts,
                line.data,
                self.marks["line"],
                own.house,
                codes["street"],
                street.starts,
                street.data,
            ),
            "place": place_levels(
                left,
                right,
                codes["postcode"],
                post.starts,
                post.data,
                self.marks["postcode"],
                codes["city"],
                city.starts,
                city.data,
                self.marks["city"],
            ),
            "phone": equal_levels(left, right, codes["phone"]),
            "email": equal_levels(left, right, codes["email"]),
            "number": np.maximum.reduce([equal_levels(left, right, codes[n]) for n in ("license", "imei", "imsi")]),
        }


def _together(one: Ints, other: Ints) -> Ints:
    """A code for each pair of codes; -1 where either is."""
    both = (one.astype(np.int64) << 32) | other
    known = (one >= 0) & (other >= 0)
    codes = np.full(len(one), -1, np.int32)
    codes[known] = np.unique(both[known], return_inverse=True)[1]
    return codes


def _spread(value: Ints, by: Ints, known: NDArray[np.bool_], shown: NDArray[np.bool_] | None = None) -> Ints:
    """With how many different `by` each value stands, one slot a row (0 if not shown). Values are small codes."""
    cells = np.sort((value[known].astype(np.int64) << 32) | by[known].astype(np.int64))
    first = np.ones(len(cells), np.bool_)
    first[1:] = cells[1:] != cells[:-1]
    counts = np.bincount((cells[first] >> 32).astype(np.int32), minlength=1).astype(np.int32)
    out = np.zeros(len(value), np.int32)
    rows = (known if shown is None else shown) & (value < len(counts))
    out[rows] = counts[value[rows]]
    return out


def _place_shares(profiles: Profiles) -> NDArray[np.float32]:
    city, postcode = profiles.codes["city"], profiles.codes["postcode"]
    place = np.where(postcode >= 0, postcode, np.where(city >= 0, city + len(profiles.words["postcode"]), -1))
    counts = np.bincount(place[place >= 0], minlength=1)
    return np.where(place >= 0, counts[np.maximum(place, 0)] / max(1, len(place)), 1.0).astype(np.float32)


def _beyond(count: Ints, one: Ints, other: Ints) -> Ints:
    """A count without those of the pair itself: two if they differ and both are known (not 0), else one."""
    own = 1 + ((one != other) & (one != 0) & (other != 0)).astype(np.int32)
    return np.maximum(count - own, 0)


def _variants(names: Words) -> NDArray[np.int64]:
    """Packed pairs of codes of names of which one is a nickname of the other, both ways, ascending."""
    table = csv.read_csv(BytesIO(files(__package__).joinpath("name_variants.csv").read_bytes())).to_pydict()
    text = names.data.tobytes()
    code = {text[names.starts[i] : names.starts[i + 1]].decode(): i for i in range(len(names))}
    both = [
        (code[one], code[other])
        for one, other in zip(table["given_name"], table["variant"], strict=True)
        if one in code and other in code
    ]
    packed = [(a << 32) | b for a, b in both] + [(b << 32) | a for a, b in both]
    return np.unique(np.array(packed, np.int64))
