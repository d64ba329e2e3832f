"""The small grammar of mail: header lines, parameters, encoded words and the two transfer encodings, all tolerant."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from amends.scan.documents.passages import decode, to_utf8

_PARAMETER = re.compile(r";\s{0,100}([\w*.-]{1,60})\s{0,20}=\s{0,20}(\"(?:[^\"\\]|\\.){0,1000}\"?|[^;\s]{0,1000})")
_WORD = re.compile(rb"=\?([\w.:+*-]{1,60})\?([bBqQ])\?([^?\r\n]{0,2000})\?=")
_LONGEST_VALUE = 8 << 10
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _ALPHABET)


@dataclass(frozen=True, slots=True)
class Value:
    """A structured header: its first word in lower case, its parameters by lower-case name."""

    word: str
    parameters: dict[str, str] = field(default_factory=dict)


def headers_of(block: bytes) -> list[tuple[str, bytes]]:
    """The header lines of a block, unfolded, names in lower case."""
    lines: list[list[bytes]] = []
    for line in block.splitlines():
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line)
        else:
            lines.append([line])
    found = (b"".join(pieces).partition(b":") for pieces in lines)
    return [(name.strip().lower().decode("latin-1"), value.strip()) for name, colon, value in found if colon]


def value_of(raw: bytes) -> Value:
    """A header such as Content-Type; parameters in pieces and with a character set (RFC 2231) are put together."""
    return _value(raw[:_LONGEST_VALUE])


@lru_cache(1024)
def _value(raw: bytes) -> Value:
    text = words(raw).decode("utf-8")
    word = text.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[str]] = {}
    for name, value in _PARAMETER.findall(text):
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value.strip('"'))
        base, star, _ = name.lower().partition("*")
        if star:
            pieces.setdefault(base, []).append(value)
        else:
            plain.setdefault(base, value)
    for base, found in pieces.items():
        plain.setdefault(base, _extended("".join(found)))
    return Value(word, plain)


def words(raw: bytes) -> bytes:
    """A header as UTF-8, with its encoded words (RFC 2047) put in plain."""
    if b"=?" not in raw:
        return to_utf8(raw)
    out: list[bytes] = []
    run: list[bytes] = []
    charset, at = "", 0
    for match in _WORD.finditer(raw):
        between = raw[at : match.start()]
        if run and between.strip() == b"" and match[1].decode("ascii", "replace").lower() == charset:
            run.append(_unword(match))
        else:
            out.append(decode(b"".join(run), charset))
            if not run or between.strip():
                out.append(decode(between, ""))
            run, charset = [_unword(match)], match[1].decode("ascii", "replace").lower()
        at = match.end()
    out += [decode(b"".join(run), charset), decode(raw[at:], "")]
    return to_utf8(b"".join(out))


def untransfer(blocks: Iterable[bytes], transfer: str) -> Iterator[bytes]:
    """The bytes that were sent as `transfer` ("base64", "quoted-printable", or as they are)."""
    if transfer == "base64":
        return _from_base64(blocks)
    return _from_quoted(blocks) if transfer == "quoted-printable" else iter(blocks)


def _from_base64(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What is not of the alphabet is skipped; padding ends a run, and another may follow."""
    held = b""
    for block in blocks:
        runs = (held + block.translate(None, _NOT_BASE64)).split(b"=")
        for run in runs[:-1]:
            yield _base64(run)
        whole = len(runs[-1]) & ~3
        yield _base64(runs[-1][:whole])
        held = runs[-1][whole:]
    yield _base64(held)


def _base64(run: bytes) -> bytes:
    if len(run) % 4 == 1:
        run = run[:-1]
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4)) if run else b""


def _from_quoted(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces end after a line, or, in a line without end, before what may be an escape."""
    held = b""
    for block in blocks:
        data = held + block
        stop = data.rfind(b"\n") + 1
        if not stop:
            escape = data.rfind(b"=", -3)
            stop = escape if escape >= 0 else len(data)
        yield binascii.a2b_qp(data[:stop])
        held = data[stop:]
    yield binascii.a2b_qp(held)


def _unword(match: re.Match[bytes]) -> bytes:
    if match[2] in b"bB":
        return b"".join(_from_base64([match[3]]))
    return binascii.a2b_qp(match[3].replace(b"_", b" "))


def _extended(text: str) -> str:
    charset, tick, rest = text.partition("'")
    if not tick or "'" not in rest:
        return unquote_to_bytes(text).decode("utf-8", "replace")
    return decode(unquote_to_bytes(rest.partition("'")[2]), charset).decode("utf-8", "replace")
