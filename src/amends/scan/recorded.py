"""Which rows of the file at hand became records: a row that only holds a further human counts once as well."""

from __future__ import annotations

from typing import Any

import numpy as np

_FIRST = 1 << 12


class Recorded:
    """A bit for each row of one file after the other."""

    def __init__(self) -> None:
        self._file_id = -1
        self._bits = np.zeros(_FIRST, np.uint8)

    def fresh(self, file_id: int, rows: Any, further: Any) -> int:
        """How many of these rows (int64, not negative) have no record yet; `further` marks those of further humans."""
        if file_id != self._file_id:
            self._file_id = file_id
            self._bits = np.zeros(_FIRST, np.uint8)
        distinct = np.unique(rows[further]) if further.any() else rows[:0]
        own = rows[~further]
        count = len(own)
        self._mark(own)
        known = self._bits[np.minimum(distinct >> 3, len(self._bits) - 1)] >> (distinct & 7) & 1
        unknown = distinct[(known == 0) | (distinct >> 3 >= len(self._bits))]
        self._mark(unknown)
        return count + len(unknown)

    def _mark(self, rows: Any) -> None:
        if not len(rows):
            return
        needed = (int(rows.max()) >> 3) + 1
        if needed > len(self._bits):
            self._bits = np.concatenate([self._bits, np.zeros(max(needed, len(self._bits)), np.uint8)])
        np.bitwise_or.at(self._bits, rows >> 3, (1 << (rows & 7)).astype(np.uint8))
