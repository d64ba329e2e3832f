"""What people have been told: a row for each notice that an export of the mail put out.

A notice counts as told from its export on, until somebody says that the export was never mailed. An export by itself
changes nothing that is owed, so the table is not among the reads that make `notices` run anew; the run that another
change brings about heeds it.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds

from amends.case import Case
from amends.case.decisions import Decision, Decisions, now
from amends.engine import Engine, script
from amends.errors import CaseError
from amends.evidence.files import sha256_file
from amends.tables import TABLES

SQL: Final = script(__package__, "told.sql")
NOT_MAILED: Final = "not mailed"
_MEMBERS: Final = pa.schema([("record_id", pa.int64()), ("person_id", pa.int64())])


def attach(case: Case, db: Engine) -> None:
    """Make `told_people`, what each person of today has been told, from the exports that were not taken back."""
    if case.has("told"):
        db.attach("told")
        paths = case.table_paths("told")
        case.log("told", "notices", {"sha256": [sha256_file(path) for path in paths]})
    else:
        db.add("told", TABLES["told"].schema.empty_table())
    if case.has("told") and case.has("memberships"):
        db.attach("memberships")
    else:
        db.add("memberships", _MEMBERS.empty_table())
    db.run(SQL["make_told_people"], withdrawn=withdrawn(case))


def record(case: Case, db: Engine) -> int:
    """Enter the printed letters and the e-mails of an export in the table `told`; the number of the export.

    Reads the views pieces, printed and sent and the table notices.
    """
    step = case.step("export", reads=("notices", "pieces"), writes=("told",))
    with step:
        before = step.previous("told")
        db.add("told_before", TABLES["told"].schema.empty_table() if before is None else before)
        db.attach("notices")
        number: int = db.value(SQL["next"])
        step.write("told", db.stream(SQL["told"], export=number))
        step.commit()
    return number


def take_back(case: Case, export: int) -> None:
    """Note that an export was never mailed: its people count as not told. Raises `CaseError` for an unknown one."""
    known = case.dataset("told").scanner(columns=[], filter=ds.field("export") == export) if case.has("told") else None
    if known is None or not known.count_rows():
        raise CaseError(f"there is no export {export} of the mail", where=case.path.name)
    decisions = Decisions(case, "notices")
    decisions.add([Decision(_question(export), decisions.about(export), NOT_MAILED, now())])


def withdrawn(case: Case) -> list[int]:
    """The exports that were never mailed."""
    answers = Decisions(case, "notices").latest()
    return sorted(
        int(key.removeprefix("export:"))
        for key, decision in answers.items()
        if key.startswith("export:") and decision.answer == NOT_MAILED
    )


def _question(export: int) -> str:
    return f"export:{export}"
