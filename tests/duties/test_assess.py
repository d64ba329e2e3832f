"""What `assess` decides: thresholds, dates, triggers, exemptions, and that nobody is dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from amends.duties import Audience, Duty, Group, Incident, Reason, State, Topic, assess, assess_whole, rulebook
from amends.duties.owed import owed
from amends.elements import mask, unmask

_SSN = mask(["name", "ssn"])
_FOUND = dt.date(2026, 8, 17)
_STATES = [regime for regime in rulebook() if regime.places == (regime.id,)]
_KNOWN = Incident(
    discovered=_FOUND,
    aware=_FOUND,
    determined=_FOUND,
    confirmed=_FOUND,
    encrypted=False,
    harm_likely=True,
    sectors=("telecom_carrier",),
)


def _duties(state: str, elements: int, people: int, incident: Incident = _KNOWN) -> dict[str, Duty]:
    found = [duty for duty in assess(incident, [Group(state, elements, people)]) if duty.regime == state]
    return {duty.duty_id.removeprefix(f"{state}:"): duty for duty in found}


@pytest.mark.parametrize(
    ("state", "duty", "least"),
    [
        ("US-CA", "regulator:attorney-general", 501),
        ("US-CO", "regulator:attorney-general", 500),
        ("US-TX", "regulator:attorney-general", 250),
        ("US-WA", "regulator:attorney-general", 501),
        ("US-FL", "regulator:department-of-legal-affairs-attorney-general", 500),
        ("US-NY", "regulator:attorney-general", 1),
        ("US-DC", "regulator:attorney-general", 50),
        ("US-NY", "consumer_reporting_agencies", 5001),
        ("US-TX", "consumer_reporting_agencies", 10001),
        ("US-MD", "consumer_reporting_agencies", 1000),
        ("US-SD", "consumer_reporting_agencies", 1),
    ],
)
def test_a_body_is_told_at_its_threshold_and_not_one_person_before(state: str, duty: str, least: int) -> None:
    assert duty in _duties(state, _SSN, least)
    assert duty not in _duties(state, _SSN, least - 1)
    assert _duties(state, _SSN, least)[duty].people == least


def test_thresholds_count_residents_over_all_groups_of_the_jurisdiction() -> None:
    groups = [Group("US-CA", _SSN, 300), Group("US-CA", mask(["name", "passport"]), 201), Group("US-NV", _SSN, 400)]
    regulator = [duty for duty in assess(_KNOWN, groups) if duty.audience is Audience.REGULATOR and duty.in_force]
    assert [(duty.regime, duty.people) for duty in regulator] == [("US-CA", 501)]


@pytest.mark.parametrize(("state", "days"), [("US-CA", 30), ("US-FL", 30), ("US-TX", 60), ("US-NY", 30), ("US-AL", 45)])
def test_individuals_are_due_that_many_calendar_days_after_the_clock(state: str, days: int) -> None:
    duty = _duties(state, _SSN, 1)["individuals"]
    assert duty.due == _FOUND + dt.timedelta(days)
    assert duty.derivation.startswith(f"{days} calendar days from ")
    assert duty.state is State.OWED


def test_new_york_needs_an_identifier_beside_the_number() -> None:
    assert "individuals" in _duties("US-NY", mask(["phone", "ssn"]), 1)
    assert "individuals" in _duties("US-NY", mask(["imei", "ssn"]), 1)
    assert _duties("US-NY", mask(["ssn"]), 1) == {}


def test_a_financial_account_triggers_only_with_the_code_that_opens_it() -> None:
    assert "individuals" in _duties("US-AL", mask(["name", "account_number", "access_code"]), 1)
    assert _duties("US-AL", mask(["name", "account_number"]), 1) == {}
    assert _duties("US-AL", mask(["name", "customer_account", "pin"]), 1) == {}


def test_triggers_are_the_minimal_unconditional_masks() -> None:
    triggers = _duties("US-CA", _SSN, 1)["individuals"].triggers
    assert _SSN in triggers
    assert all(not (a != b and a & b == a) for a in triggers for b in triggers)


def test_a_condition_nobody_can_decide_asks_counsel_and_drops_nobody() -> None:
    whole = assess_whole(_KNOWN, [Group("US-VT", mask(["name", "pin"]), 7), Group("US-VT", _SSN, 5)])
    by_id = {duty.duty_id: duty for duty in whole.duties}
    asked = by_id["US-VT:individuals:conditional"]
    assert (asked.state, asked.people, asked.triggers) == (State.COUNSEL, 7, ())
    assert "access code for a financial account" in (asked.question or "")
    assert by_id["US-VT:individuals"].people == 5
    assert whole.reconciled() == {"under a duty": 5, Reason.CONDITION.value: 7}


def test_a_threshold_met_only_with_undecided_people_goes_to_counsel() -> None:
    groups = [Group("US-WA", mask(["name", "account_number"]), 100), Group("US-WA", _SSN, 450)]
    [duty] = [duty for duty in assess(_KNOWN, groups) if duty.audience is Audience.REGULATOR and duty.in_force]
    assert (duty.state, duty.people) == (State.COUNSEL, 550)


def test_a_missing_clock_event_waits_and_names_the_key_and_its_effect() -> None:
    duty = _duties("US-TX", _SSN, 1, replace(_KNOWN, determined=None))["individuals"]
    assert (duty.state, duty.due) == (State.WAITING, None)
    assert "incident.determined is not set" in (duty.question or "")
    assert "2026-10-16" in (duty.question or "")


def test_a_missing_discovery_is_for_counsel() -> None:
    duty = _duties("US-CA", _SSN, 1, replace(_KNOWN, discovered=None))["individuals"]
    assert (duty.state, duty.due) == (State.COUNSEL, None)
    assert "incident.discovered is not set" in (duty.question or "")


def test_encrypted_data_with_a_safe_key_is_owed_nothing_and_the_reason_is_kept() -> None:
    safe = replace(_KNOWN, encrypted=True, key_compromised=False)
    whole = assess_whole(safe, [Group(regime.id, _SSN, 10) for regime in _STATES])
    assert [duty.regime for duty in whole.duties if duty.in_force] == []
    assert whole.reconciled()[Reason.SAFE_HARBOUR.value] == 530
    assert whole.reconciled()[Reason.NOT_REACHED.value] == 10


@pytest.mark.parametrize(
    ("encrypted", "key", "topic"),
    [(None, None, Topic.ENCRYPTED), (True, None, Topic.KEY), (True, True, None), (False, None, None)],
)
def test_an_unknown_key_or_encryption_counts_as_exposed_and_is_asked(
    encrypted: bool | None, key: bool | None, topic: Topic | None
) -> None:
    duty = _duties("US-CA", _SSN, 1, replace(_KNOWN, encrypted=encrypted, key_compromised=key))["individuals"]
    assert duty.due == dt.date(2026, 9, 16)
    assert [question.topic for question in duty.questions] == ([topic] if topic else [])


def test_unlikely_harm_excuses_where_the_law_says_so_and_only_there() -> None:
    unlikely = replace(_KNOWN, harm_likely=False)
    assert _duties("US-FL", _SSN, 1, unlikely) == {}
    assert "individuals" in _duties("US-CA", _SSN, 1, unlikely)
    assert "individuals" in _duties("US-MA", _SSN, 1, unlikely)
    whole = assess_whole(unlikely, [Group("US-FL", _SSN, 4)])
    [reason] = whole.explained
    assert (reason.reason, reason.people) == (Reason.NO_HARM, 4)
    assert "Department of Legal Affairs within 30 days" in reason.words


def test_unknown_harm_keeps_the_duty_and_asks() -> None:
    duty = _duties("US-FL", _SSN, 1, replace(_KNOWN, harm_likely=None))["individuals"]
    assert duty.due == dt.date(2026, 9, 16)
    assert "incident.harm_likely is not set" in (duty.question or "")


def test_a_law_enforcement_delay_sets_the_first_day_and_conflicts_are_counsels() -> None:
    delayed = replace(_KNOWN, law_enforcement_delay_until=dt.date(2026, 10, 1))
    duty = _duties("US-CA", _SSN, 1, delayed)["individuals"]
    assert (duty.not_before, duty.due) == (dt.date(2026, 10, 1), dt.date(2026, 9, 16))
    assert "conflict" in (duty.question or "")
    maryland = _duties("US-MD", _SSN, 1, delayed)["individuals"]
    assert maryland.due == dt.date(2026, 10, 8)


def test_maryland_tells_its_attorney_general_before_the_letters() -> None:
    told = replace(_KNOWN, individuals_notified=dt.date(2026, 9, 1))
    duty = _duties("US-MD", _SSN, 1, told)["regulator:office-of-the-attorney-general"]
    assert duty.due == dt.date(2026, 9, 1)
    assert "before the notice to individuals of 2026-09-01" in duty.derivation


def test_california_counts_its_attorney_general_from_the_letters() -> None:
    waiting = _duties("US-CA", _SSN, 501)["regulator:attorney-general"]
    assert (waiting.state, waiting.due) == (State.WAITING, None)
    told = replace(_KNOWN, individuals_notified=dt.date(2026, 9, 1))
    assert _duties("US-CA", _SSN, 501, told)["regulator:attorney-general"].due == dt.date(2026, 9, 16)


def test_a_licence_that_the_organisation_lacks_is_omitted_and_an_unknown_one_asked() -> None:
    name = "regulator:department-of-financial-services"
    assert name not in _duties("US-NY", _SSN, 1)
    assert _duties("US-NY", _SSN, 1, replace(_KNOWN, sectors=("dfs_covered_entity",)))[name].state is State.OWED
    unknown = _duties("US-NY", _SSN, 1, replace(_KNOWN, sectors=()))[name]
    assert unknown.state is State.COUNSEL
    assert "incident.sectors is not set" in (unknown.question or "")


def test_georgia_binds_information_brokers_only_and_explains_itself_to_others() -> None:
    whole = assess_whole(_KNOWN, [Group("US-GA", _SSN, 20_000)])
    assert [duty.regime for duty in whole.duties if duty.in_force] == []
    assert whole.reconciled() == {"under a duty": 0, Reason.CONDITION.value: 0, Reason.NOT_REACHED.value: 20_000}
    broker = _duties("US-GA", _SSN, 20_000, replace(_KNOWN, sectors=("information_broker",)))
    assert set(broker) == {"individuals", "consumer_reporting_agencies"}


def test_content_and_credit_monitoring_follow_what_was_exposed() -> None:
    with_number = _duties("US-CT", _SSN, 1)["individuals"]
    without = _duties("US-CT", mask(["name", "passport"]), 1)["individuals"]
    assert (with_number.credit_monitoring_months, without.credit_monitoring_months) == (24, None)
    assert (with_number.content, without.content) == (("credit_monitoring_offer", "security_freeze_info"), ())
    assert "nature_of_breach" in _duties("US-MA", _SSN, 1)["individuals"].content_prohibited


def test_facts_from_memory_that_carry_a_duty_need_confirmation() -> None:
    duty = _duties("US-TX", _SSN, 10_001)["consumer_reporting_agencies"]
    assert duty.confidence == "memory"
    assert "needs confirmation" in (duty.question or "")


def test_every_duty_carries_citation_date_confidence_sources_and_derivation() -> None:
    everything = mask(["name", "ssn", "phone", "cpni", "pin", "account_number", "driver_license", "medical"])
    sectors = tuple(sorted({sector for regime in rulebook() for sector in regime.reaches.sectors}))
    places = sorted({place for regime in rulebook() for place in regime.places if place != "everywhere"})
    for incident in (replace(_KNOWN, sectors=sectors), Incident(sectors=sectors)):
        duties = assess(incident, [Group(place, everything, 20_000) for place in places])
        assert {regime.id for regime in rulebook()} - {duty.regime for duty in duties} == {"US-FTC-HBNR"}
        assert len({duty.duty_id for duty in duties}) == len(duties)
        for duty in duties:
            assert duty.citation
            assert duty.citation in duty.derivation
            assert duty.as_of
            assert duty.confidence
            assert duty.sources
            assert unmask(duty.exposed) <= unmask(everything)


def test_people_abroad_without_residence_or_of_unknown_codes_are_explained() -> None:
    groups = [Group(None, _SSN, 1), Group("US", _SSN, 2), Group("AR", _SSN, 3), Group("US-ZZ", _SSN, 4)]
    whole = assess_whole(_KNOWN, [*groups, Group("US-CA", mask(["name"]), 5)])
    assert [duty.regime for duty in whole.duties if duty.in_force] == []
    assert whole.reconciled() == {
        "under a duty": 0,
        Reason.CONDITION.value: 0,
        Reason.NO_RESIDENCE.value: 3,
        Reason.ABROAD.value: 3,
        Reason.UNKNOWN_CODE.value: 4,
        Reason.NO_TRIGGER.value: 5,
    }


def test_a_number_that_came_later_gives_way_to_the_older_standard() -> None:
    old = replace(_KNOWN, discovered=dt.date(2025, 12, 31), determined=None, aware=None, confirmed=None)
    duty = _duties("US-CA", _SSN, 1, old)["individuals"]
    assert (duty.due, duty.standard) == (None, "most_expedient_time_possible_without_unreasonable_delay")
    assert _duties("US-CA", _SSN, 1)["individuals"].due == dt.date(2026, 9, 16)


def test_jersey_the_worked_example_of_a_new_regime() -> None:
    aware = dt.datetime(2026, 8, 17, 9, tzinfo=dt.UTC)
    duties = assess(replace(_KNOWN, instants=(("aware", aware),)), [Group("JE", mask(["phone"]), 1)])
    by_audience = {duty.audience: duty for duty in duties if duty.in_force}
    regulator = by_audience[Audience.REGULATOR]
    assert regulator.due_at == aware + dt.timedelta(hours=72)
    assert (regulator.who, regulator.confidence) == ("Jersey Office of the Information Commissioner", "verified")
    assert by_audience[Audience.INDIVIDUALS].standard == "without_undue_delay"


def test_a_telecoms_breach_in_the_union_is_told_once_and_the_row_says_which_notice_it_replaces() -> None:
    incident = replace(_KNOWN, sectors=("public_ecs_provider",))
    duties = [
        duty for duty in assess(incident, [Group("DE", mask(["phone"]), 9)]) if duty.audience is Audience.REGULATOR
    ]
    assert {duty.regime for duty in duties if duty.regime != "EU-NIS2"} == {"EU-EPRIVACY-611"}
    assert any("takes the place of notice under EU-GDPR (GDPR art. 95)" in duty.derivation for duty in duties)
    assert "EU-GDPR" in {duty.regime for duty in assess(_KNOWN, [Group("DE", mask(["phone"]), 9)])}


def test_a_british_telecoms_breach_is_told_to_the_office_once() -> None:
    incident = replace(_KNOWN, sectors=("public_ecs_provider",))
    duties = [
        duty for duty in assess(incident, [Group("GB", mask(["phone"]), 9)]) if duty.audience is Audience.REGULATOR
    ]
    assert {duty.regime for duty in duties} == {"UK-PECR-5A"}
    assert "UK-GDPR" in {duty.regime for duty in assess(_KNOWN, [Group("GB", mask(["phone"]), 9)])}


def test_a_question_that_decides_whether_anything_is_owed_asks_for_review() -> None:
    assert not _duties("US-CA", _SSN, 1)["individuals"].needs_review
    assert _duties("US-CA", _SSN, 1, replace(_KNOWN, encrypted=True))["individuals"].needs_review
    assert _duties("US-VT", mask(["name", "pin"]), 7)["individuals:conditional"].needs_review


def test_a_voluntary_notice_is_shown_and_binds_nobody() -> None:
    [duty] = [duty for duty in assess(_KNOWN, [Group("HK", mask(["phone"]), 9)]) if duty.regime == "HK-VOLUNTARY"]
    assert (duty.conditional, duty.binding, duty.needs_review) == (True, False, True)
    assert "no law obliges" in (duty.question or "")


def test_a_law_that_speaks_of_children_asks_counsel_about_minors_and_nobody_else() -> None:
    incident = Incident(discovered=dt.date(2026, 12, 2), harm_likely=True, encrypted=False)
    groups = [Group("CL", mask(["name"]), 7), Group("CL", mask(["name"]), 3, minor=True), Group("CL", 0, 2, minor=True)]
    whole = assess_whole(incident, groups)
    [told] = [duty for duty in whole.duties if duty.regime == "CL-21719" and duty.audience is Audience.INDIVIDUALS]
    assert (told.duty_id, told.people, told.triggers) == ("CL-21719:individuals:conditional", 3, ())
    assert "minor: the person is under 14" in (told.question or "")
    assert told.exposed == mask(["name"])
    assert whole.reconciled()["in scope only if counsel finds a condition met"] == 3
    assert sum(whole.reconciled().values()) == 12


def test_a_childs_account_number_is_told_of_as_an_adults() -> None:
    incident = Incident(discovered=dt.date(2026, 12, 2), harm_likely=True, encrypted=False)
    duties = assess(incident, [Group("CL", mask(["name", "account_number"]), 3, minor=True)])
    [told] = [duty for duty in duties if duty.audience is Audience.INDIVIDUALS]
    assert (told.duty_id, told.people) == ("CL-21719:individuals", 3)


def test_the_groups_tell_minors_apart_so_that_a_persons_profile_is_theirs() -> None:
    groups = [Group("CL", mask(["name"]), 7), Group("CL", mask(["name"]), 3, minor=True)]
    found = owed(assess_whole(Incident(discovered=dt.date(2026, 12, 2)), groups)).groups.to_pylist()
    assert [(row["minor"], row["elements"], row["people"]) for row in found] == [
        (False, mask(["name"]), 7),
        (True, mask(["name"]), 3),
    ]


def test_below_its_number_an_insurance_commissioner_is_counsels_question_about_the_home_state() -> None:
    incident = replace(_KNOWN, sectors=("insurance_licensee",))
    duties = [duty for duty in assess(incident, [Group("US-AL", _SSN, 249)]) if duty.regime == "US-NAIC-668"]
    [asked] = duties
    assert (asked.state, asked.people, asked.triggers) == (State.COUNSEL, 249, ())
    assert "owed only where the state is the home state" in (asked.question or "")
    [owed_to] = [duty for duty in assess(incident, [Group("US-AL", _SSN, 250)]) if duty.regime == "US-NAIC-668"]
    assert (owed_to.state, owed_to.phase) == (State.OWED, "initial")
