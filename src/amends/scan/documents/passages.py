"""Text of any bytes: made valid UTF-8 and cut into passages at white space, whatever its lines and its encoding."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from amends.scan.documents.document import Passage

_ODD_CODECS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_NUL_TO_SPACE = bytes.maketrans(b"\0", b" ")


def to_utf8(data: bytes) -> bytes:
    """The bytes as valid UTF-8 without NULs (they become spaces); lines that are not UTF-8 are read as Windows-1252."""
    if b"\0" in data:
        data = data.translate(_NUL_TO_SPACE)
    if data.isascii() or _is_utf8(data):
        return data
    return b"".join(line if _is_utf8(line) else _from_windows(line) for line in data.splitlines(keepends=True))


def decode(data: bytes, charset: str) -> bytes:
    """The bytes of one whole text in a named character set, as UTF-8; by their look if that name does not fit them."""
    return b"".join(decode_stream([data], charset))


def decode_stream(chunks: Iterable[bytes], charset: str) -> Iterator[bytes]:
    """Chunks of a text in a named character set, as ASCII-based bytes that `cut` makes valid.

    Where the name is unknown, or the bytes are not in it, the rest passes unchanged and is told by its look.
    """
    decoder = _decoder(charset)
    for chunk in chunks:
        if decoder is None:
            yield chunk
            continue
        held = decoder.getstate()[0]
        try:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        except (UnicodeError, ValueError):
            decoder = None
            yield held + chunk
    if decoder is not None and (rest := decoder.getstate()[0]):
        yield rest


def cut(chunks: Iterable[bytes], where: str, size: int) -> Iterator[Passage]:
    """ASCII-based chunks as passages of at most `size` bytes, the last one ending in white space."""
    cutter = Cutter(size)
    for chunk in chunks:
        yield from cutter.add(where, chunk)
    yield from cutter.end()


class Cutter:
    """Collects ASCII-based bytes into passages. A change of `where` ends a passage and, if need be, its line."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._where = ""
        self._parts: list[bytes] = []
        self._held = 0

    def add(self, where: str, data: bytes) -> Iterator[Passage]:
        """Take `data`; gives the passages that are full."""
        if where != self._where:
            yield from self.end()
            self._where = where
        self._parts.append(data)
        self._held += len(data)
        if self._held > self._size:
            yield from self._full()

    def end(self) -> Iterator[Passage]:
        """What is left, closed by a line end."""
        if self._held:
            yield from self._full()
            rest = b"".join(self._parts)
            if rest:
                yield from self._valid(rest if rest[-1:].isspace() else rest + b"\n")
        self._parts, self._held = [], 0

    def _full(self) -> Iterator[Passage]:
        text, at = b"".join(self._parts), 0
        while len(text) - at > self._size:
            stop = _good_stop(text, at, at + self._size)
            yield from self._valid(text[at:stop])
            at = stop
        self._parts, self._held = [text[at:]], len(text) - at

    def _valid(self, text: bytes) -> Iterator[Passage]:
        clean = to_utf8(text)
        for at in _stops(clean, self._size):
            yield Passage(self._where, clean[at[0] : at[1]])


def _stops(text: bytes, size: int) -> Iterator[tuple[int, int]]:
    at = 0
    while len(text) - at > size:
        stop = _good_stop(text, at, at + size)
        yield at, stop
        at = stop
    if at < len(text):
        yield at, len(text)


def _good_stop(text: bytes, begin: int, end: int) -> int:
    """Where to cut at or before `end`: after a line, else after a space, else between two characters."""
    half = begin + (end - begin) // 2
    for mark in (b"\n", b"\r", b" ", b"\t"):
        found = text.rfind(mark, half, end)
        if found >= 0:
            return found + 1
    for stop in range(end, max(begin, end - 4), -1):
        if text[stop] & 0xC0 != 0x80:
            return stop
    return end


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_windows(data: bytes) -> bytes:
    try:
        return data.decode("cp1252").encode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode("utf-8")


def _decoder(charset: str) -> codecs.IncrementalDecoder | None:
    """None for the character sets that `to_utf8` tells by itself, and for names that are not of texts."""
    try:
        info = codecs.lookup(charset.strip().strip("\"'") or "utf-8")
    except (LookupError, ValueError):
        return None
    name = info.name.replace("-", "_")
    if name in ("utf_8", "ascii", "iso8859_1", "cp1252") or name in _ODD_CODECS:
        return None
    if not getattr(info, "_is_text_encoding", True) or info.incrementaldecoder is None:
        return None
    return info.incrementaldecoder("strict")
