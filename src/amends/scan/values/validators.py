"""Validators: one pass over a cell's bytes says which kinds of value it can be, as a set of bits (`Kind`).

A cell can be several kinds at once; over a whole column the shares of the kinds tell which it is (`classify`).
"""

# ruff: noqa: SIM102, SIM109

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from amends.scan.values.byteclass import (
    APOSTROPHE,
    COLON,
    COMMA,
    DASH,
    DOT,
    PAREN,
    PLUS,
    SLASH,
    SPACE,
)
from amends.scan.values.checks import card, email, itin, luhn, nanp, ssn
from amends.scan.values.compiled import leaf
from amends.scan.values.dates import DATED, TIMED, YEAR_LAST, date_of_digits, read_date
from amends.scan.values.identifiers import (
    colons,
    coordinate,
    extended,
    hashed,
    holds_another,
    iban,
    icd10,
    ip4,
    mbi,
    pair,
    routing,
    uuid,
    without_float,
)
from amends.scan.values.lexicon import (
    CITY,
    COMPANY,
    FAMILY,
    GIVEN,
    REGION_CODE,
    REGION_NAME,
    STREET,
    WORDS,
    word_classes,
)
from amends.scan.values.publicforms import imsi, licence
from amends.scan.values.tally import tally
from amends.scan.values.words import luhn_of_digits


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
    PHONE_LOOSE = 35
    WORDED = 36
    COMPANY = 37
    COORDINATE = 38
    IP = 39
    MAC = 40
    UUID = 41
    HASHED = 42
    IBAN = 43
    ROUTING = 44
    MBI = 45
    ICD10 = 46
    MIXED = 47
    TEXT = 48
    WORD = 49
    POSTAL = 50
    PAIR = 51
    EMAILS = 52
    IMSI_NEAR = 53


KINDS: Final = len(Kind)
_EMPTY: Final = np.int64(0)
_YEAR_FIRST: Final = 0x422
_YEAR_BEHIND: Final = 0x224


