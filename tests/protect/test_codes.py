"""One offer code a person: stable, unique, hard to guess and hard to mistype."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends import protect
from amends.case import Case
from amends.elements import mask
from amends.engine import open_engine
from amends.errors import SettingError
from amends.protect import codes
from amends.tables import TABLES
from tests.conftest import put_table

INCIDENT = {"discovered": date(2026, 8, 17), "determined": date(2026, 8, 20)}
NewCase = Callable[..., Case]


def spelled(number: int) -> str:
    """The code of a number, worked out digit by digit."""
    symbols = []
    for _ in range(codes.SYMBOLS):
        number, digit = divmod(number, 29)
        symbols.insert(0, digit)
    total = sum((13 - place) * symbol for place, symbol in enumerate(symbols))
    return "".join(codes.ALPHABET[symbol] for symbol in [*symbols, -total % 29])


def people(count: int = 40) -> pa.Table:
    """Every tenth is deceased, every seventh a minor, one without a jurisdiction."""
    return pa.table(
        {
            "person_id": pa.array([number * 11 for number in range(count)], pa.int64()),
            "jurisdiction": [["US-CT", "US-CA", "US-DE", None][number % 4] for number in range(count)],
            "minor": [number % 7 == 0 for number in range(count)],
            "deceased": [None if number == 1 else number % 10 == 0 for number in range(count)],
            "elements": pa.array([mask(["name", "ssn"])] * count, pa.int64()),
        }
    )


def duties() -> pa.Table:
    rows = [
        ("ct", "US-CT", "individuals", 24),
        ("ct-18", "US-CT", "individuals", 18),
        ("ct-ag", "US-CT", "regulator", 60),
        ("ca", "US-CA", "individuals", None),
        ("de", "US-DE", "individuals", 12),
    ]
    names = ("duty_id", "jurisdiction", "audience", "credit_monitoring_months")
    return pa.table({name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


def offered(case: Case) -> dict[int, dict[str, object]]:
    rows = case.dataset("codes").to_table().to_pylist()
    assert len({row["person_id"] for row in rows}) == len(rows)
    return {row["person_id"]: row for row in rows}


@given(st.integers(0, codes.SPACE - 1), st.data())
def test_every_wrong_symbol_and_every_swap_of_two_symbols_is_caught(number: int, data: st.DataObject) -> None:
    code = spelled(number)
    assert codes.check(code)
    place = data.draw(st.integers(0, 12))
    for symbol in codes.ALPHABET:
        if symbol != code[place]:
            assert not codes.check(code[:place] + symbol + code[place + 1 :])
    other = data.draw(st.integers(0, 12))
    swapped = list(code)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    assert codes.check("".join(swapped)) == (code[place] == code[other])


@given(st.integers(0, codes.SPACE - 1))
def test_a_code_is_read_as_people_type_it(number: int) -> None:
    code = spelled(number)
    typed = f" {code[:4]}-{code[4:8]} {code[8:]} ".lower().replace("5", "s")
    assert codes.normalise(typed) == code
    assert codes.check(typed)


@pytest.mark.parametrize("text", ["", "2", "2" * 12, "2" * 14, "O222222222222", "22222222222é2", "'; drop table"])
def test_what_is_not_a_code_is_refused(text: str) -> None:
    assert not codes.check(text)


@given(st.text(max_size=40))
def test_any_text_can_be_checked(text: str) -> None:
    assert codes.check(text) == codes.check(codes.normalise(text))


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(codes.ALPHABET)) == 29
    assert not set("01ILOSU") & set(codes.ALPHABET)


def test_everyone_but_the_deceased_gets_exactly_one_code_that_checks(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people()}, incident=INCIDENT)
    outcome = protect.run(case)
    rows = offered(case)
    deceased = {number * 11 for number in range(40) if number % 10 == 0}
    assert set(rows) == {number * 11 for number in range(40)} - deceased
    assert len({row["code"] for row in rows.values()}) == len(rows) == 36
    assert all(codes.check(str(row["code"])) and len(str(row["code"])) == 13 for row in rows.values())
    assert {person for person, row in rows.items() if row["product"] == "minor"} == {77, 154, 231, 308, 385}
    assert outcome.balances[0].came_in == 40
    assert outcome.balances[0].out["no offer: deceased"] == 4


def test_a_code_is_the_hmac_of_the_person_under_the_case_key(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people()}, incident=INCIDENT)
    protect.run(case)
    for person, row in offered(case).items():
        message = f"{person}|{row['product']}|0".encode()
        digest = hmac.new(case.secret("codes"), message, hashlib.sha256).hexdigest()
        assert row["code"] == spelled(int(digest[:31], 16) % codes.SPACE)


def test_another_case_gives_the_same_people_other_codes(new_case: NewCase) -> None:
    first, second = (new_case(tables={"persons": people()}, incident=INCIDENT) for _ in range(2))
    protect.run(first)
    protect.run(second)
    assert not {row["code"] for row in offered(first).values()} & {row["code"] for row in offered(second).values()}


def test_the_law_raises_the_months_of_those_it_protects(new_case: NewCase) -> None:
    policy = {"offer_months": 12, "enrol_days": 90}
    case = new_case(tables={"persons": people(), "duties": duties()}, incident=INCIDENT, policy=policy)
    assert protect.run(case).findings == ()
    wanted = {0: 24, 1: 12, 2: 12, 3: 12}
    for person, row in offered(case).items():
        assert row["months"] == wanted[person // 11 % 4]
        assert row["enrol_by"] == date(2026, 11, 18)


def test_the_law_never_lowers_the_offer_of_the_policy(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people(), "duties": duties()}, incident=INCIDENT, policy={"offer_months": 60})
    protect.run(case)
    assert {row["months"] for row in offered(case).values()} == {60}


def test_without_an_offer_by_policy_only_whom_a_law_gives_one_has_a_code(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people(), "duties": duties()}, incident=INCIDENT, policy={"offer_months": 0})
    balance = protect.run(case).balances[0]
    assert {(person // 11 % 4, row["months"]) for person, row in offered(case).items()} == {(0, 24), (2, 12)}
    assert balance.out["no offer: neither the policy nor a law asks for one"] == 40 - 4 - len(offered(case))
    assert balance.came_in == sum(balance.out.values())


def test_notices_are_not_dated_before_the_discovery_that_they_tell_of(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people()}, incident=INCIDENT, policy={"mail_date": date(2020, 1, 1)})
    with pytest.raises(SettingError, match="before the discovery on 2026-08-17"):
        protect.run(case)


def test_a_later_wave_changes_no_code(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people(20)}, incident=INCIDENT)
    protect.run(case)
    before = offered(case)
    put_table(case, "persons", people(60))
    assert not protect.run(case).resumed
    after = offered(case)
    assert len(after) == 54
    assert {person: after[person]["code"] for person in before} == {
        person: row["code"] for person, row in before.items()
    }


def test_a_second_run_on_the_same_tables_does_nothing(new_case: NewCase) -> None:
    case = new_case(tables={"persons": people()}, incident=INCIDENT)
    protect.run(case)
    assert protect.run(case).resumed


def drawn(case: Case, ids: list[int], previous: pa.Table | None, space: int) -> dict[int, int]:
    """Numbers drawn for living adults `ids` out of `space` numbers."""
    with open_engine(case) as db:
        nobody = {"minor": [False], "deceased": [False], "jurisdiction": ["US-CA"]}
        db.add("persons", pa.table({"person_id": ids, **{name: value * len(ids) for name, value in nobody.items()}}))
        db.add("duties", duties())
        db.add("previous_codes", TABLES["codes"].schema.empty_table() if previous is None else previous)
        codes.draw(db, b"k" * 32, 24, space=space)
        rows = db.fetch("select person_id, number from drawn").to_pylist()
    return {row["person_id"]: row["number"] for row in rows}


def test_two_people_never_share_a_code_even_when_almost_all_codes_are_taken(new_case: NewCase) -> None:
    numbers = drawn(new_case(), list(range(50)), None, 53)
    assert sorted(numbers) == list(range(50))
    assert len(set(numbers.values())) == 50
    assert all(0 <= number < 53 for number in numbers.values())


def test_more_people_than_codes_is_an_error_and_not_a_shared_code(new_case: NewCase) -> None:
    with pytest.raises(codes.CodesExhaustedError):
        drawn(new_case(), list(range(8)), None, 7)


def test_issued_codes_are_kept_and_never_given_to_another_person(new_case: NewCase) -> None:
    case = new_case()
    first = drawn(case, list(range(20, 40)), None, 60)
    issued = pa.table(
        {"person_id": list(first), "product": ["adult"] * 20, "code": [spelled(number) for number in first.values()]}
    )
    second = drawn(case, [*range(20), *range(25, 40)], issued, 60)
    assert {person: second[person] for person in range(25, 40)} == {person: first[person] for person in range(25, 40)}
    assert not {second[person] for person in range(20)} & set(first.values())
    assert len(set(second.values())) == 35
