"""The class of each byte: digit, letter, or which separator it is."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

DASH: Final = 1
SLASH: Final = 2
DOT: Final = 4
SPACE: Final = 8
PAREN: Final = 16
PLUS: Final = 32
COLON: Final = 64
COMMA: Final = 128
APOSTROPHE: Final = 256
AT: Final = 512
OTHER: Final = 1024
DIGIT: Final = 0x4000
LETTER: Final = 0x8000


def _table() -> np.ndarray[Any, np.dtype[np.uint16]]:
    """One class a byte; bytes above ASCII count as letters."""
    table = np.full(256, OTHER, np.uint16)
    table[48:58] = DIGIT
    table[65:91] = table[97:123] = table[128:] = LETTER
    for text, bit in (
        ("-", DASH), ("/", SLASH), (".", DOT), (" ", SPACE), ("()", PAREN), ("+", PLUS),
        (":", COLON), (",", COMMA), ("'", APOSTROPHE), ("@", AT),
    ):  # fmt: skip
        for letter in text:
            table[ord(letter)] = bit
    return table


CLASS: Final = _table()
