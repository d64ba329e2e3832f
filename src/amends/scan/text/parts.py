"""Parts of a name under labels of their own (`First name: … Last name: …`): which are one human's, and which part."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.facts import facts_of
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.patterns import OFFSET, fold, lookup, word_table
from amends.scan.values.compiled import leaf

WHOLE, GIVEN, MIDDLE, FAMILY = range(4)
"""What a name is by its label: the name itself, where no label says that it is a part of one."""
_LISTS: Final = {GIVEN: "given_labels", MIDDLE: "middle_labels", FAMILY: "family_labels"}
_WORDS: Final = 4
"""Words of a label that are read, from its end."""
_NEAR: Final = 200
_LINES: Final = 3

Parts = np.ndarray[Any, np.dtype[np.int8]]
Groups = np.ndarray[Any, np.dtype[np.int64]]


def _labels() -> tuple[Any, Any]:
    words = facts_of(__package__, "names.yaml")
    return word_table([(1 << part, words[name].split()) for part, name in _LISTS.items()], 256)


_KEYS, _MASKS = _labels()


@leaf
def _is_word(c):  # type: ignore[no-untyped-def]
    return 97 <= c | 32 <= 122 or c >= 128


@leaf
def _part(data, start, keys, masks):  # type: ignore[no-untyped-def]
    """What the label before `start` says; WHOLE where there is none, or where it speaks of several parts."""
    i = start - 1
    while i >= 0 and data[i] in (32, 9, 34, 39, 42, 92):
        i -= 1
    if i < 0 or (data[i] != 58 and data[i] != 61):
        return WHOLE
    i -= 1
    said = np.uint64(0)
    for _ in range(_WORDS):
        while i >= 0 and data[i] != 10 and not _is_word(data[i]) and data[i] not in (44, 58, 59, 61):
            i -= 1
        end = i + 1
        key = OFFSET
        while i >= 0 and _is_word(data[i]):
            i -= 1
        if i + 1 == end:
            break
        for j in range(i + 1, end):
            key = fold(key, data[j])
        said |= lookup(key, keys, masks)
    for part in (GIVEN, MIDDLE, FAMILY):
        if said == np.uint64(1) << np.uint64(part):
            return part
    return WHOLE


@leaf
def _near(data, end, start):  # type: ignore[no-untyped-def]
    """Whether two parts stand in one block, few lines apart."""
    if start - end > _NEAR:
        return False
    lines, blank = 0, True
    for i in range(end, start):
        if data[i] == 10:
            if blank and lines:
                return False
            lines += 1
            blank = True
        elif data[i] > 32:
            blank = False
    return lines <= _LINES


@leaf
def _walk(data, starts, ends, names, keys, masks, parts, groups):  # type: ignore[no-untyped-def]
    last = np.int64(-1)
    taken = 0
    for k in range(starts.size):
        groups[k] = k
        if not names[k]:
            continue
        part = _part(data, starts[k], keys, masks)
        parts[k] = part
        joins = part != WHOLE and last >= 0 and parts[last] != WHOLE and taken & (1 << part) == 0
        if joins and _near(data, ends[last], starts[k]):
            groups[k] = groups[last]
            taken |= 1 << part
        else:
            taken = 1 << part
        last = np.int64(k)


def parts_of(data: Bytes, hits: Hits) -> tuple[Parts, Groups]:
    """For each hit (in order of start) the part it is, and the index of the first hit of its human's name."""
    parts, groups = np.zeros(len(hits), np.int8), np.empty(len(hits), np.int64)
    view = data.view()
    view.flags.writeable = False
    _walk(view, hits.start, hits.end, hits.element == BY_ID["name"].bit, _KEYS, _MASKS, parts, groups)
    return parts, groups
