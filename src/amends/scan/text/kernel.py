"""The text kernel: one compiled, validating pass over raw bytes, whose hits stay arrays.

The pass halts at digits and at `$ : = @`. It decides each place from at most `BACK` bytes before and `AHEAD` bytes
behind it, and a chunk is scanned only so far as that reach goes: what it finds does not depend on how a stream was cut.
"""

# ruff: noqa: SIM109

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from amends.scan.text.birthdays import named_date
from amends.scan.text.context import (
    ALONE,
    BESIDE,
    HEX,
    LOWER,
    MAIL,
    SHAPE,
    WORD,
    before,
    behind,
    is_alnum,
    level,
)
from amends.scan.text.credentials import crypt, labelled, paired
from amends.scan.text.groups import MOST, read_chain
from amends.scan.text.native import native
from amends.scan.text.numbers import NOTHING, extension, is_ip, of_card, of_phone, of_run, of_three
from amends.scan.text.patterns import CONFIDENCE, CONTEXT, ELEMENT_OF, Pattern
from amends.scan.text.streets import box, street, tail
from amends.scan.text.tokens import iban, identifier, is_hash, word_end, word_start
from amends.scan.values.checks import email

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

BACK: Final = 128
AHEAD: Final = 512
_ROOM: Final = 1 << 16
_KEEP: Final = 3
"""Groups at the end of a full chain that may begin what goes on in the next chain."""

_EMAIL, _PAIRED = np.int64(Pattern.email), np.int64(Pattern.password_paired)
_CRYPT, _HASH = np.int64(Pattern.password_crypt), np.int64(Pattern.password_hash)
_IBAN, _IP, _DATE, _EIN = (
    np.int64(Pattern.iban),
    np.int64(Pattern.ip),
    np.int64(Pattern.birth_date),
    np.int64(Pattern.ein),
)
_STREET, _BOX = np.int64(Pattern.street), np.int64(Pattern.box)
_PHONE_ELEMENT: Final = int(ELEMENT_OF[Pattern.phone_nanp])
_ANYTHING: Final = np.uint64(0)
_LEVELS: Final = CONFIDENCE
_ELEMENTS: Final = ELEMENT_OF


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: parallel arrays in the order of the bytes.

    `start` and `end` (int64) are byte offsets, `element` (uint8) the bit of an element or the code of what is beyond
    (`patterns.BEYOND`), `confidence` (float32) 0 to 1.
    """

    start: np.ndarray[Any, np.dtype[np.int64]]
    end: np.ndarray[Any, np.dtype[np.int64]]
    element: Bytes
    confidence: np.ndarray[Any, np.dtype[np.float32]]

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, chosen: Any) -> Hits:
        return Hits(self.start[chosen], self.end[chosen], self.element[chosen], self.confidence[chosen])

    @staticmethod
    def together(parts: Iterable[Hits]) -> Hits:
        """Several hits as one, in the order given."""
        found = list(parts) or [_hits(_out(0), 0, 0)]
        return Hits(
            np.concatenate([part.start for part in found]),
            np.concatenate([part.end for part in found]),
            np.concatenate([part.element for part in found]),
            np.concatenate([part.confidence for part in found]),
        )


@native
def _emit(data, stop, out, k, start, end, pattern, found, near):  # type: ignore[no-untyped-def]
    """Write a hit, unless its context makes it nothing or it is the local part of an e-mail address."""
    starts, ends, patterns, levels = out
    where = level(found, near, _ELEMENTS[pattern])
    if _LEVELS[pattern, where] == 0:
        return k
    i = end
    while i < stop and i - end < 64 and SHAPE[data[i]] & MAIL:
        i += 1
    if i < stop and data[i] == 64 and i + 1 < stop and is_alnum(data[i + 1]):
        return k
    starts[k], ends[k], patterns[k], levels[k] = start, end, pattern, where
    return k + 1


@native
def _about(pattern):  # type: ignore[no-untyped-def]
    """The bit of a pattern's element in the masks of words."""
    return np.uint64(1) << np.uint64(_ELEMENTS[pattern])


