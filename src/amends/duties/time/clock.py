"""Deadlines: from the event a law counts from to the last day or instant allowed, with the derivation in words.

Day 0 is the day of the event; calendar days never roll off weekends or holidays, because the statutes do not say so
and the earlier day is the safe one. Hours are elapsed hours, counted in UTC, so a change of the clocks changes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from amends.case import Incident
from amends.duties.law.deadline import Calendar, Clock, Counting, Deadline, Variant
from amends.duties.time.calendars import add_business_days, add_months, closures_between, roll

INCIDENT_KEYS: Final = MappingProxyType(
    {
        Clock.DISCOVERY: ("discovered",),
        Clock.DISCOVERY_OR_NOTIFICATION: ("discovered",),
        Clock.DETECTION: ("discovered",),
        Clock.LEARNS_OF_ACQUISITION: ("discovered",),
        Clock.NOTICED: ("discovered", "aware"),
        Clock.DETERMINATION: ("determined",),
        Clock.CLASSIFICATION: ("determined",),
        Clock.CONFIRMATION: ("confirmed",),
        Clock.AWARE: ("aware",),
        Clock.AWARE_AND_SCOPE_IDENTIFIED: ("aware",),
        Clock.REASONABLE_BELIEF: ("aware", "determined"),
        Clock.REASONABLE_DETERMINATION: ("reasonably_determined",),
        Clock.MATERIALITY: ("materiality_determined",),
        Clock.NOTICE_TO_INDIVIDUALS: ("individuals_notified",),
        Clock.LAW_ENFORCEMENT_TOLD: ("usss_fbi_notified",),
        Clock.REGULATOR_TOLD: ("regulator_notified",),
        Clock.EXTORTION_PAYMENT: ("extortion_paid",),
        Clock.BREACH: ("event", "began"),
        Clock.YEAR_END: ("discovered",),
        Clock.NEW_INFORMATION: (),
        Clock.CORRECTIVE_MEASURE: (),
        Clock.HANDLING_FINISHED: (),
        Clock.INTERMEDIATE_REPORT: (),
    }
)
"""The settings of `[incident]` that date each clock event, the first that is set; none where no setting does."""

LATER: Final = frozenset(
    {
        "individuals_notified",
        "usss_fbi_notified",
        "regulator_notified",
        "extortion_paid",
        "materiality_determined",
    }
)
"""Events that need not have happened, so that discovery says nothing about them."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day allowed, or None with `missing`, the incident key without which it cannot be counted.

    `at` is the last instant where hours are counted from a known one. `open_facts` are settings that nobody has
    answered, each with the day that the other answer gives.
    """

    day: dt.date | None
    derivation: str
    missing: str | None = None
    if_from_discovery: dt.date | None = None
    at: dt.datetime | None = None
    open_facts: tuple[tuple[str, dt.date | None], ...] = ()


def due_date(deadline: Deadline, incident: Incident, citation: str, place: str | None = None) -> DueDate:
    """Count a deadline of a law, in one `place` where places differ. A law without a number gives no day."""
    chosen = effective(deadline, incident, place)
    found = _counted(chosen.plain(), incident, citation)
    if deadline.latest:
        found = _earlier(found, due_date(deadline.latest, incident, citation, place))
    asked = []
    for variant in deadline.variants:
        if variant.fact and getattr(incident, variant.fact) is None and not variant.before:
            other = _counted(variant.deadline.plain(), incident, citation)
            asked.append((variant.fact, other.day))
    return replace(found, open_facts=tuple(asked))


def effective(deadline: Deadline, incident: Incident, place: str | None = None) -> Deadline:
    """The first variant that holds, else the deadline itself: the safe one while a fact is open."""
    for variant in deadline.variants:
        if _holds(variant, incident, place):
            return variant.deadline
    return deadline


def _holds(variant: Variant, incident: Incident, place: str | None) -> bool:
    if variant.jurisdiction is not None and variant.jurisdiction != place:
        return False
    if variant.fact is not None and getattr(incident, variant.fact) is not variant.holds:
        return False
    if variant.before is None:
        return True
    event = reference_day(incident)
    return event is not None and event < variant.before


def reference_day(incident: Incident) -> dt.date | None:
    """The day whose law governs: `event` where counsel set it, else the first day on which anyone knew."""
    if incident.event:
        return incident.event
    known = (incident.discovered, incident.aware, incident.reasonably_determined, incident.determined)
    others = (incident.confirmed, incident.materiality_determined, incident.began)
    return min((day for day in known if day), default=next((day for day in others if day), None))


def _earlier(one: DueDate, other: DueDate) -> DueDate:
    """The limit that binds: the earlier of two, or the one that can be counted."""
    if one.day is None or other.day is None:
        return one if other.day is None else other
    if one.at and other.at:
        first, second = (one, other) if one.at <= other.at else (other, one)
    else:
        first, second = (one, other) if one.day <= other.day else (other, one)
    return replace(first, derivation=f"{first.derivation}; earlier than {second.derivation}")


def _counted(deadline: Deadline, incident: Incident, citation: str) -> DueDate:
    if not deadline.numeric or deadline.starts is None:
        standard = words(deadline.standard or "no time stated")
        return DueDate(None, f"{standard}; no number of days ({citation})")
    keys = INCIDENT_KEYS[deadline.starts]
    length = span(deadline)
    key, event = next(((key, day) for key in keys if (day := event_day(incident, key))), ("", None))
    if event is None:
        return _undated(deadline, incident, keys, f"{length} from {words(deadline.starts)}, not dated yet ({citation})")
    if deadline.starts is Clock.YEAR_END:
        event = dt.date(event.year, 12, 31)
    instant = incident.instant(key)
    if deadline.hours is not None and instant is not None:
        return _in_hours(deadline, instant, _zone(incident), citation)
    day = _count(deadline, event, incident)
    said = f"{length} from {words(deadline.starts)} {event}{_remarks(deadline, event, day, incident)} ({citation})"
    return DueDate(day, said)


def _undated(deadline: Deadline, incident: Incident, keys: tuple[str, ...], derivation: str) -> DueDate:
    other = incident.discovered if keys and not LATER & {*keys} else None
    guess = _count(deadline, other, incident) if other else None
    return DueDate(None, derivation, keys[0] if keys else "", guess)


def event_day(incident: Incident, key: str) -> dt.date | None:
    """The day of a clock event, by its incident key; of an instant, its day in the incident's time zone."""
    instant = incident.instant(key)
    if instant is not None:
        zone = _zone(incident)
        return (instant.astimezone(zone) if zone else instant).date()
    day = getattr(incident, key)
    return day if isinstance(day, dt.date) else None


