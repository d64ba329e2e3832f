"""Neighbours: values of different kinds that stand close together make each other more likely."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.kernel import Hits

_NEAR: Final = 120
"""Bytes between two values that count as neighbours."""
_DOUBT_KEPT: Final = 0.7
"""Share of the doubt that stays beside a neighbour of another element."""


def with_neighbours(hits: Hits) -> Hits:
    """The hits (in order of start) with the confidence raised where a neighbour of another element stands near."""
    if len(hits) < 2:
        return hits
    beside = (hits.start[1:] - hits.end[:-1] <= _NEAR) & (hits.element[1:] != hits.element[:-1])
    backed = np.zeros(len(hits), bool)
    backed[1:] |= beside
    backed[:-1] |= beside
    doubt = np.where(backed, (1 - hits.confidence) * np.float32(_DOUBT_KEPT), 1 - hits.confidence)
    return Hits(hits.start, hits.end, hits.element, (1 - doubt).astype(np.float32))
