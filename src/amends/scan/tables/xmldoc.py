"""XML as tables: elements that repeat are rows, what they hold are columns; what stands outside of them is one row.

One pass learns which elements repeat where; a table is then read in a pass of its own that writes its rows as JSON
lines. Texts with markup in them (books, pages) are no tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import Source
from amends.scan.tables.delimited import column_name, has_header
from amends.scan.tables.headers import known_words
from amends.scan.tables.jsonwalk import KEY_NAME
from amends.scan.tables.markup import LEAVES, attributes, characters, tokens
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.places import Place, elements_of, find_rows
from amends.scan.tables.reader import NamedReader
from amends.scan.values.validators import looks_like_value

REST: Final = "(document)"
TEXT: Final = "value"
"""The column of the text of an element that also holds others."""
_COMMENT: Final = "(comment)"
_DEEPEST: Final = 90
_MOST_PLACES: Final = 20_000
_FIELDS: Final = frozenset(
    "field column property attribute param string entry value simpledata int long str arr bool date float double".split()
)
"""Elements that an attribute names (as mysqldump --xml, settings and answers of Solr write them)."""
_MOST_FIELDS: Final = 512
_CELLS: Final = frozenset(("cell", "td", "th", "c", "col", "column", "field", "data", "entry", "value", "v"))
_MIXED: Final = 0.2
_FEWEST: Final = 2
_REST: Final = 4 << 20
_FIRST_ROWS: Final = 20
_LINES: Final = 1 << 20
_MOST_CELLS: Final = 10_000
_FORM: Final = frozenset(("Index", "StyleID", "Type", "MergeAcross", "MergeDown", "Formula", "HRef"))
"""Attributes of the cells of a spreadsheet that are no values."""


class _TooMuchError(Exception):
    """The elements are nested too deeply, or are of too many kinds."""


@dataclass(slots=True, eq=False)
class Element:
    """All elements at one path: how many, how many of them after another of the same parent, and what they hold."""

    name: str
    parent: Element | None
    count: int = 0
    again: int = 0
    letters: int = 0
    mixed: int = 0
    below: dict[str, Element] = field(default_factory=dict)
    place: Place | None = None


def xml_tables(source: Source) -> list[NamedReader]:
    """The tables of an XML document; [] when it is a text with markup in it, or holds too little to be a table."""
    try:
        top = _learn(source)
    except _TooMuchError:
        return []
    letters = sum(element.letters for element in _all(top))
    if "html" in top.below:
        return []
    roots = [below for below in top.below.values() if below.count]
    root = roots[0] if len(roots) == 1 and not roots[0].again and not top.letters else top
    place = _place_of(root, None)
    elements = {id(element.place): element for element in _all(root)}
    found = find_rows(place)
    mixed = sum(element.mixed for element in _all(top)) > _MIXED * letters
    if mixed and not any(len(elements_of(table.places)) >= _FEWEST for table in found):
        return []
    chosen = [[elements[id(one)] for one in table.places if id(one) in elements] for table in found]
    taken = {id(element) for group in chosen for element in group}
    tables = [
        NamedReader(table.name, _reader(source, top, Wanted({id(one) for one in group}, taken, table.keyed), group))
        for table, group in zip(found, chosen, strict=True)
    ]
    outside = sum(element.letters for element in _all(top, taken))
    if outside and (tables or sum(element.letters > 0 for element in _all(root)) > 1):
        rest = Wanted({id(top)}, taken, scattered=outside > _REST)
        tables.append(NamedReader(REST if tables else "", _reader(source, top, rest, [])))
    return tables


def _all(element: Element, but: set[int] | None = None) -> Iterator[Element]:
    if but and id(element) in but:
        return
    yield element
    for below in element.below.values():
        yield from _all(below, but)


def _place_of(element: Element, parent: Place | None) -> Place:
    """The element as a place: one that repeats is an element of a list."""
    place = Place(key=element.name if parent else "", parent=parent)
    if parent is not None:
        parent.keys[element.name] = place
    if element.again and parent is not None:
        place.lists = element.count - element.again
        place.elements = Place(parent=place)
        place = place.elements
    element.place = place
    place.values = element.count or 1
    place.objects = place.values if element.below else 0
    place.scalars = int(element.letters > 0)
    place.cells = bool(_cell_name(element))
    for below in element.below.values():
        _place_of(below, place)
    return place


def _learn(source: Source) -> Element:
    """The tree of all paths of elements. Raises `_TooMuchError`."""
    walk = Walk(Element("", None))
    for _ in walk.through(source):
        pass
    return walk.top


class Walk:
    """The elements that are open while the tokens pass, and how often each path was met."""

    def __init__(self, top: Element) -> None:
        self.top = top
        self._open = [top]
        self._tags = [""]
        self._met: list[set[str]] = [set()]
        self._key = ""
        self._paths = 0

    def through(self, source: Source) -> Iterator[str]:
        """Walk through a document; the lines that are made on the way."""
        for token in tokens(characters(source), LEAVES):
            if token.kind == "leaf":
                yield from self.leaf(token.name, token.text)
            elif token.kind == "text":
                self.says(token.text)
            elif token.kind == "close":
                yield from self._leave(token.name)
            elif token.kind == "comment":
                self.attribute(_COMMENT, token.text)
            else:
                held = list(attributes(token.text)) if token.text else []
                name = self._named(token.name)
                if token.kind == "open" and token.name.lower() in _FIELDS and len(self._open[-1].below) < _MOST_FIELDS:
                    name = next((value for key, value in held if key in ("name", "key")), name)
                    held = [pair for pair in held if pair[1] != name]
                self.enter(name, token.name)
                for key, value in held:
                    self.attribute(key, value)
                if token.kind == "empty":
                    yield from self._leave(token.name)
        while len(self._open) > 1:
            yield from self._leave(self._tags[-1])
        made = self.left(self.top)
        if made is not None:
            yield made

    def leaf(self, tag: str, text: str) -> Iterator[str]:
        """An element that holds nothing but text."""
        self.enter(self._named(tag), tag)
        self.says(text)
        yield from self._leave(tag)

    def _named(self, tag: str) -> str:
        """In a property list, what follows a key has the name that the key says."""
        if self._tags[-1] != "dict" or tag == "key" or not self._key:
            return tag
        name, self._key = self._key, ""
        return name

    def enter(self, name: str, tag: str) -> Element:
        """Open an element."""
        element = self._child(name)
        element.count += 1
        element.again += name in self._met[-1]
        self._met[-1].add(name)
        if len(self._open) > _DEEPEST:
            raise _TooMuchError
        self._open.append(element)
        self._tags.append(tag)
        self._met.append(set())
        return element

    def _leave(self, tag: str) -> Iterator[str]:
        """Close the innermost element of that tag, and all within it; a tag that is not open closes nothing."""
        if tag != self._tags[-1] and (not tag or tag not in self._tags):
            return
        while len(self._open) > 1:
            made = self.left(self._open.pop())
            if made is not None:
                yield made
            if self._tags.pop() == tag:
                return

    def left(self, _: Element) -> str | None:
        """The line that ends with an element."""
        self._met.pop()
        return None

    def _is_key(self, element: Element) -> bool:
        return element.name == "key" and self._open[-1].name == "dict"

    def says(self, text: str) -> None:
        """Text within the innermost element."""
        letters = len(text.strip())
        if letters:
            at = self._open[-1]
            at.letters += letters
            if self._met[-1]:
                at.mixed += letters
            if self._tags[-1] == "key" and self._tags[-2] == "dict":
                self._key = text.strip()[:200]

    def attribute(self, name: str, value: str) -> None:
        """A value of the innermost element that is no text of its own."""
        self._child(name).letters += len(value)

    def _child(self, name: str) -> Element:
        """The path of that name below the innermost element."""
        parent = self._open[-1]
        found = parent.below.get(name)
        if found is None:
            self._paths += 1
            if self._paths > _MOST_PLACES:
                raise _TooMuchError
            found = parent.below[name] = Element(name, parent)
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which elements (by id) are rows, and which of those within are rows of others.

    `keyed` adds the name of the element of each row to it, where it may be an id or a human's. `scattered` makes a row
    of each value, where they are too many for one row. `titles` are the names of columns of
    rows that are lists of elements called `cell`; None where rows are not.
    """

    rows: set[int]
    taken: set[int]
    keyed: bool = False
    scattered: bool = False
    titles: list[str] | None = None
    cell: str = ""
    skip: int = 0


