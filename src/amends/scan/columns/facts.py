"""What is measured of a column, over all its cells: how many each validator accepts, years of dates, shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.scan.columns.counting import measure, memories, weigh
from amends.scan.values.lexicon import WORDS
from amends.scan.values.validators import KINDS, Kind

_EXAMPLES = 5
_LOOK_AT = 2000
_WIDTH = 40


@dataclass(slots=True)
class ColumnFacts:
    """Counts over one column. `counts[kind]` cells pass that validator; `years[y - 1900]` are dates of that year."""

    name: str
    counts: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros(KINDS, np.int64))
    years: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros(256, np.int64))
    shapes: list[str] = field(default_factory=list)
    looked_at: int = 0

    @property
    def filled(self) -> int:
        """Cells with something in them."""
        return int(self.counts[Kind.FILLED])

    def count(self, kinds: Sequence[Kind]) -> int:
        """Cells that pass one of the validators, which must exclude each other."""
        return min(sum(int(self.counts[kind]) for kind in kinds), self.filled)

    def share(self, kinds: Sequence[Kind]) -> float:
        """`count` as a share of the filled cells; 0 where none is filled."""
        return self.count(kinds) / self.filled if self.filled else 0.0

    def year_span(self) -> int:
        """Years between the 5th and the 95th percentile of the dates; 0 without dates."""
        total = int(self.years.sum())
        if not total:
            return 0
        low, high = np.searchsorted(np.cumsum(self.years), [0.05 * total, 0.95 * total])
        return int(high - low)

    def add(self, cells: pa.StringArray | pa.DictionaryArray) -> None:
        """Take in more cells of the column; of a dictionary each value is judged once."""
        if pa.types.is_dictionary(cells.type):
            offsets, data = buffers(cells.dictionary)
            used = cells.indices.drop_null().to_numpy()
            times = np.bincount(used, minlength=len(cells.dictionary)).astype(np.int64)
            weigh(offsets, data, times, self.counts, self.years, this_year(), WORDS)
        else:
            offsets, data = buffers(cells)
            measure(offsets, data, self.counts, self.years, this_year(), WORDS, memories(1))
        if self.wants_shapes:
            self.see(cells)

    @property
    def wants_shapes(self) -> bool:
        """Whether more examples of the shapes of values are wanted."""
        return len(self.shapes) < _EXAMPLES and self.looked_at < _LOOK_AT

    def see(self, cells: pa.StringArray | pa.DictionaryArray) -> None:
        """Keep the shapes of some of these cells."""
        for cell in cells.slice(0, 200):
            self.looked_at += 1
            text = cell.as_py()
            if text and text.strip() and (shape := masked(text)) not in self.shapes:
                self.shapes.append(shape)
                if len(self.shapes) == _EXAMPLES:
                    return


def masked(text: str) -> str:
    """The shape of a value: digits as 9, letters as A, the rest as it is; at most 40 characters."""
    return "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text[:_WIDTH])


def buffers(cells: pa.StringArray) -> tuple[np.ndarray[Any, np.dtype[np.int32]], np.ndarray[Any, np.dtype[np.uint8]]]:
    """Offsets (int32, length + 1) and data bytes of a string array, copied only where a null hides text. Nulls are of
    length 0.
    """
    if cells.null_count and _hides(cells):
        cells = pc.fill_null(cells, "")
    _, offsets, data = cells.buffers()
    if offsets is None or not len(cells):
        return np.frombuffer(bytes(4 * len(cells) + 4), np.int32), np.frombuffer(b"", np.uint8)
    found = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    text = np.frombuffer(data if data is not None and data.size else b"", np.uint8)
    found.flags.writeable = text.flags.writeable = False  # one type of array, so that kernels compile once
    return found, text


def _hides(cells: pa.StringArray) -> bool:
    """Whether there is text under a null, as there is where a value was made null."""
    offsets = np.frombuffer(cells.buffers()[1], np.int32)
    covered = int(offsets[cells.offset + len(cells)]) - int(offsets[cells.offset])
    return bool(covered != (pc.sum(pc.binary_length(cells)).as_py() or 0))


def this_year() -> int:
    """The current year, after which no date of birth lies."""
    return datetime.now(UTC).year
