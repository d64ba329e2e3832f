"""A document whose tables are read as tables: the rest of its text, with blanks where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.documents.document import Attachment, Document, Passage

_BLANKS: Final = bytes(c if c in b"\r\n" else 32 for c in range(256))


class TextRemainder:
    """The document without what stands at these places (bytes of its text); its other text stays where it is."""

    def __init__(self, document: Document, places: list[tuple[int, int]]) -> None:
        self._document = document
        self._places = sorted(places)

    @property
    def gaps(self) -> list[str]:
        """What of it could not be read; see `document.Document`."""
        return self._document.gaps

    @gaps.setter
    def gaps(self, gaps: list[str]) -> None:
        self._document.gaps = gaps

    @property
    def encoding(self) -> str:
        """The codec name of the document."""
        return self._document.encoding

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        base = number = 0
        for passage in self._document.passages():
            text, size = passage.text, len(passage.text)
            while number < len(self._places) and self._places[number][0] < base + size:
                start, end = (max(0, edge - base) for edge in self._places[number])
                text = text[:start] + text[start:end].translate(_BLANKS) + text[end:]
                if end > size:
                    break
                number += 1
            base += size
            yield Passage(passage.where, text)

    def attachments(self) -> Iterator[Attachment]:
        """Those of the document."""
        return self._document.attachments()
