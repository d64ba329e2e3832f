"""E-mail addresses around an `@` and IPv6 addresses around a `:`."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.text.context import HEX, MAIL, SHAPE, is_alnum
from amends.scan.text.lanes import ONE, among, below, first, last, many, plain
from amends.scan.values.checks import email
from amends.scan.values.compiled import fused, leaf

_DOT: Final = 46
_COLONS: Final = 3
"""Fewest colons of an IPv6 address that is not taken for a time of day."""


@fused
def _local(data, low, at):  # type: ignore[no-untyped-def]
    """First byte of the local part before the `@` at `at`; `at` if there is none."""
    base = at - 64
    mask = plain(data, base)
    allowed = mask | among(data, base, 0, 45, 46) | among(data, base, 0, 95, 95)
    allowed |= among(data, base, 0, 37, 37) | among(data, base, 0, 43, 43)
    begin = max(last(~allowed) + 1, low - base)
    mask = mask & ~below(begin) if begin < 64 else np.uint64(0)
    return base + first(mask)


@leaf
def mail(data, low, at, stop):  # type: ignore[no-untyped-def]
    """Start and end of the e-mail address around the `@` at `at`; equal if it is none (RFC 5321, a dotted domain)."""
    start = _local(data, low, at)
    begin = at + 1
    letters = plain(data, begin)
    dots = among(data, begin, 0, _DOT, _DOT)
    width = first(~(letters | dots | among(data, begin, 0, 45, 45)))
    if width >= 63:
        return _long(data, start, at, stop)
    letters &= below(width)
    end = last(letters) + 1
    dots &= below(end)
    if start == at or end - last(dots) < 3 or dots & (dots << ONE) or dots & ONE or data[at - 1] == _DOT or dots == 0:
        return at, at
    top = among(data, begin, 32, 97, 122) & below(end)
    if many(top & ~below(last(dots))) != end - last(dots) - 1:
        return at, at
    return start, begin + end


@leaf
def _long(data, start, at, stop):  # type: ignore[no-untyped-def]
    """As `mail`, byte by byte, for a domain that is longer than what is seen at once."""
    end = at + 1
    while end < stop and end - at < 254 and (is_alnum(data[end]) or data[end] == _DOT or data[end] == 45):
        end += 1
    while end > at + 1 and (data[end - 1] == _DOT or data[end - 1] == 45):
        end -= 1
    return (start, end) if start < at and email(data, start, end, at) else (at, at)


@fused
def before_mail(data, end, stop):  # type: ignore[no-untyped-def]
    """Whether what ends at `end` is but the beginning of the local part of an e-mail address."""
    i = end
    while i < stop and i - end < 64 and SHAPE[data[i]] & MAIL:
        i += 1
    return i + 1 < stop and data[i] == 64 and is_alnum(data[i + 1])


@fused
def is_ip6(data, at):  # type: ignore[no-untyped-def]
    """Whether enough colons stand from `at` on, hexadecimal digits between them, for an IPv6 address."""
    colons = among(data, at, 0, 58, 58)
    hexadecimal = among(data, at, 0, 48, 57) | among(data, at, 32, 97, 102)
    width = first(~(colons | hexadecimal))
    return width > _COLONS and many(colons & below(min(width, 63))) >= _COLONS


@leaf
def ip6(data, low, i, stop):  # type: ignore[no-untyped-def]
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