@native
def _told(data, low, stop, start, end, out, k, words):  # type: ignore[no-untyped-def]
    """Write the identifier that only its label tells, if there is one; returns the number of hits."""
    found, near = before(data, low, start, _ANYTHING, words)
    if near == 0:
        return k
    pattern = identifier(data, low, start, end, near, words)
    if pattern == NOTHING:
        return k
    return _emit(data, stop, out, k, start, end, pattern, found | _about(pattern), near | _about(pattern))


@native
def _token(data, low, floor, i, stop, out, k, words):  # type: ignore[no-untyped-def]
    """A word of letters and digits around `i`: (position behind it, hits)."""
    start = word_start(data, max(low, floor), i)
    last = iban(data, start, stop) if i - start <= 2 else 0
    end = word_end(data, i, stop)
    if last == 0 and (end - start < 4 or end - start > 130):
        return end, k
    if last:
        found, near = before(data, low, start, _about(_IBAN), words)
        return last, _emit(data, stop, out, k, start, last, _IBAN, found, near)
    if is_hash(data, start, end):
        found, near = before(data, low, start, _about(_HASH), words)
        return end, _emit(data, stop, out, k, start, end, _HASH, found, near)
    if end - start <= 24:
        k = _told(data, low, stop, start, end, out, k, words)
    return end, k


@native
def _group(data, low, stop, chain, g, count, this_year):  # type: ignore[no-untyped-def]
    """What begins at a group by its shape: (pattern or NOTHING, start, end, groups taken)."""
    starts, ends, separators = chain
    start, end = starts[g], ends[g]
    left = count - g
    if left >= 4 and is_ip(data, chain, g, count):
        return _IP, start, ends[g + 3], 4
    if left >= 3:
        pattern = of_three(data, chain, g, count, this_year)
        if pattern != NOTHING:
            return pattern, start, ends[g + 2], 3
        pattern, taken = of_card(data, chain, g, count)
        if pattern != NOTHING:
            return pattern, start, ends[g + taken - 1], taken
    if end - start >= 12:
        spaced = (g == 0 or separators[g - 1] == 32) and (left == 1 or separators[g] == 32)
        pattern = of_run(data, start, end) if spaced else NOTHING
        if pattern != NOTHING and (start == low or data[start - 1] != 43):
            return pattern, start, end, 1
    pattern, start, last, taken = of_phone(data, low, stop, chain, g, count)
    if pattern != NOTHING:
        return pattern, start, last, taken
    if left >= 2 and end - starts[g] == 2 and ends[g + 1] - starts[g + 1] == 7 and separators[g] == 45:
        return _EIN, starts[g], ends[g + 1], 2
    return NOTHING, starts[g], end, 1


@native
def _postal(data, low, stop, start, end, out, k, words):  # type: ignore[no-untyped-def]
    """An address whose house or box number is the digits `start:end`: (position behind it, hits)."""
    if end - start > 6:
        return end, k
    pattern, begin, last = _STREET, start, np.int64(0)
    if end + 3 < stop and (data[end] == 32 or data[end + 1] == 32):
        last = street(data, end, stop, words)
    if last == 0:
        begin = box(data, low, start)
        if begin < 0:
            return end, k
        pattern, last = _BOX, end
    last = tail(data, last, stop, words)
    found, near = before(data, low, begin, _about(pattern), words)
    return last, _emit(data, stop, out, k, begin, last, pattern, found, near)


@native
def _with_behind(data, end, pattern, stop, found, near, words):  # type: ignore[no-untyped-def]
    """The context of a candidate: a telephone number also takes the words behind it."""
    if _ELEMENTS[pattern] == _PHONE_ELEMENT:
        element = _about(pattern)
        if found & element == 0:
            tells = behind(data, end, stop, words) & element
            return found | tells, near | tells
    return found, near


