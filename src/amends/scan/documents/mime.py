"""A mail taken apart by byte ranges: headers, boundaries and bodies, at any size, whatever is wrong with it.

Nothing is held but the headers of one part. Boundaries are searched from the innermost out, so a part that is not
closed ends with the one around it; what stands before, between and after the parts is text and is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from amends.scan.documents.mailwords import Value, headers_of, value_of

Reach = Callable[[int, int], bytes]
"""`reach(at, size)`: up to `size` bytes from position `at`, fewer only at the end."""

_BLOCK = 1 << 20
_WINDOW = 64 << 10
_HEAD = 2 << 10
_LONGEST_HEAD = 1 << 20
_LINE = 512
_NAMED = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a mail or of a part (lower-case names, raw values) and where its body begins."""

    fields: list[tuple[str, bytes]]
    body: int

    def get(self, name: str) -> bytes:
        """The first value of that name, or nothing."""
        return next((value for key, value in self.fields if key == name), b"")


@dataclass(frozen=True, slots=True)
class Part:
    """A mail (`kind` "message/rfc822", for its headers), or a body from `start` to `end`, of kind such as "text/plain".

    `mail` counts the mails within the outermost one, which is 0; a body belongs to the last mail before it.
    """

    kind: str
    start: int
    end: int
    head: Head
    mail: int = 0
    charset: str = ""
    transfer: str = ""
    name: str = ""
    attached: bool = False


def reach_in(file: BinaryIO) -> Reach:
    """Reads from anywhere in a seekable file; small reads near each other cost one."""
    window, begin = b"", 0

    def reach(at: int, size: int) -> bytes:
        nonlocal window, begin
        if size > _WINDOW // 2:
            return _read(file, at, size)
        if at < begin or at + size > begin + len(window):
            window, begin = _read(file, at, _WINDOW), at
        return window[at - begin : at - begin + size]

    return reach


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    parts: list[bytes] = []
    while size > 0 and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def parts_of(reach: Reach, start: int, end: int, depth: int) -> Iterator[Part]:
    """The mail that stands from `start` to `end`, then its bodies and the mails within, in order.

    Multiparts and mails more than `depth` deep are given as the text they are written in.
    """
    walk = _Walk(reach, end, depth)
    yield from walk.enter(start, mail=True)
    for at, line in _dash_lines(reach, start, end) if walk.boundaries else ():
        if not walk.boundaries:
            break
        if at < walk.leaf.start:
            continue
        level = walk.level_of(line)
        if level is None:
            continue
        yield from walk.close(at - _line_end(reach, at))
        closing = line.rstrip().endswith(b"--") and line.rstrip()[2:] != walk.boundaries[level]
        after = min(end, at + len(line) + 1)
        del walk.boundaries[level if closing else level + 1 :]
        if closing:
            walk.leaf = Part("text/plain", after, end, Head([], after), walk.mails)
        else:
            yield from walk.enter(after, mail=False)
    yield from walk.close(end)


