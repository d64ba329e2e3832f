"""Where the rows of a database dump stand: one pass over its bytes → tables with columns and stretches of the file.

INSERT (and REPLACE) statements with VALUES and COPY data count; comments, functions and other statements are passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from amends.scan.files.limits import Limits
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.sqlbytes import blank_end, copy_end, run_end, statement_end

_AHEAD = 1 << 18
_NAME = rb"(?:`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|\[[^\]]+\]|[\w$\x80-\xff]+)"
_NAMES = _NAME + rb"(?:\s*\.\s*" + _NAME + rb")*"
_COLUMNS = rb"(?:[^()'`\"\[]|`[^`]*`|\"[^\"]*\"|\[[^\]]*\])*+"
"""A list of columns; possessive, so that what is none is told in one go."""
_INSERT = re.compile(
    rb"(?is)(?:insert|replace)\s+(?:low_priority\s+|high_priority\s+|delayed\s+|ignore\s+)*(?:into\s+)?("
    + _NAMES
    + rb")"
    rb"\s*(?:\((" + _COLUMNS + rb")\))?\s*(?:overriding\s+\w+\s+value\s+)?values?\s*(?=\()"
)
_COPY = re.compile(
    rb"(?is)copy\s+(" + _NAMES + rb")\s*(?:\((" + _COLUMNS + rb")\))?\s*from\s+stdin\b[^;\n]*;[ \t\r]*\n"
)
_CREATE = re.compile(rb"(?is)create\s+(?:\w+\s+){0,3}?table\s+(?:if\s+not\s+exists\s+)?(" + _NAMES + rb")\s*\(")
_DELIMITER = re.compile(rb"(?i)delimiter\s+(\S+)[ \t\r]*\n")
_BACK = re.compile(rb"(?i)\ndelimiter\s+;")
_NO_COLUMN = frozenset(
    (b"primary", b"key", b"unique", b"constraint", b"index", b"fulltext", b"spatial", b"foreign", b"check", b"exclude",
     b"like", b"period")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes `start` to `end` of the file: rows of COPY text, or INSERT statements that all begin with `head`."""

    start: int
    end: int
    head: bytes | None
    columns: tuple[str, ...]


@dataclass(slots=True)
class DumpTable:
    """A table of a dump: its columns as created, and where its rows stand."""

    name: str
    columns: tuple[str, ...] = ()
    stretches: list[Stretch] = field(default_factory=list)


def index(chunks: Iterable[bytes], *, backslash: bool, limits: Limits) -> list[DumpTable]:
    """The tables with rows, in the order of their first rows. Raises `UnreadableError` for what never ends."""
    work = _Index(backslash, limits)
    for chunk in chunks:
        work.feed(chunk, final=False)
    work.feed(b"", final=True)
    return sorted((table for table in work.tables.values() if table.stretches), key=lambda t: t.stretches[0].start)


