"""Rows with one field too many, put back into place: an unquoted delimiter parted one cell and shifted those behind it.

Each place where two neighbouring cells may be one is tried; it is right if more cells then pass the validator of their
column, and if no other place does as well. Where that cannot be told, what is in doubt fills no field: the cells are
searched as one text. Of a row that fits nowhere only cells that prove themselves (SSN, date, e-mail …) stay in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.scan.columns.facts import buffers, this_year
from amends.scan.columns.naming import is_suffix
from amends.scan.columns.proof import kind_bits
from amends.scan.columns.records import Plan
from amends.scan.tables.reader import Batch
from amends.scan.values.compiled import leaf
from amends.scan.values.lexicon import WORDS
from amends.scan.values.validators import Kind, judge

_STRONG: Final = kind_bits(
    (Kind.SSN, Kind.EMAIL, Kind.PHONE, Kind.DATE, Kind.IMEI, Kind.IMSI, Kind.ICCID, Kind.CARD, Kind.IBAN)
)
_BETTER: Final = 2
"""By how much the cells must fit better: one that failed now passes."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A batch with its shifted rows in place: how many were put back whole, and of how many a part stays in doubt."""

    batch: Batch
    back: int
    doubtful: int


@leaf
def _fits(offsets, data, need, this_year, words, found):  # type: ignore[no-untyped-def]
    """1 for a cell that passes, -1 for one that does not, 0 for an empty one or where nothing is needed."""
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        found[row] = 0
        if start < end and need:
            bits, _ = judge(data, start, end, this_year, words)
            found[row] = 1 if bits & need else (-1 if bits else 0)


@leaf
def _suffixes(offsets, data, found):  # type: ignore[no-untyped-def]
    for row in range(offsets.size - 1):
        found[row] = is_suffix(data, np.int64(offsets[row]), np.int64(offsets[row + 1]))


@leaf
def _places(here, behind, suffixes, first, last):  # type: ignore[no-untyped-def]
    """The first and last place where the cells of each row may be joined; -1 where the row is as well as it is.

    `here` and `behind` (columns × rows) say how the cell of a column, and the one behind it, fit that column.
    """
    columns, rows = here.shape
    for row in range(rows):
        as_it_is = 0
        for c in range(columns):
            as_it_is += here[c, row]
        best = -(1 << 30)
        first[row] = last[row] = -1
        for j in range(columns):
            score = 1 if suffixes[j + 1, row] else 0
            for c in range(columns):
                score += here[c, row] if c <= j else behind[c, row]
            if score < as_it_is + _BETTER:
                continue
            if score > best:
                best = score
                first[row] = j
            if score == best:
                last[row] = j
        if best < 0 and columns > 1:
            failing = 0
            for c in range(columns):
                failing += here[c, row] < 0
            if failing >= _BETTER:
                first[row], last[row] = 0, columns - 1


def realign(batch: Batch, made: Plan) -> Aligned:
    """The batch with the rows that fill the column `made.beyond` put back into place."""
    beyond = made.beyond
    cells = batch.columns.get(beyond) if beyond is not None else None
    if beyond is None or cells is None or cells.null_count == len(cells):
        return Aligned(batch, 0, 0)
    rows = np.flatnonzero(pc.greater(pc.binary_length(cells), 0).fill_null(False).to_numpy(zero_copy_only=False))
    if not len(rows):
        return Aligned(batch, 0, 0)
    absent = pa.nulls(len(batch.rows), pa.string())
    parts = [batch.columns.get(position, absent).take(pa.array(rows)) for position in range(beyond + 1)]
    first, last, proven = _joints(parts, made)
    moved = _moved(parts, first, last, proven)
    index = np.arange(len(batch.rows))
    index[rows] = len(index) + np.arange(len(rows))
    taken = pa.array(index)
    columns = {
        position: pa.concat_arrays([batch.columns.get(position, absent), moved[position]]).take(taken)
        for position in range(beyond + 1)
    }
    back = int(((first >= 0) & (first == last)).sum())
    return Aligned(Batch(batch.rows, columns), back, int((first != last).sum()))


def _joints(parts: list[pa.StringArray], made: Plan) -> tuple[Any, Any, Any]:
    """First and last joint of each row, and which of its cells prove themselves in their column (columns × rows)."""
    columns, rows = len(parts) - 1, len(parts[0])
    here, behind = np.zeros((columns, rows), np.int8), np.zeros((columns, rows), np.int8)
    suffixes = np.zeros((columns + 1, rows), np.bool_)
    needs = {filling.position: kind_bits(filling.kinds) for filling in made.fillings if filling.kinds}
    for c, part in enumerate(parts):
        offsets, data = buffers(part)
        _suffixes(offsets, data, suffixes[c])
        if c < columns:
            _fits(offsets, data, needs.get(c, 0), this_year(), WORDS, here[c])
        if c:
            _fits(offsets, data, needs.get(c - 1, 0), this_year(), WORDS, behind[c - 1])
    first, last = np.empty(rows, np.int64), np.empty(rows, np.int64)
    _places(here, behind, suffixes, first, last)
    strong = np.array([needs.get(c, 0) & _STRONG != 0 for c in range(columns)], bool)
    whole = (first == 0) & (last == columns - 1) & (columns > 1)
    return first, last, (here > 0) & strong[:, None] & whole


def _moved(parts: list[pa.StringArray], first: Any, last: Any, proven: Any) -> list[pa.StringArray]:
    """The cells in their places: of a joint that is sure the two parts together; those in doubt as text beyond."""
    null = pa.scalar(None, pa.string())
    sure = first == last
    doubt = pa.nulls(len(parts[0]), pa.string())
    found = []
    for c in range(len(parts) - 1):
        joined = pc.binary_join_element_wise(parts[c], parts[c + 1], ", ", null_handling="skip")
        behind = (first >= 0) & (c > last)
        held = ~sure & (c >= first) & (c <= last) & ~proven[c]
        unclear = held | (~sure & (c == last + 1))
        cell = pc.if_else(pa.array(behind), parts[c + 1], parts[c])
        cell = pc.if_else(pa.array(sure & (c == first)), joined, cell)
        doubt = pc.if_else(
            pa.array(unclear), pc.binary_join_element_wise(doubt, parts[c], ", ", null_handling="skip"), doubt
        )
        found.append(pc.if_else(pa.array(held), null, cell))
    whole = pc.binary_join_element_wise(doubt, parts[-1], ", ", null_handling="skip")
    beyond = pc.if_else(pa.array(~sure & (last + 1 == len(parts) - 1)), whole, doubt)
    found.append(pc.if_else(pa.array(first < 0), parts[-1], pc.if_else(pa.array(sure), null, beyond)))
    return found
