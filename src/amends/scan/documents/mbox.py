"""A mailbox of many mails in one file (MBOX), split at its "From " lines as it streams, at any size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.documents.document import Attachment, Bounds, Passage
from amends.scan.documents.mail import mail_attachments, mail_passages
from amends.scan.documents.mime import Reach, parts_of, reach_in
from amends.scan.files.source import Source

_BLOCK = 4 << 20
_HELD = 8 << 20
_LINE = 1024
_FROM = re.compile(rb"From [^\r\n]{0,300}?\d\d?:\d\d[^\r\n]{0,60}?\d{4}[^\r\n]{0,40}\r?\n([^\r\n]{0,200})")
_HEADER = re.compile(rb">?[!-9;-~]{1,100}[ \t]*:|>?From ")


class MboxDocument:
    """A file of mails, each begun by a line "From SENDER DATE". Lines quoted as ">From" begin none."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """Headers and bodies, mail by mail; see `document.Document`."""
        with self._source.open() as file:
            for number, (start, end, reach) in enumerate(_mails(file), 1):
                parts = parts_of(reach, start, end, self._bounds.depth)
                yield from mail_passages(parts, reach, f"message {number}: ", self._bounds.passage)
            self._source.check(file)

    def attachments(self) -> Iterator[Attachment]:
        """The files of all mails, named after the number of the mail."""
        with self._source.open() as file:
            for number, (start, end, reach) in enumerate(_mails(file), 1):
                parts = parts_of(reach, start, end, self._bounds.depth)
                yield from mail_attachments(parts, self._source.open, f"message {number}/")


def split(reach: Reach, size: int) -> Iterator[tuple[int, int]]:
    """Where each mail begins and ends; together they are the whole file."""
    begin, at, before = 0, 0, b"\n"
    while at < size and (block := reach(at, min(_BLOCK, size - at))):
        text, base = before + block, at - len(before)
        found = text.find(b"\nFrom ")
        while found >= 0:
            line = base + found + 1
            seen = found + 1 - min(line, 3)
            near = text[seen : seen + _LINE] if 0 <= seen <= len(text) - _LINE else reach(max(0, line - 3), _LINE)
            if line > begin and _begins_mail(near, min(line, 3)):
                yield begin, line
                begin = line
            found = text.find(b"\nFrom ", found + 5)
        at += len(block)
        before = text[-5:]
    if begin < size:
        yield begin, size


def _begins_mail(text: bytes, at: int) -> bool:
    """A date stands in the "From " line, and an empty line before it or a header after it."""
    match = _FROM.match(text, at)
    if not match:
        return False
    return text[:at].endswith((b"\n\n", b"\n\r\n")) or bool(_HEADER.match(match[1]))


def _mails(file: BinaryIO) -> Iterator[tuple[int, int, Reach]]:
    """The mails, small ones read at once."""
    reach = reach_in(file)
    for start, end in split(reach, file.seek(0, 2)):
        yield start, end, _held(reach(start, end - start), start) if end - start <= _HELD else reach


def _held(data: bytes, start: int) -> Reach:
    def reach(at: int, size: int) -> bytes:
        return data[at - start : at - start + size]

    return reach
