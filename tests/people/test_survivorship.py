"""Survivorship range by range gives what it gives all at once, in as little memory as it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from amends.engine import Engine
from amends.people import ENTRIES, ranges, resolve
from amends.people.decided import Decided
from amends.people.resolve import MACROS, NORMALISE
from amends.people.survivorship import compare_with_earlier, person_tables, survive
from amends.tables import TABLES
from tests.people.test_resolve import ANA, records

FEW, MANY = 600, 100_000
"""Made persons, of two or one entries each."""
RECORDS = """CREATE TEMP VIEW records AS
SELECT 4096 + range AS record_id, CASE WHEN range % 3 = 0 THEN 'w' || range % 4 END AS wave,
    CASE range % 5 WHEN 0 THEN 'current' WHEN 1 THEN 'former' WHEN 2 THEN 'prospective' END AS status,
    CASE WHEN range % 9 <> 0 THEN 'given' || range % $people END AS given_name, NULL::VARCHAR AS middle_name,
    'family' || range % 5 AS family_name, CASE WHEN range % 11 = 0 THEN 'JR' END AS suffix,
    CASE WHEN range % 4 <> 0 THEN DATE '1950-01-01' + (range * 37 % 25000)::INTEGER END AS dob, NULL::VARCHAR AS ssn,
    CASE WHEN range % 2 = 0 THEN 'p' || range || '@example.com' END AS email, NULL::VARCHAR AS phone,
    range % $people // 3 || ' Elm Street' AS address_line, 'Yakima' AS city,
    CASE WHEN range % 3 = 1 THEN 'wa' END AS region, CASE WHEN range % 3 <> 0 THEN '98901' END AS postcode,
    NULL::VARCHAR AS country, NULL::VARCHAR AS driver_license, NULL::VARCHAR AS government_id, NULL::VARCHAR AS imei,
    NULL::VARCHAR AS imsi, NULL::VARCHAR AS account_number, 1 + range % 30 AS elements
