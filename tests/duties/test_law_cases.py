"""The acceptance cases that nobody here wrote: the state rows of `law/cases.yaml`, each case through `assess`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amends.duties import assess
from tests.duties.law_cases import OUTSIDE, LawCase, failures, read_cases

_FILE = Path(os.environ.get("AMENDS_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")) / "law" / "cases.yaml"
_CASES = read_cases(_FILE) if _FILE.is_file() else []


@pytest.mark.skipif(not _CASES, reason="set AMENDS_DATA to the folder of external test data")
@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.id)
def test_every_state_row_of_the_case_is_met(case: LawCase) -> None:
    assert not any(OUTSIDE & row.keys() for row in case.expected), "a row needs fields outside the state regimes"
    assert failures(case, assess(case.incident, case.groups)) == []
