"""Cells without letters: which numbers, telephone numbers, cards and coordinates they can be."""

# ruff: noqa: SIM109

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.byteclass import COMMA, DASH, DOT, PAREN, PLUS, SLASH, SPACE
from amends.scan.values.checks import card, itin, luhn, nanp, ssn
from amends.scan.values.compiled import fused, leaf, woven
from amends.scan.values.identifiers import coordinate, ip4, pair, routing
from amends.scan.values.kinds import Kind
from amends.scan.values.publicforms import imsi
from amends.scan.values.words import load, luhn_of_digits, number

BARE: Final = 18
"""Digits of the longest number that is judged by its value."""
_EMPTY: Final = np.int64(0)
_EIGHT: Final = np.int64(8)
_POWERS = 10 ** np.arange(9, dtype=np.int64)


@woven
def _value(data, start, length):  # type: ignore[no-untyped-def]
    """The value of a cell of at most sixteen digits."""
    if length <= 8:
        return number(load(data, start), length)
    return number(load(data, start), _EIGHT) * _POWERS[length - 8] + number(load(data, start + 8), length - 8)


@fused
def of_bare(data, start, end):  # type: ignore[no-untyped-def]
    """Bits of a cell of nothing but 1 to `BARE` digits."""
    length = np.int64(end - start)
    bits = _EMPTY | (1 << Kind.NUMBER)
    if length > 16 or length < 4:
        return bits
    value = _value(data, np.int64(start), length)
    if length <= 8:
        bits |= 1 << Kind.PIN
        if length == 5 and value >= 501:
            bits |= 1 << Kind.POSTCODE
        if length >= 7:
            bits |= 1 << Kind.PHONE_LOOSE
            if ssn(value):
                bits |= 1 << Kind.SSN_SHORT
        return bits
    if length <= 15:
        bits |= 1 << Kind.PHONE_LOOSE
    if length == 9:
        bits |= 1 << Kind.POSTCODE_LONG
        if ssn(value):
            bits |= 1 << Kind.SSN
        elif itin(value):
            bits |= 1 << Kind.TAX_ID
        if routing(value):
            bits |= 1 << Kind.ROUTING
    elif length <= 11:
        if (length == 10 or value // 10_000_000_000 == 1) and nanp(value % 10_000_000_000):
            bits |= 1 << Kind.PHONE
    elif length >= 13:
        passes = luhn_of_digits(data, start, end)
        if passes and card(value, length):
            bits |= 1 << Kind.CARD
        if length == 15:
            bits |= 1 << Kind.FIFTEEN
            country = imsi(value)
            if country:
                bits |= 1 << Kind.IMSI
            if country == 2:
                bits |= 1 << Kind.IMSI_NEAR
            if passes and value > 1_000_000_000_000:
                bits |= 1 << Kind.IMEI
    return bits


@fused
def of_phone(begins, second, digits, groups, seps, value):  # type: ignore[no-untyped-def]
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


@fused
def of_digits(data, start, end, digits, groups, seps, value):  # type: ignore[no-untyped-def]
    """Bits of a cell of at most `BARE` digits, of `value`, with something between them but no letters.

    `groups` holds the lengths of its runs of digits, four bits each, last lowest.
    """
    bits = _EMPTY
    n = end - start
    dashed = seps == DASH or seps == SPACE
    if digits == 9:
        if groups == 0x324 and dashed and n == 11:
            if ssn(value):
                bits |= (1 << Kind.SSN) | (1 << Kind.SSN_DASHED)
            elif itin(value):
                bits |= 1 << Kind.TAX_ID
        elif groups == 0x27 and seps == DASH and n == 10:
            bits |= 1 << Kind.TAX_ID
        elif groups == 0x54 and seps == DASH and n == 10:
            bits |= 1 << Kind.POSTCODE_LONG
    bits |= of_phone(data[start], data[start + 1] if n > 1 else 0, digits, groups, seps, value)
    if 7 <= digits <= 15 and seps & ~(PLUS | SPACE | DASH | PAREN | DOT | SLASH) == 0:
        bits |= 1 << Kind.PHONE_LOOSE
    if digits >= 13:
        if dashed and card(value, digits) and luhn(data, start, end):
            bits |= 1 << Kind.CARD
        if digits == 15 and groups == 0x2661 and value > 1_000_000_000_000 and luhn(data, start, end):
            bits |= 1 << Kind.IMEI
    if seps & ~(DOT | DASH | PLUS | COMMA) == 0 and (seps & DASH == 0 or data[start] == 45):
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
def of_long(data, start, end):  # type: ignore[no-untyped-def]
    """Bits of a run of more than `BARE` digits."""
    for i in range(start, end):
        if data[i] < 48 or data[i] > 57:
            return _EMPTY
    bits = np.int64(1) << Kind.NUMBER
    if end - start == 19 and data[start] == 52 and luhn_of_digits(data, start, end):
        bits |= 1 << Kind.CARD
    return bits


@leaf
def of_sim(data, start, end, digits):  # type: ignore[no-untyped-def]
    """The ICCID bit: 18 to 20 digits that begin with 89 and pass Luhn, a final F of padding allowed."""
    if digits < 18 or digits > 20 or data[start] != 56 or data[start + 1] != 57:
        return _EMPTY
    if end - start == digits + 1 and (data[end - 1] | 32) == 102:
        end -= 1
    if end - start != digits or not luhn_of_digits(data, start, end):
        return _EMPTY
    return np.int64(1) << Kind.ICCID
