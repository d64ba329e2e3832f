"""`assess` against a slow, obvious evaluation that looks at every person on their own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.duties import Audience, Duty, Group, Incident, State, assess_whole, rulebook
from amends.duties.law.regime import Regime
from amends.duties.law.words import Comparison, Meanwhile
from amends.duties.owed import owed
from amends.elements import COMPOSITES, mask, unmask

_ELEMENTS = ["name", "phone", "address", "dob", "ssn", "driver_license", "account_number", "pin", "email", "username"]
_ELEMENTS += ["password", "medical", "passport", "payroll_withholding", "tax_id", "employee_id", "location", "imei"]
_LAWS = [regime for regime in rulebook() if not regime.everywhere and len(regime.places) == 1]
_STATES = [regime for regime in _LAWS if regime.places == (regime.id,)]
_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([regime.id for regime in _STATES] + ["DE", "SG", "AR", None]),
        st.frozensets(st.sampled_from(_ELEMENTS), max_size=6),
        st.integers(1, 1200),
    ),
    max_size=12,
)
_BY_ID = {regime.id: regime for regime in _STATES}
_INCIDENT = Incident(discovered=dt.date(2026, 8, 17), encrypted=False, harm_likely=True, sectors=("telecom_carrier",))


def _has(elements: frozenset[str], name: str) -> bool:
    if name in COMPOSITES:
        return any(unmask(option) <= elements for option in COMPOSITES[name].any_of)
    return name in elements


def _standing(regime: Regime, elements: frozenset[str]) -> str:
    """owed, unsure or clear, for one person."""
    if any(all(_has(elements, name) for name in names) for names in regime.triggers.any_of):
        return "owed"
    standing = "clear"
    for item in regime.triggers.conditional:
        if item.sectors or not any(all(_has(elements, name) for name in names) for names in item.any_of):
            continue
        if item.since or item.meanwhile is Meanwhile.NOTIFY:
            return "owed"
        standing = "unsure"
    return standing


def _met(count: int, people: int, comparison: Comparison) -> bool:
    return count > people if comparison is Comparison.MORE_THAN else count >= people


def _slowly(people: list[tuple[str, frozenset[str]]]) -> Counter[tuple[str, str, str | None, bool]]:
    """(regime, audience, addressee, certain) → people, one person after another."""
    counts: Counter[tuple[str, str]] = Counter()
    for jurisdiction, elements in people:
        if jurisdiction in _BY_ID and _BY_ID[jurisdiction].reaches.everyone:
            counts[jurisdiction, _standing(_BY_ID[jurisdiction], elements)] += 1
    found: Counter[tuple[str, str, str | None, bool]] = Counter()
    for regime in _STATES:
        owed, unsure = counts[regime.id, "owed"], counts[regime.id, "unsure"]
        if owed:
            found[regime.id, "individuals", None, True] = owed
        if unsure:
            found[regime.id, "individuals", None, False] = unsure
        bodies = [("regulator", body.who, body.threshold) for body in regime.regulators if not body.applies_if]
        if regime.bureaus.threshold:
            bodies.append(("consumer_reporting_agencies", "bureaus", regime.bureaus.threshold))
        for audience, who, threshold in bodies:
            if _met(owed, threshold.people, threshold.comparison):
                found[regime.id, audience, who, True] = owed
            elif _met(owed + unsure, threshold.people, threshold.comparison):
                found[regime.id, audience, who, False] = owed + unsure
    return found


def _told(duty: Duty) -> tuple[str, str, str | None, bool]:
    who = "bureaus" if duty.audience is Audience.BUREAUS else duty.who
    return duty.regime, duty.audience.value, who, duty.state is not State.COUNSEL


@settings(deadline=None, max_examples=60)
@given(_PEOPLE)
def test_counts_and_audiences_equal_a_per_person_evaluation(
    drawn: list[tuple[str | None, frozenset[str], int]],
) -> None:
    groups = [Group(code, mask(elements), people) for code, elements, people in drawn]
    whole = assess_whole(_INCIDENT, groups)
    of_states = [duty for duty in whole.duties if duty.regime in _BY_ID]
    one_by_one = [(code or "", elements) for code, elements, people in drawn for _ in range(people)]
    assert Counter({_told(duty): duty.people for duty in of_states}) == _slowly(one_by_one)
    assert sum(whole.reconciled().values()) == len(one_by_one)


_EVERY = tuple(
    sorted({sector for regime in rulebook() for sector in regime.reaches.sectors} - {"hipaa_covered_entity"})
)
_BY_NUMBER = {"JP-APPI", "SG-PDPA", "MY-PDPA"}
"""Regimes whose triggers depend on how many people there are, so that a group alone is not under them."""


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["US-CA", "US-MA", "IE", "FR", "GB", "BR", "CA", "IN", "JE", "AR", None]),
            st.frozensets(st.sampled_from([*_ELEMENTS, "cpni", "biometric"]), max_size=4),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_profile_of_a_group_is_what_it_would_be_alone(drawn: list[tuple[str | None, frozenset[str]]]) -> None:
    incident = replace(_INCIDENT, aware=_INCIDENT.discovered, sectors=_EVERY, malicious=False)
    groups = [Group(code, mask(elements), 1) for code, elements in dict.fromkeys(drawn)]
    shares = owed(assess_whole(incident, groups))
    ids = {row["profile"]: set(row["duty_ids"]) for row in shares.profiles.to_pylist()}
    for row in shares.groups.to_pylist():
        alone = assess_whole(incident, [Group(row["jurisdiction"], row["elements"], 1)])
        told = [duty for duty in alone.duties if duty.audience is Audience.INDIVIDUALS and duty.in_force]
        expected = {duty.duty_id for duty in told if duty.triggers and duty.regime not in _BY_NUMBER}
        assert {duty_id for duty_id in ids[row["profile"]] if duty_id.split(":")[0] not in _BY_NUMBER} == expected
