"""Letters: pages set once, the personal lines stamped on each copy, and the finished file read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from amends.case import Case
from amends.engine import Engine
from amends.notices.letters.checking import check_files
from amends.notices.letters.printing import SQL, Postage, Printing, plans_table, set_variants

__all__ = ["Postage", "print_letters"]

_BATCH = 16_384


def print_letters(case: Case, db: Engine, folder: Path, postage: Postage) -> list[str]:
    """Write every letter of the case to PDF files in a folder, read them back, and make the tables printed and held.

    Reads mail/letters.parquet and mail/variants.parquet; the view `pieces` must be there. The names of the files, in
    the order of the mail. Raises `EvidenceError` when a file does not say what the finished texts say.
    """
    variants = [row for row in case.output("mail/variants.parquet").to_table().to_pylist() if row["channel"] == "letter"]

    def letters(sql: str) -> Iterator[pa.Table]:
        scanner = case.output("mail/letters.parquet").scanner(batch_size=_BATCH, batch_readahead=1, fragment_readahead=1)
        return _each(db, scanner.to_batches, sql)

    for statement in ("make_printed", "make_held"):
        db.run(SQL[statement])
    wanted = _distinct(db, variants, letters)
    setting = set_variants(variants, wanted)
    db.add("sheets", setting.table)
    with Printing(folder, setting, postage) as printing:
        for rows in letters(SQL["lines"]):
            printing.add(db, rows)
    check_files(db, folder, printing.files, letters(SQL["expected"]))
    return printing.files


def _distinct(db: Engine, variants: list[dict[str, object]], letters: Callable[[str], Iterator[pa.Table]]) -> list[dict[str, object]]:
    from amends.notices.letters.sheets import plan_of

    plans = [plan_of(str(row["variant"]), str(row["language"]), str(row["text"])) for row in variants]
    db.add("stamp_plans", plans_table(plans))
    found = {(row["variant"], tuple(row["typeset"])): row for rows in letters(SQL["sheets"]) for row in rows.to_pylist()}
    return [found[key] for key in sorted(found)]


def _each(db: Engine, batches: Callable[[], Iterator[pa.RecordBatch]], sql: str) -> Iterator[pa.Table]:
    """The rows of a statement over the view `finished`, which is one batch of letters after another."""
    for batch in batches():
        db.add("finished", pa.Table.from_batches([batch]))
        yield db.fetch(sql)
        db.drop("finished")
