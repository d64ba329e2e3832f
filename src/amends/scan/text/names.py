"""Names of people and places in free text: word lists, titles, words that announce a name, the way names are written.

One compiled pass over the words. A list alone proves little, so a name is believed by how much agrees: a frequent given
name and a capital behind it, a title, a cue before it, `LAST, First`. A word that no list knows, not even that of
everyday words, is a name where only a human can stand, and a place behind `in`, behind a house number, in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from amends.scan.text.context import DIGIT, SHAPE, UPPER, WORD
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.native import native
from amends.scan.text.patterns import OFFSET, fold
from amends.scan.text.patterns import PLACE as PLACE_CODE
from amends.scan.text.wordlists import (
    BEFORE_HUMAN,
    BEFORE_PLACE,
    BEFORE_TOWN,
    BEHIND_HUMAN,
    COMMON,
    COMPANY,
    CUE,
    FAMILY,
    GIVEN,
    LAND,
    MOVING,
    NAME_WORDS,
    NOT,
    ORDINARY,
    OWNED,
    PARTICLE,
    PLACE,
    ROAD,
    SUFFIX,
    TITLE,
    TOWARDS,
    UNIT,
    meaning,
)

_NONE: Final = np.uint32(0)
_WORDS: Final = 5
_LONGEST_PLACE: Final = 4
_LINE: Final = 400
"""Bytes of a line that tell whether it is written without capitals."""
_NO_HIT: Final = np.float32(0.0)
CERTAIN, LIKELY, POSSIBLE = np.float32(0.9), np.float32(0.75), np.float32(0.5)
_KNOWN: Final = GIVEN | FAMILY
_EVERYDAY: Final = ORDINARY | NOT | TITLE | PARTICLE


@dataclass(frozen=True, slots=True)
class Names:
    """Names (`name`) and places (`place`) of a text as hits, in order."""

    spans: Hits


@native
def _word(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End and mask of the word at `at`: letters, apostrophes and hyphens within."""
    word = OFFSET
    i = at
    while i < stop and (i - at < 40 or data[i] & 0xC0 == 0x80):
        c = data[i]
        if SHAPE[c] & WORD and c != 35:
            word = fold(word, c)
        elif (c != 39 and c != 45) or i + 1 >= stop or SHAPE[data[i + 1]] & WORD == 0 or i == at:
            break
        elif c == 45:
            word = fold(word, c)
        elif data[i + 1] | 32 == 115 and (i + 2 >= stop or SHAPE[data[i + 2]] & WORD == 0):
            break
        i += 1
    return i, meaning(word, words)


@native
def _capital(data, at):  # type: ignore[no-untyped-def]
    """Whether a word begins with a capital letter: ASCII, Latin-1, Latin Extended-A, Greek, Cyrillic."""
    c = data[at]
    if c < 128:
        return SHAPE[c] & UPPER != 0
    if at + 1 >= data.size:
        return False
    d = data[at + 1]
    if c == 0xC3:
        return d < 0x9F
    if c == 0xC4 or c == 0xC5:
        odd = (c == 0xC4 and d >= 0xB9) or (c == 0xC5 and d <= 0x88) or (c == 0xC5 and d >= 0xB9)
        return (d & 1 == 1) if odd else (d & 1 == 0)
    if c == 0xCE:
        return d >= 0x86 and d <= 0xA9
    return c == 0xD0 and d <= 0xAF


@native
def _solid(data, at, end):  # type: ignore[no-untyped-def]
    """Whether a word is no code: it touches no digit, `_ @ / \\ = &`, no capital follows a small letter but in Mc, O', Le."""
    if at > 0:
        c = data[at - 1]
        if c == 95 or c == 64 or c == 47 or c == 92 or c == 61 or c == 46 or SHAPE[c] & DIGIT:
            return False
    if end < data.size:
        c = data[end]
        if c == 95 or c == 64 or c == 47 or c == 92 or c == 61 or SHAPE[c] & DIGIT:
            return False
        if c == 46 and end + 1 < data.size and SHAPE[data[end + 1]] & WORD:
            return False
    for i in range(at + 4, end):
        if SHAPE[data[i]] & UPPER and data[i - 1] >= 97 and data[i - 1] <= 122:
            return False
    return end - at > 2


