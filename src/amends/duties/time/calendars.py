"""Business days: weekends, the public holidays of a calendar, and days on which offices were closed for once."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import holidays
import yaml

from amends.duties.law.deadline import Calendar

_DATA = Path(__file__).parent / "calendars.yaml"


def is_business_day(day: dt.date, calendar: Calendar = Calendar.US_FEDERAL, closures: bool = False) -> bool:
    """Whether a day is neither a weekend, a holiday nor, if `closures` count, a day of a one-off closure."""
    if day.weekday() > 4 or day in _holidays(calendar, day.year):
        return False
    return not (closures and day in _closed(calendar, day.year))


def add_business_days(
    start: dt.date, number: int, calendar: Calendar = Calendar.US_FEDERAL, closures: bool = False
) -> dt.date:
    """The `number`-th business day after `start`, which is not counted itself.

    On a start that is no business day this is the rule of Form 8-K B.1 too: the period begins on and includes the next.
    """
    day = start
    left = number
    while left:
        day += dt.timedelta(days=1)
        left -= is_business_day(day, calendar, closures)
    return day


def roll(day: dt.date, calendar: Calendar) -> dt.date:
    """The day itself, or the next business day."""
    while not is_business_day(day, calendar):
        day += dt.timedelta(days=1)
    return day


def closures_between(start: dt.date, end: dt.date, calendar: Calendar) -> tuple[dt.date, ...]:
    """The one-off closures from `start` to `end` that fell on what would be business days."""
    years = range(start.year, end.year + 1)
    days = sorted(day for year in years for day in _closed(calendar, year))
    return tuple(day for day in days if start <= day <= end and is_business_day(day, calendar))


def add_months(day: dt.date, number: int) -> dt.date:
    """The same day of a later month, or its last day where it has no such day (Reg. 1182/71 art. 3(2)(c))."""
    months = day.year * 12 + day.month - 1 + number
    year, month = divmod(months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


@cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return found


@cache
def _holidays(calendar: Calendar, year: int) -> frozenset[dt.date]:
    entry = _facts()["calendars"][calendar.value]
    named = holidays.country_holidays(entry["country"], years=year) if entry["country"] else {}
    yearly = [dt.date.fromisoformat(f"{year}-{day}") for day in entry["yearly"]]
    return frozenset([*named, *yearly])


@cache
def _closed(calendar: Calendar, year: int) -> frozenset[dt.date]:
    listed = [item["day"] for item in _facts()["closures"] if calendar.value in item["calendars"]]
    known: list[dt.date] = []
    if calendar in (Calendar.US_FEDERAL, Calendar.US_SEC):
        known = [*holidays.country_holidays("US", years=year, categories=("government",))]
    return frozenset(day for day in [*listed, *known] if day.year == year) - _holidays(calendar, year)
