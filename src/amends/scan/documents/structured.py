"""In the child: the text of an old Office file by kreuzberg, then the runs of letters that this text does not hold."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from amends.scan.documents.document import Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.passages import cut
from amends.scan.documents.strings import runs
from amends.scan.files.source import Source, read_up_to

KINDS: Final = {
    "WordDocument": "application/msword",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "__properties_version1.0": "application/vnd.ms-outlook",
}
"""Streams to the kinds of file they show. A file may hold files of the other kinds: each is tried."""
_MOST = 96 << 20
_EMBEDDED = re.compile(
    rb"_\0(?:[0-9]\0){8,10}\0"  # Word: the storage of an object in the ObjectPool
    rb"|\x10\x00\x11\x10"  # PowerPoint: the head of a packed ExOleObjStg
    rb"|" + re.escape("__attach_version1.0".encode("utf-16-le"))
)
"""Signs of embedded files."""
BESIDE = "beside the text"


class StructuredDocument:
    """A file in the compound format of which kreuzberg knows the structure."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The text, then the other runs of letters; see `document.Document`."""
        with self._source.open() as file:
            size = file.seek(0, io.SEEK_END)
            if size > _MOST:
                raise UnreadableError(f"it is larger than {_MOST >> 20} MiB")
            file.seek(0)
            data = read_up_to(file, size)
        text = _text(data)
        yield from cut([text.encode("utf-8", "replace")], "", self._bounds.passage)
        held = {_plain(line) for line in text.encode("utf-8", "replace").splitlines()}
        yield from cut(_others(data, held), BESIDE, self._bounds.passage)
        if _EMBEDDED.search(data):
            self.gaps.append("what is embedded in it: read as the runs of letters in it, without its structure")

    def attachments(self) -> Iterator[Attachment]:
        """None; see `oldoffice`."""
        return iter(())


def _text(data: bytes) -> str:
    """What kreuzberg makes of it. Raises `UnreadableError` where that is nothing."""
    kreuzberg = import_module("kreuzberg")
    settings = kreuzberg.ExtractionConfig(use_cache=False, enable_quality_processing=False)
    for stream, kind in KINDS.items():
        if stream.encode("utf-16-le") not in data:
            continue
        try:
            found = str(kreuzberg.extract_bytes_sync(data, mime_type=kind, config=settings).content)
        except (kreuzberg.KreuzbergError, ValueError, OSError, RuntimeError):
            continue
        if found.strip():
            return found.replace("\0", " ").replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableError("its structure is not understood")


def _others(data: bytes, held: set[bytes]) -> Iterator[bytes]:
    """The runs of letters that are no line of the text."""
    for block in runs([data]):
        lines = [line for line in block.splitlines() if line.strip() and _plain(line) not in held]
        yield b"\n".join([*lines, b""])


def _plain(line: bytes) -> bytes:
    return b" ".join(line.split())
