"""The compiled pass over bytes: it halts at digits and at `$ : = @`, and judges what stands there.

Each place is decided from at most `BACK` bytes before and `AHEAD` bytes behind it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.birthdays import may_be_day, named_date
from amends.scan.text.context import (
    ALONE,
    BESIDE,
    LOWER,
    MAIL,
    REACH,
    SHAPE,
    WORD,
    before,
    behind,
    is_alnum,
    level,
)
from amends.scan.text.credentials import crypt, is_label, labelled, paired
from amends.scan.text.groups import MOST, read_chain
from amends.scan.text.lanes import first, signs
from amends.scan.text.network import before_mail, ip6, is_ip6, mail
from amends.scan.text.numbers import NOTHING, extension, is_ip, is_moment, of_card, of_phone, of_run, of_three
from amends.scan.text.patterns import CONFIDENCE, ELEMENT_OF, Pattern
from amends.scan.text.streets import box, street, tail
from amends.scan.text.tokens import IDENTIFYING, iban, identifier, is_hash, word_end, word_start
from amends.scan.values.compiled import fused, leaf

BACK: Final = 128
AHEAD: Final = 512
LEVELS: Final = 3
POSITION: Final = 0
FLOOR: Final = 1
BARREN: Final = 2
"""Of the state: the next byte, the end of the last value, and the place before which no word speaks of a value."""
_KEEP: Final = 3
"""Groups at the end of a full chain that may begin what goes on in the next chain."""
_SHORTEST: Final = 4
_LONGEST: Final = 130
"""Letters and digits of the words that are looked at (SHA-512 in hexadecimal)."""
_ALONE_SHORT: Final = 7
"""Digits of the shortest value that a lone group of digits can be without a label."""

_EMAIL, _PAIRED = np.int64(Pattern.email), np.int64(Pattern.password_paired)
_CRYPT, _HASH = np.int64(Pattern.password_crypt), np.int64(Pattern.password_hash)
_IBAN, _IP = np.int64(Pattern.iban), np.int64(Pattern.ip)
_DATE, _EIN = np.int64(Pattern.birth_date), np.int64(Pattern.ein)
_STREET, _BOX = np.int64(Pattern.street), np.int64(Pattern.box)
_PHONE: Final = np.uint64(1 << int(ELEMENT_OF[Pattern.phone_nanp]))
_ANYTHING: Final = np.uint64(0)
_REPORTED: Final = CONFIDENCE > 0
_ABOUT: Final = np.array([1 << int(code) if code < 50 else 0 for code in ELEMENT_OF], np.uint64)
"""The bit of a pattern's element in the masks of words; none for what is no element."""


@fused
def _put(out, k, start, end, pattern, where):  # type: ignore[no-untyped-def]
    out[k, 0], out[k, 1], out[k, 2] = start, end, pattern * LEVELS + where
    return k + 1


@fused
def _emit(data, stop, out, k, start, end, pattern, found, near):  # type: ignore[no-untyped-def]
    """Write a hit, unless its context makes it nothing or it is the local part of an e-mail address."""
    where = level(found, near, _ABOUT[pattern])
    if not _REPORTED[pattern, where] or before_mail(data, end, stop):
        return k
    return _put(out, k, start, end, pattern, where)


@leaf
def _context(data, state, low, at, wanted, words):  # type: ignore[no-untyped-def]
    """`before` that remembers how far nothing was found, so that close candidates do not read the same words again."""
    start = max(low, at - REACH)
    if start < state[BARREN] <= at:
        start = state[BARREN]
    if start == at:
        return _ANYTHING, _ANYTHING
    found, near = before(data, start, at, wanted, words)
    if near == 0 and not (SHAPE[data[at]] & WORD and SHAPE[data[at - 1]] & (WORD | MAIL)):
        state[BARREN] = at
    return found, near


@leaf
def _told(data, state, low, stop, start, end, out, k, words):  # type: ignore[no-untyped-def]
    """Write the identifier that only its label tells, if there is one; returns the number of hits."""
    found, near = _context(data, state, low, start, _ANYTHING, words)
    if near & IDENTIFYING == 0:
        return k
    pattern = identifier(data, low, start, end, near, words)
    if pattern == NOTHING:
        return k
    return _emit(data, stop, out, k, start, end, pattern, found | _ABOUT[pattern], near | _ABOUT[pattern])


