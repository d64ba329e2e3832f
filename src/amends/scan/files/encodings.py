"""Character encodings told by bytes: byte order marks and the NUL pattern of UTF-16, else bytes that hold ASCII.

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
    return Encoding("utf-8", 0)


def to_ascii_based(chunks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The chunks as bytes in which ASCII is ASCII: unchanged, or turned into UTF-8 from UTF-16 and UTF-32."""
    if encoding.name == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
