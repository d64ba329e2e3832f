"""Which authenticators are dead, against a slow reading of the decision table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from amends import protect
from amends.case import Case
from amends.elements import ALL, ELEMENTS, mask, unmask
from amends.errors import SettingError

NewCase = Callable[..., Case]
FILE = files("amends.protect") / "authenticators.yaml"
ENTRIES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["authenticators"]
MASKS = st.integers(0, ALL)


def killers(entry: dict[str, object], taken: frozenset[str]) -> set[str]:
    """The taken elements that kill one authenticator, read off the file with sets of names."""
    return {name for line in entry["dead_when"] if set(line) <= taken for name in line}  # type: ignore[attr-defined]


@given(MASKS)
def test_the_verdict_is_that_of_the_file_read_slowly(taken: int) -> None:
    verdicts = {verdict.authenticator: verdict for verdict in protect.judge(taken, protect.decision_table())}
    assert set(verdicts) == {entry["id"] for entry in ENTRIES}
    for entry in ENTRIES:
        because = killers(entry, unmask(taken))
        assert unmask(verdicts[entry["id"]].because) == because
        assert verdicts[entry["id"]].dead == bool(because)


@given(MASKS, MASKS)
def test_more_taken_never_brings_an_authenticator_back(taken: int, more: int) -> None:
    table = protect.decision_table()
    for before, after in zip(protect.judge(taken, table), protect.judge(taken | more, table), strict=True):
        assert not before.dead or after.dead
        assert before.because & ~after.because == 0


def test_nothing_taken_kills_nothing_and_what_no_element_kills_survives_everything() -> None:
    assert not any(verdict.dead for verdict in protect.judge(0, protect.decision_table()))
    alive = {verdict.authenticator for verdict in protect.judge(ALL, protect.decision_table()) if not verdict.dead}
    assert alive == {"document_in_person", "passkey", "sms_code"}


@pytest.mark.parametrize(
    ("taken", "dead"),
    [
        (["ssn"], {"ssn_full", "ssn_last4"}),
        (["pin"], {"account_pin", "transfer_pin"}),
        (["imei", "imsi", "iccid"], {"device_number", "sim_number"}),
        (["name", "phone"], set()),
        (["email"], {"email_address"}),
        (["email", "password"], {"email_address", "email_code", "password"}),
    ],
)
def test_the_story_of_a_breached_carrier(taken: list[str], dead: set[str]) -> None:
    verdicts = protect.judge(mask(taken), protect.decision_table())
    assert {verdict.authenticator for verdict in verdicts if verdict.dead} == dead


def test_the_table_says_the_same_as_the_judge_for_every_person(new_case: NewCase) -> None:
    masks = [0, *(element.mask for element in ELEMENTS), ALL, mask(["email", "password"]), mask(["ssn", "pin"]), None]
    persons = pa.table(
        {
            "person_id": pa.array([number * 3 for number in range(len(masks))], pa.int64()),
            "elements": pa.array(masks, pa.int64()),
        }
    )
    case = new_case(tables={"persons": persons}, incident={"discovered": date(2026, 8, 17)})
    outcome = protect.run(case)
    rows = case.dataset("authenticators").to_table().to_pylist()
    wanted = [
        (number * 3, verdict.authenticator, "dead" if verdict.dead else "alive", verdict.because)
        for number, taken in enumerate(masks)
        for verdict in protect.judge(taken or 0, protect.decision_table())
    ]
    assert [tuple(row.values()) for row in rows] == wanted
    assert outcome.balances[1].came_in == len(wanted) == sum(outcome.balances[1].out.values())


def test_rows_of_many_people_stand_in_order(new_case: NewCase) -> None:
    ids = [number * 7 for number in range(150_000)]
    shuffled = pa.array(ids, pa.int64()).take(pa.array([number * 77_777 % 150_000 for number in range(150_000)]))
    persons = pa.table({"person_id": shuffled, "elements": pa.array([32, 16, 48] * 50_000, pa.int64())})
    case = new_case(tables={"persons": persons}, incident={"discovered": date(2026, 8, 17)})
    protect.run(case)
    rows = case.dataset("authenticators").to_table(columns=["person_id", "authenticator"])
    assert rows.column("person_id").to_numpy().tolist() == [person for person in ids for _ in ENTRIES]
    assert rows.column("authenticator").to_pylist() == sorted(entry["id"] for entry in ENTRIES) * len(ids)


def test_a_case_without_people_has_empty_tables(new_case: NewCase) -> None:
    persons = pa.table({"person_id": pa.array([], pa.int64())})
    case = new_case(tables={"persons": persons}, incident={"discovered": date(2026, 8, 17)})
    assert protect.run(case).rows == {"codes": 0, "authenticators": 0}


def test_a_case_without_a_date_is_told_which_setting_is_missing(new_case: NewCase) -> None:
    case = new_case(tables={"persons": pa.table({"person_id": pa.array([1], pa.int64())})})
    with pytest.raises(SettingError, match=r"policy\.mail_date"):
        protect.run(case)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("authenticators: [", "not valid YAML"),
        ("authenticators: []", "no list"),
        ("authenticators: [{id: a}]", "needs id"),
        ("authenticators: [{id: a, name: a, class: 4, dead_when: [], say: a}]", "0, 1, 2 or 3"),
        ("authenticators: [{id: a, name: a, class: 1, dead_when: [[]], say: a}]", "list of lists"),
        ("authenticators: [{id: a, name: a, class: 1, dead_when: [[shoe_size]], say: a}]", "shoe_size"),
    ],
)
def test_a_wrong_decision_table_is_refused_with_the_entry(text: str, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        protect.parse(text)


def test_every_sentence_for_care_agents_is_there() -> None:
    for entry in ENTRIES:
        assert entry["say"].endswith(".")
        assert entry["name"]
