"""Web pages and HTML mail as text: tags dropped, blocks and cells kept apart, entities decoded; scripts apart.

Values that stand in attributes (the fields of a saved form, addresses of links) and comments are text as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.entities import html5

from amends.scan.documents.document import Attachment, Bounds, Passage
from amends.scan.documents.passages import cut, decode_stream, to_utf8
from amends.scan.documents.scripts import scripts_of
from amends.scan.files.encodings import tell, to_ascii_based
from amends.scan.files.source import Source

_SAMPLE = 1 << 16
_BLOCK = 1 << 20
_LONGEST_TAG = 256 << 10
_CHARSET = re.compile(rb"<meta[^<>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_SILENT = re.compile(rb"<(script|style)(?=[\s>/])[^<>]*>", re.IGNORECASE)
_SILENT_END = {
    b"script": re.compile(rb"</script[\s>/]", re.IGNORECASE),
    b"style": re.compile(rb"</style[\s>/]", re.IGNORECASE),
}
_TAG = re.compile(rb"<[^<>]*>")
_NAME = re.compile(rb"[A-Za-z/!?][^\s<>/]{0,40}")
_CONDITION = re.compile(rb"<!(?:--)?\[[^\]<>]{0,100}\](?:--)?>")
_ADDRESS = re.compile(rb"<[\w.+'-]{1,64}@[\w.-]{1,255}>")
_TELLING = re.compile(
    rb"\b(value|content|alt|title|placeholder|href|label)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
_BREAK = re.compile(rb"[\r\n]\s*")
_ENTITY = re.compile(rb"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));?")
_ROW, _LINE, _LABEL, _HEAD = b"\v", b"\x1c", b"\x0e", b"\x0f"
"""What stands, until a page is in lines, for edges of rows, edges of boxes, the end of a name, a cell of names."""
_EDGES = b" \n\t:" + _ROW + _LINE + _LABEL + _HEAD
_NAMED = re.compile(rb"(?<![ \n:\x1c])[ \n:\x1c]*+\x0e[ \n\x1c]*+\t")
_IN_ROW = re.compile(rb"(?<![ \n\x1c])[ \n\x1c]*+\t[ \n\x1c]*+")
_LINES = re.compile(rb"(?<![ \n])[ \n]*+\v[ \n\v\x1c]*+|\x1c[ \x1c]*+")
_INSTEAD = {
    b"td": b"\t", b"/td": b"", b"dd": b"\t", b"/dd": b"", b"th": _HEAD, b"/th": _LABEL, b"dt": _ROW, b"/dt": _LABEL,
    b"tr": _ROW, b"/tr": _ROW, b"div": _LINE, b"/div": _LINE, b"li": _LINE, b"/li": _LINE,
}  # fmt: skip
_INLINE = set(
    b"a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q s samp small span "
    b"strike strong sub sup time tt u var wbr".split()
)


class HtmlDocument:
    """A web page in a file. Its encoding is by its bytes, else as the page says."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds
        self._charset = ""

    @property
    def encoding(self) -> str:
        """The codec name told by byte order marks or NULs; "utf-8" also stands for what is told line by line."""
        return self._charset or "utf-8"

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        yield from cut(html_text(self._chunks(), self.gaps), "", self._bounds.passage)

    def attachments(self) -> Iterator[Attachment]:
        """The scripts that hold data."""
        return scripts_of(self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        sample = self._source.head(_SAMPLE)
        told = tell(sample)
        chunks = to_ascii_based(self._source.chunks(told.skip), told)
        self._charset = told.name
        named = _CHARSET.search(sample[:4096])
        if told.name == "utf-8" and not told.skip and named:
            chunks = decode_stream(chunks, named[1].decode("ascii", "replace"))
        yield from chunks


def html_text(chunks: Iterable[bytes], gaps: list[str] | None = None) -> Iterator[bytes]:
    """The text of a page that comes in ASCII-based chunks. A script without end is named in `gaps`."""
    page = _Page()
    held, size = [b""], 0
    for text in _pieces(page, chunks):
        stop = len(text.rstrip(_EDGES)) if size < _BLOCK else len(text)
        if stop:
            yield _in_lines(b"".join([*held, text[:stop]]))
            held, size = [], 0
        held.append(text[stop:])
        size += len(held[-1])
    yield _in_lines(b"".join(held))
    if page.silent and gaps is not None:
        gaps.append("a script or style that does not end: what follows it was not read")


def _pieces(page: _Page, chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), _BLOCK):
            yield from page.feed(chunk[at : at + _BLOCK])
    yield from page.end()


