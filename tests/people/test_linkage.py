"""Residual linkage: who is joined without a common key, bad input, and the same result on any number of threads."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from amends.engine import Engine
from amends.errors import TableError
from amends.people import Resolution, link_records, resolve
from amends.people.blocking import BLOCK_CAP, NEIGHBOURS, candidates
from amends.people.compare import LEVELS
from amends.people.features import COLUMNS, NUMBERS, describe
from amends.people.linkage import Links
from amends.people.weights import prior

GIVEN = ["maria", "john", "wei", "aisha", "peter", "olga", "carlos", "hannah", "samuel", "ingrid"]
FAMILY = ["lopez", "smith", "chen", "khan", "novak", "petrov", "garcia", "weiss", "okafor", "larsen", "dubois", "rossi"]
STREETS = ["oak lane", "elm road", "maple drive", "cedar court", "birch avenue", "willow way"]


def people(count: int, *, seed: int = 1) -> tuple[pa.Table, np.ndarray]:
    """Made-up people with three records each, one of them misspelt or without an SSN, and whose each record is."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for human in range(count):
        given, family = str(random.choice(GIVEN)), str(random.choice(FAMILY)) + "abcdefghij"[human % 10] * 2
        ssn = f"{random.integers(100, 600)}{random.integers(10, 99)}{random.integers(1000, 9999)}"
        dob = f"{random.integers(1940, 2005)}-{random.integers(1, 12):02}-{random.integers(1, 28):02}"
        line = f"{random.integers(1, 900)} {random.choice(STREETS)}"
        whole = {
            "given_name": given,
            "family_name": family,
            "ssn": ssn,
            "dob": dob,
            "address_line": line,
            "city": "salem",
        }
        rows += [
            {**whole, "human": human},
            {**whole, "family_name": family[:-1], "ssn": None, "human": human},
            {**whole, "given_name": given[:2] + given[3:], "dob": None, "human": human},
        ]
    order = random.permutation(len(rows))
    table = pa.Table.from_pylist([{"record_id": i, "elements": 1, **rows[at]} for i, at in enumerate(order)])
    return table.drop_columns(["human"]), np.array([rows[at]["human"] for at in order])


def every_pair(db: Engine, links: Links) -> tuple[np.ndarray, np.ndarray]:
    """The profiles of every pair that was compared."""
    with candidates(db, len(links.profiles)) as found:
        parts = [found.part(number) for number in found.parts]
    return np.concatenate([part.left for part in parts]), np.concatenate([part.right for part in parts])


def persons(found: Resolution) -> np.ndarray:
    """The person of each record, by record."""
    return found.memberships["person_id"].to_numpy()


def test_misspelt_records_are_joined_and_nobody_is_lost() -> None:
    table, human = people(300)
    found = persons(resolve(table))
    assert len(np.unique(found)) < 330
    majority = {int(np.bincount(human[found == person]).argmax()) for person in np.unique(found)}
    assert majority == set(range(300))


def test_the_result_is_the_same_on_one_and_on_many_threads(tmp_path: Path) -> None:
    table, _ = people(200)
    tables = []
    for threads in (1, 4):
        with Engine(spill=tmp_path, threads=threads) as db:
            tables.append(resolve(table, engine=db))
    assert tables[0] == tables[1]


def test_a_weight_is_the_sum_of_its_contributions(tmp_path: Path) -> None:
    table, _ = people(100)
    with Engine(spill=tmp_path) as db:
        links = link_records(db, table).links
        left, right = every_pair(db, links)
        weight = links.model.weigh(links.compared(left, right))
        for pair in range(0, len(left), max(1, len(left) // 20)):
            parts = links.explain(int(left[pair]), int(right[pair]))
            assert sum(bits for _, bits in parts) == pytest.approx(float(weight[pair]), abs=1e-3)


def test_the_shipped_weights_have_a_value_for_every_column() -> None:
    assert len(prior()) == COLUMNS + len(NUMBERS)
    assert len({describe(column) for column in range(COLUMNS + len(NUMBERS))}) == COLUMNS + len(NUMBERS)
    assert describe(len(LEVELS["given"])) == "given equal"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"given_name": "Ana", "family_name": "Diaz"},
        {"given_name": "Ana", "family_name": "Diaz", "address_line": "1 Elm St", "city": "Salem"},
        {"phone": "+12065550101"},
        {"ssn": "219091234"},
    ],
)
def test_thousands_of_records_that_say_the_same_little_take_bounded_time(row: dict[str, str]) -> None:
    count = 20_000
    columns = {name: pa.array([value] * count) for name, value in row.items()}
    if row == {"ssn": "219091234"}:
        columns["given_name"] = pa.array([f"name{i}" for i in range(count)])
    table = pa.table({"record_id": pa.array(range(count), pa.int64()), **columns})
    started = time.process_time()
    found = resolve(table)
    assert found.memberships.num_rows == count
    assert time.process_time() - started < 20


def test_a_common_value_is_compared_with_its_neighbours_and_reported(tmp_path: Path) -> None:
    count = 4 * BLOCK_CAP
    ssns = [f"{200 + i % 300}{10 + i % 80}{1000 + i}" for i in range(count)]
    table = pa.table(
        {
            "record_id": pa.array(range(count), pa.int64()),
            "given_name": ["Ana"] * count,
            "family_name": ["Diaz"] * count,
            "ssn": ssns,
        }
    )
    with Engine(spill=tmp_path) as db:
        links = link_records(db, table).links
    assert links.capped
    assert links.pairs <= count * (BLOCK_CAP + len(links.rules) * NEIGHBOURS)
    assert links.merged == 0


def test_records_numbered_twice_are_refused() -> None:
    with pytest.raises(TableError, match="more than once"):
        resolve(pa.table({"record_id": pa.array([1, 1], pa.int64()), "given_name": ["Ana", "Eva"]}))


def test_dates_in_three_formats_are_one_date() -> None:
    same = {"given_name": "Ana", "family_name": "Diaz", "phone": "+12065550101"}
    rows = [{"record_id": i, "dob": dob, **same} for i, dob in enumerate(("1980-04-22", "04/22/1980", "19800422"))]
    found = resolve(pa.Table.from_pylist(rows))
    assert found.persons.num_rows == 1
    assert str(found.persons["dob"][0].as_py()) == "1980-04-22"


def test_a_name_that_stands_for_nobody_joins_nobody() -> None:
    home = {"family_name": "Diaz", "address_line": "1 Elm St", "city": "Salem"}
    rows = [
        {"record_id": 1, "given_name": "Lady of the house", **home},
        {"record_id": 2, "given_name": "Lady of the house", **home, "address_line": "9 Oak St"},
    ]
    assert resolve(pa.Table.from_pylist(rows)).persons.num_rows == 2
