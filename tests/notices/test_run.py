"""notices on a case: everyone accounted for, every text true, every defect caught."""

from __future__ import annotations

import csv
import hashlib
import stat
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from amends import notices
from amends.case import Case, Outcome
from amends.elements import mask
from amends.errors import CaseError, EvidenceError
from tests.notices.people_who_lost import DUTIES, INCIDENT, LINE, ORGANISATION, SSN, code, duty, person, tables

NewCase = Callable[..., Case]
EMAIL = {"address_line": None, "email": "someone@example.org", "email_consent": True}


def run(new_case: NewCase, people: list[dict[str, Any]], *, policy: dict[str, Any] | None = None, **given: Any) -> Case:
    case = new_case(
        tables=tables(people, **given),
        organisation=ORGANISATION,
        incident=INCIDENT,
        policy=policy or {},
        engine={"threads": 2},
    )
    notices.run(case)
    return case


def rows(case: Case, table: str) -> dict[int, dict[str, Any]]:
    found = case.dataset(table).to_table().to_pylist()
    assert len({row["person_id"] for row in found}) == len(found)
    return {row["person_id"]: row for row in found}


def texts(case: Case) -> dict[int, str]:
    files = [case.output(f"mail/{name}.parquet").to_table().to_pylist() for name in ("letters", "emails")]
    return {row["person_id"]: row["text"] for file in files for row in file}


def outcome(case: Case) -> Outcome:
    found = case.outcome("notices")
    assert found is not None
    return found


def test_every_person_has_one_notice_or_a_counted_reason(new_case: NewCase) -> None:
    people = [
        person(1),
        person(2, **EMAIL),
        person(3, address_line=None),
        person(4, elements=0),
        person(5, elements=LINE),
    ]
    case = run(new_case, people, policy={"courtesy_notices": False})
    assert rows(case, "notices").keys() == {1, 2, 3}
    assert dict(outcome(case).balances[0].out) == {
        "letters": 1,
        "emails": 1,
        "substitute": 1,
        "nothing of theirs was taken": 1,
        "no notice owed": 1,
    }


def test_who_is_under_no_duty_gets_a_courtesy_notice(new_case: NewCase) -> None:
    case = run(new_case, [person(1, elements=LINE), person(2)])
    found = rows(case, "notices")
    assert (found[1]["kind"], found[1]["duty_id"], found[1]["due"]) == ("courtesy", None, None)
    assert (found[2]["kind"], found[2]["duty_id"]) == ("first", "US-CA:individuals")
    assert found[2]["due"].isoformat() == "2021-09-16"
    assert "lock on your number" in texts(case)[1]
    assert "lock on your number" not in texts(case)[2]


@pytest.mark.parametrize(
    ("given", "channel"),
    [
        ({}, "letter"),
        ({"email": "someone@example.org", "email_consent": True}, "letter"),
        (EMAIL, "email"),
        ({**EMAIL, "email_consent": None}, "substitute"),
        ({**EMAIL, "email": "someone@example.org\r\nBcc: all@example.org"}, "substitute"),
        ({**EMAIL, "minor": True}, "substitute"),
        ({**EMAIL, "elements": SSN | mask(["email", "password"])}, "substitute"),
        ({"postcode": "9365"}, "substitute"),
        ({"region": " "}, "substitute"),
        ({"country": "MX", "region": None, "postcode": "01000", "city": "CDMX"}, "letter"),
    ],
)
def test_the_channel_is_the_one_the_law_and_the_address_allow(
    new_case: NewCase, given: dict[str, Any], channel: str
) -> None:
    case = run(new_case, [person(1, **given)])
    assert rows(case, "notices")[1]["channel"] == channel
    assert (1 in rows(case, "pieces")) == (channel != "substitute")


def test_a_minor_is_addressed_through_the_parent_and_the_deceased_through_the_estate(new_case: NewCase) -> None:
    case = run(new_case, [person(1, minor=True), person(2, deceased=True), person(3, minor=True, deceased=True)])
    addressed = {key: row["addressed_to"] for key, row in rows(case, "notices").items()}
    assert addressed == {1: "guardian", 2: "estate", 3: "estate"}
    text = texts(case)
    assert "Parent or Guardian of Given1 Family1\n1 OAK AVE\nFRESNO CA 93650\n" in text[1]
    assert "Estate of Given2 Family2\n" in text[2]
    assert "Your code" in text[1]
    assert "code:" not in text[2]


def test_each_text_states_exactly_the_elements_of_its_person_in_the_right_language(new_case: NewCase) -> None:
    case = run(new_case, [person(1), person(2, language="es"), person(3, language="fr", elements=LINE)])
    text = texts(case)
    assert "The information about you that was involved: name, date of birth, and Social Security number.\n" in text[1]
    assert "que están afectados: nombre, fecha de nacimiento y número de Seguro Social.\n" in text[2]
    assert "28 de febrero de 2022" in text[2]
    assert "involved: name, telephone number, and account PIN.\n" in text[3]
    assert "no text in the wished language" in rows(case, "notices")[3]["reason"]


