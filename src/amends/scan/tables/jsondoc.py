"""JSON documents: an array of objects is a table, wherever objects alone lead to it; what is left is one row.

One pass finds the arrays; a table is then read from its stretch of the file, turned into JSON lines on the way.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numba import njit

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import Source, read_up_to
from amends.scan.files.unpacking import Slice
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.reader import NamedReader

_LEVELS: Final = 8
_MOST: Final = 1000
_DEEPEST: Final = 500
IN_STRING, ESCAPED, DEPTH, OBJECTS, STRING_AT, STRING_END, WAITING, OPEN, FOUND, ROOTS, DEEP = range(11)


def json_tables(source: Source) -> list[NamedReader]:
    """The tables of a document of UTF-8 JSON; [] when it holds no objects. Raises `UnreadableError`."""
    found, roots, size = _arrays(source)
    with source.open() as file:
        start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if roots != 1 or (start == b"{" and not len(found)):
            return [NamedReader("", _reader(source, [(0, size)]))] if start == b"{" else []
        tables = []
        for row in found:
            keys = [_key(file, *row[2 + 2 * i : 4 + 2 * i]) for i in range(int(row[2 + 2 * _LEVELS]))]
            tables.append(NamedReader(".".join(keys), _reader(source, [(int(row[0]), int(row[1]))])))
        rest = _rest(found, size)
        if start == b"{" and _says_anything(file, rest):
            tables.append(NamedReader("(document)", _reader(source, rest)))
        source.check(file)
    return tables


def _reader(source: Source, stretches: list[tuple[int, int]]) -> NdjsonReader:
    return NdjsonReader(_Lines(source, stretches), Encoding("utf-8", 0))


class _Lines(Source):
    """Stretches of a JSON document as JSON lines."""

    def __init__(self, source: Source, stretches: list[tuple[int, int]]) -> None:
        super().__init__(source.path, source.limits)
        self._document = source
        self._stretches = stretches

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines."""
        state = np.zeros(11, np.int64)
        with self._document.open() as file:
            for start, end in self._stretches:
                part = Slice(io.FileIO(file.fileno(), closefd=False), start, end - start)
                while chunk := read_up_to(part, self.limits.chunk):  # type: ignore[arg-type]
                    out = np.empty(2 * len(chunk), np.uint8)
                    used = to_lines(np.frombuffer(chunk, np.uint8), out, state)
                    yield out[:used].tobytes()
            self._document.check(file)


def _arrays(source: Source) -> tuple[Any, int, int]:
    """Arrays of objects: start, end (inside the brackets), key stretches and depth; values at the root; bytes."""
    state = np.zeros(11, np.int64)
    keys = np.zeros((_LEVELS, 2), np.int64)
    found = np.zeros((_MOST, 3 + 2 * _LEVELS), np.int64)
    base = 0
    for chunk in source.chunks():
        find_arrays(np.frombuffer(chunk, np.uint8), base, state, keys, found)
        base += len(chunk)
        if state[DEEP] or state[FOUND] >= _MOST:
            raise UnreadableError("it is nested too deeply" if state[DEEP] else f"it holds more than {_MOST} tables")
    if state[OPEN]:
        found[state[FOUND] - 1, 1] = base
    return found[: state[FOUND]], int(state[ROOTS]), base


def _key(file: Any, start: int, end: int) -> str:
    file.seek(int(start))
    text = file.read(min(int(end - start), 200)).decode("utf-8", "replace")
    return "".join(letter for letter in text if letter.isprintable())


def _rest(found: Any, size: int) -> list[tuple[int, int]]:
    edges = [0, *(int(edge) for row in found for edge in row[:2]), size]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


def _says_anything(file: Any, rest: list[tuple[int, int]]) -> bool:
    """Whether any value stands outside of the arrays."""
    if sum(end - start for start, end in rest) > 1 << 20:
        return True
    text = b""
    for start, end in rest:
        file.seek(start)
        text += file.read(end - start)
    try:
        return _has_value(json.loads(text))
    except (ValueError, RecursionError):
        return True


def _has_value(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_value(inner) for inner in value.values())
    return value not in (None, "", [])


@njit(cache=True, nogil=True)
def find_arrays(buf, base, state, keys, found):  # type: ignore[no-untyped-def]
    """Note arrays whose first element is an object and which lie in objects alone; `base` is the offset of `buf`."""
    in_string, escaped, depth, objects = state[0], state[1], state[2], state[3]
    for i in range(len(buf)):
        c = buf[i]
        if in_string:
            if escaped:
                escaped = 0
            elif c == 92:
                escaped = 1
            elif c == 34:
                in_string = 0
                state[5] = base + i
            continue
        if c <= 32:
            continue
        if state[6]:
            if c == 123 and state[8] < len(found):
                row = state[8]
                found[row, 0] = state[6]
                for level in range(objects):
                    found[row, 2 + 2 * level] = keys[level, 0]
                    found[row, 3 + 2 * level] = keys[level, 1]
                found[row, 2 + 2 * len(keys)] = objects
                state[8] += 1
                state[7] = depth
            state[6] = 0
        if c == 34:
            in_string = 1
            state[4] = base + i + 1
        elif c == 58:
            if 0 < depth == objects:
                keys[depth - 1, 0], keys[depth - 1, 1] = state[4], state[5]
        elif c == 123 or c == 91:
            if depth == 0:
                state[9] += 1
            if c == 123 and depth == objects and objects < len(keys) and state[7] == 0:
                objects += 1
            elif c == 91 and depth == objects and state[7] == 0:
                state[6] = base + i + 1
            depth += 1
            if depth > 500:
                state[10] = 1
        elif (c == 125 or c == 93) and depth > 0:
            if state[7] and depth == state[7]:
                found[state[8] - 1, 1] = base + i
                state[7] = 0
            if depth == objects:
                objects -= 1
            depth -= 1
    state[0], state[1], state[2], state[3] = in_string, escaped, depth, objects


@njit(cache=True, nogil=True)
def to_lines(buf, out, state):  # type: ignore[no-untyped-def]
    """Copy JSON so that each value at the depth where it begins stands on one line; the bytes written."""
    in_string, escaped, depth = state[0], state[1], state[2]
    at = 0
    for i in range(len(buf)):
        c = buf[i]
        if c == 10 or c == 13:
            c = np.uint8(32)
        if in_string:
            if escaped:
                escaped = 0
            elif c == 92:
                escaped = 1
            elif c == 34:
                in_string = 0
        elif c == 34:
            in_string = 1
        elif c == 123 or c == 91:
            depth += 1
        elif c == 125 or c == 93:
            depth -= 1
            if depth == 0:
                out[at] = c
                at += 1
                c = np.uint8(10)
        elif c == 44 and depth == 0:
            c = np.uint8(10)
        elif c <= 32 and depth == 0:
            continue
        out[at] = c
        at += 1
    state[0], state[1], state[2] = in_string, escaped, depth
    return at
