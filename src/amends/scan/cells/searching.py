"""The search of a batch of rows: what stands in their cells beside other text, and whose it is.

What belongs to a row's own human fills the fields that its columns leave empty and adds to its mask. Humans whom only
the text names get raw rows of their own. Every value found is a mention, tied to a record or to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.elements import BY_ID, ELEMENTS
from amends.scan.cells.joining import ANY_TEXT, LONG_ADDRESS, WITHOUT_NUMBERS, choose, join, portions
from amends.scan.cells.leading import with_leading
from amends.scan.cells.ties import SURE, CellHits, RowFacts, tie
from amends.scan.columns.facts import buffers, this_year
from amends.scan.columns.proof import kind_bits
from amends.scan.columns.records import RAW, Plan, identified, raw_rows, raw_table
from amends.scan.columns.undecided import Searched
from amends.scan.tables.reader import Batch
from amends.scan.text.find import hits_of
from amends.scan.text.humans import ROWS, records_of
from amends.scan.text.kernel import Hits
from amends.scan.text.owners import NOBODY, owners_of
from amends.scan.text.patterns import IP_ADDRESS
from amends.scan.values.lexicon import WORDS
from amends.tables import TABLES

PLACES: Final = 1 << 26
"""A mention in row r begins at r × `PLACES` + its byte within the row's searched cells."""
_NAME: Final = BY_ID["name"].bit
_IDS: Final = pa.array([element.id for element in sorted(ELEMENTS, key=lambda element: element.bit)], pa.string())
_NAMES: Final = ("given_name", "middle_name", "family_name", "suffix")
_ADDRESS: Final = ("address_line", "city", "region", "postcode")
_ALONE: Final = (
    "ssn", "email", "phone", "dob", "driver_license", "imei", "imsi", "iccid", "account_number",
)  # fmt: skip
_NO_TEXT: Final = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True)
class Told:
    """Raw rows of the rows' own humans, those of further humans (`human` is their number), and mentions."""

    raw: pa.Table
    further: pa.Table
    mentions: pa.RecordBatch | None


def tell(batch: Batch, made: Plan, first: int) -> Told:
    """The raw rows of a batch; `first` is the number of the first further human."""
    chosen = {one.position: mask for one in made.searched if (mask := _chosen(batch, one)) is not None}
    withheld = {one.position: chosen[one.position] for one in made.searched if one.field and one.position in chosen}
    raw = raw_rows(batch, made, withheld)
    others = [_of_columns(batch, made, withheld, human) for human in range(1, made.humans)]
    found = _search(batch, made, chosen)
    if found is None:
        return Told(raw, _numbered(others, first)[0], None)
    crowd = np.zeros(len(raw), bool)
    for table in others:
        crowd |= np.isin(batch.rows.to_numpy(), table.column("row").to_numpy())
    human, fills = tie(found.hits, found.cells, _facts(raw, crowd))
    human[found.another] = NOBODY
    humans = _Humans(found.hits, human, fills, made, batch.rows)
    further, numbers = _numbered([*others, humans.further()], first)
    ids = humans.ids(numbers[sum(len(table) for table in others) :])
    return Told(humans.complete(raw), further, _mentions(found, ids, made, batch.rows))


def _of_columns(batch: Batch, made: Plan, withheld: Mapping[int, Any], human: int) -> pa.Table:
    """The raw rows of a further human whom columns of their own speak of."""
    raw = raw_rows(batch, made, withheld, human)
    return raw.filter(pa.array(identified(raw)))


def _numbered(tables: list[pa.Table], first: int) -> tuple[pa.Table, Any]:
    """The raw rows of further humans in the order of rows, numbered from `first`; and their numbers as given."""
    together = pa.concat_tables(tables) if tables else RAW.empty_table()
    order = np.argsort(together.column("row").to_numpy(), kind="stable")
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.arange(first, first + len(order))
    sorted_ = together.take(pa.array(order))
    at = RAW.get_field_index("human")
    return sorted_.set_column(at, RAW.field(at), pa.array(np.sort(numbers), pa.int64())), numbers


@dataclass(frozen=True, slots=True)
class _Found:
    """Hits of the searched cells, the number of the cell of each, and whether its column speaks of another human."""

    hits: CellHits
    cells: Any
    another: Any


