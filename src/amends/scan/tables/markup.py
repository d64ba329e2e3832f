"""Markup (XML, HTML) as a stream of tags and text, whatever is wrong with it.

Nothing that a document type declares is heeded: entities that are not known stay as they are written, and nothing is
ever fetched, so no declaration can make a small file large or lead anywhere.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple

from amends.scan.files.encodings import tell, to_ascii_based
from amends.scan.files.source import Source

_SAMPLE: Final = 1 << 16
_BLOCK: Final = 1 << 20
_LONGEST: Final = 1 << 20
"""Characters of a tag or comment; what does not end by then is text."""
_CHARSET = re.compile(rb"(?:encoding|charset)\s{0,9}=\s{0,9}[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_LEAF = r"<(?P<leaf>[A-Za-z_][^\s<>/\"'=]*+)>(?P<inside>[^<]*+)</(?P=leaf)>|"
_PIECE = (
    r"<(?P<close>/?)(?P<name>[A-Za-z_][^\s<>/\"'=]*)(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>"
    r"|(?P<text>[^<]+)"
    r"|<!--(?P<comment>.*?)-->"
    r"|<!\[CDATA\[(?P<cdata>.*?)\]\]>"
    r"|<\?xml\b[^<>]*\?>|<!DOCTYPE[^<>\[]*>"
    r"|<(?P<said>[?!][^<>]*)>"
    r"|(?P<stray><)"
)
PIECES: Final = re.compile(_PIECE, re.DOTALL | re.IGNORECASE)
LEAVES: Final = re.compile(_LEAF + _PIECE, re.DOTALL | re.IGNORECASE)
"""As `PIECES`, but an element that holds nothing but text is one piece."""
_ATTRIBUTE = re.compile(r"([^\s=\"'/<>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_ODD_CODECS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))


class Token(NamedTuple):
    """A piece of markup: `kind` is open, empty (open and closed at once), leaf, close, text or comment.

    `name` is a tag's without its namespace; `start` and `end` are places in characters.
    """

    kind: str
    name: str
    text: str
    start: int
    end: int


def characters(source: Source) -> Iterator[str]:
    """The text of a file in the encoding that its bytes show, or else that it names; other bytes as Windows-1252."""
    sample = source.head(_SAMPLE)
    told = tell(sample)
    named = _CHARSET.search(sample[:4096]) if told.name == "utf-8" and not told.skip else None
    decoder = codecs.getincrementaldecoder(_codec(named[1].decode("ascii", "replace")) if named else "utf-8")(_WINDOWS)
    for chunk in to_ascii_based(source.chunks(told.skip), told):
        for at in range(0, len(chunk), _BLOCK):
            yield decoder.decode(chunk[at : at + _BLOCK].replace(b"\0", b" "))
    yield decoder.decode(b"", True)


def tokens(texts: Iterator[str], pattern: re.Pattern[str]) -> Iterator[Token]:
    """The pieces of a text of markup that comes in stretches of any length, by `PIECES` or `LEAVES`."""
    held, base = "", 0
    for text in texts:
        data = held + text
        stop = _safe_stop(data)
        yield from _pieces(pattern, data[:stop], base)
        if len(data) - stop > _LONGEST:
            yield Token("text", "", data[stop:], base + stop, base + len(data))
            stop = len(data)
        base += stop
        held = data[stop:]
    if held:
        yield Token("text", "", unescape(held), base, base + len(held))


_NO_VALUES: Final = ("schemaLocation", "noNamespaceSchemaLocation")


def attributes(text: str) -> Iterator[tuple[str, str]]:
    """The attributes of a tag, without those that declare namespaces."""
    for name, *values in _ATTRIBUTE.findall(text):
        value = values[0] or values[1] or values[2]
        if (
            value
            and not name.startswith("xmlns")
            and not name.endswith(("schemaLocation", "noNamespaceSchemaLocation"))
        ):
            yield name.rpartition(":")[2], unescape(value) if "&" in value else value


def _pieces(pattern: re.Pattern[str], data: str, base: int) -> Iterator[Token]:
    for match in pattern.finditer(data):
        kind = match.lastgroup
        start, end = match.span()
        start, end = base + start, base + end
        if kind == "inside":
            name, text = match.group(1, 2)
            if ":" in name:
                name = name.rpartition(":")[2]
            yield Token("leaf", name, unescape(text) if "&" in text else text, start, end)
        elif kind == "attributes":
            close, name, inner = match.group("close", "name", "attributes")
            if ":" in name:
                name = name.rpartition(":")[2]
            if close:
                yield Token("close", name, "", start, end)
            elif inner and inner[-1] == "/":
                yield Token("empty", name, inner[:-1], start, end)
            else:
                yield Token("open", name, inner, start, end)
        elif kind == "text" or kind == "stray":
            text = match[0]
            yield Token("text", "", unescape(text) if "&" in text else text, start, end)
        elif kind == "cdata":
            yield Token("text", "", match["cdata"], start, end)
        elif kind is not None:
            yield Token("comment", "", match[kind], start, end)


def _safe_stop(data: str) -> int:
    """Where to stop so that no tag, entity or comment is cut."""
    stop = len(data)
    bracket = data.rfind("<")
    if bracket >= 0 and data.find(">", bracket) < 0:
        stop = bracket
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        at = data.find(opening, data.rfind(closing) + 1)
        if 0 <= at < stop:
            stop = at
    entity = data.rfind("&", max(0, stop - 40), stop)
    return entity if stop == len(data) and entity >= 0 and data.find(";", entity) < 0 else stop


def _codec(name: str) -> str:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return "utf-8"
    odd = info.name.replace("-", "_") in _ODD_CODECS or info.name.startswith("utf-16") or info.name.startswith("utf-32")
    return "utf-8" if odd or not getattr(info, "_is_text_encoding", True) else info.name


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WINDOWS: Final = "amends-windows-1252"
codecs.register_error(_WINDOWS, _as_windows)
