"""Records of one length without line ends, as mainframes write them: told by how the bytes repeat, and read as lines.

The kinds of byte (blank, digit, letter, other) of such a file agree with those one record further on far more often
than chance lets them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from amends.scan.files.encodings import Encoding
from amends.scan.files.source import DerivedSource, Source

_LOOKED_AT: Final = 1 << 15
_SHORTEST: Final = 24
_LONGEST: Final = 4096
_RECORDS: Final = 4
"""Records that a sample must hold."""
_AGREED: Final = 0.35
"""Share of what chance leaves open in which the bytes a record apart agree."""
_AS_WELL: Final = 0.8
"""Share of what the best length explains from which on a part of it does as well: a row of several records loses all
but one human of them.
"""
_ENDS: Final = {"utf-8": (b"\n", b" "), "cp037": (b"\x25", b"\x40")}
"""By encoding, what ends a line and what stands for a byte that would."""
_WITHIN: Final = {"utf-8": b"\n\r", "cp037": b"\x15\x25\x0d"}
ENCODINGS: Final = frozenset(_ENDS)
_FEW: Final = 2000
"""Bytes of which at most one may look like a line end: numbers that are no text may hold such."""


def has_no_lines(text: bytes) -> bool:
    """Whether a text (ASCII-based) has no line ends to speak of."""
    return (text.count(b"\n") + text.count(b"\r")) * _FEW <= len(text)


def record_length(text: bytes) -> int:
    """The length of the records of a text (ASCII-based, a byte a character) without line ends; 0 where it has none."""
    data = np.frombuffer(text[:_LOOKED_AT], np.uint8)
    longest = min(_LONGEST, len(data) // _RECORDS)
    if longest <= _SHORTEST:
        return 0
    kinds = _KINDS[data]
    shares = np.bincount(kinds, minlength=4) / len(kinds)
    chance = float((shares**2).sum())
    agreed = np.zeros(longest + 1)
    for length in range(_SHORTEST, longest + 1):
        agreed[length] = np.mean(kinds[:-length] == kinds[length:])
    best = int(agreed.argmax())
    if (agreed[best] - chance) < _AGREED * (1 - chance):
        return 0
    parts = (length for length in range(_SHORTEST, best + 1) if best % length == 0)
    return next(length for length in parts if agreed[length] - chance >= _AS_WELL * (agreed[best] - chance))


def _kinds() -> Any:
    table = np.full(256, 3, np.uint8)
    table[: ord(" ") + 1] = 0
    table[ord("0") : ord("9") + 1] = 1
    for first, last in ("az", "AZ"):
        table[ord(first) : ord(last) + 1] = 2
    table[128:] = 2
    return table


_KINDS: Final = _kinds()


class RecordLines(DerivedSource):
    """The records of a file, a line each, in its own encoding and without its mark."""

    def __init__(self, source: Source, encoding: Encoding, length: int) -> None:
        super().__init__(Path(), source.limits)
        self._inner, self._skip, self._length = source, encoding.skip, length
        end, blank = _ENDS[encoding.name]
        self._end = end[0]
        self._table = np.arange(256, dtype=np.uint8)
        self._table[list(_WITHIN[encoding.name])] = blank[0]

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        """The lines; the last may be short. Raises what reading the file raises."""
        left = b""
        for chunk in self._inner.chunks(self._skip):
            left += chunk
            count = len(left) // self._length
            out = np.full((count, self._length + 1), self._end, np.uint8)
            whole = np.frombuffer(left, np.uint8, count * self._length)
            out[:, :-1] = self._table[whole].reshape(count, self._length)
            left = left[len(whole) :]
            yield out.tobytes()
        if left.strip():
            yield self._table[np.frombuffer(left, np.uint8)].tobytes() + bytes([self._end])