@dataclass(slots=True)
class _Node:
    """An element within a row: what it holds so far."""

    held: dict[str, list[Any]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def value(self) -> Any:
        """Its text alone, or an object of what it holds."""
        text = " ".join("".join(self.text).split()) if self.text else ""
        if not self.held:
            return text or None
        found = {name: values[0] if len(values) == 1 else values for name, values in self.held.items()}
        if text:
            found[TEXT if TEXT not in found else f"{TEXT} (text)"] = text
        return found


class Rows(Walk):
    """Walks through a document again and gives its rows as JSON lines."""

    def __init__(self, top: Element, wanted: Wanted, most: int) -> None:
        super().__init__(top)
        self._wanted = wanted
        self._most = most
        self._size = 0
        self._nodes: list[_Node | None] = [_Node()] if id(top) in wanted.rows else []
        self._titles = wanted.titles or []
        self._lists = 0
        self._fresh = False

    def enter(self, name: str, tag: str) -> Element:
        element = self._open[-1].below[name]
        self._open.append(element)
        self._tags.append(tag)
        if self._titles and any(id(below) in self._wanted.rows for below in element.below.values()):
            self._lists += 1
            self._fresh = self._lists > 1
        if self._nodes:
            inside = self._nodes[-1] is not None and id(element) not in self._wanted.taken
            self._nodes.append(_Node() if inside else None)
        elif id(element) in self._wanted.rows:
            self._nodes.append(_Node({KEY_NAME: [name]} if self._wanted.keyed else {}))
            self._size = 0
        return element

    def leaf(self, tag: str, text: str) -> Iterator[str]:
        node = self._nodes[-1] if self._nodes else None
        outer = self._open[-1]
        if node is None or self._tags[-1] == "dict" or self._wanted.scattered or self._wanted.titles is not None:
            return super().leaf(tag, text)
        if id(outer.below[tag]) not in self._wanted.taken and (text := " ".join(text.split())):
            self._size += len(text) + len(tag)
            if self._size <= self._most:
                node.held.setdefault(tag, []).append(text)
        return iter(())

    def says(self, text: str) -> None:
        if self._tags[-1] == "key" and self._tags[-2] == "dict":
            self._key = text.strip()[:200] or self._key
        if self._nodes and (node := self._nodes[-1]) is not None:
            self._size += len(text)
            if self._size <= self._most:
                node.text.append(text)

    def attribute(self, name: str, value: str) -> None:
        if self._nodes and (node := self._nodes[-1]) is not None:
            self._size += len(value) + len(name)
            if self._size <= self._most:
                node.held.setdefault(name, []).append(value)

    def left(self, element: Element) -> str | None:
        node = self._nodes.pop() if self._nodes else None
        if node is None:
            return None
        if not self._nodes:
            return self._line(node)
        value = node.value()
        if value is None and self._wanted.titles is not None:
            value = ""
        outer = self._nodes[-1]
        if value is None or outer is None:
            return None
        if self._wanted.scattered:
            self._size = 0
            return json.dumps({element.name: value}) if isinstance(value, str) or node.text else None
        self._size += len(element.name) + 8
        if self._size <= self._most and not (self._key and self._is_key(element)):
            outer.held.setdefault(element.name, []).append(value)
        return None

    def _line(self, node: _Node) -> str | None:
        """A whole row."""
        if self._size > self._most:
            return "null"
        if self._wanted.titles is not None:
            cells, fresh, self._fresh = _cells(node, self._wanted.cell), self._fresh, False
            if fresh and _names_columns(cells):
                self._titles = [column_name(cell, i + 1) for i, cell in enumerate(cells)]
                return None
            return json.dumps(dict(_titled(cells, self._titles)))
        if self._wanted.scattered:
            return None
        value = node.value()
        return json.dumps(value if isinstance(value, dict) else {TEXT: value})


def _cells(node: _Node, name: str) -> list[str]:
    """The cells of a row; one that says its place (`ss:Index`) stands there."""
    found: list[str] = []
    for value in node.held.get(name, []):
        index = value.get("Index") if isinstance(value, dict) else None
        if isinstance(index, str) and index.isdigit() and len(found) < int(index) <= _MOST_CELLS:
            found += [""] * (int(index) - 1 - len(found))
        found.append(_text_of(value))
    return found


def _names_columns(cells: list[str]) -> bool:
    """Whether the first row of a further list (another sheet) names its columns."""
    return known_words(cells) >= _FEWEST and not any(looks_like_value(cell) for cell in cells)


def _text_of(value: Any) -> str:
    """The text within a cell, without the attributes that tell of its kind and form."""
    if isinstance(value, dict):
        inner = [_text_of(one) for name, one in value.items() if name not in _FORM]
        return " ".join(text for text in inner if text)
    return " ".join(map(_text_of, value)) if isinstance(value, list) else str(value or "")


def _titled(cells: list[str], titles: list[str]) -> Iterator[tuple[str, Any]]:
    yield from zip(titles, cells, strict=False)
    if len(cells) > len(titles):
        yield "extra", cells[len(titles) :]


def _reader(source: Source, top: Element, wanted: Wanted, rows: list[Element]) -> NdjsonReader:
    told = True
    cell = _cell_name(rows[0]) if rows else ""
    if cell:
        wanted, told = _with_titles(source, top, wanted, cell)
    reader = NdjsonReader(XmlLines(source, top, wanted), Encoding("utf-8", 0))
    reader.shape.has_header = told
    return reader


def _cell_name(row: Element) -> str:
    """The name of the cells of which rows hold several and nothing else, or ""."""
    cells = [below for below in row.below.values() if below.count]
    if len(cells) != 1 or row.letters or cells[0].name.lower() not in _CELLS:
        return ""
    return cells[0].name if cells[0].again * _FEWEST >= row.count else ""


def _with_titles(source: Source, top: Element, wanted: Wanted, cell: str) -> tuple[Wanted, bool]:
    """The names of columns that stand in the first row, or numbers; and whether they do."""
    first: list[list[str | None]] = []
    walk = Rows(top, Wanted(wanted.rows, wanted.taken, titles=[], cell=cell), source.limits.row)
    for line in walk.through(source):
        cells = json.loads(line) if line != "null" else {}
        first.append([*cells.get("extra", [])])
        if len(first) == _FIRST_ROWS:
            break
    width = max((len(row) for row in first), default=0)
    first = [row + [None] * (width - len(row)) for row in first]
    told = has_header(first)
    titles = [column_name(first[0][i] if told else None, i + 1) for i in range(width)]
    return Wanted(wanted.rows, wanted.taken, titles=titles, cell=cell, skip=int(told)), told


class XmlLines(Source):
    """The rows of one table of a document as JSON lines."""

    def __init__(self, source: Source, top: Element, wanted: Wanted) -> None:
        super().__init__(source.path, source.limits)
        self._document = source
        self._top = top
        self._wanted = wanted

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines."""
        lines: list[str] = []
        size = 0
        for number, line in enumerate(Rows(self._top, self._wanted, self.limits.row).through(self._document)):
            if number < self._wanted.skip:
                continue
            lines.append(line)
            size += len(line)
            if size > _LINES:
                yield "\n".join([*lines, ""]).encode()
                lines, size = [], 0
        yield "\n".join([*lines, ""]).encode() if lines else b""