@fused
def _word(data, state, low, floor, i, stop, out, k, words):  # type: ignore[no-untyped-def]
    """The word of letters and digits around `i`: (position behind it, hits)."""
    start = word_start(data, max(low, floor), i)
    end = word_end(data, i, stop)
    if end - start < _SHORTEST:
        return end, k
    return _token(data, state, low, start, i, end, stop, out, k, words)


@leaf
def _token(data, state, low, start, i, end, stop, out, k, words):  # type: ignore[no-untyped-def]
    """The word of letters and digits `start:end` with its first digit at `i`: (position behind it, hits)."""
    last = iban(data, start, stop) if i - start == 2 else 0
    if last == 0 and end - start > _LONGEST:
        return end, k
    if last:
        found, near = _context(data, state, low, start, _ABOUT[_IBAN], words)
        return last, _emit(data, stop, out, k, start, last, _IBAN, found, near)
    if end - start >= 32 and is_hash(data, start, end):
        found, near = _context(data, state, low, start, _ABOUT[_HASH], words)
        return end, _emit(data, stop, out, k, start, end, _HASH, found, near)
    if end - start <= 24:
        k = _told(data, state, low, stop, start, end, out, k, words)
    return end, k


@fused
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


@leaf
def _postal(data, state, low, stop, start, end, out, k, words):  # type: ignore[no-untyped-def]
    """An address whose house or box number is the digits `start:end`: (position behind it, hits)."""
    pattern, begin, last = _STREET, start, np.int64(0)
    if end + 3 < stop and (data[end] == 32 or data[end + 1] == 32):
        last = street(data, end, stop, words)
    if last == 0:
        begin = box(data, low, start)
        if begin < 0:
            return end, k
        pattern, last = _BOX, end
    last = tail(data, last, stop, words)
    found, near = _context(data, state, low, begin, _ABOUT[pattern], words)
    return last, _emit(data, stop, out, k, begin, last, pattern, found, near)


