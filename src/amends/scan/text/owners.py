"""Owners: which value in a text belongs to which human.

A value belongs to the only name in its sentence, else in its line, else in its block of lines. In a block of several
names each of which begins its line (`Name: …`, signature blocks), a value belongs to the last one above it. Otherwise
two names stand near: a value that follows one with only labels between is its (`chains`), any other has no owner. Where
no name stands at all, the only e-mail address of a line owns what else is on the line (`address:password`). A line of
a log that has an address and no name is not of the names in other lines; what a mail says of its writer is its
sender's.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from amends.elements import BY_ID
from amends.scan.text.chains import chains_of
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.parts import parts_of
from amends.scan.text.patterns import OFFSET, fold
from amends.scan.text.senders import give_to_senders
from amends.scan.values.compiled import leaf

NOBODY: Final = -1
_SEVERAL: Final = -2
_NAME: Final = BY_ID["name"].bit
_EMAIL: Final = BY_ID["email"].bit
_SSN: Final = BY_ID["ssn"].bit
_BEYOND: Final = 60
_FAR: Final = 2000
"""Bytes from a name beyond which its block no longer speaks of it."""
_SURE: Final = np.float32(0.7)
"""Names surer than this own before others are asked."""

Owners = np.ndarray[Any, np.dtype[np.int64]]


@leaf
def _places(data, starts, ends, scopes, heads):  # type: ignore[no-untyped-def]
    """Number the sentence, line and block of each hit (rows of `scopes`), and whether it begins its line."""
    sentence = line = block = np.int64(0)
    at = np.int64(0)
    empty = True
    head = True
    for k in range(starts.size):
        while at < starts[k]:
            c = data[at]
            if c == 10:
                if empty:
                    block += 1
                line += 1
                sentence += 1
                empty = head = True
            elif c > 32:
                empty = False
                if (c == 46 or c == 33 or c == 63) and at + 2 < data.size and data[at + 1] == 32:
                    if 65 <= data[at + 2] <= 90 and at > 2 and data[at - 2] != 32:
                        sentence += 1
                elif c == 59:
                    sentence += 1
            at += 1
        scopes[0, k], scopes[1, k], scopes[2, k] = sentence, line, block
        heads[k] = head and _labelled(data, starts[k])
        head = False
        empty = False
        at = max(at, ends[k])


@leaf
def _labelled(data, start):  # type: ignore[no-untyped-def]
    """Whether only a label or nothing stands between the beginning of the line and `start`."""
    i = start
    while i > 0 and start - i < 40 and data[i - 1] != 10:
        i -= 1
    if i > 0 and data[i - 1] != 10:
        return False
    last = np.uint8(0)
    for j in range(i, start):
        if data[j] > 32:
            last = data[j]
    return last == 0 or last == 58 or last == 61 or last == 62 or last == 45 or last == 42


@leaf
def _hash(data, start, end):  # type: ignore[no-untyped-def]
    word = OFFSET
    for i in range(start, end):
        if data[i] > 32 and data[i] != 44 and data[i] != 46:
            word = fold(word, data[i])
    return np.int64(word)


@leaf
def _only(keys, scopes, row, chosen, owner):  # type: ignore[no-untyped-def]
    """The only human of each scope of a row into `owner` (by number of scope): first hit, NOBODY or _SEVERAL."""
    for k in range(keys.size):
        if not chosen[k]:
            continue
        scope = scopes[row, k]
        if owner[scope] == NOBODY:
            owner[scope] = k
        elif owner[scope] >= 0 and keys[owner[scope]] != keys[k]:
            owner[scope] = _SEVERAL


@leaf
def _assign(starts, elements, names, scopes, heads, only, headed, chains, owners):  # type: ignore[no-untyped-def]
    """Give each hit that is no name its owner, from the narrowest scope that knows one."""
    above = np.int64(NOBODY)
    for k in range(starts.size):
        if names[k]:
            if heads[k]:
                above = np.int64(k)
            continue
        if elements[k] == _NAME or elements[k] >= _BEYOND:
            continue
        owner = np.int64(NOBODY)
        for row in range(3):
            owner = only[row, scopes[row, k]]
            if owner != NOBODY:
                break
        if owner == _SEVERAL:
            owner = np.int64(NOBODY)
            alone = only[1, scopes[1, k]] == NOBODY or heads[k]
            if alone and headed[scopes[2, k]] and above >= 0 and scopes[2, above] == scopes[2, k]:
                owner = above
            elif chains[k] >= 0:
                owner = chains[k]
        if owner >= 0 and abs(starts[k] - starts[owner]) <= _FAR:
            owners[k] = owner


def owners_of(data: Bytes, hits: Hits) -> Owners:
    """For each hit (in order of start) the index of the hit that is its human, or NOBODY.

    A name is its own human, or the first mention of the same name in its block; one whose parts stand under labels of
    their own is its first part.
    """
    count = len(hits)
    owners = np.full(count, NOBODY, np.int64)
    if count == 0:
        return owners
    scopes, heads = np.zeros((3, count), np.int64), np.zeros(count, bool)
    view = data.view()
    view.flags.writeable = False
    _places(view, hits.start, hits.end, scopes, heads)
    names = hits.element == _NAME
    apart = _logged_apart(view, hits, scopes[1], names)
    sure = names & (hits.confidence >= _SURE)
    groups = parts_of(data, hits)[1]
    for chosen in (sure, names & ~sure, hits.element == _EMAIL):
        _tie(view, hits, chosen, (scopes, heads, groups), apart, owners)
    owned = owners >= 0
    owners[owned] = groups[owners[owned]]
    humans = np.isin(groups, owners[owned])
    owners[humans] = groups[humans]
    give_to_senders(view, hits, owners)
    return owners


def _logged_apart(data: Bytes, hits: Hits, lines: Any, names: Any) -> Any:
    """Which hits stand in a line of a log that has an e-mail address and no name."""
    stamped = np.zeros(len(hits), bool)
    _stamped(data, hits.start, lines, stamped)
    named, mailed = (np.bincount(lines, kind) > 0 for kind in (names, hits.element == _EMAIL))
    return stamped & mailed[lines] & ~named[lines]


@leaf
def _stamped(data, starts, lines, found):  # type: ignore[no-untyped-def]
    """Whether the line of each hit begins with a time (`2021-08-01T10:00`, `[01/Aug/2021:10:00`, `Aug  1 10:00:00`)."""
    for k in range(starts.size):
        if k and lines[k] == lines[k - 1]:
            found[k] = found[k - 1]
            continue
        begin = starts[k]
        while begin > 0 and data[begin - 1] != 10:
            begin -= 1
        digits = colons = 0
        for i in range(begin, min(begin + 22, starts[k])):
            digits += 48 <= data[i] <= 57
            colons += data[i] == 58 and i + 1 < data.size and 48 <= data[i + 1] <= 57 and 48 <= data[i - 1] <= 57
        found[k] = colons >= 1 and digits >= 5


def _tie(data: Bytes, hits: Hits, chosen: Any, places: tuple[Any, Any, Any], apart: Any, owners: Owners) -> None:
    """Let the chosen hits own what has no owner yet."""
    scopes, heads, groups = places
    if not chosen.any():
        return
    mail = bool((hits.element[chosen] == _EMAIL).all())
    keys = np.zeros(len(hits), np.int64)
    _hashes(data, hits.start, hits.end, chosen, keys)
    whole = np.zeros(len(hits), np.int64)
    np.add.at(whole, groups, keys)
    keys = np.where(chosen, whole[groups], keys)
    only = np.full((3, int(scopes.max()) + 1), NOBODY, np.int64)
    for row in range(2 if mail else 3):
        _only(keys, scopes, row, chosen, only[row])
    headed = np.ones(int(scopes[2].max()) + 1, bool)
    headed[scopes[2][chosen & ~heads]] = False
    found = np.full(len(hits), NOBODY, np.int64)
    crowded = bool((only == _SEVERAL).any())
    chains = _chains(data, hits, chosen, scopes[1], groups) if crowded else np.full(len(hits), NOBODY, np.int64)
    _assign(hits.start, hits.element, chosen, scopes, heads, only, headed, chains, found)
    found[chosen if mail else apart] = NOBODY
    free = (owners == NOBODY) & (found != NOBODY)
    owners[free] = found[free]
    ssns = np.zeros(len(hits), np.int64)
    _first_ssns(data, hits.start, hits.end, hits.element, owners, ssns)
    _merge(keys, scopes, chosen, ssns, owners)


def _chains(data: Bytes, hits: Hits, chosen: Any, lines: Any, groups: Any) -> Any:
    """The name that heads the chain of each hit, if it is a whole one."""
    values = (hits.element != _NAME) & (hits.element < _BEYOND)
    chains = chains_of(data, hits.start, hits.end, chosen, values, lines)
    return np.where((chains >= 0) & _whole_names(data, hits, groups)[chains], chains, NOBODY)


def _whole_names(data: Bytes, hits: Hits, groups: Any) -> Any:
    """Which names have several words, or several parts under labels of their own: a lone word may be anybody's."""
    blanks = np.zeros(len(hits), bool)
    _blanks(data, hits.start, hits.end, blanks)
    parts = np.bincount(groups, minlength=len(hits))[groups] > 1
    return blanks | parts | (hits.element == _EMAIL)


