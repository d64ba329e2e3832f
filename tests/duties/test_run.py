"""`run` on a case: tables, filings, reconciliation, findings, and what is due next."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from amends.case import Case
from amends.duties import IncidentError, nearest, run
from amends.elements import mask

_SSN = mask(["name", "ssn"])
NewCase = Callable[..., Case]


def _persons(*groups: tuple[str | None, int, int]) -> pa.Table:
    rows = [(code, elements) for code, elements, people in groups for _ in range(people)]
    return pa.table(
        {
            "person_id": pa.array(range(1, len(rows) + 1), pa.int64()),
            "jurisdiction": pa.array([code for code, _ in rows], pa.string()),
            "elements": pa.array([elements for _, elements in rows], pa.int64()),
        }
    )


_FACTS: dict[str, Any] = {
    "discovered": dt.date(2026, 8, 17),
    "determined": dt.date(2026, 8, 19),
    "encrypted": False,
    "harm_likely": True,
    "sectors": ("telecom_carrier",),
}


def test_every_person_ends_under_a_duty_or_a_reason(new_case: NewCase) -> None:
    persons = _persons(
        ("US-TX", _SSN, 300),
        ("US-CA", mask(["name", "phone"]), 20),
        ("US-GA", _SSN, 7),
        ("FR", _SSN, 3),
        ("AR", _SSN, 4),
        (None, _SSN, 2),
    )
    outcome = run(new_case(tables={"persons": persons}, incident=_FACTS))
    [balance] = outcome.balances
    assert balance.came_in == 336
    assert {name: count for name, count in balance.out.items() if count} == {
        "under a duty": 303,
        "no triggering element": 20,
        "the statute does not reach the organisation": 7,
        "abroad: no law in the facts for the country": 4,
        "residency unknown": 2,
    }


def test_duties_and_filings_are_written_as_the_contract_says(new_case: NewCase) -> None:
    case = new_case(
        tables={"persons": _persons(("US-TX", _SSN, 250))},
        incident=_FACTS,
        organisation={"name": "Acorn Wireless", "city": "Austin"},
    )
    run(case)
    duties = {row["duty_id"]: row for row in case.dataset("duties").to_table().to_pylist()}
    in_force = {duty_id for duty_id, row in duties.items() if row["status"] == "in_force"}
    assert in_force == {"US-TX:individuals", "US-TX:regulator:attorney-general"}
    shadows = {row["regime"] for row in duties.values() if row["status"] == "shadow"}
    assert shadows == {"US-FCC-BREACH-2024"}
    assert duties["US-TX:individuals"]["due"] == dt.date(2026, 10, 18)
    assert duties["US-TX:regulator:attorney-general"]["due"] == dt.date(2026, 9, 18)
    [filing] = case.dataset("filings").to_table().to_pylist()
    fields = json.loads(filing["fields"])
    assert fields["organisation"] == "Acorn Wireless"
    assert fields["residents_to_be_notified"] == 250
    assert fields["elements"] == ["name", "ssn"]
    assert fields["date_discovered"] == "2026-08-17"
    assert {"organisation_phone", "date_began", "signature"} <= set(filing["blanks"])
    assert "organisation" not in filing["blanks"]


def test_findings_group_the_open_questions_most_urgent_first(new_case: NewCase) -> None:
    persons = _persons(("US-TX", _SSN, 1), ("US-CO", _SSN, 1), ("US-ME", _SSN, 1), ("US-QQ", _SSN, 4))
    outcome = run(new_case(tables={"persons": persons}, incident={"discovered": dt.date(2026, 8, 17)}))
    waits = [line for line in outcome.findings if "without a date" in line]
    assert waits[0].startswith("incident.determined is not set: 2 duties without a date (counted from discovery")
    assert "2026-09-16" in waits[0]
    assert any("incident.encrypted is not set" in line for line in outcome.findings)
    assert any("US-QQ 4" in line for line in outcome.findings)
    assert outcome.findings.index(waits[0]) == 0
    assert not [line for line in outcome.findings if "\n" in line]


def test_a_breach_older_than_the_facts_is_a_finding(new_case: NewCase) -> None:
    facts = _FACTS | {"discovered": dt.date(2021, 8, 12), "determined": dt.date(2021, 8, 16)}
    persons = _persons(("US-WA", _SSN, 1), ("US-PR", _SSN, 1))
    outcome = run(new_case(tables={"persons": persons}, incident=facts))
    [line] = [line for line in outcome.findings if "confirm with counsel what was in force then" in line]
    assert line.startswith("the facts state the law of 1 of 2 regimes as of 2026-01-01 to 2026-01-01")
    assert not [
        line for line in run(new_case(tables={"persons": persons}, incident=_FACTS)).findings if "law of" in line
    ]


def test_contradictory_dates_are_refused_in_one_line(new_case: NewCase) -> None:
    facts = _FACTS | {"determined": dt.date(2026, 8, 1)}
    with pytest.raises(IncidentError) as error:
        run(new_case(tables={"persons": _persons(("US-WA", _SSN, 1))}, incident=facts))
    assert "incident.determined 2026-08-01 is before incident.discovered 2026-08-17" in error.value.line()
    assert "\n" not in error.value.line()


@pytest.mark.parametrize("persons", [_persons(), _persons(("US-CA", 0, 3))])
def test_a_case_without_people_in_scope_has_no_duties_and_reconciles(new_case: NewCase, persons: pa.Table) -> None:
    outcome = run(new_case(tables={"persons": persons}, incident=_FACTS))
    assert (outcome.rows["duties"], outcome.rows["filings"]) == (0, 0)
    assert outcome.balances[0].came_in == len(persons)


def test_a_second_run_on_the_same_facts_does_nothing(new_case: NewCase) -> None:
    case = new_case(tables={"persons": _persons(("US-TX", _SSN, 2))}, incident=_FACTS)
    assert not run(case).resumed
    assert run(case).resumed


def test_nearest_lists_what_is_due_next_with_the_days_left(new_case: NewCase) -> None:
    case = new_case(tables={"persons": _persons(("US-TX", _SSN, 250), ("US-CA", _SSN, 1))}, incident=_FACTS)
    run(case)
    soon = nearest(case, dt.date(2026, 9, 17), limit=2)
    assert [(row.duty_id, row.days_left) for row in soon] == [
        ("US-CA:individuals", -1),
        ("US-TX:regulator:attorney-general", 1),
    ]
