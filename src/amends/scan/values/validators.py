"""Validators: one pass over a cell's bytes says which kinds of value it can be, as a set of bits (`Kind`).

A cell can be several kinds at once; over a whole column the shares of the kinds tell which it is (`classify`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from amends.scan.values.byteclass import APOSTROPHE, COLON, COMMA, DASH, DOT, PLUS, SLASH, SPACE
from amends.scan.values.checks import email, email_of_marks
from amends.scan.values.compiled import fused, leaf
from amends.scan.values.dates import DATED, TIMED, YEAR_LAST, date_of_digits, read_date
from amends.scan.values.digits import BARE, of_bare, of_digits, of_long, of_sim
from amends.scan.values.identifiers import (
    colons,
    coordinate,
    extended,
    hashed,
    holds_another,
    iban,
    icd10,
    mbi,
    uuid,
    without_float,
)
from amends.scan.values.kinds import KINDS, Kind
from amends.scan.values.lanes import SHORT, maps, places, whole
from amends.scan.values.lexicon import (
    CITY,
    COMPANY,
    FAMILY,
    GIVEN,
    REGION_CODE,
    REGION_NAME,
    STREET,
    WORDS,
    any_class,
    word_classes,
)
from amends.scan.values.nested import is_json, is_xml
from amends.scan.values.publicforms import licence
from amends.scan.values.serialised import is_serialised
from amends.scan.values.tally import count, runs, separators, tally, value_of
from amends.scan.values.words import load, number

__all__ = ["KINDS", "Kind", "judge", "judge_text", "looks_like_value"]

_EMPTY: Final = np.int64(0)
_YEAR_FIRST: Final = np.uint64(0b1101101111)
_YEAR_LAST: Final = np.uint64(0b1111011011)
"""Where the digits are in ten bytes of a date, the first lowest, and none behind."""


@fused
def _of_letters(length, letters, seps, spaces, commas, initial, classes):  # type: ignore[no-untyped-def]
    """Bits of a cell without digits; `initial` if it ends in a lone letter, `classes` of its words (see `lexicon`)."""
    whole, first, any_word = classes
    bits = _EMPTY | (1 << Kind.TEXT)
    if spaces == 0 and length <= 40:
        bits |= 1 << Kind.WORD
    if any_word & COMPANY:
        bits |= 1 << Kind.COMPANY
    if seps & ~(DASH | DOT | SPACE | COMMA | APOSTROPHE) or length > 60:
        return bits
    if (whole & REGION_NAME and length > 2) or (whole & REGION_CODE and length == 2):
        bits |= 1 << Kind.REGION
    if whole & CITY:
        bits |= 1 << Kind.CITY
    if length > 40 or spaces > 4:
        return bits
    if commas == 0:
        bits |= 1 << Kind.NAME
        if whole & GIVEN or (first & GIVEN and length - letters <= 2 and spaces == 1 and initial):
            bits |= 1 << Kind.GIVEN
        if whole & FAMILY:
            bits |= 1 << Kind.FAMILY
        if 1 <= spaces <= 3 and (first & GIVEN or (any_word & GIVEN and any_word & FAMILY)) and not any_word & COMPANY:
            bits |= 1 << Kind.FULL_NAME
    elif commas == 1:
        bits |= 1 << Kind.COMMA_NAME
        if (first & FAMILY or any_word & GIVEN) and not any_word & COMPANY:
            bits |= 1 << Kind.FULL_NAME
    return bits


@fused
def _of_both(length, digits, letters, seps, begins, any_word):  # type: ignore[no-untyped-def]
    """Bits of a cell with letters and digits; `begins` is its first byte."""
    bits = _EMPTY | (1 << Kind.TEXT)
    if seps & SPACE == 0:
        if length <= 40:
            bits |= 1 << Kind.WORD
    elif letters >= 3:
        bits |= 1 << Kind.WORDED
    if any_word & COMPANY:
        bits |= 1 << Kind.COMPANY
    if digits + letters == length or seps & ~(DASH | SPACE) == 0:
        if length <= 10 and digits >= 2:
            bits |= 1 << Kind.POSTAL
        if length <= 24:
            bits |= 1 << Kind.CODE
    numbered = 48 <= begins <= 57
    box = (begins | 32) == 112 and letters >= 3 and any_word & STREET
    if length < 6 or seps & SPACE == 0 or length > 120:
        return bits
    if box or (numbered and letters >= 2):
        bits |= 1 << Kind.NUMBERED
    if box or (numbered and any_word & STREET):
        bits |= 1 << Kind.STREET
    return bits


@leaf
def _identifiers(data, start, end, digits, letters, seps):  # type: ignore[no-untyped-def]
    """Bits of identifiers in a cell with letters and digits."""
    bits = _EMPTY
    length = end - start
    if seps & COLON or (length == 17 and seps == DASH):
        found = colons(data, start, end)
        if found:
            bits |= 1 << (Kind.MAC if found == 1 else Kind.IP)
    if seps == DOT and length <= 8 and icd10(data, start, end):
        bits |= 1 << Kind.ICD10
    if seps & DOT and length <= 24 and letters <= 4 and coordinate(data, start, end):
        bits |= 1 << Kind.COORDINATE
    if seps & ~(SPACE | DASH) == 0:
        if digits >= 6 and letters <= 3 and length <= 20 and licence(data, start, end):
            bits |= 1 << Kind.LICENCE
        if seps == 0 and length == 3 and icd10(data, start, end):
            bits |= 1 << Kind.ICD10
        if digits >= 10 and length <= 42 and iban(data, start, end):
            bits |= 1 << Kind.IBAN
        if 11 <= length <= 13 and 4 <= letters <= 6 and mbi(data, start, end):
            bits |= 1 << Kind.MBI
    if length >= 20 and seps & SPACE == 0:
        if uuid(data, start, end):
            bits |= 1 << Kind.UUID
        elif hashed(data, start, end):
            bits |= 1 << Kind.HASHED
    if 7 <= digits <= 20 and letters <= 4 and extended(data, start, end):
        bits |= 1 << Kind.PHONE_LOOSE
    if letters >= 5 and seps & SPACE and seps & (DASH | SLASH) and holds_another(data, start, end):
        bits |= 1 << Kind.MIXED
    return bits


@fused
def _dated(data, start, end, digits_at, seps):  # type: ignore[no-untyped-def]
    """What `read_date` says, without a look at each byte where ten bytes are a date in numbers and a time may follow.

    `digits_at` says which bytes of the cell are digits; 0 sends any cell the longer way.
    """
    head = digits_at & np.uint64(0x7FF)
    year_first = head == _YEAR_FIRST
    timed = end - start > 10
    if end - start > 35 or seps & PLUS or (timed and seps & COLON == 0) or not (year_first or head == _YEAR_LAST):
        return read_date(data, start, end)
    mark = data[start + (4 if year_first else 2)]
    if mark != data[start + (7 if year_first else 5)] or not (mark == 45 or mark == 46 or mark == 47):
        return read_date(data, start, end)
    if year_first:
        four, two = number(load(data, start), np.int64(4)), number(load(data, start + 5), np.int64(2))
        value = (four * 100 + two) * 100 + number(load(data, start + 8), np.int64(2))
    else:
        one, two = number(load(data, start), np.int64(2)), number(load(data, start + 3), np.int64(2))
        value = (one * 100 + two) * 10_000 + number(load(data, start + 6), np.int64(4))
    form, year, first, second = date_of_digits(value, year_first)
    if form and timed:
        behind = data[start + 10]
        if not (behind == 84 or behind == 32):
            return _EMPTY, _EMPTY, _EMPTY, _EMPTY
        if (digits_at & ~places(data, start, end, np.uint8(48))) >> np.uint64(11):
            form |= TIMED
    return form, year, first, second


@fused
def _of_date(data, start, end, this_year, digits_at, seps):  # type: ignore[no-untyped-def]
    """Bits of a date between 1900 and today's year, and its year (0 if it is none)."""
    form, year, first, second = _dated(data, start, end, digits_at, seps)
    if form & DATED == 0 or year < 1900 or year > this_year:
        return _EMPTY, _EMPTY
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


