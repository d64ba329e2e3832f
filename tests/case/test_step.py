"""A verb's run: skipped when nothing changed, whole or not at all, reconciled, recovered after a kill."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from amends.case import Balance, Case, Step, new_case, open_case
from amends.errors import CaseError, CaseLockedError, EvidenceError, TableError
from amends.evidence import verify

CODES = pa.table(
    {
        "person_id": pa.array([1, 2], pa.int64()),
        "product": ["adult", "adult"],
        "code": ["A", "B"],
        "months": pa.array([24, 24], pa.int32()),
        "enrol_by": pa.array([date(2021, 12, 1)] * 2, pa.date32()),
    }
)


def write_codes(case: Case, codes: pa.Table = CODES, came_in: int | None = None) -> None:
    """Commit the codes as verb protect."""
    with case.step("protect", writes=("codes",), settings=("policy",)) as step:
        step.write("codes", codes)
        step.commit(balances=[Balance("persons", len(codes) if came_in is None else came_in, {"coded": len(codes)})])


@pytest.fixture(params=["case-key", "volume"])
def case(tmp_path: Path, request: pytest.FixtureRequest) -> Case:
    """An open case in each encryption mode."""
    return new_case(tmp_path / "case", encryption=request.param)


def test_what_is_committed_can_be_read_and_verifies(case: Case) -> None:
    write_codes(case)
    assert case.dataset("codes").to_table() == CODES
    assert verify(case.path).ok


def test_a_verb_is_done_until_its_settings_change(case: Case) -> None:
    write_codes(case)
    assert case.step("protect", writes=("codes",), settings=("policy",)).done
    case.close()
    toml = case.path / "case.toml"
    toml.write_text(toml.read_text().replace("offer_months = 24", "offer_months = 12"))
    assert not open_case(case.path).step("protect", writes=("codes",), settings=("policy",)).done


def test_a_verb_is_not_done_when_its_table_is_gone(case: Case) -> None:
    write_codes(case)
    (case.path / "tables" / "codes.parquet").unlink()
    assert not case.step("protect", writes=("codes",), settings=("policy",)).done


def test_an_input_file_that_changes_makes_a_verb_run_again(case: Case, tmp_path: Path) -> None:
    haul = tmp_path / "haul"
    haul.mkdir()

    def step() -> Step:
        return case.step("protect", writes=("codes",), inputs=(haul,))

    with step() as running:
        running.write("codes", CODES)
        running.commit()
    assert step().done
    (haul / "new.csv").write_text("x")
    assert not step().done


def test_counts_that_do_not_reconcile_commit_nothing(case: Case) -> None:
    with pytest.raises(EvidenceError, match="persons do not reconcile: 3 came in, 2 coded"):
        write_codes(case, came_in=3)
    assert not case.has("codes")
    assert verify(case.path).ok


def test_a_table_that_breaks_the_contract_is_named(case: Case) -> None:
    with pytest.raises(TableError, match="missing column 'code'"):
        write_codes(case, CODES.drop_columns(["code"]))
    with pytest.raises(TableError, match="column 'months' is string"):
        write_codes(case, CODES.set_column(3, "months", pa.array(["24", "24"])))


def test_a_verb_that_did_not_write_what_it_announced_is_a_defect(case: Case) -> None:
    with (
        pytest.raises(EvidenceError, match="did not write codes"),
        case.step("protect", writes=("codes",)) as step,
    ):
        step.commit()


def test_a_failed_verb_leaves_the_old_table_and_says_so_in_the_log(case: Case) -> None:
    write_codes(case)
    with pytest.raises(ZeroDivisionError), case.step("protect", writes=("codes",)) as step:
        step.write("codes", CODES.slice(0, 1))
        raise ZeroDivisionError("a value that must not be logged")
    assert case.dataset("codes").count_rows() == 2
    log = (case.path / "evidence" / "log.jsonl").read_text()
    assert "ZeroDivisionError" in log
    assert "must not be logged" not in log


def test_two_processes_cannot_run_one_case(case: Case) -> None:
    with pytest.raises(CaseLockedError, match=r"process \d+ is running this case"):
        open_case(case.path)
    case.close()
    open_case(case.path).close()


def test_a_table_that_is_not_there_names_the_verb_that_makes_it(case: Case) -> None:
    with pytest.raises(CaseError, match="table persons is not there yet"):
        case.step("duties", reads=("persons",), writes=("duties",))


def test_a_folder_with_something_in_it_never_becomes_a_case(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(CaseError, match="something already"):
        new_case(tmp_path)
    with pytest.raises(CaseError, match="not a case"):
        open_case(tmp_path)


def test_encrypted_tables_hold_no_value_in_the_clear(tmp_path: Path) -> None:
    with new_case(tmp_path / "case") as case:
        write_codes(case, CODES.set_column(2, "code", pa.array(["SECRETCODE", "B"])))
        blob = (case.path / "tables" / "codes.parquet").read_bytes()
        assert blob[:4] == b"PARE"
        assert b"SECRETCODE" not in blob


def test_equal_rows_give_equal_bytes_whatever_the_batches(tmp_path: Path) -> None:
    many = pa.table(
        {
            "person_id": pa.array(range(300_000), pa.int64()),
            "product": ["adult"] * 300_000,
            "code": [f"c{i % 977}" for i in range(300_000)],
            "months": pa.array([24] * 300_000, pa.int32()),
            "enrol_by": pa.array([date(2021, 12, 1)] * 300_000, pa.date32()),
        }
    )
    blobs = set()
    for size in (1_000, 70_000, 300_000):
        with new_case(tmp_path / str(size), encryption="volume") as case:
            reader = pa.RecordBatchReader.from_batches(many.schema, many.to_batches(max_chunksize=size))
            with case.step("protect", writes=("codes",)) as step:
                assert step.write("codes", reader) == 300_000
                step.commit()
            blobs.add((case.path / "tables" / "codes.parquet").read_bytes())
    assert len(blobs) == 1


def test_a_damaged_stamp_makes_the_verb_run_again(case: Case) -> None:
    write_codes(case)
    (case.path / ".state" / "protect.json").write_text(json.dumps({"fingerprint": "x"}))
    assert not case.step("protect", writes=("codes",), settings=("policy",)).done
