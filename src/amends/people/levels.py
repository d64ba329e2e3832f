"""The level of each pair of profiles in each field, a kernel a field: see `compare.LEVELS` for what they mean.

Texts are compared by their codes. Most pairs that are blocked by something else differ in a field altogether, which the
marks of their words tell at once; what is left is measured, and a pair of names that occurs often only once.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from amends.people.strings import beyond, can_be_alike, can_be_near, edits, jaro_winkler, spell, starts_or_ends

RARE = 3
"""A name in fewer groups than this that is near another is a misspelling of it."""
_MEMORY = 1 << 15
_BYTES = 256


@njit(cache=True, nogil=True)
def _seat(key):  # type: ignore[no-untyped-def]
    return (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(49)


@njit(cache=True, nogil=True)
def _is_variant(variants, key):  # type: ignore[no-untyped-def]
    at = np.searchsorted(variants, key)
    return at < len(variants) and variants[at] == key


@njit(cache=True, nogil=True)
def given_levels(left, right, given, family, starts, data, mark, common, variants):  # type: ignore[no-untyped-def]
    """Level of each pair's given names, int8; `common` counts the groups of a name, by code."""
    out = np.empty(len(left), np.int8)
    keys, held = np.full(_MEMORY, -1, np.int64), np.zeros(_MEMORY, np.int8)
    places = np.zeros(_BYTES, np.uint64)
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
                keys[seat], held[seat] = key, _names_alike(a, b, starts, data, mark, variants, key, places)
            near = held[seat]
            rare = min(common[a], common[b]) < RARE
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
def _names_alike(a, b, starts, data, mark, variants, key, places):  # type: ignore[no-untyped-def]
    """6 nickname, 5 initial, 3 one edit or .9, 2 .8, 0 different."""
    if _is_variant(variants, key):
        return 6
    i, i_end, j, j_end = starts[a], starts[a + 1], starts[b], starts[b + 1]
    if (i_end - i == 1 or j_end - j == 1) and data[i] == data[j]:
        return 5
    if not _can_be_alike(a, b, starts, data, mark):
        return 0
    similarity = jaro_winkler(data, i, i_end, j, j_end)
    if similarity >= 0.9 or edits(data, i, i_end, j, j_end, 1, places) <= 1:
        return 3
    return 2 if similarity >= 0.8 else 0


@njit(cache=True, nogil=True)
def family_levels(left, right, given, family, starts, data, mark):  # type: ignore[no-untyped-def]
    """Level of each pair's family names, int8."""
    out = np.empty(len(left), np.int8)
    keys, held = np.full(_MEMORY, -1, np.int64), np.zeros(_MEMORY, np.int8)
    places = np.zeros(_BYTES, np.uint64)
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
                keys[seat], held[seat] = key, _families_alike(a, b, starts, data, mark, places)
            out[i] = held[seat]
            if out[i] == 0 and (given[one] == b or a == given[two]):
                out[i] = 1
    return out


@njit(cache=True, nogil=True)
def _can_be_alike(a, b, starts, data, mark):  # type: ignore[no-untyped-def]
    """Whether two different names can be one edit apart or .8 alike; for short names always."""
    i, i_end, j, j_end = starts[a], starts[a + 1], starts[b], starts[b + 1]
    a_beyond, b_beyond = beyond(mark[a], mark[b]), beyond(mark[b], mark[a])
    if max(a_beyond, b_beyond) <= 1:
        return True
    prefix = 0
    while prefix < min(4, i_end - i, j_end - j) and data[i + prefix] == data[j + prefix]:
        prefix += 1
    return can_be_alike(i_end - i, j_end - j, prefix, a_beyond, b_beyond, 0.8)


@njit(cache=True, nogil=True)
def _families_alike(a, b, starts, data, mark, places):  # type: ignore[no-untyped-def]
    """4 one edit or .9, 3 one begins or ends the other, 2 .8, 0 different."""
    i, i_end, j, j_end = starts[a], starts[a + 1], starts[b], starts[b + 1]
    if not _can_be_alike(a, b, starts, data, mark):
        return 3 if starts_or_ends(data, i, i_end, j, j_end) else 0
    similarity = jaro_winkler(data, i, i_end, j, j_end)
    if similarity >= 0.9 or edits(data, i, i_end, j, j_end, 1, places) <= 1:
        return 4
    if starts_or_ends(data, i, i_end, j, j_end):
        return 3
    return 2 if similarity >= 0.8 else 0


@njit(cache=True, nogil=True)
def middle_levels(left, right, middle, starts, data):  # type: ignore[no-untyped-def]
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
def _digits_apart(left, right, number, size, limit):  # type: ignore[no-untyped-def]
    """Edits between numbers written with so many digits, at most `limit + 1`; -1 where one is not known."""
    out = np.empty(len(left), np.int8)
    places, digits = np.zeros(_BYTES, np.uint64), np.empty(2 * size, np.uint8)
    for k in range(len(left)):
        a, b = number[left[k]], number[right[k]]
        if a == 0 or b == 0:
            out[k] = -1
        elif a == b:
            out[k] = 0
        else:
            spell(a, size, digits, 0)
            spell(b, size, digits, size)
            out[k] = edits(digits, 0, size, size, 2 * size, limit, places)
    return out


