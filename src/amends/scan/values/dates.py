"""Dates in cells: ISO, compact, slashed with the year last, with month names, and with a time behind them."""

# ruff: noqa: SIM110

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.compiled import leaf

DATED: Final = 1
YEAR_FIRST: Final = 2
YEAR_LAST: Final = 4
TIMED: Final = 8
TWO_DIGITS: Final = 16

_NONE: Final = np.int64(0)
_MONTHS = (
    b"janfebmaraprmayjunjulaugsepoctnovdecenefebmarabrmaijunjulagosetoktnovdicjanfevmaravrmaijunjulaousepoctnovdez"
)
"""Months by their first three letters in English, Spanish and a mixture of French, German, Italian and Portuguese."""
_DAYS = b"montuewedthufrisatsun"


@leaf
def _number(data, start, end):  # type: ignore[no-untyped-def]
    value = _NONE
    for i in range(start, end):
        value = value * 10 + (data[i] - 48)
    return value


@leaf
def _month(data, start, end):  # type: ignore[no-untyped-def]
    """Month of a name by its first three letters, 0 if it is none."""
    if end - start < 3:
        return 0
    for month in range(36):
        if (
            data[start] | 32 == _MONTHS[3 * month]
            and data[start + 1] | 32 == _MONTHS[3 * month + 1]
            and data[start + 2] | 32 == _MONTHS[3 * month + 2]
        ):
            return month % 12 + 1
    return 0


