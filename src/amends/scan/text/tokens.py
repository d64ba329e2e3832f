"""Words with digits in them: IBAN, hashes of passwords, and the identifiers that only their label can tell.

A driver's licence, a passport or an account number has hardly a shape: it is believed only beside its word, with the
length that the row of `_IDENTIFIERS` allows.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.elements import BY_ID
from amends.scan.text.context import DIGIT, HEX, LOWER, REACH, SHAPE, UPPER, before, is_alnum, is_digit, number
from amends.scan.text.lanes import ONE, among, first, last, plain
from amends.scan.text.numbers import NOTHING
from amends.scan.text.patterns import BANK, IBAN_LENGTH, Pattern
from amends.scan.values.checks import ssn
from amends.scan.values.compiled import fused, leaf

_LONGEST: Final = 34
"""Letters and digits of the longest IBAN."""

_IDENTIFIERS: Final = np.array(
    [
        # element whose word is near, pattern, fewest and most characters, fewest digits, most letters
        (BY_ID["driver_license"].bit, Pattern.licence, 5, 17, 4, 5),
        (BY_ID["passport"].bit, Pattern.passport, 6, 9, 5, 3),
        (BY_ID["pin"].bit, Pattern.pin, 4, 8, 4, 0),
        (BY_ID["access_code"].bit, Pattern.access_code, 3, 8, 3, 0),
        (BY_ID["health_insurance"].bit, Pattern.insurance, 6, 16, 4, 8),
        (BY_ID["account_number"].bit, Pattern.bank_account, 6, 17, 6, 0),
        (BY_ID["customer_account"].bit, Pattern.customer_account, 5, 17, 5, 3),
        (BY_ID["ssn"].bit, Pattern.ssn_bare, 9, 9, 9, 0),
    ],
    np.int64,
)
IDENTIFYING: Final = np.uint64(sum({1 << int(row[0]) for row in _IDENTIFIERS}))
"""Bits of the elements whose words tell an identifier."""
_SEEN: Final = 63
_SSN: Final = int(BY_ID["ssn"].bit)
_ACCOUNT: Final = int(BY_ID["customer_account"].bit)
_BANK_ACCOUNT: Final = np.int64(Pattern.bank_account)


@fused
def word_start(data, low, at):  # type: ignore[no-untyped-def]
    """First byte of the word of letters and digits that reaches `at`."""
    start = at - 63 + last(~plain(data, at - 64))
    if start > at - 64:
        return max(start, low)
    while start > low and is_alnum(data[start - 1]):
        start -= 1
    return start


@fused
def word_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Byte behind the word of letters and digits that goes on at `at`; a hyphen between two of them belongs to it."""
    letters = plain(data, at)
    hyphens = among(data, at, 0, 45, 45) & (letters << ONE) & (letters >> ONE)
    width = first(~(letters | hyphens))
    return at + width if width < _SEEN else _long_end(data, at, stop)


@leaf
def _long_end(data, at, stop):  # type: ignore[no-untyped-def]
    """As `word_end`, byte by byte, for a word that is longer than what is seen at once."""
    while at < stop and (
        is_alnum(data[at]) or (data[at] == 45 and at + 1 < stop and is_alnum(data[at + 1]) and is_alnum(data[at - 1]))
    ):
        at += 1
    return at


@leaf
def iban(data, start, stop):  # type: ignore[no-untyped-def]
    """End of the IBAN that begins at `start`, groups of four apart or not; 0 if it is none (ISO 13616, mod 97)."""
    if stop - start < 15 or not (is_digit(data[start + 2]) and is_digit(data[start + 3])):
        return 0
    if SHAPE[data[start]] & (UPPER | LOWER) == 0 or SHAPE[data[start + 1]] & (UPPER | LOWER) == 0:
        return 0
    wanted = IBAN_LENGTH[((data[start] | 32) - 97) * 26 + (data[start + 1] | 32) - 97]
    if wanted == 0:
        return 0
    rest = np.int64(0)
    head = np.int64(0)
    count = 0
    i = start
    while i < stop and count < wanted:
        c = data[i]
        if (c == 32 or c == 45) and count % 4 == 0 and count:
            i += 1
            continue
        if is_digit(c):
            value, width = np.int64(c) - 48, 10
        elif SHAPE[c] & (UPPER | LOWER):
            value, width = np.int64(c | 32) - 87, 100
        else:
            return 0
        if count < 4:
            head = head * width + value
        else:
            rest = (rest * width + value) % 97
        count += 1
        i += 1
    if count < wanted or (i < stop and is_alnum(data[i])):
        return 0
    return i if (rest * 1_000_000 + head) % 97 == 1 else 0


@leaf
def is_hash(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a word is hexadecimal digits of the length of MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512."""
    length = end - start
    if length != 32 and length != 40 and length != 56 and length != 64 and length != 96 and length != 128:
        return False
    digits = 0
    for i in range(start, end):
        if SHAPE[data[i]] & HEX == 0:
            return False
        digits += SHAPE[data[i]] & DIGIT
    return 0 < digits < length


@leaf
def identifier(data, low, start, end, near, words):  # type: ignore[no-untyped-def]
    """The pattern that the nearest label makes of a word, or NOTHING."""
    digits = letters = 0
    for i in range(start, end):
        if is_digit(data[i]):
            digits += 1
        elif data[i] != 45:
            letters += 1
    for k in range(_IDENTIFIERS.shape[0]):
        row = _IDENTIFIERS[k]
        if near & (np.uint64(1) << np.uint64(row[0])) == 0:
            continue
        if row[2] <= digits + letters <= row[3] and digits >= row[4] and letters <= row[5]:
            if row[0] == _SSN and not ssn(number(data, start, end)):
                return NOTHING
            if row[0] == _ACCOUNT and before(data, max(low, start - REACH), start, BANK, words)[0] & BANK:
                return _BANK_ACCOUNT
            return row[1]
    return NOTHING
