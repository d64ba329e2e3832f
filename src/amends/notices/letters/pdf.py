"""The PDF that typst writes, taken apart: its objects as bytes, and what of them the letters need.

This reads what typst 0.14 writes (classic cross-reference table, one object after another), not any PDF. What it does
not understand is an error, and every finished file is read by another reader too.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from amends.errors import EvidenceError

_REFERENCE: Final = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_STREAM: Final = re.compile(rb"^(.*?)\bstream\r?\n(.*)\nendstream\s*$", re.DOTALL)
_RANGE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


@dataclass(slots=True)
class Document:
    """A PDF by typst: `objects` by number, without the words obj and endobj; `pages` are the numbers of its pages."""

    raw: bytes
    objects: dict[int, bytes] = field(init=False)
    pages: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Take the file apart. Raises `EvidenceError` where it is not as typst writes it."""
        self.objects = dict(_objects(self.raw))
        trailer = re.search(rb"/Root (\d+) 0 R", self.raw[self.raw.rindex(b"trailer") :])
        if trailer is None:
            raise _strange("it has no root")
        self.pages = self._leaves(self.reference(int(trailer[1]), "Pages"))

    def reference(self, number: int, key: str) -> int:
        """The object that a key of an object refers to (the first, where it is a list)."""
        found = re.search(rb"/%s \[?(\d+) 0 R" % key.encode(), self.objects[number])
        if found is None:
            raise _strange(f"object {number} has no {key}")
        return int(found[1])

    def references(self, number: int, key: str) -> list[int]:
        """The objects that a key of an object lists; none where it has no such key."""
        found = re.search(rb"/%s \[([^\]]*)\]" % key.encode(), self.objects[number])
        return [int(other) for other in _REFERENCE.findall(found[1])] if found else []

    def font_named(self, name: str) -> int:
        """The composite font of that name."""
        for number, body in self.objects.items():
            if b"/Subtype /Type0" in body and name.encode() in body:
                return number
        raise _strange(f"font {name} is not in it")

    def entry(self, number: int, key: str) -> bytes:
        """The dictionary that stands under a key of an object, as bytes."""
        body = self.objects[number]
        start = body.index(b"<<", body.index(b"/%s " % key.encode()))
        depth, place = 1, start + 2
        while depth:
            opened, closed = body.find(b"<<", place), body.index(b">>", place)
            depth, place = (depth + 1, opened + 2) if 0 <= opened < closed else (depth - 1, closed + 2)
        return b" ".join(body[start:place].split())

    def closure(self, parts: Iterable[bytes]) -> list[int]:
        """Every object that some dictionaries need, in order."""
        found: set[int] = set()
        waiting = [int(number) for part in parts for number in _REFERENCE.findall(part)]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting += [int(other) for other in _REFERENCE.findall(_dictionary(self.objects[number]))]
        return sorted(found)

    def _leaves(self, node: int) -> list[int]:
        body = self.objects[node]
        if b"/Type /Pages" not in body:
            return [node]
        return [leaf for kid in self.references(node, "Kids") for leaf in self._leaves(kid)]


def renumbered(body: bytes, numbers: Mapping[int, int]) -> bytes:
    """An object with the references of its dictionary changed to other numbers."""
    head = _dictionary(body)
    changed = _REFERENCE.sub(lambda match: b"%d 0 R" % numbers[int(match[1])], head)
    return changed + body[len(head) :]


def stream_of(document: Document, number: int) -> bytes:
    """The content of a stream of a document, inflated."""
    return stream_of_body(document.objects[number])


def stream_of_body(body: bytes) -> bytes:
    """The content of an object that is a stream, inflated."""
    found = _STREAM.match(body)
    if found is None:
        raise _strange("an object is not a stream")
    return zlib.decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]


def to_unicode(mapping: bytes) -> dict[int, str]:
    """The text of each code of a font, from its ToUnicode map (ISO 32000-1, 9.10.3; single codes and ranges)."""
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", mapping, re.DOTALL):
        for code, text in _RANGE.findall(block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", mapping, re.DOTALL):
        for first, last, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(text, 16)
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(start + step)
    return found


def _objects(raw: bytes) -> Iterable[tuple[int, bytes]]:
    table = int(raw[raw.rindex(b"startxref") + 9 :].split()[0])
    count = int(raw[table:].split(None, 3)[2])
    rows = raw[raw.index(b"\n", raw.index(b"\n", table) + 1) + 1 :]
    starts = sorted(int(rows[20 * row : 20 * row + 10]) for row in range(1, count))
    for start, end in zip(starts, [*starts[1:], table], strict=True):
        number, rest = raw[start:end].split(b" 0 obj", 1)
        yield int(number), rest[: rest.rindex(b"endobj")].strip(b"\n")


def _dictionary(body: bytes) -> bytes:
    found = _STREAM.match(body)
    return found[1] if found else body


def _strange(what: str) -> EvidenceError:
    return EvidenceError(f"the set pages are not as expected: {what}", where="verb notices", mend="use typst 0.14")
