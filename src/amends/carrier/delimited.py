"""Delimited text as real systems leave it: any separator and encoding, ragged rows, quotes where they do not belong."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.carrier.chunk import Chunk
from amends.carrier.sources import Dialect

_CODECS: Final = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "cp1252": "cp1252"}
_MARKS: Final = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}


def opening(headers: tuple[str, ...], dialect: Dialect) -> bytes:
    """The byte order mark and the header line, where the dialect has them."""
    line = dialect.separator.join(headers) + dialect.newline if dialect.header else ""
    return _MARKS.get(dialect.encoding, b"") + line.encode(_CODECS[dialect.encoding])


def body(chunk: Chunk, dialect: Dialect) -> bytes | memoryview:
    """The rows of a chunk, encoded; characters that the encoding lacks become question marks."""
    lines = text_of(_lines(chunk, dialect))
    if dialect.encoding in ("utf-8", "utf-8-sig"):
        return lines
    return str(lines, "utf-8").encode(_CODECS[dialect.encoding], errors="replace")


def text_of(texts: pa.StringArray) -> memoryview:
    """All texts of an array one after the other, as the UTF-8 bytes that Arrow already holds."""
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if not len(texts):
        return memoryview(b"")
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(texts.buffers()[2])[int(offsets[0]) : int(offsets[-1])]


def _lines(chunk: Chunk, dialect: Dialect) -> pa.StringArray:
    texts, at = chunk.texts(""), chunk.stray_column
    fields = [_quoted(text, dialect.separator) for text in texts]
    if chunk.stray is not None:
        fields[at] = _with_strays(texts[at], fields[at], chunk)
    last = pc.binary_join_element_wise(dialect.separator, fields[-1], "")
    if chunk.short is not None:
        last = pc.if_else(pa.array(chunk.short), "", last)
    end = pa.scalar(dialect.newline, pa.string())
    if chunk.long is not None:
        end = pc.if_else(pa.array(chunk.long), dialect.separator + dialect.newline, dialect.newline)
    front = pc.binary_join_element_wise(*fields[:-1], dialect.separator) if len(fields) > 2 else fields[0]
    return pc.binary_join_element_wise(front, last, end, "")


def _quoted(text: pa.StringArray, separator: str) -> pa.StringArray:
    """Fields in quotes where they hold the separator or a line break (RFC 4180); values hold no quotes of their own."""
    needs = pc.or_(pc.match_substring(text, separator), pc.match_substring(text, "\n"))
    if not pc.any(needs).as_py():
        return text
    return pc.if_else(needs, pc.binary_join_element_wise('"', text, '"', ""), text)


def _with_strays(text: pa.StringArray, field: pa.StringArray, chunk: Chunk) -> pa.StringArray:
    inside = pc.replace_substring(text, " ", ' "Ace" ', max_replacements=1)
    variants = (
        pc.binary_join_element_wise('"', inside, '"', ""),
        pc.replace_substring(text, " ", ' "', max_replacements=1),
        pc.binary_join_element_wise('"', text, ""),
    )
    for number, variant in enumerate(variants, start=1):
        field = pc.if_else(pa.array(chunk.stray == number), variant, field)
    return field
