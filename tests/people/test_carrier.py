"""On the synthetic carrier nobody is merged into somebody with another valid SSN."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from amends.engine import Engine
from bench.people_carrier import measure, two_ssns_in


def test_no_person_of_the_carrier_holds_two_valid_ssns_of_two_humans(tmp_path: Path) -> None:
    found = measure(tmp_path, 3_000)
    assert found.two_ssns == 0
    assert found.score.found >= found.score.affected - 2
    assert found.score.per_1000(found.score.extra) < 15


def test_a_person_with_two_ssns_of_two_humans_is_counted_and_one_with_a_slip_is_not() -> None:
    ssns = ["219-09-1234", "318-52-7788", "219091243", "000-12-3456", None]
    with Engine(spill=None) as db:
        db.add("records", pa.table({"record_id": pa.array(range(5), pa.int64()), "ssn": ssns}))
        db.add("files", pa.table({"file_id": pa.array([0], pa.int64()), "path": ["a.csv"]}))
        rows = pa.array(range(5), pa.int64())
        db.add("appearances", pa.table({"path": ["a.csv"] * 5, "row": rows, "human_id": rows}))

        def counted(*members: int) -> int:
            ids = pa.array(members, pa.int64())
            persons = pa.array([1] * len(members), pa.int64())
            db.add("memberships", pa.table({"record_id": ids, "person_id": persons}))
            return two_ssns_in(db)

        assert counted(0, 1) == 1
        assert counted(0, 2, 3, 4) == 0