@native
def _shouted(data, at, end):  # type: ignore[no-untyped-def]
    """Whether a word is written in capitals throughout, as an abbreviation is."""
    small = False
    for i in range(at + 1, end):
        small |= data[i] >= 97
    return not small


@native
def _gap(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the next word begins behind the word that ends at `at`, through one blank and an initial's point; or -1."""
    if at < stop and data[at] == 46:
        at += 1
    if at + 1 < stop and data[at] == 32 and SHAPE[data[at + 1]] & WORD and data[at + 1] != 35:
        return at + 1
    return -1


@native
def _small(data, at):  # type: ignore[no-untyped-def]
    """Whether the line that begins at `at` has letters and none of them is a capital."""
    letters = 0
    for i in range(at, min(data.size, at + _LINE)):
        c = data[i]
        if c == 10:
            break
        if SHAPE[c] & UPPER:
            return False
        letters += SHAPE[c] & WORD != 0
    return letters > 2


@native
def _place(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End and mask of the longest place of the lists that begins at `at`; end 0 if there is none."""
    word = OFFSET
    i = at
    best = 0
    found = _NONE
    for _ in range(_LONGEST_PLACE):
        end, _ = _word(data, i, stop, words)
        if end == i:
            break
        for j in range(i, end):
            if data[j] != 39:
                word = fold(word, data[j])
        mask = meaning(word, words)
        if mask & PLACE:
            best = end
            found = mask
        if end + 1 >= stop or data[end] != 32:
            break
        word = fold(word, 32)
        i = end + 1
    return best, found


@native
def _firm(data, at, stop, words):  # type: ignore[no-untyped-def]
    """Whether the capitalised words at `at` name a firm, an office or a street: one of them says so."""
    i = at
    for _ in range(_WORDS):
        if i < 0 or not _capital(data, i):
            return False
        end, mask = _word(data, i, stop, words)
        if mask & COMPANY and i > at:
            return True
        i = _gap(data, end, stop)
    return False


@native
def _told_place(data, at, stop, small, address, words):  # type: ignore[no-untyped-def]
    """End of the words at `at` where a place must stand, 0 if they can be none.

    In an address everyday words may be part of it ("Deep Creek"); elsewhere its first word is one that no list knows.
    """
    i = at
    end = 0
    known = _NONE
    for count in range(_WORDS):
        stops, mask = _word(data, i, stop, words)
        big = small or _capital(data, i)
        if mask & COMPANY and not address:
            return 0
        if count == 0:
            if mask & (NOT | UNIT | TITLE | CUE) or not big or (mask & ORDINARY and (small or not address)):
                return 0
            if not _solid(data, i, stops) and (stops - i < 2 or mask & _KNOWN == 0 or not address):
                return 0
        elif mask & (NOT | UNIT) or (not big and mask & PARTICLE == 0) or (small and mask & ORDINARY):
            break
        elif mask & ORDINARY and not address and not small and mask & _KNOWN == 0:
            break
        known |= mask
        if big:
            end = stops
        i = _gap(data, stops, stop)
        if i < 0 or data[stops] == 46:
            break
    if not address and known & COMMON:
        return 0
    return end


@native
def _sequence(data, at, stop, cue, titled, small, start, words):  # type: ignore[no-untyped-def]
    """The name of one human that may begin at `at`: its end (0 if none) and confidence; `cue` announces one."""
    i = at
    end = at
    count = capitals = known = 0
    first = last = joined = _NONE
    while count < _WORDS and i >= 0:
        stops, mask = _word(data, i, stop, words)
        name = mask & _KNOWN != 0
        everyday = mask & _EVERYDAY != 0
        big = _capital(data, i) if not small else (not everyday or (name and (cue or titled) and mask & NOT == 0))
        if mask & COMPANY and not (name and count == 0):
            joined |= mask if big or small else _NONE
            break
        if mask & SUFFIX and count:
            end = stops
            break
        if mask & PARTICLE and count and (small or not big):
            i = _gap(data, stops, stop)
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
        i = _gap(data, stops, stop)
    if joined or capitals == 0:
        return 0, _NO_HIT
    if capitals == 1 and end + 2 < stop and data[end] == 44 and data[end + 1] == 32 and first & FAMILY:
        behind, mask = _word(data, end + 2, stop, words)
        if mask & COMMON and first & GIVEN == 0 and _capital(data, end + 2) and mask & NOT == 0:
            return behind, CERTAIN
    if not titled and _numbered(data, at, end, stop, first):
        return 0, _NO_HIT
    return end, _belief(data, at, end, capitals, known, first, last, cue, titled, small, start)


@native
def _numbered(data, at, end, stop, first):  # type: ignore[no-untyped-def]
    """Whether some words are a street for the house number that stands before or behind them."""
    before = at > 1 and data[at - 1] == 32 and SHAPE[data[at - 2]] & DIGIT != 0
    behind = False
    if end + 1 < stop and data[end] == 32 and SHAPE[data[end + 1]] & DIGIT:
        i = end + 1
        while i < stop and SHAPE[data[i]] & DIGIT:
            i += 1
        behind = i - end <= 5 and (i == stop or (data[i] != 45 and data[i] != 47 and data[i] != 46))
    if first & COMMON:
        return before and behind
    return before or behind


@native
def _belief(data, at, end, capitals, known, first, last, cue, titled, small, start):  # type: ignore[no-untyped-def]
    """How sure some words in a row are one name, 0 if they are none."""
    plain = first & ORDINARY != 0
    if titled:
        return CERTAIN if capitals > 1 else LIKELY
    if capitals > 1:
        if end - at >= 60:
            return _NO_HIT
        if first & GIVEN or cue:
            if small and not cue and (plain or known < 1):
                return _NO_HIT
            return CERTAIN if cue or known > 1 else LIKELY
        if small:
            return _NO_HIT
        if last & FAMILY and first & PLACE == 0:
            return LIKELY
        if first & PLACE or not _solid(data, at, end) or _shouted(data, at, min(end, at + 3)):
            return _NO_HIT
        return POSSIBLE
    if first & LAND or (small and not cue):
        return _NO_HIT
    if cue:
        if first & _KNOWN or (not plain and _solid(data, at, end) and (small or not _shouted(data, at, end))):
            return LIKELY
        return _NO_HIT
    if first & _KNOWN == 0 or first & NOT or (plain and (start or first & COMMON == 0)):
        return _NO_HIT
    if first & PLACE and first & COMMON == 0:
        return _NO_HIT
    return POSSIBLE


@native
def _joined(data, end):  # type: ignore[no-untyped-def]
    """Whether a comma, `and`, `or` or `&` follows a name that ends at `end`, and no new line."""
    if data[end] == 44:
        return data[end + 1] == 32
    follows = data[end + 1] | 32
    return data[end] == 32 and (follows == 97 or follows == 111 or data[end + 1] == 38)


@native
def _proven(data, at, stop, words):  # type: ignore[no-untyped-def]
    """Whether the word at `at` is a name of the lists and nothing else."""
    if at >= stop or not _capital(data, at):
        return False
    _, mask = _word(data, at, stop, words)
    return mask & _KNOWN != 0 and (mask & COMMON != 0 or mask & (_EVERYDAY | PLACE | COMPANY) == 0)


@native
def _alone(data, at, end, stop, before, listed, small, start, words):  # type: ignore[no-untyped-def]
    """Whether one word that no list proves stands where only a human can: spoken to, speaking, among other names."""
    _, mask = _word(data, at, stop, words)
    if small and mask & COMMON and mask & _EVERYDAY == 0 and end - at > 3:
        return mask & PLACE == 0 and _solid(data, at, end) and not _numbered(data, at, end, stop, _NONE)
    if small and (mask & _EVERYDAY or (mask & _KNOWN == 0 and not listed and before & BEFORE_HUMAN == 0)):
        return False
    if mask & (NOT | COMPANY | TITLE | LAND) or (mask & PLACE and mask & GIVEN == 0):
        return False
    if not _solid(data, at, end) or _shouted(data, at, end) or _numbered(data, at, end, stop, mask):
        return False
    plain = mask & ORDINARY != 0 and mask & _KNOWN == 0
    if plain:
        return False
    if (mask & ORDINARY == 0 and before & BEFORE_HUMAN) or listed:
        return True
    if end + 2 >= stop:
        return False
    if data[end] == 39 and data[end + 1] | 32 == 115 and end + 3 < stop and data[end + 2] == 32:
        behind, follows = _word(data, end + 3, stop, words)
        return follows & OWNED != 0
    if data[end] == 32:
        behind, follows = _word(data, end + 1, stop, words)
        if behind > end + 1 and follows & BEHIND_HUMAN and not _capital(data, end + 1):
            return True
        if mask & ORDINARY == 0 and behind == end + 4 and data[end + 1] == 97 and data[end + 2] == 110:
            return _proven(data, behind + 1, stop, words)
    elif data[end] == 44 and data[end + 1] == 32:
        if mask & ORDINARY == 0 and _proven(data, end + 2, stop, words):
            return True
        behind, follows = _word(data, end + 2, stop, words)
        return start and behind > end + 2 and follows & NOT != 0 and not _capital(data, end + 2)
    return False


_AT, _CUE, _TITLED, _SMALL, _START, _WHERE, _MOVING, _HOUSED, _NAMED, _LAST, _MASK, _DIGITS, _ABOVE = range(13)
"""What the pass knows where it stands: its position; whether a name is announced, by a title; whether the line has no
capitals; whether a sentence begins; whether a place is announced, a verb of motion was near, a house number went before;
where the last name and the last word ended, and that word's mask; whether this line and the one above have digits."""


@native
def _between(data, i, state):  # type: ignore[no-untyped-def]
    """Read what is no word at `i`; returns where to go on."""
    c = data[i]
    if SHAPE[c] & DIGIT:
        end = i
        while end < data.size and SHAPE[data[end]] & DIGIT:
            end += 1
        house = end + 1 < data.size and data[end] == 44 and data[end + 1] == 32 and end - i < 5
        mask = np.uint32(state[_MASK])
        near = i - state[_LAST] <= 2
        state[_HOUSED] = near and (mask & UNIT != 0 or (house and mask & _EVERYDAY == 0))
        state[_WHERE] = state[_MOVING] = 0
        state[_DIGITS] = 1
        return end
    if c == 10:
        if state[_LAST] >= 0 or state[_DIGITS]:
            state[_ABOVE] = state[_DIGITS]
        state[_START], state[_TITLED], state[_MOVING], state[_DIGITS] = 1, 0, 0, 0
        state[_LAST] = -1
        state[_SMALL] = _small(data, i + 1)
    elif c == 46 or c == 33 or c == 63:
        state[_START], state[_WHERE], state[_MOVING] = 1, 0, 0
        if c != 46:
            state[_TITLED] = 0
    elif c == 34 or c == 58 or c == 40:
        state[_START] = 1
    return i + (3 if c == 0xE2 else 1)


@native
def _pass(data, end, mask, state, length):  # type: ignore[no-untyped-def]
    """Note a word that is no name for the words behind it."""
    titled = mask & TITLE != 0
    towards = mask & TOWARDS != 0
    state[_TITLED] = titled
    state[_CUE] = mask & CUE != 0 or titled or (state[_CUE] != 0 and length <= 2)
    state[_WHERE] = mask & BEFORE_PLACE != 0 or (towards and state[_MOVING] > 0)
    state[_MOVING] = 3 if mask & MOVING else (state[_MOVING] if towards else max(0, state[_MOVING] - 1))
    state[_HOUSED] = mask & ROAD != 0 and state[_DIGITS] != 0 and end + 1 < data.size and data[end] == 44
    state[_START] = 0
    state[_LAST], state[_MASK] = end, np.int64(mask)


@native
def _town(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End of the capitalised words at `at`, particles between them, behind the first word of a town."""
    end = 0
    i = at
    for _ in range(3):
        stops, mask = _word(data, i, stop, words)
        big = _capital(data, i)
        if mask & (NOT | TITLE) or (not big and mask & PARTICLE == 0):
            break
        if big:
            end = stops
        i = _gap(data, stops, stop)
        if i < 0:
            break
    return end


@native
def _town_line(data, at, stop, small, words):  # type: ignore[no-untyped-def]
    """End of a town that begins a line which ends with its postcode, 0 if it is none."""
    end = _told_place(data, at, stop, small, True, words)
    i = end
    if end == 0:
        return 0
    while i < stop and data[i] == 32:
        i += 1
    code = i
    while i < stop and SHAPE[data[i]] & DIGIT:
        i += 1
    return end if i - code > 3 and i - code < 7 and (i == data.size or data[i] < 32) else 0


@native
def _judge(data, i, end, mask, state, words):  # type: ignore[no-untyped-def]
    """What begins with the word at `i`: end (0 for nothing), whether it is a place, confidence."""
    stop = min(data.size, i + 200)
    small, where, start = state[_SMALL] != 0, state[_WHERE] != 0, state[_START] != 0
    cue, titled = state[_CUE] != 0, state[_TITLED] != 0
    if state[_HOUSED]:
        told = _told_place(data, i, stop, small, True, words)
        if told:
            return told, True, LIKELY
    if state[_ABOVE] and state[_LAST] < 0 and state[_DIGITS] == 0:
        told = _town_line(data, i, stop, small, words)
        if told:
            return told, True, LIKELY
    place, land = _place(data, i, stop, words)
    last, confidence = _sequence(data, i, stop, cue, titled, small, start, words)
    if confidence == 0:
        last = 0
    if place and _firm(data, i, stop, words) and not where:
        return 0, False, _NO_HIT
    if mask & BEFORE_TOWN and not titled and place <= end and end + 1 < stop and data[end] == 32:
        if _capital(data, end + 1) and not _firm(data, i, stop, words):
            told = _town(data, end + 1, stop, words)
            if told:
                return told, True, LIKELY
    if place:
        own = not where and land & LAND == 0 and mask & COMMON != 0 and place <= end
        longer = last > place and (cue or titled or (land & LAND == 0 and not where) or confidence >= CERTAIN)
        if not (last and (own or longer)):
            return place, True, LIKELY
    if where and not titled and confidence < CERTAIN and mask & COMMON == 0:
        told = _told_place(data, i, stop, small, False, words)
        if told:
            return told, True, POSSIBLE
    if last:
        return last, False, confidence
    near = state[_NAMED] > 0 and i - state[_NAMED] <= 6 and _joined(data, state[_NAMED])
    if _alone(data, i, end, stop, np.uint32(state[_MASK]), near, small, start, words):
        return end, False, POSSIBLE
    return 0, False, _NO_HIT


@native
def _read(data, state, out, confidences, words):  # type: ignore[no-untyped-def]
    """Names and places from `state[_AT]` on until `out` is full; returns how many."""
    n = data.size
    i = state[_AT]
    k = np.int64(0)
    while i < n and k < out.shape[1]:
        c = data[i]
        if SHAPE[c] & WORD == 0 or c == 35:
            i = _between(data, i, state)
            continue
        end, mask = _word(data, i, n, words)
        if end == i:
            i += 1
            continue
        known = mask & _KNOWN != 0
        big = _capital(data, i)
        small = state[_SMALL] != 0
        told = state[_CUE] != 0 or state[_HOUSED] != 0
        if small:
            big = mask & _EVERYDAY == 0 or (known and told) or mask & LAND != 0
        never = mask & (TITLE | NOT | UNIT) != 0 and not known and mask & PLACE == 0
        if never and big and not small:
            never = _place(data, i, min(n, i + 200), words)[0] <= end
        if not big or never:
            _pass(data, end, mask, state, end - i)
            i = end
            continue
        last, place, confidence = _judge(data, i, end, mask, state, words)
        housed = state[_HOUSED] != 0 or (place and state[_ABOVE] != 0)
        _pass(data, max(end, last), mask, state, 9)
        if last:
            out[0, k], out[1, k], out[2, k], confidences[k] = i, last, PLACE_CODE if place else 0, confidence
            k += 1
            state[_NAMED] = 0 if place else last
            state[_TITLED] = state[_CUE] = 0
            state[_WHERE] = place and last < n and data[last] == 44
            state[_HOUSED] = housed and place and last < n and (data[last] == 10 or data[last] == 44)
        i = max(end, last)
    state[_AT] = i
    return k


def scan_names(data: Bytes) -> Names:
    """Names and places of a text (uint8, UTF-8)."""
    data = data.view()
    data.flags.writeable = False
    room = max(64, min(1 << 16, data.size // 8))
    state = np.zeros(_ABOVE + 1, np.int64)
    state[_START], state[_LAST], state[_SMALL] = 1, -1, _small(data, 0)
    parts = []
    while state[_AT] < data.size:
        out: Any = np.empty((3, room), np.int64)
        confidences = np.empty(room, np.float32)
        count = _read(data, state, out, confidences, NAME_WORDS)
        parts.append(Hits(out[0, :count], out[1, :count], out[2, :count].astype(np.uint8), confidences[:count]))
    return Names(Hits.together(parts))
