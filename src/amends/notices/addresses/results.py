"""The files that an address service gave back: `inputs/addresses/*.csv`, read row by row, none of them lost.

Columns, of which only `person_id` must be there: address_line, city, region, postcode, country (the address of today),
dpv (Y, S, D or N), return_code (NCOALink), move_date (2021-07 or 2021-07-31), vacant and deceased (Y or N).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pc_csv

from amends.errors import InputError

_ADDRESS: Final = ("address_line", "city", "region", "postcode", "country")
COLUMNS: Final = ("person_id", *_ADDRESS, "dpv", "return_code", "move_date", "vacant", "deceased")
ECHOED: Final = ("given_name", "middle_name", "family_name", "suffix", "original")
"""Columns of the question that an answer may repeat; they are not read."""

SCHEMA: Final = pa.schema([("file", pa.string()), ("row", pa.int64()), *((name, pa.string()) for name in COLUMNS)])


def rows_of(folder: Path) -> Iterator[pa.Table]:
    """The rows of all files in the order of their names, some thousands at a time, as `SCHEMA`.

    `row` counts from 1 after the header. A row with too many or too few fields has nothing but its place. Raises
    `InputError` for a file that is no CSV in UTF-8, has a column that is not known or none called person_id.
    """
    for file in sorted(folder.glob("*.csv")):
        for batch in _batches(file):
            yield pa.Table.from_batches([batch])


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    broken: list[int] = []

    def note(row: pc_csv.InvalidRow) -> str:
        broken.append(row.number)
        return "skip"

    where = f"inputs/addresses/{path.name}"
    try:
        reader = pc_csv.open_csv(
            path,
            read_options=pc_csv.ReadOptions(use_threads=False),
            parse_options=pc_csv.ParseOptions(invalid_row_handler=note),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(COLUMNS, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
        _require_columns(reader.schema.names, where)
        good = 0
        for batch in reader:
            yield _row(path.name, good, batch)
            good += batch.num_rows
    except pa.ArrowInvalid as error:
        raise InputError(
            "the file is not CSV in UTF-8 with a header", where=where, mend="ask for it again, or save it as that"
        ) from error
    if broken:
        yield _row(path.name, good, pa.RecordBatch.from_pydict({"person_id": pa.nulls(len(broken), pa.string())}))


def _require_columns(names: list[str], where: str) -> None:
    for name in names:
        if name not in (*COLUMNS, *ECHOED):
            raise InputError("a column is not known", where=where, mend=f"the columns are {', '.join(COLUMNS)}")
    if "person_id" not in names:
        raise InputError("there is no column person_id", where=where, mend="keep the person_id of the export")


def _row(file: str, before: int, batch: pa.RecordBatch) -> pa.RecordBatch:
    count = batch.num_rows
    columns = {
        "file": pa.repeat(file, count),
        "row": pa.array(range(before + 1, before + count + 1), pa.int64()),
        **{
            name: batch.column(name).cast(pa.string()) if name in batch.schema.names else pa.nulls(count, pa.string())
            for name in COLUMNS
        },
    }
    return pa.RecordBatch.from_pydict(columns, schema=SCHEMA)
