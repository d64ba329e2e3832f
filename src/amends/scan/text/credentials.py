"""Secrets behind a label (`password: …`, `pwd=…`) or an e-mail address (`a@b.org:…`), and hashes of crypt(3)."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.elements import BY_ID
from amends.scan.text.context import SHAPE, WORD, is_alnum, is_digit
from amends.scan.text.lanes import last, wordy
from amends.scan.text.numbers import NOTHING
from amends.scan.text.patterns import LABELS, Pattern
from amends.scan.text.vocabulary import meaning
from amends.scan.values.compiled import fused, leaf

_PASSWORD: Final = np.uint64(BY_ID["password"].mask)
_USERNAME: Final = np.uint64(BY_ID["username"].mask)
_LABEL: Final = 24
"""Bytes of the longest label."""
_APART: Final = 3
_SECRET: Final = 128
_IS_PASSWORD, _IS_USERNAME = np.int64(Pattern.password), np.int64(Pattern.username)
_EMPTY: Final = np.uint64(0)


@fused
def is_label(data, at):  # type: ignore[no-untyped-def]
    """Whether the word right before a `:` or `=` at `at` can be a label: a quick look."""
    end = at
    while data[end - 1] == 32 or data[end - 1] == 34 or data[end - 1] == 39:
        end -= 1
        if at - end > _APART:
            return True
    width = 63 - last(~wordy(data, end - 64))
    return 0 < width <= _LABEL and LABELS[data[end - 1] & 31] >> width & 1 != 0


@leaf
def label(data, low, at, words):  # type: ignore[no-untyped-def]
    """Mask of the one word right before a `:` or `=` at `at`, quotes and blanks between them skipped."""
    end = at
    while end > low and (data[end - 1] == 32 or data[end - 1] == 34 or data[end - 1] == 39):
        end -= 1
    start = end
    while start > low and end - start < _LABEL and SHAPE[data[start - 1]] & WORD:
        start -= 1
    return meaning(data, start, end, end - start, words) if end > start else _EMPTY


@leaf
def secret(data, at, stop):  # type: ignore[no-untyped-def]
    """Start and end of the value behind a label that ends before `at`: a quoted text, or all up to a blank."""
    while at < stop and (data[at] == 32 or data[at] == 9):
        at += 1
    quote = 0
    if at < stop and (data[at] == 34 or data[at] == 39):
        quote = data[at]
        at += 1
    end = at
    while end < stop and data[end] > 32 and data[end] != quote and end - at < _SECRET:
        if quote == 0 and (data[end] == 60 or data[end] == 34):
            break
        end += 1
    if quote == 0:
        while end > at and (data[end - 1] == 46 or data[end - 1] == 44 or data[end - 1] == 59):
            end -= 1
    return at, end


@leaf
def is_secret(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a value can be a password: 4 to 128 bytes that are not all the same, as in `********`."""
    if end - start < 4 or end - start >= _SECRET:
        return False
    differ = 0
    for i in range(start + 1, end):
        differ += data[i] != data[start]
    return differ > 1


@leaf
def labelled(data, low, at, stop, words):  # type: ignore[no-untyped-def]
    """What stands behind the `:` or `=` at `at`: (pattern or NOTHING, start, end)."""
    mask = label(data, low, at, words)
    if mask & (_PASSWORD | _USERNAME) == 0:
        return NOTHING, at, at
    start, end = secret(data, at + 1, stop)
    if not is_secret(data, start, end):
        return NOTHING, at, at
    if mask & _PASSWORD:
        return _IS_PASSWORD, start, end
    return (_IS_USERNAME if _is_user(data, start, end, stop) else NOTHING), start, end


@leaf
def _is_user(data, start, end, stop):  # type: ignore[no-untyped-def]
    """Whether a value is a user name: letters, digits and `._-`, more than letters or alone on its line."""
    if end - start > 32:
        return False
    plain = True
    for i in range(start, end):
        c = data[i]
        if not is_alnum(c):
            if c != 46 and c != 95 and c != 45:
                return False
            plain = False
        elif is_digit(c):
            plain = False
    return not plain or end == stop or data[end] == 10 or data[end] == 13 or data[end] == 34 or data[end] == 39


@leaf
def paired(data, low, start, end, stop):  # type: ignore[no-untyped-def]
    """Bounds of a password behind the e-mail address `start:end` that begins its line; equal if there is none."""
    if end + 1 >= stop or (data[end] != 58 and data[end] != 59 and data[end] != 124):
        return end, end
    if start > low and data[start - 1] != 10:
        return end, end
    begin = end + 1
    last = begin
    while last < stop and data[last] > 32 and last - begin < _SECRET:
        last += 1
    if last < stop and data[last] != 10 and data[last] != 13:
        return end, end
    return (begin, last) if is_secret(data, begin, last) else (end, end)


@leaf
def crypt(data, at, stop):  # type: ignore[no-untyped-def]
    """End of a crypt(3), bcrypt or argon2 hash that begins with the `$` at `at`; 0 if it is none."""
    end = at + 1
    signs = 1
    while end < stop and end - at < 200 and (is_alnum(data[end]) or (36 <= data[end] <= 61 and data[end] != 39)):
        signs += data[end] == 36
        end += 1
    if signs < 3 or end - at < 20 or end - at >= 200:
        return 0
    scheme = data[at + 1]
    if scheme == 50 and data[at + 3] == 36:
        return end if end - at >= 59 else 0
    if (scheme == 49 or scheme == 53 or scheme == 54 or scheme == 121) and data[at + 2] == 36:
        return end
    return end if data[at + 1] == 97 and data[at + 2] == 114 and data[at + 3] == 103 else 0
