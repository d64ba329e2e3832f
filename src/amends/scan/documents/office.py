"""Office documents (docx, pptx, odt, ods, odp): the text of their XML part by part, and the files embedded in them.

Of a workbook (xlsx) it is what stands beside its cells: comments, drawings, and what is embedded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO

from amends.scan.documents.document import DEFAULT_BOUNDS, Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.mail import clean_name
from amends.scan.documents.officezip import OfficeZip, parse
from amends.scan.documents.passages import Cutter
from amends.scan.files.source import Source
from amends.scan.files.streams import in_order

_PARTS = (
    (re.compile(r"docProps/(core|app|custom)\.xml|meta\.xml"), "properties"),
    (re.compile(r"word/header\d*\.xml"), "header"),
    (re.compile(r"word/document\d*\.xml|content\.xml|Object \d+/content\.xml"), ""),
    (re.compile(r"word/(?:footnotes|endnotes)\d*\.xml"), "notes"),
    (
        re.compile(
            r"(?:word|ppt|xl)/(?:comments|threadedComments|persons)(?:/\w+|\d*)\.xml"
            r"|word/people\.xml|ppt/commentAuthors\.xml"
        ),
        "comments",
    ),
    (re.compile(r"word/footer\d*\.xml"), "footer"),
    (re.compile(r"ppt/slides/slide(\d+)\.xml"), "slide {}"),
    (re.compile(r"ppt/notesSlides/notesSlide(\d+)\.xml"), "notes {}"),
    (re.compile(r"(?:word|ppt|xl)/(?:diagrams/data|charts/chart|drawings/drawing)\d*\.xml"), "drawing"),
    (re.compile(r"(?:word|ppt/slides|xl/worksheets)/_rels/[^/]+\.rels"), "links"),
    (re.compile(r"styles\.xml"), "header"),
)
"""Which members hold text, in the order in which they are read, and what their passages are called."""
_EMBEDDED = re.compile(r"(?:word|ppt|xl)/(?:embeddings|media)/[^/]+|(?:media|Pictures)/[^/]+|Object \d+(?:/Ole)?")
_BESIDE = re.compile(r"xl/(?:comments|threadedComments|drawings|embeddings|media|charts|diagrams)(?:/[^/]+|\d*\.xml)")
_LINES = frozenset((
    "p", "h", "tr", "table-row", "br", "cr", "line-break", "sectPr", "author", "comment", "threadedComment", "cmAuthor",
    "person", "pt", "lpwstr",
    "title", "subject", "creator", "initial-creator", "lastModifiedBy", "description", "keywords", "category",
    "Company", "Manager",
))  # fmt: skip
_TABS = frozenset(("tab", "tc", "table-cell", "covered-table-cell"))
_SILENT = frozenset(("Fallback", "binary-data"))
_HEARD = {
    "word/": frozenset(("t", "delText", "instrText", "v", "text")),
    "ppt/": frozenset(("t", "v", "text")),
    "xl/": frozenset(("author", "t", "text")),
    "docProps/": frozenset((
        "title", "subject", "creator", "lastModifiedBy", "description", "keywords", "category", "Company", "Manager",
        "lpwstr",
    )),
}  # fmt: skip
"""Elements that hold text in the parts of these folders; numbers of the layout stand in others."""
_LONGEST_SPACE = 100


class OfficeDocument:
    """An office file, which is a zip of XML."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        with self._source.open() as file:
            archive = OfficeZip(file, self._bounds)
            _refuse_locked(archive)
            parts = _text_parts(archive.members)
            if not parts:
                raise UnreadableError("no text was found where office files have theirs")
            cutter, damaged = Cutter(self._bounds.passage), 0
            for where, name in parts:
                try:
                    yield from self._part(archive, where, name, cutter)
                except UnreadableError:
                    if len(parts) == 1:
                        raise
                    damaged += 1
            yield from cutter.end()
            self._source.check(file)
        if damaged == len(parts):
            raise UnreadableError("all its parts are damaged or unpack to too much")
        if damaged:
            self.gaps.append(f"{damaged} of {len(parts)} parts are damaged or unpack to too much")

    def attachments(self) -> Iterator[Attachment]:
        """Embedded documents, sheets and pictures."""
        with self._source.open() as file:
            names = sorted(name for name in OfficeZip(file, self._bounds).members if _EMBEDDED.fullmatch(name))
        for name in names:
            yield Attachment(clean_name(name), partial(self._open, name))

    def _open(self, name: str) -> BinaryIO:
        file = self._source.open()
        try:
            return in_order(OfficeZip(file, self._bounds).blocks(name), file)
        except BaseException:
            file.close()
            raise

    def _part(self, archive: OfficeZip, where: str, name: str, cutter: Cutter) -> Iterator[Passage]:
        text = _Text(_HEARD.get(name[: name.find("/") + 1]))
        for _ in parse(archive.blocks(name), text.start, text.end, text.data):
            if text.pieces:
                piece = "".join(text.pieces).encode("utf-8", "replace")
                text.pieces.clear()
                yield from cutter.add(where, piece)
        yield from cutter.add(where, b"\n")