@fused
def _may_be_postal(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a number of up to six digits has a word behind it or the `x` of `Box` before it: a quick look."""
    if end - start > 6:
        return False
    if data[start - 1] == 32 and data[start - 2] | 32 == 120:
        return True
    return (data[end] == 32 and data[end + 1] > 38) or (data[end + 1] == 32 and SHAPE[data[end]] & WORD != 0)


@fused
def _weigh(data, state, low, stop, at, end, pattern, words):  # type: ignore[no-untyped-def]
    """The words around a candidate of a chain that begins at `at`; a telephone number also takes those behind it."""
    found, near = _context(data, state, low, at, _ABOUT[pattern], words)
    if _ABOUT[pattern] == _PHONE and found & _PHONE == 0:
        tells = behind(data, end, stop, words) & _PHONE
        return found | tells, near | tells
    return found, near


@fused
def _chain(data, state, low, stop, chain, count, out, k, this_year, words):  # type: ignore[no-untyped-def]
    """Judge the groups of a chain from left to right: (groups judged, position behind the last, hits)."""
    starts, ends, _ = chain
    g = np.int64(0)
    place = ends[count - 1]
    judged = count - _KEEP if count == MOST else count
    tellable = place - starts[0] >= 3
    while g < judged:
        if count > 1 or place - starts[0] >= _ALONE_SHORT:
            pattern, start, end, taken = _group(data, low, stop, chain, g, count, this_year)
            if pattern == _DATE and is_moment(data, end):
                g += taken
                continue
            if pattern != NOTHING:
                known = k
                found, near = _weigh(data, state, low, stop, starts[0], end, pattern, words)
                k = _emit(data, stop, out, k, start, end, pattern, found, near)
                tellable &= near & IDENTIFYING != 0
                if k > known or pattern in (_IP, _DATE):
                    place = max(place, end)
                    g += taken
                    continue
        if g == 0 and tellable:
            known = k
            k = _told(data, state, low, stop, starts[0], ends[count - 1], out, k, words)
            if k > known:
                return count, place, k
        if may_be_day(data, starts[g], ends[g], stop):
            begin, last = named_date(data, low, starts[g], ends[g], stop, this_year, words)
            if last:
                found, near = _context(data, state, low, begin, _ABOUT[_DATE], words)
                return count, last, _emit(data, stop, out, k, begin, last, _DATE, found, near)
        if g == count - 1 and _may_be_postal(data, starts[g], ends[g]):
            place, k = _postal(data, state, low, stop, starts[g], ends[g], out, k, words)
        g += 1
    return g, place, k


@fused
def _digits(data, state, low, floor, i, stop, chain, out, k, this_year, words):  # type: ignore[no-untyped-def]
    """What stands at the digit at `i`: (position behind it, hits)."""
    if (SHAPE[data[i - 1]] & WORD or data[i - 1] == 95) and data[i - 1] != 35:
        return _word(data, state, low, floor, i, stop, out, k, words)
    starts, ends, _ = chain
    count = read_chain(data, i, stop, chain)
    end = ends[count - 1]
    clipped = False
    if end < stop and (is_alnum(data[end]) or data[end] == 95) and extension(data, end, stop) == end:
        behind_it = min(end + 2, stop - 1)
        ordinal = end - i <= 4 and SHAPE[data[end]] & LOWER and not is_alnum(data[behind_it])
        if data[end] != 84 and not (ordinal or (end - starts[count - 1] <= 5 and not is_alnum(data[end + 1]))):
            if count == 1:
                return _word(data, state, low, i, i, stop, out, k, words)
            clipped = True
            count -= 1
    judged, place, k = _chain(data, state, low, stop, chain, count, out, k, this_year, words)
    if clipped:
        return max(starts[count], place) if place > ends[count - 1] else starts[count], k
    return (starts[judged] if judged < count else place), k


@fused
def _mail(data, low, i, stop, out, k):  # type: ignore[no-untyped-def]
    """An e-mail address around the `@` at `i`, and a password behind it: (position behind them, hits)."""
    start, end = mail(data, low, i, stop)
    if start == end:
        return i + 1, k
    k = _put(out, k, start, end, _EMAIL, ALONE)
    begin, last = paired(data, low, start, end, stop)
    if last > begin:
        return last, _put(out, k, begin, last, _PAIRED, ALONE)
    return end, k


@fused
def _says_nothing(data, i):  # type: ignore[no-untyped-def]
    """Whether the sign at `i` can be neither in an address nor behind a label: a quick look."""
    c = data[i]
    if c == 64 or c == 36 or (c == 58 and is_ip6(data, i)):
        return False
    return not is_label(data, i)


@leaf
def _sign(data, state, low, i, stop, out, k, words):  # type: ignore[no-untyped-def]
    """What stands at the `$`, `:`, `=` or `@` at `i`: (position behind it, hits)."""
    c = data[i]
    if c == 64:
        return _mail(data, low, i, stop, out, k)
    if c == 36:
        end = crypt(data, i, stop)
        return (end, _put(out, k, i, end, _CRYPT, ALONE)) if end else (i + 1, k)
    if c == 58 and is_ip6(data, i):
        start, end = ip6(data, low, i, stop)
        if end > start:
            found, near = _context(data, state, low, start, _ABOUT[_IP], words)
            return end, _emit(data, stop, out, k, start, end, _IP, found, near)
    pattern, start, end = labelled(data, low, i, stop, words)
    if pattern != NOTHING:
        return end, _put(out, k, start, end, pattern, BESIDE)
    return i + 1, k


@leaf
def scan(data, first_byte, last_byte, state, limit, out, chain, this_year, words):  # type: ignore[no-untyped-def]
    """Scan from `state` to `limit` or until `out` is full; returns the number of hits.

    The text is `data[first_byte:last_byte]`; 64 bytes of `data` at least lie before what is scanned, and behind it.
    `out` takes rows of start, end, and pattern × `LEVELS` + level.
    """
    i, floor = state[POSITION], state[FLOOR]
    room = out.shape[0] - MOST - 2
    k = np.int64(0)
    while i < limit and k < room:
        found = signs(data, i)
        if found == 0:
            i += 64
            continue
        i += first(found)
        if i >= limit:
            break
        low = max(first_byte, i - BACK)
        stop = min(last_byte, i + AHEAD)
        if data[i] >= 48 and data[i] <= 57:
            i, k = _digits(data, state, low, floor, i, stop, chain, out, k, this_year, words)
        elif _says_nothing(data, i):
            i += 1
        else:
            i, k = _sign(data, state, low, i, stop, out, k, words)
        floor = i
    state[POSITION], state[FLOOR] = i, floor
    return k
