"""trace on the synthetic carrier's exports, against the truth that lies apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from amends import trace
from amends.carrier import estate
from amends.carrier.dice import Dice
from amends.case import Case


def test_what_could_be_and_was_reached_is_exactly_the_truth(tmp_path: Path, new_case: Callable[..., Case]) -> None:
    case = new_case(incident={"began": date(2021, 7, 14), "ended": date(2021, 8, 4), "discovered": date(2021, 8, 12)})
    estate.write(Dice(7), case.settings.inputs.estate, tmp_path)
    truth = pq.read_table(tmp_path / "systems.parquet").to_pylist()
    findings = trace.run(case).findings
    assert case.dataset("systems").count_rows() == len(truth)
    reached = {row["system_id"]: row for row in case.dataset("reach").to_table().to_pylist()}
    assert {system: row["hops"] for system, row in reached.items()} == {
        row["system_id"]: row["hops"] for row in truth if row["could_reach"]
    }
    did = {row["system_id"] for row in truth if row["did_reach"]}
    assert {system for system, row in reached.items() if row["did"]} == did
    assert {row["confidence"] for system, row in reached.items() if system in did} == {"confirmed"}
    assert {row["confidence"] for system, row in reached.items() if system not in did} == {"possible"}
    assert len(findings) == 1
    assert "after 340 failures" in findings[0]