class _Page:
    """What of a page is held back: a tag that is not closed yet, and which silent element is open."""

    def __init__(self) -> None:
        self._held = b""
        self._preformatted = False
        self.silent = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        data, at = self._held + chunk, 0
        while True:
            if self.silent:
                close = _SILENT_END[self.silent].search(data, at)
                if close is None:
                    self._held = data[max(at, len(data) - 16) :]
                    return
                at, self.silent = close.start(), b""
            opening = _SILENT.search(data, at)
            if opening is None:
                break
            yield self._plain(data[at : opening.start()])
            at, self.silent = opening.end(), opening[1].lower()
        stop = _safe_stop(data, at)
        yield self._plain(data[at:stop])
        self._held = data[stop:]

    def end(self) -> Iterator[bytes]:
        if not self.silent:
            yield self._plain(self._held)

    def _plain(self, data: bytes) -> bytes:
        text = to_utf8(data)
        if b"<" in text:
            self._preformatted = self._preformatted or b"<pre" in text or b"<PRE" in text
            text = _CONDITION.sub(b" ", text).replace(b"<!--", b" ").replace(b"-->", b" ")
        if not self._preformatted:
            text = _BREAK.sub(b" ", text)
        if b"<" in text:
            text = _TAG.sub(_tag, text)
        return _ENTITY.sub(_entity, text) if b"&" in text else text


def _in_lines(text: bytes) -> bytes:
    """A row a line with tabs between its cells, `name:` before what has a name beside it, no blank lines of boxes."""
    if _LABEL in text:
        text = _NAMED.sub(b":\t", text).replace(_LABEL, b"")
    return _LINES.sub(b"\n", _IN_ROW.sub(b"\t", text.replace(_HEAD, b"\t")))


def _safe_stop(data: bytes, at: int) -> int:
    """Where to stop so that no tag, entity or character is cut, unless it is longer than any should be."""
    bracket = data.rfind(b"<", at)
    if bracket >= 0 and data.find(b">", bracket) < 0 and len(data) - bracket < _LONGEST_TAG:
        return bracket
    after = max(at, len(data) - _LONGEST_TAG)
    stop = max(data.rfind(b"\n", after), data.rfind(b" ", after), data.rfind(b">", after) + 1)
    if stop > 0:
        return stop
    return len(data) if len(data) - at > _LONGEST_TAG else at


def _tag(match: re.Match[bytes]) -> bytes:
    tag = match[0]
    return _common(tag) if len(tag) <= 64 else _instead_of(tag)


@lru_cache(4096)
def _common(tag: bytes) -> bytes:
    return _instead_of(tag)


def _instead_of(tag: bytes) -> bytes:
    """What stands for a tag: a line end, a tab between cells, nothing within a line; and the values it holds."""
    name = _NAME.match(tag, 1)
    if name is None or _ADDRESS.fullmatch(tag):
        return tag
    word = name[0].lower()
    gap = _INSTEAD.get(word, b"\n")
    if word.lstrip(b"/") in _INLINE:
        gap = b""
    if b"=" not in tag:
        return gap
    values = [b"".join(found[1:]) for found in _TELLING.findall(tag) if _tells(found[0], b"".join(found[1:]))]
    return gap + b" " + b" ".join(values) + b" " if values else gap


def _tells(name: bytes, value: bytes) -> bool:
    if name.lower() != b"href":
        return bool(value)
    return value[:7].lower() == b"mailto:" or value[:4].lower() == b"tel:"


def _entity(match: re.Match[bytes]) -> bytes:
    if match[3]:
        name = match[3].decode("ascii")
        text = html5.get(f"{name};") or html5.get(name)
        return match[0] if text is None else text.replace("\xa0", " ").encode("utf-8")
    number = int(match[1] or match[2], 10 if match[1] else 16)
    if 0x80 <= number < 0xA0:
        return bytes([number]).decode("cp1252", "replace").encode("utf-8")
    if number in (0, 0xA0) or 0xD800 <= number < 0xE000 or number > 0x10FFFF:
        return b" "
    return chr(number).encode("utf-8")
