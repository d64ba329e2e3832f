"""A copy of one letter that a screen reader can read: tagged PDF by PDF/UA-1 (ISO 14289-1), set whole by typst.

The letters of a print house share pages and are stamped, which no one tags; this is for a person who asks for theirs.
It has the words of the finished text, line by line, and no barcode.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from amends.case import Case
from amends.engine import open_engine, script
from amends.errors import CaseError, EvidenceError
from amends.notices.letters.sheets import described, plan_of, require_glyphs, typeset

_SQL = script(__package__, "letters.sql")


def letter_copy(case: Case, reference: str) -> bytes:
    """The letter with a reference number as a tagged PDF.

    Raises `CaseError` when there is no such letter, `TemplateError` when a character of it has no glyph.
    """
    with open_engine(case) as db:
        db.attach("pieces")
        rows = db.fetch(_SQL["letter"], reference=reference).to_pylist()
    if not rows:
        raise CaseError(
            "no letter has this reference number", where=reference[:80], mend="see the manifests of the mail"
        )
    (row,) = rows
    finished = case.output("mail/letters.parquet").to_table(filter=pc.field("piece_id") == row["piece_id"]).to_pylist()
    listed = case.output("mail/variants.parquet").to_table(filter=pc.field("variant") == row["variant"]).to_pylist()
    if len(finished) != 1 or len(listed) != 1:
        raise EvidenceError("the text of this letter is not there", where=reference[:80], mend="run `amends notices`")
    plan = replace(plan_of(row["variant"], row["language"], listed[0]["text"]), stamped=(), typeset=())
    sheet = described(plan, finished[0]["text"], ())
    require_glyphs(f"reference number {reference}", sheet)
    return typeset([sheet], finished[0]["subject"], ["ua-1"])
