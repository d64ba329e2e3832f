"""The facts of the incident: hours and days from case.toml, contradictions refused, unset facts asked by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from amends.case import Case, Incident, with_values
from amends.duties import Group, IncidentError, assess
from amends.duties.contradiction import check
from amends.elements import mask
from amends.errors import SettingError

_AWARE = dt.datetime(2026, 8, 17, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=-7)))


def test_a_date_with_an_hour_is_its_day_and_its_instant(new_case: Callable[..., Case]) -> None:
    incident = new_case(
        incident={"aware": "2026-08-17T14:30:00-07:00", "discovered": dt.date(2026, 8, 17)}
    ).settings.incident
    assert incident.aware == dt.date(2026, 8, 17)
    assert incident.instant("aware") == _AWARE
    assert incident.instant("discovered") is None


def test_the_hour_of_a_date_changes_the_fingerprint_of_the_settings(new_case: Callable[..., Case]) -> None:
    one, other = (
        new_case(incident={"aware": f"2026-08-17T{hour}:30:00-07:00"}).settings.digest(("incident",))
        for hour in (14, 15)
    )
    assert one.split()[0] != other.split()[0]


@pytest.mark.parametrize("value", ["2026-08-17T14:30:00", "2026-08-17T25:00:00-07:00", "soon"])
def test_an_hour_without_an_offset_or_no_hour_at_all_is_refused_in_one_line(
    new_case: Callable[..., Case], value: str
) -> None:
    with pytest.raises(SettingError, match=r"incident\.aware is not a date"):
        new_case(incident={"aware": value})


def test_the_derived_instants_are_no_setting(new_case: Callable[..., Case]) -> None:
    with pytest.raises(SettingError, match=r"unknown setting incident\.instants"):
        new_case(incident={"instants": "x"})


def test_values_can_be_changed_without_losing_the_others() -> None:
    incident = Incident(aware=dt.date(2026, 8, 17), instants=(("aware", _AWARE),), sectors=("bank",), encrypted=False)
    changed = with_values(incident, {"encrypted": True})
    assert (changed.encrypted, changed.sectors, changed.instant("aware")) == (True, ("bank",), _AWARE)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"began": dt.date(2026, 2, 2), "ended": dt.date(2026, 2, 1)},
            "incident.ended 2026-02-01 is before incident.began",
        ),
        ({"began": dt.date(2026, 2, 2), "discovered": dt.date(2026, 2, 1)}, "incident.discovered 2026-02-01 is before"),
        ({"began": dt.date(2026, 2, 2), "aware": dt.date(2026, 2, 1)}, "incident.aware 2026-02-01 is before"),
        ({"began": dt.date(2026, 2, 2), "extortion_paid": dt.date(2026, 2, 1)}, "incident.extortion_paid 2026-02-01"),
        ({"ended": dt.date(2026, 2, 2), "contained": dt.date(2026, 2, 1)}, "incident.contained 2026-02-01 is before"),
        ({"time_zone": "Mars/Olympus"}, "'Mars/Olympus' is not a time zone"),
        (
            {
                "discovered": dt.date(2026, 8, 17),
                "aware": dt.date(2026, 8, 17),
                "instants": (("aware", _AWARE), ("discovered", _AWARE + dt.timedelta(hours=1))),
            },
            "incident.aware 2026-08-17 14:30:00-07:00 is before incident.discovered",
        ),
    ],
)
def test_facts_that_contradict_each_other_are_refused(facts: dict[str, object], said: str) -> None:
    with pytest.raises(IncidentError) as error:
        check(Incident(**facts))  # type: ignore[arg-type]
    assert said in error.value.line()


@pytest.mark.parametrize(
    ("code", "elements", "sectors", "key"),
    [
        ("US-FL", ["name", "ssn"], ("bank",), "good_cause_in_writing"),
        ("JP", ["name", "medical"], (), "malicious"),
        ("IE", ["name"], (), "eu_establishment"),
        ("US-CA", ["name", "cpni"], ("telecom_carrier",), "usss_fbi_notified"),
        ("US-CA", ["name", "cpni"], ("telecom_carrier",), "reasonably_determined"),
        ("US-TX", ["name"], ("sec_registrant_domestic",), "materiality_determined"),
        ("BR", ["password"], (), "aware"),
        ("US-CA", ["name", "ssn"], (), "encrypted"),
        ("SG", ["name", "medical"], (), "harm_likely"),
    ],
)
def test_a_missing_fact_that_matters_is_asked_for_by_name(
    code: str, elements: list[str], sectors: tuple[str, ...], key: str
) -> None:
    duties = assess(Incident(discovered=dt.date(2026, 8, 17), sectors=sectors), [Group(code, mask(elements), 10)])
    asked = [question for duty in duties for question in duty.questions if question.key == key]
    assert asked
    assert all(f"incident.{key}" in question.text for question in asked)