@njit(cache=True, nogil=True)
def dob_levels(left, right, dob):  # type: ignore[no-untyped-def]
    """Level of each pair's birth dates (YYYYMMDD), int8."""
    out = _digits_apart(left, right, dob, 8, 2)
    for k in range(len(out)):
        if out[k] >= 2:
            a, b = dob[left[k]], dob[right[k]]
            swapped = a // 10000 == b // 10000 and (a // 100) % 100 == b % 100 and a % 100 == (b // 100) % 100
            out[k] = 2 if swapped else 3 - out[k]
        elif out[k] >= 0:
            out[k] = 4 - out[k]
    return out


@njit(cache=True, nogil=True)
def ssn_levels(left, right, ssn):  # type: ignore[no-untyped-def]
    """Level of each pair's SSNs, int8; numbers of fewer digits are compared as if nine."""
    out = _digits_apart(left, right, ssn, 9, 4)
    for k in range(len(out)):
        if out[k] >= 0:
            out[k] = 4 - out[k] if out[k] <= 2 else 1 if out[k] <= 4 else 0
    return out


@njit(cache=True, nogil=True)
def address_levels(  # type: ignore[no-untyped-def]
    left, right, line, starts, data, mark, house, street, street_starts, street_data
):
    """Level of each pair's address lines, int8; `house` and `street` are by line. A house of number 0 is as good as
    none."""
    out = np.empty(len(left), np.int8)
    places = np.zeros(_BYTES, np.uint64)
    for k in range(len(left)):
        a, b = line[left[k]], line[right[k]]
        if a < 0 or b < 0:
            out[k] = -1
        elif a == b:
            out[k] = 4
        else:
            s, t = street[a], street[b]
            near = can_be_near(mark[a], mark[b], 2)
            if near and edits(data, starts[a], starts[a + 1], starts[b], starts[b + 1], 2, places) <= 2:
                out[k] = 3 if max(house[a], 0) == max(house[b], 0) else 2
            elif s >= 0 and s == t:
                out[k] = 1
            elif house[a] > 0 and house[a] == house[b] and s >= 0 and t >= 0:
                alike = jaro_winkler(
                    street_data, street_starts[s], street_starts[s + 1], street_starts[t], street_starts[t + 1]
                )
                out[k] = 1 if alike >= 0.85 else 0
            else:
                out[k] = 0
    return out


@njit(cache=True, nogil=True)
def place_levels(  # type: ignore[no-untyped-def]
    left, right, postcode, post_starts, post_data, post_mark, city, city_starts, city_data, city_mark
):
    """2 all that is known is equal, 1 one of the two is, or is nearly, 0 neither, -1 nothing to compare."""
    out = np.empty(len(left), np.int8)
    places = np.zeros(_BYTES, np.uint64)
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
            near = posts and _within(a, b, post_starts, post_data, post_mark, 1, places)
            out[k] = near or (cities and _within(c, d, city_starts, city_data, city_mark, 2, places))
    return out


@njit(cache=True, nogil=True)
def _within(a, b, starts, data, mark, limit, places):  # type: ignore[no-untyped-def]
    """Whether two words are so few edits apart."""
    return (
        can_be_near(mark[a], mark[b], limit)
        and edits(data, starts[a], starts[a + 1], starts[b], starts[b + 1], limit, places) <= limit
    )


@njit(cache=True, nogil=True)
def shared_levels(left, right, codes):  # type: ignore[no-untyped-def]
    """Levels of telephone, e-mail and number, and whether any of these or the account is equal.

    1 equal, 0 different, -1 one is not known. `codes` has the rows of `profiles.SHARED`; a number is a licence or a
    device's.
    """
    count = len(left)
    phone, email, number = np.empty(count, np.int8), np.empty(count, np.int8), np.empty(count, np.int8)
    any_equal = np.empty(count, np.bool_)
    for k in range(count):
        one, two = left[k], right[k]
        phone[k] = _equal(codes[0, one], codes[0, two])
        email[k] = _equal(codes[1, one], codes[1, two])
        number[k] = -1
        for row in range(3, len(codes)):
            number[k] = max(number[k], _equal(codes[row, one], codes[row, two]))
        any_equal[k] = max(phone[k], email[k], number[k], _equal(codes[2, one], codes[2, two])) == 1
    return phone, email, number, any_equal


@njit(cache=True, nogil=True)
def _equal(a, b):  # type: ignore[no-untyped-def]
    return np.int8(-1) if a < 0 or b < 0 else np.int8(a == b)
