"""The attachments of a document as parts: each is kept when it is first opened; later it is looked for again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.documents.document import Attachment, Document
from amends.scan.files.parts import Opener, Part
from amends.scan.files.source import ChangedError


def attachments_of(document: Document) -> Iterator[Part]:
    """The attachments as parts. Each is kept when it is first opened; later it is looked for again."""
    for number, attachment in enumerate(document.attachments()):
        yield Part(attachment.name or "part", 0, _again(document, number, attachment))


def _again(document: Document, number: int, attachment: Attachment) -> Opener:
    first = [attachment]

    def stream() -> BinaryIO:
        if first:
            return first.pop().open()
        walk = document.attachments()
        for at, found in enumerate(walk):
            if at == number:
                return _Kept(found.open(), walk)
        raise ChangedError

    return stream


class _Kept(io.BufferedReader):
    """The bytes of an attachment, with the walk through its document that must stay open while they are read."""

    def __init__(self, stream: BinaryIO, walk: Iterator[Attachment]) -> None:
        super().__init__(stream)  # type: ignore[arg-type]
        self._walk = walk
