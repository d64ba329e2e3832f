"""Deadlines against a slow, obvious count that walks one day or one hour at a time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.duties import Incident, rulebook
from amends.duties.law.deadline import Calendar, Clock, Counting, Deadline, Variant
from amends.duties.time.calendars import add_business_days, add_months, is_business_day, roll
from amends.duties.time.clock import INCIDENT_KEYS, due_date
from amends.duties.time.timing import timing_of

_DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))
_ZONES = st.sampled_from(["America/Los_Angeles", "Europe/Dublin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
_DAY = dt.timedelta(days=1)


def _deadline(starts: Clock = Clock.DISCOVERY, **parts: object) -> Deadline:
    return Deadline(starts=starts, standard="without_unreasonable_delay", **parts)  # type: ignore[arg-type]


def _count(deadline: Deadline, day: dt.date, **facts: object) -> dt.date | None:
    return due_date(deadline, Incident(discovered=day, **facts), "c").day  # type: ignore[arg-type]


def test_thirty_days_from_30_january_of_a_leap_year_end_on_29_february() -> None:
    found = due_date(_deadline(days=30), Incident(discovered=dt.date(2028, 1, 30)), "Some Code")
    assert found.day == dt.date(2028, 2, 29)
    assert found.derivation == "30 calendar days from discovery 2028-01-30 (Some Code)"


def test_a_last_day_on_a_sunday_stays_a_sunday() -> None:
    assert _count(_deadline(days=30), dt.date(2026, 6, 5)) == dt.date(2026, 7, 5)


@given(_DAYS, st.integers(0, 120))
def test_calendar_days_agree_with_walking_them(day: dt.date, days: int) -> None:
    last = day
    for _ in range(days):
        last += _DAY
    assert _count(_deadline(days=days), day) == last


@given(_DAYS, st.integers(1, 60))
def test_where_the_event_is_day_one_the_last_day_is_a_day_earlier(day: dt.date, days: int) -> None:
    numbered = [day + n * _DAY for n in range(days)]
    assert _count(_deadline(days=days, counting=Counting.INCLUSIVE), day) == numbered[-1]


@settings(deadline=None)
@given(_DAYS, st.integers(1, 40), st.sampled_from(Calendar))
def test_business_days_agree_with_counting_them_one_by_one(start: dt.date, number: int, calendar: Calendar) -> None:
    end = add_business_days(start, number, calendar)
    between = [start + n * _DAY for n in range(1, (end - start).days + 1)]
    assert sum(is_business_day(day, calendar) for day in between) == number
    assert is_business_day(end, calendar)


@given(_DAYS, st.integers(1, 10))
def test_form_8k_counts_from_and_including_the_next_business_day_when_the_event_falls_on_a_day_off(
    event: dt.date, number: int
) -> None:
    day = event
    while not is_business_day(day, Calendar.US_SEC):
        day += _DAY
    counted = 1 if day != event else 0
    while counted < number:
        day += _DAY
        counted += is_business_day(day, Calendar.US_SEC)
    found = _count(_deadline(business_days=number, calendar=Calendar.US_SEC), event)
    assert found == day


@given(st.datetimes(dt.datetime(2015, 1, 1), dt.datetime(2035, 1, 1)), _ZONES, st.integers(1, 200))
def test_hours_are_elapsed_hours_whatever_the_clocks_do(naive: dt.datetime, zone: str, hours: int) -> None:
    event = naive.replace(tzinfo=ZoneInfo(zone))
    found = due_date(
        _deadline(hours=hours),
        Incident(discovered=event.date(), instants=(("discovered", event),), time_zone=zone),
        "c",
    )
    instant = event.astimezone(dt.UTC)
    for _ in range(hours):
        instant += dt.timedelta(hours=1)
    assert found.at == instant
    assert found.day == instant.astimezone(ZoneInfo(zone)).date()


def test_seventy_two_hours_over_the_spring_change_end_an_hour_later_on_the_wall() -> None:
    event = dt.datetime(2027, 3, 26, 18, 0, tzinfo=ZoneInfo("Europe/Dublin"))
    incident = Incident(aware=event.date(), instants=(("aware", event),), time_zone="Europe/Dublin")
    found = due_date(_deadline(Clock.AWARE, hours=72, calendar=Calendar.EU), incident, "GDPR")
    assert found.at == dt.datetime(2027, 3, 29, 18, 0, tzinfo=dt.UTC)
    assert "2027-03-29T19:00:00+01:00" in found.derivation
    assert "art. 3(1)) 2027-03-29T20:00:00+01:00 is arguable" in found.derivation


def test_hours_from_a_day_without_an_hour_run_from_its_beginning_and_say_so() -> None:
    found = due_date(_deadline(hours=36), Incident(discovered=dt.date(2026, 3, 3)), "c")
    assert (found.day, found.at) == (dt.date(2026, 3, 4), None)
    assert "its hour is not set" in found.derivation


def test_a_calendar_day_of_an_instant_is_that_of_the_organisations_time_zone() -> None:
    event = dt.datetime(2026, 9, 1, 2, 30, tzinfo=dt.UTC)
    incident = Incident(discovered=event.date(), instants=(("discovered", event),), time_zone="America/Los_Angeles")
    assert due_date(_deadline(days=1), incident, "c").day == dt.date(2026, 9, 1)


@given(_DAYS, st.integers(0, 30))
def test_months_keep_the_day_or_take_the_last_of_the_month(day: dt.date, months: int) -> None:
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + 31 * _DAY).replace(day=1)
    candidates = [first + n * _DAY for n in range(31) if (first + n * _DAY).month == first.month]
    assert add_months(day, months) == candidates[min(day.day, len(candidates)) - 1]


@given(_DAYS)
def test_a_roll_moves_to_the_next_business_day_and_no_further(day: dt.date) -> None:
    found = roll(day, Calendar.JP)
    assert is_business_day(found, Calendar.JP)
    assert not any(is_business_day(day + n * _DAY, Calendar.JP) for n in range((found - day).days))


def test_a_japanese_final_report_rolls_over_the_turn_of_the_year() -> None:
    deadline = _deadline(days=30, counting=Counting.INCLUSIVE, rolls=True, calendar=Calendar.JP)
    assert _count(deadline, dt.date(2026, 11, 30)) == dt.date(2027, 1, 4)


def test_the_earlier_of_two_limits_binds_and_both_are_named() -> None:
    latest = Deadline(days=1, starts=Clock.AWARE)
    found = due_date(
        Deadline(days=3, starts=Clock.DETERMINATION, latest=latest),
        Incident(determined=dt.date(2026, 5, 1), aware=dt.date(2026, 5, 1)),
        "c",
    )
    assert found.day == dt.date(2026, 5, 2)
    assert "earlier than 3 calendar days" in found.derivation


def test_a_variant_holds_by_fact_and_an_open_fact_keeps_the_first_and_says_what_would_change() -> None:
    longer = Variant(_deadline(days=45), "good_cause_in_writing", True, None, None)
    deadline = _deadline(days=30, variants=(longer,))
    day = dt.date(2026, 8, 17)
    assert _count(deadline, day, good_cause_in_writing=True) == dt.date(2026, 10, 1)
    assert _count(deadline, day, good_cause_in_writing=False) == dt.date(2026, 9, 16)
    found = due_date(deadline, Incident(discovered=day), "c")
    assert (found.day, found.open_facts) == (
        dt.date(2026, 9, 16),
        (("good_cause_in_writing", dt.date(2026, 10, 1)),),
    )


@pytest.mark.parametrize(("closed", "due"), [(None, 29), (False, 29), (True, 31)])
def test_a_closure_by_executive_order_moves_a_date_only_when_confirmed(closed: bool | None, due: int) -> None:
    deadline = _deadline(business_days=4, calendar=Calendar.US_SEC)
    found = due_date(deadline, Incident(discovered=dt.date(2025, 12, 22), sec_closed_by_executive_order=closed), "c")
    assert found.day == dt.date(2025, 12, due)
    assert "2025-12-24, 2025-12-26" in found.derivation


def test_each_clock_reads_its_own_incident_date() -> None:
    keys = sorted({key for names in INCIDENT_KEYS.values() for key in names})
    assert set(INCIDENT_KEYS) == set(Clock)
    for clock, names in INCIDENT_KEYS.items():
        for index, name in enumerate(names if clock is not Clock.YEAR_END else ()):
            facts = {key: dt.date(2026, 1, 1 + keys.index(key)) for key in names[index:]}
            assert due_date(_deadline(clock, days=0), Incident(**facts), "c").day == facts[name]  # type: ignore[arg-type]


@given(_DAYS)
def test_sixty_days_from_the_end_of_the_year_of_discovery_are_1_march_or_29_february(day: dt.date) -> None:
    found = _count(_deadline(Clock.YEAR_END, days=60), day)
    assert found == dt.date(day.year, 12, 31) + 60 * _DAY


def test_a_missing_event_names_its_key_and_what_discovery_would_give() -> None:
    found = due_date(_deadline(Clock.DETERMINATION, days=45), Incident(discovered=dt.date(2026, 8, 17)), "c")
    assert (found.day, found.missing, found.if_from_discovery) == (None, "determined", dt.date(2026, 10, 1))


def test_fourteen_business_days_step_over_labor_day() -> None:
    assert _count(_deadline(business_days=14), dt.date(2026, 8, 31)) == dt.date(2026, 9, 21)


def _nth(year: int, month: int, weekday: int, number: int) -> dt.date:
    """The number-th weekday of a month; the last one for -1."""
    days = [dt.date(year, month, 1) + n * _DAY for n in range(31)]
    return [day for day in days if day.month == month and day.weekday() == weekday][number - (number > 0)]


def _federal(year: int) -> set[dt.date]:
    """The public holidays of 5 U.S.C. 6103(a), on the day observed under 6103(b) and Executive Order 11582."""
    fixed = [dt.date(year, 1, 1), dt.date(year, 7, 4), dt.date(year, 11, 11), dt.date(year, 12, 25)]
    fixed += [dt.date(year, 6, 19)] if year > 2020 else []
    moved = [day - _DAY if day.weekday() == 5 else day + _DAY if day.weekday() == 6 else day for day in fixed]
    rules = [(1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4)]
    return {*moved, *(_nth(year, month, weekday, number) for month, weekday, number in rules)}


@pytest.mark.parametrize("calendar", [Calendar.US_FEDERAL, Calendar.US_SEC])
@pytest.mark.parametrize("year", range(2015, 2041))
def test_business_days_are_the_weekdays_that_are_no_holiday_of_the_statute(year: int, calendar: Calendar) -> None:
    off = _federal(year - 1) | _federal(year) | _federal(year + 1)
    days = [dt.date(year, 1, 1) + n * _DAY for n in range(366)]
    assert [day for day in days if is_business_day(day, calendar) != (day.weekday() < 5 and day not in off)] == []


@settings(deadline=None)
@given(st.dates(dt.date(2021, 1, 1), dt.date(2035, 12, 31)), st.integers(0, 40))
def test_an_embargo_ends_with_its_last_full_business_day_and_the_next_day_is_the_first_allowed(
    told: dt.date, late: int
) -> None:
    law = next(law for law in rulebook() if law.id == "US-FCC-CPNI-2007")
    assert law.individuals is not None and law.individuals.embargo is not None
    until = told + late * _DAY
    incident = Incident(usss_fbi_notified=told, law_enforcement_delay_until=until if late else None)
    found = timing_of(law.told, law, incident, law.individuals.embargo)
    full, day = 0, told
    while full < 7:
        day += _DAY
        full += is_business_day(day, Calendar.US_FEDERAL, closures=True)
    assert found.not_before == max(day + _DAY, until if late else day)


@given(st.datetimes(dt.datetime(2015, 1, 1), dt.datetime(2035, 1, 1)), _ZONES, _ZONES, st.integers(0, 60))
def test_days_count_from_the_day_that_the_clocks_of_the_organisation_showed(
    naive: dt.datetime, said: str, zone: str, days: int
) -> None:
    event = naive.replace(tzinfo=ZoneInfo(said))
    incident = Incident(discovered=event.date(), instants=(("discovered", event),), time_zone=zone)
    last = event.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).date()
    for _ in range(days):
        last += _DAY
    assert due_date(_deadline(days=days), incident, "c").day == last


@given(_DAYS, st.integers(1, 90))
def test_the_later_day_of_regulation_1182_is_named_where_the_last_day_is_a_weekend(day: dt.date, days: int) -> None:
    found = due_date(_deadline(days=days, calendar=Calendar.EU), Incident(discovered=day), "c")
    last = day + days * _DAY
    monday = last
    while monday.weekday() > 4:
        monday += _DAY
    assert found.day == last
    assert (f"would run to {monday}" in found.derivation) is (monday != last)


@settings(deadline=None)
@given(_DAYS, st.integers(1, 90))
def test_the_day_of_knowledge_is_day_one_in_japan_and_the_last_day_rolls(day: dt.date, days: int) -> None:
    counted, last = 1, day
    while counted < days:
        last += _DAY
        counted += 1
    while not is_business_day(last, Calendar.JP):
        last += _DAY
    found = _count(_deadline(days=days, counting=Counting.INCLUSIVE, rolls=True, calendar=Calendar.JP), day)
    assert found == last


def test_juneteenth_an_observed_holiday_and_brazils_20_november_are_no_business_days() -> None:
    assert not is_business_day(dt.date(2026, 6, 19))
    assert not is_business_day(dt.date(2026, 7, 3))
    assert is_business_day(dt.date(2026, 7, 6))
    assert not is_business_day(dt.date(2026, 11, 20), Calendar.BR)
