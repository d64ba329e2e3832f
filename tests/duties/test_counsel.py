"""Conflicts of laws go to counsel; decisions and confirmations are kept with author, day and reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from amends.case import Case
from amends.duties import Conflict, Counsel, CounselError, Duty, Group, Incident, Topic, assess_whole, run
from amends.duties.counsel import Confirmation, Decision, read_counsel
from amends.duties.law.words import FactGroup
from amends.elements import mask

_DAY = dt.date(2026, 8, 17)
_BOTH = mask(["name", "ssn", "cpni"])
_INCIDENT = Incident(
    discovered=_DAY,
    determined=_DAY,
    reasonably_determined=_DAY,
    usss_fbi_notified=dt.date(2026, 9, 8),
    encrypted=False,
    harm_likely=True,
    sectors=("telecom_carrier",),
)
_KEY = "US-CA:individuals / US-FCC-CPNI-2007:individuals"
_DECISION = Decision(_KEY, "keep the embargo", "the federal rule prevails", "general counsel", dt.date(2026, 9, 10))


def test_an_embargo_against_a_state_deadline_names_both_rules_both_dates_and_the_choice() -> None:
    whole = assess_whole(_INCIDENT, [Group("US-CA", _BOTH, 10)])
    [conflict] = whole.conflicts
    assert conflict.key == _KEY
    assert "2026-09-16" in conflict.says and "1798.82" in conflict.says
    assert conflict.against_says.startswith("not before 2026-09-18 (47 CFR 64.2011 (2007 text); as of 2026-11-22")
    assert conflict.choice
    assert conflict.decided is None


def test_people_without_call_records_are_outside_the_embargo() -> None:
    whole = assess_whole(_INCIDENT, [Group("US-CA", mask(["name", "ssn"]), 10), Group("US-WY", _BOTH, 10)])
    duties = {duty.duty_id: duty for duty in whole.duties}
    assert duties["US-CA:individuals"].not_before is None
    assert duties["US-WY:individuals"].not_before == dt.date(2026, 9, 18)
    assert whole.conflicts == ()


def test_a_foreign_law_is_not_overridden_by_the_embargo_but_stands_against_it() -> None:
    whole = assess_whole(_INCIDENT, [Group("IE", _BOTH, 10)])
    [conflict] = whole.conflicts
    assert conflict.says.startswith("without undue delay (Reg. (EU) 2016/679")
    assert conflict.against_says.startswith("not before 2026-09-18 (47 CFR 64.2011 (2007 text); as of 2026-11-22")
    told = next(duty for duty in whole.duties if duty.duty_id == "EU-GDPR:individuals")
    assert told.not_before is None


def test_the_public_report_before_the_embargo_ends_is_a_conflict_unless_the_delay_is_used_up_to_its_end() -> None:
    incident = Incident(
        materiality_determined=dt.date(2026, 8, 19),
        reasonably_determined=_DAY,
        usss_fbi_notified=dt.date(2026, 8, 19),
        sectors=("telecom_carrier", "sec_registrant_domestic"),
    )
    whole = assess_whole(incident, [Group("US-CA", mask(["cpni"]), 10)])
    [conflict] = [item for item in whole.conflicts if item.rule.startswith("US-SEC")]
    assert "due 2026-08-25" in conflict.says
    assert conflict.against_says.startswith("not before 2026-08-29 (47 CFR 64.2011")


def test_what_massachusetts_forbids_and_california_asks_for_is_a_conflict_of_content() -> None:
    groups = [Group("US-MA", mask(["name", "ssn"]), 1), Group("US-CA", mask(["name", "ssn"]), 1)]
    [conflict] = assess_whole(_INCIDENT, groups).conflicts
    assert (conflict.rule, conflict.against) == ("US-MA:individuals", "US-CA")
    assert conflict.choice == "send these residents a text of their own"


def test_a_decision_closes_the_conflict_and_stands_in_the_derivation_with_author_day_and_reason() -> None:
    whole = assess_whole(_INCIDENT, [Group("US-CA", _BOTH, 10)], counsel=Counsel((_DECISION,)))
    duty = next(duty for duty in whole.duties if duty.duty_id == "US-CA:individuals")
    assert whole.conflicts[0].decided == _DECISION.words
    assert not duty.needs_review
    for part in ("2026-09-10", "general counsel", "keep the embargo", "the federal rule prevails"):
        assert part in duty.derivation


_EMBARGO = "US-FCC-CPNI-2007:individuals"


def _dated(code: str, incident: Incident, **choice: object) -> tuple[Duty, Conflict]:
    """The duty and the only conflict of dates of ten people after a decision."""
    [conflict] = assess_whole(incident, [Group(code, _BOTH, 10)]).conflicts
    decision = Decision(conflict.key, "so", "r", "general counsel", dt.date(2026, 9, 10), **choice)  # type: ignore[arg-type]
    whole = assess_whole(incident, [Group(code, _BOTH, 10)], counsel=Counsel((decision,)))
    return next(duty for duty in whole.duties if duty.duty_id == conflict.rule), whole.conflicts[0]


def test_a_duty_whose_embargo_is_followed_is_due_on_the_first_day_that_the_embargo_leaves() -> None:
    duty, conflict = _dated("US-CA", _INCIDENT, follow=_EMBARGO)
    assert (duty.due, duty.not_before) == (dt.date(2026, 9, 18), dt.date(2026, 9, 18))
    assert duty.derivation.endswith("following US-FCC-CPNI-2007:individuals; US-CA alone would be due 2026-09-16")
    assert (conflict.follows, conflict.due, conflict.first) == (_EMBARGO, dt.date(2026, 9, 16), dt.date(2026, 9, 18))


def test_a_duty_whose_own_law_is_followed_keeps_its_day_and_the_embargo_stays_in_words() -> None:
    duty, conflict = _dated("US-CA", _INCIDENT, follow="US-CA:individuals")
    assert (duty.due, duty.not_before) == (dt.date(2026, 9, 16), None)
    assert duty.derivation.endswith("US-FCC-CPNI-2007:individuals would allow it from 2026-09-18 only")
    assert conflict.follows == "US-CA:individuals"


def test_the_embargo_over_a_foreign_law_holds_once_counsel_follows_it() -> None:
    duty, _ = _dated("IE", _INCIDENT, follow=_EMBARGO)
    assert (duty.due, duty.not_before) == (None, dt.date(2026, 9, 18))


def test_counsel_may_set_a_later_day_under_the_rule_that_is_followed() -> None:
    assert _dated("US-CA", _INCIDENT, follow=_EMBARGO, due=dt.date(2026, 9, 21))[0].due == dt.date(2026, 9, 21)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"follow": "US-TX:individuals"}, "one of US-CA:individuals, US-FCC-CPNI-2007:individuals"),
        ({"follow": _EMBARGO, "due": dt.date(2026, 9, 17)}, "due is before 2026-09-18"),
    ],
)
def test_a_choice_that_the_conflict_does_not_offer_is_refused(choice: dict[str, object], said: str) -> None:
    with pytest.raises(CounselError) as error:
        _dated("US-CA", _INCIDENT, **choice)
    assert said in error.value.line()


@pytest.mark.parametrize(
    ("follow", "due", "not_before"),
    [
        ("law-enforcement delay", dt.date(2026, 10, 1), dt.date(2026, 10, 1)),
        ("US-CA:individuals", dt.date(2026, 9, 16), None),
        (None, dt.date(2026, 9, 16), dt.date(2026, 10, 1)),
    ],
)
def test_a_request_of_the_police_dates_the_duty_as_counsel_chose(
    follow: str | None, due: dt.date, not_before: dt.date | None
) -> None:
    incident = replace(_INCIDENT, sectors=("bank",), law_enforcement_delay_until=dt.date(2026, 10, 1))
    whole = assess_whole(incident, [Group("US-CA", mask(["name", "ssn"]), 10)])
    [conflict] = [item for item in whole.conflicts if item.rule == "US-CA:individuals"]
    said = Counsel((Decision(conflict.key, "so", "r", "general counsel", _DAY, follow),))
    whole = assess_whole(incident, [Group("US-CA", mask(["name", "ssn"]), 10)], counsel=said)
    duty = next(duty for duty in whole.duties if duty.duty_id == "US-CA:individuals")
    assert (duty.due, duty.not_before) == (due, not_before)


def test_a_request_of_the_police_is_a_conflict_under_a_law_that_no_request_delays() -> None:
    incident = replace(_INCIDENT, sectors=("any_controller",), law_enforcement_delay_until=dt.date(2026, 10, 1))
    [conflict] = assess_whole(incident, [Group("IE", mask(["name"]), 10)]).conflicts
    assert (conflict.key, conflict.first) == ("EU-GDPR:individuals / law-enforcement delay", dt.date(2026, 10, 1))


def test_a_rule_that_is_not_in_force_is_in_no_conflict() -> None:
    incident = replace(_INCIDENT, sectors=("data_fiduciary",), law_enforcement_delay_until=dt.date(2026, 12, 1))
    whole = assess_whole(incident, [Group("IN", mask(["name"]), 3)])
    assert "IN-DPDP:individuals" in {duty.duty_id for duty in whole.duties}
    assert whole.conflicts == ()


def test_a_decision_on_content_leaves_the_question_of_dates_open() -> None:
    groups = [Group("US-MA", _BOTH, 1), Group("US-CA", _BOTH, 1)]
    incident = replace(_INCIDENT, law_enforcement_delay_until=dt.date(2026, 12, 1))
    said = Decision("US-MA:individuals / nature_of_breach", "a text of their own", "r", "general counsel", _DAY)
    whole = assess_whole(incident, groups, counsel=Counsel((said,)))
    assert [item.key for item in whole.conflicts if item.decided] == [said.conflict]
    duty = next(duty for duty in whole.duties if duty.duty_id == "US-CA:individuals")
    assert {Topic.DELAY, Topic.CONFLICT} <= {question.topic for question in duty.questions}
    assert said.words not in duty.derivation


def test_a_decision_of_a_conflict_that_there_is_not_is_named() -> None:
    whole = assess_whole(_INCIDENT, [Group("US-WY", _BOTH, 10)], counsel=Counsel((_DECISION,)))
    assert whole.stray == (_KEY,)


def test_a_confirmed_fact_needs_no_confirmation_and_carries_its_source() -> None:
    groups = [Group("US-TX", mask(["name", "ssn"]), 10_001)]
    said = Confirmation(
        "US-TX",
        (FactGroup.BUREAUS, FactGroup.TRIGGERS),
        "the code, subsection (h)",
        "general counsel",
        dt.date(2026, 9, 1),
    )
    before, after = (
        next(duty for duty in whole.duties if duty.duty_id == "US-TX:consumer_reporting_agencies")
        for whole in (assess_whole(_INCIDENT, groups), assess_whole(_INCIDENT, groups, counsel=Counsel((), (said,))))
    )
    assert (before.confidence, after.confidence) == ("memory", "verified")
    assert "needs confirmation" in (before.question or "")
    assert "needs confirmation" not in (after.question or "")
    assert any("subsection (h) (confirmed by general counsel, 2026-09-01)" in source for source in after.sources)


_ENTRY = "[[decision]]\nconflict='a'\nchoice='x'\nreason='x'\nby='x'\nday=2026-01-01\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[decision]]\nconflict = 'x'\n", "choice is missing (counsel.toml, decision 1)"),
        ("[[decison]]\n", "unknown section decison (counsel.toml)"),
        ("[[confirmation]]\nregime='US-TX'\nfacts=['bureus']\nsource='x'\nby='y'\nday=2026-01-01\n", "'bureus' is no"),
        ("[[decision]]\nconflict=''\nchoice='x'\nreason='x'\nby='y'\nday=2026-01-01\n", "conflict is empty"),
        ("decision = [", "counsel.toml is not valid TOML"),
        ("decision = [1]", "decision is not a list"),
        (
            "[[decision]]\nconflict='a'\nchoice='x'\nreason='x'\nby='x'\nday=2026-01-01T01:00:00Z\n",
            "day is empty or of",
        ),
        (_ENTRY + "due=2026-01-02\n", "due is set without follow"),
        (_ENTRY + _ENTRY, "the conflict is decided twice (counsel.toml, decision 2)"),
    ],
)
def test_a_fault_in_the_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "counsel.toml"
    path.write_text(text)
    with pytest.raises(CounselError) as error:
        read_counsel(path)
    assert said in error.value.line()
    assert "\n" not in error.value.line()


def test_a_new_decision_makes_the_verb_run_again_and_is_in_the_conflicts_output(new_case: Callable[..., Case]) -> None:
    persons = pa.table(
        {
            "person_id": pa.array([1], pa.int64()),
            "jurisdiction": pa.array(["US-CA"]),
            "elements": pa.array([_BOTH], pa.int64()),
        }
    )
    facts = {
        "discovered": _DAY,
        "usss_fbi_notified": dt.date(2026, 9, 8),
        "sectors": ("telecom_carrier",),
        "encrypted": False,
    }
    case = new_case(tables={"persons": persons}, incident=facts)
    assert any(line.startswith("conflict:") for line in run(case).findings)
    (case.path / "counsel.toml").write_text(
        f'[[decision]]\nconflict = "{_KEY}"\nchoice = "wait"\nreason = "r"\nby = "counsel"\nday = 2026-09-10\n'
    )
    again = run(case)
    assert not again.resumed
    assert not any(line.startswith("conflict:") for line in again.findings)
    [row] = case.output("duties/conflicts.parquet").to_table().to_pylist()
    assert row["decided"] == "decided 2026-09-10 by counsel: wait (r)"
