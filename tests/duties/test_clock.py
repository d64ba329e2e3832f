"""Deadlines: calendar days never roll, business days skip weekends and federal holidays, derivations say why."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from amends.duties import Incident
from amends.duties.clock import add_business_days, due_date, is_business_day
from amends.duties.regime import Clock, Deadline

_DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))


def _deadline(days: int | None = None, business: int | None = None, start: Clock = Clock.DISCOVERY) -> Deadline:
    return Deadline(days, business, None, start, "without_unreasonable_delay", None)


def test_thirty_days_from_30_january_of_a_leap_year_end_on_29_february() -> None:
    found = due_date(_deadline(30), Incident(discovered=dt.date(2028, 1, 30)), "Some Code")
    assert found.day == dt.date(2028, 2, 29)
    assert found.derivation == "30 calendar days from discovery 2028-01-30 (Some Code)"


def test_a_last_day_on_a_sunday_stays_a_sunday() -> None:
    found = due_date(_deadline(30), Incident(discovered=dt.date(2026, 6, 5)), "Some Code")
    assert found.day == dt.date(2026, 7, 5)
    assert found.day.weekday() == 6


@given(_DAYS, st.integers(0, 120))
def test_a_day_later_in_discovery_is_a_day_later_in_the_due_date(day: dt.date, days: int) -> None:
    one = due_date(_deadline(days), Incident(discovered=day), "c").day
    other = due_date(_deadline(days), Incident(discovered=day + dt.timedelta(1)), "c").day
    assert one is not None and other is not None
    assert (one - day).days == days
    assert (other - one).days == 1


def test_each_clock_reads_its_own_incident_date() -> None:
    incident = Incident(
        discovered=dt.date(2026, 1, 1),
        aware=dt.date(2026, 1, 2),
        determined=dt.date(2026, 1, 3),
        confirmed=dt.date(2026, 1, 4),
        individuals_notified=dt.date(2026, 1, 5),
    )
    starts = {
        Clock.DISCOVERY: 1,
        Clock.DISCOVERY_OR_NOTIFICATION: 1,
        Clock.DETECTION: 1,
        Clock.LEARNS_OF_ACQUISITION: 1,
        Clock.AWARE_AND_SCOPE_IDENTIFIED: 2,
        Clock.DETERMINATION: 3,
        Clock.CONFIRMATION: 4,
        Clock.NOTICE_TO_INDIVIDUALS: 5,
    }
    assert set(starts) == set(Clock)
    for clock, day in starts.items():
        assert due_date(_deadline(0, start=clock), incident, "c").day == dt.date(2026, 1, day)


def test_a_missing_event_names_its_key_and_what_discovery_would_give() -> None:
    found = due_date(_deadline(45, start=Clock.DETERMINATION), Incident(discovered=dt.date(2026, 8, 17)), "c")
    assert (found.day, found.missing, found.if_from_discovery) == (None, "determined", dt.date(2026, 10, 1))


def test_fourteen_business_days_step_over_labor_day() -> None:
    found = due_date(_deadline(business=14), Incident(discovered=dt.date(2026, 8, 31)), "c")
    assert found.day == dt.date(2026, 9, 21)


def test_juneteenth_and_an_observed_holiday_are_no_business_days() -> None:
    assert not is_business_day(dt.date(2026, 6, 19))
    assert not is_business_day(dt.date(2026, 7, 3))
    assert is_business_day(dt.date(2026, 7, 6))


@given(_DAYS, st.integers(1, 40))
def test_business_days_agree_with_counting_them_one_by_one(start: dt.date, number: int) -> None:
    end = add_business_days(start, number)
    between = [start + dt.timedelta(n) for n in range(1, (end - start).days + 1)]
    assert sum(is_business_day(day) for day in between) == number
    assert is_business_day(end)
