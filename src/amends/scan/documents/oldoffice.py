"""Old Office files and Outlook messages: by kreuzberg where it is installed, else as the runs of letters in them.

Kreuzberg leaves out what is embedded, notes in odd places and what was struck out, so the runs of letters that its text
does not hold follow behind it. A file that it cannot read is read as runs alone, and `gaps` says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from amends.scan.documents.document import Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.guarded import GuardedDocument
from amends.scan.documents.strings import StringsDocument, check_lock
from amends.scan.files.source import Source

_READER = f"{__package__}.structured:StructuredDocument"


class OldOfficeDocument:
    """A file in the compound format of old Office programs."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The text, then what else there is; see `document.Document`."""
        check_lock(self._source)
        if not find_spec("kreuzberg"):
            yield from self._runs("its structure needs amends[documents]")
            return
        document = GuardedDocument(_READER, self._source, self._bounds)
        try:
            yield from document.passages()
        except UnreadableError as error:
            yield from self._runs(str(error))
        else:
            self.gaps.extend(document.gaps)

    def attachments(self) -> Iterator[Attachment]:
        """None: what is embedded is read with the rest."""
        return iter(())

    def _runs(self, why: str) -> Iterator[Passage]:
        document = StringsDocument(self._source, self._bounds)
        yield from document.passages()
        self.gaps.extend(f"{gap} ({why})" for gap in document.gaps)
