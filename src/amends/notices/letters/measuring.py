"""Lines of text as the kernels take them, and how wide they are in the font of the letters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from amends.notices.letters.glyphs import glyphs
from amends.notices.letters.sheets import SIZE, WINDOW, WINDOW_WIDTH
from amends.notices.letters.stamp import measure


def widths(texts: pa.Array) -> np.ndarray[Any, Any]:
    """The width of each line in points, negative where a character has no glyph: float32 (n)."""
    found = np.empty(len(texts), np.float32)
    made = glyphs()
    measure(*utf8(texts), made.glyph, made.width, found)
    return found * np.float32(SIZE / 1000)


def narrow(width: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Which letters have an address line too wide at full size, int64 (n); `width` is of `widths`, (n, slots)."""
    wide: np.ndarray[Any, Any] = np.any(width[:, :WINDOW] > WINDOW_WIDTH, axis=1)
    return wide.astype(np.int64)


def utf8(texts: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The UTF-8 of texts without nulls, and their offsets from its start."""
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    plain = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return plain[at[0] : at[-1]] if at[-1] > at[0] else plain[:1], at - at[0]
