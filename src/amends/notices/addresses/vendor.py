"""The addresses as a file for an address service, which answers with a file for `inputs/addresses/`.

`addresses.csv` has a row for everyone with an address in the United States, `left_out.csv` the others with the reason.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pc_csv

from amends.case import Case
from amends.engine import open_engine, script
from amends.errors import CaseError
from amends.evidence.files import disk_errors, sha256_file
from amends.notices.addresses.contacts import SQL, make_persons

_PLAN: Final = script("amends.notices", "plan.sql")
_EXPORT: Final = script("amends.notices", "export.sql")


def write_addresses(case: Case, folder: Path) -> int:
    """Write `addresses.csv` and `left_out.csv` to a new folder; the number of addresses. Reads: persons.

    Raises `CaseError` when the folder is there or people has not run.
    """
    if folder.exists():
        raise CaseError("there is something already", where=str(folder), mend="name a new folder")
    with open_engine(case) as db, disk_errors(folder.name):
        for statement in ("make_clean", "make_hostile"):
            db.run(_PLAN[statement])
        db.run(_EXPORT["make_guard"])
        make_persons(case, db)
        db.run(SQL["make_exported"])
        folder.mkdir(parents=True, mode=0o700)
        count = _write(db.stream(SQL["asked"]), folder / "addresses.csv")
        left_out = _write(db.stream(SQL["left_out"]), folder / "left_out.csv")
    written = {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
    case.log("export", "notices", {"what": "addresses", "addresses": count, "left_out": left_out, "files": written})
    return count


def _write(rows: pa.RecordBatchReader, path: Path) -> int:
    count = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, pc_csv.CSVWriter(file, rows.schema) as writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count