@leaf
def _blanks(data, starts, ends, found):  # type: ignore[no-untyped-def]
    for k in range(starts.size):
        for i in range(starts[k], ends[k]):
            found[k] |= data[i] <= 32


@leaf
def _first_ssns(data, starts, ends, elements, owners, ssns):  # type: ignore[no-untyped-def]
    """The first SSN that each owner has, by its digits; 0 where it has none."""
    for k in range(starts.size):
        owner = owners[k]
        if elements[k] == _SSN and owner >= 0 and ssns[owner] == 0:
            for i in range(starts[k], ends[k]):
                if 48 <= data[i] <= 57:
                    ssns[owner] = ssns[owner] * 10 + (data[i] - 48)


@leaf
def _hashes(data, starts, ends, chosen, keys):  # type: ignore[no-untyped-def]
    for k in range(starts.size):
        if chosen[k]:
            keys[k] = _hash(data, starts[k], ends[k])


@leaf
def _merge(keys, scopes, chosen, ssns, owners):  # type: ignore[no-untyped-def]
    """One human for the mentions of one name in a block: owners become its first mention, unless their SSNs differ."""
    begin = np.int64(0)
    for k in range(keys.size):
        if scopes[2, k] != scopes[2, begin]:
            begin = np.int64(k)
        owner = owners[k]
        if owner < 0 or not chosen[owner]:
            continue
        first = owner
        for j in range(max(begin, owner - 64), owner):
            apart = ssns[j] != 0 and ssns[owner] != 0 and ssns[j] != ssns[owner]
            if chosen[j] and keys[j] == keys[owner] and scopes[2, j] == scopes[2, owner] and not apart:
                first = j
                break
        owners[k] = first
