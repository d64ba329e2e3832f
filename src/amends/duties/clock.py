"""Deadlines: from the event a law counts from to the last day allowed, with the derivation in words.

Day 0 is the day of the event; calendar days never roll off weekends or holidays, because the statutes do not say so
and the earlier day is the safe one. Business days skip Saturdays, Sundays and United States federal holidays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import holidays

from amends.case import Incident
from amends.duties.regime import Clock, Deadline

INCIDENT_KEY: Final = MappingProxyType(
    {
        Clock.DISCOVERY: "discovered",
        Clock.DISCOVERY_OR_NOTIFICATION: "discovered",
        Clock.DETECTION: "discovered",
        Clock.LEARNS_OF_ACQUISITION: "discovered",
        Clock.DETERMINATION: "determined",
        Clock.CONFIRMATION: "confirmed",
        Clock.AWARE_AND_SCOPE_IDENTIFIED: "aware",
        Clock.NOTICE_TO_INDIVIDUALS: "individuals_notified",
    }
)
"""The setting of `[incident]` that dates each clock event."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day allowed, or None with `missing`, the incident key without which it cannot be counted."""

    day: dt.date | None
    derivation: str
    missing: str | None
    if_from_discovery: dt.date | None


def due_date(deadline: Deadline, incident: Incident, citation: str) -> DueDate:
    """Count a deadline. A law without a number gives no day and nothing missing."""
    if not deadline.numeric or deadline.starts is None:
        standard = words(deadline.standard or "no time stated")
        return DueDate(None, f"{standard}; no number of days ({citation})", None, None)
    key = INCIDENT_KEY[deadline.starts]
    event = event_day(incident, key)
    length = span(deadline)
    if event is None:
        other = incident.discovered if key != "individuals_notified" else None
        guess = _count(deadline, other) if other else None
        return DueDate(None, f"{length} from {words(deadline.starts)}, not dated yet ({citation})", key, guess)
    day = _count(deadline, event)
    return DueDate(day, f"{length} from {words(deadline.starts)} {event} ({citation})", None, None)


def event_day(incident: Incident, key: str) -> dt.date | None:
    """The day of a clock event, by its incident key."""
    day = getattr(incident, key)
    return day if isinstance(day, dt.date) else None


def span(deadline: Deadline) -> str:
    """The number of a deadline in words, as `30 calendar days`."""
    if deadline.days is not None:
        return f"{deadline.days} calendar days"
    if deadline.business_days is not None:
        return f"{deadline.business_days} business days"
    return f"{deadline.hours} hours"


def words(token: str) -> str:
    """A token such as `without_unreasonable_delay` as plain words."""
    return token.replace("_", " ")


def add_business_days(start: dt.date, number: int) -> dt.date:
    """The `number`-th business day after `start`, which is not counted itself."""
    day = start
    left = number
    while left:
        day += dt.timedelta(days=1)
        left -= is_business_day(day)
    return day


def is_business_day(day: dt.date) -> bool:
    """Whether a day is neither Saturday, Sunday nor a federal holiday as observed (5 U.S.C. 6103)."""
    return day.weekday() < 5 and day not in _federal_holidays(day.year)


@cache
def _federal_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("US", years=year))


def _count(deadline: Deadline, event: dt.date) -> dt.date:
    if deadline.days is not None:
        return event + dt.timedelta(days=deadline.days)
    if deadline.business_days is not None:
        return add_business_days(event, deadline.business_days)
    return event + dt.timedelta(hours=deadline.hours or 0)
