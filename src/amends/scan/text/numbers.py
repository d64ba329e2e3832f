"""What a chain of digit groups can be, by shape and check digit: the candidates that context then weighs."""

# ruff: noqa: SIM102, SIM109

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.context import is_alnum, is_digit, number
from amends.scan.text.groups import CLOSE, OPEN
from amends.scan.text.lanes import long_value, passes_luhn, value
from amends.scan.text.patterns import Pattern
from amends.scan.values.checks import card, itin, luhn, nanp, ssn
from amends.scan.values.compiled import fused, leaf
from amends.scan.values.dates import days_in

NOTHING: Final = np.int64(-1)
_LONGEST_ABROAD: Final = np.int64(15)
"""Digits of an E.164 number."""
_LONGEST_LOOSE: Final = np.int64(13)
_DASH: Final = 45
_DOT: Final = 46
_SLASH: Final = 47
_SSN, _ITIN, _EIN = np.int64(Pattern.ssn_grouped), np.int64(Pattern.itin), np.int64(Pattern.ein)
_PHONE, _ABROAD, _LOOSE = np.int64(Pattern.phone_nanp), np.int64(Pattern.phone_abroad), np.int64(Pattern.phone_loose)
_BARE = np.int64(Pattern.phone_bare)
_CARD, _CARD_UNLISTED = np.int64(Pattern.card), np.int64(Pattern.card_unlisted)
_IMEI, _IMSI, _ICCID = np.int64(Pattern.imei), np.int64(Pattern.imsi), np.int64(Pattern.iccid)
_DATE, _IP = np.int64(Pattern.birth_date), np.int64(Pattern.ip)


@fused
def real_date(year, month, day, this_year):  # type: ignore[no-untyped-def]
    """Whether somebody alive or dead can have been born on that day."""
    return 1900 <= year <= this_year and 1 <= month <= 12 and 1 <= day <= days_in(year, month)


@fused
def _length(chain, g):  # type: ignore[no-untyped-def]
    return chain[1][g] - chain[0][g]


@fused
def of_three(data, chain, g, count, this_year):  # type: ignore[no-untyped-def]
    """SSN, ITIN or date in the three groups at `g`: pattern or NOTHING."""
    starts, ends, separators = chain
    a, b, c = _length(chain, g), _length(chain, g + 1), _length(chain, g + 2)
    sep = separators[g]
    if sep != separators[g + 1]:
        return NOTHING
    if g + 3 < count and separators[g + 2] == sep and sep != 32:
        return NOTHING
    if a == 3 and b == 2 and c == 4:
        if (sep != _DASH and sep != 32) or (g > 0 and separators[g - 1] == sep and sep == _DASH):
            return NOTHING
        nine = value(data, starts[g], ends[g]) * 1_000_000
        nine += value(data, starts[g + 1], ends[g + 1]) * 10_000 + value(data, starts[g + 2], ends[g + 2])
        if ssn(nine):
            return _SSN
        return _ITIN if itin(nine) else NOTHING
    if a > 4 or b > 2 or c > 4 or sep == 32 or sep == CLOSE or sep == OPEN:
        return NOTHING
    first = value(data, starts[g], ends[g])
    middle = value(data, starts[g + 1], ends[g + 1])
    last = value(data, starts[g + 2], ends[g + 2])
    if a == 4 and c <= 2:
        return _DATE if real_date(first, middle, last, this_year) else NOTHING
    if a <= 2 and (c == 4 or (c == 2 and sep != _DOT)):
        year = last
        if c == 2:
            year = 1900 + last if 2000 + last > this_year else 2000 + last
        if real_date(year, first, middle, this_year) or real_date(year, middle, first, this_year):
            return _DATE
    return NOTHING


@fused
def is_moment(data, end):  # type: ignore[no-untyped-def]
    """Whether a date that ends at `end` goes on as a time of day, `T12:34`: nobody's birth.

    A full hour says nothing against one: dates are also written as midnight, in some zone.
    """
    if data[end] != 84 or not (is_digit(data[end + 1]) and is_digit(data[end + 2]) and data[end + 3] == 58):
        return False
    return data[end + 4] != 48 or data[end + 5] != 48