def test_the_law_of_the_person_shapes_the_content(new_case: NewCase) -> None:
    people = [
        person(1),
        person(2, jurisdiction="US-MA"),
        person(3, jurisdiction="US-RI"),
        person(4, jurisdiction="US-TX"),
    ]
    text = texts(run(new_case, people))
    assert "Law enforcement did not ask us to wait" in text[1]
    assert "What Happened" not in text[2]
    assert "March 18, 2021" not in text[2]
    assert "police report" in text[2]
    assert "In all, it touches 4 people." in text[3]
    assert "Rhode Island Office" in text[3]
    assert "police report" not in text[4]


def test_a_demand_that_no_text_meets_is_a_finding_with_its_count(new_case: NewCase) -> None:
    duties = [duty("US-CA", ["parent_company_name", "moon_phase"])]
    case = run(new_case, [person(1), person(2)], duties=duties)
    found = " ".join(outcome(case).findings)
    assert "moon_phase (US-CA) and the text does not meet it: 2 notices" in found
    assert "parent_company_name (US-CA)" in found


def test_an_office_known_from_memory_only_is_a_finding_where_it_is_printed(new_case: NewCase) -> None:
    case = run(new_case, [person(1), person(2, jurisdiction="US-RI")])
    assert [finding for finding in outcome(case).findings if "contacts.yaml" in finding] == [
        "the office of US-RI in contacts.yaml was not seen in a source in every part: confirm it before mailing"
    ]


def test_a_person_of_unknown_residence_gets_a_first_notice_and_is_a_finding(new_case: NewCase) -> None:
    case = run(new_case, [person(1, jurisdiction=None)])
    assert rows(case, "notices")[1]["kind"] == "first"
    assert any("unknown residence" in finding for finding in outcome(case).findings)
    assert "Rhode Island" not in texts(case)[1]


def test_a_duty_without_content_and_an_unknown_residence_give_one_notice(new_case: NewCase) -> None:
    case = run(new_case, [person(1, jurisdiction=None), person(2)], duties=[duty("US-WY", [])])
    assert [row["kind"] for row in rows(case, "notices").values()] == ["first", "courtesy"]


def test_a_name_that_looks_like_a_slot_or_a_statement_stays_a_name(new_case: NewCase) -> None:
    people = [
        person(1, given_name="{code}", family_name="{elements}"),
        person(2, given_name="The information about you that was involved: password.", family_name=None),
        person(3, given_name="Ann\r\n\r\nWhat We Are Doing\u2028\u202e", family_name="Lee"),
        person(4, given_name=" ", family_name=None),
    ]
    case = run(new_case, people)
    text = texts(case)
    assert "Dear {code} {elements}:" in text[1]
    assert text[1].count("CODE00000001K") == 1
    assert "Dear Ann What We Are Doing Lee:" in text[3]
    assert "Dear Customer:" in text[4]
    assert any(finding.startswith("1 people have a control character") for finding in outcome(case).findings)


def test_pieces_point_at_their_text_and_hash_it(new_case: NewCase) -> None:
    case = run(new_case, [person(1), person(2, **EMAIL), person(3, language="es")])
    for row in rows(case, "pieces").values():
        line = case.output(row["mail_file"]).to_table().to_pylist()[row["position"]]
        assert line["piece_id"] == row["piece_id"]
        assert line["variant"] == row["variant"]
        assert hashlib.sha256(line["text"].encode()).hexdigest() == row["sha256"]


def test_equal_inputs_give_equal_tables_and_a_second_run_does_nothing(new_case: NewCase) -> None:
    people = [
        person(n, language="es" if n % 3 else "en", jurisdiction=["US-CA", "US-MA"][n % 2]) for n in range(1, 200)
    ]
    one, two = run(new_case, people), run(new_case, people)
    for table in ("notices", "pieces"):
        assert one.dataset(table).to_table().equals(two.dataset(table).to_table())
    assert notices.run(one).resumed


def test_nobody_at_all_is_a_case_too(new_case: NewCase) -> None:
    case = run(new_case, [])
    assert rows(case, "notices") == {}


def test_the_variants_are_listed_for_counsel_with_their_text_and_count(new_case: NewCase) -> None:
    case = run(new_case, [person(1), person(2), person(3, language="es")])
    found = case.output("mail/variants.parquet").to_table().to_pylist()
    assert sorted(row["people"] for row in found) == [1, 2]
    assert all("{elements}" in row["text"] and row["jurisdictions"] == ["US-CA"] for row in found)