@leaf
def _names_a_day(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a word is the English name of a day of the week."""
    if end - start < 3 or end - start > 9:
        return False
    for day in range(7):
        if (
            data[start] | 32 == _DAYS[3 * day]
            and data[start + 1] | 32 == _DAYS[3 * day + 1]
            and data[start + 2] | 32 == _DAYS[3 * day + 2]
        ):
            return True
    return False


@leaf
def days_in(year, month):  # type: ignore[no-untyped-def]
    """Days of a month of the Gregorian calendar."""
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


@leaf
def _holds(year, month, day):  # type: ignore[no-untyped-def]
    return 1 <= month <= 12 and 1 <= day <= days_in(year, month)


@leaf
def _all_digits(data, start, end):  # type: ignore[no-untyped-def]
    for i in range(start, end):
        if data[i] < 48 or data[i] > 57:
            return False
    return True


@leaf
def _time_behind(data, start, end):  # type: ignore[no-untyped-def]
    """What follows a date: -1 something else, 0 nothing or midnight, 1 a time of day."""
    if start == end:
        return 0
    if data[start] != 84 and data[start] != 32:
        return -1
    colons = 0
    digits = 0
    for i in range(start + 1, end):
        c = data[i]
        if c == 58:
            colons += 1
        if 49 <= c <= 57 and (data[i - 1] != 43 or colons < 2):
            digits += 1
    if colons == 0 and not (end - start == 7 and _all_digits(data, start + 1, end)):
        return -1
    return 1 if digits else 0


@leaf
def _of_numbers(data, start, end):  # type: ignore[no-untyped-def]
    """Three numbers with the same separator: (form, year, first, second, position behind)."""
    a = start
    while a < end and 48 <= data[a] <= 57:
        a += 1
    if a >= end or a - start > 4 or a == start:
        return _NONE, _NONE, _NONE, _NONE, a
    sep = data[a]
    if sep != 45 and sep != 47 and sep != 46:
        return _NONE, _NONE, _NONE, _NONE, a
    b = a + 1
    while b < end and 48 <= data[b] <= 57:
        b += 1
    if b >= end or data[b] != sep or b - a > 3 or b == a + 1:
        return _NONE, _NONE, _NONE, _NONE, b
    c = b + 1
    while c < end and 48 <= data[c] <= 57:
        c += 1
    one, two, three = _number(data, start, a), _number(data, a + 1, b), _number(data, b + 1, c)
    if a - start == 4 and 1 <= c - b - 1 <= 2:
        return (DATED | YEAR_FIRST if _holds(one, two, three) else 0), one, two, three, c
    if a - start > 2 or (c - b - 1 != 4 and c - b - 1 != 2):
        return _NONE, _NONE, _NONE, _NONE, c
    form = DATED | YEAR_LAST
    if c - b - 1 == 2:
        form |= TWO_DIGITS
        three += 1900
    if not (_holds(three, one, two) or _holds(three, two, one)):
        form = 0
    return form, three, one, two, c


@leaf
def _of_names(data, start, end):  # type: ignore[no-untyped-def]
    """`12-Mar-1975`, `March 12, 1975`, `12 March 75`: (form, year, month, day)."""
    month = year = day = _NONE
    numbers = names = 0
    form = DATED | YEAR_FIRST
    i = start
    while i < end:
        j = i
        if 48 <= data[i] <= 57:
            while j < end and 48 <= data[j] <= 57:
                j += 1
            if j - i > 4:
                return _NONE, _NONE, _NONE, _NONE
            value = _number(data, i, j)
            numbers += 1
            if j - i == 4:
                year = value
            elif numbers == 2 and j - i == 2:
                year = value + 1900
                form |= TWO_DIGITS
            else:
                day = value
        elif (data[i] | 32) >= 97 and (data[i] | 32) <= 122:
            while j < end and (data[j] | 32) >= 97 and (data[j] | 32) <= 122:
                j += 1
            if (j - i > 2 or numbers == 0) and not _names_a_day(data, i, j):
                month = _month(data, i, j)
                names += 1
        else:
            j = i + 1
        i = j
    if numbers == 2 and names == 1 and year and _holds(year, month, day):
        return form, year, month, day
    return _NONE, _NONE, _NONE, _NONE


@leaf
def read_date(data, start, end):  # type: ignore[no-untyped-def]
    """Read a cell as a date: (form, year, first, second).

    `form` is 0 or a set of DATED, YEAR_FIRST (`first` is the month, `second` the day), YEAR_LAST (their order is open),
    TWO_DIGITS (the year is given as 19xx) and TIMED (a time of day other than midnight follows).
    """
    n = end - start
    if n < 6 or n > 35 or data[start] <= 32:
        return _NONE, _NONE, _NONE, _NONE
    if n == 8 and _all_digits(data, start, end):
        value = _number(data, start, end)
        year, month, day = value // 10_000, value // 100 % 100, value % 100
        if 1800 < year < 2200:
            return (DATED | YEAR_FIRST if _holds(year, month, day) else 0), year, month, day
        year, month, day = value % 10_000, value // 1_000_000, value // 10_000 % 100
        return (DATED | YEAR_LAST if _holds(year, month, day) else 0), year, month, day
    form, year, first, second, behind = _of_numbers(data, start, end)
    if form:
        time = _time_behind(data, behind, end)
        if time < 0:
            return _NONE, _NONE, _NONE, _NONE
        return (form | TIMED if time else form), year, first, second
    if n >= 8 and n <= 30:
        return _of_names(data, start, end)
    return _NONE, _NONE, _NONE, _NONE


@leaf
def date_of_digits(value, year_first):  # type: ignore[no-untyped-def]
    """As `read_date`, from the eight digits of `12/03/1975` or, with `year_first`, `1975-12-03`."""
    if year_first:
        year, month, day = value // 10_000, value // 100 % 100, value % 100
        return (DATED | YEAR_FIRST if _holds(year, month, day) else 0), year, month, day
    year, one, two = value % 10_000, value // 1_000_000, value // 10_000 % 100
    found = _holds(year, one, two) or _holds(year, two, one)
    return (DATED | YEAR_LAST if found else 0), year, one, two


@leaf
def _epoch_day(year, month, day):  # type: ignore[no-untyped-def]
    """Days since 1970-01-01 (H. Hinnant, days_from_civil)."""
    y = year - 1 if month <= 2 else year
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


@leaf
def to_days(offsets, data, day_first, today, days, valid):  # type: ignore[no-untyped-def]
    """Read a column of dates of birth into `days` (int32, since 1970) and `valid`; `today` in days bounds them above.

    With the year last, the day comes first if `day_first`; a cell that is no date in that order is read in the other.
    Two-digit years are of this century unless that would be in the future. Nothing before 1900 is valid.
    """
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        valid[row] = False
        days[row] = 0
        while start < end and data[start] <= 32:
            start += 1
        while end > start and data[end - 1] <= 32:
            end -= 1
        form, year, first, second = read_date(data, start, end)
        if form & DATED == 0:
            continue
        month, day = first, second
        if form & YEAR_LAST and day_first:
            month, day = second, first
        if not _holds(year, month, day):
            month, day = day, month
        if form & TWO_DIGITS and _holds(year + 100, month, day) and _epoch_day(year + 100, month, day) <= today:
            year += 100
        if not _holds(year, month, day):
            continue
        found = _epoch_day(year, month, day)
        if year >= 1900 and found <= today:
            days[row] = found
            valid[row] = True
