"""Tables whose first column names the fields: a human a column, or `field,value` lines, a human behind the other.

Read by rows, the names of one human would stand under the title of another's. So what is small enough to be seen whole
is turned: one row a human, under the words of the first column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import DerivedSource, Source
from amends.scan.tables.delimited import TELLING, DelimitedReader, Layout, lay_out
from amends.scan.tables.headers import known_words, read_header

_MOST: Final = 400
"""Rows and columns of a table that is turned."""
_KNOWN: Final = 2
"""Different fields of a human that the first column must name."""
_NAMES: Final = frozenset(("full_name", "given_name", "family_name"))

Row = Sequence[str]


def turned(source: Source, encoding: Encoding, layout: Layout) -> DelimitedReader | None:
    """The reader of a delimited text whose first column names the fields; None for any other.

    To be asked of a text of which a sample is the whole: all of it is held in memory.
    """
    if not 1 < layout.dialect.columns <= _MOST:
        return None
    rows = _rows(source, encoding, layout)
    if not _names_fields(rows):
        return None
    lines = _Turned(source, encoding, layout)
    sample = lines.head(source.limits.sample)
    own = lay_out(sample, whole=True, named=True, limits=source.limits)
    return DelimitedReader(lines, Encoding("utf-8", 0), own) if own and own.header else None


def _rows(source: Source, encoding: Encoding, layout: Layout) -> list[Row]:
    """All rows, those above the data too; few more than `_MOST` of a text that has more."""
    reader = DelimitedReader(source, encoding, replace(layout, above=0))
    rows: list[Row] = []
    for batch in reader.batches(range(layout.dialect.columns)):
        columns = [batch.columns[i].to_pylist() for i in range(layout.dialect.columns)]
        rows += [[(cell or "").strip() for cell in row] for row in zip(*columns, strict=True)]
        if len(rows) > _MOST:
            break
    return rows


def _names_fields(rows: Sequence[Row]) -> bool:
    """Whether the first column names fields, more than the first row does, and others hold what may be a human's."""
    labels = [row[0] for row in rows if row[0]]
    if len(rows) > _MOST or known_words(labels) < max(_KNOWN, len(labels) / 2):
        return False
    fields = {saying.rule for label in labels if (saying := read_header(label)).strength >= 0.9}
    above = known_words([cell for cell in rows[0] if cell])
    return len(fields) >= _KNOWN and known_words(labels) > above and any(map(TELLING.search, _of_columns(rows)))


def _of_columns(rows: Sequence[Row]) -> list[str]:
    return [cell for row in rows for cell in row[1:]]


def _humans(rows: Sequence[Row]) -> Iterator[dict[str, str]]:
    """The fields of one human after the other: column by column, and anew where a field comes again."""
    for column in range(1, len(rows[0])):
        cells = [(row[0], row[column]) for row in rows if row[0] and row[column]]
        named = any(read_header(label).rule in _NAMES and not any(map(str.isdigit, cell)) for label, cell in cells)
        if not (named or any(TELLING.search(cell) for _, cell in cells)):
            continue
        held: dict[str, str] = {}
        for label, cell in cells:
            if label in held:
                yield held
                held = {}
            held[label] = cell
        yield held


class _Turned(DerivedSource):
    """The same table as lines of one human each, UTF-8, with a header."""

    def __init__(self, source: Source, encoding: Encoding, layout: Layout) -> None:
        super().__init__(Path(), source.limits)
        self._inner, self._encoding, self._layout = source, encoding, layout

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines."""
        rows = _rows(self._inner, self._encoding, self._layout)
        out = io.StringIO()
        writer = csv.DictWriter(out, list(dict.fromkeys(row[0] for row in rows if row[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_humans(rows))
        yield out.getvalue().encode()
