"""The mail files: every piece rendered from its variant, written, read back and compared with the tables.

Texts are rendered some thousands at a time in SQL, so memory does not grow with the number of people. The check reads
the finished files, not the plan: what each text says of its person must be what the tables say, for all pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from amends.case import Step
from amends.engine import Engine, script
from amends.errors import EvidenceError
from amends.notices.element_lists import in_words, read_back
from amends.notices.texts import languages
from amends.notices.variants import Variants, facets, marks, rendering

SQL: Final = script(__package__, "mail.sql")
FILES: Final = {"letter": "mail/letters.parquet", "email": "mail/emails.parquet"}
_BATCH: Final = 16_384
_DEFECT: Final = "nothing was committed; please report this as a defect"
_MAIL: Final = pa.schema(
    [
        ("piece_id", pa.int64()),
        ("person_id", pa.int64()),
        ("variant", pa.string()),
        ("language", pa.string()),
        ("subject", pa.string()),
        ("text", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Extent:
    """The pieces of one channel: their first number and how many they are; numbers have no gap."""

    first: int
    count: int


def prepare(db: Engine, variants: Variants) -> None:
    """Make the temporary table `mailing` and the small tables that `render` joins."""
    made = list(variants.by_name.values())
    db.add("variants", rendering(made))
    db.add("marks", marks(made))
    db.add("facets", facets(made))
    db.add("wording", _wording())
    db.run(SQL["make_place_line"])
    db.run(SQL["make_mailing"])
    masks = db.fetch(SQL["masks"]).column("elements").drop_null().to_pylist()
    db.add("element_lists", element_lists(masks))
    db.add("enrol_days", _enrol_days(db))


def extent(db: Engine, channel: str) -> Extent:
    """The pieces of a channel in `mailing`."""
    row = db.fetch(SQL["mail_extent"], channel=channel).to_pylist()[0]
    return Extent(row["first_piece"], row["pieces"])


def rendered(db: Engine, step: Step, channel: str) -> pa.RecordBatchReader:
    """The finished texts of a channel in the order of `piece_id`, some thousands at a time."""
    whole = extent(db, channel)

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, whole.count, _BATCH):
            first = whole.first + start
            last = min(first + _BATCH, whole.first + whole.count) - 1
            yield from db.fetch(SQL["render"], first_piece=first, last_piece=last).cast(_MAIL).to_batches()
            step.progress(start + last - first + 1, whole.count, f"{channel}s")

    return pa.RecordBatchReader.from_batches(_MAIL, batches())


def check(db: Engine, step: Step) -> None:
    """Read both finished mail files back and compare every piece with the tables of the case.

    Reads the views persons, codes (through `offers`) and what `prepare` made. Raises `EvidenceError` with the first
    `piece_id`, what is wrong with it and how many pieces are wrong, so that nothing is committed.
    """
    db.run(SQL["make_said"])
    db.run(SQL["make_read_back"])
    for name in FILES.values():
        scanner = step.staged(name).scanner(batch_size=_BATCH, batch_readahead=1, fragment_readahead=1)
        db.add("finished", scanner.to_reader())
        db.run(SQL["read_back"])
        db.drop("finished")
    repeated = db.value(SQL["repeated"])
    if repeated:
        raise EvidenceError(f"{repeated} pieces stand in the mail files twice", where="verb notices", mend=_DEFECT)
    lists = db.fetch(SQL["element_texts"]).to_pylist()
    db.add("stated", _stated([(row["language"], row["words"]) for row in lists]))
    wrong = db.fetch(SQL["mismatches"]).to_pylist()
    if wrong:
        total = sum(row["pieces"] for row in wrong)
        raise EvidenceError(
            f"{total} pieces do not say what the tables say: {wrong[0]['wrong']} of piece {wrong[0]['piece_id']}"
            f" and {total - 1} more",
            where="verb notices",
            mend=_DEFECT,
        )


def pieces(db: Engine) -> pa.RecordBatchReader:
    """The table `pieces`, with the hash of each text as read back."""
    first = {channel: extent(db, channel).first for channel in FILES}
    return db.stream(SQL["pieces"], first_letter=first["letter"], first_email=first["email"])


def element_lists(masks: list[int]) -> pa.Table:
    """The list in words of each mask in each language: columns language, elements, words."""
    pairs = [(language, mask) for language in languages() for mask in masks]
    return pa.table(
        {
            "language": pa.array([language for language, _ in pairs], pa.string()),
            "elements": pa.array([mask for _, mask in pairs], pa.int64()),
            "words": pa.array([in_words(mask, language) for language, mask in pairs], pa.string()),
        }
    )


def _wording() -> pa.Table:
    rows = []
    for code, language in languages().items():
        for addressed_to, words in language.addressee.items():
            before, after = words.split("{name}")
            rows.append(
                {
                    "language": code,
                    "addressed_to": addressed_to,
                    "addressee_before": before,
                    "addressee_after": after,
                    "no_name": language.no_name,
                }
            )
    return pa.Table.from_pylist(rows)


def _enrol_days(db: Engine) -> pa.Table:
    days = db.fetch(SQL["enrol_days"]).column("enrol_by").to_pylist()
    pairs = [(language, day) for language in languages().values() for day in days]
    return pa.table(
        {
            "language": pa.array([language.code for language, _ in pairs], pa.string()),
            "enrol_by": pa.array([day for _, day in pairs], pa.date32()),
            "words": pa.array([language.day(day) for language, day in pairs], pa.string()),
        }
    )


def _stated(lists: list[tuple[str, str | None]]) -> pa.Table:
    known = [(language, words, read_back(words, language)) for language, words in lists if words is not None]
    return pa.table(
        {
            "language": pa.array([language for language, _, _ in known], pa.string()),
            "words": pa.array([words for _, words, _ in known], pa.string()),
            "elements": pa.array([mask for _, _, mask in known], pa.int64()),
        }
    )
