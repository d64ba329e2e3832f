"""The truth is what stands in the files: every taken file is read again by other code and compared row by row."""

from __future__ import annotations

import json
import zipfile
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from amends import carrier, elements
from tests.carrier import reading

PLAIN = [
    "2021-08-12/offered/sample.csv",
    "2021-08-12/first_look/customers_extract.ndjson",
    "2021-08-17/billing/customers_01.csv",
    "2021-08-17/billing/customers_02.parquet",
    "2021-08-17/credit/applications_2009_2015.txt",
    "2021-08-17/credit/applications_2016_2019.ndjson",
    "2021-08-17/credit/applications_2008.csv",
    "2021-08-17/credit/store_kiosk.csv",
    "2021-08-17/credit/applications_2020_2021.parquet",
    "2021-08-17/prepaid/active_pins.csv",
    "2021-08-17/archive/credit_archive.sql",
    "2021-08-17/archive/dealer_kits.zip!2018/dealers.csv",
    "2021-08-17/archive/dealer_kits.zip!2017/old.zip!dealers_2017.csv",
    "2021-08-17/stores/kiosk.sqlite",
    "2021-08-20/billing/accounts_b.csv",
    "2021-08-20/network/lines_a.csv",
    "2021-08-20/network/lines_b.parquet",
    "2021-08-20/former/closed_accounts.csv",
    "2021-08-20/prepaid/inactive_billing.csv",
    "2021-08-20/pebbleline/names.csv",
    "2021-08-20/logs/provisioning.log",
    "2021-08-20/archive/applicants_copy.dump.sql",
    "2022-07-22/devices/device_export_01.csv",
    "2022-07-22/devices/device_export_02.ndjson",
    "2022-07-22/late/former_prospective_01.csv",
    "2022-07-22/late/former_prospective_02.parquet",
    "2022-07-22/late/branch_copy.sql",
]


def _of_file(appearances: pa.Table, path: str) -> pa.Table:
    return appearances.filter(pc.field("path") == path)


@pytest.mark.parametrize("path", PLAIN)
def test_every_row_holds_what_the_truth_says(breach: carrier.Breach, appearances: pa.Table, path: str) -> None:
    rows, truth = reading.read(breach.taken, path), _of_file(appearances, path)
    assert truth["row"].to_pylist() == list(range(len(rows)))
    assert rows
    told = [elements.unmask(value) for value in truth["elements"].to_pylist()]
    assert [reading.found(row) for row in rows] == told


def test_a_human_has_one_licence_and_one_account_in_all_files(breach: carrier.Breach, appearances: pa.Table) -> None:
    seen: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for path in PLAIN:
        humans = _of_file(appearances, path)["human_id"].to_pylist()
        for human, row in zip(humans, reading.read(breach.taken, path), strict=True):
            for kind in ("licence", "account", "email", "imsi" if "device" not in path else ""):
                if text := reading.value(row, kind):
                    seen[kind, human].add(text)
    assert {len(texts) for (kind, _), texts in seen.items() if kind != "imsi"} == {1}


def test_the_workbook_holds_as_many_rows_as_the_truth_says(breach: carrier.Breach, appearances: pa.Table) -> None:
    path = "2021-08-17/stores/store_applications.xlsx"
    sheet = zipfile.ZipFile(breach.taken / path).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") - 2 == len(_of_file(appearances, path)) > 0


def test_each_mail_is_about_one_human(breach: carrier.Breach, appearances: pa.Table) -> None:
    mails = sorted(breach.taken.glob("2021-08-20/mail/*.eml"))
    truth = {row["path"]: row for row in appearances.to_pylist() if row["path"].endswith(".eml")}
    assert {str(mail.relative_to(breach.taken)) for mail in mails} == set(truth)
    for mail in mails:
        text, row = mail.read_text("utf-8"), truth[str(mail.relative_to(breach.taken))]
        assert ("Number: \n" in text) == ("phone" not in elements.unmask(row["elements"]))


def test_masks_of_people_are_the_union_over_their_appearances(people: pa.Table, appearances: pa.Table) -> None:
    union: defaultdict[int, int] = defaultdict(int)
    readable: defaultdict[int, int] = defaultdict(int)
    for row in appearances.to_pylist():
        union[row["human_id"]] |= row["elements"]
        readable[row["human_id"]] |= row["elements"] if row["readable"] else 0
    for row in people.to_pylist():
        assert row["elements"] == union[row["human_id"]]
        assert row["elements_readable"] == readable[row["human_id"]]


def test_no_row_is_listed_that_holds_nothing(appearances: pa.Table) -> None:
    assert pc.min(appearances["elements"]).as_py() > 0


def test_readable_is_a_csv_ndjson_or_parquet_file_outside_archives(appearances: pa.Table) -> None:
    for path, readable in {(row["path"], row["readable"]) for row in appearances.to_pylist()}:
        tabular = Path(path).suffix in (".csv", ".txt", ".ndjson", ".parquet") and "!" not in path
        assert readable == tabular, path


def test_the_list_of_files_is_what_lies_in_the_folder(breach: carrier.Breach) -> None:
    files = pq.read_table(breach.truth / "files.parquet").to_pylist()
    listed = {row["path"] for row in files if "!" not in row["path"]}
    assert listed == {str(p.relative_to(breach.taken)) for p in breach.taken.rglob("*") if p.is_file()}
    assert len(files) == breach.files and sum(row["rows"] for row in files) == breach.rows
    assert {row["wave"] for row in files} == {"2021-08-12", "2021-08-17", "2021-08-20", "2022-07-22"}
    assert {row["path"].rpartition("/")[2] for row in files if not row["personal"]} == {
        "parts_inventory.csv",
        "cell_towers.csv",
        "pending.csv",
        "README.txt",
    }


def test_the_damaged_file_cannot_be_read_and_holds_nobody_alone(breach: carrier.Breach, appearances: pa.Table) -> None:
    path = "2022-07-22/damaged_export.parquet"
    assert (breach.taken / path).stat().st_size > 0
    with pytest.raises(pa.ArrowInvalid):
        pq.read_table(breach.taken / path)
    assert len(_of_file(appearances, path)) == 0


def test_the_counts_agree_with_the_people(breach: carrier.Breach, people: pa.Table) -> None:
    counts = json.loads((breach.truth / "counts.json").read_text("utf-8"))
    assert counts["people"] == len(people) == breach.people
    assert counts["affected"] == pc.sum(people["affected"]).as_py()
    assert sum(counts["segments"].values()) == len(people)
