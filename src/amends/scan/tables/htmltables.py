"""Tables in web pages as tables; what a page uses tables for besides (its layout, forms) stays text.

One pass looks at every table of a page; one that is chosen is read in a pass of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import DerivedSource, Source
from amends.scan.tables.delimited import column_name, rows_above
from amends.scan.tables.headers import known_words
from amends.scan.tables.markup import PIECES, Token, attributes, characters, tokens
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.reader import NamedReader
from amends.scan.values.validators import looks_like_value

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
    """A table of a page: its place in characters, the first cells of its first rows, and how its rows are shaped.

    `titles` is how many of the first rows hold cells of a header alone; `stretches` are the places of its cells, parted
    only where something else stands between them (a caption, a comment).
    """

    number: int
    outer: Found | None
    stretches: list[tuple[int, int]] = field(default_factory=list)
    first: list[list[str]] = field(default_factory=list)
    titles: int = 0
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
        above = _above(table)
        width = max(map(len, table.first))
        heads = [row + [""] * (width - len(row)) for row in reversed(table.first[:above])]
        cells = [next((head[i] for head in heads if head[i]), None) for i in range(width)]
        names = [column_name(cell, i + 1) for i, cell in enumerate(cells)]
        reader = NdjsonReader(PageLines(source, table.number, names, above), Encoding("utf-8", 0))
        reader.shape.has_header = above > 0
        tables.append(NamedReader(f"table {table.number + 1}", reader))
    return Page(tables, _united(stretch for table in chosen for stretch in table.stretches))


def _united(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those within others left out."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches, key=lambda one: (one[0], -one[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
        elif end > found[-1][1]:
            found[-1] = found[-1][0], end
    return found


def _above(table: Found) -> int:
    """How many rows stand above the data: those of titles alone, or a header and what stands over it.

    Titles hold no values, and are not all that a table holds.
    """
    titles = table.first[: table.titles]
    if titles and table.titles < table.rows and not any(looks_like_value(cell) for row in titles for cell in row):
        return table.titles
    return rows_above([list(row) for row in table.first])


def _chosen(table: Found) -> Iterator[Found]:
    """The table, those within it, or both where both have columns of known names."""
    within = [chosen for inner in table.inner for chosen in _chosen(inner)]
    told = bool(table.first) and _above(table) > 0
    speaking = [inner for inner in within if _speaks(inner)]
    if _holds_rows(table, told) and (told or not within) and (_speaks(table) or not speaking):
        yield table
        yield from speaking
    else:
        yield from within


def _speaks(table: Found) -> bool:
    """Whether the names of its columns are known."""
    above = _above(table)
    return above > 0 and known_words([cell for row in table.first[:above] for cell in row if cell]) >= _FEWEST


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
    """A table that is open: the row and cell in the making, and cells that reach down from rows above.

    `apart` says that something stood between the last cell and the next.
    """

    found: Found
    row: list[str] | None = None
    cell: list[str] | None = None
    beside: list[str] = field(default_factory=list)
    across: int = 1
    down: int = 1
    only_titles: bool = True
    hanging: dict[int, tuple[int, str]] = field(default_factory=dict)
    letters: int = 0
    start: int = 0
    apart: bool = True


class _Look:
    """Walks through a page and notes its tables."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self._open: list[_Open] = []
        self._silent = ""
        self._longest = _SHORT
        self._at = 0

    def through(self, source: Source) -> Iterator[list[str]]:
        """Walk through a page; the rows that are told."""
        at = 0
        for token in tokens(characters(source), PIECES):
            at, self._at = token.end, token.start
            if self._silent:
                if token.kind == "close" and token.name.lower() == self._silent:
                    self._silent = ""
            elif token.kind in ("text", "comment"):
                self._says(token.text)
            else:
                yield from self._tag(token)
        self._at = at
        while self._open:
            yield from self._end_table()

    def _tag(self, token: Token) -> Iterator[list[str]]:
        name = token.name.lower()
        closes = token.kind == "close"
        if len(self._open) > 1 and name not in _WITHIN:
            self._says(" ")
        top = self._open[-1] if self._open else None
        if name in _SILENT and token.kind == "open":
            self._silent = name
        elif name == "table" and not closes:
            self._begin_table()
        elif top is None:
            return
        elif name == "table":
            yield from self._end_table()
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

    def _begin_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            return
        outer = self._open[-1].found if self._open else None
        table = Found(len(self.found), outer)
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
        top.cell, top.beside, top.letters, top.start = [], [], 0, self._at

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
        if self._open and self._open[-1].cell is None and text.strip():
            self._open[-1].apart = True
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
        stretches = top.found.stretches
        if top.apart:
            stretches.append((top.start, self._at))
        else:
            stretches[-1] = stretches[-1][0], self._at
        top.apart = False
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
                if found.rows == found.titles < _FIRST_ROWS and top.only_titles and len(top.row) >= _FEWEST:
                    found.titles += 1
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

    def _end_table(self) -> Iterator[list[str]]:
        yield from self._end_row(self._open[-1])
        self._open.pop()


class _Told(_Look):
    """Walks through a page again and tells the rows of one table."""

    def __init__(self, number: int, most: int) -> None:
        super().__init__()
        self._number = number
        self._longest = most

    def tells(self, top: _Open) -> bool:
        return top.found.number == self._number


class PageLines(DerivedSource):
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
