"""The channels beside letters and e-mail: true numbers, no false clearance, nothing prohibited, nothing unapproved."""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from amends import notices
from amends.case import Case
from amends.elements import mask, unmask
from amends.errors import CaseError
from amends.notices.channels import outline
from amends.notices.disclosure import DisclosureError
from amends.notices.language import TemplateError, languages
from amends.tables import TABLES
from tests.conftest import put_table
from tests.notices.people_who_lost import INCIDENT, LINE, ORGANISATION, SSN, duty, person, tables
from tests.notices.reading_grade import english_grade, sentences, spanish_ease

NewCase = Callable[..., Case]
NUMBER = {"phone_source": "registry", "phone": "+15555550100"}
READ = [{"file_id": 1, "state": "read"}, {"file_id": 2, "state": "empty"}]
OWNED = [{"file_id": 1, "start": 0, "end": 9, "element": "ssn", "record_id": 7}]
ALL_READ = {"files": READ, "mentions": OWNED, "reviews": []}


def people() -> list[dict[str, Any]]:
    return [
        person(1, status="current", account_number="A1", **NUMBER),
        person(2, status="former", jurisdiction="US-MA", region="MA", address_line=None),
        person(3, status="prospective", jurisdiction="US-RI", language="es", address_line=None, elements=LINE | SSN),
        person(4, minor=True, status="current", account_number="A4", elements=LINE),
        person(5, deceased=True, status="former"),
        person(6, account_number="A6", elements=0),
        person(7),
    ]


def run(new_case: NewCase, rows: list[dict[str, Any]], *, state: dict[str, Any] | None = None, **given: Any) -> Case:
    settings: dict[str, Any] = {"organisation": ORGANISATION, "incident": INCIDENT, "engine": {"threads": 2}, **given}
    made = {**tables(rows), **{name: table(name, found) for name, found in (state or {}).items()}}
    case = new_case(tables=made, **settings)
    notices.run(case)
    return case


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[name].schema)


def texts(case: Case, *channels: str) -> list[dict[str, Any]]:
    rows = case.output("channels/texts.parquet").to_table().to_pylist()
    return [row for row in rows if not channels or row["channel"] in channels]


