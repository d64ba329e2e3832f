"""Dates with the name of their month: `April 12, 1980`, `12 April 1980`, `12-Apr-1980`, `the 12th of April, 1980`."""

from __future__ import annotations

from amends.scan.text.context import LOWER, MAIL, SHAPE, UPPER, WORD, is_alnum, is_digit, number
from amends.scan.text.patterns import MONTH, MONTHS
from amends.scan.text.vocabulary import meaning
from amends.scan.values.compiled import fused, leaf


@fused
def _is_month(data, start, end, words):  # type: ignore[no-untyped-def]
    return 3 <= end - start <= 9 and meaning(data, start, end, end - start, words) & MONTH != 0


@fused
def _blank(data, at, stop):  # type: ignore[no-untyped-def]
    """First byte at `at` or up to three behind it that is no blank, comma, point or hyphen."""
    last = min(stop, at + 3)
    while at < last and (data[at] == 32 or data[at] == 44 or data[at] == 46 or data[at] == 45):
        at += 1
    return at


@fused
def _year(data, at, stop, this_year):  # type: ignore[no-untyped-def]
    """Byte behind a year of birth at `at`; 0 if there is none."""
    if at + 4 > stop:
        return 0
    for i in range(at, at + 4):
        if not is_digit(data[i]):
            return 0
    if at + 4 < stop and is_alnum(data[at + 4]):
        return 0
    return at + 4 if 1900 <= number(data, at, at + 4) <= this_year else 0


@fused
def may_be_day(data, start, end, stop):  # type: ignore[no-untyped-def]
    """Whether what stands behind the number `start:end` can go on as a date: a quick look before `named_date`."""
    if end - start > 2:
        return False
    if SHAPE[data[end]] & (LOWER | UPPER):
        return True
    i = _blank(data, end, stop)
    if is_digit(data[i]):
        return SHAPE[data[start - 1]] & (LOWER | UPPER) == 0 and SHAPE[data[start - 2]] & (LOWER | UPPER | MAIL) != 0
    return (SHAPE[data[i]] & WORD) != 0 and (MONTHS[data[i] & 31] >> (data[i + 1] & 31)) & 1 != 0


@leaf
def named_date(data, low, start, end, stop, this_year, words):  # type: ignore[no-untyped-def]
    """Start and end of the date whose day is the digits `start:end`; 0, 0 if no month and year stand beside it."""
    if end - start > 2 or not 1 <= number(data, start, end) <= 31:
        return 0, 0
    i = end
    if i + 1 < stop and SHAPE[data[i]] & LOWER and SHAPE[data[i + 1]] & LOWER:
        i += 2
    i = _blank(data, i, stop)
    behind = _year(data, i, stop, this_year) if i > end else 0
    if behind:
        last = start
        while last > low and start - last < 2 and (data[last - 1] == 32 or data[last - 1] == 46):
            last -= 1
        first = last
        while first > low and last - first < 10 and SHAPE[data[first - 1]] & (UPPER | LOWER):
            first -= 1
        return (first, behind) if last < start and _is_month(data, first, last, words) else (0, 0)
    if i + 3 < stop and data[i] | 32 == 111 and data[i + 1] | 32 == 102 and data[i + 2] == 32:
        i += 3
    first = i
    while i < stop and i - first < 10 and SHAPE[data[i]] & (UPPER | LOWER):
        i += 1
    if first == end or not _is_month(data, first, i, words):
        return 0, 0
    behind = _year(data, _blank(data, i, stop), stop, this_year)
    return (start, behind) if behind else (0, 0)