@fused
def is_ip(data, chain, g, count):  # type: ignore[no-untyped-def]
    """Whether the four groups at `g` are an IPv4 address that stands by itself."""
    starts, ends, separators = chain
    for k in range(4):
        width = ends[g + k] - starts[g + k]
        if width > 3 or (width > 1 and data[starts[g + k]] == 48) or value(data, starts[g + k], ends[g + k]) > 255:
            return False
        if k < 3 and separators[g + k] != _DOT:
            return False
    if g + 4 < count and separators[g + 3] == _DOT:
        return False
    return g == 0 or separators[g - 1] != _DOT


@fused
def of_card(data, chain, g, count):  # type: ignore[no-untyped-def]
    """Card or device number in groups at `g`: pattern or NOTHING, and how many groups it takes."""
    starts, ends, separators = chain
    sep = separators[g]
    width = ends[g] - starts[g]
    if (sep != 32 and sep != _DASH) or (width != 4 and width != 2):
        return NOTHING, 0
    shape = np.int64(0)
    digits = np.int64(0)
    for k in range(g, min(count, g + 5)):
        width = ends[k] - starts[k]
        shape = shape * 10 + min(width, 9)
        digits += width
        taken = k - g + 1
        whole = shape == 4444 or shape == 465 or shape == 464 or (shape == 2661 and sep == _DASH) or shape == 44443
        if whole and luhn(data, starts[g], ends[k]):
            if shape == 2661:
                return _IMEI, taken
            listed = card(number(data, starts[g], ends[k]), digits) if digits <= 18 else data[starts[g]] == 52
            return (_CARD if listed else _CARD_UNLISTED), taken
        if separators[k] != sep:
            break
    return NOTHING, 0


@fused
def of_run(data, start, end):  # type: ignore[no-untyped-def]
    """What a lone run of 12 to 20 digits can be by its check digit and leading digits."""
    digits = end - start
    passes = passes_luhn(data, start, end)
    if 18 <= digits <= 20 and data[start] == 56 and data[start + 1] == 57 and passes:
        return _ICCID
    if digits > 19:
        return NOTHING
    if digits < 12 or digits > 16:
        return (_CARD if digits == 19 and data[start] == 52 else _CARD_UNLISTED) if passes and digits > 16 else NOTHING
    whole = long_value(data, start, end)
    if digits == 15:
        if passes and card(whole, 15):
            return _CARD
        country = whole // 1_000_000_000_000
        if 310 <= country <= 316 or country == 302 or country == 330 or country == 334:
            return _IMSI
        reporting = whole // 10_000_000_000_000
        known = reporting == 1 or reporting == 35 or reporting == 86 or reporting == 91 or reporting >= 98
        return _IMEI if passes and (known or 44 <= reporting <= 54) else NOTHING
    if not passes:
        return NOTHING
    return _CARD if digits > 12 and card(whole, digits) else _CARD_UNLISTED


@leaf
def extension(data, end, stop):  # type: ignore[no-untyped-def]
    """End of a telephone number that ends at `end` with its extension (`x123`, `ext. 123`), if one follows."""
    i = end
    while i < stop and i < end + 2 and (data[i] == 32 or data[i] == 44):
        i += 1
    if i + 1 >= stop:
        return end
    if data[i] | 32 == 101 and i + 3 < stop and data[i + 1] | 32 == 120 and data[i + 2] | 32 == 116:
        i += 3
        while i < stop and i < end + 8 and (data[i] == 46 or data[i] == 32 or data[i] == 58):
            i += 1
    elif data[i] | 32 == 120:
        i += 1
        if data[i] == 46 or data[i] == 32:
            i += 1
    else:
        return end
    begin = i
    while i < stop and is_digit(data[i]) and i - begin < 7:
        i += 1
    if i == begin or (i < stop and is_alnum(data[i])):
        return end
    return i


