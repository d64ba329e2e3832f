"""What comes out: groups and profiles, calendar, what-if, forms, the page for counsel, other systems' formats."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pypdfium2 as pdfium
import pytest
import yaml

from amends.case import Case
from amends.duties import (
    Group,
    Incident,
    assess_whole,
    counsel_page,
    filing_page,
    filing_pdf,
    findings,
    ics,
    nearest,
    ocsf,
    rulebook,
    run,
    veris,
    what_if,
)
from amends.duties.law.rulebook import REGIMES
from amends.duties.owed import owed
from amends.duties.shown.form import forms
from amends.duties.shown.upcoming import Upcoming
from amends.duties.shown.whatif import WhatIfError
from amends.elements import mask
from amends.errors import SettingError

_SSN, _NAME = mask(["name", "ssn"]), mask(["name", "phone"])
_DAY = dt.date(2026, 8, 17)
_FACTS = {
    "discovered": _DAY,
    "aware": "2026-08-17T14:30:00-07:00",
    "determined": _DAY,
    "encrypted": False,
    "harm_likely": True,
    "sectors": ("telecom_carrier",),
    "description": "Files <copied> & more.",
}


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    groups = [("US-CA", _SSN, 600), ("US-TX", _SSN, 250), ("US-CA", _NAME, 5), ("IE", _NAME, 4), (None, _SSN, 2)]
    rows = [(code, elements) for code, elements, people in groups for _ in range(people)]
    persons = pa.table(
        {
            "minor": pa.array([number < 7 for number in range(len(rows))], pa.bool_()),
            "deceased": pa.array([number > 859 for number in range(len(rows))], pa.bool_()),
            "person_id": pa.array(range(len(rows)), pa.int64()),
            "jurisdiction": pa.array([code for code, _ in rows], pa.string()),
            "elements": pa.array([elements for _, elements in rows], pa.int64()),
        }
    )
    made = new_case(tables={"persons": persons}, incident=_FACTS, organisation={"name": "Acorn <Wireless>"})
    run(made)
    return made


def test_groups_join_back_to_every_person_with_the_duties_they_are_under(case: Case) -> None:
    db = duckdb.connect()
    for name in ("groups", "profiles"):
        db.register(name, case.output(f"duties/{name}.parquet").to_table())
    db.register("persons", case.dataset("persons").to_table(columns=["person_id", "jurisdiction", "minor", "elements"]))
    found = db.sql(
        """select persons.jurisdiction, duty_ids, count(*) as people from persons
        join groups on groups.jurisdiction is not distinct from persons.jurisdiction
            and groups.minor = coalesce(persons.minor, false) and groups.elements = persons.elements
        join profiles using (profile) group by all"""
    ).fetchall()
    counts = {(code, tuple(ids)): people for code, ids, people in found}
    assert sum(counts.values()) == 861
    assert counts["US-CA", ("US-CA:individuals",)] == 600
    assert counts["US-CA", ()] == 5
    assert counts["IE", ("EU-GDPR:individuals",)] == 4


def test_a_profile_is_the_union_of_what_every_duty_asks() -> None:
    incident = Incident(discovered=_DAY, determined=_DAY, encrypted=False, harm_likely=True, sectors=("bank",))
    shares = owed(assess_whole(incident, [Group("US-CT", _SSN, 3), Group("US-CT", _NAME, 2)]))
    rows = {row["people"]: row for row in shares.profiles.to_pylist()}
    assert set(rows[3]["duty_ids"]) == {"US-CT:individuals", "US-GLBA-GUIDANCE:individuals"}
    assert {"credit_monitoring_offer", "contact_phone"} <= set(rows[3]["content"])
    assert (rows[3]["credit_monitoring_months"], rows[3]["due"]) == (24, dt.date(2026, 10, 16))
    assert rows[2]["duty_ids"] == []


@pytest.mark.parametrize(
    ("sector", "said"),
    [
        ("public_body", "public_body: the facts state what private organisations owe"),
        ("hipaa_covered_entity", "take a notice under HIPAA as their own is not in the facts"),
        ("ordinary_business", ""),
    ],
)
def test_what_the_facts_do_not_say_of_a_kind_of_organisation_is_a_finding(sector: str, said: str) -> None:
    incident = Incident(discovered=_DAY, determined=_DAY, encrypted=False, harm_likely=True, sectors=(sector,))
    lines = findings(incident, assess_whole(incident, [Group("US-OH", _SSN, 3)]), rulebook())
    assert any(said in line for line in lines) if said else not any("the facts" in line for line in lines)


def test_places_and_outcomes_add_up_to_everybody(case: Case) -> None:
    rows = case.output("duties/places.parquet").to_table().to_pylist()
    assert sum(row["people"] for row in rows) == 861
    assert {"jurisdiction": "US-CA", "outcome": "no triggering element", "people": 5} in rows


def test_a_gdpr_duty_is_a_row_for_each_country_and_its_hours_are_an_instant(case: Case) -> None:
    rows = {row["duty_id"]: row for row in case.dataset("duties").to_table().to_pylist()}
    assert rows["EU-GDPR:individuals:IE"]["jurisdiction"] == "IE"
    regulator = next(row for key, row in rows.items() if key.startswith("EU-GDPR:regulator"))
    assert regulator["due_at"] == dt.datetime(2026, 8, 20, 21, 30, tzinfo=dt.UTC)


def test_the_calendar_file_holds_every_date_once_folded_and_in_utc(case: Case) -> None:
    rows = nearest(case, _DAY, None)
    stamp = dt.datetime(2026, 8, 18, tzinfo=dt.UTC)
    text = ics(rows, stamp, "c1")
    assert text == ics(rows, stamp, "c1")
    ids = [re.findall("UID:.*", ics(rows, stamp, name).replace("\r\n ", "")) for name in ("c1", "c2")]
    assert len({*ids[0], *ids[1]}) == 2 * len(rows)
    assert text.count("BEGIN:VEVENT") == len(rows) == text.count("END:VEVENT")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    plain = text.replace("\r\n ", "")
    assert "DTSTART:20260820T213000Z" in plain
    assert "DTSTART;VALUE=DATE:20260916\r\nDTEND;VALUE=DATE:20260917" in plain
    assert not [row for row in rows if row.state == "shadow"]


def test_a_calendar_text_escapes_what_the_format_reserves() -> None:
    row = Upcoming("d", "R", "regulator", "a, b; c\\", 1, _DAY, None, 0, "owed", None, "c", _DAY, "chart", "x")
    assert "SUMMARY:R: a\\, b\\; c\\\\\\, 1 people" in ics([row], dt.datetime(2026, 1, 1), "c1")


def test_what_if_discovery_were_later_names_who_and_what_changes(case: Case) -> None:
    found = what_if(case, ["incident.discovered=2026-08-15"])
    changes = {change.duty_id: change for change in found.changes}
    assert changes["US-CA:individuals"].what == "due 2026-09-16 → 2026-09-14"
    assert "US-TX:individuals" not in changes
    assert found.people == 600


def test_what_if_the_key_were_safe_takes_the_state_duties_away(case: Case) -> None:
    found = what_if(case, ["incident.encrypted=true", "incident.key_compromised=false"])
    gone = {change.duty_id for change in found.changes if change.kind == "gone"}
    assert {"US-CA:individuals", "US-TX:individuals", "EU-GDPR:individuals"} <= gone
    assert found.people == 854


def test_what_if_a_rule_file_changed_names_the_people(case: Case, tmp_path: Path) -> None:
    law = yaml.safe_load((REGIMES / "us-tx.yaml").read_text(encoding="utf-8"))
    law["individuals"]["deadline"]["days"] = 45
    (tmp_path / "us-tx.yaml").write_text(yaml.safe_dump(law, allow_unicode=True), encoding="utf-8")
    found = what_if(case, rules=tmp_path)
    assert [(change.duty_id, change.what) for change in found.changes] == [
        ("US-TX:individuals", "due 2026-10-16 → 2026-10-01")
    ]
    assert found.people == 250


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ("discovered=2026-08-01", WhatIfError, "must name a setting of [incident]"),
        ("incident.discoverd=2026-08-01", SettingError, "did you mean discovered"),
        ("incident.encrypted=perhaps", SettingError, "true or false"),
    ],
)
def test_a_change_that_cannot_be_read_is_one_line(case: Case, change: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as error:
        what_if(case, [change])
    assert said in str(error.value.line())  # type: ignore[attr-defined]


def test_filings_use_the_form_of_their_authority_and_list_what_is_blank(case: Case) -> None:
    rows = {row["who"]: row for row in case.dataset("filings").to_table().to_pylist()}
    texas = rows["Attorney General"]
    assert json.loads(texas["fields"])["form"] == "texas-attorney-general"
    assert {"signature", "steps_taken", "date_began"} <= set(texas["blanks"])
    europe = next(row for who, row in rows.items() if who.startswith("competent supervisory"))
    fields = json.loads(europe["fields"])
    assert fields["form"] == "eu-article-33"
    assert fields["people_by_place"] == {"IE": 4}
    assert fields["moment_aware"] == "2026-08-17T14:30:00-07:00"
    assert "number_of_records" in europe["blanks"]


def _as_of(row: dict[str, str]) -> str:
    return str(json.loads(row["fields"])["as_of"])


def test_a_filled_form_is_a_page_that_escapes_values_and_shows_its_blanks(case: Case) -> None:
    for row in case.dataset("filings").to_table().to_pylist():
        page = filing_page(row)
        assert "<copied>" not in page and "Acorn <Wireless>" not in page
        assert "as_of" in row["fields"] and str(_as_of(row)) in page
        assert f"Still blank: {len(row['blanks'])}" in page
        assert page.count('class="blank"') >= len([name for name in row["blanks"] if name])


def test_a_filled_form_is_a_pdf_of_the_same_words_and_bytes(case: Case) -> None:
    row = next(row for row in case.dataset("filings").to_table().to_pylist() if row["duty_id"].startswith("US-TX"))
    content = filing_pdf(row)
    assert content == filing_pdf(row)
    with pdfium.PdfDocument(content) as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    assert "Acorn <Wireless>" in text
    assert f"Still blank: {len(row['blanks'])}" in text
    assert "Number of residents of Texas affected: 250" in text


def test_every_form_has_its_questions_known_from_somewhere_and_the_last_answers_any_duty() -> None:
    assert {form.known for form in forms()} <= {"verified", "chart", "memory"}
    assert all(form.source and form.questions for form in forms())
    assert forms()[-1].general and not any(form.general for form in forms()[:-1])


def test_the_public_report_is_drafted_with_gaps_for_what_is_not_known(new_case: Callable[..., Case]) -> None:
    persons = pa.table(
        {
            "person_id": pa.array([1], pa.int64()),
            "jurisdiction": pa.array(["US-GU"]),
            "elements": pa.array([1], pa.int64()),
        }
    )
    facts = {
        "discovered": _DAY,
        "materiality_determined": dt.date(2026, 10, 10),
        "sectors": ("sec_registrant_domestic",),
    }
    made = new_case(tables={"persons": persons}, incident=facts, organisation={"name": "Acorn"})
    run(made)
    rows = {row["filing_id"]: row for row in made.dataset("filings").to_table().to_pylist()}
    row = rows["filing:US-SEC-8K-105:market:sec-edgar-public"]
    page = re.sub(r"<[^>]+>", "", filing_page(row))
    assert "On 2026-08-17, Acorn discovered a cybersecurity incident." in page
    assert "results of operations: [to be filled]" in page


def test_the_page_for_counsel_shows_citation_day_and_confidence_of_every_duty(case: Case) -> None:
    page = counsel_page(case, dt.date(2026, 9, 10))
    assert page == counsel_page(case, dt.date(2026, 9, 10))
    for row in case.dataset("duties").to_table().to_pylist():
        assert row["regime"] in page
        assert str(row["as_of"]) in page
    assert '<td class="soon" title="2026-09-16">CA<br><small>6</small></td>' in page
    assert '<td class="none" title="">OR<br>' in page
    assert "<td>all</td><td></td><td>861</td>" in page
    assert "<td>US-CA</td><td>7</td><td>0</td><td>605</td>" in page
    assert "<td>unknown</td><td>0</td><td>1</td><td>2</td>" in page
    assert "<script" not in page and "http" not in page


def test_veris_and_ocsf_count_people_by_kind_of_data(case: Case) -> None:
    confidentiality = veris(case)["attribute"]["confidentiality"]
    kinds = {entry["variety"]: entry["amount"] for entry in confidentiality["data"]}
    assert kinds == {"Sensitive Personal": 852, "Personal": 861}
    assert confidentiality["data_total"] == 861
    finding = ocsf(case)
    assert (finding["class_uid"], finding["unmapped"]["people_by_element"]["ssn"]) == (2005, 852)
    assert json.dumps(finding)


def test_veris_has_every_key_that_its_schema_requires_and_words_of_its_lists(case: Case) -> None:
    incident = veris(case)
    required = {"actor", "action", "discovery_method", "schema_version", "asset", "timeline", "attribute"}
    assert required | {"incident_id", "security_incident"} <= incident.keys()
    assert {"country", "employee_count", "industry"} <= incident["victim"].keys()
    assert re.fullmatch(r"\d{2}-?\d{0,4}", incident["victim"]["industry"])
    assert incident["timeline"]["incident"] == {"year": 2026, "month": 8, "day": 17}
    words = {"Personal", "Sensitive Personal", "Credentials", "Bank", "Payment", "Medical"}
    assert {entry["variety"] for entry in incident["attribute"]["confidentiality"]["data"]} <= words


def test_ocsf_has_every_attribute_that_its_class_requires_and_an_assignee(case: Case) -> None:
    finding = ocsf(case)
    required = {"activity_id", "category_uid", "class_uid", "finding_info_list", "metadata", "severity_id", "status_id"}
    assert required | {"time", "type_uid"} <= finding.keys()
    assert finding["type_uid"] == finding["class_uid"] * 100 + finding["activity_id"]
    assert finding["assignee_group"]["name"] == "Acorn <Wireless>"
    assert {"version", "product"} <= finding["metadata"].keys()
    assert all(item["uid"] for item in finding["finding_info_list"])
    assert dt.datetime.fromtimestamp(finding["time"] / 1000, dt.UTC).date() == _DAY


_HOSTILE = '=cmd|"/c calc"!A1,<script>alert(1)</script>\'";\r\nEND:VCALENDAR\n&amp;\x07'


def test_hostile_settings_stay_text_in_every_output(new_case: Callable[..., Case], case: Case) -> None:
    persons = case.dataset("persons").to_table(columns=["person_id", "jurisdiction", "elements"])
    facts = {**_FACTS, "description": _HOSTILE}
    made = new_case(tables={"persons": persons}, incident=facts, organisation={"name": _HOSTILE, "city": _HOSTILE})
    (made.path / "counsel.toml").write_text(
        f"[[confirmation]]\nregime = 'US-TX'\nfacts = ['individuals']\nsource = {json.dumps(_HOSTILE)}\n"
        f"by = {json.dumps(_HOSTILE)}\nday = 2026-09-01\n"
    )
    run(made)
    rows = made.dataset("filings").to_table().to_pylist()
    for row in rows:
        page = filing_page(row)
        assert "<script>" not in page and "&lt;script&gt;" in page
        assert filing_pdf(row).startswith(b"%PDF")
        assert json.loads(row["fields"])
    assert "<script>" not in counsel_page(made, _DAY)
    assert json.loads(json.dumps(veris(made)))["victim"]["victim_id"] == _HOSTILE
    assert json.loads(json.dumps(ocsf(made)))["desc"] == _HOSTILE


def test_a_calendar_line_cannot_be_broken_by_a_text() -> None:
    row = Upcoming("d\n1", "R", "regulator", _HOSTILE, 1, _DAY, None, 0, "owed", None, "c", _DAY, "chart", _HOSTILE)
    text = ics([row], dt.datetime(2026, 1, 1), "c1")
    lines = text.split("\r\n")
    assert lines.count("END:VCALENDAR") == 1
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text)
    assert "\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", "")
    assert all(re.match(r"[A-Z-]+[;:]| ", line) for line in lines[:-1])
    assert [line for line in text.replace("\r\n ", "").split("\r\n") if line.startswith("UID")] == [
        "UID:d\\n1@c1.amends"
    ]


def test_what_if_changes_nothing_in_the_case(case: Case) -> None:
    def held() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(case.path.rglob("*")) if path.is_file()}

    before = held()
    what_if(case, ["incident.discovered=2026-08-15", "incident.sectors=['bank']"])
    assert held() == before


def test_a_hundred_thousand_groups_of_masks_cost_what_their_distinct_masks_cost() -> None:
    codes = np.tile(np.array(["US-CA", "US-TX", "DE", "JP"]), 25_000)
    table = pa.table({"jurisdiction": codes, "elements": np.arange(100_000) % 4096, "people": np.ones(100_000, int)})
    whole = assess_whole(Incident(discovered=_DAY, aware=_DAY, determined=_DAY), table)
    assert sum(whole.reconciled().values()) == 100_000
    assert owed(whole).groups.num_rows == 100_000
