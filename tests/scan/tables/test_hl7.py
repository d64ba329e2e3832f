"""HL7 version 2: a row a segment, its fields by the standard, whatever ends the segments and parts the fields."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from amends.case import Case
from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.hl7 import Hl7Reader
from amends.scan.verb import run
from tests.scan.haul_of import files, put, rows
from tests.scan.tables_of_rows import read_all, small_chunks

MESSAGE = (
    "MSH|^~\\&|LAB|HOSPITAL|C|D|202108011200||ADT^A01|77|P|2.5\r"
    'PID|1||1005^^^HOSP^MR~90^^^X^PI||LOPEZ&DE^MARÍA^""^JR||195003120830|F|||12 Oak St&Oak^Apt 4^Reno^NV^89501~9 Elm St'
    "^^Reno||(702) 555-0100^PRN^PH^maria@example.org~(702) 555-0101|||||ACC7|201-45-6789|1400000001^NV\r"
    "NK1|1|LOPEZ^JUNE|SPO|12 Oak St^^Reno^NV^89501|(702) 555-0102\r"
    "OBX|1|TX|NOTE||Daughter called\r"
)


def read(content: bytes, folder: Path, chunk: int = DEFAULT.chunk) -> list[dict[str, str]]:
    path = folder / "messages.hl7"
    path.write_bytes(content)
    found = read_all(Hl7Reader(Source(path, small_chunks(chunk)), tell(content), content))
    assert found.tally.rows == len(found.rows) + found.tally.rejected
    return [{name: cell for name, cell in zip(found.names, row, strict=True) if cell is not None} for row in found.rows]


@pytest.mark.parametrize("chunk", [7, 1 << 20])
@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("marks", ["|^~\\&", "#@%\\$"])
def test_the_fields_of_a_patient_are_those_of_the_standard(marks: str, ends: str, chunk: int, tmp_path: Path) -> None:
    text = MESSAGE.replace("maria@", "maria.at.").translate(str.maketrans("|^~\\&", marks)).replace("\r", ends)
    head, patient, kin, note = read(("\x0b" + text + "\x1c" + ends).encode(), tmp_path, chunk)[:4]
    assert head == {}
    assert patient == {
        "medical record number": "1005", "medical record number 2": "90", "last name": "LOPEZ", "first name": "MARÍA",
        "suffix": "JR", "date of birth": "19500312", "sex": "F", "street address": "12 Oak St",
        "address line 2": "Apt 4", "city": "Reno", "state": "NV", "zip code": "89501", "phone": "(702) 555-0100",
        "email": "maria.at.example.org", "phone 2": "(702) 555-0101", "account number": "ACC7", "ssn": "201-45-6789",
        "drivers license number": "1400000001", "drivers license state": "NV",
        "text": text[text.index("9 Elm") : text.index("Reno", text.index("9 Elm")) + 4],
    }  # fmt: skip
    assert (kin["first name"], kin["last name"], kin["phone"]) == ("JUNE", "LOPEZ", "(702) 555-0102")
    assert note["text"].endswith("Daughter called")


def test_a_message_cut_off_in_a_field_keeps_what_is_there(tmp_path: Path) -> None:
    cut = MESSAGE[: MESSAGE.index("^MARÍA")]
    assert read(cut.encode(), tmp_path)[1]["last name"] == "LOPEZ"


def test_windows_1252_and_odd_segments_are_read(tmp_path: Path) -> None:
    odd = "PID\rPID|\rPI\r|||||\r" + "PID" + "|" * 500 + "\rPID|1||||" + "^" * 500 + "\r"
    found = read((odd + MESSAGE).encode("cp1252"), tmp_path)
    assert [row["first name"] for row in found if "first name" in row] == ["MARÍA", "JUNE"]


def test_a_file_of_messages_gives_a_record_a_human(new_case: Callable[..., Case]) -> None:
    case = new_case()
    put(case, "adt", (MESSAGE * 3).encode())
    run(case)
    assert (files(case)["adt"]["format"], files(case)["adt"]["rows"]) == ("hl7", 12)
    found = [(row["given_name"], row["ssn"], row["phone"]) for row in rows(case, "records") if row["family_name"]]
    assert found == [("MARÍA", "201456789", "+17025550100"), ("JUNE", None, "+17025550102")] * 3
