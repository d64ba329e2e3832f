"""Names of people and places in free text: word lists, titles, words that announce a name, the way names are written.

One compiled pass over the words. A list alone proves little, so a name is believed by how much agrees: a frequent given
name and a capital behind it, a title, a cue before it, `LAST, First`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import numpy as np
import yaml

from amends.scan.text.context import SHAPE, UPPER, WORD
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.native import native
from amends.scan.text.patterns import OFFSET, PLACE, Words, fold, lookup, word_table

_GIVEN, _FAMILY, _TITLE, _SUFFIX = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(8)
_PARTICLE, _CUE, _COMPANY, _NOT = np.uint64(16), np.uint64(32), np.uint64(64), np.uint64(128)
_PLACE: Final = np.uint64(256)
_REGION_CODE: Final = np.uint64(512)
_NONE: Final = np.uint64(0)
_SLOTS: Final = 8192
_WORDS: Final = 5
_LONGEST_PLACE: Final = 4
_NO_HIT: Final = np.float32(0.0)
CERTAIN, LIKELY, POSSIBLE = np.float32(0.9), np.float32(0.75), np.float32(0.5)


def _table() -> Words:
    folder = files("amends.scan")
    own = yaml.safe_load(folder.joinpath("text", "names.yaml").read_text(encoding="utf-8"))
    shared = yaml.safe_load(folder.joinpath("values", "lexicon.yaml").read_text(encoding="utf-8"))
    places = [place.strip() for text in (own["places"], shared["cities"]) for place in text.split(",")]
    lists = (
        (_GIVEN, own["given"].split() + shared["given"].split()),
        (_FAMILY, own["family"].split() + shared["family"].split()),
        (_TITLE, own["titles"].split()),
        (_SUFFIX, own["suffixes"].split()),
        (_PARTICLE, own["particles"].split()),
        (_CUE, own["before_name"].split()),
        (_COMPANY, own["organisations"].split()),
        (_NOT, own["not_names"].split()),
        (_PLACE, places + list(shared["regions"].values())),
    )
    return word_table([(int(bit), entries) for bit, entries in lists], _SLOTS)


NAME_WORDS: Final = _table()


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
    return i, lookup(word, words[0], words[1])


@native
def _capital(data, at):  # type: ignore[no-untyped-def]
    """Whether a word begins with a capital letter (of any script that is not plainly lower case)."""
    return SHAPE[data[at]] & UPPER != 0 or (data[at] >= 0xC3 and data[at] <= 0xC5 and data[at + 1] < 0xA0)


@native
def _gap(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the next word begins behind the word that ends at `at`, through one blank and an initial's point; or -1."""
    if at < stop and data[at] == 46:
        at += 1
    if at + 1 < stop and data[at] == 32 and SHAPE[data[at + 1]] & WORD and data[at + 1] != 35:
        return at + 1
    return -1


@native
def _place(data, at, stop, words):  # type: ignore[no-untyped-def]
    """End of the longest place that begins at `at`, 0 if there is none."""
    word = OFFSET
    i = at
    best = 0
    for _ in range(_LONGEST_PLACE):
        end, _ = _word(data, i, stop, words)
        if end == i:
            break
        for j in range(i, end):
            if data[j] != 39:
                word = fold(word, data[j])
        if lookup(word, words[0], words[1]) & _PLACE:
            best = end
        if end + 1 >= stop or data[end] != 32:
            break
        word = fold(word, 32)
        i = end + 1
    return best


@native
def _sequence(data, at, stop, cue, words):  # type: ignore[no-untyped-def]
    """The name of one human that may begin at `at`: its end (0 if none) and confidence; `cue` announces one."""
    i = at
    end = at
    count = capitals = known = 0
    first = last = joined = _NONE
    while count < _WORDS and i >= 0:
        stops, mask = _word(data, i, stop, words)
        big = _capital(data, i)
        if mask & _COMPANY:
            joined |= mask
            break
        if mask & _SUFFIX and count:
            end = stops
            break
        if mask & _PARTICLE and count and not big:
            i = _gap(data, stops, stop)
            count += 1
            continue
        if not big or (mask & _NOT and mask & (_GIVEN | _FAMILY) == 0):
            break
        if count == 0:
            first = mask
        last = mask
        known += mask & (_GIVEN | _FAMILY) != 0
        capitals += 1
        count += 1
        end = stops
        if stops < stop and data[stops] == 46 and stops - i > 1:
            break
        i = _gap(data, stops, stop)
    if joined or capitals == 0:
        return 0, _NO_HIT
    if capitals == 1 and end + 2 < stop and data[end] == 44 and data[end + 1] == 32 and first & _FAMILY:
        behind, mask = _word(data, end + 2, stop, words)
        if mask & _GIVEN and _capital(data, end + 2) and mask & _NOT == 0:
            return behind, CERTAIN
    if capitals >= 2 and (first & _GIVEN or (cue and end - at < 40)):
        return end, CERTAIN if cue or known > 1 else LIKELY
    if capitals >= 2 and last & _FAMILY and first & _PLACE == 0:
        return end, LIKELY
    if capitals == 1 and (first & _GIVEN or cue) and first & _PLACE == 0:
        return end, LIKELY if cue else POSSIBLE
    if capitals == 1 and first & _FAMILY and first & (_PLACE | _NOT) == 0:
        return end, POSSIBLE
    return 0, _NO_HIT


@native
def _read(data, position, out, confidences, words):  # type: ignore[no-untyped-def]
    """Names and places from `position[0]` on until `out` is full; returns how many."""
    n = data.size
    i = position[0]
    k = np.int64(0)
    cue = False
    titled = False
    while i < n and k < out.shape[1]:
        c = data[i]
        if SHAPE[c] & WORD == 0 or c == 35:
            i += 3 if c == 0xE2 else 1
            if c == 10 or c == 63 or c == 33:
                titled = False
            continue
        end, mask = _word(data, i, n, words)
        if end == i:
            i += 1
            continue
        stop = min(n, i + 200)
        place = _place(data, i, stop, words) if _capital(data, i) else 0
        plain = mask & (_TITLE | _NOT) and mask & (_GIVEN | _FAMILY) == 0
        if not _capital(data, i) or (plain and place <= end):
            titled = mask & _TITLE != 0
            cue = mask & _CUE != 0 or titled or (cue and end - i <= 2)
            i = end
            continue
        last, confidence = _sequence(data, i, stop, cue or titled, words)
        if place and (last <= place or not (cue or titled)) and confidence < CERTAIN:
            out[0, k], out[1, k], out[2, k], confidences[k] = i, place, PLACE, LIKELY
            k += 1
            i = place
        elif last:
            out[0, k], out[1, k], out[2, k], confidences[k] = i, last, 0, confidence
            k += 1
            i = last
        else:
            i = end
        cue = mask & _CUE != 0
        titled = False
    position[0] = i
    return k


def scan_names(data: Bytes) -> Names:
    """Names and places of a text (uint8, UTF-8)."""
    data = data.view()
    data.flags.writeable = False
    room = max(64, min(1 << 16, data.size // 8))
    position = np.zeros(1, np.int64)
    parts = []
    while position[0] < data.size:
        out: Any = np.empty((3, room), np.int64)
        confidences = np.empty(room, np.float32)
        count = _read(data, position, out, confidences, NAME_WORDS)
        parts.append(Hits(out[0, :count], out[1, :count], out[2, :count].astype(np.uint8), confidences[:count]))
    return Names(Hits.together(parts))
