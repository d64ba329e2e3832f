"""Helpers of the scan tests: read a delimited file as the scan does, and small well-formed identifiers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from amends.scan.files.encodings import tell, to_ascii_based
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.source import Source
from amends.scan.tables.delimited import DelimitedReader, lay_out
from amends.scan.tables.reader import Reader, Tally


@dataclass(frozen=True)
class Read:
    """A table as read: header names, rows of cells (None where missing), numbers of the rows, tally, encoding."""

    names: list[str]
    rows: list[list[str | None]]
    numbers: list[int]
    tally: Tally
    encoding: str


def read_bytes(content: bytes, folder: Path, limits: Limits = DEFAULT) -> Read:
    """Read content as the scan reads a file that is called .csv."""
    path = folder / "table.csv"
    path.write_bytes(content)
    encoding = tell(content)
    sample = b"".join(to_ascii_based([content[encoding.skip :]], encoding))
    layout = lay_out(sample, whole=True, named=True, limits=limits)
    assert layout is not None
    return read_all(DelimitedReader(Source(path, limits), encoding, layout))


def read_all(reader: Reader) -> Read:
    """Everything a reader gives."""
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    for batch in reader.batches():
        width = max([*batch.columns, -1]) + 1
        columns = [
            batch.columns[i].to_pylist() if i in batch.columns else [None] * len(batch.rows) for i in range(width)
        ]
        rows += [list(row) for row in zip(*columns, strict=True)]
        numbers += batch.rows.to_pylist()
    return Read(reader.shape.names, rows, numbers, reader.tally, reader.shape.encoding)


def small_chunks(size: int) -> Limits:
    """Limits that cut a file into chunks of `size` bytes."""
    return replace(DEFAULT, chunk=size)


def with_luhn(digits: str) -> str:
    """The digits with their Luhn check digit behind them."""
    total = 0
    for i, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if i % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)
