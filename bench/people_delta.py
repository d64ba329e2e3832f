"""What a late wave of 1% costs, as a share of the whole run: `python -m bench.people_delta RECORDS.parquet`, JSON.

The late wave is the last hundredth of the records by number. Both runs are timed warm, in CPU seconds; also told is
whether the waves one by one gave the same persons as all at once.
"""

import argparse
import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from amends.people import Resolution, resolve

SHARE = 0.01


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path, help="a table of records, as a case has it")
    records = pq.read_table(parser.parse_args().records).sort_by("record_id")
    first = records.slice(0, int(records.num_rows * (1 - SHARE)))
    resolve(first.slice(0, 1_000))
    before, _ = _timed(first, None)
    late, late_seconds = _timed(records, before)
    whole, whole_seconds = _timed(records, None)
    facts = {
        "records": records.num_rows,
        "late_records": records.num_rows - first.num_rows,
        "whole_seconds": round(whole_seconds, 2),
        "late_seconds": round(late_seconds, 2),
        "ratio": round(late_seconds / whole_seconds, 3),
        "same_persons": late.persons == whole.persons and late.memberships == whole.memberships,
        "changes": late.changes.num_rows,
    }
    print(json.dumps(facts, indent=2))


def _timed(records: pa.Table, previous: Resolution | None) -> tuple[Resolution, float]:
    started = time.process_time()
    found = resolve(records, previous=previous)
    return found, time.process_time() - started


if __name__ == "__main__":
    main()