class _Index:
    def __init__(self, backslash: bool, limits: Limits) -> None:
        self.tables: dict[str, DumpTable] = {}
        self._backslash = backslash
        self._limits = limits
        self._buffer: Any = np.empty(0, np.uint8)
        self._base = 0
        self._doing = self._between
        self._state = np.zeros(4, np.int64)
        self._tag = np.zeros(64, np.uint8)
        self._table: DumpTable | None = None
        self._columns: tuple[str, ...] = ()
        self._head: bytes | None = None
        self._start = 0
        self._begun = False

    def feed(self, chunk: bytes, *, final: bool) -> None:
        """Take the next bytes; what is not understood yet is kept."""
        self._buffer = np.concatenate([self._buffer, np.frombuffer(chunk, np.uint8)])
        at, size = 0, len(self._buffer)
        while at < size:
            after = self._doing(at, size, final)
            if after is None:
                break
            at = after
        if final:
            self._close(self._base + size)
        elif size - at > self._limits.row + _AHEAD:
            raise UnreadableError(
                f"it holds a statement that is not understood and longer than {self._limits.row >> 20} MiB"
            )
        self._base += at
        self._buffer = self._buffer[at:].copy()

    def _between(self, at: int, size: int, final: bool) -> int | None:
        """Before a statement."""
        if not final and size - at < _AHEAD:
            return None
        begin = blank_end(self._buffer, at, size, self._backslash)
        if begin < 0:
            return size if final else None
        if begin == size or (not final and size - begin < _AHEAD):
            return int(begin) if begin > at else (size if final else None)
        text = self._buffer[begin : begin + _AHEAD].tobytes()
        first = text[:10].split(None, 1)[0].lower() if text[:10].strip() else b""
        if first in (b"insert", b"replace") and (found := _INSERT.match(text)):
            self._open(found, found[0], begin)
            return int(begin)
        if first == b"copy" and (found := _COPY.match(text)):
            self._open(found, None, begin + found.end())
            return int(begin) + found.end()
        if first == b"create" and (found := _CREATE.match(text)):
            self._created(found, text)
        if first == b"delimiter" and (found := _DELIMITER.match(text)):
            if found[1] != b";":
                self._doing = self._in_routine
            return int(begin) + found.end() - 1
        self._table, self._head = None, b"\0"
        self._doing = self._in_statement
        return int(begin)

    def _open(self, found: re.Match[bytes], head: bytes | None, start: int) -> None:
        name = _plain(found[1])
        self._table = self.tables.setdefault(name, DumpTable(name))
        self._columns = tuple(_plain(part) for part in _parts(found[2])) if found[2] else self._table.columns
        self._head, self._start, self._begun = head, self._base + start, False
        self._doing = self._in_copy if head is None else self._in_statement

    def _created(self, found: re.Match[bytes], text: bytes) -> None:
        name = _plain(found[1])
        table = self.tables.setdefault(name, DumpTable(name))
        state = np.zeros(4, np.int64)
        end = statement_end(np.frombuffer(text, np.uint8), 0, len(text), self._backslash, state, self._tag)
        body = text[found.end() : end if end > 0 else len(text)]
        table.columns = tuple(_column_names(body))

    def _in_statement(self, at: int, size: int, final: bool) -> int | None:
        head = np.frombuffer(self._head or b"\0", np.uint8)
        ahead = 0 if final else _AHEAD
        after, still_open = run_end(self._buffer, at, size, self._backslash, head, ahead, self._state, self._tag)
        if not still_open:
            self._close(self._base + after)
        return int(after)

    def _in_copy(self, at: int, size: int, final: bool) -> int | None:
        end, line = copy_end(self._buffer, at, size, self._begun)
        if end < 0 or (not final and end + 2 == size):
            self._begun = size - line > 2
            return size if self._begun or final else (line if line > at else None)
        self._close(self._base + end)
        return int(end) + 2

    def _in_routine(self, at: int, size: int, final: bool) -> int | None:
        """Until the delimiter is a semicolon again."""
        found = _BACK.search(self._buffer[at:size].tobytes())
        if found:
            self._doing = self._between
            return at + found.end()
        return size if final else max(at, size - 64) if size - at > 64 else None

    def _close(self, end: int) -> None:
        if self._table is not None and end > self._start:
            self._table.stretches.append(Stretch(self._start, end, self._head, self._columns))
        self._table, self._doing = None, self._between
        self._state[:] = 0


def _parts(text: bytes) -> Iterator[bytes]:
    """Text between commas that stand outside of parentheses and quotes."""
    depth, quote, begin = 0, 0, 0
    for i, c in enumerate(text):
        if quote:
            quote = 0 if c == quote else quote
        elif c in b"'\"`":
            quote = c
        elif c == 40:
            depth += 1
        elif c == 41:
            depth -= 1
            if depth < 0:
                yield text[begin:i]
                return
        elif c == 44 and depth == 0:
            yield text[begin:i]
            begin = i + 1
    yield text[begin:]


def _column_names(body: bytes) -> Iterator[str]:
    for part in _parts(body):
        found = re.match(rb"(?:\s|--[^\n]*\n)*(" + _NAME + rb")", part)
        if found and found[1].lower() not in _NO_COLUMN:
            yield _plain(found[1])


def _plain(name: bytes) -> str:
    """An identifier without its quotes; parts joined by points."""
    pieces = []
    for piece in re.findall(_NAME, name):
        quoted = piece[:1] in b'`"['
        pieces.append(piece[1:-1].replace(piece[-1:] * 2, piece[-1:]) if quoted else piece)
    return b".".join(pieces).decode("utf-8", "backslashreplace")
