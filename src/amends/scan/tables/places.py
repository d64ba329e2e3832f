"""Places in a nested document, and which of them hold rows: a row is the smallest thing that tells of one human.

Lists of objects are tables, and so are objects of many alike. One within a row stays a cell of it, unless its objects
name people of their own or nothing but they tells of anybody: the phones of a customer are the customer's, the
customers of a page are not the page's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from amends.scan.tables.headers import read_header, rules
from amends.scan.tables.keyed import NAMES, NUMBERS, key_of_people

_FEW_ALIKE: Final = 2
_MANY_ALIKE: Final = 8
_ALIKE: Final = 0.5
_MOST_WITHIN: Final = 64
"""Objects in the list of one row; longer lists are tables of their own, so that no row grows without end."""
_A_HUMAN: Final = 2
"""Elements beside lists of which a whole document is taken to tell of one human."""
_NAMES: Final = frozenset(("given_name", "family_name"))
_MARKS: Final = frozenset(("ssn", "dob"))
_PAIR: Final = frozenset(("value", "values", "val"))


@dataclass(slots=True, eq=False)
class Place:
    """Where values stand: how many of each kind, and the places below. `elements` is that of a list's elements.

    `other` is the place of keys too many to have places of their own; `first` the byte of the first value; `cells`
    says that the objects are rows of nothing but cells.
    """

    key: str = ""
    number: int = 0
    parent: Place | None = None
    values: int = 0
    objects: int = 0
    lists: int = 0
    scalars: int = 0
    first: int = -1
    keys: dict[str, Place] = field(default_factory=dict)
    elements: Place | None = None
    other: Place | None = None
    cells: bool = False

    @property
    def below(self) -> list[Place]:
        """All places right below."""
        return [*self.keys.values(), *(place for place in (self.elements, self.other) if place is not None)]

    @property
    def members(self) -> list[Place]:
        """The places of what stands under keys."""
        return [*self.keys.values(), *((self.other,) if self.other else ())]

    def path(self) -> str:
        """The keys that lead here, with dots between."""
        at, keys = self, list[str]()
        while at.parent is not None:
            if at.key:
                keys.append(at.key)
            at = at.parent
        return ".".join(reversed(keys))


@dataclass(slots=True, eq=False)
class Rows:
    """One table: the places where its rows stand (all alike); `keyed` where their keys are ids of the rows.

    `called` is what the column of the keys is called.
    """

    name: str
    places: list[Place]
    keyed: bool = False
    called: str = NUMBERS


@dataclass(slots=True)
class _Finding:
    found: list[Rows] = field(default_factory=list)
    taken: set[Place] = field(default_factory=set)

    def add(self, name: str, places: list[Place], keyed: bool, called: str = NUMBERS) -> None:
        self.found.append(Rows(name, places, keyed, called))
        self.taken.update(places)


def find_rows(root: Place) -> list[Rows]:
    """The tables below the root, which are no rows of the root itself."""
    finding = _Finding()
    _find(root, root, finding)
    return finding.found


def says(place: Place, taken: set[Place]) -> bool:
    """Whether any value stands at the place or below it, apart from the places that are taken."""
    if place in taken:
        return False
    return place.scalars > 0 or any(says(below, taken) for below in place.below)


def _find(place: Place, owner: Place, finding: _Finding) -> None:
    """Look for tables below a place that belongs to rows at `owner`. A key that an object repeats holds rows."""
    if place.elements is not None and place.elements.objects and _apart([place.elements], owner):
        finding.add(place.path(), [place.elements], False)
        _find(place.elements, place.elements, finding)
    elif place.elements is not None:
        _find(place.elements, owner, finding)
    people = _people(place, owner)
    alike = place.members if people else _alike(place, owner)
    if alike:
        finding.add(place.path(), alike, True, people or NUMBERS)
        for row in alike:
            _find(row, row, finding)
    for below in place.members:
        if below in finding.taken:
            continue
        if below is not place.other and below.objects > place.objects > 0:
            finding.add(below.path(), [below], False)
            _find(below, below, finding)
        else:
            _find(below, owner, finding)


def _apart(rows: list[Place], owner: Place) -> bool:
    """Whether objects within rows at `owner` are rows of a table of their own."""
    outermost = owner.parent is None and owner.objects <= 1
    mine = elements_of(rows)
    others = set() if outermost and not owner.objects else elements_of([owner], but=rows)
    if any(row.cells for row in rows) or (outermost and not _tells_of_one(others, rows)):
        return True
    times = max(1, owner.objects)
    if sum(row.values for row in rows) > _MOST_WITHIN * times:
        return True
    if any(key.lower() in _PAIR for row in rows for key in row.keys):
        return False
    if mine and not others:
        return True
    if mine & _NAMES:
        theirs = any(row.parent is not None and personal(row.parent.key) == "full_name" for row in rows)
        return not theirs or bool(mine & _MARKS)
    return "full_name" in mine and (bool(mine & _MARKS) or (outermost and len(mine) > 1))


def _tells_of_one(elements: set[str], rows: list[Place]) -> bool:
    """Whether a document with these elements beside its lists is about one human, whom the lists tell more of."""
    by_key = any(personal(row.parent.key) for row in rows if row.parent is not None)
    return len(elements) >= _A_HUMAN or (by_key and bool(elements))


def _alike(place: Place, owner: Place) -> list[Place]:
    """The places below of objects of one shape, if they are rows of a table."""
    if place.other is not None and place.objects <= 1 and not _is_element(place):
        return place.members
    objects = [below for below in place.keys.values() if below.objects and not below.lists]
    if len(objects) < _FEW_ALIKE or (
        len(objects) < _MANY_ALIKE and not all(any(letter.isdigit() for letter in below.key) for below in objects)
    ):
        return []
    keys: dict[str, int] = {}
    for below in objects:
        for key in below.keys:
            keys[key] = keys.get(key, 0) + 1
    if not keys or sum(keys.values()) < _ALIKE * len(keys) * len(objects):
        return []
    rows = [*objects, *((place.other,) if place.other else ())]
    return rows if _apart(rows, owner) else []


def _people(place: Place, owner: Place) -> str:
    """What the keys of an object are called if they are humans whose values are no one else's; else ""."""
    called = key_of_people(place.keys) if place.keys and not any(key.lists for key in place.keys.values()) else ""
    rows = place.members
    alone = len(rows) == 1 and not elements_of(rows)
    if not called or alone or called == NAMES or not elements_of([owner], but=rows):
        return "" if alone else called
    return called if _apart(rows, owner) else ""


def _is_element(place: Place) -> bool:
    return place.parent is not None and place.parent.elements is place


def elements_of(rows: list[Place], but: list[Place] | None = None) -> set[str]:
    """The rules of headers that the paths of scalars within rows follow, lists and the places `but` left out."""
    found: set[str] = set()
    for row in rows[:_MANY_ALIKE]:
        for path in _scalars(row, (), but or []):
            rule = personal(".".join(path[-3:]))
            if rule:
                found.add(rule)
    return found


def _scalars(place: Place, path: tuple[str, ...], but: list[Place]) -> Iterator[tuple[str, ...]]:
    if path and (place.scalars or (place.elements is not None and place.elements.scalars)):
        yield path
    if len(path) < 6:
        for key, below in place.keys.items():
            if below not in but:
                yield from _scalars(below, (*path, key), but)


@lru_cache(1 << 14)
def personal(name: str) -> str:
    """The rule of the element that a column of this name holds, or ""."""
    rule = read_header(name).rule
    return rule if rule and rules()[rule].element else ""
