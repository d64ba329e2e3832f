"""Validators: one pass over a cell's bytes says which kinds of value it can be, as a set of bits (`Kind`).

Rules: SSN area, group and serial (SSA, 20 CFR 422; randomised since 2011, so only the impossible numbers are left
out); telephone numbers of the North American Numbering Plan and E.164; Luhn (ISO/IEC 7812-1) for cards, IMEI (3GPP
TS 23.003) and ICCID (ITU-T E.118); IMSI by mobile country code (ITU-T E.212).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numpy as np
from numba import njit

from amends.scan.dates import DATED, TIMED, YEAR_LAST, read_date
from amends.scan.lexicon import CITY, FAMILY, GIVEN, REGION_CODE, REGION_NAME, STREET, WORDS, word_classes

class Kind(IntEnum):
    """The bit of each kind of value."""

    SSN = 0
    SSN_DASHED = 1
    SSN_SHORT = 2
    PHONE = 3
    PHONE_FORMATTED = 4
    EMAIL = 5
    DATE = 6
    DATE_YEAR_LAST = 7
    DAY_FIRST = 8
    MONTH_FIRST = 9
    TIMED = 10
    ADULT = 11
    FIFTEEN = 12
    IMEI = 13
    IMSI = 14
    ICCID = 15
    CARD = 16
    POSTCODE = 17
    REGION = 18
    NAME = 19
    COMMA_NAME = 20
    GIVEN = 21
    FAMILY = 22
    CITY = 23
    STREET = 24
    NUMBERED = 25
    NUMBER = 26
    PIN = 27
    LICENCE = 28
    CODE = 29
    FULL_NAME = 30
    PHONE_ABROAD = 31
    POSTCODE_LONG = 32
    TAX_ID = 33
    FILLED = 34


KINDS: Final = len(Kind)
_SEEN: Final = 64
"""Few sets of bits occur in one column, so equal ones are counted together."""
_EMPTY: Final = np.int64(0)
_DASH, _SLASH, _DOT, _SPACE, _PAREN, _PLUS, _COLON, _COMMA, _APOSTROPHE, _AT, _OTHER = (1 << i for i in range(11))


def _byte_classes() -> np.ndarray[Any, np.dtype[np.uint16]]:
    """For each byte: 0x4000 for a digit, 0x8000 for a letter (bytes above ASCII count as letters), else its separator."""
    table = np.full(256, _OTHER, np.uint16)
    table[48:58] = 0x4000
    table[65:91] = table[97:123] = table[128:] = 0x8000
    for text, bit in (
        ("-", _DASH), ("/", _SLASH), (".", _DOT), (" ", _SPACE), ("()", _PAREN), ("+", _PLUS),
        (":", _COLON), (",", _COMMA), ("'", _APOSTROPHE), ("@", _AT),
    ):  # fmt: skip
        for letter in text:
            table[ord(letter)] = bit
    return table


_CLASS = _byte_classes()
_POWERS = 10 ** np.arange(19, dtype=np.int64)


@njit(cache=True, nogil=True)
def luhn(data, start, end):  # type: ignore[no-untyped-def]
    """True when the digits among the bytes pass the Luhn check; other bytes are skipped."""
    total = 0
    double = False
    for i in range(end - 1, start - 1, -1):
        x = np.int64(data[i]) - 48
        if x < 0 or x > 9:
            continue
        if double:
            x *= 2
            if x > 9:
                x -= 9
        total += x
        double = not double
    return total % 10 == 0


@njit(cache=True, nogil=True)
def _ssn(value):  # type: ignore[no-untyped-def]
    """Whether nine digits can be an SSN: no impossible area, group or serial, none of the well-known dummies."""
    area, group, serial = value // 1_000_000, value // 10_000 % 100, value % 10_000
    if area == 0 or area == 666 or area >= 900 or group == 0 or serial == 0:
        return False
    return value % 111_111_111 != 0 and value != 123_456_789 and value != 78_051_120 and value != 219_099_999


@njit(cache=True, nogil=True)
def _itin(value):  # type: ignore[no-untyped-def]
    group = value // 10_000 % 100
    return value // 100_000_000 == 9 and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94)


@njit(cache=True, nogil=True)
def _nanp(value):  # type: ignore[no-untyped-def]
    """Whether ten digits can be a North American number: area code N[0-8]X, exchange NXX, neither N11."""
    area, exchange = value // 10_000_000, value // 10_000 % 1000
    return area >= 200 and area // 10 % 10 != 9 and area % 100 != 11 and exchange >= 200 and exchange % 100 != 11


@njit(cache=True, nogil=True)
def _card(value, digits):  # type: ignore[no-untyped-def]
    """Whether the leading digits belong to a card scheme that issues numbers of this length."""
    two = value // _POWERS[digits - 2]
    four = value // _POWERS[digits - 4]
    if digits == 15:
        return two == 34 or two == 37
    if digits == 14:
        return two == 36 or two == 38 or two == 30
    if two // 10 == 4:
        return digits == 13 or digits == 16 or digits == 19
    if digits != 16:
        return False
    return 51 <= two <= 55 or 2221 <= four <= 2720 or four == 6011 or two == 65 or 644 <= four // 10 <= 649 or 3528 <= four <= 3589


@njit(cache=True, nogil=True)
def _email(data, start, end, at):  # type: ignore[no-untyped-def]
    if at == start or end - start > 254 or data[start] == 46 or data[at - 1] == 46:
        return False
    for i in range(start, at):
        c = data[i]
        if c <= 32 or c == 44 or c == 59 or c == 58 or c == 40 or c == 41 or c == 60 or c == 62 or c == 34 or c == 64:
            return False
    dot = -1
    for i in range(at + 1, end):
        c = data[i]
        if c == 46:
            if dot == i - 1 or i == at + 1:
                return False
            dot = i
        elif _CLASS[c] & 0xC000 == 0 and c != 45:
            return False
    if dot < 0 or end - dot < 3:
        return False
    for i in range(dot + 1, end):
        if _CLASS[data[i]] & 0x8000 == 0:
            return False
    return True


@njit(cache=True, nogil=True)
def _of_digits(data, start, end, digits, groups, seps, value):  # type: ignore[no-untyped-def]
    """Bits of a cell without letters. `groups` holds the lengths of its runs of digits, four bits each, last lowest."""
    bits = _EMPTY
    n = end - start
    bare = n == digits
    dashed = seps == _DASH or seps == _SPACE
    if digits == 9 and (bare or (groups == 0x324 and dashed and n == 11)):
        if _ssn(value):
            bits |= 1 << Kind.SSN
            if not bare:
                bits |= 1 << Kind.SSN_DASHED
        elif _itin(value):
            bits |= 1 << Kind.TAX_ID
    if bare and 7 <= digits <= 8 and _ssn(value):
        bits |= 1 << Kind.SSN_SHORT
    if digits == 9 and groups == 0x27 and seps == _DASH and n == 10:
        bits |= 1 << Kind.TAX_ID
    if digits == 10 or (digits == 11 and value // 10_000_000_000 == 1):
        shape = groups & 0xFFF
        grouped = shape == 0x334 or shape & 0xFF == 0x37
        lone = groups == 0xA or groups == 0xB or groups == 0x1A
        plain = seps & ~(_DASH | _DOT | _SPACE | _PAREN | _PLUS | _SLASH) == 0
        if (grouped or lone) and plain and _nanp(value % 10_000_000_000):
            bits |= 1 << Kind.PHONE
            if not bare:
                bits |= 1 << Kind.PHONE_FORMATTED
    elif 8 <= digits <= 15 and data[start] == 43 and data[start + 1] > 48:
        if seps & ~(_PLUS | _SPACE | _DASH | _PAREN | _DOT) == 0:
            bits |= 1 << Kind.PHONE_ABROAD
    if bare and digits == 5 and value >= 501:
        bits |= 1 << Kind.POSTCODE
    if (groups == 0x54 and seps == _DASH and n == 10) or (bare and digits == 9):
        bits |= 1 << Kind.POSTCODE_LONG
    if bare and 4 <= digits <= 8:
        bits |= 1 << Kind.PIN
    if 13 <= digits <= 19 and (bare or dashed):
        if _card(value, digits) and luhn(data, start, end):
            bits |= 1 << Kind.CARD
    if digits == 15 and bare:
        bits |= 1 << Kind.FIFTEEN
        mcc = value // 1_000_000_000_000
        if 310 <= mcc <= 316 or mcc == 330 or mcc == 302:
            bits |= 1 << Kind.IMSI
    if digits == 15 and (bare or groups == 0x2661) and luhn(data, start, end) and value > 10**12:
        bits |= 1 << Kind.IMEI
    if bare or (seps & ~(_DOT | _DASH | _PLUS | _COMMA) == 0 and (seps & _DASH == 0 or data[start] == 45)):
        bits |= 1 << Kind.NUMBER
    return bits


@njit(cache=True, nogil=True, inline="always")
def _of_letters(data, start, end, letters, seps, spaces, commas, words):  # type: ignore[no-untyped-def]
    """Bits of a cell with letters and without digits."""
    bits = _EMPTY
    n = end - start
    if seps & ~(_DASH | _DOT | _SPACE | _COMMA | _APOSTROPHE) or letters == 0 or n > 60:
        return bits
    whole, first, any_word = word_classes(data, start, end, words)
    if (whole & REGION_NAME and n > 2) or (whole & REGION_CODE and n == 2):
        bits |= 1 << Kind.REGION
    if whole & CITY:
        bits |= 1 << Kind.CITY
    if n > 40 or spaces > 4:
        return bits
    if commas == 0:
        bits |= 1 << Kind.NAME
        if whole & GIVEN or (first & GIVEN and n - letters <= 2 and spaces == 1 and data[end - 2] == 32):
            bits |= 1 << Kind.GIVEN
        if whole & FAMILY:
            bits |= 1 << Kind.FAMILY
        if 1 <= spaces <= 3 and first & GIVEN:
            bits |= 1 << Kind.FULL_NAME
    elif commas == 1:
        bits |= 1 << Kind.COMMA_NAME
        if first & FAMILY or any_word & GIVEN:
            bits |= 1 << Kind.FULL_NAME
    return bits


@njit(cache=True, nogil=True, inline="always")
def _of_both(data, start, end, digits, letters, seps, words):  # type: ignore[no-untyped-def]
    """Bits of a cell with letters and digits."""
    bits = _EMPTY
    n = end - start
    if digits + letters == n or seps & ~(_DASH | _SPACE) == 0:
        if n <= 24:
            bits |= 1 << Kind.CODE
        if 5 <= digits + letters <= 20 and letters <= 4 and seps & _SPACE == 0 and digits >= 4:
            bits |= 1 << Kind.LICENCE
    if n < 6 or seps & _SPACE == 0 or n > 120:
        return bits
    _, first, any_word = word_classes(data, start, end, words)
    begins = 48 <= data[start] <= 57
    box = (data[start] | 32) == 112 and letters >= 3 and any_word & STREET
    if box or (begins and letters >= 2):
        bits |= 1 << Kind.NUMBERED
    if box or (begins and any_word & STREET):
        bits |= 1 << Kind.STREET
    return bits


@njit(cache=True, nogil=True)
def _of_date(data, start, end, this_year):  # type: ignore[no-untyped-def]
    """Bits of a date between 1900 and today's year, and its year (0 if it is none)."""
    form, year, first, second = read_date(data, start, end)
    if form & DATED == 0 or year < 1900 or year > this_year:
        return _EMPTY, 0
    bits = np.int64(1) << Kind.DATE
    if form & YEAR_LAST:
        bits |= 1 << Kind.DATE_YEAR_LAST
        if first > 12:
            bits |= 1 << Kind.DAY_FIRST
        if second > 12:
            bits |= 1 << Kind.MONTH_FIRST
    if form & TIMED:
        bits |= 1 << Kind.TIMED
    if year <= this_year - 15:
        bits |= 1 << Kind.ADULT
    return bits, year


