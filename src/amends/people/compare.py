"""What two profiles agree on: a small integer a field, from -1 (not known on both) and 0 (different) upwards (alike).

Texts are compared by their codes, and a comparison of two texts is remembered, so that a pair of names that occurs a
thousand times is measured once.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
import pyarrow.csv as csv
from numba import njit
from numpy.typing import NDArray

from amends.people.blocking import Pairs
from amends.people.profiles import Ints, Profiles, Words
from amends.people.strings import LONGEST, edits, jaro_winkler, spell, starts_or_ends

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
RARE = 3
"""A name in fewer groups than this that is near another is a misspelling of it."""
_MEMORY = 1 << 17


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
        given=_spread(profiles.given, group, profiles.given >= 0)[1],
        family=_spread(profiles.family, group, profiles.family >= 0)[1],
        name=_spread(name, group, name >= 0)[1],
        address=_spread(line, group, line >= 0)[1],
        place=_place_shares(profiles),
        dobs_of_name=_spread(name, profiles.dob, (name >= 0) & (profiles.dob > 0), name >= 0)[1],
        ssns_of_name=_spread(name, profiles.ssn, (name >= 0) & (profiles.ssn > 0), name >= 0)[1],
    )


def compare(profiles: Profiles, pairs: Pairs, counted: Frequencies) -> Compared:
    """The levels of every pair."""
    left, right = pairs.left, pairs.right
    names, codes = profiles.names, profiles.codes
    given, family = profiles.given, profiles.family
    levels = {
        "given": _given(left, right, given, family, names.starts, names.data, counted.given, _variants(names)),
        "family": _family(left, right, given, family, names.starts, names.data),
        "middle": _middle(left, right, codes["middle"], profiles.words["middle"].starts, profiles.words["middle"].data),
        "dob": _dob(left, right, profiles.dob),
        "ssn": ssn_levels(left, right, profiles.ssn),
        "address": _address(
            left,
            right,
            codes["line"],
            profiles.words["line"].starts,
            profiles.words["line"].data,
            profiles.house,
            codes["street"],
            profiles.words["street"].starts,
            profiles.words["street"].data,
        ),
        "place": _place(
            left,
            right,
            codes["postcode"],
            profiles.words["postcode"].starts,
            profiles.words["postcode"].data,
            codes["city"],
            profiles.words["city"].starts,
            profiles.words["city"].data,
        ),
        "phone": _equal(left, right, codes["phone"]),
        "email": _equal(left, right, codes["email"]),
        "number": np.maximum.reduce([_equal(left, right, codes[n]) for n in ("license", "imei", "imsi")]),
    }
    suffix, is_lent = profiles.suffix, lent(profiles, pairs, levels)
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
        borrowed=(levels["ssn"] == 0) & (is_lent[left] | is_lent[right]),
    )


def _together(one: Ints, other: Ints) -> Ints:
    """A code for each pair of codes; -1 where either is."""
    both = (one.astype(np.int64) << 32) | other
    known = (one >= 0) & (other >= 0)
    codes = np.full(len(one), -1, np.int32)
    codes[known] = np.unique(both[known], return_inverse=True)[1]
    return codes


def _spread(
    value: Ints, by: Ints, known: NDArray[np.bool_], shown: NDArray[np.bool_] | None = None
) -> tuple[Ints, Ints]:
    """With how many different `by` each value stands; the values and, one slot a row, the counts (0 if not shown)."""
    cells = np.unique((value[known].astype(np.int64) << 32) | by[known].astype(np.int64))
    values, counts = np.unique((cells >> 32).astype(np.int32), return_counts=True)
    out = np.zeros(len(value), np.int32)
    rows = known if shown is None else shown
    if len(values):
        at = np.minimum(np.searchsorted(values, value[rows]), len(values) - 1)
        out[rows] = np.where(values[at] == value[rows], counts[at], 0)
    return values, out


def _place_shares(profiles: Profiles) -> NDArray[np.float32]:
    city, postcode = profiles.codes["city"], profiles.codes["postcode"]
    place = np.where(postcode >= 0, postcode, np.where(city >= 0, city + len(profiles.words["postcode"]), -1))
    counts = np.bincount(place[place >= 0], minlength=1)
    return np.where(place >= 0, counts[np.maximum(place, 0)] / max(1, len(place)), 1.0).astype(np.float32)


def lent(profiles: Profiles, pairs: Pairs, levels: dict[str, Levels]) -> NDArray[np.bool_]:
    """Whether the SSN of each profile stands under two different given names, as a copied one does."""
    clash = (levels["ssn"] == 4) & (levels["given"] == 0)
    values = np.unique(profiles.ssn[pairs.left[clash]])
    return np.isin(profiles.ssn, values) & (profiles.ssn > 0)


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


@njit(cache=True, nogil=True)
def _seat(key):  # type: ignore[no-untyped-def]
    return (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(47)


@njit(cache=True, nogil=True)
def _is_variant(variants, key):  # type: ignore[no-untyped-def]
    at = np.searchsorted(variants, key)
    return at < len(variants) and variants[at] == key


@njit(cache=True, nogil=True)
def _given(left, right, given, family, starts, data, common, variants):  # type: ignore[no-untyped-def]
    out = np.empty(len(left), np.int8)
    keys, held = np.full(_MEMORY, -1, np.int64), np.zeros(_MEMORY, np.int8)
    rows = np.empty((3, LONGEST + 1), np.int32)
    for i in range(len(left)):
        one, two = left[i], right[i]
        a, b = given[one], given[two]
        if a < 0 or b < 0:
            out[i] = -1
        elif a == b:
            out[i] = 7
        else:
            key = (np.int64(min(a, b)) << 32) | max(a, b)
            seat = _seat(key)
            if keys[seat] != key:
                keys[seat], held[seat] = key, _names_alike(a, b, starts, data, variants, key, rows)
            near = held[seat]
            rare = min(common[one], common[two]) < RARE
            swapped = a == family[two] or family[one] == b
            if near >= 5:
                out[i] = near
            elif near == 3:
                out[i] = 4 if rare else 3
            elif near == 2 and rare:
                out[i] = 2
            else:
                out[i] = 1 if swapped else 0
    return out


@njit(cache=True, nogil=True)
def _names_alike(a, b, starts, data, variants, key, rows):  # type: ignore[no-untyped-def]
    """6 nickname, 5 initial, 3 one edit or .9, 2 .8, 0 different."""
    if _is_variant(variants, key):
        return 6
    i, i_end, j, j_end = starts[a], starts[a + 1], starts[b], starts[b + 1]
    if (i_end - i == 1 or j_end - j == 1) and data[i] == data[j]:
        return 5
    similarity = jaro_winkler(data, i, i_end, j, j_end)
    if similarity >= 0.9 or edits(data, i, i_end, j, j_end, 1, rows) <= 1:
        return 3
    return 2 if similarity >= 0.8 else 0


@njit(cache=True, nogil=True)
def _family(left, right, given, family, starts, data):  # type: ignore[no-untyped-def]
    out = np.empty(len(left), np.int8)
    keys, held = np.full(_MEMORY, -1, np.int64), np.zeros(_MEMORY, np.int8)
    rows = np.empty((3, LONGEST + 1), np.int32)
    for i in range(len(left)):
        one, two = left[i], right[i]
        a, b = family[one], family[two]
        if a < 0 or b < 0:
            out[i] = -1
        elif a == b:
            out[i] = 5
        else:
            key = (np.int64(min(a, b)) << 32) | max(a, b)
            seat = _seat(key)
            if keys[seat] != key:
                keys[seat], held[seat] = key, _families_alike(a, b, starts, data, rows)
            out[i] = held[seat]
            if out[i] == 0 and (given[one] == b or a == given[two]):
                out[i] = 1
    return out


@njit(cache=True, nogil=True)
def _families_alike(a, b, starts, data, rows):  # type: ignore[no-untyped-def]
    """4 one edit or .9, 3 one begins or ends the other, 2 .8, 0 different."""
    i, i_end, j, j_end = starts[a], starts[a + 1], starts[b], starts[b + 1]
    similarity = jaro_winkler(data, i, i_end, j, j_end)
    if similarity >= 0.9 or edits(data, i, i_end, j, j_end, 1, rows) <= 1:
        return 4
    if starts_or_ends(data, i, i_end, j, j_end):
        return 3
    return 2 if similarity >= 0.8 else 0


@njit(cache=True, nogil=True)
def _middle(left, right, middle, starts, data):  # type: ignore[no-untyped-def]
    """2 both written out and alike, 1 one is an initial of the other or both the same letter, 0 different."""
    out = np.empty(len(left), np.int8)
    for k in range(len(left)):
        a, b = middle[left[k]], middle[right[k]]
        if a < 0 or b < 0:
            out[k] = -1
            continue
        i, i_end, j, j_end = starts[a], starts[a + 1], starts[b], starts[b + 1]
        if i_end - i == 1 or j_end - j == 1:
            out[k] = data[i] == data[j]
        else:
            out[k] = 2 if a == b or jaro_winkler(data, i, i_end, j, j_end) >= 0.85 else 0
    return out


@njit(cache=True, nogil=True)
def _dob(left, right, dob):  # type: ignore[no-untyped-def]
    out = np.empty(len(left), np.int8)
    rows, digits = np.empty((3, LONGEST + 1), np.int32), np.empty(16, np.uint8)
    for k in range(len(left)):
        a, b = dob[left[k]], dob[right[k]]
        if a == 0 or b == 0:
            out[k] = -1
        elif a == b:
            out[k] = 4
        else:
            spell(a, 8, digits, 0)
            spell(b, 8, digits, 8)
            apart = edits(digits, 0, 8, 8, 16, 2, rows)
            swapped = a // 10000 == b // 10000 and (a // 100) % 100 == b % 100 and a % 100 == (b // 100) % 100
            out[k] = 3 if apart == 1 else 2 if swapped else 1 if apart == 2 else 0
    return out


@njit(cache=True, nogil=True)
def ssn_levels(left, right, ssn):  # type: ignore[no-untyped-def]
    """Level of each pair's SSNs, int8; numbers of fewer digits are compared as if nine."""
    out = np.empty(len(left), np.int8)
    rows, digits = np.empty((3, LONGEST + 1), np.int32), np.empty(18, np.uint8)
    for k in range(len(left)):
        a, b = ssn[left[k]], ssn[right[k]]
        if a == 0 or b == 0:
            out[k] = -1
        elif a == b:
            out[k] = 4
        else:
            spell(a, 9, digits, 0)
            spell(b, 9, digits, 9)
            apart = edits(digits, 0, 9, 9, 18, 4, rows)
            out[k] = 3 if apart == 1 else 2 if apart == 2 else 1 if apart <= 4 else 0
    return out


