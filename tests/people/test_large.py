"""What only large cases meet, at a small size: several windows of profiles, pairs on disk, ids that lie scattered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from amends.engine import Engine
from amends.people import link_records, resolve
from amends.people.numbering import Numbering
from amends.people.ranges import parts_of
from amends.people.runs import Aside, Runs
from tests.people.test_linkage import people


def entries(db: Engine, ids: list[int]) -> None:
    db.add("entries", pa.table({"record_id": pa.array(ids, pa.int64())}))


def test_profiles_read_in_windows_and_pairs_on_disk_give_the_same_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, _ = people(2_000)
    once = resolve(table)
    for module in ("profiles", "blocking"):
        monkeypatch.setattr(f"amends.people.{module}.WINDOW", 1 << 12)
    for each in ("A_VALUE", "AN_ENTRY"):
        monkeypatch.setattr(f"amends.people.ranges.BYTES_{each}", 5_000_000)
    monkeypatch.setattr("amends.people.runs.HELD", 10_000)
    monkeypatch.setattr("amends.people.blocking._AT_ONCE", 5_000)
    with Engine(spill=tmp_path) as db:
        assert len(parts_of(db, 2_000)) == 3
        links = link_records(db, table).links
        assert len(links.profiles) > 1 << 12
        assert links.merged > 1_000
    for large in (False, True):
        with Engine(spill=tmp_path, large=large) as db:
            found = resolve(table, engine=db)
        assert (found.persons, found.memberships, found.reviews) == (once.persons, once.memberships, once.reviews)
        assert not list(tmp_path.iterdir())


def test_buckets_on_disk_hold_what_was_added_in_its_order(tmp_path: Path) -> None:
    with Runs(tmp_path, held=5) as runs:
        for start in range(0, 40, 4):
            runs.add(start % 3, np.arange(start, start + 4, dtype=np.uint64))
        assert runs.buckets == [0, 1, 2]
        assert runs.of(1).tolist() == [*range(4, 8), *range(16, 20), *range(28, 32)]
        assert sum(len(runs.of(bucket)) for bucket in runs.buckets) == 40
    assert not list(tmp_path.iterdir())


def test_arrays_put_aside_come_back_as_they_were(tmp_path: Path) -> None:
    arrays = [np.arange(5, dtype=np.int32), np.array([True, False]), np.empty(0, np.int8)]
    aside = Aside(tmp_path, arrays)
    assert not list(tmp_path.iterdir())
    back = aside.back()
    assert [array.dtype for array in back] == [array.dtype for array in arrays]
    assert [array.tolist() for array in back] == [array.tolist() for array in arrays]


@pytest.mark.parametrize(
    "ids", [[5, 6, 7, -1, -2], [10**12, 3, 2**40 + 1, -7, 2**62], [0], [], [*range(0, 1 << 20, 1 << 10)]]
)
def test_ids_come_back_from_their_numbers_registry_rows_first(tmp_path: Path, ids: list[int]) -> None:
    with Engine(spill=tmp_path) as db:
        entries(db, ids)
        numbering = Numbering.of(db)
    taken = np.array(sorted(number for number in ids if number >= 0), np.int64)
    numbers = numbering.numbers(taken)
    assert (np.diff(numbers) > 0).all()
    assert numbering.ids(numbers).tolist() == taken.tolist()
    assert (numbers >= numbering.first_taken).all()
    assert numbering.count <= 1.25 * len(ids) + 1024
    assert numbering.numbers(np.array([2**50])).tolist() == [-1]


def test_records_with_gaps_between_their_numbers_are_each_in_one_person() -> None:
    table, _ = people(100)
    gaps = pa.array([3 * number + (number > 100) * 2**36 for number in table["record_id"].to_pylist()], pa.int64())
    spread = resolve(table.set_column(0, "record_id", gaps))
    dense = resolve(table)
    assert spread.memberships["record_id"].to_pylist() == sorted(gaps.to_pylist())
    assert spread.persons.drop_columns(["person_id", "address_source", "email_source", "phone_source"]) == (
        dense.persons.drop_columns(["person_id", "address_source", "email_source", "phone_source"])
    )