def output(case: Case, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = case.output(f"channels/{name}.parquet").to_table().to_pylist()
    return rows


def findings(case: Case) -> str:
    found = case.outcome("notices")
    assert found is not None
    return "\n".join(found.findings)


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return run(new_case, people())


def test_every_channel_has_every_public_text_in_every_language(case: Case) -> None:
    for language in languages():
        found = {(row["channel"], row["kind"]) for row in texts(case) if row["language"] == language}
        wanted = {(row.channel, row.text) for row in outline.outlines() if row.channel != "sms"}
        assert wanted <= found


def test_people_of_the_segments_are_all_people_each_once(case: Case) -> None:
    lost = [row for row in people() if row["elements"]]
    counts = {row["segment"]: row["people"] for row in output(case, "segments")}
    assert counts == {"current": 1, "former": 1, "prospective": 1, "minor": 1, "estate": 1, "unknown": 1}
    for segment, element in {(row["segment"], row["element"]) for row in output(case, "segments")}:
        stated = next(
            row["lost"] for row in output(case, "segments") if (row["segment"], row["element"]) == (segment, element)
        )
        assert stated == sum(element in unmask(row["elements"]) for row in lost if segment_of(row) == segment)
    outcome = case.outcome("notices")
    assert outcome is not None
    assert next(balance for balance in outcome.balances if balance.what == "segments").came_in == len(lost)


def segment_of(row: dict[str, Any]) -> str:
    return "estate" if row.get("deceased") else "minor" if row.get("minor") else row.get("status", "unknown")


def test_the_numbers_that_page_and_answers_state_are_those_of_the_tables(case: Case) -> None:
    for row in texts(case, "faq"):
        stated = re.findall(r"(?:in this group|de este grupo): ([\d,]+)", row["text"])
        wanted = [str(row["people"])] if row["content"] != "prepaid" else []
        assert stated == wanted
    for row in texts(case, "page", "substitute", "press"):
        total = re.findall(r"(?:it touches|esto afecta a) ([\d,]+)", row["text"])
        assert total in ([], ["6"])
    page = next(row for row in texts(case, "page") if row["content"] == "standard" and row["language"] == "en")
    assert "In all, it touches 6 people." in page["text"]
    reached = sum(row["people"] for row in texts(case, "page") if row["language"] == "en")
    assert reached == case.dataset("notices").count_rows()


def test_a_text_lists_what_was_taken_from_its_people_and_nothing_else(case: Case) -> None:
    minors = next(row for row in texts(case, "faq") if (row["content"], row["language"]) == ("minor", "en"))
    assert "involved: name, telephone number, and account PIN.\n" in minors["text"]
    assert "It was not the same" not in minors["text"]
    page = next(row for row in texts(case, "page") if (row["content"], row["language"]) == ("standard", "en"))
    assert "name, telephone number, date of birth, Social Security number, and account PIN." in page["text"]
    assert "It was not the same for each person." in page["text"]


def test_residents_whose_law_prohibits_content_have_a_page_without_it(case: Case) -> None:
    for row in texts(case, "page", "substitute", "press"):
        if row["jurisdictions"] == ["US-MA"]:
            assert not re.search(
                r"2021 (and|y)|August 4|copied|copió|got into|entró|were in|archivos|touches", row["text"]
            )
        else:
            assert re.search(r"August 4, 2021|4 de agosto de 2021", row["text"])
    assert "residents of US-MA have the page page-public-us-ma-en.html" in findings(case)


def test_the_substitute_notice_is_for_those_who_cannot_be_reached_and_heeds_their_law(case: Case) -> None:
    found = [row for row in texts(case, "substitute") if row["language"] == "en"]
    assert {tuple(row["jurisdictions"]): row["people"] for row in found} == {("US-MA",): 1, ("US-RI",): 1}
    rhode = next(row for row in found if row["jurisdictions"] == ["US-RI"])["text"]
    assert "Rhode Island Office of the Attorney General" in rhode
    assert "police report" in rhode
    assert "1-800-555-0100" in rhode


def test_a_demand_that_a_substitute_notice_does_not_meet_is_a_finding(new_case: NewCase) -> None:
    website = {**ORGANISATION, "phone": ""}
    rows = [person(1, jurisdiction="US-CA", address_line=None)]
    duties = [{**tables([])["duties"].to_pylist()[0], "content": ["toll_free_number", "moon_phase"]}]
    made = {**tables(rows), "duties": table("duties", duties)}
    case = new_case(tables=made, organisation=website, incident=INCIDENT)
    notices.run(case)
    assert "demands toll_free_number (US-CA) and 2 texts of the substitute notice" in findings(case)
    assert "moon_phase (US-CA)" in findings(case)


def test_only_who_keeps_telephone_lines_offers_to_lock_a_number_and_has_prepaid_customers(new_case: NewCase) -> None:
    rows = [person(1, elements=LINE), person(2, minor=True, elements=LINE), person(3, deceased=True, elements=LINE)]
    promises = (
        r"ask (us to|for a) lock|(an account or )?a line (with us|or an)|bloqueemos|una línea (con nosotros|o una)"
    )
    for sectors, ours in ((("telecom_carrier",), True), (("hipaa_covered_entity",), False), ((), False)):
        made = run(new_case, rows, incident={**INCIDENT, "sectors": sectors})
        letters = made.output("mail/letters.parquet").to_table().column("text").to_pylist()
        pages = [row["text"] for row in texts(made, "page", "faq", "substitute")]
        for words in (letters, pages):
            assert bool(re.search(promises, "\n".join(words))) is ours
        assert ours or re.search("[Aa]sk (your|the) phone company", "\n".join(letters))
        assert ("prepaid" in {row["content"] for row in texts(made, "faq")}) is ours


@pytest.mark.parametrize("language", ["en", "es"])
def test_people_abroad_are_not_sent_to_bureaus_and_offices_of_the_united_states(
    new_case: NewCase, language: str
) -> None:
    ours = "Equifax|Federal|Freeze|freeze|congelar|annualcreditreport|attorney general|fiscal"
    theirs = {"jurisdiction": "DE", "region": None, "postcode": "50667", "country": "DE", "language": language}
    people = [person(1, **theirs), person(2, minor=True, **theirs), person(3, deceased=True, **theirs)]
    law = [duty("DE", ["likely_consequences"], duty_id="EU-GDPR:individuals:DE")]
    for rows, found in ((people, False), ([*people, person(4, language=language)], True)):
        made = run(new_case, rows, state={"duties": law})
        letters = {row["person_id"]: row["text"] for row in made.output("mail/letters.parquet").to_table().to_pylist()}
        assert {key for key, text in letters.items() if re.search(ours, text)} == ({4} if found else set())
        public = texts(made, "page", "press", "faq")
        assert all(row["text"] for row in public)
        assert bool([row for row in public if re.search(ours, row["text"])]) is found


def test_an_undetermined_account_never_reads_that_it_is_not_affected(case: Case) -> None:
    assert {row["account_number"]: row["state"] for row in output(case, "accounts")} == {
        "A1": "affected",
        "A4": "affected",
        "A6": "undetermined",
    }
    clear = {"en": "not believe", "es": "no creemos"}
    for row in texts(case, "banner"):
        assert (clear[row["language"]] in row["text"]) == (row["kind"] == "not_affected")


@pytest.mark.parametrize(
    ("rows", "state", "others"),
    [
        ([person(1, account_number="A1")], ALL_READ, "not_affected"),
        ([person(1, account_number="A1", registry_matches=1)], ALL_READ, "not_affected"),
        ([person(1, account_number="A1", registry_matches=2)], ALL_READ, "undetermined"),
        ([person(1, status="former")], ALL_READ, "not_affected"),
        ([person(1, status="current")], ALL_READ, "undetermined"),
        ([person(1)], ALL_READ, "undetermined"),
        *(
            (
                [person(1, account_number="A1")],
                {key: rows for key, rows in ALL_READ.items() if key != left},
                "undetermined",
            )
            for left in ALL_READ
        ),
        *(
            ([person(1, account_number="A1")], {**ALL_READ, **state}, others)
            for state, others in (
                ({"files": [*READ, {"file_id": 3, "state": "failed"}]}, "undetermined"),
                ({"files": [*READ, {"file_id": 3, "state": "read", "rows_rejected": 1}]}, "undetermined"),
                ({"mentions": [*OWNED, {**OWNED[0], "start": 12, "record_id": None}]}, "undetermined"),
                ({"reviews": [{"review_id": "r", "state": "open"}]}, "undetermined"),
                ({"reviews": [{"review_id": "r", "state": "decided"}]}, "not_affected"),
            )
        ),
    ],
)
def test_other_accounts_are_cleared_only_when_nothing_is_open(
    new_case: NewCase, rows: list[dict[str, Any]], state: dict[str, Any], others: str
) -> None:
    case = run(new_case, rows, state=state)
    assert [row["state"] for row in output(case, "standing") if row["others"]] == [others]
    assert ("still being determined" in findings(case)) == (others == "undetermined")


def test_a_file_that_a_human_read_holds_nobody_back_until_something_else_is_open_in_it(
    new_case: NewCase, tmp_path: Path
) -> None:
    torn = {"file_id": 3, "path": "=torn.sql", "bytes": 90, "sha256": "aa", "state": "read", "rows_rejected": 1}
    nobodys = {**OWNED[0], "file_id": 3, "record_id": None}
    case = run(
        new_case,
        [person(1, account_number="A1")],
        state={**ALL_READ, "files": [*READ, torn], "mentions": [*OWNED, nobodys]},
    )
    assert others_read(case) == "undetermined"
    with pytest.raises(CaseError, match="nothing is open in file 1"):
        notices.settle(case, [1])
    notices.settle(case, [3])
    assert not notices.run(case).resumed
    assert others_read(case) == "not_affected"
    assert notices.export_unread(case, tmp_path / "unread") == 1
    [row] = csv.DictReader((tmp_path / "unread" / "unread.csv").read_text().splitlines())
    assert (row["FILE"], row["PATH"], row["READ_BY_HAND"]) == ("3", "'=torn.sql", "Y")
    put_table(case, "files", table("files", [*READ, {**torn, "rows_rejected": 2}]))
    notices.run(case)
    assert others_read(case) == "undetermined"


def others_read(case: Case) -> str:
    return next(row["state"] for row in output(case, "standing") if row["others"])


def test_the_call_centre_can_look_up_everybody_also_who_has_no_address(new_case: NewCase, tmp_path: Path) -> None:
    nowhere = {"address_line": None, "postcode": None, "email": "=who@example.org", "given_name": "@Ann"}
    case = run(new_case, [person(1), person(2, **nowhere), person(3, elements=0)])
    found = case.outcome("notices")
    assert found is not None
    assert next(one for one in found.balances if one.what == "people for the call centre").out == {"listed": 3}
    notices.approve(case, ["all"])
    notices.export_channels(case, tmp_path / "out")
    with (tmp_path / "out" / "callers.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["FAMILY_NAME"]: row for row in csv.DictReader(file)}
    assert {name: row["STATE"] for name, row in rows.items()} == {
        "Family1": "affected",
        "Family2": "affected",
        "Family3": "undetermined",
    }
    assert (rows["Family1"]["POSTCODE"], rows["Family1"]["EMAIL"]) == ("93650", "")
    assert (rows["Family2"]["EMAIL"], rows["Family2"]["GIVEN_NAME"]) == ("'=who@example.org", "'@Ann")
    assert rows["Family1"]["REFERENCE"] == "1-wave1"


def test_one_affected_person_makes_the_account_affected(new_case: NewCase) -> None:
    case = run(new_case, [person(1, account_number="A", elements=0), person(2, account_number="A")])
    assert output(case, "accounts") == [{"account_number": "A", "state": "affected"}]


def test_a_text_message_is_a_courtesy_that_states_no_element_and_fits_one_message(new_case: NewCase) -> None:
    rows = [
        person(1, **NUMBER),
        person(2, **NUMBER),
        person(3, address_line=None, language="es", phone="+15555550103", phone_source="registry"),
        person(4, minor=True, phone="+15555550104", phone_source="registry"),
        person(5, deceased=True, phone="+15555550105", phone_source="registry"),
        person(6, phone="+15555550106", phone_source="taken:7"),
        person(7, elements=0, phone="+15555550107", phone_source="registry"),
        person(8, phone="=cmd|x", phone_source="registry"),
    ]
    case = run(new_case, rows)
    assert [(row["phone"], row["text"], row["language"]) for row in output(case, "messages")] == [
        ("+15555550100", "mailed", "en"),
        ("+15555550103", "unreached", "es"),
    ]
    for row in texts(case, "sms"):
        assert (row["alphabet"], row["parts"]) == ("GSM-7", 1)
        assert "\n" not in row["text"]
        assert not re.search("Social|birth|nacimiento|nombre", row["text"])


def test_a_long_text_message_is_a_finding(new_case: NewCase) -> None:
    sender = {**ORGANISATION, "name": "Compañía de Teléfonos Móviles del Suroeste y Compañía"}
    case = run(new_case, [person(1, **NUMBER)], organisation=sender)
    assert re.search(r"sms-mailed-standard-en-\w+ takes \d parts \(UCS-2\)", findings(case))


def test_facts_that_are_not_known_leave_their_lines_out_and_are_findings(new_case: NewCase) -> None:
    case = run(new_case, people(), organisation={"name": "Meridian"}, incident={"determined": INCIDENT["determined"]})
    for row in texts(case):
        assert "{" not in row["text"]
        assert "None" not in row["text"]
        assert "\n\n\n" not in row["text"]
    for slot in ("phone", "website", "email", "discovered", "contained", "organisation_place"):
        assert f"{slot} is not set in case.toml: the line that states it is left out of" in findings(case)
    assert "people_told" not in findings(case)


def test_whole_texts_are_plain(case: Case) -> None:
    for row in texts(case):
        if sentences(row["text"]):
            if row["language"] == "en":
                assert english_grade(row["text"]) <= 8, row["variant"]
            else:
                assert spanish_ease(row["text"]) >= 65, row["variant"]


def test_a_page_can_be_read_by_everyone_and_loads_nothing(case: Case) -> None:
    for row in texts(case, "page", "substitute", "script", "faq"):
        page = row["finished"]
        assert page.startswith(f'<!doctype html>\n<html lang="{row["language"]}">')
        assert page.count("<h1>") == 1
        assert f"<title>{row['subject']}</title>" in page
        assert page.index("<h1>") < page.index("<h2>")
        assert "default-src 'none'" in page
        assert not re.search(r"https?:|//|src=|@import|url\(|<script|<img|<link", page.split("<!doctype html>")[1])
        assert page.count("<main>") == page.count("</main>") == 1


def test_marks_in_the_organisation_are_words_not_markup(new_case: NewCase) -> None:
    case = run(new_case, people(), organisation={**ORGANISATION, "name": 'A <b> & "Sons" <script>x</script>'})
    for row in texts(case, "page", "banner"):
        assert "<script" not in row["finished"]
        assert "&lt;b&gt; &amp; " in row["finished"]


def test_nobody_affected_leaves_the_banners_alone(new_case: NewCase) -> None:
    case = run(new_case, [])
    assert {row["channel"] for row in texts(case)} == {"banner"}


PLANTED = {
    "sms": ("sms_mailed", "{organisation}: the lab rou\u200bter was open."),
    "banner": ("banner_undetermined", "Someone used a LAB\nROUTER."),
    "page": ("public_opening", "It came through our lab-routers."),
    "press": ("press_opening", "It came through our l a b r o u t e r."),
    "script": ("script_never", "Do not say that it was the lab’s router."),
    "faq": ("faq_no_notice", "The lаb rоuter was open."),
}


@pytest.mark.parametrize("channel", PLANTED)
def test_a_withheld_fact_planted_in_any_channel_stops_the_run(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    block, words = PLANTED[channel]
    monkeypatch.setitem(languages()["en"].blocks, block, words)
    with pytest.raises(DisclosureError, match=rf"entry 1 of policy\.withheld stands in text {channel}-") as caught:
        run(new_case, people(), policy={"withheld": ["lab router"]})
    assert "router" not in str(caught.value)


def test_a_withheld_kind_of_data_stops_the_run(new_case: NewCase) -> None:
    with pytest.raises(DisclosureError, match=r"entry 1 of policy\.withheld"):
        run(new_case, [person(1, elements=mask(["name", "imsi"]))], policy={"withheld": ["IMSI"]})


@pytest.mark.parametrize(
    ("block", "words", "message"),
    [
        ("banner_affected", "Hello {name}.", r"slot \{name\} of one person in a text for many"),
        ("public_opening", "Your code: {code}", r"slot \{code\} of one person"),
    ],
)
def test_a_slot_of_one_person_in_a_text_for_many_is_refused(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch, block: str, words: str, message: str
) -> None:
    monkeypatch.setitem(languages()["en"].blocks, block, words)
    outline.outlines.cache_clear()
    with pytest.raises(TemplateError, match=f"{block} has the {message}.*en.yaml"):
        run(new_case, people())
    outline.outlines.cache_clear()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"each": "weekday"}, "unknown word weekday"),
        ({"title": "headline"}, r"block headline is not there \(template e[ns]\.yaml\)"),
        ({"sections": [{"blocks": [{"block": "moon"}]}]}, "block moon is not there"),
        ({"sections": [{"heading": "sun", "blocks": []}]}, "block sun is not there"),
        ({"sections": [{"blocks": [{"block": "title", "when": ["raining"]}]}]}, "unknown condition raining"),
    ],
)
def test_a_defect_of_the_outline_is_one_line(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    entry = {"channel": "page", "text": "public", "each": "all", "sections": [], **change}
    monkeypatch.setattr(outline, "facts_of_templates", lambda _: [entry])
    outline.outlines.cache_clear()
    with pytest.raises(TemplateError, match=message) as caught:
        outline.outlines()
    outline.outlines.cache_clear()
    assert "channels.yaml, page public" in str(caught.value)


def test_a_text_without_any_words_is_one_line(new_case: NewCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(languages()["en"].blocks, "banner_affected", "")
    with pytest.raises(TemplateError, match=r"the banner affected has no words \(template en\.yaml\)"):
        run(new_case, people())


def rows_of(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_text_leaves_the_case_before_its_proof_is_approved(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "channels"
    public = [row["variant"] for row in texts(case)]
    with pytest.raises(CaseError, match=f"{min(public)} is not approved, nor of {len(public) - 1} more"):
        notices.export_channels(case, folder)
    notices.approve(case, public[1:])
    with pytest.raises(CaseError, match="nor of 0 more"):
        notices.export_channels(case, folder)
    assert not folder.exists()
    notices.approve(case, public[:1])
    notices.export_channels(case, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    with pytest.raises(CaseError, match="something already"):
        notices.export_channels(case, folder)
    with pytest.raises(CaseError, match=r"letter-.* is not approved"):
        notices.export(case, tmp_path / "mail")


def test_the_files_say_what_was_approved(new_case: NewCase, tmp_path: Path) -> None:
    rows = [*people(), person(8, account_number="=A8", **{**NUMBER, "phone": "+15555550108"})]
    case = run(new_case, rows)
    proofs, folder = tmp_path / "proofs", tmp_path / "channels"
    notices.write_proofs(case, proofs)
    notices.approve(case, ["all"])
    notices.export_channels(case, folder)
    for row in texts(case):
        proof = proofs / f"proof_{row['variant']}{Path(row['file']).suffix}"
        assert (folder / row["file"]).read_bytes() == proof.read_bytes() == row["finished"].encode()
    assert {row["FILE"] for row in rows_of(folder / "texts.csv")} == {row["file"] for row in texts(case)}
    assert [row["PHONE"] for row in rows_of(folder / "messages.csv")] == ["+15555550100", "+15555550108"]
    assert all("data breach" in row["TEXT"] for row in rows_of(folder / "messages.csv"))
    assert {row["ACCOUNT"]: row["STATE"] for row in rows_of(folder / "banner_accounts.csv")} == {
        "A1": "affected",
        "A4": "affected",
        "A6": "undetermined",
        "'=A8": "affected",
    }
    others = [row["STATE"] for row in rows_of(folder / "banner_states.csv") if row["OTHERS"] == "true"]
    assert others == ["undetermined"]
    assert sum(int(row["LOST"]) for row in rows_of(folder / "segments.csv") if row["ELEMENT"] == "name") == 7


def test_equal_inputs_give_equal_texts(new_case: NewCase) -> None:
    assert texts(run(new_case, people())) == texts(run(new_case, list(reversed(people()))))
