"""XML as tables: elements that repeat are rows, what they hold are columns; what stands outside of them is one row.

One pass learns which elements repeat where; a table is then read in a pass of its own that writes its rows as JSON
lines. Texts with markup in them (books, pages) are no tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import Source
from amends.scan.tables.delimited import column_name, has_header
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.places import Place, elements_of, find_rows
from amends.scan.tables.reader import NamedReader
from amends.scan.tables.xmlrows import Rows, Wanted, XmlLines
from amends.scan.tables.xmlwalk import Element, TooMuchError, Walk

REST: Final = "(document)"
_CELLS: Final = frozenset(("cell", "td", "th", "c", "col", "column", "field", "data", "entry", "value", "v"))
_MIXED: Final = 0.2
_FEWEST: Final = 2
_REST: Final = 4 << 20
_FIRST_ROWS: Final = 20


def xml_tables(source: Source) -> list[NamedReader]:
    """The tables of an XML document; [] when it is a text with markup in it, or holds too little to be a table."""
    try:
        top = _learn(source)
    except TooMuchError:
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
    """The tree of all paths of elements. Raises `TooMuchError`."""
    walk = Walk(Element("", None))
    for _ in walk.through(source):
        pass
    return walk.top


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
