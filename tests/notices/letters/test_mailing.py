"""What a print house and a post office ask of letters: the window, the paper, the seeds, whole folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pypdfium2 as pdfium
import pytest

from amends import notices
from amends.case import Case
from amends.errors import CaseError, EvidenceError, SettingError
from amends.notices.letters import batch, checking, sheets
from amends.notices.letters.batch import LetterFile, Letters
from amends.notices.letters.checking import chosen
from amends.notices.letters.measuring import utf8
from amends.notices.letters.seeds import seeds_of
from amends.notices.letters.sheets import plan_of, set_sheets
from amends.notices.texts import TemplateError
from tests.notices.letters.mailed import by_person, manifest, page_text, rows, window_text
from tests.notices.people_who_lost import INCIDENT, ORGANISATION, person, tables

NewCase = Callable[..., Case]
POSTED = {**ORGANISATION, "mailer_id": "123456", "mail_service": "300"}
SEEDS = ("Pat Example; 1 Main Street; Springfield; IL; 62701", "Sam Example; 2 Elm Street; Dover; DE; 19901-1234")
CLEAR = (1.0, 2.625, 4.25, 3.375)
"""What a window of 4 1/2 by 1 1/8 inches always shows, less 1/8 inch on each side (USPS Publication 25, 3-9)."""
EVER = (0.0, 2.375, 5.375, 3.625)
LONG = {"given_name": "Maria Fernanda", "family_name": "Rodriguez Hernandez"}


@pytest.fixture
def case(new_case: NewCase) -> Case:
    people = [
        person(1),
        person(2, minor=True, **LONG),
        person(3, country="MX", region="CDMX", postcode="01000"),
        person(4, given_name=None),
        person(5, given_name="\u00c5\u1ebe", family_name="Jyg\u00e7"),
        person(6, language="es"),
    ]
    made = new_case(
        tables=tables(people), organisation=POSTED, incident=INCIDENT, mailing={"seeds": SEEDS}, engine={"threads": 2}
    )
    notices.run(made)
    notices.approve(made, ["all"])
    return made


def test_the_window_shows_the_whole_address_and_nothing_else(case: Case, tmp_path: Path) -> None:
    notices.export(case, tmp_path / "mail")
    for number, row in by_person(tmp_path / "mail").items():
        shown = window_text(tmp_path / "mail", row, CLEAR)
        bars = [line for line in shown if set(line) <= set("ADFT") and len(line) == 65]
        assert bool(bars) == (number != 3)
        place = [row["CTY_NM"], f"{row['ST_CD']} {row['ZIP_FRST_5_CD']}"]
        wanted = [
            row["ADDRESSEE"],
            row["ADDR_LIN_1_TX"],
            (", " if number == 3 else " ").join(place),
            *(["MEXICO"] if number == 3 else []),
        ]
        assert shown == wanted + bars
        assert window_text(tmp_path / "mail", row, EVER) == shown


def test_a_long_addressee_is_set_smaller_and_not_held_back(case: Case, tmp_path: Path) -> None:
    exported = notices.export(case, tmp_path / "mail")
    row = by_person(tmp_path / "mail")[2]
    assert exported.held == 0 and "Parent or Guardian of Maria Fernanda" in page_text(tmp_path / "mail", row)
    document = pdfium.PdfDocument(tmp_path / "mail" / row["FILE"])
    text = document[int(row["FIRST_PAGE"]) - 1].get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    document.close()
    assert max(right for _, bottom, right, _ in boxes if 540 < bottom < 592) <= 4.25 * 72


def test_a_letter_without_a_given_name_greets_the_family_name(case: Case, tmp_path: Path) -> None:
    notices.export(case, tmp_path / "mail")
    row = by_person(tmp_path / "mail")[4]
    assert row["FRST_NM"] == "" and "Dear Family4:" in page_text(tmp_path / "mail", row)


@pytest.mark.parametrize("paragraphs", [1, 40, 80])
def test_every_letter_begins_on_paper_of_its_own(paragraphs: int, tmp_path: Path) -> None:
    text = "Us\n\n{address_block}\n\nReference number: {reference}\n\n" + "A paragraph.\n\n" * paragraphs
    plan = plan_of("letter", "en", text)
    (sheet,) = set_sheets([(plan, text, ())])
    zero = np.zeros(2, np.int64)
    lines = pa.array(["", "Ann Ames", "1 Oak Avenue", "Fresno, CA 93650", "Reference number: 1"] * 2)
    with (tmp_path / "two.pdf").open("wb") as file:
        made = LetterFile(file, [sheet])
        made.add(Letters(zero, zero, np.zeros((2, 65), np.uint8), *utf8(lines), np.array([0, 5])))
        made.close()
    document = pdfium.PdfDocument(tmp_path / "two.pdf")
    starts = [number for number, page in enumerate(document) if "Ames" in page.get_textpage().get_text_bounded()]
    assert len(document) % 4 == 0 and starts == [0, len(document) // 2]
    document.close()


def test_a_letterhead_that_reaches_into_the_window_is_refused(new_case: NewCase, tmp_path: Path) -> None:
    organisation = {**ORGANISATION, "name": "Meridian Mobile " + "and Daughters " * 40}
    made = new_case(tables=tables([person(1)]), organisation=organisation, incident=INCIDENT)
    notices.run(made)
    with pytest.raises(TemplateError, match="reach into the window"):
        notices.write_proofs(made, tmp_path / "proofs")


def test_the_organisation_in_a_script_without_glyphs_is_refused_by_name(new_case: NewCase, tmp_path: Path) -> None:
    made = new_case(tables=tables([person(1)]), organisation={**ORGANISATION, "name": "李 Mobile"}, incident=INCIDENT)
    notices.run(made)
    with pytest.raises(TemplateError, match=r"no glyph for U\+674E"):
        notices.write_proofs(made, tmp_path / "proofs")


def test_seeds_end_every_file_and_are_no_persons(case: Case, tmp_path: Path) -> None:
    exported = notices.export(case, tmp_path / "mail")
    listed = manifest(tmp_path / "mail")
    files = {row["FILE"] for row in listed}
    seeds = [row for row in listed if row["SEED"] == "Y"]
    assert exported.pieces == 6 == len(listed) - len(seeds)
    assert len(seeds) == 2 * len(files)
    for name in files:
        assert [row["SEED"] for row in listed if row["FILE"] == name][-2:] == ["Y", "Y"]
    counts = rows(tmp_path / "mail" / "counts.csv")
    assert sum(int(row["PIECES"]) for row in counts) == 6
    assert sum(int(row["SEEDS"]) for row in counts) == len(seeds)
    assert sum(int(row["PAGES"]) for row in counts) == sum(int(row["PAGES"]) for row in listed)
    assert len({row["IMB_TRACKING_CODE"] for row in listed if row["COUNTRY"] == "US"}) == len(listed) - 1
    codes = {row["ACTIVATION_CODE"] for row in listed} - {""}
    for row in seeds:
        text = page_text(tmp_path / "mail", row)
        assert row["ADDRESSEE"] in text and row["REFERENCE_NUMBER"] in text and row["ADDR_LIN_1_TX"] in text
        assert not any(code in text for code in codes)


@pytest.mark.parametrize("seed", ["Pat; 1 Main Street", "Pat;; Springfield; IL; 62701", "李; 1 Main; X; IL; 62701"])
def test_a_seed_that_cannot_be_printed_is_refused(seed: str) -> None:
    with pytest.raises(SettingError, match="seed 1"):
        seeds_of([seed])


def test_a_killed_export_is_run_again(case: Case, tmp_path: Path) -> None:
    first = notices.export(case, tmp_path / "whole").files
    left = tmp_path / "mail" / ".unfinished"
    left.mkdir(parents=True)
    (left / "letters_half.pdf").write_bytes(b"%PDF")
    assert notices.export(case, tmp_path / "mail").files == first
    assert {path.name for path in (tmp_path / "mail").iterdir()} == set(first)


def test_a_folder_that_holds_something_is_refused(case: Case, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "notes.txt").write_text("mine")
    with pytest.raises(CaseError, match="there is something already"):
        notices.export(case, tmp_path / "mail")
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["notes.txt"]


def test_a_stopped_export_leaves_nothing(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_SEEN", (0, 0, 612, 792))
    with pytest.raises(EvidenceError, match="what shows in the window of piece"):
        notices.export(case, tmp_path / "mail")
    assert not (tmp_path / "mail").exists()


def test_pages_that_lack_a_paragraph_stop_the_batch(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sheets.described

    def short(*given: Any) -> dict[str, Any]:
        sheet = whole(*given)
        return {**sheet, "paragraphs": sheet["paragraphs"][:-1]}

    monkeypatch.setattr(sheets, "described", short)
    with pytest.raises(EvidenceError, match="the whole text of piece"):
        notices.export(case, tmp_path / "mail")


def test_a_line_stamped_over_another_stops_the_batch(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rightly = batch._moves

    def wrongly(sheet: sheets.Sheet, page: int, scale: float) -> list[bytes]:
        moved = [replace(stamp, y=stamp.y - 12) if slot > 4 else stamp for slot, stamp in enumerate(sheet.stamps)]
        return rightly(replace(sheet, stamps=tuple(moved)), page, scale)

    monkeypatch.setattr(batch, "_moves", wrongly)
    with pytest.raises(EvidenceError, match="lies over another"):
        notices.export(case, tmp_path / "mail")


def test_the_proofs_that_were_approved_go_with_the_letters(case: Case, tmp_path: Path) -> None:
    notices.export(case, tmp_path / "mail")
    variants = {row["VARIANT"] for row in manifest(tmp_path / "mail")}
    assert {path.stem for path in (tmp_path / "mail").glob("proof_*.pdf")} == {f"proof_{name}" for name in variants}


def test_one_in_a_hundred_is_chosen_the_same_at_every_run() -> None:
    found = [number for number in range(100_000) if chosen(number)]
    assert 900 < len(found) < 1_100
    assert found == [number for number in range(100_000) if chosen(number)]
    assert len({number % 100 for number in found}) > 90


def test_a_tagged_copy_says_what_the_letter_says(case: Case, tmp_path: Path) -> None:
    notices.export(case, tmp_path / "mail")
    for number in (2, 3, 6):
        row = by_person(tmp_path / "mail")[number]
        folder = tmp_path / f"copy{number}"
        assert notices.export_letter(case, row["REFERENCE_NUMBER"], folder) == 1
        (path,) = folder.iterdir()
        raw = path.read_bytes()
        assert b"<pdfuaid:part>1" in raw and b"/Marked true" in raw and b"/StructTreeRoot" in raw
        assert f"/Lang ({row['LANGUAGE']})".encode() in raw
        assert raw.count(b"/S /H1") == 1 and raw.count(b"/S /H2") >= 5
        copy = {"FILE": path.name, "FIRST_PAGE": "1", "PAGES": str(len(pdfium.PdfDocument(path)))}
        printed = page_text(tmp_path / "mail", row).split()
        assert sorted(word for word in printed if not (len(word) == 65 and set(word) <= set("ADFT"))) == sorted(
            page_text(folder, copy).split()
        )


def test_a_copy_of_a_letter_that_is_none_is_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no letter has this reference number"):
        notices.export_letter(case, "77-wave1", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