FROM range($people * 3 // 2)"""
REGISTRY = """CREATE TABLE registry_rows AS
SELECT -1 - range AS record_id, CASE range % 3 WHEN 0 THEN 'current' WHEN 1 THEN 'former' END AS status,
    'given' || range * 7 AS given_name, NULL::VARCHAR AS middle_name, 'family' || range % 4 AS family_name,
    NULL::VARCHAR AS suffix, NULL::DATE AS dob, NULL::VARCHAR AS ssn, NULL::VARCHAR AS email, '206' || range AS phone,
    range || ' Oak St' AS address_line, 'Salem' AS city, 'OR' AS region, NULL::VARCHAR AS postcode,
    NULL::VARCHAR AS country, NULL::VARCHAR AS driver_license, NULL::VARCHAR AS government_id, NULL::VARCHAR AS imei,
    NULL::VARCHAR AS imsi, 'a' || range // 3 AS account_number, CASE WHEN range % 3 = 1 THEN 'holder' ELSE 'user' END
        AS role, CASE WHEN range % 2 = 0 THEN 'es' END AS language, range % 10 = 0 AS deceased,
    range % 4 = 0 AS email_consent
FROM range($people // 7)"""
BELONGS = """CREATE TABLE belongs AS
SELECT (row_number() OVER (ORDER BY record_id >= 0, abs(record_id)) - 1)::INTEGER AS number, record_id,
    4096 + CASE WHEN record_id < 0 THEN -7 * (record_id + 1) ELSE (record_id - 4096) % $people END AS person_id,
    (record_id & 1)::TINYINT AS why
FROM entries"""
EARLIER = """SELECT record_id,
    person_id - (person_id % 50 = 0)::BIGINT + 1000000 * (record_id % 40 = 1)::BIGINT AS person_id
FROM belongs WHERE record_id % 20 > 0 ORDER BY record_id"""

EARLIER_PERSONS = """SELECT DISTINCT person_id, person_id % 8 AS elements, 'w0' AS last_wave FROM earlier_memberships
UNION ALL SELECT 3, 1, 'w0'"""


@contextmanager
def linked(people: int, memory: str, spill: Path) -> Iterator[Engine]:
    """An engine in which so many made persons were told apart."""
    with Engine(spill=spill, memory=memory, threads=2) as db:
        for statement in (RECORDS, REGISTRY):
            db.run(statement.replace("$people", str(people)))
        db.run(ENTRIES["entries"])
        db.run(BELONGS.replace("$people", str(people)))
        for name in MACROS:
            db.run(NORMALISE[name])
        db.run("CREATE TABLE nobodies AS SELECT 'given12' AS name")
        db.run("CREATE TABLE generic_contacts AS SELECT hash_key('p2@example.com') AS contact")
        db.add("reasons", pa.table({"number": pa.array([0], pa.int8()), "why": ["ssn_name"]}))
        pairs = {"first": range(200, 500), "second": range(250, 550), "doubt": [True, False] * 150}
        db.add("refused", pa.table(pairs))
        answers = [
            (f"same-person-{id}-{id + 9}", "same" if id % 2 else "different", id, id + 9) for id in range(4200, 4220)
        ]
        db.add("decided", Decided.of(answers).answers)
        yield db


def tables(db: Engine) -> dict[str, pa.Table]:
    """What survives, against an earlier run that had other records and persons."""
    survive(db)
    db.add("earlier_memberships", db.fetch(EARLIER))
    db.add("earlier_persons", db.fetch(EARLIER_PERSONS))
    compare_with_earlier(db)
    return {name: part.read_all() for name, part in person_tables(db, date(2020, 5, 5), 18)}


def test_in_many_small_ranges_all_tables_are_what_they_are_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with linked(FEW, "1GiB", tmp_path) as db:
        whole = tables(db)
        assert len(ranges.Ranges.of(db).persons) == 1
    for limit in ("BYTES_A_PERSONS_ENTRY", "BYTES_AN_ENTRY", "BYTES_UNPACKED"):
        monkeypatch.setattr(ranges, limit, 1 << 24)
    with linked(FEW, "1GiB", tmp_path) as db:
        parted = tables(db)
        cut = ranges.Ranges.of(db)
        assert min(len(cut.persons), len(cut.records), len(cut.keys(FEW))) >= 10 and cut.packs
    assert set(whole) == {"persons", "memberships", "exposures", "relations", "reviews", "changes"}
    assert set(whole["relations"]["relation"].to_pylist()) == {"household", "account_holder", "guardian"}
    assert set(whole["changes"]["change"].to_pylist()) == {"new", "grown", "merged", "split", "withdrawn"}
    for name, table in whole.items():
        assert table.num_rows and parted[name] == table, name


def test_many_persons_survive_in_an_engine_with_room_for_few(tmp_path: Path) -> None:
    with linked(MANY, "60MB", tmp_path) as db:
        survive(db)
        for name in ("persons", "memberships"):
            db.add(f"earlier_{name}", TABLES[name].schema.empty_table())
        compare_with_earlier(db)
        rows, last = 0, -1
        for name, part in person_tables(db, None, 18):
            for batch in part:
                ids = batch.column(batch.schema.get_field_index("person_id")).to_numpy()
                if name == "persons":
                    assert ids[0] > last and (ids[1:] > ids[:-1]).all()
                    rows, last = rows + len(ids), ids[-1]
    assert rows == MANY


def test_an_id_may_be_as_large_or_as_small_as_a_number_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "BYTES_A_PERSONS_ENTRY", 1 << 30)
    monkeypatch.setattr(ranges, "BYTES_AN_ENTRY", 1 << 30)
    table = records(*({**ANA, "record_id": id, "ssn": None} for id in (0, 2**61, 2**62 + 5, 2**63 - 1)))
    with Engine(spill=tmp_path, memory="1GiB") as db:
        found = resolve(table, engine=db)
    assert found.memberships["record_id"].to_pylist() == [0, 2**61, 2**62 + 5, 2**63 - 1]
    assert found.persons["elements"].null_count == 0 and sum(found.persons["records"].to_pylist()) == 4
