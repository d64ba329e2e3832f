"""The plan: which notice, over which channel, when, and why; each rule by a person to whom it makes a difference."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from amends.elements import mask
from amends.errors import TableError
from tests.notices.people_who_lost import LINE, SSN, duty, person
from tests.notices.test_run import EMAIL, NewCase, outcome, rows, run, texts

LATER = date(2021, 9, 1)


def test_a_rule_that_is_not_in_force_makes_no_first_notice(new_case: NewCase) -> None:
    for shadow in ({"status": "shadow"}, {"state": "shadow"}):
        case = run(new_case, [person(1)], duties=[duty("US-CA", [], **shadow)])
        assert rows(case, "notices")[1]["kind"] == "courtesy"


def test_an_embargo_of_any_duty_of_the_person_holds_its_notice(new_case: NewCase) -> None:
    duties = [duty("US-CA", []), {**duty("US-FCC", [], due=None, not_before=LATER), "jurisdiction": None}]
    case = run(new_case, [person(1), person(2, elements=LINE)], duties=duties)
    assert rows(case, "notices")[1]["not_before"] == LATER
    assert "not before 2021-09-01" in rows(case, "notices")[1]["reason"]
    assert rows(case, "notices")[2]["not_before"] is None
    assert (
        "1 notices must not go out before 2021-09-01, and they are dated 2021-08-17: set policy.mail_date"
        in outcome(case).findings
    )


def test_notices_that_are_dated_after_their_last_day_are_a_finding(new_case: NewCase) -> None:
    people = [person(1), person(2), person(3, elements=LINE)]
    late = run(new_case, people, policy={"mail_date": date(2021, 9, 17)})
    said = "2 notices are dated 2021-09-17, after the last day of their law: 2021-09-16 2"
    assert said in outcome(late).findings
    on_time = run(new_case, people, policy={"mail_date": date(2021, 9, 16)})
    assert not [line for line in outcome(on_time).findings if "after the last day" in line]


@pytest.mark.parametrize("jurisdiction", [None, "US"])
def test_where_no_state_is_known_the_embargo_of_every_possible_duty_holds(new_case: NewCase, jurisdiction: Any) -> None:
    duties = [duty("US-CA", []), duty("US-NY", [], due=None, not_before=LATER)]
    found = rows(run(new_case, [person(1, jurisdiction=jurisdiction)], duties=duties), "notices")[1]
    assert (found["kind"], found["duty_id"], found["not_before"]) == ("first", "US-CA:individuals", LATER)


def test_a_federal_duty_shapes_the_notice_of_a_person_whose_state_is_not_known(new_case: NewCase) -> None:
    federal = {**duty("US-FCC", ["number_affected"], due=None), "jurisdiction": None}
    duties = [duty("US-CA", ["police_report_right"]), federal]
    text = texts(run(new_case, [person(1, jurisdiction=None)], duties=duties))[1]
    assert "police report" in text
    assert "In all, it touches 1 people." in text


def test_an_email_address_whose_password_or_secret_answer_was_taken_is_never_written_to(new_case: NewCase) -> None:
    taken = (["email", "password"], ["email", "security_answer"], ["username", "password"])
    people = [person(n, **{**EMAIL, "elements": SSN | mask(names)}) for n, names in enumerate(taken, 1)]
    case = run(new_case, [*people, person(9, **EMAIL)])
    channels = {key: row["channel"] for key, row in rows(case, "notices").items()}
    assert channels == {1: "substitute", 2: "substitute", 3: "substitute", 9: "email"}


def test_current_account_holders_go_first(new_case: NewCase) -> None:
    people = [
        person(1, status="prospective"),
        person(2, status="former", account_holder=True),
        person(3, status="current"),
        person(4, status="current", account_holder=True),
        person(5),
    ]
    case = run(new_case, people)
    assert {key: row["tranche"] for key, row in rows(case, "notices").items()} == {1: 4, 2: 3, 3: 2, 4: 1, 5: 4}
    assert sorted(rows(case, "pieces"), key=lambda key: rows(case, "pieces")[key]["piece_id"]) == [4, 3, 2, 1, 5]


def test_a_household_gets_a_letter_for_each_person(new_case: NewCase) -> None:
    home = {"address_line": "1 Oak Avenue", "family_name": "Lee"}
    case = run(new_case, [person(1, **home), person(2, **home), person(3, **home, minor=True)])
    assert len(rows(case, "pieces")) == 3


def test_everyone_without_a_notice_is_listed_with_the_reason(new_case: NewCase) -> None:
    people = [person(1), person(2, elements=0), person(3, elements=LINE)]
    case = run(new_case, people, policy={"courtesy_notices": False})
    found = case.output("mail/remarks.parquet").to_table().to_pylist()
    assert {(row["person_id"], row["why"]) for row in found} == {
        (2, "no element of theirs was taken"),
        (3, "no duty that binds today requires a notice and courtesy notices are off"),
    }


BAD = {
    "no_name": {"given_name": " ", "family_name": None},
    "long_name": {"given_name": "A" * 200},
    "other_script": {"given_name": "\u05d3\u05d5\u05d3"},
    "control_character": {"given_name": "Ann\r\nLee"},
}


@pytest.mark.parametrize("remark", BAD)
def test_a_person_whose_name_needs_a_look_is_listed_and_the_rest_goes_on(new_case: NewCase, remark: str) -> None:
    case = run(new_case, [person(1, **BAD[remark]), person(2)])
    found = case.output("mail/remarks.parquet").to_table().to_pylist()
    assert [(row["person_id"], row["remark"]) for row in found] == [(1, remark)]
    assert [finding for finding in outcome(case).findings if finding.startswith("1 people have")] != []
    assert rows(case, "pieces").keys() == {1, 2}


def test_an_emoji_in_a_name_is_listed(new_case: NewCase) -> None:
    case = run(new_case, [person(1, given_name="Ann \U0001f600"), person(2, given_name="Nguy\u1ec5n \u0416\u03a9")])
    found = case.output("mail/remarks.parquet").to_table().to_pylist()
    assert [(row["person_id"], row["remark"]) for row in found] == [(1, "other_script")]


def test_two_who_are_alike_in_name_birth_and_address_are_listed(new_case: NewCase) -> None:
    same = {"given_name": "Ann", "family_name": "Lee", "dob": date(1980, 2, 3), "address_line": "1 Oak Avenue"}
    case = run(new_case, [person(1, **same), person(2, **same), person(3, **{**same, "suffix": "JR"})])
    found = case.output("mail/remarks.parquet").to_table().to_pylist()
    assert [(row["person_id"], row["remark"], row["why"]) for row in found] == [
        (2, "same_person", "the name, date of birth and address of person 1")
    ]


def test_a_letter_abroad_ends_its_address_with_the_name_of_the_country(new_case: NewCase) -> None:
    abroad = {"address_line": "Calle Norte 5", "city": "México", "region": None, "postcode": "01000", "country": "MX"}
    case = run(new_case, [person(1, **abroad), person(2, **{**abroad, "country": "QQ"})])
    assert "Given1 Family1\nCalle Norte 5\nMéxico 01000\nMEXICO\n" in texts(case)[1]
    assert "\nQQ\n" in texts(case)[2]


def test_a_person_who_is_there_twice_is_one_line_and_nothing_is_committed(new_case: NewCase) -> None:
    with pytest.raises(TableError, match="1 rows have the person_id of another"):
        run(new_case, [person(1), person(1, given_name="Ann"), person(2)])


def test_an_empty_first_name_leaves_the_family_name(new_case: NewCase) -> None:
    assert "Dear Family1:" in texts(run(new_case, [person(1, given_name="")]))[1]