@fused
def _may_be_date(digits, letters, groups, bits):  # type: ignore[no-untyped-def]
    """A quick look before a cell is read as a date: three numbers, a month and two numbers, or eight digits."""
    if digits > 20 or bits & ((1 << Kind.SSN_DASHED) | (1 << Kind.PHONE)):
        return False
    if letters >= 3 and digits >= 3 and groups >= 0x10:
        return True
    return digits >= 4 and groups >= 0x100


@fused
def _of_address(data, start, end, fits, letters, ats, spaces):  # type: ignore[no-untyped-def]
    """Bits of a cell with at signs; `fits` if all of it is one e-mail address."""
    if fits:
        return _EMPTY | (1 << Kind.EMAIL)
    bits = _EMPTY
    if end - start > letters + ats and holds_another(data, start, end):
        bits |= 1 << Kind.EMAILS
        if spaces > 1 and letters >= 5:
            bits |= 1 << Kind.MIXED
    return bits


@fused
def _of_parts(data, start, end, this_year, words, digits_at, digits, letters, spaces, commas, seps, groups, value):  # type: ignore[no-untyped-def]
    """Bits and year of a cell without an at sign, from what it is made of (see `tally`).

    `digits_at` as in `_dated`; `value` may be 0 for a cell with letters or fewer than nine or more than sixteen digits.
    """
    length = end - start
    if letters == 0:
        short = digits <= BARE
        bits = of_digits(data, start, end, digits, groups, seps, value) if short else of_long(data, start, end)
    elif digits == 0:
        initial = length > 2 and data[end - 2] == 32
        classes = word_classes(data, start, end, words)
        return _of_letters(length, letters, seps, spaces, commas, initial, classes), _EMPTY
    else:
        any_word = any_class(data, start, end, words) if seps & SPACE and length <= 120 else np.uint8(0)
        bits = _of_both(length, digits, letters, seps, data[start], any_word)
        if not seps & SPACE and digits >= 18 and letters == 1 and (data[end - 1] | 32) == 102:
            bits |= of_long(data, start, end - 1)
        bits |= _identifiers(data, start, end, digits, letters, seps)
    year = _EMPTY
    if _may_be_date(digits, letters, groups, bits):
        dated, year = _of_date(data, start, end, this_year, digits_at, seps)
        bits |= dated
    if digits >= 18:
        bits |= of_sim(data, start, end, digits)
    return bits, year


