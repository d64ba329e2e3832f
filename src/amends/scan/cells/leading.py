"""Names that a cell of several elements begins with (`Okonkwo, Adaeze 04/12/1980`): known by place, not by a list.

Only in columns whose header speaks of people and most of whose cells hold several elements.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.scan.cells.joining import Joined
from amends.scan.text.kernel import Hits
from amends.scan.text.patterns import ABOUT, CONTEXT
from amends.scan.text.vocabulary import meaning
from amends.scan.values.compiled import leaf

_CONFIDENCE: Final = np.float32(0.75)
_NAME: Final = BY_ID["name"].bit
_MOST: Final = 5


@leaf
def _letter(c):  # type: ignore[no-untyped-def]
    return c >= 128 or 97 <= (c | 32) <= 122


@leaf
def _name_end(data, start, words):  # type: ignore[no-untyped-def]
    """Where the name ends that begins at `start`: two to five words, one comma at most; 0 if there is none."""
    i = start
    end = count = commas = 0
    while count < _MOST and i < data.size and _letter(data[i]):
        if count == 0 and 97 <= data[i] <= 122:
            return 0
        stop = i
        letters = 0
        while stop < data.size and (_letter(data[stop]) or data[stop] == 39 or data[stop] == 45):
            letters += _letter(data[stop])
            stop += 1
        if stop < data.size and (data[stop] == 58 or data[stop] == 61 or data[stop] == 64 or 48 <= data[stop] <= 57):
            break
        if count > 0 and meaning(data, i, stop, letters, words) & ABOUT != 0:
            break
        count += 1
        end = stop
        i = stop + 1 if stop < data.size and data[stop] == 46 else stop
        if i < data.size and data[i] == 44 and commas == 0:
            commas = 1
            i += 1
        if i >= data.size or data[i] != 32:
            break
        i += 1
    return end if count >= 2 else 0


@leaf
def _lead(data, begins, words, ends):  # type: ignore[no-untyped-def]
    for k in range(begins.size):
        ends[k] = _name_end(data, begins[k], words)


def with_leading(hits: Hits, joined: Joined) -> Hits:
    """The hits (in order of start), and the name each cell begins with unless one as sure was found there already."""
    ends = np.zeros(len(joined.begins), np.int64)
    _lead(joined.data, joined.begins, CONTEXT, ends)
    cell: Any = np.searchsorted(joined.begins, hits.start, side="right") - 1
    hits = hits[(hits.element != _NAME) | (hits.confidence >= _CONFIDENCE) | (hits.end > ends[cell])]
    at: Any = np.searchsorted(hits.start, joined.begins)
    taken = np.zeros(len(ends), bool)
    inside = at < len(hits)
    taken[inside] = hits.start[at[inside]] < ends[inside]
    new = (ends > 0) & ~taken
    count = int(new.sum())
    names = Hits(
        joined.begins[new], ends[new], np.full(count, _NAME, np.uint8), np.full(count, _CONFIDENCE, np.float32)
    )
    together = Hits.together([hits, names])
    return together[np.argsort(together.start, kind="stable")]
