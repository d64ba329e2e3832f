"""What every reader of documents gives: passages of UTF-8 text in order, and attachments (files by themselves)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError

__all__ = [
    "DEFAULT_BOUNDS",
    "Attachment",
    "Bounds",
    "Document",
    "Passage",
    "UnreadableError",
    "open_document",
    "reason_for",
]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text of one document. `where` says which ("", "header", "page 3") and holds no personal value.

    `text` is valid UTF-8 of at most `Bounds.passage` bytes; a longer text comes as several passages of the same
    `where`, cut at white space. Joined without anything between them, all passages are the text of the document.
    """

    where: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a document. `name` is as the document writes it, without control characters; never a path to write.

    `open` gives its bytes as a stream that ends after at most `Bounds.attachment` bytes; a larger one raises
    `UnreadableError` at that point. Open it before the next attachment is asked for.
    """

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one document may cost. Sizes in bytes, counts in pieces, times in seconds."""

    passage: int = 1 << 20
    """Text of one passage."""
    message: int = 64 << 20
    """One mail of a mailbox; the rest of a longer one is not read."""
    depth: int = 20
    """Mails within mails, groups of styles and elements that are kept apart."""
    parts: int = 10_000
    """Parts of one mail, members of one office file, attachments of one document."""
    attachment: int = 4 << 30
    """Bytes of one attachment."""
    unpacked: int = 2 << 30
    """Bytes that one office file may unpack to."""
    ratio: int = 500
    """Unpacked over packed bytes of a member of an office file, beyond its first MiB."""
    seconds: float = 60.0
    """Time for one picture."""


DEFAULT_BOUNDS = Bounds()


class Document(Protocol):
    """A document being read. `gaps` names, once `passages` is exhausted, what of it could not be read ("3 pages …")."""

    gaps: list[str]

    @property
    def encoding(self) -> str:
        """A codec name of Python's; "" where the format fixes it or its parts differ."""
        ...

    def passages(self) -> Iterator[Passage]:
        """The text in order. Raises `UnreadableError` for what cannot be read, `OSError` or `ChangedError`."""
        ...

    def attachments(self) -> Iterator[Attachment]:
        """What inside is a file of its own. Raises like `passages`; may be called before or after it."""
        ...


_READERS = {
    "text": ("plain", "PlainDocument"),
    "log": ("plain", "PlainDocument"),
    "xml": ("plain", "PlainDocument"),
    "vcard": ("plain", "PlainDocument"),
    "private key": ("plain", "PlainDocument"),
    "email": ("mail", "MailDocument"),
    "mbox": ("mbox", "MboxDocument"),
    "html": ("html", "HtmlDocument"),
    "rtf": ("rtf", "RtfDocument"),
    "docx": ("office", "OfficeDocument"),
    "pptx": ("office", "OfficeDocument"),
    "odf": ("office", "OfficeDocument"),
    "office": ("strings", "StringsDocument"),
    "pdf": ("pdf", "PdfDocument"),
    "pst": ("outlook", "OutlookDocument"),
    "image": ("image", "ImageDocument"),
}
"""Format names, as in the `files` table, to the module beside this one and the class that reads them.

A class takes `(source, bounds)`; its module may have `missing()`, the reason why it cannot read here, or ""."""
_GUARDED = frozenset(("pdf", "pst"))
"""Formats read by libraries in C, which a child process reads (`guarded`)."""


def open_document(format_name: str, source: Source, bounds: Bounds = DEFAULT_BOUNDS) -> Document | None:
    """The document of that format; None if nothing reads it here, `reason_for` says why. Reads nothing yet."""
    if format_name not in _READERS or reason_for(format_name):
        return None
    module, name = _READERS[format_name]
    if format_name in _GUARDED:
        reader = import_module(f"{__package__}.guarded").GuardedDocument
        return cast(Document, reader(f"{__package__}.{module}:{name}", source, bounds))
    return cast(Document, getattr(import_module(f"{__package__}.{module}"), name)(source, bounds))


def reason_for(format_name: str) -> str:
    """Why documents of that format are not read here (no reader, an extra is missing), or "" if they are."""
    if format_name not in _READERS:
        return "the format is not read"
    missing = getattr(import_module(f"{__package__}.{_READERS[format_name][0]}"), "missing", None)
    return str(missing()) if missing else ""
