"""Documents made for the tests, as files on disk, and what the readers make of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from amends.scan.documents.document import DEFAULT_BOUNDS, Attachment, Bounds, Document, open_document
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source


def opened(folder: Path, format_name: str, content: bytes, bounds: Bounds = DEFAULT_BOUNDS) -> Document:
    """The document of that format with this content."""
    path = folder / "document"
    path.write_bytes(content)
    document = open_document(format_name, Source(path, DEFAULT), bounds)
    assert document is not None
    return document


def text_of(document: Document) -> str:
    """All its text; checks what holds for the passages of every reader."""
    passages = list(document.passages())
    assert all(0 < len(passage.text) <= DEFAULT_BOUNDS.passage for passage in passages)
    assert all(b"\0" not in passage.text for passage in passages)
    return b"".join(passage.text for passage in passages).decode("utf-8")


def places_of(document: Document) -> dict[str, str]:
    """The text by the places of the passages."""
    found: dict[str, str] = {}
    for passage in document.passages():
        found[passage.where] = found.get(passage.where, "") + passage.text.decode("utf-8")
    return found


def files_of(document: Document) -> dict[str, bytes]:
    """The attachments by name, with their bytes."""
    return {attachment.name: content_of(attachment) for attachment in document.attachments()}


def content_of(attachment: Attachment) -> bytes:
    """All bytes of an attachment."""
    with attachment.open() as stream:
        return stream.read()


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
