"""Tables in JSON that are no lists of objects: lists of lists under names of columns, and a list for each column."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.scan.files.source import Source, read_up_to
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.delimited import column_name, has_header
from amends.scan.tables.places import Place, personal

_FEWEST: Final = 2
_MOST: Final = 256
"""Columns that are read side by side."""
_ROWS: Final = 3
_SAMPLE: Final = 1 << 20
_FIRST_ROWS: Final = 20
_TITLES: Final = ("name", "title", "field", "label", "header", "id")
_NONE: Final = pa.array([], pa.binary())
_LINE_END: Final = 10
_BLANK: Final = 32
_DECODER: Final = json.JSONDecoder(strict=False)


@dataclass(slots=True, eq=False)
class Grid:
    """A table of lists: `taken` are the places of its rows, or of the lists of its columns where `columns` says so.

    `columns` holds, for each column, the byte of its list and the places of its cells.
    """

    name: str
    names: list[str]
    taken: list[Place]
    first: int
    has_header: bool = True
    skip: int = 0
    columns: list[tuple[int, list[Place]]] = field(default_factory=list)


def find_grids(root: Place, source: Source) -> list[Grid]:
    """The tables of lists that stand in objects which tell of nobody."""
    return list(_find(root, source))


def _find(place: Place, source: Source) -> Iterator[Grid]:
    if place.objects <= 1:
        by_column = _columns(place)
        if by_column:
            yield by_column
            return
    rows = place.elements
    if rows is not None and rows.lists >= _FEWEST * place.lists > 0 and not rows.objects:
        grid = _rows(place, rows, source)
        if grid:
            yield grid
    if not place.other and (place.objects <= 1 or not any(personal(key) for key in place.keys)):
        for below in place.keys.values():
            yield from _find(below, source)
        if rows is not None and rows.objects:
            yield from _find(rows, source)


def _columns(place: Place) -> Grid | None:
    """Lists of one length beside each other, or objects of the same numbers as keys, under telling names."""
    groups: dict[tuple[int, bool], list[Place]] = {}
    for below in place.keys.values():
        cells = _cells(below)
        if cells:
            groups.setdefault((sum(cell.values for cell in cells), bool(below.lists)), []).append(below)
    for (length, _), group in groups.items():
        said = {personal(below.key) for below in group} - {""}
        if length < _ROWS or not _FEWEST <= len(group) <= _MOST or len(said) < _FEWEST:
            continue
        columns = [(below.first, _cells(below)) for below in group]
        return Grid(place.path(), [below.key for below in group], group, min(below.first for below in group),
                    columns=columns)  # fmt: skip
    return None


def _cells(place: Place) -> list[Place]:
    """The places of the cells of what may be a column."""
    if place.values != 1:
        return []
    cells = place.elements
    if place.lists and cells is not None and not cells.objects and not cells.lists:
        return [cells]
    numbered = all(key.isdigit() for key in place.keys)
    if place.objects and place.keys and numbered and not any(cell.objects or cell.lists for cell in place.members):
        return place.members
    return []


def _rows(place: Place, rows: Place, source: Source) -> Grid | None:
    """A list of lists, under names that stand beside it or in its first row; several of them have the first's names."""
    cells = rows.elements
    if cells is None or cells.values < _FEWEST * rows.lists:
        return None
    around = place.parent.keys.values() if place.parent is not None else ()
    for below in around:
        if below is place or below.values != place.lists or not below.lists or below.elements is None:
            continue
        if below.elements.values * rows.lists == cells.values * place.lists and below.first >= 0:
            names = _titles(_decoded(source, below.first))
            if names:
                return Grid(place.path(), names, [rows], rows.first)
    first = _first_rows(source, place.first)
    if not any(isinstance(cell, str) for row in first for cell in row):
        return None
    width = max((len(row) for row in first), default=0)
    shown = [[None if cell is None else str(cell) for cell in row] + [None] * (width - len(row)) for row in first]
    told = place.lists == 1 and has_header(shown)
    names = [column_name(shown[0][i] if told else None, i + 1) for i in range(width)]
    return Grid(place.path(), names, [rows], rows.first, has_header=told, skip=int(told))


def _titles(value: Any) -> list[str]:
    """The names of columns, given as texts or as objects that hold a name each."""
    found = []
    for at, title in enumerate(value if isinstance(value, list) else [], 1):
        if isinstance(title, dict):
            title = next((title[key] for key in _TITLES if isinstance(title.get(key), str)), None)
        if not isinstance(title, str):
            return []
        found.append(column_name(title, at))
    return found


def _decoded(source: Source, at: int) -> Any:
    """The value that begins at this byte; None if it is none, or a long one."""
    try:
        return _DECODER.raw_decode(_text(source, at))[0]
    except (ValueError, RecursionError):
        return None


def _first_rows(source: Source, at: int) -> list[list[Any]]:
    text = _text(source, at)
    rows: list[list[Any]] = []
    end = 1
    while len(rows) < _FIRST_ROWS:
        start = text.find("[", end)
        try:
            row, end = _DECODER.raw_decode(text, start) if start > 0 else (None, 0)
        except (ValueError, RecursionError):
            break
        if not isinstance(row, list):
            break
        rows.append(row)
    return rows


def _text(source: Source, at: int) -> str:
    with source.open() as file:
        file.seek(at)
        return read_up_to(file, _SAMPLE).decode("utf-8", "replace")


class Zipped(Source):
    """Columns, each given as lines of JSON values, as one source of JSON lines."""

    def __init__(self, source: Source, names: Sequence[str], columns: Sequence[Source]) -> None:
        super().__init__(source.path, source.limits)
        self._names = names
        self._columns = columns

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines. A column that ends before the others is null from there on."""
        columns = [_stretches(lines) for lines in self._columns]
        held: list[Any] = [_NONE] * len(columns)
        while True:
            held = [mine if len(mine) else next(more, _NONE) for mine, more in zip(held, columns, strict=True)]
            ready = min((len(mine) for mine in held if len(mine)), default=0)
            if not ready:
                return
            yield self._joined([mine[:ready] for mine in held], ready)
            held = [mine[ready:] for mine in held]

    def _joined(self, cells: Collection[Any], rows: int) -> bytes:
        parts: list[Any] = []
        for name, values in zip(self._names, cells, strict=True):
            lead = ("," if parts else "{") + json.dumps(name) + ":"
            parts += [lead.encode(), values if len(values) else pa.repeat(b"null", rows)]
        lines = pc.binary_join_element_wise(*parts, b"}\n", b"")
        offsets = np.frombuffer(lines.buffers()[1], np.int32, rows + 1, 4 * lines.offset)
        return bytes(lines.buffers()[2][int(offsets[0]) : int(offsets[-1])])


def _stretches(lines: Source) -> Iterator[Any]:
    """The values of one column (binary), as many at a time as stand in a chunk."""
    left = b""
    for chunk in lines.chunks():
        data = np.frombuffer(left + chunk, np.uint8).copy()
        ends = np.flatnonzero(data == _LINE_END) + 1
        data[ends - 1] = _BLANK
        offsets = np.concatenate([[0], ends]).astype(np.int32)
        if len(ends):
            yield pa.BinaryArray.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
        left = data[offsets[-1] :].tobytes()
        if len(left) > lines.limits.row:
            raise UnreadableError(f"a value in a list that is a column is longer than {lines.limits.row >> 20} MiB")
    if left:
        yield pa.array([left], pa.binary())
