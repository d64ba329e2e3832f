"""The walk through an XML document: which elements are open, and how often each path of elements was met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from amends.scan.files.source import Source
from amends.scan.tables.markup import LEAVES, attributes, characters, tokens
from amends.scan.tables.places import Place

_COMMENT: Final = "(comment)"
_DEEPEST: Final = 90
_MOST_PLACES: Final = 20_000
_FIELDS: Final = frozenset(
    (
        "field", "column", "property", "attribute", "param", "string", "entry", "value", "simpledata", "int", "long",
        "str", "arr", "bool", "date", "float", "double",
    )
)  # fmt: skip
"""Elements that an attribute names (as mysqldump --xml, settings and answers of Solr write them)."""
_MOST_FIELDS: Final = 512


class TooMuchError(Exception):
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
            raise TooMuchError
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
                raise TooMuchError
            found = parent.below[name] = Element(name, parent)
        return found
