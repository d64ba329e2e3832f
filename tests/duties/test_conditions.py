"""A condition that no setting decides is settled by counsel, and then binds or is gone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from amends.duties import Audience, Counsel, CounselError, Group, Incident, State, assess_whole
from amends.duties.counsel import Condition, read_counsel
from amends.elements import mask

_DAY = dt.date(2026, 8, 17)
_HOSPITAL = Incident(
    discovered=_DAY, determined=_DAY, encrypted=False, harm_likely=True, sectors=("hipaa_covered_entity",)
)
_WORDS = "the data was held about care or payment for care, so that it is protected health information"
_MET = Condition("US-HIPAA", _WORDS, True, "it is the billing system", "general counsel", dt.date(2026, 9, 1))
_PEOPLE = [Group("US-OH", mask(["name", "medical"]), 450), Group("US-OH", mask(["name", "email"]), 60)]


def test_while_a_condition_is_open_its_people_are_counsels_and_bind_nobody() -> None:
    found = {duty.duty_id: duty for duty in assess_whole(_HOSPITAL, _PEOPLE).duties}
    assert found["US-HIPAA:individuals"].people == 450
    assert found["US-HIPAA:individuals:conditional"].state is State.COUNSEL


def test_a_condition_that_is_met_binds_for_its_people_like_any_other() -> None:
    whole = assess_whole(_HOSPITAL, _PEOPLE, counsel=Counsel(conditions=(_MET,)))
    found = {(duty.duty_id, duty.people, duty.state) for duty in whole.duties}
    assert ("US-HIPAA:individuals", 510, State.OWED) in found
    assert not [duty for duty in whole.duties if duty.duty_id.endswith(":conditional")]
    [media] = [duty for duty in whole.duties if duty.audience is Audience.MEDIA]
    assert (media.people, media.due) == (510, dt.date(2026, 10, 16))
    told = next(duty for duty in whole.duties if duty.duty_id == "US-HIPAA:individuals")
    assert any("found met 2026-09-01 by general counsel" in source for source in told.sources)
    assert whole.reconciled()["under a duty"] == 510


def test_a_condition_that_is_not_met_is_gone() -> None:
    whole = assess_whole(_HOSPITAL, _PEOPLE, counsel=Counsel(conditions=(replace(_MET, met=False),)))
    people = {duty.duty_id: duty.people for duty in whole.duties if duty.audience is Audience.INDIVIDUALS}
    assert people == {"US-HIPAA:individuals": 450}
    assert whole.reconciled()["under a duty"] == 450
    assert sum(whole.reconciled().values()) == 510


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (replace(_MET, regime="US-HIPPA"), "there is no regime US-HIPPA"),
        (replace(_MET, condition="held about care"), f"word for word: {_WORDS}"),
        (replace(_MET, regime="BR-LGPD"), "no such condition for counsel"),
    ],
)
def test_a_finding_on_what_no_law_asks_is_refused(condition: Condition, said: str) -> None:
    with pytest.raises(CounselError) as error:
        assess_whole(_HOSPITAL, _PEOPLE, counsel=Counsel(conditions=(condition,)))
    assert said in error.value.line()
    assert "counsel.toml, condition 1" in error.value.line()


def test_a_finding_of_not_met_is_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "counsel.toml"
    entry = f'[[condition]]\nregime = "US-HIPAA"\ncondition = "{_WORDS}"\nreason = "r"\nby = "c"\nday = 2026-09-01\n'
    path.write_text(f"{entry}met = false\n")
    assert read_counsel(path).conditions == (Condition("US-HIPAA", _WORDS, False, "r", "c", dt.date(2026, 9, 1)),)
    path.write_text(f'{entry}met = "no"\n')
    with pytest.raises(CounselError, match="met is empty or of the wrong kind"):
        read_counsel(path)
