"""`amends duties` and the exports for counsel as a user meets them."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from amends.case import Case
from amends.elements import mask


@pytest.fixture
def folder(new_case: Callable[..., Case]) -> Path:
    persons = pa.table(
        {
            "person_id": pa.array(range(3), pa.int64()),
            "jurisdiction": pa.array(["US-CA", "US-CA", "IE"]),
            "elements": pa.array([mask(["name", "ssn"])] * 3, pa.int64()),
        }
    )
    facts = {
        "discovered": dt.date(2026, 8, 17),
        "aware": "2026-08-17T14:30:00-07:00",
        "encrypted": False,
        "harm_likely": True,
    }
    case = new_case(tables={"persons": persons}, encryption="volume", incident=facts)
    case.close()
    return case.path


def _amends(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "amends.cli", *map(str, words)], capture_output=True, text=True)


def test_the_verb_prints_the_calendar_with_days_left_and_the_exports_are_written(folder: Path, tmp_path: Path) -> None:
    ran = _amends("duties", folder)
    assert ran.returncode == 1, ran.stderr
    assert "Due next" in ran.stdout and "days left" in ran.stdout
    assert "21:30:00+00:00" in ran.stdout
    out = tmp_path / "out"
    assert _amends("export", folder, "counsel", "--to", out).returncode == 0
    assert {path.name for path in out.iterdir()} == {"counsel.html", "calendar.ics", "veris.json", "ocsf.json"}
    forms = tmp_path / "forms"
    assert _amends("export", folder, "filings", "--to", forms).returncode == 0
    kinds = {path.suffix for path in forms.iterdir()}
    assert kinds == {".json", ".html", ".pdf"}
    assert _amends("verify", folder).returncode == 0


def test_what_if_prints_who_and_what_changes_and_writes_nothing(folder: Path) -> None:
    _amends("duties", folder)
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*.parquet"))
    found = json.loads(_amends("duties", folder, "--set", "incident.discovered=2026-08-16", "--json").stdout)
    assert found["people"] == 2
    assert [change["what"] for change in found["changes"]] == ["due 2026-09-16 → 2026-09-15"]
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*.parquet")) == before


def test_wrong_use_is_one_line_and_exit_code_two(folder: Path) -> None:
    _amends("duties", folder)
    for words in (
        ("--set", "incident.discovered=soon"),
        ("--set", "discovered=2026-08-16"),
        ("--rules", folder / "none"),
    ):
        ran = _amends("duties", folder, *words)
        assert ran.returncode == 2, (words, ran.stdout)
        assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
