"""The embedded engine: limits, parameters, streams, spilling, and errors without values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from amends.case import Case
from amends.engine import Engine, open_engine, script
from amends.errors import AmendsError, InputError, SettingError, StorageError, TableError
from tests.conftest import put_table


def test_values_reach_sql_as_parameters_and_never_as_text(tmp_path: Path) -> None:
    with Engine(spill=tmp_path) as db:
        hostile = "'; DROP TABLE people; --"
        db.run("CREATE TABLE people AS SELECT $name AS name, $born::DATE AS born", name=hostile, born=date(1990, 2, 3))
        assert db.fetch("FROM people WHERE name = $name", name=hostile).to_pylist() == [
            {"name": hostile, "born": date(1990, 2, 3)}
        ]


def test_arrow_goes_in_and_comes_out_in_batches(tmp_path: Path) -> None:
    with Engine(spill=tmp_path) as db:
        db.add("numbers", pa.table({"n": range(200_000)}))
        reader = db.stream("SELECT n * 2 AS n FROM numbers ORDER BY n")
        sizes = [batch.num_rows for batch in reader]
        assert sum(sizes) == 200_000
        assert max(sizes) <= 65_536


@pytest.mark.parametrize("encryption", ["case-key", "volume"])
def test_a_table_of_the_case_becomes_a_view(new_case: Callable[..., Case], encryption: str) -> None:
    case = new_case(tables={"codes": pa.table({"person_id": [1, 2], "code": ["A", "B"]})}, encryption=encryption)
    with open_engine(case) as db:
        db.attach("codes")
        assert db.value("SELECT code FROM codes WHERE person_id = 2") == "B"


def test_a_table_with_several_writers_is_one_view(new_case: Callable[..., Case]) -> None:
    case = new_case()
    put_table(case, "reviews", pa.table({"review_id": ["a"]}))
    with case.step("people", writes=("reviews",)) as step:
        step.write("reviews", case.dataset("reviews").to_table())
        step.commit()
    with open_engine(case) as db:
        db.attach("reviews")
        assert db.value("SELECT count(*) FROM reviews") == 2


def test_a_damaged_table_is_named(new_case: Callable[..., Case]) -> None:
    case = new_case(tables={"codes": pa.table({"person_id": [1], "code": ["A"]})})
    path = case.path / "tables" / "codes.parquet"
    path.write_bytes(b"PAR1 this is no table PAR1")
    with open_engine(case) as db, pytest.raises(TableError, match=r"damaged.*codes.parquet"):
        db.attach("codes")


def test_masks_are_known_in_sql(tmp_path: Path) -> None:
    with Engine(spill=tmp_path) as db:
        assert db.value("SELECT element_mask('ssn') | element_mask('name')") == 33
        assert db.value("SELECT element_mask('shoe_size')") is None


def test_work_larger_than_memory_spills_inside_the_given_folder(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    with Engine(spill=spill, memory="120MiB", threads=1) as db:
        db.run("CREATE TABLE big AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(3000000)")
        reader = db.stream("SELECT text FROM big ORDER BY text")
        first = next(iter(reader))
        assert first.num_rows > 0
        assert any(spill.iterdir())
        for _ in reader:
            pass


def test_the_engine_prints_nothing_of_its_own(tmp_path: Path) -> None:
    with Engine(spill=tmp_path) as db:
        assert db.value("SELECT current_setting('enable_progress_bar')") is False


def test_limits_that_are_none_are_a_setting_error(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="limits"):
        Engine(spill=tmp_path, memory="lots")


def test_the_engine_does_with_less_for_a_while(tmp_path: Path) -> None:
    limit = "SELECT current_setting('memory_limit')"
    with Engine(spill=tmp_path, memory="2GiB") as db:
        with db.limited(0.5):
            assert db.value(limit) == "1.0 GiB"
        assert db.value(limit) == "2.0 GiB"
    with Engine(spill=None, memory="2GiB") as db, db.limited(0.5):
        assert db.value(limit) == "2.0 GiB"


def test_what_a_killed_engine_left_is_in_nobodys_way(tmp_path: Path) -> None:
    for name in ("tables.duckdb", "tables.duckdb.wal", "packed.duckdb"):
        (tmp_path / name).write_bytes(b"half a table")
    with Engine(spill=tmp_path, large=True) as db:
        db.pack()
        db.run("CREATE TABLE packed.found AS SELECT 1 AS n")
        assert db.value("SELECT n FROM packed.found") == 1
    assert not list(tmp_path.iterdir())


def test_a_table_gathered_in_parts_has_each_row_once(tmp_path: Path) -> None:
    with Engine(spill=tmp_path) as db:
        for count in (1, 4):
            parts = [{"part": part, "parts": count} for part in range(count)]
            db.gather(
                "found", "SELECT range AS n, $word AS word FROM range(10) WHERE range % $parts = $part", parts, word="a"
            )
            assert sorted(db.fetch("SELECT n FROM found")["n"].to_pylist()) == list(range(10))


def test_an_error_about_data_never_quotes_the_value(tmp_path: Path) -> None:
    with Engine(spill=tmp_path) as db:
        db.add("people", pa.table({"ssn": ["219-09-9999"]}))
        with pytest.raises(AmendsError) as caught:
            db.fetch("SELECT ssn::INTEGER FROM people")
        assert "219" not in caught.value.line()
        with pytest.raises(AmendsError) as caught:
            for _ in db.stream("SELECT ssn::DATE FROM people"):
                pass
        assert "219" not in caught.value.line()


def test_no_room_for_spilling_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "spill").write_text("a file where the folder should be")
    with Engine(spill=tmp_path / "spill", memory="60MiB", threads=1) as db, pytest.raises(StorageError):
        db.run("CREATE TABLE big AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(5000000)")
        db.fetch("SELECT text FROM big ORDER BY text")


def test_a_statement_that_is_not_in_the_file_is_named() -> None:
    statements = script("amends.people", "survivorship.sql")
    assert "persons" in statements
    with pytest.raises(InputError, match="no statement 'personz'"):
        statements["personz"]
