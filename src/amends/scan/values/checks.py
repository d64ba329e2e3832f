"""Checks on single numbers and addresses: SSN, ITIN, telephone, payment card, e-mail, and Luhn.

Rules: SSN area, group and serial (SSA, 20 CFR 422; randomised since 2011, so only the impossible numbers are left
out); telephone numbers of the North American Numbering Plan; Luhn (ISO/IEC 7812-1) for cards, IMEI (3GPP TS 23.003)
and ICCID (ITU-T E.118).
"""

# ruff: noqa: SIM110

from __future__ import annotations

import numpy as np

from amends.scan.values.byteclass import CLASS, DIGIT, LETTER
from amends.scan.values.compiled import fused, leaf
from amends.scan.values.lanes import places, whole
from amends.scan.values.words import trailing_zeros


def _not_local() -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Bytes that do not stand before the at sign of an e-mail address."""
    table = np.zeros(256, np.bool_)
    table[:33] = True
    table[[ord(c) for c in ',;:()<>"@']] = True
    return table


_NOT_LOCAL = _not_local()
_BIT = np.uint64(1)


@leaf
def luhn(data, start, end):  # type: ignore[no-untyped-def]
    """True when the digits among the bytes pass the Luhn check; other bytes are skipped."""
    total = np.int64(0)
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


@leaf
def ssn(value):  # type: ignore[no-untyped-def]
    """Whether nine digits can be an SSN: no impossible area, group or serial, none of the well-known dummies."""
    area, group, serial = value // 1_000_000, value // 10_000 % 100, value % 10_000
    if area == 0 or area == 666 or area >= 900 or group == 0 or serial == 0:
        return False
    return value % 111_111_111 != 0 and value != 123_456_789 and value != 78_051_120 and value != 219_099_999


@leaf
def itin(value):  # type: ignore[no-untyped-def]
    group = value // 10_000 % 100
    return value // 100_000_000 == 9 and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94)


@fused
def nanp(value):  # type: ignore[no-untyped-def]
    """Whether ten digits can be a North American number: area code N[0-8]X, exchange NXX, neither N11."""
    area, exchange = value // 10_000_000, value // 10_000 % 1000
    return area >= 200 and area // 10 % 10 != 9 and area % 100 != 11 and exchange >= 200 and exchange % 100 != 11


@leaf
def card(value, digits):  # type: ignore[no-untyped-def]
    """Whether the leading digits belong to a card scheme that issues numbers of this length."""
    if digits == 16:
        four = value // 1_000_000_000_000
        if four // 1000 == 4 or four // 100 == 65 or 5100 <= four <= 5599 or 2221 <= four <= 2720:
            return True
        return four == 6011 or 6440 <= four <= 6499 or 3528 <= four <= 3589
    if digits == 15:
        two = value // 10_000_000_000_000
        return two == 34 or two == 37
    if digits == 14:
        two = value // 1_000_000_000_000
        return two == 36 or two == 38 or two == 30
    return digits == 13 and value // 1_000_000_000_000 == 4


@leaf
def email(data, start, end, at):  # type: ignore[no-untyped-def]
    if at == start or end - start > 254 or data[start] == 46 or data[at - 1] == 46:
        return False
    for i in range(start, at):
        if _NOT_LOCAL[data[i]]:
            return False
    dot = -1
    for i in range(at + 1, end):
        c = data[i]
        if c == 46:
            if dot == i - 1 or i == at + 1:
                return False
            dot = i
        elif CLASS[c] & (DIGIT | LETTER) == 0 and c != 45:
            return False
    if dot < 0 or end - dot < 3:
        return False
    for i in range(dot + 1, end):
        if CLASS[data[i]] & LETTER == 0:
            return False
    return True


@fused
def email_of_marks(data, start, end, at_sign, rest, letters_at):  # type: ignore[no-untyped-def]
    """As `email`, for a cell of at most `SHORT` bytes with one at sign.

    One bit a byte: `at_sign`, `rest` (neither digits nor letters), `letters_at`.
    """
    local = at_sign - _BIT
    inside = whole(end - start)
    domain = inside & ~(local | at_sign)
    dots = places(data, start, end, np.uint8(46))
    if at_sign == 1 or dots & (_BIT | (at_sign >> _BIT) | (at_sign << _BIT)):
        return False
    odd = rest & local
    while odd:
        if _NOT_LOCAL[data[start + np.int64(trailing_zeros(odd))]]:
            return False
        odd &= odd - _BIT
    dots &= domain
    if dots == 0 or dots & (dots << _BIT) or rest & domain & ~dots & ~places(data, start, end, np.uint8(45)):
        return False
    last = domain
    while dots:
        last = inside & ~(dots ^ (dots - _BIT))
        dots &= dots - _BIT
    return last & ~letters_at == 0 and last & (last - _BIT) != 0
