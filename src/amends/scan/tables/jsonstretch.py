"""JSON within a text (scripts of pages, code, logs, mails): stretches that are whole objects or lists, read as lines.

What a variable is assigned and what a line quotes, in a string also, is as good a table as a file of JSON; the text
around it stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from amends.scan.files.limits import Limits
from amends.scan.tables.blocks import within
from amends.scan.values.compiled import leaf
from amends.scan.values.nested import OPEN, end_of_json, end_of_quoted, unescaped

Place = tuple[int, int]
_SHORTEST: Final = 32
"""Bytes of a stretch: shorter ones say little of anybody, and are read as text."""
_MOST: Final = 1 << 18
"""Stretches of a text; one of more stays text."""
_AT_ONCE: Final = 4096
_MOSTLY: Final = 0.6
_BLANKS: Final = bytes(c if c >= 32 else 32 for c in range(256))


@leaf
def _find(data, at, size, final, shortest, scratch, out):  # type: ignore[no-untyped-def]
    """Write the places of stretches of `data[at:size]` to `out`; returns how many, and where to go on."""
    count = 0
    i = np.int64(at)
    while i < size and count < out.shape[0]:
        c = data[i]
        if c == 34 and i + 2 >= size and not final:
            break
        quoted = c == 34 and i + 2 < size and (data[i + 1] == 123 or data[i + 1] == 91) and data[i + 2] in (92, 123)
        if c != 123 and c != 91 and not quoted:
            i += 1
            continue
        end, keys = end_of_quoted(data, i, size, scratch) if quoted else end_of_json(data, i, size)
        if end == OPEN and not final:
            break
        if end < 0:
            i += 1
            continue
        if keys and end - i >= shortest:
            out[count, 0], out[count, 1] = i, end
            count += 1
        i = end
    return count, i


class JsonPlaces:
    """The stretches of JSON of a text that is given in order: `places` (bytes, start and end); none if too many."""

    def __init__(self, limits: Limits) -> None:
        self.places: list[Place] = []
        self._limits = limits
        self._held, self._base = b"", 0

    def feed(self, text: bytes, *, final: bool = False) -> None:
        """Take the next bytes; `final` ends the text."""
        self._held += text
        data = np.frombuffer(self._held, np.uint8)
        final = final or len(data) > self._limits.row
        used, count, scratch = 0, _AT_ONCE, np.empty(len(data), np.uint8)
        while count == _AT_ONCE:
            out = np.empty((_AT_ONCE, 2), np.int64)
            count, used = _find(data, used, len(data), final, _SHORTEST, scratch, out)
            if len(self.places) <= _MOST:
                self.places += (out[:count] + self._base).tolist()
        self._held, self._base = self._held[int(used) :], self._base + int(used)

    def seen(self, parts: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The parts of a text, each with where it belongs, taken in on their way."""
        for where, text in parts:
            self.feed(text)
            yield where, text
        self.feed(b"", final=True)

    def outside(self, others: list[Place]) -> list[Place]:
        """The stretches that share nothing with other places of the text; none if there are too many."""
        found = [(start, end, False) for start, end in self.places] + [(start, end, True) for start, end in others]
        kept: list[Place] = []
        last = 0
        for start, end, other in sorted(found):
            if other:
                while kept and kept[-1][1] > start:
                    kept.pop()
                last = max(last, end)
            elif start >= last:
                kept.append((start, end))
        return kept if len(self.places) <= _MOST else []


def mostly_json(sample: bytes, limits: Limits) -> bool:
    """Whether most of a text that begins with `sample` is JSON between other words."""
    found = JsonPlaces(limits)
    found.feed(sample, final=True)
    return sum(end - start for start, end in found.places) >= _MOSTLY * len(sample)


def lines_at(text: Iterator[bytes], places: list[Place]) -> Iterator[bytes]:
    """The stretches of JSON at these places of a text, a line each."""
    held = b""
    for part, ends in within(text, places):
        held += part
        if ends:
            yield _plain(held).translate(_BLANKS) + b"\n"
            held = b""


def _plain(stretch: bytes) -> bytes:
    """A stretch, and what stands in it if it is a string in which JSON stands."""
    if not stretch.startswith(b'"'):
        return stretch
    out = np.empty(len(stretch), np.uint8)
    return out[: unescaped(np.frombuffer(stretch, np.uint8), 1, len(stretch) - 1, out)].tobytes()