@native
def _chain(data, low, stop, chain, count, out, k, this_year, words):  # type: ignore[no-untyped-def]
    """Judge the groups of a chain from left to right: (groups judged, position behind the last, hits)."""
    starts, ends, _ = chain
    g = np.int64(0)
    place = ends[count - 1]
    judged = count - _KEEP if count == MOST else count
    while g < judged:
        pattern, start, end, taken = _group(data, low, stop, chain, g, count, this_year)
        known = k
        if pattern != NOTHING:
            found, near = before(data, low, starts[0], _about(pattern), words)
            found, near = _with_behind(data, end, pattern, stop, found, near, words)
            k = _emit(data, stop, out, k, start, end, pattern, found, near)
        if k > known or pattern == _IP or pattern == _DATE:
            place = max(place, end)
            g += taken
            continue
        if g == 0 and ends[count - 1] - starts[0] >= 3:
            k = _told(data, low, stop, starts[0], ends[count - 1], out, k, words)
            if k > known:
                return count, place, k
        begin, last = named_date(data, low, starts[g], ends[g], stop, this_year, words)
        if last:
            found, near = before(data, low, begin, _about(_DATE), words)
            return count, last, _emit(data, stop, out, k, begin, last, _DATE, found, near)
        if g == count - 1:
            place, k = _postal(data, low, stop, starts[g], ends[g], out, k, words)
        g += 1
    return g, place, k


@native
def _digits(data, low, floor, i, stop, chain, out, k, this_year, words):  # type: ignore[no-untyped-def]
    """What stands at the digit at `i`: (position behind it, hits)."""
    if i > low and (SHAPE[data[i - 1]] & WORD or data[i - 1] == 95) and data[i - 1] != 35:
        return _token(data, low, floor, i, stop, out, k, words)
    starts, ends, _ = chain
    count = read_chain(data, i, stop, chain)
    end = ends[count - 1]
    clipped = False
    if end < stop and (is_alnum(data[end]) or data[end] == 95) and extension(data, end, stop) == end:
        behind_it = min(end + 2, stop - 1)
        ordinal = end - i <= 4 and SHAPE[data[end]] & LOWER and not is_alnum(data[behind_it])
        if data[end] != 84 and not (ordinal or (end - starts[count - 1] <= 5 and not is_alnum(data[end + 1]))):
            if count == 1:
                return _token(data, low, i, i, stop, out, k, words)
            clipped = True
            count -= 1
    judged, place, k = _chain(data, low, stop, chain, count, out, k, this_year, words)
    if clipped:
        return max(starts[count], place) if place > ends[count - 1] else starts[count], k
    return (starts[judged] if judged < count else place), k


@native
def _mail(data, low, i, stop, out, k):  # type: ignore[no-untyped-def]
    """An e-mail address around the `@` at `i`, and a password behind it: (position behind them, hits)."""
    start = i
    while start > low and i - start < 64 and SHAPE[data[start - 1]] & MAIL:
        start -= 1
    while start < i and not is_alnum(data[start]):
        start += 1
    end = i + 1
    while end < stop and end - i < 254 and (is_alnum(data[end]) or data[end] == 46 or data[end] == 45):
        end += 1
    while end > i + 1 and (data[end - 1] == 46 or data[end - 1] == 45):
        end -= 1
    if start == i or not email(data, start, end, i):
        return i + 1, k
    starts, ends, patterns, levels = out
    starts[k], ends[k], patterns[k], levels[k] = start, end, _EMAIL, ALONE
    k += 1
    begin, last = paired(data, low, start, end, stop)
    if last > begin:
        starts[k], ends[k], patterns[k], levels[k] = begin, last, _PAIRED, ALONE
        return last, k + 1
    return end, k


@native
def _ip6(data, low, i, stop):  # type: ignore[no-untyped-def]
    """Start and end of the IPv6 address around the `:` at `i`; equal if it is none (RFC 4291, no zone)."""
    start = i
    while start > low and i - start < 5 and SHAPE[data[start - 1]] & HEX:
        start -= 1
    if (start > low and (is_alnum(data[start - 1]) or data[start - 1] == 58)) or i - start > 4:
        return i, i
    end = start
    width = colons = doubles = 0
    while end < stop and end - start < 40 and (SHAPE[data[end]] & HEX or data[end] == 58):
        if data[end] == 58:
            colons += 1
            width = 0
            doubles += end > start and data[end - 1] == 58
        else:
            width += 1
            if width > 4:
                return i, i
        end += 1
    if (end < stop and is_alnum(data[end])) or doubles > 1:
        return i, i
    if data[end - 1] == 58 and data[end - 2] != 58:
        return i, i
    return (start, end) if colons == 7 or (doubles == 1 and 2 < colons < 8 and end - start > 8) else (i, i)