@leaf
def _of_phone(begins, second, digits, groups, seps, value):  # type: ignore[no-untyped-def]
    """Bits of digits that can be a telephone number; `begins` and `second` are the first two bytes of the cell."""
    bits = _EMPTY
    if digits == 10 or (digits == 11 and value // 10_000_000_000 == 1):
        shape = groups & 0xFFF
        grouped = shape == 0x334 or shape & 0xFF == 0x37
        lone = groups == 0xA or groups == 0xB or groups == 0x1A
        plain = seps & ~(DASH | DOT | SPACE | PAREN | PLUS | SLASH) == 0
        if (grouped or lone) and plain and nanp(value % 10_000_000_000):
            bits |= 1 << Kind.PHONE
            if seps and not (seps == DOT and groups == 0x37):
                bits |= 1 << Kind.PHONE_FORMATTED
    elif 8 <= digits <= 15 and begins == 43 and second > 48 and seps & ~(PLUS | SPACE | DASH | PAREN | DOT) == 0:
        bits |= 1 << Kind.PHONE_ABROAD
    return bits


@leaf
def _of_digits(data, start, end, digits, groups, seps, value):  # type: ignore[no-untyped-def]
    """Bits of a cell without letters. `groups` holds the lengths of its runs of digits, four bits each, last lowest."""
    bits = _EMPTY
    n = end - start
    bare = n == digits
    dashed = seps == DASH or seps == SPACE
    if digits == 9 and (bare or (groups == 0x324 and dashed and n == 11)):
        if ssn(value):
            bits |= 1 << Kind.SSN
            if not bare:
                bits |= 1 << Kind.SSN_DASHED
        elif itin(value):
            bits |= 1 << Kind.TAX_ID
    if bare and 7 <= digits <= 8 and ssn(value):
        bits |= 1 << Kind.SSN_SHORT
    if digits == 9 and groups == 0x27 and seps == DASH and n == 10:
        bits |= 1 << Kind.TAX_ID
    bits |= _of_phone(data[start], data[start + 1] if n > 1 else 0, digits, groups, seps, value)
    if 7 <= digits <= 15 and seps & ~(PLUS | SPACE | DASH | PAREN | DOT | SLASH) == 0:
        bits |= 1 << Kind.PHONE_LOOSE
    if bare and digits == 9 and routing(value):
        bits |= 1 << Kind.ROUTING
    if bare and digits == 5 and value >= 501:
        bits |= 1 << Kind.POSTCODE
    if (groups == 0x54 and seps == DASH and n == 10) or (bare and digits == 9):
        bits |= 1 << Kind.POSTCODE_LONG
    if bare and 4 <= digits <= 8:
        bits |= 1 << Kind.PIN
    if 13 <= digits <= 19 and (bare or dashed):
        if card(value, digits) and (luhn_of_digits(data, start, end) if bare else luhn(data, start, end)):
            bits |= 1 << Kind.CARD
    if digits == 15 and bare:
        bits |= 1 << Kind.FIFTEEN
        country = imsi(value)
        if country:
            bits |= 1 << Kind.IMSI
        if country == 2:
            bits |= 1 << Kind.IMSI_NEAR
    if digits == 15 and (bare or groups == 0x2661) and value > 10**12:
        if luhn_of_digits(data, start, end) if bare else luhn(data, start, end):
            bits |= 1 << Kind.IMEI
    if bare or (seps & ~(DOT | DASH | PLUS | COMMA) == 0 and (seps & DASH == 0 or data[start] == 45)):
        bits |= 1 << Kind.NUMBER
    if seps & DOT:
        if groups & 0xF >= 3 and groups <= 0x3F and coordinate(data, start, end):
            bits |= 1 << Kind.COORDINATE
        if groups >= 0x1000 and ip4(data, start, end):
            bits |= 1 << Kind.IP
        if seps & COMMA and groups >= 0x1000 and pair(data, start, end):
            bits |= 1 << Kind.PAIR
    return bits


@leaf
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


@leaf
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


@leaf
def _of_date(data, start, end, this_year, plain, value):  # type: ignore[no-untyped-def]
    """Bits of a date between 1900 and today's year, and its year (0 if it is none).

    `plain` is the lengths of its three numbers if it is nothing but these and two equal separators, else 0; `value` its
    digits.
    """
    if plain:
        form, year, first, second = date_of_digits(value, plain == _YEAR_FIRST)
    else:
        form, year, first, second = read_date(data, start, end)
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


@leaf
def _may_be_date(digits, letters, groups, bits):  # type: ignore[no-untyped-def]
    """A quick look before a cell is read as a date: three numbers, a month and two numbers, or eight digits."""
    if digits > 20 or bits & ((1 << Kind.SSN_DASHED) | (1 << Kind.PHONE)):
        return False
    if letters >= 3 and digits >= 3 and groups >= 0x10:
        return True
    return (digits >= 4 and groups >= 0x100) or (groups == 8 and letters == 0)


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
    if length > 254:
        return filled, _EMPTY
    digits, letters, spaces, commas, ats, seps, at, value, groups = tally(data, start, end)
    if ats:
        if ats == 1 and email(data, start, end, at):
            return filled | (1 << Kind.EMAIL), _EMPTY
        if length > letters + ats and holds_another(data, start, end):
            filled |= 1 << Kind.EMAILS
            if spaces > 1 and letters >= 5:
                filled |= 1 << Kind.MIXED
        return filled, _EMPTY
    bits = _EMPTY
    if letters == 0:
        bits = _of_digits(data, start, end, digits, groups, seps, value) if digits <= 18 else _long(data, start, end)
    elif digits == 0 or (seps & SPACE and length <= 120):
        classes = word_classes(data, start, end, words)
        if digits == 0:
            initial = length > 2 and data[end - 2] == 32
            return filled | _of_letters(length, letters, seps, spaces, commas, initial, classes), _EMPTY
        bits = _of_both(length, digits, letters, seps, data[start], classes[2])
    else:
        bits = _of_both(length, digits, letters, seps, data[start], np.uint8(0))
        if digits >= 18 and letters == 1 and (data[end - 1] | 32) == 102:
            bits |= _long(data, start, end - 1)
    if letters and digits:
        bits |= _identifiers(data, start, end, digits, letters, seps)
    year = _EMPTY
    if _may_be_date(digits, letters, groups, bits):
        plain = _EMPTY
        if length == 10 and digits == 8 and (groups == _YEAR_FIRST or groups == _YEAR_BEHIND):
            plain = groups if seps == DASH or seps == SLASH or seps == DOT else _EMPTY
        dated, year = _of_date(data, start, end, this_year, plain, value)
        bits |= dated
    if digits >= 18:
        bits |= _sim(data, start, end, digits)
    return filled | bits, year


@leaf
def _long(data, start, end):  # type: ignore[no-untyped-def]
    """Bits of a run of 19 digits or more."""
    for i in range(start, end):
        if data[i] < 48 or data[i] > 57:
            return _EMPTY
    bits = np.int64(1) << Kind.NUMBER
    if end - start == 19 and data[start] == 52 and luhn(data, start, end):
        bits |= 1 << Kind.CARD
    return bits


@leaf
def _sim(data, start, end, digits):  # type: ignore[no-untyped-def]
    """The ICCID bit: 18 to 20 digits that begin with 89 and pass Luhn, a final F of padding allowed."""
    if digits < 18 or digits > 20 or data[start] != 56 or data[start + 1] != 57:
        return _EMPTY
    if end - start == digits + 1 and (data[end - 1] | 32) == 102:
        end -= 1
    if end - start != digits or not luhn_of_digits(data, start, end):
        return _EMPTY
    return np.int64(1) << Kind.ICCID


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
