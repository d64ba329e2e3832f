"""What every reader of tables gives: batches of text columns with the row number of each row, and a tally of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a table: `rows` holds their numbers (int64, ascending), `columns` string arrays of that length.

    Columns go by position; one that is absent is null in all these rows.
    """

    rows: pa.Int64Array
    columns: Mapping[int, pa.StringArray]


@dataclass(slots=True)
class Tally:
    """Rows met so far: all data rows, those rejected, those kept although they had too few or too many fields."""

    rows: int = 0
    rejected: int = 0
    ragged: int = 0


@dataclass(slots=True)
class Shape:
    """What is known of a table: column names by position (it may grow while reading), header or not, encoding."""

    names: list[str] = field(default_factory=list)
    has_header: bool = True
    encoding: str = "utf-8"


class Reader(Protocol):
    """A table being read. `shape` and `tally` are complete when `batches` is exhausted."""

    shape: Shape
    tally: Tally

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows in order, with all columns or only the wanted ones. Raises `UnreadableError` or `OSError`.

        Starts a fresh tally each time it is called.
        """
        ...


@dataclass(frozen=True, slots=True)
class NamedReader:
    """A table within a file that may hold several: its name there, and its reader or why there is none."""

    name: str
    reader: Reader | None
    reason: str = ""
