"""Letters of a case as files for a print house: each says what its text says, or the batch stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from amends import notices
from amends.case import Case
from amends.engine import Engine, open_engine
from amends.errors import EvidenceError, SettingError
from amends.notices.letters import Postage, check_letters, print_letters
from amends.notices.letters.glyphs import glyphs
from tests.notices.letters.mailed import by_person, manifest, page_text, rows
from tests.notices.people_who_lost import INCIDENT, LINE, ORGANISATION, person, tables

NewCase = Callable[..., Case]
POSTED = {**ORGANISATION, "mailer_id": "123456", "mail_service": "300"}
NAMES = [
    "Nguyễn Thị Hồng",
    "Łukasz Żółć",
    "Σοφία Παπαδοπούλου",
    "Олексій Шевченко",
    "José Ñandú O'Brien",
    "Bjørn Þórðarson",
]


@pytest.fixture
def case(new_case: NewCase) -> Case:
    people = [
        *(person(number, given_name=name, family_name=f"Test{number}") for number, name in enumerate(NAMES, 1)),
        person(11, given_name="李小龍"),
        person(12, given_name="X" * 200),
        person(13, given_name="משה"),
        person(14, given_name="Ann🌷"),
        person(15, country="MX", region="CDMX", postcode="01000"),
        person(16, elements=LINE, language="es"),
        person(17, deceased=True),
        person(18, minor=True, postcode="93650-1234"),
        person(19, elements=LINE, given_name="(a) \\ b\\)"),
    ]
    made = new_case(tables=tables(people), organisation=POSTED, incident=INCIDENT, engine={"threads": 2})
    notices.run(made)
    notices.approve(made, ["all"])
    return made


def test_another_reader_finds_every_name_on_its_letter(case: Case, tmp_path: Path) -> None:
    notices.export(case, tmp_path / "mail")
    listed = by_person(tmp_path / "mail")
    for number, name in enumerate(NAMES, 1):
        text = page_text(tmp_path / "mail", listed[number])
        assert text.count(f"{name} Test{number}") == 2
        assert listed[number]["ACTIVATION_CODE"] in text
    assert text.count("Notice of Data Breach") == 1


def test_who_cannot_be_printed_is_listed_and_the_rest_goes_on(case: Case, tmp_path: Path) -> None:
    exported = notices.export(case, tmp_path / "mail")
    held = {
        int(row["REFERENCE_NUMBER"].split("-")[0]): row["REASON"] for row in rows(tmp_path / "mail" / "held_back.csv")
    }
    assert held.keys() == {11, 12, 13, 14}
    assert held[11] == "line 1 of the address has a character that the font of the letters does not have"
    assert held[12] == "line 1 of the address is wider than its place on the page"
    counts = rows(tmp_path / "mail" / "counts.csv")
    assert sum(int(row["PIECES"]) for row in counts) == exported.pieces + exported.held == 15
    assert sum(int(row["PRINTED"]) for row in counts) == exported.pieces


def test_the_barcode_stands_on_letters_within_the_country_only(case: Case, tmp_path: Path) -> None:
    notices.export(case, tmp_path / "mail")
    for row in manifest(tmp_path / "mail"):
        bars = re.search(r"^[ADFT]{65}\s*$", page_text(tmp_path / "mail", row), re.MULTILINE)
        assert bool(bars) == (row["COUNTRY"] != "MX") == bool(row["IMB_TRACKING_CODE"])


def test_the_same_case_gives_the_same_bytes(case: Case, tmp_path: Path) -> None:
    first = notices.export(case, tmp_path / "one").files
    assert notices.export(case, tmp_path / "two").files == first


def test_a_mailer_id_that_is_none_is_refused() -> None:
    with pytest.raises(SettingError, match="6 or 9 digits"):
        Postage("12345", "300")


@dataclass
class Printed:
    """Finished files with the means to spoil one and to check them again."""

    case: Case
    db: Engine
    folder: Path
    files: list[str]

    def spoil(self, old: bytes, new: bytes, *, both: bool = False) -> None:
        """Change bytes in the file that has them, keeping its length; `both` swaps the two."""
        assert len(old) == len(new)
        path = next(path for path in sorted(self.folder.iterdir()) if old in path.read_bytes())
        raw = path.read_bytes()
        if both:
            raw = raw.replace(new, b"\0" * len(new)).replace(old, new).replace(b"\0" * len(new), old)
        else:
            place = raw.index(old)
            raw = raw[:place] + new + raw[place + len(old) :]
        path.write_bytes(raw)

    def check(self) -> None:
        check_letters(self.case, self.db, self.folder, self.files)


@pytest.fixture
def printed(new_case: NewCase, tmp_path: Path) -> Iterator[Printed]:
    people = [
        person(1),
        person(2),
        person(3, elements=LINE),
        person(4, elements=LINE | 1 << 3),
        person(5, language="es"),
    ]
    case = new_case(tables=tables(people), organisation=POSTED, incident=INCIDENT, engine={"threads": 2})
    notices.run(case)
    with open_engine(case) as db:
        db.attach("pieces")
        folder = tmp_path / "letters"
        folder.mkdir()
        yield Printed(case, db, folder, print_letters(case, db, folder, Postage("123456", "300")))


def shown(text: str) -> bytes:
    plain = b"".join(int(glyphs().glyph[ord(one)]).to_bytes(2, "big") for one in text)
    return re.sub(rb"([\\()])", rb"\\\1", plain).replace(b"\r", b"\\r")


def test_finished_letters_pass(printed: Printed) -> None:
    printed.check()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dear Given1 Family1:", "Dear Given2 Family2:"),
        ("CODE00000001K", "CODE00000002K"),
        ("1 OAK AVE", "1 OAK A  "),
        ("FRESNO CA 93650", "FRESNO CA 93651"),
        ("February 28, 2022", "February 27, 2022"),
        ("Reference number: 1-", "Reference number: 2-"),
    ],
)
def test_a_wrong_line_stops_the_batch(printed: Printed, old: str, new: str) -> None:
    printed.spoil(shown(old), shown(new))
    with pytest.raises(EvidenceError, match=r"a line of piece \d+"):
        printed.check()


def test_a_blank_glyph_stops_the_batch(printed: Printed) -> None:
    printed.spoil(shown("Given1"), shown("Given") + b"\0\0")
    with pytest.raises(EvidenceError, match="a line of piece"):
        printed.check()


def test_codes_in_each_others_place_stop_the_batch(printed: Printed) -> None:
    printed.spoil(shown("CODE00000001K"), shown("CODE00000002K"), both=True)
    with pytest.raises(EvidenceError, match="a line of piece"):
        printed.check()


def test_a_changed_bar_stops_the_batch(printed: Printed) -> None:
    path = printed.folder / printed.files[0]
    bars = re.search(rb"592.6 Tm\(([ADFT]{65})\)", path.read_bytes())
    assert bars
    printed.spoil(bars[1], bars[1][:-1] + (b"A" if bars[1].endswith(b"F") else b"F"))
    with pytest.raises(EvidenceError, match="the barcode of piece"):
        printed.check()


def test_the_elements_of_another_person_stop_the_batch(printed: Printed) -> None:
    for name in printed.files:
        raw = (printed.folder / name).read_bytes()
        used = sorted(set(re.findall(rb"/Resources \d+ 0 R/Contents", raw)))
        if len(used) == 4:
            printed.spoil(used[0], used[2])
            with pytest.raises(EvidenceError, match="of piece"):
                printed.check()
            return
    raise AssertionError("no file has letters on two sheets")


def test_a_lost_letter_stops_the_batch(printed: Printed) -> None:
    printed.db.run("delete from printed where piece_id = (select max(piece_id) from printed)")
    with pytest.raises(EvidenceError, match="more pages than"):
        printed.check()


def test_a_letter_that_no_list_has_stops_the_batch(printed: Printed) -> None:
    name = printed.files.pop()
    printed.db.run("delete from printed where file = $file", file=name)
    with pytest.raises(EvidenceError, match="1 letters are not printed once"):
        printed.check()


def test_a_letter_that_is_printed_and_held_back_stops_the_batch(printed: Printed) -> None:
    printed.db.run("insert into held select piece_id, 'by mistake' from printed limit 1")
    with pytest.raises(EvidenceError, match="1 letters are not printed once"):
        printed.check()