@fused
def of_phone(data, low, stop, chain, g, count):  # type: ignore[no-untyped-def]
    """Telephone number that begins at group `g`: (pattern or NOTHING, start, end, groups taken)."""
    starts, ends, separators = chain
    start = starts[g]
    if start > low and data[start - 1] == OPEN:
        start -= 1
    plus = start > low and data[start - 1] == 43
    if plus:
        start -= 1
    first = _length(chain, g)
    lead = (first <= 3 and value(data, starts[g], ends[g]) == 1) and (plus or first == 3 or separators[g] != _SLASH)
    at = g + 1 if lead and g + 1 < count else g
    if at > g or not plus:
        taken = _american(chain, at, count)
        if taken:
            end = extension(data, ends[at + taken - 1], stop)
            digits = _ten(data, chain, at, taken)
            extended = end > ends[at + taken - 1]
            if nanp(digits):
                lone = taken == 1 and at == g and start == starts[g]
                return (_BARE if lone else _PHONE), start, end, at - g + taken
            marked = extended or plus or (at > g and first == 3)
            return (_ABROAD if marked else _LOOSE), start, end, at - g + taken
    if plus and data[starts[g]] != 48:
        taken, digits = _many(chain, g, count, _LONGEST_ABROAD)
        if 8 <= digits <= 15:
            last = ends[g + taken - 1]
            if data[starts[g]] == 49 and not (digits == 11 and nanp(number(data, starts[g] + 1, last))):
                return _LOOSE, start, last, taken
            return _ABROAD, start, extension(data, last, stop), taken
    if g == 0:
        taken, digits = _many(chain, g, count, _LONGEST_LOOSE)
        if taken == count and 7 <= digits <= 13 and (taken > 1 or data[starts[g]] == 48 or digits >= 9):
            return _LOOSE, start, extension(data, ends[g + taken - 1], stop), taken
    return NOTHING, start, start, 0


@fused
def _ten(data, chain, at, taken):  # type: ignore[no-untyped-def]
    """The ten digits of an American number in one, two or three groups."""
    starts, ends, _ = chain
    if taken == 1:
        return long_value(data, starts[at], ends[at])
    whole = value(data, starts[at], ends[at]) * 10_000_000
    if taken == 2:
        return whole + value(data, starts[at + 1], ends[at + 1])
    return whole + value(data, starts[at + 1], ends[at + 1]) * 10_000 + value(data, starts[at + 2], ends[at + 2])


@fused
def _american(chain, g, count):  # type: ignore[no-untyped-def]
    """Groups of a number written 3-3-4, 3-7 or in one run of ten (eleven with its 1); 0 if it is not."""
    separators = chain[2]
    width = _length(chain, g)
    if width == 10:
        return 1
    if width == 11:
        return 0
    if width != 3 or g + 1 >= count or separators[g] == _SLASH or separators[g] == OPEN:
        return 0
    if _length(chain, g + 1) == 7 and separators[g] != 32:
        return 2
    if g + 2 < count and _length(chain, g + 1) == 3 and _length(chain, g + 2) == 4 and separators[g + 1] != _SLASH:
        if separators[g] == separators[g + 1] or separators[g] == CLOSE or separators[g + 1] == _DASH:
            further = g + 3 < count and separators[g + 2] == separators[g + 1] and separators[g + 1] != 32
            return 0 if further else 3
    return 0


@fused
def _many(chain, g, count, most):  # type: ignore[no-untyped-def]
    """Groups from `g` that one international number can take, and their digits, no more than `most`."""
    starts, ends, separators = chain
    digits = np.int64(0)
    taken = 0
    for k in range(g, min(count, g + 7)):
        width = ends[k] - starts[k]
        if digits + width > most:
            break
        digits += width
        taken += 1
        if separators[k] == _SLASH:
            break
    return taken, digits
