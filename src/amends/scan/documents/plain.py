"""Plain text of any kind: logs, source, markdown, settings, XML and address cards, in any encoding."""

from __future__ import annotations

from collections.abc import Iterator

from amends.scan.documents.document import Attachment, Bounds, Passage
from amends.scan.documents.passages import cut
from amends.scan.files.encodings import Encoding, tell, to_ascii_based
from amends.scan.files.source import Source

_SAMPLE = 1 << 16


class PlainDocument:
    """A text file as one stretch of text."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds
        self._encoding: Encoding | None = None

    @property
    def encoding(self) -> str:
        """The codec name told by the first bytes."""
        return self._told().name

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        told = self._told()
        yield from cut(to_ascii_based(self._source.chunks(told.skip), told), "", self._bounds.passage)

    def attachments(self) -> Iterator[Attachment]:
        """None."""
        return iter(())

    def _told(self) -> Encoding:
        if self._encoding is None:
            self._encoding = tell(self._source.head(_SAMPLE))
        return self._encoding
