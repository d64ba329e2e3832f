"""The verb over a whole haul: everything is listed, every row accounted for, values normalised."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends import scan
from amends.case import Case, Outcome
from amends.elements import mask, unmask
from amends.errors import InputError
from amends.scan.files import source as source_module
from amends.scan.files.limits import DEFAULT
from amends.scan.verb import run as run_with
from tests.scan.tables_of_rows import with_luhn

NewCase = Callable[..., Case]


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return new_case(encryption="volume")


def put(case: Case, name: str, content: bytes | str) -> Path:
    path = case.settings.inputs.taken / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(case: Case, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = case.dataset(table).to_table().to_pylist()
    return found


def files(case: Case) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in rows(case, "files")}


def records(case: Case, content: str, name: str = "t.csv") -> list[dict[str, Any]]:
    put(case, name, content)
    scan.run(case)
    return rows(case, "records")


def balance(outcome: Outcome, what: str) -> dict[str, int]:
    return next(dict(part.out) for part in outcome.balances if part.what == what)


def test_every_entry_is_listed_with_its_reason(case: Case) -> None:
    taken = case.settings.inputs.taken
    put(case, "w1/people.csv", "first_name,last_name,ssn\nAnn,Lee,123-45-6788\n")
    put(case, "w1/empty.csv", b"")
    put(case, "w1/notes.txt", "Ask the desk before deleting anything.\n")
    put(case, "w2/torn.parquet", b"PAR1 and nothing more")
    put(case, "w2/app.log", "2021-08-01 12:00:01,123 INFO started\n" * 5)
    (taken / "link.csv").symlink_to("/etc/passwd")
    (taken / "loop").symlink_to(taken)
    os.mkfifo(taken / "pipe")
    with zipfile.ZipFile(taken / "w2" / "really.csv", "w") as archive:
        archive.writestr("inner/people.csv", "ssn\n123-45-6788\n")
        archive.writestr("../escape.csv", "x")
    with sqlite3.connect(taken / "w2" / "kiosk.db") as db:
        db.execute("CREATE TABLE t (a)")
    db.close()
    outcome = scan.run(case)
    found = files(case)
    assert {path: (row["format"], row["state"]) for path, row in found.items()} == {
        "link.csv": ("link", "not_read"),
        "loop": ("link", "not_read"),
        "pipe": ("special", "not_read"),
        "w1/empty.csv": ("empty", "empty"),
        "w1/notes.txt": ("text", "read"),
        "w1/people.csv": ("csv", "read"),
        "w2/app.log": ("log", "read"),
        "w2/kiosk.db": ("sqlite", "read"),
        "w2/really.csv": ("zip", "read"),
        "w2/really.csv!../escape.csv": ("csv", "not_read"),
        "w2/really.csv!inner/people.csv": ("csv", "read"),
        "w2/torn.parquet": ("parquet", "failed"),
    }
    assert all(row["reason"] for row in found.values() if row["state"] in ("not_read", "failed"))
    assert found["w2/really.csv!inner/people.csv"]["container_id"] == found["w2/really.csv"]["file_id"]
    assert {row["wave"] for row in found.values()} == {"", "w1", "w2"}
    assert balance(outcome, "files") == {"read": 6, "empty": 1, "not_read": 4, "failed": 1, "changed": 0}
    assert any("parquet, wave w2) failed" in finding for finding in outcome.findings)
    assert not any("people" in finding for finding in outcome.findings)


def test_the_hash_is_that_of_the_bytes(case: Case) -> None:
    content = b"\xef\xbb\xbffirst_name,last_name\nAnn,Lee\n"
    put(case, "a.csv", content)
    put(case, "b.bin", b"\x89PNG" + content)
    scan.run(case)
    found = files(case)
    assert found["a.csv"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert found["b.bin"]["sha256"] == hashlib.sha256(b"\x89PNG" + content).hexdigest()


def test_values_are_normalised(case: Case) -> None:
    imei, imsi, iccid = with_luhn("35693803564380"), "310260123456789", with_luhn("890141032111185107")
    found = records(
        case,
        "name,birth_date,ssn,e-mail,mobile,street,apt,town,state,zip,country,DL,imei,imsi,iccid,acct_no,pin,status\n"
        f'"O\'NEIL JR, MARY ANN",3/12/1975,12345678,ANN@Example.ORG,(415) 555-0123,12  Oak St,Apt 4,Reno,nevada,2134,'
        f"USA,d 123 4567,{imei},{imsi},{iccid},A-1,0042,Active\n"
        "Juan de la Cruz III,12/25/1980,000-00-0000,x@,123,PO Box 9,,Troy,NY,10001-1234,,,,,,,,former\n",
    )
    first, second = found
    assert {key: first[key] for key in ("given_name", "middle_name", "family_name", "suffix")} == {
        "given_name": "MARY", "middle_name": "ANN", "family_name": "O'NEIL", "suffix": "JR",
    }  # fmt: skip
    assert first["dob"] == date(1975, 3, 12)
    assert first["ssn"] == "012345678"
    assert (first["email"], first["phone"]) == ("ann@example.org", "+14155550123")
    assert (first["address_line"], first["city"], first["region"]) == ("12 Oak St Apt 4", "Reno", "NV")
    assert (first["postcode"], first["country"]) == ("02134", "US")
    assert (first["driver_license"], first["account_number"]) == ("D1234567", "A-1")
    assert (first["imei"], first["imsi"], first["iccid"]) == (imei, imsi, iccid)
    assert first["status"] == "current"
    assert unmask(first["elements"]) == {
        "name", "dob", "ssn", "email", "phone", "address", "driver_license", "imei", "imsi", "iccid",
        "customer_account", "pin",
    }  # fmt: skip
    assert (second["given_name"], second["family_name"], second["suffix"]) == ("Juan", "de la Cruz", "III")
    assert second["dob"] == date(1980, 12, 25)
    assert (second["ssn"], second["email"], second["phone"]) == (None, None, None)
    assert second["postcode"] == "10001"
    assert unmask(second["elements"]) == {"name", "dob", "address"}


def test_a_date_column_decides_which_comes_first_day_or_month(case: Case) -> None:
    days = "".join(f"Ann,Lee,{day:02d}/{month:02d}/1980\n" for day in (3, 25, 26) for month in (1, 2))
    found = records(case, "first_name,last_name,dob\n" + days)
    assert [row["dob"] for row in found][:2] == [date(1980, 1, 3), date(1980, 2, 3)]


def test_two_digit_years_of_birth_are_never_in_the_future(case: Case) -> None:
    found = records(case, "last_name,dob\nLee,03/12/75\nKim,12-MAR-05\nRay,03/12/99\n")
    assert [row["dob"].year for row in found] == [1975, 2005, 1999]


def test_the_first_filled_of_several_columns_wins(case: Case) -> None:
    found = records(case, "last_name,home_phone,work_phone\nLee,,415-555-0100\nKim,415-555-0101,415-555-0102\n")
    assert [row["phone"] for row in found] == ["+14155550100", "+14155550101"]


def test_rows_without_a_person_are_impersonal_and_counted(case: Case) -> None:
    put(case, "a.csv", "first_name,last_name,ssn,city\nAnn,Lee,123-45-6788,Reno\n,,,Troy\n,,n/a,\n")
    put(case, "b.csv", "order_no,price\n" + "123456,1.50\n" * 7)
    put(case, "c.ndjson", '{"email": "a@example.org"}\nbroken\n{"email": ""}\n')
    outcome = scan.run(case)
    assert balance(outcome, "rows") == {"recorded": 2, "impersonal": 10, "rejected": 1}
    for row in files(case).values():
        assert row["rows"] == row["rows_recorded"] + row["rows_impersonal"] + row["rows_rejected"]
    assert [row["row"] for row in rows(case, "records")] == [0, 0]


def test_a_record_points_to_its_row(case: Case) -> None:
    put(case, "w1/a.csv", "email\na@example.org\n\nnothing\nb@example.org\n")
    put(case, "w2/b.ndjson", 'broken\n{"email": "c@example.org"}\n')
    scan.run(case)
    found = rows(case, "records")
    assert [(row["file_id"], row["row"], row["wave"]) for row in found] == [(1, 0, "w1"), (1, 2, "w1"), (2, 1, "w2")]
    assert [row["record_id"] for row in found] == [row["file_id"] * 2**36 + row["row"] for row in found]


def test_files_keep_their_ids_when_a_wave_arrives(case: Case) -> None:
    put(case, "w2/b.csv", "email\nb@example.org\n")
    scan.run(case)
    put(case, "w1/a.csv", "email\na@example.org\n")
    put(case, "w3/c.csv", "email\nc@example.org\n")
    scan.run(case)
    assert {path: row["file_id"] for path, row in files(case).items()} == {"w2/b.csv": 1, "w1/a.csv": 2, "w3/c.csv": 3}
    assert [row["email"][0] for row in rows(case, "records")] == ["b", "a", "c"]


def test_an_unsure_column_becomes_a_question(case: Case) -> None:
    put(case, "a.csv", "last_name,ssn\n" + "Lee,123-45-6788\n" * 2 + "Lee,see file\n" * 8)
    outcome = scan.run(case)
    (review,) = rows(case, "reviews")
    assert (review["review_id"], review["records"], review["state"]) == ("column:1:1", 10, "open")
    assert any("1 column (10 cells)" in finding for finding in outcome.findings)
    found = [row["elements"] for row in rows(case, "records")]
    assert found == [mask(["name", "ssn"])] * 2 + [mask(["name"])] * 8


def test_nothing_to_scan_is_one_clear_error(case: Case) -> None:
    with pytest.raises(InputError, match="empty"):
        scan.run(case)
    case.settings.inputs.taken.rmdir()
    with pytest.raises(InputError, match="not there"):
        scan.run(case)


def test_a_file_that_changes_while_it_is_read_is_left_out_and_the_rest_kept(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = put(case, "a.csv", "email\na@example.org\n")
    put(case, "b.csv", "email\nb@example.org\n")
    passes = 0
    original = source_module.Source.chunks

    def touched(self: source_module.Source, skip: int = 0) -> Iterator[bytes]:
        nonlocal passes
        if self.path == changing:
            passes += 1
            if passes == 2:
                changing.write_bytes(b"email\na@example.org\nnew@example.org\n")
        yield from original(self, skip)

    monkeypatch.setattr(source_module.Source, "chunks", touched)
    outcome = scan.run(case)
    assert passes == 2
    assert files(case)["a.csv"]["state"] == "changed"
    assert [row["email"] for row in rows(case, "records")] == ["b@example.org"]
    assert any("run scan again" in finding for finding in outcome.findings)


def test_one_endless_line_fails_alone(case: Case) -> None:
    put(case, "a.csv", b"first_name,last_name," + b"x" * 300_000)
    put(case, "b.csv", "email\nb@example.org\n")
    run_with(case, limits=replace(DEFAULT, chunk=1 << 12, row=1 << 16, quoted=1 << 12, sample=1 << 12))
    assert files(case)["a.csv"]["state"] == "failed"
    assert files(case)["b.csv"]["state"] == "read"


def test_a_table_of_too_many_columns_fails_with_that_reason(case: Case) -> None:
    put(case, "wide.csv", (",".join(f"c{i}" for i in range(12_000)) + "\n") * 3)
    scan.run(case)
    assert "10000 columns" in files(case)["wide.csv"]["reason"]


def test_a_folder_that_cannot_be_listed_is_listed(case: Case) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may list every folder")
    put(case, "w1/a.csv", "email\na@example.org\n")
    (case.settings.inputs.taken / "w1").chmod(0)
    scan.run(case)
    assert files(case)["w1"]["state"] == "failed"


def test_equal_hauls_give_equal_tables_whatever_the_chunks(new_case: NewCase) -> None:
    tables = []
    for limits in (DEFAULT, replace(DEFAULT, chunk=50, cells=64)):
        case = new_case(encryption="volume")
        put(case, "a.csv", "first,last,SSN\n" + "".join(f'Ann,"Lee\n{i}",123-45-{i:04d}\n' for i in range(1, 200)))
        pq.write_table(pa.table({"email": [f"u{i}@example.org" for i in range(100)]}), put(case, "b.parquet", b""))
        run_with(case, limits=limits)
        tables.append([case.dataset(name).to_table() for name in ("records", "columns", "files")])
    assert tables[0] == tables[1]
    assert len(tables[0][0]) == 299


def test_a_second_run_has_nothing_to_do(case: Case) -> None:
    put(case, "a.csv", "email\na@example.org\n")
    assert not scan.run(case).resumed
    assert scan.run(case).resumed


def test_a_header_repeated_among_the_rows_and_a_line_of_dashes_tell_of_nobody(case: Case) -> None:
    header, people = "First Name,Last Name,SSN\n", "Maria,Lopez,123-45-6789\nAnn,Lee,123-45-6788\n"
    found = records(case, f"{header}-----,-----,-----\n{people}{header}{people}")
    assert [row["given_name"] for row in found] == ["Maria", "Ann", "Maria", "Ann"]


@pytest.mark.parametrize("mark", ["^", "~", ":", "\x01", "\x1f"])
def test_rows_parted_by_marks_that_are_rare_are_a_table(case: Case, mark: str) -> None:
    people = [("Maria", "Zyx", f"{number}-45-6789", f"(702) 555-0{number}") for number in range(210, 230)]
    found = records(case, "\n".join(mark.join(row) for row in people) + "\n", name="dump.txt")
    assert [(row["ssn"], row["phone"]) for row in found] == [
        (f"{number}456789", f"+17025550{number}") for number in range(210, 230)
    ]


@pytest.mark.parametrize(
    "line", ["2021-08-01 12:30:01 login ok", "https://example.org:8080/a", "00:1b:63:84:45:e6", "key: value", "a:b"]
)
def test_times_addresses_and_pairs_are_no_table(case: Case, line: str) -> None:
    put(case, "notes.txt", f"{line}\n" * 20)
    scan.run(case)
    assert files(case)["notes.txt"]["format"] == "text"
