"""The rows of one table of an XML document, written as JSON lines in a walk of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from amends.scan.files.source import DerivedSource, Source
from amends.scan.tables.delimited import column_name
from amends.scan.tables.headers import known_words
from amends.scan.tables.jsonwalk import KEY_NAME
from amends.scan.tables.xmlwalk import Element, Walk
from amends.scan.values.validators import looks_like_value

TEXT: Final = "value"
"""The column of the text of an element that also holds others."""
_LINES: Final = 1 << 20
_MOST_CELLS: Final = 10_000
_FORM: Final = frozenset(("Index", "StyleID", "Type", "MergeAcross", "MergeDown", "Formula", "HRef"))
"""Attributes of the cells of a spreadsheet that are no values."""
_FEWEST: Final = 2


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


class XmlLines(DerivedSource):
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