@njit(cache=True, nogil=True)
def _may_be_date(digits, letters, groups, bits):  # type: ignore[no-untyped-def]
    """A quick look before a cell is read as a date: three numbers, a month and two numbers, or eight digits."""
    if digits < 5 or digits > 20 or bits & ((1 << Kind.SSN_DASHED) | (1 << Kind.PHONE)):
        return False
    if letters >= 3 and groups >= 0x10:
        return True
    return groups >= 0x100 or (groups == 8 and letters == 0)


@njit(cache=True, nogil=True)
def judge(data, start, end, this_year, words):  # type: ignore[no-untyped-def]
    """Bits of every kind the cell `data[start:end]` can be (0 for a blank one), and its year if it is a date."""
    while start < end and data[start] <= 32:
        start += 1
    while end > start and data[end - 1] <= 32:
        end -= 1
    if start == end:
        return _EMPTY, 0
    filled = np.int64(1) << Kind.FILLED
    if end - start > 254:
        return filled, 0
    digits = letters = spaces = commas = ats = 0
    at = -1
    seps = 0
    value = np.int64(0)
    groups = np.int64(0)
    run = 0
    for i in range(start, end):
        c = data[i]
        kind = _CLASS[c]
        if kind == 0x4000:
            digits += 1
            if digits <= 18:
                value = value * 10 + (c - 48)
            run += 1
            continue
        if run:
            groups = (groups << 4) | min(run, 15)
            run = 0
        if kind == 0x8000:
            letters += 1
            continue
        seps |= kind
        if kind == _SPACE:
            spaces += 1
        elif kind == _COMMA:
            commas += 1
        elif kind == _AT:
            ats += 1
            at = i
    if run:
        groups = (groups << 4) | min(run, 15)
    if ats:
        found = ats == 1 and _email(data, start, end, at)
        return filled | ((np.int64(1) << Kind.EMAIL) if found else 0), 0
    if letters == 0:
        bits = _of_digits(data, start, end, digits, groups, seps, value) if digits <= 18 else _long(data, start, end)
    elif digits == 0:
        return filled | _of_letters(data, start, end, letters, seps, spaces, commas, words), 0
    else:
        bits = _of_both(data, start, end, digits, letters, seps, words)
        if digits >= 18 and letters == 1 and (data[end - 1] | 32) == 102:
            bits |= _long(data, start, end - 1)
    year = 0
    if _may_be_date(digits, letters, groups, bits):
        dated, year = _of_date(data, start, end, this_year)
        bits |= dated
    if digits >= 18:
        bits |= _sim(data, start, end, digits)
    return filled | bits, year


