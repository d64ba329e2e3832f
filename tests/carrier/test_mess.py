"""The taken files are as messy as they say, and no messier than a reader can mend."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends import carrier
from tests.carrier import reading


def test_encodings_and_line_ends_differ(breach: carrier.Breach) -> None:
    taken = breach.taken
    assert (taken / "2021-08-17/credit/applications_2008.csv").read_bytes()[:2] == b"\xff\xfe"
    assert (taken / "2021-08-20/billing/accounts_b.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    old = (taken / "2021-08-17/credit/applications_2009_2015.txt").read_bytes()
    assert b"\r\n" in old and any(byte in old for byte in "ÉÍÓÁÑ".encode("cp1252"))
    assert "ễ" in (taken / "2021-08-17/credit/applications_2016_2019.ndjson").read_text("utf-8")


def test_some_rows_are_too_short_and_some_too_long(breach: carrier.Breach) -> None:
    lines = (breach.taken / "2021-08-17/billing/customers_01.csv").read_text("utf-8").splitlines()
    fields = {line.count(",") + 1 for line in lines}
    assert fields == {10, 11, 12}


def test_quotes_stand_where_they_do_not_belong(tmp_path: Path) -> None:
    taken = carrier.generate(tmp_path / "breach", 60_000).taken
    text = (taken / "2021-08-17/prepaid/active_pins.csv").read_text("utf-8")
    text += (taken / "2022-07-22/late/former_prospective_01.csv").read_text("utf-8")
    assert re.search(r'[,;]"[^",;]+ "Ace" [^",;]+"[,;]', text)
    assert re.search(r'[,;][^",;]+"[^",;]+[,;]', text)
    assert re.search(r'[,;]"[^",;]+[,;]', text)


def test_some_addresses_take_two_lines(breach: carrier.Breach) -> None:
    rows = reading.read(breach.taken, "2021-08-20/billing/accounts_b.csv")
    assert any("\n" in row.get("street", "") for row in rows)


def test_placeholders_stand_in_for_missing_numbers(breach: carrier.Breach) -> None:
    rows = reading.read(breach.taken, "2021-08-17/credit/applications_2020_2021.parquet")
    unusable = {row["ssn"] for row in rows if row["ssn"] and not reading.usable_ssn(row["ssn"])}
    assert {"123456789", "999999999"} <= unusable
    assert any(number.startswith("000") for number in unusable)


def test_some_people_carry_the_number_of_a_relative(breach: carrier.Breach) -> None:
    owners: dict[str, set[int]] = {}
    truth = pq.read_table(breach.truth / "appearances.parquet")
    for path in ("2021-08-17/credit/applications_2016_2019.ndjson", "2021-08-17/credit/applications_2020_2021.parquet"):
        humans = truth.filter(pc.field("path") == path)["human_id"].to_pylist()
        for human, row in zip(humans, reading.read(breach.taken, path), strict=True):
            number = reading.value(row, "ssn").replace("-", "")
            if reading.usable_ssn(number):
                owners.setdefault(number, set()).add(human)
    assert 0 < sum(len(humans) > 1 for humans in owners.values()) < len(owners) * 0.02


def test_twins_juniors_and_shared_phones_are_in_the_registry(breach: carrier.Breach) -> None:
    registry = pq.read_table(breach.registry / "registry.parquet")
    assert {"JR", "SR"} <= set(registry["suffix"].to_pylist())
    twins = registry.group_by(["family_name", "dob", "address_line"]).aggregate([("given_name", "count_distinct")])
    assert pc.sum(pc.greater(twins["given_name_count_distinct"], 1)).as_py() > 0
    phones = registry.filter(pc.is_valid(registry["phone"])).group_by("phone").aggregate([("ssn", "count")])
    assert len(phones) < pc.sum(pc.is_valid(registry["phone"])).as_py()


def test_minors_and_the_dead_are_few_and_known(people: pa.Table) -> None:
    affected = people.filter(people["affected"])
    assert 0.005 < pc.mean(affected["minor"]).as_py() < 0.08
    assert 0.002 < pc.mean(affected["deceased"]).as_py() < 0.03
    assert {"en", "es", "vi", "zh", "ko"} <= set(people["language"].to_pylist())