@fused
def _of_bare(data, start, end, this_year):  # type: ignore[no-untyped-def]
    """Bits and year of a cell of nothing but 1 to `BARE` digits."""
    length = end - start
    bits, year = of_bare(data, start, end), _EMPTY
    if length == 8:
        dated, year = _of_date(data, start, end, this_year, np.uint64(0), _EMPTY)
        bits |= dated
    elif length == 18:
        bits |= of_sim(data, start, end, length)
    return bits, year


@leaf
def judge(data, start, end, this_year, words):  # type: ignore[no-untyped-def]
    """Bits of every kind the cell `data[start:end]` can be (0 for a blank one), and its year if it is a date."""
    while start < end and data[start] <= 32:
        start += 1
    while end > start and data[end - 1] <= 32:
        end -= 1
    if start == end:
        return _EMPTY, _EMPTY
    end = without_float(data, start, end)
    length = end - start
    filled = _EMPTY | (1 << Kind.FILLED)
    if (data[start] == 123 or data[start] == 91) and is_json(data, start, end):
        filled |= 1 << Kind.JSON
    elif data[start] == 60 and data[end - 1] == 62 and is_xml(data, start, end):
        filled |= 1 << Kind.XML
    elif data[end - 1] == 125 and is_serialised(data, start, end):
        filled |= 1 << Kind.SERIALISED
    if length > 254:
        return filled, _EMPTY
    digits_at = letters_at = rest = np.uint64(0)
    if length <= SHORT:
        digits_at, letters_at = maps(data, start, end)
        rest = whole(length) & ~(digits_at | letters_at)
        if rest | letters_at == 0 and length <= BARE:
            bits, year = _of_bare(data, start, end, this_year)
            return filled | bits, year
        letters = count(letters_at)
        ats_at = places(data, start, end, np.uint8(64)) if rest else rest
        if ats_at:
            fits = ats_at & (ats_at - np.uint64(1)) == 0 and email_of_marks(data, start, end, ats_at, rest, letters_at)
            spaces = _EMPTY if fits else count(places(data, start, end, np.uint8(32)))
            return filled | _of_address(data, start, end, fits, letters, count(ats_at), spaces), _EMPTY
        spaces, commas, seps = separators(data, start, rest)
        digits, groups = count(digits_at), runs(digits_at)
        value = value_of(data, start, digits_at) if letters == 0 and 9 <= digits <= 16 else _EMPTY
    else:
        digits, letters, spaces, commas, ats, seps, at, value, groups = tally(data, start, end)
        if ats:
            fits = ats == 1 and email(data, start, end, at)
            return filled | _of_address(data, start, end, fits, letters, ats, spaces), _EMPTY
    bits, year = _of_parts(
        data, start, end, this_year, words, digits_at, digits, letters, spaces, commas, seps, groups, value
    )  # fmt: skip
    return filled | bits, year


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


_LISTED: Final = tuple(1 << kind for kind in (Kind.GIVEN, Kind.FAMILY, Kind.CITY, Kind.REGION))


def listed_alike(text: str, others: Sequence[str]) -> bool:
    """Whether a cell is on a list of names or places on which most of the others are too."""
    bits = judge_text(text, 2100)
    return any(
        bits & listed and sum(judge_text(other, 2100) & listed != 0 for other in others) > len(others) / 2
        for listed in _LISTED
    )
