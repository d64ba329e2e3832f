"""Columns of JSON, XML or PHP's values as tables of their own: payloads of events, answers of services, kept documents.

A cell that tells of other humans than its row, or of several, is taken apart like a file of such, so that every
name under a key is known. One that tells more of the row's own human stays a cell of the row, searched as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.scan.columns.classify import ColumnVerdict
from amends.scan.columns.facts import ColumnFacts, buffers
from amends.scan.tables.reader import Reader
from amends.scan.values.compiled import leaf
from amends.scan.values.kinds import Kind
from amends.scan.values.nested import is_json, is_xml
from amends.scan.values.serialised import DEEPEST, is_serialised, serialised_as_json

_LOOKED_AT: Final = 200
_SAME: Final = 0.3
"""Share of the rows whose own values stand in their cells of JSON too, from which on these tell of the same human."""
_SHORTEST: Final = 3
_MARGIN: Final = 32
_KINDS: Final = (Kind.JSON, Kind.XML, Kind.SERIALISED)
_JSON, _XML, _SERIALISED = map(int, _KINDS)
_OF_A_HUMAN: Final = frozenset(("given_name", "family_name", "full_name"))


@dataclass(frozen=True, slots=True)
class Nested:
    """A column without element in which cells of JSON or XML, or of PHP's values, stand: its position, and which."""

    position: int
    kind: Kind


def nested_columns(verdicts: Sequence[ColumnVerdict], facts: Sequence[ColumnFacts]) -> list[Nested]:
    """The columns of a table that hold such cells, and no element; one that holds two kinds is given twice."""
    return [
        Nested(position, kind)
        for position, (verdict, fact) in enumerate(zip(verdicts, facts, strict=True))
        for kind in _KINDS
        if verdict.element is None and fact.counts[kind]
    ]


@leaf
def _kind(data, start, end):  # type: ignore[no-untyped-def]
    """What a cell holds that is taken apart: its kind, or -1."""
    if start == end:
        return -1
    if data[start] == 60:
        return _XML if is_xml(data, start, end) else -1
    if data[start] == 123 or data[start] == 91:
        return _JSON if is_json(data, start, end) else -1
    return _SERIALISED if is_serialised(data, start, end) else -1


@leaf
def _copy(data, offsets, kind, room, out):  # type: ignore[no-untyped-def]
    """Write the cells of a kind as lines; returns the bytes written."""
    at = np.int64(0)
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        while start < end and data[start] <= 32:
            start += 1
        while end > start and data[end - 1] <= 32:
            end -= 1
        if _kind(data, start, end) != kind:
            continue
        if kind == _SERIALISED:
            at += serialised_as_json(data, start, end, room, out[at:])
        else:
            for i in range(start, end):
                out[at] = data[i] if data[i] >= 32 else np.uint8(32)
                at += 1
        out[at] = 10
        at += 1
    return at


def nested_lines(reader: Reader, nested: Nested) -> Iterator[bytes]:
    """The cells of a column that are of one kind, a line each; what PHP serialised as JSON."""
    room = np.empty(DEEPEST + 1, np.int64)
    for batch in reader.batches(frozenset((nested.position,))):
        cells = batch.columns.get(nested.position)
        if cells is not None:
            offsets, data = buffers(cells)
            most = 2 if nested.kind == Kind.SERIALISED else 1
            out = np.empty(most * int(offsets[-1] - offsets[0]) + _MARGIN * len(cells) + _MARGIN, np.uint8)
            if used := int(_copy(data, offsets, int(nested.kind), room, out)):
                yield out[:used].tobytes()


def names_others(inner: Sequence[ColumnVerdict]) -> bool:
    """Whether the columns of a table name humans and hold something else of them."""
    named = any(one.element and one.rule in _OF_A_HUMAN for one in inner)
    return named and any(one.element not in (None, "name") for one in inner)


def tells_of_humans(inner: Sequence[ColumnVerdict]) -> bool:
    """Whether the columns of a table hold what tells or reaches a human, more than a name."""
    return names_others(inner) or any(one.element not in (None, "name") and one.field for one in inner)


def of_the_same(reader: Reader, verdicts: Sequence[ColumnVerdict], position: int) -> bool:
    """Whether the cells of a column of JSON mostly hold what other columns of their row say of a human."""
    own = [at for at, verdict in enumerate(verdicts) if verdict.element and not verdict.question]
    for batch in reader.batches(frozenset((*own, position))):
        cells = batch.columns.get(position)
        if cells is None:
            continue
        filled = np.flatnonzero(pc.greater(pc.binary_length(cells).fill_null(0), 6).to_numpy(zero_copy_only=False))
        rows = pa.array(filled[:_LOOKED_AT])
        texts = [text.casefold() for text in cells.take(rows).to_pylist()]
        others: list[list[Any]] = [batch.columns[at].take(rows).to_pylist() for at in own if at in batch.columns]
        same = sum(_stands_in(text, values) for text, *values in zip(texts, *others, strict=True))
        return same >= _SAME * len(texts)
    return False


def _stands_in(text: str, values: Sequence[str | None]) -> bool:
    return any(value and len(value) >= _SHORTEST and value.casefold() in text for value in values)


def taken_apart(verdicts: Sequence[ColumnVerdict], nested: Nested) -> list[ColumnVerdict]:
    """The verdicts, where that column's cells of JSON or XML are tables of their own: the others are searched."""
    at = nested.position
    kinds = (*verdicts[at].kinds, nested.kind)
    return [*verdicts[:at], replace(verdicts[at], question=None, whose=None, kinds=kinds), *verdicts[at + 1 :]]
