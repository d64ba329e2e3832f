"""A later run reads only what is new or changed, and comes to the same tables as one that reads everything."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from amends.case import Case
from amends.scan import verb
from amends.scan.files.haul import Entry
from amends.scan.inspection import inspect
from amends.scan.verb import run
from tests.scan.documents.test_documents_office import pdf_of
from tests.scan.haul_of import PEOPLE, files, put, rows, ssns, zipped

NewCase = Callable[..., Case]
TABLES = ("files", "columns", "records", "reviews", "mentions")
WAVES = {
    "w1/a.csv": PEOPLE,
    "w1/b.zip": zipped({"in.csv": PEOPLE, "c.ndjson": b'{"email": "a@example.org"}\n'}),
    "w1/empty.csv": b"",
    "w1/torn.parquet": b"PAR1torn",
    "w1/unsure.csv": b"last_name,ssn\n" + b"Lee,123-45-6788\n" * 2 + b"Lee,see file\n" * 8,
    "w2/d.csv": PEOPLE.replace(b"123-45", b"323-45"),
    "w3/e.sql": b"CREATE TABLE t (ssn text, last_name text);\nINSERT INTO t VALUES ('423-45-6788','Ray');\n",
    "w3/f.csv": b"order_no,price\n" + b"123456,1.50\n" * 7,
}


def read_paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are read from now on."""
    seen: list[str] = []
    original = inspect

    def noted(entry: Entry, *more: object) -> object:
        seen.append(entry.path)
        return original(entry, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(verb, "inspect", noted)
    return seen


def state(case: Case) -> dict[str, pa.Table]:
    return {name: case.dataset(name).to_table() for name in TABLES}


@pytest.mark.parametrize("encryption", ["volume", "case-key"])
def test_wave_by_wave_and_all_at_once_give_equal_tables(new_case: NewCase, encryption: str) -> None:
    at_once, by_wave = new_case(encryption=encryption), new_case(encryption=encryption)
    for name, content in WAVES.items():
        put(at_once, name, content)
    whole = run(at_once)
    for wave in ("w1", "w2", "w3"):
        for name, content in WAVES.items():
            if name.startswith(wave):
                put(by_wave, name, content)
        last = run(by_wave)
    assert state(by_wave) == state(at_once)
    assert (last.balances, last.findings, last.rows) == (whole.balances, whole.findings, whole.rows)
    assert len(ssns(at_once)) > 8


def test_only_new_changed_and_unreadable_files_are_read_again(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_case(encryption="volume")
    for name, content in WAVES.items():
        put(case, name, content)
    run(case)
    seen = read_paths(monkeypatch)
    put(case, "w2/d.csv", PEOPLE)
    put(case, "w4/new.csv", PEOPLE)
    run(case)
    assert seen == ["w1/torn.parquet", "w2/d.csv", "w4/new.csv"]
    found = files(case)
    assert found["w2/d.csv"]["file_id"] < found["w4/new.csv"]["file_id"]
    fresh = new_case(encryption="volume")
    for path in sorted(case.settings.inputs.taken.rglob("*")):
        if path.is_file():
            put(fresh, str(path.relative_to(case.settings.inputs.taken)), path.read_bytes())
    run(fresh)
    assert state(case) == state(fresh)


def test_a_file_of_equal_size_and_name_but_another_time_is_read_again(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_case(encryption="volume")
    path = put(case, "a.csv", PEOPLE)
    run(case)
    seen = read_paths(monkeypatch)
    path.write_bytes(PEOPLE.replace(b"123-45", b"523-45"))
    os.utime(path, ns=(1, 1))
    run(case)
    assert seen == ["a.csv"]
    assert ssns(case) == ["523456788", "223456788"]


def test_new_code_reads_everything_again(new_case: NewCase, monkeypatch: pytest.MonkeyPatch) -> None:
    case = new_case(encryption="volume")
    put(case, "a.csv", PEOPLE)
    run(case)
    seen = read_paths(monkeypatch)
    monkeypatch.setattr("amends.scan.delta._code", lambda: "another")
    put(case, "b.csv", PEOPLE)
    run(case)
    assert seen == ["a.csv", "b.csv"]


def test_an_id_never_comes_to_mean_another_file(new_case: NewCase) -> None:
    case = new_case(encryption="volume")
    put(case, "a.csv", PEOPLE)
    last = put(case, "b.csv", PEOPLE)
    run(case)
    last.unlink()
    put(case, "c.csv", PEOPLE)
    run(case)
    assert {path: row["file_id"] for path, row in files(case).items()} == {"a.csv": 1, "c.csv": 3}
    put(case, "b.csv", PEOPLE)
    run(case)
    assert {path: row["file_id"] for path, row in files(case).items()} == {"a.csv": 1, "b.csv": 2, "c.csv": 3}
    assert [row["file_id"] for row in rows(case, "records")] == [1, 1, 2, 2, 3, 3]


def test_a_file_that_is_gone_leaves_nothing_behind(new_case: NewCase) -> None:
    case = new_case(encryption="volume")
    put(case, "a.csv", PEOPLE)
    gone: Path = put(case, "b.zip", zipped({"x.csv": PEOPLE}))
    run(case)
    gone.unlink()
    run(case)
    assert [*files(case)] == ["a.csv"]
    assert {row["file_id"] for name in ("records", "columns") for row in rows(case, name)} == {1}


def test_an_extra_that_was_installed_since_makes_the_run_read_what_was_left_out(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_case(encryption="volume")
    put(case, "a.csv", PEOPLE)
    put(case, "b.pdf", pdf_of("Ann Lee"))
    with monkeypatch.context() as before:
        before.setattr("amends.scan.documents.pdf.find_spec", lambda _: None)
        before.setattr(verb, "installed", dict)
        run(case)
        assert run(case).resumed
    assert files(case)["b.pdf"]["reason"] == "it needs amends[pdf]"
    seen = read_paths(monkeypatch)
    assert not run(case).resumed
    assert seen == ["b.pdf"]
    assert files(case)["b.pdf"]["state"] == "read"
