"""Tables in web pages as tables; what a page uses tables for besides (its layout, forms) stays text.

One pass looks at every table of a page; one that is chosen is read in a pass of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import Source
from amends.scan.tables.delimited import column_name, has_header
from amends.scan.tables.headers import known_words
from amends.scan.tables.markup import PIECES, Token, attributes, characters, tokens
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.reader import NamedReader

_FEWEST: Final = 2
_WITHOUT_HEADER: Final = 3
_ALIKE: Final = 0.8
_FIRST_ROWS: Final = 20
_MOST: Final = 1000
_DEEPEST: Final = 50
_WIDEST: Final = 1000
_SPAN: Final = 10_000
_SHORT: Final = 200
_LINES: Final = 1 << 20
_SILENT: Final = frozenset(("script", "style"))
_WITHIN: Final = frozenset(("a", "b", "i", "u", "em", "font", "span", "strong", "small", "sup", "sub", "wbr", "label"))
_SHOWN: Final = frozenset(("value", "title", "alt", "placeholder", "label"))
_NUMBER: Final = re.compile(r"\d{1,5}")


@dataclass(slots=True, eq=False)
class Found:
    """A table of a page: its place in characters, the first cells of its first rows, and how its rows are shaped."""

    number: int
    outer: Found | None
    start: int
    end: int = 0
    first: list[list[str]] = field(default_factory=list)
    titled: bool = False
    rows: int = 0
    widths: dict[int, int] = field(default_factory=dict)
    inner: list[Found] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """The tables of a page, and the stretches of it in which they stand (characters, in order)."""

    tables: list[NamedReader]
    stretches: list[tuple[int, int]]


def page_tables(source: Source) -> Page:
    """The tables of a web page that hold rows."""
    look = _Look()
    for _ in look.through(source):
        pass
    chosen = [table for top in look.found if top.outer is None for table in _chosen(top)][:_MOST]
    tables = []
    for table in chosen:
        told = table.titled or has_header([list(row) for row in table.first])
        width = max(map(len, table.first))
        first = table.first[0] if told else []
        names = [column_name(first[i] if i < len(first) else None, i + 1) for i in range(width)]
        reader = NdjsonReader(PageLines(source, table.number, names, int(told)), Encoding("utf-8", 0))
        reader.shape.has_header = told
        tables.append(NamedReader(f"table {table.number + 1}", reader))
    return Page(tables, [(table.start, table.end) for table in chosen])


def _chosen(table: Found) -> Iterator[Found]:
    """The table, or those within it."""
    within = [chosen for inner in table.inner for chosen in _chosen(inner)]
    told = bool(table.first) and (table.titled or has_header([list(row) for row in table.first]))
    if _holds_rows(table, told) and (told or not within):
        yield table
    else:
        yield from within


def _holds_rows(table: Found, told: bool) -> bool:
    """Whether it is a table of rows: no form of labels beside values, and with a header or of rows of one width."""
    several = {width: count for width, count in table.widths.items() if width >= _FEWEST}
    if sum(several.values()) < _FEWEST:
        return False
    left = [row[0] for row in table.first if row and row[0]]
    above = [cell for cell in table.first[0] if cell] if table.first else []
    beside = known_words(left) * max(1, len(above)) > known_words(above) * max(1, len(left))
    if beside and max(several) <= _WITHOUT_HEADER:
        return False
    alike = max(several.values()) >= _ALIKE * sum(table.widths.values())
    return told or (max(several) >= _WITHOUT_HEADER and table.rows >= _WITHOUT_HEADER and alike)


@dataclass(slots=True)
class _Open:
    """A table that is open: the row and cell in the making, and cells that reach down from rows above."""

    found: Found
    row: list[str] | None = None
    cell: list[str] | None = None
    beside: list[str] = field(default_factory=list)
    across: int = 1
    down: int = 1
    only_titles: bool = True
    hanging: dict[int, tuple[int, str]] = field(default_factory=dict)
    letters: int = 0


class _Look:
    """Walks through a page and notes its tables."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self._open: list[_Open] = []
        self._silent = ""
        self._longest = _SHORT

    def through(self, source: Source) -> Iterator[list[str]]:
        """Walk through a page; the rows that are told."""
        at = 0
        for token in tokens(characters(source), PIECES):
            at = token.end
            if self._silent:
                if token.kind == "close" and token.name.lower() == self._silent:
                    self._silent = ""
            elif token.kind in ("text", "comment"):
                self._says(token.text)
            else:
                yield from self._tag(token)
        while self._open:
            yield from self._end_table(at)

    def _tag(self, token: Token) -> Iterator[list[str]]:
        name = token.name.lower()
        closes = token.kind == "close"
        if len(self._open) > 1 and name not in _WITHIN:
            self._says(" ")
        top = self._open[-1] if self._open else None
        if name in _SILENT and token.kind == "open":
            self._silent = name
        elif name == "table" and not closes:
            self._begin_table(token.start)
        elif top is None:
            return
        elif name == "table":
            yield from self._end_table(token.end)
        elif name in ("tr", "thead", "tbody", "tfoot"):
            yield from self._end_row(top)
            if name == "tr" and not closes:
                top.row, top.only_titles = [], True
        elif name in ("td", "th"):
            self._end_cell(top)
            if not closes:
                self._begin_cell(top, name, token.text)
        else:
            self._says("" if name in _WITHIN else " ")
            for key, value in attributes(token.text) if "=" in token.text else ():
                self._beside(key.lower(), value)

    def _begin_table(self, start: int) -> None:
        if len(self._open) >= _DEEPEST:
            return
        outer = self._open[-1].found if self._open else None
        table = Found(len(self.found), outer, start)
        if outer is not None:
            outer.inner.append(table)
        self.found.append(table)
        self._open.append(_Open(table))

    def _begin_cell(self, top: _Open, name: str, inside: str) -> None:
        if top.row is None:
            top.row, top.only_titles = [], True
        self._hang(top)
        top.only_titles = top.only_titles and name == "th"
        told = dict(attributes(inside)) if inside else {}
        top.across, top.down = _span(told, "colspan", _WIDEST), _span(told, "rowspan", _SPAN)
        top.cell, top.beside, top.letters = [], [], 0

    def _hang(self, top: _Open) -> None:
        """Put in the cells that reach down from rows above."""
        row = top.row if top.row is not None else []
        while (hanging := top.hanging.get(len(row))) is not None:
            rest, text = hanging
            at = len(row)
            row.append(text)
            if rest > 1:
                top.hanging[at] = rest - 1, text
            else:
                del top.hanging[at]

    def _says(self, text: str) -> None:
        for table in self._open:
            if table.cell is not None and table.letters < self._longest:
                table.cell.append(text)
                table.letters += len(text)

    def _beside(self, name: str, value: str) -> None:
        """Values that a page shows or links without writing them."""
        if name == "href":
            kind, _, value = value.partition(":")
            if kind.lower() not in ("mailto", "tel"):
                return
        elif name not in _SHOWN:
            return
        for table in self._open:
            if table.cell is not None and table.letters < self._longest:
                table.beside.append(value)
                table.letters += len(value)

    def _end_cell(self, top: _Open) -> None:
        if top.cell is None or top.row is None:
            return
        text = " ".join("".join(top.cell).split())
        for value in top.beside:
            if value not in text:
                text = f"{text} {value}".strip()
        if len(top.row) < _WIDEST:
            if top.down > 1:
                for at in range(top.across):
                    top.hanging[len(top.row) + at] = top.down - 1, "" if at else text
            top.row += [text] + [""] * (top.across - 1)
        elif top.row[-1] != text:
            top.row[-1] = f"{top.row[-1]} {text}".strip()
        top.cell = None

    def _end_row(self, top: _Open) -> Iterator[list[str]]:
        self._end_cell(top)
        if top.row is not None:
            self._hang(top)
            if any(top.row):
                found = top.found
                if found.rows == 0:
                    found.titled = top.only_titles and len(top.row) >= _FEWEST
                found.rows += 1
                width = len(top.row)
                found.widths[width] = found.widths.get(width, 0) + 1
                if len(found.first) < _FIRST_ROWS:
                    found.first.append(top.row)
                if self.tells(top):
                    yield top.row
        top.row = None

    def tells(self, _: _Open) -> bool:
        """Whether the rows of a table are told."""
        return False

    def _end_table(self, end: int) -> Iterator[list[str]]:
        top = self._open[-1]
        yield from self._end_row(top)
        top.found.end = end
        self._open.pop()


