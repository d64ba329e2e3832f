"""What exports told before: grown people get one supplementary notice, nobody a second first one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from amends import notices
from amends.case import Case
from amends.cli.commands import app
from amends.elements import mask
from amends.errors import CaseError, EvidenceError
from amends.evidence import verify
from amends.tables import TABLES
from tests.conftest import put_table
from tests.notices.people_who_lost import LINE, SSN, duty, person
from tests.notices.test_run import EMAIL, NewCase, outcome, rows, run, texts

GROWN = SSN | mask(["phone", "pin"])
WAVE2: dict[str, Any] = {"last_wave": "wave2"}


def mailed(case: Case, folder: Path) -> Case:
    """Approve the proofs and export the mail."""
    notices.approve(case, ["all"])
    notices.export(case, folder)
    return case


def again(case: Case, people: list[dict[str, Any]], records: dict[int, int] | None = None) -> Case:
    """Run once more with the people of a later wave; `records`: whose the first records are now."""
    put_people(case, people)
    if records is not None:
        members = [{"record_id": record, "person_id": who, "why": "ssn"} for record, who in records.items()]
        put_table(case, "memberships", pa.Table.from_pylist(members, schema=TABLES["memberships"].schema))
    notices.run(case)
    return case


def put_people(case: Case, people: list[dict[str, Any]]) -> None:
    put_table(case, "persons", pa.Table.from_pylist(people, schema=TABLES["persons"].schema))


def kinds(case: Case) -> dict[int, str]:
    return {key: row["kind"] for key, row in rows(case, "notices").items()}


def test_who_lost_more_than_the_exported_notice_stated_gets_one_that_states_the_new_and_the_whole(
    new_case: NewCase, tmp_path: Path
) -> None:
    case = mailed(run(new_case, [person(1), person(2), person(3, language="es")]), tmp_path / "mail1")
    grown = {**WAVE2, "elements": GROWN}
    again(case, [person(1, **grown), person(2), person(3, **grown, language="es"), person(4, first_wave="wave2")])
    found = rows(case, "notices")
    assert kinds(case) == {1: "supplementary", 3: "supplementary", 4: "first"}
    assert found[1]["notice_id"] == "1-wave2-2"
    assert (found[1]["elements"], found[1]["new_elements"]) == (GROWN, mask(["phone", "pin"]))
    text = texts(case)
    assert "We wrote to you before" in text[1]
    assert "What we did not tell you before: telephone number and account PIN.\n" in text[1]
    assert "involved: name, telephone number, date of birth, Social Security number, and account PIN.\n" in text[1]
    assert "Lo que no le dijimos antes: número de teléfono y PIN de la cuenta.\n" in text[3]
    assert outcome(case).balances[0].out["told before"] == 1
    exported = notices.export(mailed(case, tmp_path / "mail2"), tmp_path / "mail3")
    assert exported.pieces == 3


def test_what_is_public_says_no_less_because_people_were_written_to_before(new_case: NewCase, tmp_path: Path) -> None:
    people = [person(1), person(2, jurisdiction="US-MA", region="MA")]
    law = [duty("US-CA", []), duty("US-MA", [], ["nature_of_breach"])]
    case = mailed(run(new_case, people, duties=law), tmp_path / "mail1")
    public = [row["text"] for row in _public(case)]
    again(case, [*people, person(3, first_wave="wave2", elements=mask(["name", "email"]))])
    later = [row["text"] for row in _public(case)]
    assert len(public) == len(later) == 8
    assert all("Social Security" in text or "Seguro Social" in text for text in [*public, *later])
    listed = case.output("channels/callers.parquet").to_table().to_pylist()
    assert {row["family_name"]: row["reference"] for row in listed} == {
        "Family1": "1-wave1",
        "Family2": "2-wave1",
        "Family3": "3-wave2",
    }


def _public(case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = case.output("channels/texts.parquet").to_table().to_pylist()
    return [row for row in found if row["channel"] in ("page", "press")]


def test_after_the_supplementary_notice_nothing_more_is_owed(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1)]), tmp_path / "mail1")
    mailed(again(case, [person(1, **WAVE2, elements=GROWN)]), tmp_path / "mail2")
    again(case, [person(1, last_wave="wave3", elements=GROWN)])
    assert kinds(case) == {}
    remarks = case.output("mail/remarks.parquet").to_table().to_pylist()
    assert [row["why"] for row in remarks] == ["told before of everything that is known"]
    again(case, [person(1, last_wave="wave3", elements=GROWN | mask(["passport"]))])
    assert rows(case, "notices")[1]["notice_id"] == "1-wave3-3"


def test_an_export_alone_does_not_make_notices_run_anew(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1)]), tmp_path / "mail1")
    assert notices.run(case).resumed
    assert notices.export(case, tmp_path / "mail2").pieces == 1


def test_mail_that_was_not_exported_told_nobody(new_case: NewCase) -> None:
    case = run(new_case, [person(1)])
    assert kinds(again(case, [person(1, elements=GROWN)])) == {1: "first"}


def test_a_letter_that_was_held_back_told_nobody(new_case: NewCase, tmp_path: Path) -> None:
    strange = {"given_name": "\u05d3\u05d5\u05d3"}
    case = mailed(run(new_case, [person(1, **strange), person(2)]), tmp_path / "mail1")
    assert kinds(again(case, [person(1, **strange), person(2, **WAVE2)])) == {1: "first"}


def test_an_export_that_was_never_mailed_told_nobody(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1), person(2, **EMAIL)]), tmp_path / "mail1")
    with pytest.raises(CaseError, match="there is no export 2"):
        notices.take_back(case, 2)
    notices.take_back(case, 1)
    assert kinds(again(case, [person(1), person(2, **EMAIL)])) == {1: "first", 2: "first"}


def test_a_merged_person_gets_no_second_letter_for_what_both_were_told(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1), person(2, elements=LINE)]), tmp_path / "mail1")
    again(case, [person(1, **WAVE2, elements=SSN | LINE)], {1: 1, 2: 1})
    assert kinds(case) == {}
    again(case, [person(1, **WAVE2, elements=SSN | LINE | mask(["passport"]))], {1: 1, 2: 1})
    assert rows(case, "notices")[1]["new_elements"] == mask(["passport"])


def test_of_a_split_person_the_new_one_gets_a_first_notice_and_the_other_is_listed(
    new_case: NewCase, tmp_path: Path
) -> None:
    case = mailed(run(new_case, [person(1, elements=SSN | LINE)]), tmp_path / "mail1")
    again(case, [person(1), person(7, elements=SSN | LINE)], {1: 1, 7: 7})
    assert kinds(case) == {7: "first"}
    remarks = case.output("mail/remarks.parquet").to_table().to_pylist()
    assert (1, "told_too_much") in {(row["person_id"], row["remark"]) for row in remarks}
    assert any("counsel must say" in finding for finding in outcome(case).findings)


def test_who_had_a_courtesy_notice_and_is_now_owed_one_by_law_gets_it(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1)], duties=[duty("US-NY", [])]), tmp_path / "mail1")
    assert kinds(case) == {1: "courtesy"}
    duties = pa.Table.from_pylist([duty("US-CA", [])], schema=TABLES["duties"].schema)
    put_table(case, "duties", duties)
    assert kinds(again(case, [person(1)])) == {1: "first"}
    assert rows(case, "notices")[1]["notice_id"] == "1-wave1-2"


def test_a_planted_second_first_notice_stops_the_run(
    new_case: NewCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = mailed(run(new_case, [person(1), person(2)]), tmp_path / "mail1")
    plan = notices.plan

    def spoiled(db: Any, *, courtesy: bool) -> None:
        plan(db, courtesy=courtesy)
        db.run("update plan set kind = 'first', channel = 'letter' where person_id = 1")

    monkeypatch.setattr(notices, "plan", spoiled)
    with pytest.raises(EvidenceError, match="second first notice of piece 1"):
        again(case, [person(1), person(2, **WAVE2)])


def test_a_planted_wrong_list_of_new_elements_stops_the_run(
    new_case: NewCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = mailed(run(new_case, [person(1)]), tmp_path / "mail1")
    original = notices.rendered

    def spoiled(*given: Any) -> pa.RecordBatchReader:
        table = original(*given).read_all()
        place = table.schema.get_field_index("text")
        wrong = pc.replace_substring(table["text"], "telephone number and account PIN.", "telephone number.")
        table = table.set_column(place, "text", wrong)
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())

    monkeypatch.setattr(notices, "rendered", spoiled)
    with pytest.raises(EvidenceError, match="new elements of piece 1"):
        again(case, [person(1, **WAVE2, elements=GROWN)])


def test_the_evidence_of_exports_verifies(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1)]), tmp_path / "mail1")
    again(case, [person(1, **WAVE2, elements=GROWN)])
    assert verify(case.path).ok


def test_the_commands_ask_the_address_service_and_take_an_export_back(new_case: NewCase, tmp_path: Path) -> None:
    case = mailed(run(new_case, [person(1)]), tmp_path / "mail1")
    case.close()
    asked = CliRunner().invoke(app, ["export", str(case.path), "addresses", "--to", str(tmp_path / "asked")])
    assert asked.output.startswith("wrote 1 addresses")
    said = CliRunner().invoke(app, ["notices", str(case.path), "--not-mailed", "1"])
    assert said.output.startswith("export 1 was not mailed")
    ran = CliRunner().invoke(app, ["notices", str(case.path), "--json"])
    assert '"letters": 1' in ran.output
