"""Address books as plain labelled lines: lines that were folded are joined, values that were encoded are read.

LDIF (RFC 2849) folds a line by a blank and writes `label:: base64`; vCard folds alike (RFC 6350, 3.2), and of version
2.1 writes values as quoted-printable (RFC 2045, 6.7), whose soft line breaks end in `=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from amends.scan.values.compiled import leaf

_LDIF: Final = re.compile(rb"\A(?:\s++|#[^\n]*\n|version:[^\n]*\n)*+dn::? ?\S", re.IGNORECASE)
_VCARD: Final = re.compile(rb"\A\s*BEGIN:VCARD", re.IGNORECASE)
_QUOTED: Final = np.frombuffer(b"QUOTED-PRINTABLE", np.uint8)


def is_folded(sample: bytes) -> bool:
    """Whether a text that begins with `sample` (ASCII-based) is LDIF or vCards."""
    return bool(_LDIF.match(sample) or _VCARD.match(sample))


def unfolded(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The text with a line a value. A value that is longer than `limit` bytes is cut there."""
    left = b""
    for chunk, final in _with_last(chunks):
        left += chunk
        last = final or len(left) > limit
        data, out = np.frombuffer(left, np.uint8), np.empty(len(left) + 2, np.uint8)
        used, written = unfold(data, len(data), last, out)
        left = left[used:]
        yield out[:written].tobytes()


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    for chunk in chunks:
        yield chunk, False
    yield b"", True


@leaf
def _digit(c):  # type: ignore[no-untyped-def]
    """What a digit of base64 is worth, -1 if it is none."""
    if 65 <= c <= 90:
        return c - 65
    if 97 <= c <= 122:
        return c - 71
    if 48 <= c <= 57:
        return c + 4
    if c == 43:
        return 62
    return 63 if c == 47 else -1


@leaf
def _hex(c):  # type: ignore[no-untyped-def]
    if 48 <= c <= 57:
        return c - 48
    return (c | 32) - 87 if 97 <= c | 32 <= 102 else -1


@leaf
def _put(out, at, c):  # type: ignore[no-untyped-def]
    """Write a byte; one that would end the line, or that no text holds, is a blank."""
    out[at] = c if c >= 32 else 32
    return at + 1


@leaf
def _from_base64(out, begin, end):  # type: ignore[no-untyped-def]
    """Decode `out[begin:end]` in place; returns its new end, or -1 where it is no text in base64."""
    bits = held = odd = 0
    for i in range(begin, end):
        c = np.int64(out[i])
        if c == 61:
            break
        worth = _digit(c)
        if worth < 0:
            return -1
        bits, held = (bits << 6 | worth) & 0xFFFF, held + 6
        if held >= 8:
            held -= 8
            c = bits >> held & 255
            odd += c < 32 and c != 9 and c != 10 and c != 13
    if odd:
        return -1
    at = begin
    bits = held = 0
    for i in range(begin, end):
        c = np.int64(out[i])
        if c == 61:
            break
        bits, held = (bits << 6 | _digit(c)) & 0xFFFF, held + 6
        if held >= 8:
            held -= 8
            at = _put(out, at, bits >> held & 255)
    return at


@leaf
def _from_quoted(out, begin, end):  # type: ignore[no-untyped-def]
    """Decode quoted-printable in place; returns its new end."""
    at = i = begin
    while i < end:
        c = np.int64(out[i])
        if c == 61 and i + 2 < end and _hex(out[i + 1]) >= 0 and _hex(out[i + 2]) >= 0:
            c = _hex(np.int64(out[i + 1])) * 16 + _hex(np.int64(out[i + 2]))
            i += 2
        at = _put(out, at, c)
        i += 1
    return at


@leaf
def _is_quoted(out, begin, end):  # type: ignore[no-untyped-def]
    """Whether the label of a line says that its value is quoted-printable."""
    for i in range(begin, end - _QUOTED.size + 1):
        k = 0
        while k < _QUOTED.size and (out[i + k] == _QUOTED[k] or out[i + k] - 32 == _QUOTED[k]):
            k += 1
        if k == _QUOTED.size:
            return True
    return False


@leaf
def _colon(out, begin, end):  # type: ignore[no-untyped-def]
    at = begin
    while at < end and out[at] != 58:
        at += 1
    return at


@leaf
def _read_value(out, begin, end):  # type: ignore[no-untyped-def]
    """Read the value of the line `out[begin:end]`; returns its new end."""
    colon = _colon(out, begin, end)
    if colon + 1 < end and out[colon + 1] == 58:
        first = colon + 2
        while first < end and out[first] == 32:
            first += 1
        stop = _from_base64(out, first, end)
        if stop >= 0:
            out[colon + 1] = 32
            return stop
    if colon < end and _is_quoted(out, begin, colon):
        end = _from_quoted(out, colon + 1, end)
    if colon < end and _is_name(out, begin, colon):
        return _in_order(out, colon + 1, end)
    return end


@leaf
def _is_name(out, begin, colon):  # type: ignore[no-untyped-def]
    """Whether a label is `N`, with any group before and parameters behind it."""
    for i in range(begin, colon):
        if out[i] == 46:
            begin = i + 1
        if out[i] == 59:
            colon = i
            break
    return colon - begin == 1 and (out[begin] | 32) == 110


@leaf
def _in_order(out, begin, end):  # type: ignore[no-untyped-def]
    """The parts of a name (RFC 6350, 6.2.2) as `Family,Given Middle`; returns its new end."""
    parts = 0
    for i in range(begin, end):
        if out[i] == 59 and (i == begin or out[i - 1] != 92):
            out[i] = 44 if parts == 0 and i > begin else 32
            parts += 1
    while end > begin and (out[end - 1] == 32 or out[end - 1] == 44):
        end -= 1
    return end


@leaf
def unfold(buf, size, final, out):  # type: ignore[no-untyped-def]
    """Write the whole lines of `buf[:size]` to `out`, joined and read; returns (bytes used, bytes written)."""
    at = used = written = begun = 0
    soft = False
    quoted = False
    while at < size:
        end = at
        while end < size and buf[end] != 10 and buf[end] != 13:
            end += 1
        after = end + 1 + (end + 1 < size and buf[end] == 13 and buf[end + 1] == 10)
        if (after >= size or (end + 1 >= size and buf[end] == 13)) and not final:
            break
        after = min(after, size)
        for i in range(at, end):
            out[written] = buf[i]
            written += 1
        quoted = quoted or _is_quoted(out, begun, _colon(out, begun, written))
        soft = quoted and written > begun and out[written - 1] == 61
        folds = after < size and (buf[after] == 32 or buf[after] == 9) and after - end > 0 and end > at
        if soft:
            written -= 1
        at = after
        if soft and at < size:
            continue
        if folds:
            at += 1
            continue
        written = _read_value(out, begun, written)
        if end < size:
            out[written] = 10
            written += 1
        begun, used, quoted = written, at, False
    return (used, begun) if not final else (size, written)
