"""Numbers of entries: registry rows first, then taken records, in the order of their ids, small enough to be places in
an array.

Ids of a file follow each other, so a number is worked out from where its run of ids begins; no table of all ids is
made. Where ids lie scattered, shorter runs are taken, down to one id each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amends.engine import Engine, script
from amends.errors import StorageError

NORMALISE = script(__package__, "normalise.sql")
Longs = NDArray[np.int64]
_SHIFTS = (36, 24, 12, 6, 0)
"""Lower bits of an id that may differ within a run, tried from the left."""
_UNUSED = 0.25
"""Share of numbers that may go unused."""
_MOST = np.iinfo(np.int32).max - 1


@dataclass(frozen=True, slots=True)
class Numbering:
    """Runs of ids in order: whether of taken records, the smallest id (without its sign), how many, the first number.

    `shift` are the lower bits of an id within its run.
    """

    taken: NDArray[np.bool_]
    low: Longs
    size: Longs
    base: Longs
    shift: int

    @classmethod
    def of(cls, db: Engine) -> Numbering:
        """Number the rows of view `entries`. Makes table `spans`. Raises `StorageError` for more than 2^31 entries."""
        for shift in _SHIFTS:
            db.run(NORMALISE["spans"], shift=shift)
            sums = db.fetch(NORMALISE["numbers_used"])
            used, numbers = int(sums["used"][0].as_py()), int(sums["numbers"][0].as_py())
            if numbers <= (1 + _UNUSED) * used + 1024:
                break
        if numbers > _MOST:
            raise StorageError(
                "more entries than one run can number", where="records", mend=f"at most {_MOST:,}: split the case"
            )
        found = db.fetch(NORMALISE["spans_in_order"])
        columns: dict[str, Any] = {name: found[name].to_numpy() for name in ("taken", "low", "size", "base")}
        return cls(shift=shift, **columns)

    @property
    def count(self) -> int:
        """One more than the largest number."""
        return int(self.base[-1] + self.size[-1]) if len(self.base) else 0

    @property
    def first_taken(self) -> int:
        """The smallest number of a taken record."""
        registered = int((~self.taken).sum())
        return int(self.base[registered]) if registered < len(self.base) else self.count

    def ids(self, numbers: NDArray[np.integer[Any]]) -> Longs:
        """The ids of these numbers."""
        span = np.searchsorted(self.base, numbers, side="right") - 1
        ids = self.low[span] + (numbers - self.base[span])
        return np.where(self.taken[span], ids, -ids)

    def numbers(self, ids: Longs) -> Longs:
        """The numbers of ids of taken records; -1 where there is none."""
        low, size, base = self.low[self.taken], self.size[self.taken], self.base[self.taken]
        if not len(low):
            return np.full(len(ids), -1)
        span = np.maximum(np.searchsorted(low, ids, side="right") - 1, 0)
        place = ids - low[span]
        return np.where((place >= 0) & (place < size[span]), base[span] + place, -1)
