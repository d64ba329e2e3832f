"""The text kernel: one compiled, validating pass over raw bytes, whose hits stay arrays.

A chunk is scanned only so far as the reach of the pass goes: what it finds does not depend on how a stream was cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from amends.scan.text.groups import MOST
from amends.scan.text.lanes import WIDTH
from amends.scan.text.patterns import CONFIDENCE, CONTEXT, ELEMENT_OF
from amends.scan.text.scanning import AHEAD, BACK, LEVELS, POSITION, scan

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

PAD: Final = WIDTH
"""Bytes around what is scanned that may be read but say nothing."""
_KEPT: Final = BACK + PAD
_BEHIND: Final = AHEAD + PAD
_SEAM: Final = _KEPT + _BEHIND
"""Bytes of a chunk that are scanned together with what was kept of the chunk before."""
_ROOM: Final = 1 << 14
_ELEMENT: Final = np.repeat(ELEMENT_OF, LEVELS)
_CONFIDENCE: Final = CONFIDENCE.ravel()


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: parallel arrays in the order of the bytes.

    `start` and `end` (int64) are byte offsets, `element` (uint8) the bit of an element or the code of what is beyond
    (`patterns.BEYOND`), `confidence` (float32) 0 to 1.
    """

    start: np.ndarray[Any, np.dtype[np.int64]]
    end: np.ndarray[Any, np.dtype[np.int64]]
    element: Bytes
    confidence: np.ndarray[Any, np.dtype[np.float32]]

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, chosen: Any) -> Hits:
        return Hits(self.start[chosen], self.end[chosen], self.element[chosen], self.confidence[chosen])

    @staticmethod
    def together(parts: Iterable[Hits]) -> Hits:
        """Several hits as one, in the order given."""
        found = list(parts) or [_hits(np.empty((0, 3), np.int64), 0)]
        return Hits(
            np.concatenate([part.start for part in found]),
            np.concatenate([part.end for part in found]),
            np.concatenate([part.element for part in found]),
            np.concatenate([part.confidence for part in found]),
        )


def _hits(rows: np.ndarray[Any, np.dtype[np.int64]], base: int) -> Hits:
    return Hits(rows[:, 0] + base, rows[:, 1] + base, _ELEMENT[rows[:, 2]], _CONFIDENCE[rows[:, 2]])


class Scanner:
    """Scans a stream chunk by chunk. The hits of all `feed`s and `close` are those of the whole, however it was cut."""

    def __init__(self, base: int = 0, this_year: int | None = None) -> None:
        """`base` is the offset of the first byte; dates after `this_year` (default: now) are nobody's birth."""
        self._base = base
        self._year = this_year or date.today().year
        self._kept: Bytes = np.empty(0, np.uint8)
        self._state = np.zeros(3, np.int64)
        self._out = np.empty((_ROOM, 3), np.int64)
        self._chain = (np.zeros(MOST, np.int64), np.zeros(MOST, np.int64), np.zeros(MOST, np.int64))

    def feed(self, chunk: bytes | Bytes) -> Hits:
        """Take the next bytes; gives the hits that are certain by now."""
        fresh = np.frombuffer(chunk, np.uint8) if isinstance(chunk, bytes) else np.ascontiguousarray(chunk)
        kept = self._kept.size
        found = self._seam(fresh[:_SEAM], kept + min(fresh.size, _SEAM) - _BEHIND)
        if fresh.size > _SEAM:
            self._leave(kept)
            found += self._run(fresh, 0, fresh.size, fresh.size - _BEHIND)
            self._kept = fresh
        else:
            self._kept = np.concatenate([self._kept, fresh])
        cut = max(0, min(int(self._state[POSITION]), self._kept.size) - _KEPT)
        self._kept = self._kept[cut:].copy()
        self._leave(cut)
        return Hits.together(found)

    def close(self) -> Hits:
        """The hits of what was kept back."""
        return Hits.together(self._seam(np.empty(0, np.uint8), self._kept.size))

    def _seam(self, more: Bytes, limit: int) -> list[Hits]:
        """Scan what was kept with some bytes more, padded."""
        pad = np.zeros(PAD, np.uint8)
        data = np.concatenate([pad, self._kept, more, pad])
        self._leave(-PAD)
        found = self._run(data, PAD, data.size - PAD, limit + PAD)
        self._leave(PAD)
        return found

    def _leave(self, count: int) -> None:
        """Count offsets from `count` bytes further on."""
        self._base += count
        self._state -= count

    def _run(self, data: Bytes, first: int, last: int, limit: int) -> list[Hits]:
        data = data.view()
        data.flags.writeable = False
        parts = []
        while self._state[POSITION] < limit:
            count = scan(data, first, last, self._state, limit, self._out, self._chain, self._year, CONTEXT)
            parts.append(_hits(self._out[:count], self._base))
        return parts


def scan_bytes(data: Bytes, *, base: int = 0) -> Hits:
    """The hits of a whole text (uint8, UTF-8 or any encoding that keeps ASCII), offsets from `base`."""
    scanner = Scanner(base)
    return Hits.together([scanner.feed(data), scanner.close()])
