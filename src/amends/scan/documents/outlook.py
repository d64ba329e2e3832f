"""Outlook data files (PST, OST) by libpff: every mail, contact and appointment of every folder, and the attachments."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, BinaryIO

from amends.scan.documents.document import Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.html import html_text
from amends.scan.documents.mail import SHOWN, clean_name
from amends.scan.documents.mailwords import headers_of, words
from amends.scan.documents.passages import Cutter
from amends.scan.documents.rtf import RtfText
from amends.scan.files.source import Source

_BLOCK = 1 << 20
_STRINGS = {0x1E: "cp1252", 0x1F: "utf-16-le"}
"""Types of properties that are text."""
_CONTROLS = dict.fromkeys(range(9))
_CLASS = 0x001A
_HEADERS = 0x007D
_TITLES = {
    0x0C1A: "From", 0x0C1F: "From", 0x5D01: "From", 0x0E04: "To", 0x0E03: "Cc", 0x0E02: "Bcc", 0x0037: "Subject",
    0x3001: "Name", 0x3003: "E-mail", 0x39FE: "E-mail",
}  # fmt: skip
_PERSON = range(0x3A00, 0x3B00)
_NAMED = range(0x8000, 0xFFFF)
_NAMES_OF_FILES = (0x3707, 0x3704, 0x3001)
_FOLDERS_DEEP = 200
DAMAGED = (OSError, MemoryError, ValueError, AttributeError, TypeError)
"""What libpff raises on damage; attributes may be None that never are in a whole file."""


def missing() -> str:
    """Why Outlook files cannot be read here, or ""."""
    return "" if find_spec("pypff") else "it needs amends[pst]"


class OutlookDocument:
    """An Outlook data file."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds
        self._damaged = 0

    def passages(self) -> Iterator[Passage]:
        """The properties and bodies of each item; see `document.Document`."""
        self._damaged = 0
        with self._source.open() as file:
            cutter = Cutter(self._bounds.passage)
            for number, item in self._items(file):
                for where, pieces in ((f"message {number}: header", _header), (f"message {number}: body", _body)):
                    try:
                        for piece in pieces(item):
                            yield from cutter.add(where, piece)
                    except DAMAGED:
                        self._damaged += 1
            yield from cutter.end()
            self._source.check(file)
        if self._damaged:
            self.gaps.append(f"{self._damaged} folders, items or bodies are damaged")

    def attachments(self) -> Iterator[Attachment]:
        """The files of all items, named after the number of the item."""
        with self._source.open() as file:
            for number, item in self._items(file):
                for index in range(_count(item, "number_of_attachments")):
                    try:
                        inside = item.get_attachment(index)
                        name = _name(inside) or f"part {index + 1}"
                    except DAMAGED:
                        continue
                    yield Attachment(f"message {number}/{name}", partial(_open, inside, self._bounds.attachment))

    def _items(self, file: BinaryIO) -> Iterator[tuple[int, Any]]:
        """Every item that is no folder and no setting, numbered in order."""
        pst = import_module("pypff").file()
        try:
            pst.open_file_object(file)
            root = pst.get_root_folder()
        except DAMAGED as error:
            raise UnreadableError("the file is damaged or cut short") from error
        try:
            number = 0
            for item in self._walk(root):
                if not _text_of(item, _CLASS).startswith("IPM.Configuration"):
                    number += 1
                    yield number, item
        finally:
            pst.close()

    def _walk(self, root: Any) -> Iterator[Any]:
        seen: set[int] = set()
        waiting = [(root, 0)]
        while waiting:
            item, depth = waiting.pop()
            if not hasattr(type(item), "number_of_sub_folders"):
                yield item
                continue
            try:
                if item.identifier in seen or depth > _FOLDERS_DEEP:
                    continue
                seen.add(item.identifier)
                count = item.number_of_sub_items
            except DAMAGED:
                self._damaged += 1
                continue
            for index in range(count - 1, -1, -1):
                try:
                    waiting.append((item.get_sub_item(index), depth + 1))
                except DAMAGED:
                    self._damaged += 1


def _header(item: Any) -> Iterator[bytes]:
    """People, subject, and the fields of a contact, one a line."""
    for kind, title, text in _properties(item):
        if kind == _HEADERS:
            for name, value in headers_of(text.encode("utf-8", "replace")):
                if name in SHOWN:
                    yield name.capitalize().encode() + b": " + words(value) + b"\n"
        elif title or kind in _PERSON or kind in _NAMED:
            yield f"{title}{': ' if title else ''}{text}\n".encode("utf-8", "replace")
    people = getattr(item, "recipients", None)
    for _, title, text in _properties(people) if people is not None else ():
        if title:
            yield f"{title}: {text}\n".encode("utf-8", "replace")


def _body(item: Any) -> Iterator[bytes]:
    """The plain and the HTML body; the rich one only where neither is."""
    found = False
    if plain := getattr(item, "plain_text_body", None):
        found = True
        yield _bytes(plain) + b"\n"
    if page := getattr(item, "html_body", None):
        found = True
        yield from html_text([_bytes(page)])
        yield b"\n"
    if not found and (rich := getattr(item, "rtf_body", None)):
        yield from RtfText().text([_bytes(rich)])


def _properties(item: Any) -> Iterator[tuple[int, str, str]]:
    for index in range(_count(item, "number_of_record_sets")):
        for entry in item.get_record_set(index).entries:
            codec = _STRINGS.get(entry.value_type or 0)
            if codec and (data := entry.data):
                text = data.decode(codec, "replace").translate(_CONTROLS)
                yield entry.entry_type, _TITLES.get(entry.entry_type, ""), text


def _text_of(item: Any, kind: int) -> str:
    try:
        return next((text for found, _, text in _properties(item) if found == kind), "")
    except DAMAGED:
        return ""


def _name(inside: Any) -> str:
    found = getattr(inside, "name", None)
    return clean_name(str(found) if found else next(filter(None, (_text_of(inside, at) for at in _NAMES_OF_FILES)), ""))


def _count(item: Any, name: str) -> int:
    try:
        return int(getattr(item, name, 0) or 0)
    except DAMAGED:
        return 0


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")


def _open(inside: Any, most: int) -> BinaryIO:
    try:
        size = int(inside.get_size())
        if size > most:
            raise UnreadableError(f"the attachment is larger than {most >> 20} MiB")
        inside.seek_offset(0, 0)
    except DAMAGED as error:
        raise UnreadableError("the attachment is damaged, or is an item and no file") from error
    return io.BufferedReader(_Attached(inside, size), _BLOCK)


class _Attached(io.RawIOBase):
    """The bytes of an attachment, read as they are asked for."""

    def __init__(self, inside: Any, size: int) -> None:
        self._inside, self._left = inside, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._inside.read_buffer(min(len(target), self._left)) if self._left else b""
        except DAMAGED as error:
            raise UnreadableError("the attachment is damaged") from error
        self._left -= len(data)
        target[: len(data)] = data
        return len(data)
