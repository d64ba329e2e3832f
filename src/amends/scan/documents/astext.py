"""The text of a document as a source of its own, for what looks for tables in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from amends.scan.documents.document import Passage, open_document
from amends.scan.files.limits import Limits
from amends.scan.files.source import DerivedSource, Source


class PassageSource(DerivedSource):
    """The text of a document as a source of its own."""

    def __init__(self, passages: Callable[[], Iterator[Passage]], limits: Limits) -> None:
        super().__init__(Path(), limits)
        self._text = passages

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The text, read anew."""
        return (passage.text for passage in self._text())


def passages_of(name: str, source: Source) -> Iterator[Passage]:
    """The text of a document, read anew."""
    document = open_document(name, source)
    return document.passages() if document else iter(())
