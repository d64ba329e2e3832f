"""One mail (EML): its people and subject, its bodies as text, the mails within, and its attachments as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from amends.scan.documents.document import Attachment, Bounds, Passage
from amends.scan.documents.html import html_text
from amends.scan.documents.mailwords import untransfer, words
from amends.scan.documents.mime import Part, Reach, parts_of, reach_in
from amends.scan.documents.passages import Cutter, decode_stream
from amends.scan.files.source import Source
from amends.scan.files.streams import in_order

SHOWN = ("from", "sender", "reply-to", "to", "cc", "bcc", "subject")
_BLOCK = 1 << 20


class MailDocument:
    """A file that is one mail."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """Headers and bodies; see `document.Document`."""
        with self._source.open() as file:
            reach = reach_in(file)
            parts = parts_of(reach, 0, file.seek(0, 2), self._bounds.depth)
            yield from mail_passages(parts, reach, "", self._bounds.passage)
            self._source.check(file)

    def attachments(self) -> Iterator[Attachment]:
        """Parts with a file name, and those that are no text."""
        with self._source.open() as file:
            parts = parts_of(reach_in(file), 0, file.seek(0, 2), self._bounds.depth)
            yield from mail_attachments(parts, self._source.open, "")


def mail_passages(parts: Iterator[Part], reach: Reach, label: str, size: int) -> Iterator[Passage]:
    """The text of one mail. `label` goes before the names of its passages ("message 3: ")."""
    cutter = Cutter(size)
    for part in parts:
        inner = f"{label}inner {part.mail}: " if part.mail else label
        if part.kind == "message/rfc822" and not part.transfer:
            if shown := b"".join(_shown(part)):
                yield from cutter.add(f"{inner}header", shown + b"\n")
        elif not _is_file(part):
            for text in _text(part, reach):
                yield from cutter.add(f"{inner}body", text)
            yield from cutter.add(f"{inner}body", b"\n")
    yield from cutter.end()


def mail_attachments(parts: Iterator[Part], opener: Callable[[], BinaryIO], label: str) -> Iterator[Attachment]:
    """The files of one mail, opened from the file the mail stands in."""
    count = 0
    for part in parts:
        if _is_file(part):
            count += 1
            name = clean_name(part.name) or f"part {count}{'.eml' if part.kind.startswith('message/') else ''}"
            yield Attachment(label + name, lambda part=part: _open(part, opener))  # type: ignore[misc]


def clean_name(name: str) -> str:
    """A name to show: the last piece of a path, without control characters, of reasonable length."""
    piece = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in piece if letter.isprintable())[:200].strip()


def _is_file(part: Part) -> bool:
    if part.kind == "message/rfc822" and not part.transfer:
        return False
    return part.attached or bool(part.kind.startswith("message/") and part.transfer) or not _is_text(part.kind)


def _is_text(kind: str) -> bool:
    return kind.startswith(("text/", "message/", "multipart/")) and kind not in ("text/rtf", "text/richtext")


def _shown(part: Part) -> Iterator[bytes]:
    for name, value in part.head.fields:
        if name in SHOWN:
            yield name.capitalize().encode() + b": " + words(value) + b"\n"


def _text(part: Part, reach: Reach) -> Iterator[bytes]:
    chunks = decode_stream(untransfer(_blocks(part, reach), part.transfer), part.charset)
    return html_text(chunks) if part.kind == "text/html" else chunks


def _blocks(part: Part, reach: Reach) -> Iterator[bytes]:
    at = part.start
    while at < part.end and (block := reach(at, min(_BLOCK, part.end - at))):
        yield block
        at += len(block)


def _open(part: Part, opener: Callable[[], BinaryIO]) -> BinaryIO:
    file = opener()
    return in_order(untransfer(_blocks(part, reach_in(file)), part.transfer), file)
