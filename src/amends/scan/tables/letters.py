"""Cells that should be text and may not be: made valid UTF-8."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from amends.scan.tables.splitter import gather

Seen = np.ndarray[tuple[int], np.dtype[np.int64]]


def as_utf8(cells: pa.BinaryArray, seen: Seen) -> pa.StringArray:
    """Bytes as text: UTF-8, else Windows-1252, without NULs. `seen` counts cells (int64: UTF-8, Windows-1252)."""
    offsets = np.frombuffer(cells.buffers()[1], np.int32, len(cells) + 1, cells.offset * 4)
    rough = np.frombuffer(cells.buffers()[2] or b"\0", np.uint8)
    clean = np.empty(len(cells) + 1, np.int32)
    data = np.empty(max(1, 3 * int(offsets[-1] - offsets[0])), np.uint8)
    used = gather(rough, offsets[:-1].copy(), np.diff(offsets), len(cells), clean, data, seen)
    there = np.packbits(np.asarray(cells.is_valid()), bitorder="little")
    text = [pa.py_buffer(clean), pa.py_buffer(data[:used]), pa.py_buffer(there)]
    return pa.StringArray.from_buffers(len(cells), *text, cells.null_count)


def mended(cells: pa.StringArray) -> pa.StringArray:
    """The same cells if all are UTF-8, as files in Arrow's form should hold; else what `as_utf8` makes of them."""
    try:
        cells.validate(full=True)
    except pa.ArrowInvalid:
        seen = np.zeros(2, np.int64)
        buffers = cells.buffers()
        return as_utf8(pa.Array.from_buffers(pa.binary(), len(cells), buffers, cells.null_count, cells.offset), seen)
    return cells