DEFECTS = {
    "elements": ("name, date of birth, and Social", "name and Social"),
    "code": ("CODE00000001K", "CODE00000002K"),
    "name": ("Dear Given1", "Dear Given2"),
    "address": ("1 OAK AVE", "1 OAK"),
    "months": ("for 24 months", "for 12 months"),
    "enrol-by date": ("February 28, 2022", "March 1, 2022"),
    "fixed words": ("We stopped it on", "We started it on"),
    "elements (a line more)": ("Sincerely,", "Sincerely,\nSomebody"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_stops_the_run_and_nothing_is_committed(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    original = notices.rendered
    right, wrong = DEFECTS[defect]
    said = defect.split(" (")[0]

    def spoiled(*given: Any) -> pa.RecordBatchReader:
        reader = original(*given)

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in reader:
                rows = batch.to_pylist()
                for row in rows:
                    if row["person_id"] == 1:
                        assert right in row["text"]
                        row["text"] = row["text"].replace(right, wrong)
                yield pa.RecordBatch.from_pylist(rows, schema=batch.schema)

        return pa.RecordBatchReader.from_batches(reader.schema, batches())

    monkeypatch.setattr(notices, "rendered", spoiled)
    case = new_case(tables=tables([person(1), person(2)]), organisation=ORGANISATION, incident=INCIDENT)
    with pytest.raises(EvidenceError, match=f"1 pieces do not say what the tables say: {said} of piece 1"):
        notices.run(case)
    assert not case.has("notices")


def test_two_letters_in_each_others_place_stop_the_run(new_case: NewCase, monkeypatch: pytest.MonkeyPatch) -> None:
    original = notices.rendered

    def swapped(*given: Any) -> pa.RecordBatchReader:
        table = original(*given).read_all()
        if table.num_rows == 2:
            table = table.set_column(5, "text", table.column("text").take([1, 0]))
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())

    monkeypatch.setattr(notices, "rendered", swapped)
    case = new_case(tables=tables([person(1), person(2)]), organisation=ORGANISATION, incident=INCIDENT)
    with pytest.raises(EvidenceError, match="2 pieces"):
        notices.run(case)


def test_a_lost_piece_stops_the_run(new_case: NewCase, monkeypatch: pytest.MonkeyPatch) -> None:
    original = notices.rendered

    def short(*given: Any) -> pa.RecordBatchReader:
        table = original(*given).read_all()
        table = table.slice(0, max(0, table.num_rows - 1))
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())

    monkeypatch.setattr(notices, "rendered", short)
    case = new_case(tables=tables([person(1), person(2)]), organisation=ORGANISATION, incident=INCIDENT)
    with pytest.raises(EvidenceError, match="pieces do not reconcile"):
        notices.run(case)


def test_the_export_is_plain_files_that_only_the_owner_can_read(new_case: NewCase, tmp_path: Any) -> None:
    people = [person(1, given_name="=HYPERLINK(1)"), person(2), person(3, **EMAIL), person(4, deceased=True)]
    case = run(new_case, people)
    notices.approve(case, ["all"])
    folder = tmp_path / "mail"
    exported = notices.export(case, folder)
    assert exported.pieces == 4
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    cells = {}
    for path in folder.glob("mail_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells |= {int(line["REFERENCE_NUMBER"].split("-")[0]): line for line in csv.DictReader(file)}
    for line in cells.values():
        letter = (
            (folder / line["FILE"]).read_bytes()[int(line["FIRST_BYTE"] or 0) :][: int(line["BYTES"] or 0)]
            if line["FILE"]
            else b""
        )
        assert not letter or hashlib.sha256(letter).hexdigest() == line["LETTER_SHA256"]
    assert cells[1]["FRST_NM"] == "'=HYPERLINK(1)"
    assert (cells[2]["ACTIVATION_CODE"], cells[2]["ENROL_BY"]) == ("CODE00000002K", "2022-02-28")
    assert cells[2]["ELEMENTS"] == "name, date of birth, and Social Security number"
    assert (cells[2]["ADDR_LIN_1_TX"], cells[2]["ZIP_FRST_5_CD"]) == ("2 OAK AVE", "93650")
    assert cells[4]["ACTIVATION_CODE"] == ""
    with pytest.raises(CaseError, match="something already"):
        notices.export(case, folder)


def test_a_person_without_a_code_gets_a_notice_without_an_offer(new_case: NewCase) -> None:
    duties = [duty("US-CA", ["credit_monitoring_offer"]), *DUTIES[1:]]
    case = run(new_case, [person(1), person(2)], codes=[code(1)], duties=duties)
    assert "Your code" not in texts(case)[2]
    found = " ".join(outcome(case).findings)
    assert "credit_monitoring_offer (US-CA) and the text does not meet it: 1 notices" in found
    assert "1 notices make no offer" in found