def _chosen(batch: Batch, one: Searched) -> Any:
    """Which cells of a column to search; None where there is none."""
    cells = batch.columns.get(one.position)
    if cells is None:
        return None
    offsets, data = buffers(cells)
    mode = LONG_ADDRESS if one.address else WITHOUT_NUMBERS if one.only_text else ANY_TEXT
    chosen = np.empty(len(cells), np.bool_)
    choose(offsets, data, kind_bits(one.kinds) if one.kinds else 0, mode, this_year(), WORDS, chosen)
    return chosen if chosen.any() else None


def _search(batch: Batch, made: Plan, chosen: Mapping[int, Any]) -> _Found | None:
    """The hits in the chosen cells, in the order of rows, then columns."""
    parts: list[tuple[CellHits, Any, bool]] = []
    base = cells = 0
    before = np.zeros(len(batch.rows), np.int64)
    for one in made.searched:
        column = batch.columns.get(one.position)
        if column is None:
            continue
        offsets, data = buffers(column)
        for rows in portions(offsets, np.flatnonzero(chosen[one.position])) if one.position in chosen else ():
            joined = join(offsets, data, rows, one.label)
            hits = hits_of(joined.data)
            cell = np.searchsorted(joined.labels, hits.start, side="right") - 1
            kept = (hits.element < IP_ADDRESS) & (hits.start >= joined.begins[cell])
            hits, cell = hits[kept], cell[kept]
            if one.of_people:
                hits = with_leading(hits, joined)
                cell = np.searchsorted(joined.labels, hits.start, side="right") - 1
            owner = owners_of(joined.data, hits)
            place = before[rows[cell]] + hits.start - joined.begins[cell]
            shifted = Hits(hits.start + base, hits.end + base, hits.element, hits.confidence)
            several = np.full(len(hits), one.several)
            parts.append((CellHits(joined.data, shifted, rows[cell], place, owner, several), cell + cells, one.another))
            base += len(joined.data)
            cells += len(rows)
        before += np.diff(offsets) + 1
    return _together(parts) if any(len(part.hits) for part, _, _ in parts) else None


def _together(parts: list[tuple[CellHits, Any, bool]]) -> _Found:
    found = [part for part, _, _ in parts]
    counts = np.cumsum([0, *(len(part.hits) for part in found)])
    owner = np.concatenate(
        [np.where(p.owner >= 0, p.owner + at, NOBODY) for p, at in zip(found, counts[:-1], strict=True)]
    )
    row = np.concatenate([part.row for part in found])
    order = np.argsort(row, kind="stable")
    place = np.empty(len(order) + 1, np.int64)
    place[order], place[-1] = np.arange(len(order)), NOBODY
    hits = CellHits(
        np.concatenate([part.data for part in found]),
        Hits.together(part.hits for part in found)[order],
        row[order],
        np.concatenate([part.place for part in found])[order],
        place[owner[order]],
        np.concatenate([part.several for part in found])[order],
    )
    another = np.concatenate([np.full(len(part.hits), of_another) for part, _, of_another in parts])
    return _Found(hits, np.concatenate([cell for _, cell, _ in parts])[order], another[order])


def _facts(raw: pa.Table, crowded: Any) -> RowFacts:
    parts = [raw.column(name).combine_chunks() for name in ("given_name", "family_name", "full_name")]
    whole = pc.binary_join_element_wise(*parts, " ", null_handling="replace", null_replacement="")
    whole = pc.if_else(pc.equal(pc.utf8_trim_whitespace(whole), ""), "", whole)
    offsets, names = buffers(whole)
    return RowFacts(offsets, names, identified(raw), crowded)


