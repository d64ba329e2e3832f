"""Tables within a text: blocks of lines that agree in a delimiter and the number of fields, and that tell of people.

One pass over the text finds them; what stands around them stays text. A block needs a header of known words, or two
columns of values by which a human is known: lists of numbers, code, logs and prose have neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from amends.scan.files.encodings import Encoding
from amends.scan.files.limits import Limits
from amends.scan.files.source import DerivedSource
from amends.scan.tables.blockbytes import ENOUGH, FEWEST, RUN, bare_rows, end_run, find_runs
from amends.scan.tables.delimited import DelimitedReader, Layout, column_name, has_header
from amends.scan.tables.headers import known_words
from amends.scan.tables.lines import Dialect, column, pieces
from amends.scan.values.kinds import Kind
from amends.scan.values.validators import judge_text

_DELIMITERS: Final = np.frombuffer(b"|\t;,", np.uint8)
_FIELDS: Final = np.array([2, 2, 3, 3], np.int64)
_LOOK_AT: Final = 16
_KNOWN: Final = 2
"""Words of a header that must be known."""
_ABOVE: Final = 3
"""Lines among which the header is looked for: a sentence before it may happen to have as many commas."""
_VALUED: Final = 0.6
_TRIES: Final = 20_000
"""Short blocks that are judged in vain before only long ones are."""
_MOST: Final = 200
"""Tables of a text; those beyond stay text."""
_NEAR: Final = 4096
"""Bytes after a table within which a block of the same kind goes on with it."""
_EVENTS: Final = 4096
_CODE: Final = re.compile(r"[=\"'\[\]{}<>;$]")
"""What a name of a column does not hold, and a line of a program does."""
_PERSONS: Final = (
    (Kind.SSN_DASHED, Kind.SSN), (Kind.PHONE_FORMATTED, Kind.PHONE), (Kind.EMAIL,), (Kind.CARD,), (Kind.IMEI,),
    (Kind.STREET,), (Kind.GIVEN,), (Kind.FAMILY,), (Kind.FULL_NAME, Kind.COMMA_NAME), (Kind.IBAN,), (Kind.MBI,),
)  # fmt: skip
"""Kinds of value by which a human is known."""
_TOLD: Final = sum(1 << kind for kind in (Kind.SSN_DASHED, Kind.PHONE_FORMATTED, Kind.EMAIL, Kind.DATE, Kind.CARD))
"""Kinds of which one column must be: names alone also stand in lists of words."""


@dataclass(slots=True)
class Block:
    """A table of a text: its places there (bytes, start and end of each), and how its rows are laid out."""

    layout: Layout
    places: list[tuple[int, int]] = field(default_factory=list)


def find_blocks(chunks: Iterable[tuple[str, bytes]], limits: Limits) -> list[Block]:
    """The tables of a text that is given in order as parts, each with where it belongs; no table spans two of these."""
    finder = _Finder(limits)
    last = ""
    for where, text in chunks:
        if where != last:
            finder.feed(b"", final=True)
        last = where
        finder.feed(text, final=False)
    finder.feed(b"", final=True)
    return _apart(finder.blocks)


def _apart(blocks: list[Block]) -> list[Block]:
    """The tables in order without places that share lines: of these the first stays, or that by the first delimiter."""
    order = {int(delimiter): at for at, delimiter in enumerate(_DELIMITERS)}
    places = [
        (place, order[block.layout.dialect.delimiter], at) for at, block in enumerate(blocks) for place in block.places
    ]
    kept: list[list[tuple[int, int]]] = [[] for _ in blocks]
    last = 0
    for place, _, at in sorted(places, key=lambda one: (one[0][0], one[1])):
        if place[0] >= last:
            kept[at].append(place)
            last = place[1]
    found = [Block(block.layout, theirs) for block, theirs in zip(blocks, kept, strict=True) if theirs]
    return sorted(found, key=lambda block: block.places[0])


def several_headers(sample: bytes, limits: Limits) -> bool:
    """Whether a delimited file that begins with `sample` holds tables with headers of their own, one after another."""
    if b"\n\n" not in sample and b"\n\r\n" not in sample:
        return False
    found = find_blocks([("", sample)], limits)
    return sum(block.layout.header for block in found) > 1


class _Finder:
    def __init__(self, limits: Limits) -> None:
        self.blocks: list[Block] = []
        self._limits = limits
        self._held = b""
        self._base = 0
        self._done = 0
        self._runs = np.zeros((len(_DELIMITERS), RUN), np.int64)
        self._state = np.zeros(2, np.int64)
        self._events = np.zeros((_EVENTS, 7), np.int64)
        self._open: dict[int, Block] = {}
        self._tries = 0

    def feed(self, text: bytes, *, final: bool) -> None:
        """Take the next bytes; `final` ends all blocks."""
        self._held += text
        data = np.frombuffer(self._held, np.uint8)
        while True:
            at = self._done - self._base
            count, used = find_runs(
                data[at:], len(data) - at, final, self._done, _DELIMITERS, _FIELDS, self._runs, self._state,
                self._events,
            )  # fmt: skip
            self._take(int(count))
            self._done += int(used)
            if not used or self._done - self._base == len(data):
                break
        if final:
            count = 0
            for k in range(len(_DELIMITERS)):
                count = int(end_run(self._runs[k], k, self._events, count))
            self._take(count)
        waiting = [int(run[0]) for run in self._runs if run[3] and not run[7]]
        kept = min([self._done, *waiting])
        self._held, self._base = self._held[kept - self._base :], kept

    def _take(self, count: int) -> None:
        """Judge the blocks that were told of."""
        told_of = sorted(map(tuple, self._events[:count].tolist()), key=_by)
        for start, end, kind, columns, lines, closed, told in told_of:
            block = self._open.pop(kind, None) if told else self._judged(start, end, kind, columns, lines)
            if block is None:
                continue
            block.places[-1] = block.places[-1][0], end
            if not closed:
                self._open[kind] = block

    def _judged(self, start: int, end: int, kind: int, columns: int, lines: int) -> Block | None:
        if (self._tries >= _TRIES and lines < ENOUGH) or columns > self._limits.columns:
            return None
        text = self._held[start - self._base : end - self._base]
        dialect = Dialect(int(_DELIMITERS[kind]), columns)
        rows = _rows(text, dialect, self._limits)
        above = next((at for at in range(min(_ABOVE, len(rows))) if _is_header(rows[at:])), -1)
        named = above >= 0
        if above > 0:
            start += sum(map(len, text.splitlines(keepends=True)[:above]))
            rows = rows[above:]
        known = self._like(start, dialect, rows[0] if named else None)
        if known is None and (len(self.blocks) == _MOST or not (named or (lines >= FEWEST and tells_of_people(rows)))):
            self._tries += 1
            return None
        if known is None:
            head = has_header(rows)
            names = tuple(column_name(rows[0][i] if head else None, i) for i in range(columns))
            known = Block(Layout(dialect, int(head), names))
            self.blocks.append(known)
        known.places.append((start, end))
        return known

    def _like(self, start: int, dialect: Dialect, header: list[str | None] | None) -> Block | None:
        """The table with that header; without one, the table that ended just before."""
        for block in reversed(self.blocks):
            if block.layout.dialect != dialect:
                continue
            if header is not None and block.layout.names == tuple(map(column_name, header, range(len(header)))):
                return block
            if header is None and start - block.places[-1][1] < _NEAR:
                return block
        return None


def _by(event: tuple[int, ...]) -> tuple[int, int, int]:
    """By the order of delimiters; of each in the order of the text, the end of a block after its beginning."""
    return event[2], event[0], event[6]


def _rows(text: bytes, dialect: Dialect, limits: Limits) -> list[list[str | None]]:
    """The first rows of a block."""
    for piece in pieces([_bare(text, dialect.delimiter)], dialect, limits):
        seen = np.zeros(2, np.int64)
        columns = [column(piece, i, seen, _LOOK_AT).to_pylist() for i in range(dialect.columns)]
        return [list(row) for row in zip(*columns, strict=True)]
    return [[None] * dialect.columns]


def _is_header(rows: list[list[str | None]]) -> bool:
    """Whether the first row names columns, in words that are known and not in a program's marks."""
    cells = [cell for cell in rows[0] if cell and cell.strip()]
    if any(_CODE.search(cell) or cell.count("(") != cell.count(")") for cell in cells):
        return False
    return has_header(rows) and known_words(cells) >= _KNOWN


