"""JSON documents: each list of objects is a table, wherever it stands; what stands outside of them is one row.

One pass learns what stands where; a table is then read in a pass of its own that writes its rows as JSON lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import DerivedSource, Source, read_up_to
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables import jsonwalk
from amends.scan.tables.gridrows import Grid, Zipped, find_grids
from amends.scan.tables.jsonwalk import write_rows
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.places import Place, Rows, find_rows, says
from amends.scan.tables.reader import NamedReader, Reader

REST: Final = "(document)"
_MOST: Final = 1000
_UTF8: Final = Encoding("utf-8", 0)


def json_tables(source: Source) -> list[NamedReader]:
    """The tables of a document of UTF-8 JSON; [] when it holds no rows. Raises `UnreadableError`."""
    return _tables(source, learn(source, lines=False))


def line_tables(source: Source) -> list[NamedReader]:
    """The tables of JSON lines that hold lists of rows, or are one document on one line; [] of plain lines."""
    try:
        places = learn(source, lines=True)
    except UnreadableError:
        return []
    if places.root.values == 1:
        holds = find_rows(places.root) or find_grids(places.root, source)
        return _tables(source, places) if holds else []
    rows = find_rows(places.root)
    if not rows:
        return []
    taken = {place for table in rows for place in table.places}
    lines = NamedReader("(lines)", _table(source, places, [places.root], taken))
    return [*_within(source, places, rows, []), lines]


def _tables(source: Source, places: Places) -> list[NamedReader]:
    grids = find_grids(places.root, source)
    rows = find_rows(places.root)
    taken = {place for table in rows for place in table.places} | {place for grid in grids for place in grid.taken}
    found = _within(source, places, rows, grids)
    if places.root.objects and (not found or says(places.root, taken)):
        found.append(NamedReader(REST if found else "", _table(source, places, [places.root], taken)))
    return found


@dataclass(frozen=True, slots=True)
class Places:
    """What `learn` found: the root of the places, how many there are, and what the walk needs to find them again."""

    root: Place
    count: int
    walk: tuple[Any, Any, Any]
    lines: bool


def learn(source: Source, *, lines: bool) -> Places:
    """What stands where in a document. Raises `UnreadableError` when it is nested too deeply."""
    state, stack, key = _start()
    places = np.zeros((jsonwalk.MOST_PLACES, jsonwalk.FACTS), np.int64)
    slots = np.full(4 * jsonwalk.MOST_PLACES, -1, np.int32)
    pool = np.zeros(4 << 20, np.uint8)
    state[jsonwalk.PLACES] = 2
    base = 0
    for chunk in source.chunks():
        jsonwalk.learn_places(
            np.frombuffer(_without_mark(chunk, base), np.uint8), base, lines, state, stack, places, slots, pool, key
        )
        base += len(chunk)
        if state[jsonwalk.DEEP] or state[jsonwalk.LONG]:
            raise UnreadableError("it is nested too deeply" if state[jsonwalk.DEEP] else "a key in it is too long")
    count = int(state[jsonwalk.PLACES])
    return Places(_tree(places[:count], pool.tobytes()), count, (places[:count].copy(), slots, pool[:1]), lines)


def _start() -> tuple[Any, Any, Any]:
    state = np.zeros(jsonwalk.STATE, np.int64)
    state[jsonwalk.DROP_DEPTH] = -1
    return state, np.zeros((jsonwalk.DEEPEST + 2, 3), np.int64), np.zeros(jsonwalk.LONGEST_KEY, np.uint8)


def _without_mark(chunk: bytes, base: int) -> bytes:
    """A byte order mark stands for nothing; NULs are holes."""
    chunk = b"   " + chunk[3:] if base == 0 and chunk.startswith(b"\xef\xbb\xbf") else chunk
    return chunk.replace(b"\0", b" ") if b"\0" in chunk else chunk


def _tree(facts: Any, pool: bytes) -> Place:
    made = [Place(number=number) for number in range(len(facts))]
    for number, row in enumerate(facts.tolist()):
        place = made[number]
        place.values, place.objects, place.lists = row[:3]
        place.scalars = row[jsonwalk.STRINGS] + row[jsonwalk.NUMBERS]
        place.first = row[jsonwalk.FIRST]
        if number < 2:
            continue
        parent = made[row[jsonwalk.PARENT]]
        place.parent = parent
        if row[jsonwalk.KEY_HASH] == jsonwalk.ELEMENT:
            parent.elements = place
        elif row[jsonwalk.KEY_HASH] == jsonwalk.OTHER:
            parent.other = place
        else:
            place.key = _readable(pool[row[jsonwalk.KEY_AT] : row[jsonwalk.KEY_END]])
            name = place.key
            while name in parent.keys:
                name += " "
            parent.keys[name] = place
    return made[jsonwalk.ROOT]


def _readable(key: bytes) -> str:
    text = key.decode("utf-8", "replace")
    if "\\" in text:
        with suppress(ValueError):
            text = str(json.loads(f'"{text}"')).encode("utf-8", "replace").decode("utf-8")
    return "".join(letter for letter in text if letter.isprintable())


def _within(source: Source, places: Places, rows: list[Rows], grids: list[Grid]) -> list[NamedReader]:
    """The tables within a document, in the order in which they begin."""
    if len(rows) + len(grids) > _MOST:
        raise UnreadableError(f"it holds more than {_MOST} tables")
    others = {place for table in rows for place in table.places} | {place for grid in grids for place in grid.taken}
    found: list[tuple[int, NamedReader]] = []
    for table in rows:
        called = table.called if table.keyed else ""
        reader = _table(source, places, table.places, others - set(table.places), called)
        found.append((min(place.first for place in table.places), NamedReader(table.name, reader)))
    for grid in grids:
        found.append((grid.first, NamedReader(grid.name, _grid(source, places, grid))))
    return [table for _, table in sorted(found, key=lambda pair: pair[0])]


def _table(source: Source, places: Places, rows: list[Place], others: set[Place], called: str = "") -> Reader:
    """The reader of the rows at some places; `called` is the column of their keys, "" where these are no ids."""
    lines = RowLines(source, places, _marks(places, rows, others), keyed=bool(called))
    return NdjsonReader(lines, _UTF8, {jsonwalk.KEY_NAME: called})


def _marks(places: Places, rows: list[Place], others: set[Place]) -> Any:
    marks = np.full(places.count, -1, np.int32)
    marks[[place.number for place in others]] = 1
    marks[[place.number for place in rows]] = 0
    return marks


def _grid(source: Source, places: Places, grid: Grid) -> Reader:
    if grid.columns:
        columns = [RowLines(source, places, _marks(places, cells, set()), at=at) for at, cells in grid.columns]
        reader = NdjsonReader(Zipped(source, grid.names, columns), _UTF8)
    else:
        lines = RowLines(source, places, _marks(places, grid.taken, set()), names=grid.names, skip=grid.skip)
        reader = NdjsonReader(lines, _UTF8)
    reader.shape.has_header = grid.has_header
    return reader


class RowLines(DerivedSource):
    """The values at some places of a document as JSON lines.

    `names` are those of the columns of rows that are lists; `keyed` adds the key of a row to it; `skip` leaves out the
    first rows; `at` is the byte of the one list or object of which all members are given.
    """

    def __init__(
        self, source: Source, places: Places, marks: Any, *, keyed: bool = False,
        names: list[str] | None = None, skip: int = 0, at: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(source.path, source.limits)
        self._document = source
        self._places = places
        self._marks = marks
        self._keyed = keyed
        self._names, self._ends = _leads(names) if names else (b"", [])
        self._skip = skip
        self._at = at

    def chunks(self, skip: int = 0) -> Iterator[bytes]:
        """The lines."""
        skip = self._skip
        for lines in self._lines():
            while skip and lines:
                _before, ended, lines = lines.partition(b"\n")
                skip -= len(ended)
            if lines:
                yield lines

    def _lines(self) -> Iterator[bytes]:
        state, stack, key = _start()
        state[jsonwalk.BESIDE] = self._keyed
        names, ends = np.frombuffer(self._names or b" ", np.uint8), np.array(self._ends, np.int64)
        out = np.empty(2 * self.limits.chunk + 2 * len(key) + len(names) + 128, np.uint8)
        for chunk in self._stretch(state, stack):
            buffer, at = np.frombuffer(chunk, np.uint8), 0
            while at < len(buffer) and not state[jsonwalk.DONE]:
                used, made = write_rows(
                    buffer[at:], out, self._places.lines, 0, self._marks, state, stack, *self._places.walk, key,
                    names, ends,
                )  # fmt: skip
                at += used
                yield out[:made].tobytes()
        yield _closing(state, stack)

    def _stretch(self, state: Any, stack: Any) -> Iterator[bytes]:
        """The bytes to walk through."""
        if self._at is None:
            base = 0
            for chunk in self._document.chunks():
                yield _without_mark(chunk, base)
                base += len(chunk)
            return
        with self._document.open() as file:
            file.seek(self._at)
            place = next(iter(np.flatnonzero(self._marks == 0).tolist()))
            stack[1, 0] = int(file.read(1)[0])
            stack[1, 1] = self._places.walk[0][place, jsonwalk.PARENT]
            state[jsonwalk.DEPTH] = state[jsonwalk.SKIP] = 1
            state[jsonwalk.WANTS_KEY] = stack[1, 0] == 123
            while not state[jsonwalk.DONE] and (chunk := read_up_to(file, self.limits.chunk)):
                yield _without_mark(chunk, 1)
            self._document.check(file)


def _leads(names: list[str]) -> tuple[bytes, list[int]]:
    """What stands before the cells of a row that is a list, the last for all that have no name."""
    parts = [json.dumps(name).encode() + b":" for name in names] + [b'"extra":[']
    return b"".join(parts), np.cumsum([len(part) for part in parts]).tolist()


def _closing(state: Any, stack: Any) -> bytes:
    """The brackets that the document itself left open when it broke off between its own values."""
    torn = state[jsonwalk.IN_STRING] or state[jsonwalk.IN_SCALAR]
    within = int(state[jsonwalk.DROP_DEPTH])
    if not state[jsonwalk.OPEN] or state[jsonwalk.ROW_DEPTH] or (torn and within < 0):
        return b""
    kinds = stack[1 : (int(state[jsonwalk.DEPTH]) if within < 0 else within) + 1, 0]
    return bytes(int(kind) + 2 for kind in kinds[::-1])
