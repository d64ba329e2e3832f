"""NDJSON, flat or nested by dots in the headers, and Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends.carrier.chunk import Chunk
from amends.carrier.delimited import text_of


def json_lines(chunk: Chunk) -> memoryview:
    """One JSON object a row; blanks are null. Values hold neither quotes nor control characters."""
    pieces: list[object] = []
    for literal, cells in zip(_skeleton(chunk.headers), chunk.cells, strict=False):
        text = pc.cast(cells.text, pa.string())
        pieces += [literal, pc.fill_null(pc.binary_join_element_wise('"', text, '"', ""), "null")]
    pieces.append(_skeleton(chunk.headers)[-1])
    return text_of(pc.binary_join_element_wise(*pieces, ""))


def _skeleton(headers: tuple[str, ...]) -> list[str]:
    """The fixed text before each value and after the last; headers that share a prefix must stand together."""
    literals: list[str] = []
    open_now: list[str] = []
    text = "{"
    for header in headers:
        *folders, leaf = header.split(".")
        shared = 0
        while shared < min(len(folders), len(open_now)) and folders[shared] == open_now[shared]:
            shared += 1
        text += "}" * (len(open_now) - shared)
        text += "" if text.endswith("{") else ","
        text += "".join(f"{json.dumps(folder)}:{{" for folder in folders[shared:]) + json.dumps(leaf) + ":"
        literals.append(text)
        open_now, text = folders, ""
    return [*literals, "}" * len(open_now) + "}\n"]


def parquet(path: Path, headers: tuple[str, ...], chunks: Iterable[Chunk]) -> None:
    """A Parquet file, one row group a chunk; every chunk has the same types."""
    writer: pq.ParquetWriter | None = None
    for chunk in chunks:
        batch = pa.table([cells.text for cells in chunk.cells], names=list(headers))
        if writer is None:
            writer = pq.ParquetWriter(path, batch.schema, compression="snappy")
        writer.write_table(batch)
    if writer is not None:
        writer.close()
