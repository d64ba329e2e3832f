"""Checks on identifiers with letters or points in them: IBAN, IP and MAC addresses, hashes, coordinates and others.

Rules: IBAN by ISO 13616 (length 15 to 34, mod 97); bank routing numbers by the checksum of the American Bankers
Association; Medicare beneficiary identifiers by the format of the Centers for Medicare & Medicaid Services; ICD-10-CM
codes by their shape.
"""

# ruff: noqa: SIM110

from __future__ import annotations

import numpy as np

from amends.scan.values.byteclass import CLASS, DIGIT, LETTER
from amends.scan.values.checks import email, ssn
from amends.scan.values.compiled import leaf, woven
from amends.scan.values.dates import DATED, read_date


@woven
def is_digit(c):  # type: ignore[no-untyped-def]
    return 48 <= c <= 57


@woven
def is_hex(c):  # type: ignore[no-untyped-def]
    return 48 <= c <= 57 or 97 <= (c | 32) <= 102


@woven
def is_letter(c):  # type: ignore[no-untyped-def]
    return 97 <= (c | 32) <= 122


@leaf
def without_float(data, start, end):  # type: ignore[no-untyped-def]
    """The end of a whole number that was written as a float (`4155550123.0`), without its `.0`."""
    if end - start < 6 or data[end - 1] != 48 or data[end - 2] != 46:
        return end
    for i in range(start, end - 2):
        if not is_digit(data[i]):
            return end
    return end - 2


@leaf
def routing(value):  # type: ignore[no-untyped-def]
    """Whether nine digits can be a bank routing number."""
    head = value // 10_000_000
    if not (head <= 12 or 21 <= head <= 32 or 61 <= head <= 72 or head == 80) or value == 0:
        return False
    total = np.int64(0)
    weight = np.int64(1)
    for _ in range(9):
        total += weight * (value % 10)
        value //= 10
        weight = np.int64(7 if weight == 1 else (3 if weight == 7 else 1))
    return total % 10 == 0


