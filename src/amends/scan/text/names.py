"""Names of people and places in free text: word lists, titles, words that announce a name, the way names are written.

One compiled pass over the words. A list alone proves little, so a name is believed by how much agrees: a frequent given
name and a capital behind it, a title, a cue before it, `LAST, First`. A word that no list knows, not even that of
everyday words, is a name where only a human can stand, and a place behind `in`, behind a house number, in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from amends.scan.text.called import CERTAIN, LIKELY, NO_HIT, POSSIBLE, is_alone, is_joined, sequence
from amends.scan.text.context import DIGIT, SHAPE, WORD
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.patterns import PLACE as PLACE_CODE
from amends.scan.text.spelling import is_capital, is_hyphened, read_word, small_line
from amends.scan.text.towns import is_firm, listed_place, told_place, town, town_line
from amends.scan.text.wordlists import (
    BEFORE_PLACE,
    BEFORE_TOWN,
    COMMON,
    CUE,
    EVERYDAY,
    KNOWN,
    LAND,
    MOVING,
    NAME_WORDS,
    NOT,
    PLACE,
    ROAD,
    TITLE,
    TOWARDS,
    UNIT,
)
from amends.scan.values.compiled import leaf


@dataclass(frozen=True, slots=True)
class Names:
    """Names (`name`) and places (`place`) of a text as hits, in order."""

    spans: Hits


_AT, _CUE, _TITLED, _SMALL, _START, _WHERE, _MOVING, _HOUSED, _NAMED, _LAST, _MASK, _DIGITS, _ABOVE = range(13)
"""What the pass knows where it stands: its position; whether a name is announced, by a title; whether the line has
no capitals; whether a sentence begins; whether a place is announced, a verb of motion was near, a house number went
before; where the last name and the last word ended, and that word's mask; whether this line and that above have digits.
"""


@leaf
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
        state[_HOUSED] = near and (mask & UNIT != 0 or (house and mask & EVERYDAY == 0))
        state[_WHERE] = state[_MOVING] = 0
        state[_DIGITS] = 1
        return end
    if c == 10:
        if state[_LAST] >= 0 or state[_DIGITS]:
            state[_ABOVE] = state[_DIGITS]
        state[_START], state[_TITLED], state[_MOVING], state[_DIGITS] = 1, 0, 0, 0
        state[_LAST] = -1
        state[_SMALL] = small_line(data, i + 1)
    elif c == 46 or c == 33 or c == 63:
        state[_START], state[_WHERE], state[_MOVING] = 1, 0, 0
        if c != 46:
            state[_TITLED] = 0
    elif c == 34 or c == 58 or c == 40:
        state[_START] = 1
    return i + (3 if c == 0xE2 else 1)


@leaf
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


@leaf
def _judge(data, i, end, mask, state, words):  # type: ignore[no-untyped-def]
    """What begins with the word at `i`: end (0 for nothing), whether it is a place, confidence."""
    stop = min(data.size, i + 200)
    small, where, start = state[_SMALL] != 0, state[_WHERE] != 0, state[_START] != 0
    cue, titled = state[_CUE] != 0, state[_TITLED] != 0
    if state[_HOUSED]:
        told = told_place(data, i, stop, small, True, words)
        if told:
            return told, True, LIKELY
    if state[_ABOVE] and state[_LAST] < 0 and state[_DIGITS] == 0:
        told = town_line(data, i, stop, small, words)
        if told:
            return told, True, LIKELY
    place, land = listed_place(data, i, stop, words)
    last, confidence = sequence(data, i, stop, cue, titled, small, start, words)
    if confidence == 0:
        last = 0
    if place and is_firm(data, i, stop, words) and not where:
        return 0, False, NO_HIT
    if mask & BEFORE_TOWN and not titled and place <= end and not is_firm(data, i, stop, words):
        told = town(data, end, stop, words)
        if told:
            return told, True, LIKELY
    if place:
        own = not where and land & LAND == 0 and mask & COMMON != 0 and place <= end
        longer = last > place and (cue or titled or (land & LAND == 0 and not where) or confidence >= CERTAIN)
        if not (last and (own or longer)):
            return place, True, LIKELY
    if where and not titled and confidence < LIKELY and mask & COMMON == 0:
        told = told_place(data, i, stop, small, False, words)
        if told:
            return told, True, POSSIBLE
    if last:
        return last, False, confidence
    near = state[_NAMED] > 0 and i - state[_NAMED] <= 6 and is_joined(data, state[_NAMED])
    if is_alone(data, i, end, stop, np.uint32(state[_MASK]), near, small, start, words):
        return end, False, POSSIBLE
    return 0, False, NO_HIT


@leaf
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
        end, mask = read_word(data, i, n, words)
        if end == i:
            i += 1
            continue
        known = mask & KNOWN != 0
        big = is_capital(data, i)
        small = state[_SMALL] != 0
        told = state[_CUE] != 0 or state[_HOUSED] != 0
        if small:
            big = (mask & EVERYDAY == 0 and not is_hyphened(data, i, end)) or (known and told) or mask & LAND != 0
        never = mask & (TITLE | NOT | UNIT) != 0 and not known and mask & PLACE == 0
        if never and big and not small:
            never = listed_place(data, i, min(n, i + 200), words)[0] <= end
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
    state[_START], state[_LAST], state[_SMALL] = 1, -1, small_line(data, 0)
    parts = []
    while state[_AT] < data.size:
        out: Any = np.empty((3, room), np.int64)
        confidences = np.empty(room, np.float32)
        count = _read(data, state, out, confidences, NAME_WORDS)
        parts.append(Hits(out[0, :count], out[1, :count], out[2, :count].astype(np.uint8), confidences[:count]))
    return Names(Hits.together(parts))
