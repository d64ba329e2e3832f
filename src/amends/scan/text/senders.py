"""Senders: what a mail says in the first person (`my social is …`, `I was born …`) is of the human who sent it.

A value that no name owns belongs to whom the last line `From: …` above it names, if its sentence speaks of the writer
and of nobody else (`my wife's number`).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.facts import facts_of
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.patterns import OFFSET, fold, lookup, word_table
from amends.scan.values.compiled import leaf

_NAME: Final = BY_ID["name"].bit
_EMAIL: Final = BY_ID["email"].bit
_BEYOND: Final = 60
_REACH: Final = 160
"""Bytes before a value in which its sentence is read."""
_MINE, _SELF, _BEING, _OTHER, _FROM = (np.uint64(1 << bit) for bit in range(5))
_LISTS: Final = {"mine": _MINE, "self": _SELF, "being": _BEING, "other": _OTHER, "from": _FROM}


def _words() -> tuple[Any, Any]:
    facts = facts_of(__package__, "names.yaml")["speakers"]
    return word_table([(int(bit), facts[name].split()) for name, bit in _LISTS.items()], 256)


_KEYS, _MASKS = _words()


@leaf
def _letter(c):  # type: ignore[no-untyped-def]
    return 97 <= c | 32 <= 122 or c >= 128


@leaf
def _from_line(data, start, keys, masks):  # type: ignore[no-untyped-def]
    """Whether the line of `start` begins with `From:`, quoted or not."""
    begin = start
    while begin > 0 and data[begin - 1] != 10 and start - begin < _REACH:
        begin -= 1
    while begin < start and (data[begin] <= 32 or data[begin] == 62 or data[begin] == 42):
        begin += 1
    word, i = OFFSET, begin
    while i < start and _letter(data[i]):
        word = fold(word, data[i])
        i += 1
    return i > begin and data[i] == 58 and lookup(word, keys, masks) & _FROM != 0


@leaf
def _sentence(data, end):  # type: ignore[no-untyped-def]
    """Where the sentence that goes on at `end` begins: behind a full stop and a blank, or an empty line."""
    i = end
    while i > 0 and end - i < _REACH:
        c, before = data[i], data[i - 1]
        if c <= 32 and (before == 33 or before == 63 or before == 10):
            return i
        if c <= 32 and before == 46 and i > 3 and data[i - 3] > 32:
            return i
        i -= 1
    return i


@leaf
def _first_person(data, end, keys, masks):  # type: ignore[no-untyped-def]
    """Whether the last human of whom the sentence before `end` speaks is its writer."""
    mine, self_before = False, False
    i = _sentence(data, end)
    while i < end:
        if not _letter(data[i]):
            i += 1
            continue
        word = OFFSET
        while i < end and _letter(data[i]):
            word = fold(word, data[i])
            i += 1
        mask = lookup(word, keys, masks)
        if mask & _MINE or (self_before and mask & _BEING):
            mine = True
        elif mask & _OTHER:
            mine = False
        self_before = mask & _SELF != 0
    return mine


@leaf
def _give(data, starts, elements, keys, masks, owners):  # type: ignore[no-untyped-def]
    sender = np.int64(-1)
    line = np.int64(-1)
    for k in range(starts.size):
        if (elements[k] == _NAME or elements[k] == _EMAIL) and _from_line(data, starts[k], keys, masks):
            begin = starts[k]
            while begin > 0 and data[begin - 1] != 10:
                begin -= 1
            if begin != line:
                line = begin
                sender = owners[k] if owners[k] >= 0 else np.int64(k)
            continue
        free = sender >= 0 and owners[k] < 0 and elements[k] != _NAME and elements[k] < _BEYOND
        if free and _first_person(data, starts[k], keys, masks):
            owners[k] = sender
            owners[sender] = sender


def give_to_senders(data: Bytes, hits: Hits, owners: Any) -> None:
    """Enter the sender as the owner of what a mail says of its writer; `owners` is as `owners.owners_of` has it."""
    _give(data, hits.start, hits.element, _KEYS, _MASKS, owners)
