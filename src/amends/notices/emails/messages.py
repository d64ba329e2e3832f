"""The messages of a variant: text and HTML, compiled once, with the lines of one person between the parts.

Sources: RFC 5322 (format, line lengths), 2045 and 2046 (parts), 2047 (words of headers), 6532 (addresses in UTF-8).
"""

from __future__ import annotations

import binascii
import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from amends.errors import AmendsError
from amends.notices.emails.quoted import BARE, FIXED, MARKUP, PLAIN, compose
from amends.notices.texts import segments

TO: Final = 0
MESSAGE_ID: Final = 1
FIRST_LINE: Final = 2
"""Values of a message in order: address, message id, then the lines of one person as the text has them."""

_END: Final = b"\r\n"


class MessageError(AmendsError):
    """A message cannot be written: a header value with a line end, or a line that is too long."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message of a variant says in its headers beside the person's address and the message id."""

    name: str
    address: str
    subject: str
    language: str
    date: datetime

    def __post_init__(self) -> None:
        """Refuse what could add a header. Raises `MessageError`."""
        for part in (self.name, self.address, self.subject, self.language):
            if any(ord(character) < 32 or ord(character) == 127 for character in part):
                raise MessageError("a header has a control character", where="notices, e-mail")


@dataclass(slots=True)
class Template:
    """A variant compiled: parts in order. `stamped` are the numbers of the text's lines that hold a value."""

    envelope: Envelope
    text: str
    stamped: tuple[int, ...] = field(init=False)
    _kinds: list[int] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _fixed: list[bytes] = field(default_factory=list)
    _tables: tuple[np.ndarray[Any, Any], ...] = ()

    def __post_init__(self) -> None:
        """Compile the headers and both parts of the body."""
        lines = self.text.removesuffix("\n").split("\n")
        self.stamped = tuple(
            number for number, line in enumerate(lines) if any(slot is not None for _, slot in segments(line))
        )
        boundary = hashlib.sha256(self.text.encode()).hexdigest()[:32]
        self._headers(boundary)
        self._part(boundary, "text/plain", [(line, number) for number, line in enumerate(lines)], PLAIN)
        self._part(boundary, "text/html", _markup(lines, self.envelope), MARKUP)
        self._fix(f"--{boundary}--\r\n".encode())
        self._tables = (
            np.array(self._kinds, np.int64),
            np.array(self._numbers, np.int64),
            np.frombuffer(b"".join(self._fixed), np.uint8),
            np.cumsum([0, *map(len, self._fixed)]).astype(np.int64),
        )

    @property
    def slots(self) -> int:
        """How many values a message has."""
        return FIRST_LINE + len(self.stamped)

    def messages(self, values: pa.Array) -> pa.LargeBinaryArray:
        """The messages of `slots` values each (see `FIRST_LINE`), one after another.

        Raises `MessageError` when a value holds a control character: it could end a header or a line.
        """
        data, offsets = _utf8(values)
        if (data < 32).any() or (data == 127).any():
            raise MessageError(
                "a value of an e-mail holds a control character", where="notices, e-mail", mend="clean it at intake"
            )
        count = len(values) // self.slots
        ends = np.zeros(count, np.int64)
        kinds, numbers, fixed, fixed_at = self._tables
        size = count * (len(fixed) + 32 * self.slots) + 2 * 20 * len(data)
        out = np.empty(size, np.uint8)
        longest = int(np.max(np.diff(offsets), initial=1))
        written = compose(
            kinds,
            numbers,
            fixed,
            fixed_at,
            data,
            offsets,
            self.slots,
            out,
            ends,
            np.empty(6 * longest, np.uint8),
        )
        return pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), count, [None, pa.py_buffer(np.insert(ends, 0, 0)), pa.py_buffer(out[:written])]
        )

    def _headers(self, boundary: str) -> None:
        sender = self.envelope
        self._fix(b"From: " + _header(sender.name, "From") + b" <" + sender.address.encode() + b">\r\nTo: <")
        self._value(BARE, TO)
        self._fix(
            b">\r\nSubject: "
            + _header(sender.subject, "Subject")
            + b"\r\nDate: "
            + format_datetime(sender.date).encode()
            + b"\r\nMessage-ID: <"
        )
        self._value(BARE, MESSAGE_ID)
        self._fix(
            f">\r\nContent-Language: {sender.language}\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()
        )

    def _part(self, boundary: str, kind: str, lines: Sequence[tuple[str, int | None]], slot_kind: int) -> None:
        """One part of the body: lines with the number of the text's line, where a value may stand in it."""
        self._fix(
            f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        )
        for line, number in lines:
            if number in self.stamped:
                self._value(slot_kind, FIRST_LINE + self.stamped.index(number))
            else:
                self._fix(quoted(line))
        self._fix(_END)

    def _fix(self, content: bytes) -> None:
        if self._kinds and self._kinds[-1] == FIXED:
            self._fixed[-1] += content
        else:
            self._kinds.append(FIXED)
            self._numbers.append(len(self._fixed))
            self._fixed.append(content)

    def _value(self, kind: int, number: int) -> None:
        self._kinds.append(kind)
        self._numbers.append(number)


def quoted(line: str) -> bytes:
    """A line and its end as quoted-printable, by the standard library."""
    return binascii.b2a_qp(line.encode() + b"\n").replace(b"\n", _END)


def _markup(lines: Sequence[str], envelope: Envelope) -> list[tuple[str, int | None]]:
    """The text as HTML: a line of the text stands on a line by itself, so that a value can take its place."""
    found: list[tuple[str, int | None]] = [
        (f'<!DOCTYPE html><html lang="{envelope.language}"><head><meta charset="utf-8">', None),
        (f"<title>{html.escape(envelope.subject)}</title></head><body>", None),
    ]
    inside = False
    for number, line in enumerate(lines):
        if line:
            found.append(("<br>" if inside else "<p>", None))
            found.append((html.escape(line), number))
        elif inside:
            found.append(("</p>", None))
        inside = bool(line)
    return [*found, ("</p></body></html>" if inside else "</body></html>", None)]


def _header(text: str, name: str) -> bytes:
    if text.isascii():
        return (
            text.encode()
            if name == "Subject"
            else b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
        )
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n").encode()


def _utf8(texts: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    plain = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    return plain[at[0] : at[-1]], at - at[0]
