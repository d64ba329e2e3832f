"""Ties: which human of a row a value in its cells belongs to.

A row is about one human. What its cells hold is that human's, unless the text names somebody else: a name that is not
the row's owns the values in its sentence, line or block (`text.owners`), and these are given to nobody. Where a row
names nobody in columns of their own, the first human its text names is the row's, and each further one stands apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.scan.text.kernel import Hits
from amends.scan.text.owners import NOBODY
from amends.scan.values.compiled import leaf

SURE: Final = np.float32(0.7)
"""Values and names less sure than this are tied to nobody."""
_NAME: Final = BY_ID["name"].bit
_MOST: Final = 64
"""Humans told apart in one row; what belongs to more is given to nobody."""


@dataclass(frozen=True, slots=True)
class CellHits:
    """Hits in the cells of a table, in the order of rows, then columns.

    `hits` point into `data`; `row` is the index of the row, `place` the byte within the row's searched cells, `owner`
    the index of the hit that owns it in its cell or NOBODY, `several` whether most cells of its column hold several
    elements.
    """

    data: Any
    hits: Hits
    row: Any
    place: Any
    owner: Any
    several: Any


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What columns of their own say of each row: its name (offsets and bytes), whether it has a human and how many."""

    name_offsets: Any
    names: Any
    identified: Any
    crowded: Any


@leaf
def _letter(c):  # type: ignore[no-untyped-def]
    return c >= 128 or 97 <= (c | 32) <= 122


@leaf
def _word(data, i, end):  # type: ignore[no-untyped-def]
    """The next word from `i` on: (its hash, its length, position behind it); length 0 at the end."""
    while i < end and not _letter(data[i]):
        i += 1
    word = np.uint64(0xCBF29CE484222325)
    length = 0
    while i < end and (_letter(data[i]) or data[i] == 39):
        if data[i] != 39:
            word = (word ^ np.uint64(data[i] | 32)) * np.uint64(0x100000001B3)
            length += 1
        i += 1
    return word, length, i


@leaf
def _key(data, start, end):  # type: ignore[no-untyped-def]
    """The same for `John Smith` and `Smith, John`."""
    key = np.uint64(0)
    i = start
    while True:
        word, length, i = _word(data, i, end)
        if length == 0:
            return key
        key += word


@leaf
def _is_named(data, start, end, offsets, names, row):  # type: ignore[no-untyped-def]
    """Whether the name `data[start:end]` is the row's: two of its words are, or its only one."""
    words = same = 0
    i = start
    while True:
        word, length, i = _word(data, i, end)
        if length == 0:
            break
        if length < 2:
            continue
        words += 1
        j, stop = np.int64(offsets[row]), np.int64(offsets[row + 1])
        while True:
            other, size, j = _word(names, j, stop)
            if size == 0:
                break
            if other == word:
                same += 1
                break
    return same >= min(words, 2) and same > 0


@leaf
def _humans_of_row(low, high, data, hits, owner, several, named, facts, keys, heads):  # type: ignore[no-untyped-def]
    """The humans whom the hits `low:high` of a row name and give values: their number, `keys` and first mentions."""
    starts, ends, elements, sure = hits
    offsets, names, row = facts
    count = 0
    for h in range(low, high):
        head = owner[h] if elements[h] != _NAME else (h if several[h] else NOBODY)
        if head < 0 or elements[head] != _NAME or not sure[head] or not sure[h]:
            continue
        if named and _is_named(data, starts[head], ends[head], offsets, names, row):
            continue
        key = _key(data, starts[head], ends[head])
        known = False
        for k in range(count):
            known |= keys[k] == key
        if not known:
            if count == _MOST:
                return _MOST + 1
            keys[count], heads[count] = key, head
            count += 1
    return count


@leaf
def _crowd(h, elements, sure, cells):  # type: ignore[no-untyped-def]
    """Whether the cell of a hit names somebody."""
    for step in (-1, 1):
        j = h
        while 0 <= j < elements.size and cells[j] == cells[h]:
            if elements[j] == _NAME and sure[j]:
                return True
            j += step
    return False


@leaf
def _human_of(h, hits, owner, data, cells, row, facts, people, keys):  # type: ignore[no-untyped-def]
    """The human of one hit of a row: 0 the row's, -1 nobody; `people` are told apart by `keys`."""
    starts, ends, elements, sure = hits
    offsets, names, identified, crowded = facts
    named = offsets[row + 1] > offsets[row]
    head = np.int64(h) if elements[h] == _NAME else owner[h]
    if head >= 0 and elements[head] == _NAME and sure[head]:
        if named:
            return 0 if _is_named(data, starts[head], ends[head], offsets, names, row) else -1
        if people > _MOST or (identified[row] and people > 1):
            return -1
        key = _key(data, starts[head], ends[head])
        for k in range(people):
            if keys[k] == key:
                return k
        return -1
    if elements[h] == _NAME or crowded[row] or people > 1 or (named and people > 0):
        return -1
    return -1 if _crowd(h, elements, sure, cells) else 0


@leaf
def _tie(data, hits, rows, cells, owner, several, facts, human, fills, keys, heads):  # type: ignore[no-untyped-def]
    """Number the human of each hit into `human` (0 the row's, -1 nobody); `fills` marks the name a human is to have."""
    sure = hits[3]
    offsets, names, identified, _ = facts
    low = 0
    while low < rows.size:
        high = low
        while high < rows.size and rows[high] == rows[low]:
            high += 1
        row = rows[low]
        named = offsets[row + 1] > offsets[row]
        people = _humans_of_row(low, high, data, hits, owner, several, named, (offsets, names, row), keys, heads)
        for h in range(low, high):
            if sure[h]:
                human[h] = _human_of(h, hits, owner, data, cells, row, facts, people, keys)
        if not named and people <= _MOST and not (identified[row] and people > 1):
            for k in range(people):
                fills[heads[k]] = True
        low = high


def tie(found: CellHits, cells: Any, facts: RowFacts) -> tuple[Any, Any]:
    """For each hit the number of its human in its row (0 the row's own, -1 nobody), and which names fill a record.

    `cells` numbers the cell of each hit.
    """
    human, fills = np.full(len(found.hits), -1, np.int64), np.zeros(len(found.hits), bool)
    hits = (found.hits.start, found.hits.end, found.hits.element, found.hits.confidence >= SURE)
    of_rows = (facts.name_offsets, facts.names, facts.identified, facts.crowded)
    room = (np.empty(_MOST, np.uint64), np.empty(_MOST, np.int64))
    _tie(found.data, hits, found.row, cells, found.owner, found.several, of_rows, human, fills, *room)
    return human, fills
