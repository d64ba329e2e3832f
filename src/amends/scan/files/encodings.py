"""Character encodings told by bytes: byte order marks, the NUL pattern of UTF-16, EBCDIC, else bytes that hold ASCII.

Files that are not UTF-16 or UTF-32 are split as they are; cells that are not valid UTF-8 are read as Windows-1252 one
by one (see `splitter`), so a file that mixes both keeps all its letters.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


_EBCDIC_LETTERS = bytes(sorted("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".encode("cp037")))
_EBCDIC_DIGITS = bytes(range(0xF0, 0xFA))
_EBCDIC_LEAST = 64
_NEXT_LINE = "\x85"
"""What ends a line in EBCDIC."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec name of Python's, and how many bytes of byte order mark to skip."""

    name: str
    skip: int


def tell(sample: bytes) -> Encoding:
    """The encoding of a file that begins with `sample`."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, len(mark))
    head = sample[: 1 << 16]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half >= 4 and odd > half * 0.4 and even < half * 0.05:
        return Encoding("utf-16-le", 0)
    if half >= 4 and even > half * 0.4 and odd < half * 0.05:
        return Encoding("utf-16-be", 0)
    return Encoding("cp037" if _is_ebcdic(head) else "utf-8", 0)


def _is_ebcdic(head: bytes) -> bool:
    """Whether most bytes are letters, digits and blanks of EBCDIC (code page 037), whose blank is `@` in ASCII."""
    letters = len(head) - len(head.translate(None, _EBCDIC_LETTERS))
    digits = len(head) - len(head.translate(None, _EBCDIC_DIGITS))
    blanks = head.count(0x40)
    return (
        len(head) >= _EBCDIC_LEAST and letters + digits + blanks >= 0.75 * len(head)
        and min(letters, digits, blanks) >= 0.02 * len(head) and head.count(b" ") <= 0.02 * len(head)
    )  # fmt: skip


def to_ascii_based(chunks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The chunks as bytes in which ASCII is ASCII: unchanged, or turned into UTF-8 from UTF-16, UTF-32 and EBCDIC."""
    if encoding.name == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).replace(_NEXT_LINE, "\n").encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