@native
def _sign(data, low, i, stop, out, k, words):  # type: ignore[no-untyped-def]
    """What stands at the `$`, `:`, `=` or `@` at `i`: (position behind it, hits)."""
    c = data[i]
    if c == 64:
        return _mail(data, low, i, stop, out, k)
    starts, ends, patterns, levels = out
    if c == 36:
        end = crypt(data, i, stop)
        if end:
            starts[k], ends[k], patterns[k], levels[k] = i, end, _CRYPT, ALONE
            return end, k + 1
        return i + 1, k
    if c == 58 and i + 1 < stop and (SHAPE[data[i + 1]] & HEX or data[i + 1] == 58):
        start, end = _ip6(data, low, i, stop)
        if end > start:
            found, near = before(data, low, start, _about(_IP), words)
            return end, _emit(data, stop, out, k, start, end, _IP, found, near)
    pattern, start, end = labelled(data, low, i, stop, words)
    if pattern != NOTHING:
        starts[k], ends[k], patterns[k], levels[k] = start, end, pattern, BESIDE
        return end, k + 1
    return i + 1, k


@native
def _scan(data, state, limit, out, chain, this_year, words):  # type: ignore[no-untyped-def]
    """Scan from `state` (position, floor) to `limit` or until `out` is full; returns the number of hits."""
    i, floor = state[0], state[1]
    room = out[0].size - MOST - 2
    n = data.size
    k = np.int64(0)
    while i < limit and k < room:
        c = data[i]
        if np.uint8(c - 36) > 28 or not ((c >= 48 and c <= 58) or c == 64 or c == 61 or c == 36):
            i += 1
            continue
        low = max(0, i - BACK)
        stop = min(n, i + AHEAD)
        if c >= 48 and c <= 57:
            i, k = _digits(data, low, floor, i, stop, chain, out, k, this_year, words)
        else:
            i, k = _sign(data, low, i, stop, out, k, words)
        floor = i
    state[0], state[1] = i, floor
    return k


def _out(room: int) -> tuple[Any, Any, Any, Any]:
    return np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)


def _hits(out: tuple[Any, Any, Any, Any], count: int, base: int) -> Hits:
    start, end, pattern, where = (array[:count] for array in out)
    return Hits(start + base, end + base, ELEMENT_OF[pattern], CONFIDENCE[pattern, where])


class Scanner:
    """Scans a stream chunk by chunk. The hits of all `feed`s and `close` are those of the whole, however it was cut."""

    def __init__(self, base: int = 0, this_year: int | None = None) -> None:
        """`base` is the offset of the first byte; dates after `this_year` (default: now) are nobody's birth."""
        self._base = base
        self._year = this_year or date.today().year
        self._kept: Bytes = np.empty(0, np.uint8)
        self._state = np.zeros(2, np.int64)

    def feed(self, chunk: bytes | Bytes) -> Hits:
        """Take the next bytes; gives the hits that are certain by now."""
        fresh = np.frombuffer(chunk, np.uint8) if isinstance(chunk, bytes) else chunk
        data = np.concatenate([self._kept, fresh]) if self._kept.size else fresh
        found = self._run(data, data.size - AHEAD)
        cut = max(0, min(int(self._state[0]), data.size) - BACK)
        self._kept = data[cut:]
        self._base += cut
        self._state -= cut
        return found

    def close(self) -> Hits:
        """The hits of what was kept back."""
        return self._run(self._kept, self._kept.size)

    def _run(self, data: Bytes, limit: int) -> Hits:
        data = data.view()
        data.flags.writeable = False
        parts = []
        chain = (np.zeros(MOST, np.int64), np.zeros(MOST, np.int64), np.zeros(MOST, np.int64))
        while True:
            out = _out(min(_ROOM, max(64, data.size // 4)))
            count = _scan(data, self._state, limit, out, chain, self._year, CONTEXT)
            parts.append(_hits(out, count, self._base))
            if self._state[0] >= limit:
                return Hits.together(parts)


def scan_bytes(data: Bytes, *, base: int = 0) -> Hits:
    """The hits of a whole text (uint8, UTF-8 or any encoding that keeps ASCII), offsets from `base`."""
    scanner = Scanner(base)
    scanner._kept = data
    return scanner.close()