def tells_of_people(rows: list[list[str | None]]) -> bool:
    """Whether two columns hold values by which a human is known, one of them of a form that chance does not give."""
    kinds = set()
    sure = False
    for cells in zip(*rows, strict=True):
        filled = [judge_text(cell, 2100) for cell in cells if cell and cell.strip()]
        if 2 * len(filled) < len(rows):
            continue
        sure = sure or sum(bits & _TOLD != 0 for bits in filled) >= _VALUED * len(filled)
        for number, kind in enumerate(_PERSONS):
            wanted = sum(1 << one for one in kind)
            if sum(bits & wanted != 0 for bits in filled) >= _VALUED * len(filled):
                kinds.add(number)
                break
    return sure and len(kinds) > 1


def _bare(text: bytes, delimiter: int) -> bytes:
    out = np.empty(len(text) + 1, np.uint8)
    _, used = bare_rows(np.frombuffer(text, np.uint8), len(text), True, delimiter, out)
    return out[:used].tobytes()


class BlockSource(DerivedSource):
    """The rows of one table of a text, as delimited text."""

    def __init__(self, text: Any, block: Block, limits: Limits) -> None:
        super().__init__(Path(), limits)
        self._text = text
        self._block = block

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The rows. Raises what reading the text raises."""
        delimiter = self._block.layout.dialect.delimiter
        left = b""
        for part, ends in within(self._text(), self._block.places):
            left += part + b"\n" * ends
            out = np.empty(len(left) + 1, np.uint8)
            used, written = bare_rows(np.frombuffer(left, np.uint8), len(left), ends, delimiter, out)
            left = left[used:]
            yield out[:written].tobytes()


def within(chunks: Iterable[bytes], places: list[tuple[int, int]]) -> Iterator[tuple[bytes, bool]]:
    """The bytes at these places of a text, and whether a place ends with them."""
    base = number = 0
    for chunk in chunks:
        while number < len(places) and places[number][0] < base + len(chunk):
            start, end = places[number]
            part = chunk[max(0, start - base) : end - base]
            ends = end <= base + len(chunk)
            yield part, ends
            if not ends:
                break
            number += 1
        base += len(chunk)
        if number == len(places):
            return


def block_reader(text: Any, block: Block, limits: Limits) -> DelimitedReader:
    """The reader of a table of a text; `text` gives its bytes, in order, each time it is called."""
    return DelimitedReader(BlockSource(text, block, limits), Encoding("utf-8", 0), block.layout)
