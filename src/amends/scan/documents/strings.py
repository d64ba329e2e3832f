"""Old Office files (.doc, .xls, .ppt, .msg) without their structure: every run of letters in them, narrow or wide.

Their text stands in plain bytes or UTF-16 in all but the compressed and the locked ones. The order and the numbers of
sheets are lost, and a run may be cut where the file is in pieces; `gaps` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from amends.scan.documents.document import Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.passages import cut, to_utf8
from amends.scan.files.source import Source

_RUN = re.compile(
    rb"((?:[\t\n\r\x20-\x7e\xa0-\xff]\x00|[\x00-\x7f]\x01|[\x10-\x5f]\x04){4,})"
    rb"|(?:[\t\n\r\x20-\x7e][\x80-\xff]?){8,}|[\t\n\r\x20-\x7e]{4,}"
)
_NULS = re.compile(rb"\0{4,}")
_HELD = 1 << 20
_BLOCK = 1 << 20
_LOCKED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SECTOR = 512
_WORD = b"\xec\xa5"
_WORD_LOCKED = 0x0100


class StringsDocument:
    """A file in the compound format of old Office programs."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The runs of letters, one a line; see `document.Document`."""
        check_lock(self._source)
        yield from cut(runs(self._source.chunks()), "", self._bounds.passage)
        self.gaps.append("an old Office format: read as the runs of letters in it, without its structure")

    def attachments(self) -> Iterator[Attachment]:
        """None: what is embedded is read with the rest."""
        return iter(())


def check_lock(source: Source) -> None:
    """Raise `UnreadableError` if the file needs a password."""
    if _is_locked(source.head(_HELD)):
        raise UnreadableError("it needs a password")


def runs(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Runs of at least four letters in 8-bit text or UTF-16, as UTF-8 lines."""
    held = b""
    for chunk in chunks:
        for at in range(0, len(chunk), _BLOCK):
            data = held + chunk[at : at + _BLOCK]
            keep = _last_run(data)
            yield _text(data[:keep])
            held = data[keep:]
    yield _text(held)


def _last_run(data: bytes) -> int:
    """Where the run begins that may go on after `data`; its end, if that run is longer than any should be."""
    tail = max(0, len(data) - _HELD // 2)
    stop = max(data.rfind(b"\0\0", tail), data.rfind(b"\xff\xff", tail))
    return len(data) if stop < 0 else stop + 2


def _text(data: bytes) -> bytes:
    lines: list[bytes] = []
    for match in _RUN.finditer(_NULS.sub(b"\0\0\0", data)):
        wide = match[1]
        lines.append(wide.decode("utf-16-le", "replace").encode("utf-8", "replace") if wide else match[0])
    return to_utf8(b"\n".join([*lines, b""]).replace(b"\r", b"\n"))


def _is_locked(head: bytes) -> bool:
    """A package with a password, or the flag of a locked Word file."""
    if _LOCKED_PACKAGE in head:
        return True
    for at in range(_SECTOR, len(head) - 12, _SECTOR):
        if head.startswith(_WORD, at):
            return bool(int.from_bytes(head[at + 10 : at + 12], "little") & _WORD_LOCKED)
    return False
