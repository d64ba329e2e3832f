"""The facts of the incident before any law is asked: dates that contradict each other are refused."""

from __future__ import annotations

import datetime as dt
from zoneinfo import available_timezones

from amends.case import Incident
from amends.errors import AmendsError

_ORDER = (
    ("began", "ended"),
    ("began", "discovered"),
    ("began", "contained"),
    ("ended", "contained"),
    ("began", "aware"),
    ("began", "determined"),
    ("began", "reasonably_determined"),
    ("began", "confirmed"),
    ("began", "materiality_determined"),
    ("began", "usss_fbi_notified"),
    ("began", "extortion_paid"),
    ("began", "law_enforcement_delay_until"),
    ("discovered", "aware"),
    ("discovered", "determined"),
    ("discovered", "reasonably_determined"),
    ("discovered", "confirmed"),
    ("discovered", "materiality_determined"),
    ("discovered", "individuals_notified"),
    ("discovered", "usss_fbi_notified"),
    ("discovered", "regulator_notified"),
)
"""Pairs of which the second cannot come before the first."""


class IncidentError(AmendsError):
    """The facts of the incident contradict each other; `where` names the settings."""


def check(incident: Incident) -> None:
    """Raise `IncidentError` for the first pair of dates that cannot both be true, or a time zone that is none."""
    for first, second in _ORDER:
        one, other = _moment(incident, first), _moment(incident, second)
        if one and other and _before(other, one):
            raise IncidentError(
                f"contradictory dates: incident.{second} {other} is before incident.{first} {one}",
                where="case.toml",
                mend=f"correct incident.{first} or incident.{second}",
            )
    if incident.time_zone and incident.time_zone not in available_timezones():
        raise IncidentError(
            f"incident.time_zone {incident.time_zone!r} is not a time zone",
            where="case.toml",
            mend="name one as America/Los_Angeles",
        )


def _moment(incident: Incident, key: str) -> dt.date | dt.datetime | None:
    day: dt.date | None = getattr(incident, key)
    return incident.instant(key) or day


def _before(one: dt.date | dt.datetime, other: dt.date | dt.datetime) -> bool:
    if isinstance(one, dt.datetime) and isinstance(other, dt.datetime):
        return one < other
    first = one.date() if isinstance(one, dt.datetime) else one
    second = other.date() if isinstance(other, dt.datetime) else other
    return first < second
