"""Ties: which human of a row a value in its cells belongs to.

A row is about one human. What its cells hold is that human's, unless the text names somebody else: a name that is not
the row's owns the values in its sentence, line or block (`text.owners`), and stands apart with them. Where a row names
nobody in columns of their own, the first human its text names is the row's, and each further one stands apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.scan.text.kernel import Hits
from amends.scan.values.compiled import leaf

SURE: Final = np.float32(0.7)
"""Values and names less sure than this are tied to nobody."""
_NAME: Final = BY_ID["name"].bit
_PARTS: Final = 16
"""Hits among which the parts of one name stand."""
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class CellHits:
    """Hits in the cells of a table, in the order of rows, then columns.

    `hits` point into `data`; `row` is the index of the row, `place` the byte within the row's searched cells, `owner`
    the index of the hit that owns it in its cell or -1, `several` whether most cells of its column hold several
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
def _same(data, start, end, offsets, names, row):  # type: ignore[no-untyped-def]
    """How many words of two letters or more `data[start:end]` holds, and how many of them the row's name does."""
    words = same = 0
    i = start
    while True:
        word, length, i = _word(data, i, end)
        if length == 0:
            return words, same
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


@leaf
def _head(h, elements, owner):  # type: ignore[no-untyped-def]
    """The hit that is the human of a hit: of a name its first part; -1 where there is none."""
    if elements[h] == _NAME:
        return owner[h] if owner[h] >= 0 and elements[owner[h]] == _NAME else np.int64(h)
    return owner[h]


@leaf
def _whole(head, high, data, hits, owner):  # type: ignore[no-untyped-def]
    """The key of a name of which `head` is the first part; the others stand before the hit `high`."""
    starts, ends, elements, _ = hits
    key = np.uint64(0)
    for j in range(head, min(high, head + _PARTS)):
        if elements[j] == _NAME and (j == head or owner[j] == head):
            key += _key(data, starts[j], ends[j])
    return max(key, np.uint64(1))


@leaf
def _is_named(head, high, data, hits, owner, offsets, names, row):  # type: ignore[no-untyped-def]
    """Whether the name that begins with `head` is the row's: two of its words are, or its only one."""
    starts, ends, elements, _ = hits
    words = same = 0
    for j in range(head, min(high, head + _PARTS)):
        if elements[j] == _NAME and (j == head or owner[j] == head):
            more, alike = _same(data, starts[j], ends[j], offsets, names, row)
            words += more
            same += alike
    return same >= min(words, 2) and same > 0


@leaf
def _slot(key, size, keys):  # type: ignore[no-untyped-def]
    """Where a key stands among the first `size` (a power of two) of `keys`, or may be put."""
    slot = np.int64((key * _MIX) >> np.uint64(33)) & (size - 1)
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & (size - 1)
    return slot


@leaf
def _size(hits):  # type: ignore[no-untyped-def]
    """Slots for the humans of a row of so many hits."""
    size = np.int64(4)
    while size < 2 * hits:
        size *= 2
    return size


@leaf
def _humans_of_row(low, high, data, hits, owner, several, named, facts, room):  # type: ignore[no-untyped-def]
    """The humans whom the hits `low:high` of a row name and give values: how many; `room` holds them by key, and heads.

    `room` is keys, numbers (each of `_size` slots) and first mentions.
    """
    elements, sure = hits[2], hits[3]
    offsets, names, row = facts
    keys, numbers, heads = room
    size = _size(high - low)
    for slot in range(size):
        keys[slot] = 0
    count = 0
    for h in range(low, high):
        if elements[h] == _NAME and (named or not several[h]):
            continue
        head = _head(h, elements, owner)
        if head < 0 or elements[head] != _NAME or not sure[head] or not sure[h]:
            continue
        if named and _is_named(head, high, data, hits, owner, offsets, names, row):
            continue
        key = _whole(head, high, data, hits, owner)
        slot = _slot(key, size, keys)
        if keys[slot] == 0:
            keys[slot], numbers[slot], heads[count] = key, count, head
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
def _human_of(h, low, high, hits, owner, data, cells, row, facts, people, room):  # type: ignore[no-untyped-def]
    """The human of one hit of the row of the hits `low:high`: 0 the row's, -1 nobody; `people` are told apart."""
    elements, sure = hits[2], hits[3]
    offsets, names, identified, crowded = facts
    named = offsets[row + 1] > offsets[row]
    head = _head(h, elements, owner)
    if head >= 0 and elements[head] == _NAME and sure[head]:
        if named and _is_named(head, high, data, hits, owner, offsets, names, row):
            return 0
        slot = _slot(_whole(head, high, data, hits, owner), _size(high - low), room[0])
        return room[1][slot] + _beside(named, identified[row], people) if room[0][slot] else np.int64(-1)
    if elements[h] == _NAME or crowded[row] or people > 1 or (named and people > 0):
        return -1
    return -1 if _crowd(h, elements, sure, cells) else 0


@leaf
def _beside(named, identified, people):  # type: ignore[no-untyped-def]
    """The number of the first human whom a row's text names: 1 if it is not the row's own."""
    return 1 if named or (identified and people > 1) else 0


@leaf
def _tie(data, hits, rows, cells, owner, several, facts, human, fills, room):  # type: ignore[no-untyped-def]
    """Number the human of each hit into `human` (0 the row's, -1 nobody); `fills` marks the name a human is to have."""
    elements, sure = hits[2], hits[3]
    offsets, names, _, _ = facts
    low = 0
    while low < rows.size:
        high = low
        while high < rows.size and rows[high] == rows[low]:
            high += 1
        row = rows[low]
        named = offsets[row + 1] > offsets[row]
        people = _humans_of_row(low, high, data, hits, owner, several, named, (offsets, names, row), room)
        for h in range(low, high):
            if sure[h]:
                human[h] = _human_of(h, low, high, hits, owner, data, cells, row, facts, people, room)
        for k in range(people):
            head = room[2][k]
            for h in range(head, min(high, head + _PARTS)):
                fills[h] |= sure[h] and elements[h] == _NAME and (h == head or owner[h] == head)
        low = high


def tie(found: CellHits, cells: Any, facts: RowFacts) -> tuple[Any, Any]:
    """For each hit the number of its human in its row (0 the row's own, -1 nobody), and which names fill a record.

    `cells` numbers the cell of each hit.
    """
    human, fills = np.full(len(found.hits), -1, np.int64), np.zeros(len(found.hits), bool)
    hits = (found.hits.start, found.hits.end, found.hits.element, found.hits.confidence >= SURE)
    of_rows = (facts.name_offsets, facts.names, facts.identified, facts.crowded)
    most = int(np.unique(found.row, return_counts=True)[1].max(initial=1))
    size = int(_size(most))
    room = (np.empty(size, np.uint64), np.empty(size, np.int64), np.empty(most, np.int64))
    _tie(found.data, hits, found.row, cells, found.owner, found.several, of_rows, human, fills, room)
    return human, fills
