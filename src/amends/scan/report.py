"""What became of one file or part: its row of `files` and, of a table or document, how to read it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from amends.scan.columns.classify import ColumnVerdict
from amends.scan.columns.facts import ColumnFacts
from amends.scan.columns.records import Plan
from amends.scan.documents.document import Document
from amends.scan.tables.reader import Reader, Tally

CHANGED = "it changed while it was read; run scan again"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question about a column that a human answered."""

    question: str
    answer: str


@dataclass(slots=True)
class FileReport:
    """A row of `files` in the making; `container` is the path of what it lies in, `outermost` of the taken file."""

    path: str
    wave: str
    bytes: int
    file_id: int = 0
    container: str | None = None
    outermost: str = ""
    sha256: str | None = None
    format: str = "unknown"
    encoding: str | None = None
    state: str = "not_read"
    reason: str | None = None
    header: bool = True
    tally: Tally | None = None
    recorded: int = 0
    verdicts: Sequence[ColumnVerdict] = ()
    facts: Sequence[ColumnFacts] = ()
    reader: Reader | None = None
    document: Document | None = None
    plan: Plan | None = None
    answered: dict[int, Answered] = field(default_factory=dict)
    size_on_disk: int = field(default=0)
    kept: bool = False
    """Nothing of the taken file changed since the last run: its rows of every table are taken over."""

    def give_up(self, state: str, reason: str) -> None:
        """The file's rows do not count: it failed, or it changed while it was read."""
        self.state, self.reason = state, reason
        self.tally, self.recorded, self.verdicts, self.facts = None, 0, (), ()
        self.reader = self.document = self.plan = None
