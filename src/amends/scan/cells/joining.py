"""Cells of an Arrow string column as one text for the text kernel, with room between them that no hit can cross.

Each cell stands behind the words of its header (`ssn notes: …`), which are context for its values like the words
before a value in a letter. Only cells are taken in which something can stand beside other text, and of a column whose
element is known only those that its validator refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from amends.scan.text.kernel import Bytes
from amends.scan.text.scanning import BACK
from amends.scan.values.compiled import leaf
from amends.scan.values.validators import judge

AT_ONCE: Final = 16 << 20
"""Bytes of cells that are joined at a time, unless one cell is longer."""
_GAP: Final = b"\n" + b" " * BACK + b"\n\n"
"""Between cells: farther than the kernel looks back for words, and the end of a block of lines."""

ANY_TEXT: Final = 0
"""Cells with letters and digits, or an address, a label, grouped digits."""
WITHOUT_NUMBERS: Final = 1
"""As `ANY_TEXT`, but no cells without letters: the column is of numbers, which its verdict has weighed."""
LONG_ADDRESS: Final = 2
"""Cells with an e-mail address or more digits than a postal address has."""


@leaf
def _worth(data, start, end, mode):  # type: ignore[no-untyped-def]
    """Whether a value may stand in a cell beside other text."""
    digits = letters = signs = marks = blanks = 0
    for i in range(start, end):
        c = data[i]
        if 48 <= c <= 57:
            digits += 1
        elif c >= 128 or 97 <= (c | 32) <= 122:
            letters += 1
        elif c == 64:
            return True
        elif c == 58 or c == 61:
            signs += 1
        elif c <= 32 or c == 34 or c == 44 or c == 59 or c == 124:
            blanks += 1
        else:
            marks += 1
    if mode == LONG_ADDRESS:
        return digits >= 12
    if letters:
        return (signs and end - start >= 6) or (digits >= 4 and blanks > 0) or digits >= 9
    return mode == ANY_TEXT and digits >= 7 and marks + blanks > 0 and signs == 0


@leaf
def choose(offsets, data, need, mode, this_year, words, chosen):  # type: ignore[no-untyped-def]
    """Mark in `chosen` (bool) the cells to search: none that a validator of `need` (bits, 0 for none) accepts."""
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        chosen[row] = end - start >= 6 and _worth(data, start, end, mode)
        if chosen[row] and need and mode != LONG_ADDRESS:
            chosen[row] = judge(data, start, end, this_year, words)[0] & need == 0


@leaf
def _join(offsets, data, rows, prefix, gap, out, labels, begins):  # type: ignore[no-untyped-def]
    at = np.int64(0)
    for k in range(rows.size):
        labels[k] = at
        for c in prefix:
            out[at] = c
            at += 1
        begins[k] = at
        closed = False
        for i in range(offsets[rows[k]], offsets[rows[k] + 1]):
            c = data[i]
            if c == 44 and closed:
                c = 10
            elif c > 32:
                closed = c == 125
            out[at] = c
            at += 1
        for c in gap:
            out[at] = c
            at += 1
    return at


@dataclass(frozen=True, slots=True)
class Joined:
    """Cells as one text: the header of cell k begins at `labels[k]`, the cell at `begins[k]`; `rows[k]` is its row.

    A comma between two objects of a JSON list is a line end here, so that each object is a line of its own.
    """

    data: Bytes
    rows: np.ndarray[Any, np.dtype[np.int64]]
    labels: np.ndarray[Any, np.dtype[np.int64]]
    begins: np.ndarray[Any, np.dtype[np.int64]]


def join(offsets: Any, data: Bytes, rows: Any, label: str) -> Joined:
    """Join the cells of `rows` (int64, ascending) of a string column, given as its offsets (int32) and bytes."""
    prefix = np.frombuffer(f"{label}: ".encode() if label else b"", np.uint8)
    gap = np.frombuffer(_GAP, np.uint8)
    lengths = offsets[rows + 1].astype(np.int64) - offsets[rows]
    out = np.empty(int(lengths.sum()) + len(rows) * (len(prefix) + len(gap)), np.uint8)
    labels, begins = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    _join(offsets, data, rows, prefix, gap, out, labels, begins)
    return Joined(out, rows, labels, begins)


def portions(offsets: Any, rows: Any) -> list[Any]:
    """The rows in portions of at most `AT_ONCE` bytes of cells."""
    if not len(rows):
        return []
    ends = np.cumsum(offsets[rows + 1].astype(np.int64) - offsets[rows] + len(_GAP))
    cuts = np.unique(np.searchsorted(ends, np.arange(AT_ONCE, int(ends[-1]), AT_ONCE)))
    return [part for part in np.split(rows, cuts) if len(part)]
