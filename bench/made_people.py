"""Records of made people in any number, for speed and memory: `python -m bench.made_people N FILE` writes Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from amends.carrier.names import load
from amends.engine import script

SQL = script(__package__, "made_people.sql")
SEED = 1


def write(records: int, path: Path) -> None:
    """Write so many records to a Parquet file: the columns of table `records` that it has, and `person`."""
    names = load()
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GiB", "preserve_insertion_order": False}) as db:
        for table, of in (("given_names", names.given), ("family_names", names.family)):
            db.register(table, pa.table({"rank": np.arange(len(of)), "name": of}))
        for text in SQL.values():
            filled = text.replace("$records", str(int(records))).replace("$seed", str(SEED))
            db.execute(filled)
        db.execute(f"COPY (SELECT * FROM written) TO '{path}' (FORMAT parquet, COMPRESSION lz4_raw)")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
