"""A page of a PDF as a picture: sixteen greys in a PNG (W3C PNG, third edition), as pypdfium2 draws it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_POINTS: Final = 72


def pictures(path: Path, dots_per_inch: int) -> Iterator[bytes]:
    """Each page of a PDF as a PNG, in order."""
    document = pdfium.PdfDocument(path)
    try:
        for page in document:
            drawn = page.render(scale=dots_per_inch / _POINTS, grayscale=True)
            yield png(drawn.to_numpy().reshape(drawn.height, drawn.width))
            page.close()
    finally:
        document.close()


def png(grey: np.ndarray[Any, Any]) -> bytes:
    """A picture of greys, uint8 (height, width), of which the upper four bits are kept."""
    height, width = grey.shape
    levels = np.zeros((height, width + width % 2), np.uint8)
    levels[:, :width] = (grey.astype(np.uint16) * 15 + 127) // 255
    rows = np.zeros((height, 1 + levels.shape[1] // 2), np.uint8)
    rows[:, 1:] = levels[:, ::2] << 4 | levels[:, 1::2]
    header = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