@leaf
def iban(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are an IBAN, spaces and dashes allowed between its groups."""
    if end - start < 15 or not (is_letter(data[start]) and is_letter(data[start + 1])):
        return False
    if not (is_digit(data[start + 2]) and is_digit(data[start + 3])):
        return False
    rest = np.int64(0)
    length = 4
    for part in range(2):
        first, last = (start + 4, end) if part == 0 else (start, start + 4)
        for i in range(first, last):
            c = data[i]
            if is_digit(c):
                rest = (rest * 10 + (c - 48)) % 97
            elif is_letter(c):
                rest = (rest * 100 + ((c | 32) - 87)) % 97
            elif c == 32 or c == 45:
                continue
            else:
                return False
            length += part == 0
    return rest == 1 and 15 <= length <= 34


@leaf
def ip4(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are four numbers of 0 to 255, a port allowed behind them."""
    value = np.int64(-1)
    parts = 0
    for i in range(start, end):
        c = data[i]
        if is_digit(c):
            value = (value if value > 0 else np.int64(0)) * 10 + (c - 48)
            if value > 255:
                return False
        elif c == 46 and value >= 0:
            parts += 1
            value = np.int64(-1)
        elif c == 58 and parts == 3 and value >= 0:
            return end - i <= 6
        else:
            return False
    return parts == 3 and value >= 0


@leaf
def colons(data, start, end):  # type: ignore[no-untyped-def]
    """Hexadecimal groups between colons: 1 a MAC address, 2 an IPv6 address, 0 neither."""
    groups = width = longest = double = pairs = 0
    for i in range(start, end):
        c = data[i]
        if is_hex(c):
            width += 1
            longest = max(longest, width)
        elif c == 58 or (c == 45 and pairs == groups):
            if width == 0 and c == 58:
                double += 1
            pairs += width == 2
            groups += width > 0
            width = 0
        else:
            return 0
    pairs += width == 2
    groups += width > 0
    if groups == 6 and pairs == 6 and end - start == 17:
        return 1
    if longest <= 4 and ((groups == 8 and double == 0) or (2 <= groups <= 7 and 1 <= double <= 2)) and end - start > 4:
        return 2
    return 0


@leaf
def uuid(data, start, end):  # type: ignore[no-untyped-def]
    if end - start == 38 and data[start] == 123 and data[end - 1] == 125:
        start, end = start + 1, end - 1
    if end - start != 36:
        return False
    for i in range(36):
        dash = i == 8 or i == 13 or i == 18 or i == 23
        if dash != (data[start + i] == 45) or not (dash or is_hex(data[start + i])):
            return False
    return True


@leaf
def hashed(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are a digest in hexadecimal or of a crypt scheme (`$2b$12$…`, `{SSHA}…`, `pbkdf2_sha256$…`)."""
    n = end - start
    if n == 32 or n == 40 or n == 56 or n == 64 or n == 96 or n == 128:
        alike = True
        for i in range(start, end):
            if not is_hex(data[i]):
                alike = False
                break
        if alike:
            return True
    if n < 20:
        return False
    marks = 0
    for i in range(start, end):
        if data[i] <= 32:
            return False
        marks += data[i] == 36
    if data[start] == 123:
        for i in range(start + 2, min(end, start + 12)):
            if data[i] == 125:
                return True
    return marks >= 2 and (data[start] == 36 or is_letter(data[start]))


@leaf
def coordinate(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are a latitude or longitude in degrees with three decimals or more: `-71.0589`, `45.804° N`."""
    i = start
    if i < end and (data[i] == 45 or data[i] == 43):
        i += 1
    whole = np.int64(0)
    begin = i
    while i < end and is_digit(data[i]):
        whole = whole * 10 + (data[i] - 48)
        i += 1
    if i == begin or i - begin > 3 or whole > 180 or i >= end or data[i] != 46:
        return False
    begin = i + 1
    i += 1
    while i < end and is_digit(data[i]):
        i += 1
    if i - begin < 3:
        return False
    while i < end:
        c = data[i]
        side = c | 32
        if not (c == 32 or c == 0xC2 or c == 0xB0 or side == 110 or side == 115 or side == 101 or side == 119):
            return False
        i += 1
    return True


@leaf
def pair(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are two coordinates with a comma between them, parentheses allowed around."""
    if data[start] == 40 and data[end - 1] == 41:
        start, end = start + 1, end - 1
    for i in range(start, end):
        if data[i] == 44:
            behind = i + 1
            while behind < end and data[behind] == 32:
                behind += 1
            return coordinate(data, start, i) and coordinate(data, behind, end)
    return False


@leaf
def mbi(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are a Medicare beneficiary identifier (1EG4-TE5-MK73, dashes optional)."""
    place = 0
    for i in range(start, end):
        c = data[i]
        if c == 45 and (place == 4 or place == 7):
            continue
        letter = is_letter(c)
        low = c | 32
        if letter and (low == 115 or low == 108 or low == 111 or low == 105 or low == 98 or low == 122):
            return False
        digit = is_digit(c)
        if place == 0:
            fits = 49 <= c <= 57
        elif place == 1 or place == 4 or place == 7 or place == 8:
            fits = letter
        elif place == 2 or place == 5:
            fits = letter or digit
        else:
            fits = digit and place < 11
        if not fits:
            return False
        place += 1
    return place == 11


@leaf
def icd10(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes have the shape of an ICD-10-CM code: a letter, two digits, a point and up to four more."""
    n = end - start
    if n < 3 or n > 8 or not is_letter(data[start]) or not is_digit(data[start + 1]):
        return False
    if CLASS[data[start + 2]] & (DIGIT | LETTER) == 0:
        return False
    if n == 3:
        return True
    if data[start + 3] != 46 or n == 4:
        return False
    for i in range(start + 4, end):
        if CLASS[data[i]] & (DIGIT | LETTER) == 0:
            return False
    return True


@leaf
def extended(data, start, end):  # type: ignore[no-untyped-def]
    """Whether the bytes are 7 to 15 digits with the marks of telephone numbers, then `x` or `ext` and up to 6."""
    digits = 0
    i = start
    while i < end and not is_letter(data[i]):
        c = data[i]
        digits += is_digit(c)
        if not (is_digit(c) or c == 32 or c == 40 or c == 41 or c == 43 or c == 45 or c == 46 or c == 47):
            return False
        i += 1
    if not 7 <= digits <= 15 or i >= end or (data[i] | 32 != 120 and data[i] | 32 != 101):
        return False
    while i < end and (is_letter(data[i]) or data[i] == 46 or data[i] == 32):
        i += 1
    behind = end - i
    while i < end and is_digit(data[i]):
        i += 1
    return i == end and 1 <= behind <= 6


@leaf
def _dashed_ssn(data, start, end):  # type: ignore[no-untyped-def]
    if end - start != 11 or data[start + 3] != 45 or data[start + 6] != 45:
        return False
    value = np.int64(0)
    for i in range(start, end):
        if data[i] != 45:
            if not is_digit(data[i]):
                return False
            value = value * 10 + (data[i] - 48)
    return ssn(value)


@leaf
def holds_another(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a word of a longer cell is an e-mail address, a dashed SSN or a date with a year of its own."""
    word = start
    at = np.int64(-1)
    for i in range(start, end + 1):
        c = data[i] if i < end else np.uint8(32)
        if c == 64:
            at = np.int64(i)
        if c > 32 and c != 44 and c != 59 and c != 40 and c != 41 and c != 124 and c != 60 and c != 62:
            continue
        n = i - word
        if at >= word and n >= 6:
            if email(data, word, i, at):
                return True
        elif 8 <= n <= 11 and n < end - start:
            if _dashed_ssn(data, word, i):
                return True
            form, year, _, _ = read_date(data, word, i)
            if form & DATED and 1900 <= year <= 2100:
                return True
        word = i + 1
    return False