class _Told(_Look):
    """Walks through a page again and tells the rows of one table."""

    def __init__(self, number: int, most: int) -> None:
        super().__init__()
        self._number = number
        self._longest = most

    def tells(self, top: _Open) -> bool:
        return top.found.number == self._number


class PageLines(Source):
    """The rows of one table of a page as JSON lines, under the names of its columns; the first `skip` left out."""

    def __init__(self, source: Source, number: int, names: list[str], skip: int) -> None:
        super().__init__(source.path, source.limits)
        self._page = source
        self._number = number
        self._names = names
        self._skip = skip

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines."""
        held: list[str] = []
        size = 0
        names = _distinct(self._names)
        for number, row in enumerate(_Told(self._number, self.limits.row).through(self._page)):
            if number < self._skip:
                continue
            filled = (pair for pair in zip(names, row, strict=False) if pair[1] or number == self._skip)
            line: dict[str, object] = dict(filled)
            if len(row) > len(names):
                line["extra"] = row[len(names) :]
            held.append(json.dumps(line))
            size += len(held[-1])
            if size > _LINES:
                yield "\n".join([*held, ""]).encode()
                held, size = [], 0
        yield "\n".join([*held, ""]).encode() if held else b""


def _distinct(names: list[str]) -> list[str]:
    """The names, with a number after one that was met before."""
    met: dict[str, int] = {}
    found: dict[str, None] = {}
    for name in names:
        again, other = met.get(name, 1), name
        while other in found:
            again += 1
            other = f"{name} {again}"
        met[name] = again
        found[other] = None
    return [*found]


def _span(told: dict[str, str], name: str, most: int) -> int:
    """How many rows or columns a cell takes; 0 rows are all that follow."""
    number = _NUMBER.fullmatch(next((value for key, value in told.items() if key.lower() == name), "").strip())
    rest = most if name == "rowspan" else 1
    return min(most, int(number[0]) or rest) if number else 1
