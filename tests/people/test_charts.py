"""The charts of a case are well-formed, the same every time, and hold no personal value."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from amends.case import new_case
from amends.engine import Engine
from amends.people import link_records, run
from amends.people.charts import charts
from amends.people.survivorship import survive
from tests.people.test_relations import commit_records
from tests.people.test_resolve import ANA, records

ROWS = [
    ANA,
    {**ANA, "given_name": "Anna", "address_line": "12 Oak St", "postcode": "98101"},
    {
        **ANA,
        "ssn": None,
        "given_name": "Ana",
        "address_line": "12 Oak St",
        "postcode": "98101",
        "dob": date(1980, 4, 3),
    },
    {"given_name": "Luis", "family_name": "Mora", "phone": "+12065550102"},
]
NAMES = ["people-pair.svg", "people-rules.svg", "people-sizes.svg", "people-weights.svg"]


def drawn(table: pa.Table) -> dict[str, str]:
    with Engine(spill=None) as db:
        linkage = link_records(db, table)
        survive(db)
        return charts(db, linkage.links)


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_charts_are_well_formed_whatever_the_records(rows: list[dict[str, object]]) -> None:
    found = drawn(records(*rows) if rows else records(ANA).slice(0, 0))
    assert sorted(found) == NAMES
    for svg in found.values():
        assert ElementTree.fromstring(svg).tag.endswith("svg")


def test_charts_hold_counts_and_no_value_and_are_the_same_every_time() -> None:
    found = drawn(records(*ROWS))
    assert found == drawn(records(*ROWS))
    for value in ("Diaz", "Ana", "Mora", "1234", "1980", "Oak"):
        assert not any(value in svg for svg in found.values())
    assert "2 records" in found["people-rules.svg"] and "in all" in found["people-pair.svg"]


def test_a_run_leaves_them_in_the_case(tmp_path: Path) -> None:
    with new_case(tmp_path / "case") as case:
        commit_records(case, records(*ROWS))
        outcome = run(case)
        assert sorted(path.name for path in (case.path / "outputs").glob("people-*.svg")) == NAMES
        assert not any(name.endswith(".svg") for name in outcome.rows)
        assert run(case).resumed