@njit(cache=True, nogil=True)
def _address(  # type: ignore[no-untyped-def]
    left, right, line, starts, data, house, street, street_starts, street_data
):
    out = np.empty(len(left), np.int8)
    keys, held = np.full(_MEMORY, -1, np.int64), np.zeros(_MEMORY, np.int8)
    rows = np.empty((3, LONGEST + 1), np.int32)
    for k in range(len(left)):
        one, two = left[k], right[k]
        a, b = line[one], line[two]
        if a < 0 or b < 0:
            out[k] = -1
        elif a == b:
            out[k] = 4
        else:
            key = (np.int64(min(a, b)) << 32) | max(a, b)
            seat = _seat(key)
            if keys[seat] != key:
                near = edits(data, starts[a], starts[a + 1], starts[b], starts[b + 1], 2, rows) <= 2
                s, t = street[one], street[two]
                if near:
                    level = 3 if house[one] == house[two] else 2
                elif s >= 0 and s == t:
                    level = 1
                elif house[one] > 0 and house[one] == house[two] and s >= 0 and t >= 0:
                    alike = jaro_winkler(
                        street_data, street_starts[s], street_starts[s + 1], street_starts[t], street_starts[t + 1]
                    )
                    level = 1 if alike >= 0.85 else 0
                else:
                    level = 0
                keys[seat], held[seat] = key, level
            out[k] = held[seat]
    return out


