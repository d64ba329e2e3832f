"""Letters: pages set once, the personal lines stamped on each copy, and the finished file read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from amends.case import Case
from amends.engine import Engine
from amends.notices.letters.checking import check_files
from amends.notices.letters.copies import letter_copy
from amends.notices.letters.printing import SQL, Postage, Printing, plans_table, set_sheets_of
from amends.notices.letters.seeds import Seed, Seeds, seeds_of
from amends.notices.letters.sheets import plan_of

__all__ = ["Postage", "Seed", "check_letters", "letter_copy", "print_letters", "seeds_of"]


def print_letters(case: Case, db: Engine, folder: Path, postage: Postage, seeds: Sequence[Seed] = ()) -> list[str]:
    """Write every letter of the case to PDF files in a folder, and read them back.

    Makes the tables printed, held and seeds; each file ends with a letter to each of `seeds`. Reads
    mail/letters.parquet and mail/variants.parquet; the view `pieces` must be there. The names of the files, in the
    order of the mail. Raises `EvidenceError` when a file does not say what the finished texts say.
    """
    for statement in ("make_printed", "make_held", "make_seeds"):
        db.run(SQL[statement])
    listed = case.output("mail/variants.parquet").to_table().to_pylist()
    variants = {row["variant"]: row for row in listed if row["channel"] == "letter"}
    plans = {name: plan_of(name, row["language"], row["text"]) for name, row in variants.items()}
    db.add("stamp_plans", plans_table(plans.values()))
    texts = {name: row["text"] for name, row in variants.items()}
    sheets, table = set_sheets_of(plans, texts, _wanted(case, db))
    db.add("sheets", table)
    own = Seeds(seeds, plans, texts, db.value(SQL["last_piece"]) + 1)
    with Printing(db, folder, sheets, postage, own) as printing:
        for rows in _each(case, db, SQL["lines"]):
            printing.add(rows)
    check_letters(case, db, folder, printing.files)
    return printing.files


def check_letters(case: Case, db: Engine, folder: Path, files: list[str]) -> None:
    """Compare every letter of the files with its finished text; see `check_files`."""
    check_files(db, folder, files, _each(case, db, SQL["expected"]))


def _wanted(case: Case, db: Engine) -> list[dict[str, Any]]:
    found = {
        (row["variant"], tuple(row["typeset"])): row
        for rows in _each(case, db, SQL["sheets"])
        for row in rows.to_pylist()
    }
    return [found[key] for key in sorted(found)]


def _each(case: Case, db: Engine, sql: str) -> Iterator[pa.Table]:
    """The rows of a statement over the view `finished`, which is one row group of letters after another.

    A scanner would read ahead without end while the letters of one batch are worked on.
    """
    for fragment in case.output("mail/letters.parquet").get_fragments():
        for group in fragment.split_by_row_group():
            db.add("finished", group.to_table())
            rows = db.fetch(sql)
            db.drop("finished")
            yield rows