class _Humans:
    """The humans to whom hits are tied: one for each row and number, in the order of their first hit."""

    def __init__(self, found: CellHits, human: Any, fills: Any, made: Plan, rows: pa.Int64Array) -> None:
        self._made = made
        self._human = human
        keys = found.row * (1 << 20) + human
        tied = (human >= 0) & (found.hits.confidence >= SURE)
        name = found.hits.element == _NAME
        owner = np.full(len(keys), NOBODY, np.int64)
        self._rows = rows.to_numpy()
        self._row = found.row
        heads: Any = np.flatnonzero(tied & (fills | ~name))
        heads = heads[np.lexsort((heads, ~fills[heads], keys[heads]))]
        unique, first = np.unique(keys[heads], return_index=True)
        at = np.searchsorted(unique, keys)
        known = (at < len(unique)) & tied & (fills | ~name)
        known[known] = unique[at[known]] == keys[known]
        owner[known] = heads[first][at[known]]
        self._owner = owner
        self._heads = np.unique(owner[owner >= 0])
        self._table, _ = records_of(found.data, found.hits, owner, file_id=made.file_id, wave=made.wave, first_row=0)

    def _fields(self, which: Any) -> dict[str, pa.Array]:
        """The fields of `RAW` for some of the humans (indices)."""
        part = self._table.take(pa.array(which))
        found = {name: part.column(name) for name in (*_NAMES, *_ADDRESS, *_ALONE)}
        found["phone"] = pc.replace_substring(found["phone"], "+", "")
        return found

    def further(self) -> pa.Table:
        """Raw rows of those who are not the row's own."""
        which = np.flatnonzero(self._human[self._heads] > 0)
        masks = self._table.column("elements").to_numpy()[which]
        return raw_table(self._made, pa.array(self._rows[self._row[self._heads[which]]]), self._fields(which), masks)

    def ids(self, numbers: Any) -> Any:
        """The record of each hit (0 for none), where the further humans have these numbers."""
        base = self._made.file_id * ROWS
        found = np.where(self._human == 0, base + self._rows[self._row], 0)
        of_heads = np.zeros(len(found), np.int64)
        of_heads[self._heads[self._human[self._heads] > 0]] = base + numbers
        others = (self._human > 0) & (self._owner >= 0)
        found[others] = of_heads[self._owner[others]]
        return found

    def complete(self, raw: pa.Table) -> pa.Table:
        """The raw rows with what their cells hold of their own humans, where their columns leave it open."""
        which = np.flatnonzero(self._human[self._heads] == 0)
        if not len(which):
            return raw
        at = np.full(len(raw), -1, np.int64)
        at[self._row[self._heads[which]]] = np.arange(len(which))
        fields = {name: values.take(pa.array(at, mask=at < 0)) for name, values in self._fields(which).items()}
        more = raw.column("more").to_numpy().copy()
        more[at >= 0] |= self._table.column("elements").to_numpy()[which][at[at >= 0]]
        nameless = pc.invert(_any(raw, ("given_name", "family_name", "full_name")))
        placeless = pc.invert(_any(raw, ("address_line", "street_name", "city", "postcode")))
        columns = {name: raw.column(name) for name in RAW.names} | {"more": pa.chunked_array([more])}
        for name, values in fields.items():
            if name in _NAMES or name in _ADDRESS:
                free = nameless if name in _NAMES else placeless
                values = pc.if_else(free, values, _NO_TEXT)
            columns[name] = pc.coalesce(columns[name], values)
        return pa.table([columns[name] for name in RAW.names], schema=RAW)


def _any(raw: pa.Table, names: tuple[str, ...]) -> pa.ChunkedArray:
    found = raw.column(names[0]).is_valid()
    for name in names[1:]:
        found = pc.or_(found, raw.column(name).is_valid())
    return found


def _mentions(found: _Found, ids: Any, made: Plan, rows: pa.Int64Array) -> pa.RecordBatch:
    """Every value found, and the names that are tied or sure."""
    hits = found.hits.hits
    kept = (hits.element != _NAME) | (ids != 0) | (hits.confidence >= SURE)
    start = rows.to_numpy()[found.hits.row] * PLACES + np.minimum(found.hits.place, PLACES - 1)
    hits = Hits(start, start + hits.end - hits.start, hits.element, hits.confidence)[kept]
    order = np.lexsort((hits.element, hits.start))
    hits, ids = hits[order], ids[kept][order]
    distinct = np.ones(len(hits), bool)
    distinct[1:] = (hits.start[1:] != hits.start[:-1]) | (hits.element[1:] != hits.element[:-1])
    hits, ids = hits[distinct], ids[distinct]
    columns = {
        "file_id": pa.repeat(pa.scalar(made.file_id, pa.int32()), len(hits)),
        "start": pa.array(hits.start),
        "end": pa.array(hits.end),
        "element": _IDS.take(pa.array(hits.element.astype(np.int64))),
        "confidence": pa.array(hits.confidence.astype(np.float64)),
        "record_id": pa.array(ids, mask=ids == 0),
    }
    schema = TABLES["mentions"].schema
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