@njit(cache=True, nogil=True)
def _place(  # type: ignore[no-untyped-def]
    left, right, postcode, post_starts, post_data, city, city_starts, city_data
):
    """2 all that is known is equal, 1 one of the two is, or is one edit off, 0 neither, -1 nothing to compare."""
    out = np.empty(len(left), np.int8)
    rows = np.empty((3, LONGEST + 1), np.int32)
    for k in range(len(left)):
        a, b, c, d = postcode[left[k]], postcode[right[k]], city[left[k]], city[right[k]]
        posts, cities = a >= 0 and b >= 0, c >= 0 and d >= 0
        if not posts and not cities:
            out[k] = -1
        elif (a == b or not posts) and (c == d or not cities):
            out[k] = 2
        elif (posts and a == b) or (cities and c == d):
            out[k] = 1
        else:
            near = (
                posts
                and edits(post_data, post_starts[a], post_starts[a + 1], post_starts[b], post_starts[b + 1], 1, rows)
                <= 1
            )
            near = near or (
                cities
                and edits(city_data, city_starts[c], city_starts[c + 1], city_starts[d], city_starts[d + 1], 2, rows)
                <= 2
            )
            out[k] = 1 if near else 0
    return out


@njit(cache=True, nogil=True)
def _equal(left, right, codes):  # type: ignore[no-untyped-def]
    out = np.empty(len(left), np.int8)
    for k in range(len(left)):
        a, b = codes[left[k]], codes[right[k]]
        out[k] = -1 if a < 0 or b < 0 else a == b
    return out
