"""The text of a web page without the tables in it that are read as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amends.scan.documents.document import DEFAULT_BOUNDS, Attachment, Bounds, Passage
from amends.scan.documents.html import HtmlDocument, html_text
from amends.scan.documents.passages import cut
from amends.scan.files.encodings import tell
from amends.scan.files.source import Source
from amends.scan.tables.markup import characters

_SAMPLE = 1 << 16


class PageRemainder:
    """A page of which `stretches` (characters from and to, in order) are left out."""

    def __init__(self, source: Source, stretches: Sequence[tuple[int, int]], bounds: Bounds = DEFAULT_BOUNDS) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._stretches = stretches
        self._bounds = bounds

    @property
    def encoding(self) -> str:
        """The codec name told by the first bytes."""
        return tell(self._source.head(_SAMPLE)).name

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        yield from cut(html_text(self._outside(), self.gaps), "", self._bounds.passage)

    def attachments(self) -> Iterator[Attachment]:
        """The scripts that hold data."""
        return HtmlDocument(self._source, self._bounds).attachments()

    def _outside(self) -> Iterator[bytes]:
        base = at = 0
        for text in characters(self._source):
            begin, end = 0, len(text)
            while at < len(self._stretches) and self._stretches[at][0] < base + end:
                start, stop = self._stretches[at]
                yield text[begin : max(begin, start - base)].encode("utf-8", "replace") + b"<p>"
                begin = min(end, max(begin, stop - base))
                if stop > base + end:
                    break
                at += 1
            yield text[begin:].encode("utf-8", "replace")
            base += end
