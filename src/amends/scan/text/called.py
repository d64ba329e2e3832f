"""Names of humans in a text: words in a row that lists, titles and cues prove, and lone words among humans."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.spelling import is_capital, is_numbered, is_short, is_shouted, is_solid, next_word, read_word
from amends.scan.text.wordlists import (
    BEFORE_HUMAN,
    BEHIND_HUMAN,
    COMMON,
    COMPANY,
    EVERYDAY,
    FAMILY,
    GIVEN,
    KNOWN,
    LAND,
    NOT,
    ORDINARY,
    OWNED,
    PARTICLE,
    PLACE,
    SUFFIX,
    TITLE,
)
from amends.scan.values.compiled import leaf

NO_HIT: Final = np.float32(0.0)
CERTAIN, LIKELY, POSSIBLE = np.float32(0.9), np.float32(0.75), np.float32(0.5)
_NONE: Final = np.uint32(0)
_WORDS: Final = 5


@leaf
def sequence(data, at, stop, cue, titled, small, start, words):  # type: ignore[no-untyped-def]
    """The name of one human that may begin at `at`: its end (0 if none) and confidence; `cue` announces one."""
    i = at
    end = at
    count = capitals = known = 0
    first = last = joined = _NONE
    while count < _WORDS and i >= 0:
        stops, mask = read_word(data, i, stop, words)
        name = mask & KNOWN != 0
        everyday = mask & EVERYDAY != 0
        big = is_capital(data, i) if not small else (not everyday or (name and (cue or titled) and mask & NOT == 0))
        if mask & COMPANY and not (name and count == 0):
            joined |= mask if big or small else _NONE
            break
        if mask & SUFFIX and count:
            end = stops
            break
        if mask & PARTICLE and count and (small or not big):
            i = next_word(data, stops, stop)
            count += 1
            continue
        if not big or (mask & NOT and not name) or (mask & TITLE and not name):
            break
        if everyday and not name and not titled and stops - i > 1:
            break
        if count == 0:
            first = mask
        last = mask
        known += name
        capitals += 1
        count += 1
        end = stops
        if stops < stop and data[stops] == 46 and stops - i > 1:
            break
        i = next_word(data, stops, stop)
    if joined or capitals == 0:
        return 0, NO_HIT
    if capitals == 1 and end + 2 < stop and data[end] == 44 and data[end + 1] == 32 and first & FAMILY:
        behind, mask = read_word(data, end + 2, stop, words)
        if mask & COMMON and first & GIVEN == 0 and is_capital(data, end + 2) and mask & NOT == 0:
            return behind, CERTAIN
    if not titled and is_numbered(data, at, end, stop, first):
        return 0, NO_HIT
    return end, belief(data, at, end, capitals, known, first, last, cue, titled, small, start)


@leaf
def belief(data, at, end, capitals, known, first, last, cue, titled, small, start):  # type: ignore[no-untyped-def]
    """How sure some words in a row are one name, 0 if they are none."""
    plain = first & ORDINARY != 0
    if titled:
        return CERTAIN if capitals > 1 else LIKELY
    if capitals > 1:
        if end - at >= 60:
            return NO_HIT
        if first & GIVEN or cue:
            if small and not cue and (plain or known < 1):
                return NO_HIT
            return CERTAIN if cue or known > 1 else LIKELY
        if small:
            return NO_HIT
        if last & FAMILY and first & PLACE == 0:
            return LIKELY
        if first & PLACE or not is_solid(data, at, end) or is_shouted(data, at, min(end, at + 3)):
            return NO_HIT
        return POSSIBLE
    if first & LAND or (small and not cue):
        return NO_HIT
    if cue:
        if first & KNOWN or (not plain and is_solid(data, at, end) and (small or not is_shouted(data, at, end))):
            return LIKELY
        return NO_HIT
    if first & KNOWN == 0 or first & NOT or is_short(data, at, end) or (plain and (start or first & COMMON == 0)):
        return NO_HIT
    if first & PLACE and first & COMMON == 0:
        return NO_HIT
    return POSSIBLE


@leaf
def is_joined(data, end):  # type: ignore[no-untyped-def]
    """Whether a comma, `and`, `or` or `&` follows a name that ends at `end`, and no new line."""
    if data[end] == 44:
        return data[end + 1] == 32
    follows = data[end + 1] | 32
    return data[end] == 32 and (follows == 97 or follows == 111 or data[end + 1] == 38)


@leaf
def is_proven(data, at, stop, words):  # type: ignore[no-untyped-def]
    """Whether the word at `at` is a name of the lists and nothing else."""
    if at >= stop or not is_capital(data, at):
        return False
    _, mask = read_word(data, at, stop, words)
    return mask & KNOWN != 0 and (mask & COMMON != 0 or mask & (EVERYDAY | PLACE | COMPANY) == 0)


@leaf
def is_alone(data, at, end, stop, before, listed, small, start, words):  # type: ignore[no-untyped-def]
    """Whether one word that no list proves stands where only a human can: spoken to, speaking, among other names."""
    _, mask = read_word(data, at, stop, words)
    if small and mask & COMMON and mask & EVERYDAY == 0 and end - at > 3:
        return mask & PLACE == 0 and is_solid(data, at, end) and not is_numbered(data, at, end, stop, _NONE)
    if small and (mask & EVERYDAY or (mask & KNOWN == 0 and not listed and before & BEFORE_HUMAN == 0)):
        return False
    if mask & (NOT | COMPANY | TITLE | LAND) or (mask & PLACE and mask & GIVEN == 0):
        return False
    if not is_solid(data, at, end) or is_shouted(data, at, end) or is_numbered(data, at, end, stop, mask):
        return False
    plain = mask & ORDINARY != 0 and mask & KNOWN == 0
    if plain:
        return False
    if (mask & ORDINARY == 0 and before & BEFORE_HUMAN) or listed:
        return True
    if end + 2 >= stop:
        return False
    if data[end] == 39 and data[end + 1] | 32 == 115 and end + 3 < stop and data[end + 2] == 32:
        behind, follows = read_word(data, end + 3, stop, words)
        return follows & OWNED != 0
    if data[end] == 32:
        behind, follows = read_word(data, end + 1, stop, words)
        if behind > end + 1 and follows & BEHIND_HUMAN and not is_capital(data, end + 1):
            return True
        if mask & ORDINARY == 0 and behind == end + 4 and data[end + 1] == 97 and data[end + 2] == 110:
            return is_proven(data, behind + 1, stop, words)
    elif data[end] == 44 and data[end + 1] == 32:
        if mask & ORDINARY == 0 and is_proven(data, end + 2, stop, words):
            return True
        behind, follows = read_word(data, end + 2, stop, words)
        return start and behind > end + 2 and follows & NOT != 0 and not is_capital(data, end + 2)
    return False