def span(deadline: Deadline) -> str:
    """The number of a deadline in words, as `30 calendar days`."""
    for number, unit in (
        (deadline.days, "calendar day"),
        (deadline.business_days, "business day"),
        (deadline.months, "month"),
        (deadline.hours, "hour"),
    ):
        if number is not None:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "no number of days"


def words(token: str) -> str:
    """A token such as `without_unreasonable_delay` as plain words."""
    return token.replace("_", " ")


def _zone(incident: Incident) -> ZoneInfo | None:
    return ZoneInfo(incident.time_zone) if incident.time_zone else None


def _in_hours(deadline: Deadline, instant: dt.datetime, zone: ZoneInfo | None, citation: str) -> DueDate:
    """Elapsed hours from an instant, shown in the incident's time zone or at the offset of the instant."""
    end = instant.astimezone(dt.UTC) + dt.timedelta(hours=deadline.hours or 0)
    shown = end.astimezone(zone or instant.tzinfo)
    said = f"{span(deadline)} from {words(deadline.starts or '')} {instant.isoformat()}, elapsed: {shown.isoformat()}"
    if deadline.calendar is Calendar.EU:
        full = instant.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        later = full.astimezone(dt.UTC) + dt.timedelta(hours=deadline.hours or 0)
        until = later.astimezone(zone or instant.tzinfo).isoformat()
        said += f"; leaving out the hour of the event (Reg. 1182/71 art. 3(1)) {until} is arguable, the earlier is kept"
    return DueDate(shown.date(), f"{said} ({citation})", at=end)


def _count(deadline: Deadline, event: dt.date, incident: Incident) -> dt.date:
    """The last day, counted from a day. Hours from an unknown hour are counted from its beginning, the safe side."""
    if deadline.hours is not None:
        return event + dt.timedelta(days=deadline.hours // 24)
    first = 1 if deadline.counting is Counting.INCLUSIVE else 0
    if deadline.business_days is not None:
        start = event - dt.timedelta(days=first)
        return add_business_days(start, deadline.business_days, deadline.calendar, _closures(deadline, incident))
    if deadline.months is not None:
        day = add_months(event, deadline.months)
    else:
        day = event + dt.timedelta(days=(deadline.days or 0) - first)
    return roll(day, deadline.calendar) if deadline.rolls else day


def _closures(deadline: Deadline, incident: Incident) -> bool:
    return deadline.calendar is Calendar.US_SEC and incident.sec_closed_by_executive_order is True


def _remarks(deadline: Deadline, event: dt.date, day: dt.date, incident: Incident) -> str:
    """What the bare number does not say: the first day, a roll, closures, an hour that is not known."""
    parts = []
    if deadline.counting is Counting.INCLUSIVE:
        parts.append("that day is day 1")
    if deadline.hours is not None:
        parts.append("its hour is not set, so the hours run from its beginning")
    if deadline.rolls:
        parts.append(f"a last day that is no business day moves on ({deadline.calendar} calendar)")
    if deadline.business_days is not None:
        closed = closures_between(event, day, deadline.calendar)
        counted = "left out" if _closures(deadline, incident) else "counted, until the closure is confirmed"
        parts += [f"{', '.join(map(str, closed))} {counted}"] if closed else []
    elif deadline.calendar is Calendar.EU and deadline.hours is None and day.weekday() > 4:
        working = roll(day, Calendar.EU)
        parts.append(f"art. 3(4) Reg. 1182/71 would run to {working}, the earlier is kept")
    return f", {'; '.join(parts)}" if parts else ""
