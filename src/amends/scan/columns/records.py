"""The second pass: rows of classified tables → `records`, normalised by `normalising`.

Where several columns of a table fill one field, the first that has a value in a row wins, the surest column first.
Columns of another human than the row's (`spouse_ssn`) fill rows of their own, numbered from `FURTHER` on in each file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.elements import BY_ID
from amends.scan.columns import proof
from amends.scan.columns.facts import ColumnFacts
from amends.scan.columns.normalising import records_of_rows
from amends.scan.columns.undecided import Searched, searched
from amends.scan.columns.whose import Settled
from amends.scan.tables.reader import Batch
from amends.scan.values.validators import Kind

_AT_ONCE = 65_536
_DIGITS = frozenset(("ssn", "phone", "imei", "imsi", "iccid"))
_TEXTS = (
    "given_name", "middle_name", "family_name", "suffix", "full_name", "ssn", "email", "phone", "address_line",
    "address_line_2", "street_number", "street_name", "city", "region", "postcode", "country", "driver_license",
    "government_id", "imei", "imsi", "iccid", "account_number", "status",
)  # fmt: skip
RAW = pa.schema(
    [
        ("file_id", pa.int32()),
        ("row", pa.int64()),
        ("human", pa.int64()),
        ("wave", pa.string()),
        *((name, pa.string()) for name in _TEXTS),
        ("dob", pa.date32()),
        ("more", pa.int64()),
    ]
)
"""The raw fields that `normalising` takes; `human` numbers those whom a row holds beside its own, else null."""
FURTHER = 1 << 35
"""Number of the first further human of a file: behind all its rows."""
_PROOFS = (
    "family_name", "full_name", "ssn", "email", "phone", "address_line", "street_name", "driver_license",
    "government_id", "imei", "imsi", "iccid", "account_number", "dob",
)  # fmt: skip
"""The fields of which any makes a human of a row."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A column that fills a field of `RAW`, or only marks an element, for a human of the row (0: its own).

    `header` is what the column is called: where a header is repeated among the rows, it tells of nobody.
    """

    position: int
    field: str | None
    kinds: tuple[Kind, ...]
    mask: int
    day_first: bool
    human: int = 0
    header: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which columns of one file become which fields, the surest first, and which are searched cell by cell."""

    file_id: int
    wave: str
    fillings: tuple[Filling, ...]
    searched: tuple[Searched, ...] = ()
    beyond: int | None = None
    """The column of what stands beyond the last one in rows that are too long, where there are such rows."""

    @property
    def wanted(self) -> frozenset[int]:
        """The positions to read."""
        if self.beyond is not None:
            return frozenset(range(self.beyond + 1))
        filled = frozenset(filling.position for filling in self.fillings)
        return filled | frozenset(one.position for one in self.searched)

    @property
    def personal(self) -> bool:
        """Whether any column can put an element into a record."""
        return bool(self.searched) or any(filling.mask for filling in self.fillings)

    @property
    def humans(self) -> int:
        """How many humans the columns of a row speak of, the row's own among them."""
        return 1 + max((filling.human for filling in self.fillings), default=0)


def plan(file_id: int, wave: str, settled: Settled, facts: Sequence[ColumnFacts], ragged: int = 0) -> Plan:
    """The plan for a file whose columns have these verdicts and facts; `ragged` rows are too short or too long."""
    fillings = []
    for position, (verdict, fact) in enumerate(zip(settled.verdicts, facts, strict=True)):
        if verdict.question or (verdict.rule is None and verdict.element is None):
            continue
        mask = BY_ID[verdict.element].mask if verdict.element else 0
        day_first = bool(fact.counts[Kind.DAY_FIRST] > fact.counts[Kind.MONTH_FIRST])
        human = settled.humans[position]
        filling = Filling(position, verdict.field, verdict.kinds, mask, day_first, human, fact.name)
        fillings.append((verdict.confidence, filling))
    fillings.sort(key=lambda pair: (-pair[0], pair[1].position))
    looked_into = searched(settled.verdicts, facts, settled.labels, settled.another)
    last = len(facts) - 1
    beyond = last if ragged and facts[last].name == "extra" and 0 < facts[last].filled <= ragged else None
    if beyond is not None and all(one.position != beyond for one in looked_into):
        looked_into = (*looked_into, Searched(beyond, ""))
    return Plan(file_id, wave, tuple(filling for _, filling in fillings), looked_into, beyond)


def raw_rows(batch: Batch, made: Plan, withheld: Mapping[int, Any], human: int = 0) -> pa.Table:
    """The rows of a batch in the raw fields of `RAW`, for one human of each row.

    `withheld` says for a position which of its cells (bool) do not fill its field, as they hold something else as well.
    """
    rows = len(batch.rows)
    more = np.zeros(rows, np.int64)
    found: dict[str, pa.Array] = {}
    for filling in made.fillings:
        cells = batch.columns.get(filling.position)
        if cells is None or filling.human != human:
            continue
        if filling.field is None:
            proof.mark(cells, filling.kinds, filling.mask, more)
            continue
        values = _values(cells, filling)
        if filling.position in withheld:
            values = pc.if_else(pa.array(withheld[filling.position]), pa.scalar(None, values.type), values)
        found[filling.field] = pc.coalesce(found[filling.field], values) if filling.field in found else values
    return raw_table(made, batch.rows, found, more)


def raw_table(made: Plan, rows: pa.Int64Array, found: Mapping[str, pa.Array], more: Any) -> pa.Table:
    """A table of `RAW` from the fields that were found; `rows` numbers the rows, `more` is the mask of elements."""
    count = len(rows)
    fixed: Mapping[str, Any] = {
        "file_id": pa.repeat(pa.scalar(made.file_id, pa.int32()), count),
        "row": rows,
        "wave": pa.repeat(pa.scalar(made.wave, pa.string()), count),
        "more": pa.array(more),
    }
    columns = [fixed[f.name] if f.name in fixed else found.get(f.name, pa.nulls(count, f.type)) for f in RAW]
    return pa.table(columns, schema=RAW)


def identified(raw: pa.Table) -> Any:
    """Which raw rows (bool) hold an element of a human."""
    found: Any = raw.column("more").to_numpy() != 0
    for field in _PROOFS:
        column = raw.column(field)
        if column.null_count < len(column):
            found |= column.is_valid().to_numpy()
    return found


def _values(cells: pa.StringArray, filling: Filling) -> pa.Array:
    if filling.field == "dob":
        return proof.births(cells, day_first=filling.day_first)
    if filling.field == "email":
        return proof.emails(cells)
    if filling.field in _DIGITS:
        return proof.digits(cells, filling.kinds)
    values = proof.tidy(cells)
    return pc.if_else(pc.equal(values, filling.header), pa.scalar(None, values.type), values)


def normalise(raw: Iterable[pa.Table]) -> Iterator[pa.RecordBatch]:
    """Records of raw rows, in their order, in the schema of the `records` table. Small tables are taken together."""
    for table in _together(raw):
        made = records_of_rows(table)
        if made.num_rows:
            yield made


def _together(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += len(table)
        if rows >= _AT_ONCE:
            yield pa.concat_tables(held)
            held, rows = [], 0
    if rows:
        yield pa.concat_tables(held)