def workbook_notes(source: Source, bounds: Bounds = DEFAULT_BOUNDS) -> OfficeDocument | None:
    """What stands beside the cells of a workbook (xlsx); None if nothing does. Raises `UnreadableError`, `OSError`."""
    with source.open() as file:
        members = OfficeZip(file, bounds).members
    return OfficeDocument(source, bounds) if any(_BESIDE.fullmatch(name) for name in members) else None


class _Text:
    """Collects text from the events of XML of any of these formats."""

    def __init__(self, heard: frozenset[str] | None) -> None:
        self.pieces: list[str] = []
        self._heard = heard
        self._hearing = self._silent = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._hearing += self._heard is None or name in self._heard
        if name in _SILENT:
            self._silent += 1
        elif name == "s":
            count = attributes.get("text:c", "1")
            self.pieces.append(" " * min(int(count) if count.isdecimal() and len(count) < 4 else 1, _LONGEST_SPACE))
        if name in _VALUED:
            self.pieces.extend(f"{value}\n" for value in _VALUED[name](attributes))

    def end(self, name: str) -> None:
        self._hearing -= self._heard is None or name in self._heard
        if name in _SILENT:
            self._silent -= 1
        elif name in _LINES:
            self.pieces.append("\n")
        elif name in _TABS:
            self.pieces.append("\t")

    def data(self, text: str) -> None:
        if self._hearing and not self._silent:
            self.pieces.append(text)


def _link(attributes: dict[str, str]) -> list[str]:
    target = attributes.get("Target") or attributes.get("xlink:href") or ""
    return [target] if target.lower().startswith(("mailto:", "tel:")) else []


def _of(*names: str) -> Callable[[dict[str, str]], list[str]]:
    return partial(_values, names)


def _values(names: tuple[str, ...], attributes: dict[str, str]) -> list[str]:
    return [attributes[name] for name in names if attributes.get(name)]


_VALUED: dict[str, Callable[[dict[str, str]], list[str]]] = {
    "Relationship": _link,
    "comment": _of("w:author"),
    "person": _of("w15:author", "displayName"),
    "cmAuthor": _of("name"),
    "docPr": _of("descr", "title"),
    "cNvPr": _of("descr", "title"),
    "a": _link,
}
"""Elements whose attributes hold text."""


def _text_parts(members: Iterable[str]) -> list[tuple[str, str]]:
    found: list[tuple[int, int, str, str]] = []
    for name in members:
        for order, (pattern, where) in enumerate(_PARTS):
            if match := pattern.fullmatch(name):
                number = match[1] if "{}" in where else ""
                found.append((order, int(number[:9] or 0), name, where.format(number)))
    return [(where, name) for _, _, name, where in sorted(found)]


def _refuse_locked(archive: OfficeZip) -> None:
    """An OpenDocument file with a password says so in its manifest."""
    if "META-INF/manifest.xml" in archive.members:
        manifest = b"".join(block for block, _ in zip(archive.blocks("META-INF/manifest.xml"), range(16), strict=False))
        if b"encryption-data" in manifest:
            raise UnreadableError("it needs a password")