@njit(cache=True, nogil=True)
def _long(data, start, end):  # type: ignore[no-untyped-def]
    """Bits of a run of 19 digits or more."""
    for i in range(start, end):
        if data[i] < 48 or data[i] > 57:
            return _EMPTY
    bits = np.int64(1) << Kind.NUMBER
    if end - start == 19 and data[start] == 52 and luhn(data, start, end):
        bits |= 1 << Kind.CARD
    return bits


@njit(cache=True, nogil=True)
def _sim(data, start, end, digits):  # type: ignore[no-untyped-def]
    """The ICCID bit: 18 to 20 digits that begin with 89 and pass Luhn, a final F of padding allowed."""
    if digits < 18 or digits > 20 or data[start] != 56 or data[start + 1] != 57:
        return _EMPTY
    if end - start == digits + 1 and (data[end - 1] | 32) == 102:
        end -= 1
    if end - start != digits or not luhn(data, start, end):
        return _EMPTY
    return np.int64(1) << Kind.ICCID


@njit(cache=True, nogil=True)
def _count(bits, times, counts):  # type: ignore[no-untyped-def]
    kind = 0
    while bits and times:
        counts[kind] += times * (bits & 1)
        bits >>= 1
        kind += 1


@njit(cache=True, nogil=True)
def measure(offsets, data, counts, years, this_year, words):  # type: ignore[no-untyped-def]
    """Judge every cell of an Arrow string column: adds to `counts` (int64, `KINDS`) and `years` (int64, 256 from 1900)."""
    seen = np.zeros(_SEEN, np.int64)
    times = np.zeros(_SEEN, np.int64)
    for row in range(offsets.size - 1):
        if offsets[row + 1] == offsets[row]:
            continue
        bits, year = judge(data, offsets[row], offsets[row + 1], this_year, words)
        if year >= 1900:
            years[min(year - 1900, 255)] += 1
        slot = (bits ^ (bits >> 7) ^ (bits >> 17) ^ (bits >> 29)) & (_SEEN - 1)
        if seen[slot] != bits:
            _count(seen[slot], times[slot], counts)
            seen[slot] = bits
            times[slot] = 0
        times[slot] += 1
    for slot in range(_SEEN):
        _count(seen[slot], times[slot], counts)


def judge_text(text: str, this_year: int) -> int:
    """The bits of one cell given as text."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    return int(judge(data, 0, len(data), this_year, WORDS)[0])


_VALUES: Final = sum(
    1 << kind
    for kind in (
        Kind.SSN, Kind.PHONE, Kind.PHONE_ABROAD, Kind.EMAIL, Kind.DATE, Kind.FIFTEEN, Kind.ICCID, Kind.CARD,
        Kind.POSTCODE, Kind.POSTCODE_LONG, Kind.NUMBER, Kind.STREET, Kind.NUMBERED, Kind.TAX_ID,
    )
)  # fmt: skip


def looks_like_value(text: str) -> bool:
    """Whether a cell is data rather than the name of a column: a number, a date, an address and the like."""
    return judge_text(text, 2100) & _VALUES != 0
