"""What an account is told after login, and what must be settled before any may read that it is not affected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from amends.engine import Engine, script

AFFECTED: Final = "affected"
UNDETERMINED: Final = "undetermined"
NOT_AFFECTED: Final = "not_affected"

SQL: Final = script(__package__, "reckoning.sql")


@dataclass(frozen=True, slots=True)
class Standing:
    """The accounts by state, the state of accounts that nobody is tied to (`others`), and what is open about them."""

    counts: dict[str, int]
    others: str
    open_questions: tuple[str, ...]


def standing(db: Engine, has: Callable[[str], bool], by_hand: Sequence[int] = ()) -> Standing:
    """Reckon the banner of every account and of the accounts that no person is tied to.

    `has` says whether a table is there; `by_hand` are files in which a human read what amends could not. An account
    is told that it is not affected only when no person is tied to it and nothing is open: every taken file was read
    to its last row, every value in a text is tied to a human, every question to a human is decided, and everybody
    who may be a customer was found in the organisation's list, once.
    """
    db.run(SQL["make_accounts"])
    rows = db.fetch(SQL["account_counts"]).to_pylist()
    counts = {AFFECTED: 0, UNDETERMINED: 0} | {row["state"]: row["accounts"] for row in rows}
    found = []
    files = {"by_hand": list(by_hand)}
    for table, statement, given, words in (
        ("files", "unread_files", files, "taken files or rows of them could not be read (amends export CASE unread)"),
        ("mentions", "unowned_mentions", files, "values in texts are of people not known (amends export CASE unread)"),
        ("reviews", "open_reviews", {}, "questions to a human are open"),
        ("persons", "unplaced", {}, "people who may be customers were not found in the registry"),
        ("persons", "listed_twice", {}, "people are in the registry more than once, and one account of each is known"),
    ):
        if not has(table):
            found.append(f"the table {table} is not there")
        elif count := db.value(SQL[statement], **given):
            found.append(f"{count} {words}")
    return Standing(counts, UNDETERMINED if found else NOT_AFFECTED, tuple(found))
