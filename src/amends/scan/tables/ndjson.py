"""JSON lines: each line an object; nested objects become columns with dotted names, lists stay JSON text.

The lines go through the splitter (so their memory is bounded like that of rows); DuckDB's JSON functions tell their
structure and take them apart. A line that is no JSON object is rejected and counted.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit

from amends.engine import Engine, script
from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.lines import WHOLE_LINES, Dialect, column, pieces
from amends.scan.tables.reader import Batch, Shape, Tally

SQL = script(__package__, "ndjson.sql")
Key = tuple[str, ...]
MEMORY = "768MiB"
_DEEPEST = 100
"""Levels within one line; DuckDB gives up at 128."""


class NdjsonReader:
    """Reads one file of JSON lines; see `reader.Reader`. Columns are numbered in the order in which they are met.

    `called` gives columns another name than their keys do.
    """

    def __init__(self, source: Source, encoding: Encoding, called: Mapping[str, str] = MappingProxyType({})) -> None:
        self._source = source
        self._called = called
        self._encoding = encoding
        self._keys: dict[Key, int] = {}
        self.shape = Shape(encoding=encoding.name)
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All lines that are objects."""
        self.tally = Tally()
        seen = np.zeros(2, np.int64)
        chunks = to_ascii_based(self._source.chunks(self._encoding.skip), self._encoding)
        with Engine(spill=None, memory=MEMORY, threads=1) as db:
            for piece in pieces(chunks, Dialect(WHOLE_LINES, 1), self._source.limits):
                self.tally.rows += piece.rows + piece.rejected
                self.tally.rejected += piece.rejected
                if not piece.rows:
                    continue
                rows = np.arange(piece.first, piece.first + piece.rows, dtype=np.int64)
                lines = _shallow(pa.table({"row": rows, "line": column(piece, 0, seen)}))
                self.tally.rejected += piece.rows - len(lines)
                yield from self._taken_apart(db, lines, wanted)
        if self._encoding.name == "utf-8" and seen[1]:
            self.shape.encoding = "cp1252" if not seen[0] else "utf-8 and cp1252"

    def _taken_apart(self, db: Engine, lines: pa.Table, wanted: Collection[int] | None) -> Iterator[Batch]:
        db.add("lines", lines)
        good = db.fetch(SQL["objects"]).combine_chunks()
        self.tally.rejected += len(lines) - len(good)
        if not len(good):
            return
        db.add("objects", good)
        if wanted is None:
            self._learn(db)
        rows = max(1, 4 * self._source.limits.cells // max(1, len(self._keys)))
        for at in range(0, len(good), rows):
            part = good.slice(at, rows)
            if rows < len(good):
                db.add("objects", part)
            yield self._columns(db, part, wanted)

    def _columns(self, db: Engine, good: pa.Table, wanted: Collection[int] | None) -> Batch:
        keys = {key: i for key, i in self._keys.items() if wanted is None or i in wanted}
        odd = _odd(self._keys)
        plain = {key: i for key, i in keys.items() if key not in odd}
        found = {}
        if plain:
            parts = db.fetch(SQL["parts"], structure=json.dumps(_nested(plain))).combine_chunks()
            found = _leaves(parts.column("parts").combine_chunks(), plain)
        for key in keys.keys() & odd:
            cells = db.fetch(SQL["one"], pointer=_pointer(key)).column("part").combine_chunks()
            found[keys[key]] = cells.cast(pa.string())
        rows = good.column("row").combine_chunks()
        return Batch(rows.chunk(0) if isinstance(rows, pa.ChunkedArray) else rows, found)

    def _learn(self, db: Engine) -> None:
        """Number the keys of these objects that were not met before."""
        found = db.value(SQL["structure"])
        for key in _paths(json.loads(found), ()):
            if key not in self._keys:
                self._keys[key] = len(self._keys)
                name = ".".join(key)
                self.shape.names.append(self._called.get(name, name))
        if len(self._keys) > self._source.limits.columns:
            raise UnreadableError(f"it has more than {self._source.limits.columns} columns")


def _shallow(lines: pa.Table) -> pa.Table:
    """The lines that are not nested too deeply."""
    cells = lines.column("line").combine_chunks()
    cells = cells.chunk(0) if isinstance(cells, pa.ChunkedArray) else cells
    offsets = np.frombuffer(cells.buffers()[1], np.int32, len(cells) + 1, cells.offset * 4)
    deepest = np.empty(len(cells), np.int64)
    depths(np.frombuffer(cells.buffers()[2] or b"\0", np.uint8), offsets, deepest)
    kept = deepest <= _DEEPEST
    return lines if kept.all() else lines.filter(pa.array(kept))


@njit(cache=True, nogil=True)
def depths(data, offsets, out):  # type: ignore[no-untyped-def]
    """How deeply each line of JSON is nested, into `out` (int64)."""
    for line in range(len(out)):
        depth = deepest = 0
        in_string = False
        i = offsets[line]
        while i < offsets[line + 1]:
            c = data[i]
            if c == 34:
                in_string = not in_string
            elif in_string:
                i += c == 92
            elif c == 123 or c == 91:
                depth += 1
                deepest = max(deepest, depth)
            elif c == 125 or c == 93:
                depth -= 1
            i += 1
        out[line] = deepest


def _paths(structure: Any, at: Key) -> Iterator[Key]:
    if not isinstance(structure, dict):
        if at:
            yield at
        return
    for key, below in structure.items():
        yield from _paths(below, (*at, key))


def _odd(keys: Collection[Key]) -> set[Key]:
    """Keys that no structure can hold: DuckDB's have no empty names, and none that differ only by case."""
    seen: dict[Key, Key] = {}
    odd = set()
    for key in keys:
        for size in range(1, len(key) + 1):
            path = key[:size]
            if not path[-1] or seen.setdefault(tuple(part.casefold() for part in path), path) != path:
                odd.add(key)
                break
    return odd


def _pointer(key: Key) -> str:
    """RFC 6901."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in key)


def _nested(keys: Collection[Key]) -> dict[str, Any]:
    """The structure to ask for. A key that is a value in some lines and an object in others is asked for as text."""
    structure: dict[str, Any] = {}
    for key in sorted(keys, key=len):
        at = structure
        for part in key[:-1]:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                break
        else:
            at.setdefault(key[-1], "VARCHAR")
    return structure


def _leaves(parts: pa.StructArray, keys: dict[Key, int]) -> dict[int, pa.StringArray]:
    found = {}
    members: dict[Key, dict[str, Any]] = {}
    for key, position in keys.items():
        at: Any = parts
        for size, part in enumerate(key):
            if not pa.types.is_struct(at.type):
                break
            path = key[:size]
            if path not in members:
                members[path] = dict(zip((field.name for field in at.type), at.flatten(), strict=True))
            if part not in members[path]:
                break
            at = members[path][part]
        else:
            if not pa.types.is_struct(at.type):
                found[position] = at.cast(pa.string())
    return found
