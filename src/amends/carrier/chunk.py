"""A stretch of a file's rows as columns, with the accidents that befall whole rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.carrier.cells import Cells, Rows
from amends.carrier.dice import Flags, Whole
from amends.carrier.sources import Sheet


@dataclass(frozen=True)
class Chunk:
    """Columns in file order. `short` rows end before the last field, `long` rows have an empty field too many.

    `stray` is 0, or how unescaped quotes stand in the cell of `stray_column`: 1 a quoted field with quotes inside, 2 a
    quote in the middle of an unquoted field, 3 a quote that opens the field and is never closed.
    """

    headers: tuple[str, ...]
    cells: tuple[Cells, ...]
    short: Flags | None = None
    long: Flags | None = None
    stray: Whole | None = None
    stray_column: int = -1

    def __len__(self) -> int:
        return len(self.cells[0].usable)

    def texts(self, missing: str) -> list[pa.StringArray]:
        """The columns as text, blanks as `missing`."""
        return [pc.fill_null(pc.cast(cells.text, pa.string()), missing) for cells in self.cells]

    def masks(self) -> Whole:
        """The elements that truly stand in each row."""
        total = np.zeros(len(self), np.int64)
        for cells in self.cells:
            if cells.element:
                total |= np.where(cells.usable, cells.element, 0)
        return total


def cut(sheet: Sheet, rows: Rows) -> Chunk:
    """The rows of a sheet as a chunk."""
    headers = tuple(sheet.columns)
    cells = [rows.cells(kind) for kind in sheet.columns.values()]
    dialect, dice = sheet.dialect, rows.world.dice
    short = long = stray = None
    column = -1
    if dialect.ragged:
        draw = dice.uniform(f"{sheet.path} ragged", rows.numbers)
        short, long = draw < dialect.ragged, (draw >= dialect.ragged) & (draw < 2 * dialect.ragged)
        cells[-1] = cells[-1].where(~short)
    if dialect.stray:
        column = headers.index(dialect.stray.column)
        draw = dice.uniform(f"{sheet.path} stray", rows.numbers) / dialect.stray.share
        stray = np.where(draw < 1, 1 + (draw > 0.45) + (draw > 0.9), 0)
        filled = cells[column].text.is_valid().to_numpy(zero_copy_only=False)
        stray = np.where(filled, stray, 0)
    return Chunk(headers, tuple(cells), short, long, stray, column)