@dataclass
class _Walk:
    """Where the walk through a mail stands: the open boundaries, outermost first, and the body being passed."""

    reach: Reach
    end: int
    depth: int
    boundaries: list[bytes] = field(default_factory=list)
    mails: int = -1
    leaf: Part = field(default_factory=lambda: Part("text/plain", 0, 0, Head([], 0)))

    def enter(self, at: int, *, mail: bool) -> Iterator[Part]:
        """Read the headers at `at` and those of the mails directly within; the body that follows is the leaf."""
        levels = 0
        while True:
            head = head_at(self.reach, at, self.end)
            if mail:
                self.mails += 1
                yield Part("message/rfc822", at, head.body, head, self.mails)
            self.leaf = _leaf(head, self.end, self.mails)
            levels += 1
            mail = self.leaf.kind in ("message/rfc822", "message/global") and not self.leaf.transfer
            if not mail or levels > self.depth:
                break
            at = head.body
        boundary = value_of(head.get("content-type")).parameters.get("boundary", "")
        if self.leaf.kind.startswith("multipart/") and boundary and len(self.boundaries) < self.depth:
            self.boundaries.append(boundary.encode("utf-8", "replace"))
        if self.leaf.kind.startswith(("multipart/", "message/")) and not self.leaf.transfer:
            self.leaf = Part("text/plain", head.body, self.end, Head(head.fields, head.body), self.mails)

    def close(self, at: int) -> Iterator[Part]:
        """The leaf, ending before `at`, unless there is nothing in it."""
        leaf = self.leaf
        if at > leaf.start:
            yield Part(
                leaf.kind, leaf.start, at, leaf.head, leaf.mail, leaf.charset, leaf.transfer, leaf.name, leaf.attached
            )

    def level_of(self, line: bytes) -> int | None:
        """Which open boundary the line is, the innermost first."""
        text = line.rstrip()[2:]
        for level in range(len(self.boundaries) - 1, -1, -1):
            if text in (self.boundaries[level], self.boundaries[level] + b"--"):
                return level
        return None


def _line_end(reach: Reach, at: int) -> int:
    """The length of the line end before `at`, which belongs to the boundary that begins there."""
    before = reach(max(0, at - 2), min(2, at))
    return 2 if before == b"\r\n" else int(before.endswith(b"\n"))


def _leaf(head: Head, end: int, mail: int) -> Part:
    content, disposition = value_of(head.get("content-type")), value_of(head.get("content-disposition"))
    transfer = value_of(head.get("content-transfer-encoding")).word
    name = disposition.parameters.get("filename") or content.parameters.get("name") or ""
    kind = content.word if "/" in content.word else "text/plain"
    return Part(
        kind,
        head.body,
        end,
        head,
        mail,
        content.parameters.get("charset", ""),
        transfer if transfer in ("base64", "quoted-printable") else "",
        name,
        disposition.word == "attachment" or bool(name),
    )


def head_at(reach: Reach, at: int, end: int) -> Head:
    """The headers that begin at `at`: up to an empty line, or to the first line that is no header."""
    size = _HEAD
    while True:
        data = reach(at, min(size, end - at))
        length, complete = _head_length(data)
        if complete or size >= _LONGEST_HEAD or len(data) >= end - at:
            break
        size *= 8
    skip = 0
    if data.startswith((b"\r\n", b"\n"), length):
        skip = 2 if data.startswith(b"\r", length) else 1
    return Head(headers_of(data[:length]), at + length + skip)


def _head_length(data: bytes) -> tuple[int, bool]:
    """How many bytes of `data` are header lines, and whether something else follows them."""
    at = 0
    while at < len(data):
        stop = data.find(b"\n", at)
        line_end = len(data) if stop < 0 else stop + 1
        first = at == 0 and data.startswith((b"From ", b">From "))
        if not first and not (at and data[at : at + 1] in (b" ", b"\t")) and not _NAMED.match(data, at, line_end):
            return at, True
        if at and data[at:line_end].strip() == b"":
            return at, True
        if stop < 0:
            return len(data), False
        at = line_end
    return at, False


def _dash_lines(reach: Reach, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Position and first bytes of each line that begins with two hyphens, without its line feed."""
    at, before = start, b"\n"
    while at < end and (block := reach(at, min(_BLOCK, end - at))):
        text, base = before + block, at - len(before)
        found = text.find(b"\n--")
        while found >= 0:
            line = text[found + 1 : found + 1 + _LINE]
            if len(line) < _LINE and base + len(text) < end:
                line = reach(base + found + 1, min(_LINE, end - base - found - 1))
            yield base + found + 1, line.split(b"\n", 1)[0]
            found = text.find(b"\n--", found + 3)
        at += len(block)
        before = text[-2:]


__all__ = ["Head", "Part", "Reach", "Value", "head_at", "parts_of", "reach_in"]
