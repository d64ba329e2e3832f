"""Documents whose reader is a library in C: read by the child process of the guard, passage by passage."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any, BinaryIO

from amends.scan.documents.document import Attachment, Bounds, Document, Passage
from amends.scan.files.frames import Frame
from amends.scan.files.guard import asked
from amends.scan.files.guest import OpenFile, Work
from amends.scan.files.limits import Limits
from amends.scan.files.source import Source, read_up_to
from amends.scan.files.unpacking import check_ratio
from amends.scan.files.unreadable import UnreadableError

_BLOCK = 1 << 20


class GuardedDocument:
    """A document read by the class `reader` ("module:class"), which takes `(source, bounds)`, in a child process."""

    encoding = ""

    def __init__(self, reader: str, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._settings = {"reader": reader, "bounds": asdict(bounds), "limits": asdict(source.limits)}

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        given = 0
        with self._source.open() as file:
            size = file.seek(0, io.SEEK_END)
            for frame in asked(f"{__name__}:give_passages", file, self._settings):
                if "gaps" in frame.facts:
                    self.gaps[:] = frame.facts["gaps"]
                    continue
                given += len(frame.data)
                check_ratio(given, size, self._source.limits)
                yield Passage(frame.facts["where"], bytes(frame.data))
            self._source.check(file)

    def attachments(self) -> Iterator[Attachment]:
        """What inside is a file of its own; see `document.Document`."""
        with self._source.open() as file:
            talk = asked(f"{__name__}:give_attachments", file, self._settings)
            try:
                frame = next(talk, None)
                while frame is not None:
                    inside = _Inside(talk)
                    yield Attachment(frame.facts["name"], inside.opened)
                    frame = inside.following()
            finally:
                talk.close()


class _Inside(io.RawIOBase):
    """An attachment as a stream. The child is asked for it when it is opened, and passes it over otherwise."""

    def __init__(self, talk: Generator[Frame, str, None]) -> None:
        self._talk = talk
        self._held = b""
        self._begun = self._over = False

    def opened(self) -> BinaryIO:
        """The bytes."""
        return io.BufferedReader(self, _BLOCK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._held and not self._over:
            frame = self._more()
            self._over = frame.question
            self._held = bytes(frame.data)
            if "damage" in frame.facts:
                raise UnreadableError(frame.facts["damage"])
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def following(self) -> Frame | None:
        """The frame after this attachment, whose rest is passed over."""
        while self._begun and not self._over:
            self._over = self._more().question
        try:
            return self._talk.send("next")
        except StopIteration:
            return None

    def _more(self) -> Frame:
        begun, self._begun = self._begun, True
        try:
            return next(self._talk) if begun else self._talk.send("open")
        except StopIteration:
            raise UnreadableError("its container ended before it") from None


def give_passages(file: BinaryIO, settings: Mapping[str, Any]) -> Work:
    """In the child: the passages, then the gaps."""
    document = _opened(file, settings)
    for passage in document.passages():
        yield Frame({"where": passage.where}, passage.text)
    yield Frame({"gaps": document.gaps})


def give_attachments(file: BinaryIO, settings: Mapping[str, Any]) -> Work:
    """In the child: the name of each attachment as a question; if the answer is "open" its bytes, then its end."""
    for attachment in _opened(file, settings).attachments():
        if (yield Frame({"name": attachment.name}, question=True)) == "open":
            facts = {}
            try:
                with attachment.open() as stream:
                    while block := read_up_to(stream, _BLOCK):
                        yield Frame({}, block)
            except UnreadableError as error:
                facts = {"damage": str(error)}
            yield Frame(facts, question=True)


def _opened(file: BinaryIO, settings: Mapping[str, Any]) -> Document:
    module, _, name = str(settings["reader"]).partition(":")
    source = OpenFile(file, Limits(**settings["limits"]))
    document: Document = getattr(import_module(module), name)(source, Bounds(**settings["bounds"]))
    return document
