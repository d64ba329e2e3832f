"""What two profiles agree on: a small integer a field, from -1 (not known on both) and 0 (different) upwards (alike).

Pairs are compared in slices, side by side; the kernels, one a field, are in `levels.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from amends.people.levels import (
    address_levels,
    dob_levels,
    family_levels,
    given_levels,
    middle_levels,
    place_levels,
    shared_levels,
    ssn_levels,
)
from amends.people.lexicon import Ints, Lexicon
from amends.people.profiles import Columns, Window

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

    `common_*` count the groups in which a value stands, of the rarer (names) or commoner (address) of the two, or of
    the left one (birth date); `common_place` is a share of profiles. `others`, `other_dobs` and `other_ssns` count
    groups, birth dates and SSNs of the same full name beyond those of the pair: counting its own would tell the model
    what the SSN says. `borrowed`: the SSNs differ, and one of them stands under several names. `related`: something is
    equal that members of a household share.
    """

    levels: dict[str, Levels]
    common_given: Ints
    common_family: Ints
    common_address: Ints
    common_place: NDArray[np.float32]
    common_dob: Ints
    others: Ints
    other_dobs: Ints
    other_ssns: Ints
    suffix_conflict: NDArray[np.bool_]
    borrowed: NDArray[np.bool_]
    related: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.common_given)

    def take(self, rows: NDArray[np.int64] | slice) -> Compared:
        """Some of the pairs."""
        return Compared(
            levels={name: levels[rows] for name, levels in self.levels.items()},
            **{name: getattr(self, name)[rows] for name in _COLUMNS},
        )

    @classmethod
    def joined(cls, parts: Sequence[Compared]) -> Compared:
        """The pairs of all of these, one after another."""
        return cls(
            levels={name: np.concatenate([part.levels[name] for part in parts]) for name in LEVELS},
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS},
        )


_COLUMNS = tuple(column.name for column in fields(Compared) if column.name != "levels")


def compare(window: Window, lexicon: Lexicon, left: Ints, right: Ints) -> Compared:
    """What pairs of profiles, given by their slots in the window, agree on."""
    return compared(*side_by_side(window, left, right), lexicon)


def side_by_side(window: Window, left: Ints, right: Ints) -> tuple[Columns, Ints, Ints]:
    """The profiles of pairs as columns, and the slots of the left and right ones in them."""
    held = window.columns(np.concatenate([left, right]))
    first = np.arange(len(left), dtype=np.int32)
    return held, first, first + np.int32(len(left))


def compared(held: Columns, left: Ints, right: Ints, lexicon: Lexicon) -> Compared:
    """What pairs of profiles, given by their slots in the columns, agree on."""
    levels, related = _levels(held, lexicon, left, right)
    counted, suffix, group = lexicon.held, held.suffix, held.group
    suffixes, places = (suffix[left], suffix[right]), (_living(held, lexicon, left), _living(held, lexicon, right))
    return Compared(
        levels=levels,
        common_given=np.minimum(counted["given"][held.given[left]], counted["given"][held.given[right]]),
        common_family=np.minimum(counted["family"][held.family[left]], counted["family"][held.family[right]]),
        common_address=np.maximum(counted["line"][held.line[left]], counted["line"][held.line[right]]),
        common_place=np.maximum(*places),
        common_dob=held.of_dob[left],
        others=_beyond(np.maximum(held.of_name[left], held.of_name[right]), group[left] + 1, group[right] + 1),
        other_dobs=_beyond(held.dobs_of_name[left], held.dob[left], held.dob[right]),
        other_ssns=_beyond(held.ssns_of_name[left], held.ssn[left], held.ssn[right]),
        suffix_conflict=(suffixes[0] != suffixes[1]) & (suffixes[0] > 0) & (suffixes[1] > 0),
        borrowed=(levels["ssn"] == 0) & ((held.lent[left] | held.lent[right]) > 0),
        related=related,
    )


def _levels(held: Columns, lexicon: Lexicon, left: Ints, right: Ints) -> tuple[dict[str, Levels], NDArray[np.bool_]]:
    """The level of every field; whether anything is equal that members of a household share."""
    names, lines, streets = lexicon.names, lexicon.lines, lexicon.streets
    posts, cities = lexicon.postcodes, lexicon.cities
    given, family = held.given, held.family
    phone, email, number, related = shared_levels(left, right, held.shared)
    address = address_levels(
        left, right, held.line, lines.starts, lines.data, lines.marks, lexicon.houses, lexicon.streets_of,
        streets.starts, streets.data,
    )  # fmt: skip
    place = place_levels(
        left, right, held.postcode, posts.starts, posts.data, posts.marks, held.city, cities.starts, cities.data,
        cities.marks,
    )  # fmt: skip
    levels = {
        "given": given_levels(left, right, given, family, *lexicon.of_names()),
        "family": family_levels(left, right, given, family, names.starts, names.data, names.marks),
        "middle": middle_levels(left, right, held.middle, names.starts, names.data),
        "dob": dob_levels(left, right, held.dob),
        "ssn": ssn_levels(left, right, held.ssn),
        "address": address,
        "place": place,
        "phone": phone,
        "email": email,
        "number": number,
    }
    return levels, related | (levels["ssn"] > 0) | (address > 0)


def _living(held: Columns, lexicon: Lexicon, rows: Ints) -> NDArray[np.float32]:
    """The share of profiles with the same postcode, or the same city where no postcode is known."""
    postcode = held.postcode[rows]
    return np.where(postcode >= 0, lexicon.postcode_share[postcode], lexicon.city_share[held.city[rows]])


def _beyond(count: Ints, one: Ints, other: Ints) -> Ints:
    """A count without those of the pair itself: two if they differ and both are known (not 0), else one."""
    own = 1 + ((one != other) & (one != 0) & (other != 0)).astype(np.int32)
    return np.maximum(count - own, 0)
