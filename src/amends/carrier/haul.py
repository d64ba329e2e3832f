"""The taken files, written one by one from their plan, each with an account of what truly stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from amends.carrier import delimited, documents, dumps, structured
from amends.carrier.cells import Rows
from amends.carrier.chunk import Chunk, cut
from amends.carrier.dice import Whole
from amends.carrier.noise import Noise
from amends.carrier.population import Population, World
from amends.carrier.sources import Listing, Sheet

ROWS_A_CHUNK: Final = 100_000
PART_STRIDE: Final = 1_000_000_000
"""Row numbers that a file prints start at this times the part."""


@dataclass(frozen=True)
class Contents:
    """What truly stands in a taken file: for row `i`, the position of its human and the mask of its elements.

    E-mails are one file a row, with `{}` in the path standing for the row. `rows` counts data rows in the file; a
    damaged file lists none, as nothing in it can be shown to stand anywhere. `packed` is the content of an archive's
    member, which is still to be packed.
    """

    path: str
    wave: str
    format: str
    readable: bool
    rows: int
    humans: Whole
    masks: Whole
    packed: bytes


def write(world: World, population: Population, sheet: Sheet, listing: Listing, taken: Path) -> Contents:
    """Write one sheet under `taken`, unless it is a member of an archive."""
    name = sheet.name(world.part, world.parts)
    masks: list[Whole] = []
    chunks = _chunks(world, population, sheet, listing, masks)
    packed = b""
    if "!" in name:
        packed = delimited.opening(tuple(sheet.columns), sheet.dialect)
        packed += b"".join(bytes(delimited.body(chunk, sheet.dialect)) for chunk in chunks)
    else:
        path = taken / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS[sheet.format](path, sheet, chunks)
    damaged = sheet.format == "damaged"
    return Contents(
        path=name if sheet.format != "eml" else _mail_path(name, "{:04d}"),
        wave=sheet.wave,
        format="parquet" if damaged else sheet.format,
        readable=sheet.readable,
        rows=len(listing.humans),
        humans=listing.humans[:0] if damaged else listing.humans,
        masks=np.concatenate(masks)[: 0 if damaged else None],
        packed=packed,
    )


def _chunks(
    world: World, population: Population, sheet: Sheet, listing: Listing, masks: list[Whole]
) -> Iterator[Chunk]:
    for start in range(0, max(len(listing.humans), 1), ROWS_A_CHUNK):
        span = slice(start, start + ROWS_A_CHUNK)
        humans = listing.humans[span]
        rows = Rows(
            world=world,
            population=population,
            humans=humans,
            lines=listing.lines[span],
            numbers=np.arange(start, start + len(humans), dtype=np.int64) + world.part * PART_STRIDE,
            file=sheet.path,
            noise=Noise(),
            earlier=sheet.earlier,
            named=None if listing.named is None else listing.named[span],
        )
        chunk = cut(sheet, rows)
        masks.append(chunk.masks())
        yield chunk


def _csv(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    with path.open("wb") as out:
        out.write(delimited.opening(tuple(sheet.columns), sheet.dialect))
        for chunk in chunks:
            out.write(delimited.body(chunk, sheet.dialect))


def _ndjson(path: Path, _sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    with path.open("wb") as out:
        for chunk in chunks:
            out.write(structured.json_lines(chunk))


def _parquet(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    structured.parquet(path, tuple(sheet.columns), chunks)


def _damaged(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    """A Parquet file cut off in the middle, as a copy that was interrupted."""
    structured.parquet(path, tuple(sheet.columns), chunks)
    with path.open("r+b") as out:
        out.truncate(path.stat().st_size * 3 // 5)


def _mysqldump(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    with path.open("wb") as out:
        out.write(dumps.mysql_opening(tuple(sheet.columns)))
        for chunk in chunks:
            out.write(dumps.mysql_rows(chunk))
        out.write(dumps.mysql_closing())


def _pgdump(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    with path.open("wb") as out:
        out.write(dumps.postgres_opening(tuple(sheet.columns)))
        for chunk in chunks:
            out.write(dumps.postgres_rows(chunk))
        out.write(dumps.postgres_closing())


def _sqlite(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    dumps.sqlite(path, tuple(sheet.columns), chunks)


def _xlsx(path: Path, sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    documents.workbook(path, tuple(sheet.columns), chunks)


def _log(path: Path, _sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    start = 0
    with path.open("wb") as out:
        for chunk in chunks:
            out.write(documents.log_lines(chunk, start))
            start += len(chunk)


def _eml(path: Path, _sheet: Sheet, chunks: Iterator[Chunk]) -> None:
    for number, letter in enumerate(letter for chunk in chunks for letter in documents.letters(chunk)):
        path.with_name(_mail_path(path.name, f"{number:04d}")).write_bytes(letter)


def _mail_path(path: str, number: str) -> str:
    stem, _, ending = path.rpartition(".")
    return f"{stem}-{number}.{ending}"


_WRITERS: Final[dict[str, Callable[[Path, Sheet, Iterator[Chunk]], None]]] = {
    "csv": _csv,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "damaged": _damaged,
    "mysqldump": _mysqldump,
    "pgdump": _pgdump,
    "sqlite": _sqlite,
    "xlsx": _xlsx,
    "log": _log,
    "eml": _eml,
}
