"""Records of made people in any number, for speed and memory: `python -m bench.made_people N FILE` writes Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from amends import people
from amends.carrier.names import load
from amends.engine import Engine, script
from amends.tables import TABLES

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


def attach(db: Engine, path: Path) -> None:
    """Make view `entries` of such a file and an empty registry, without reading it whole."""
    contract = TABLES["records"].schema
    have = set(db.fetch(f"SELECT * FROM read_parquet('{path}') LIMIT 0").column_names)
    columns = ", ".join(name if name in have else f"NULL::VARCHAR AS {name}" for name in contract.names)
    db.run(f"CREATE TEMP VIEW records AS SELECT {columns} FROM read_parquet('{path}')")
    db.add("registry_numbered", people.NUMBERED.empty_table())
    db.run(people.ENTRIES["registry_rows"])
    db.run(people.ENTRIES["entries"])


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
