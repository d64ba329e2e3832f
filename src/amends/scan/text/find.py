"""Find the personal data in a text: the kernel's hits and the names, as values that a caller can read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amends.scan.text.kernel import Bytes, Hits, scan_bytes
from amends.scan.text.names import scan_names
from amends.scan.text.neighbours import with_neighbours
from amends.scan.text.patterns import element_name

Search = Callable[[Bytes], Hits]
"""What finds values and names in a text (uint8, UTF-8): `hits_of` or `nlp.hits_with_nlp`."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A value in a text. `element` is an id of `amends.elements`, or `ip_address` or `place`, which no statute names.

    `start` and `end` are positions of characters, `confidence` is 0 to 1.
    """

    element: str
    start: int
    end: int
    text: str
    confidence: float


def find(text: str, search: Search | None = None) -> list[Mention]:
    """Every personal value in a text, in order.

    Values prove themselves by their shape, their check digits and the words around them; names and places come from
    word lists and the way names are written, or from what else `search` asks. Nothing is asked of any service.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    data = np.frombuffer(encoded, np.uint8)
    hits = (search or hits_of)(data)
    positions = np.cumsum((data & 0xC0) != 0x80)
    starts = positions[hits.start] - 1
    ends = positions[hits.end - 1]
    return [
        Mention(element_name(int(element)), int(start), int(end), text[start:end], round(float(confidence), 3))
        for start, end, element, confidence in zip(starts, ends, hits.element, hits.confidence, strict=True)
    ]


def hits_of(data: Bytes) -> Hits:
    """Values and names of one text, in order, weighed by their neighbours; a name inside a value is none."""
    return beside_values(data, scan_names(data).spans)


def beside_values(data: Bytes, names: Hits) -> Hits:
    """The values of a text together with its names (in order), as `hits_of`."""
    values = scan_bytes(data)
    if len(values) and len(names):
        ends = np.maximum.accumulate(values.end)
        at = np.searchsorted(values.start, names.end, side="left") - 1
        names = names[(at < 0) | (ends[np.maximum(at, 0)] <= names.start)]
    together = Hits.together([values, names])
    return with_neighbours(together[np.argsort(together.start, kind="stable")])
