"""The messages of a variant: headers, text and HTML compiled once, with the values of one person put between.

Sources: RFC 5322 (format, line lengths), 2045 and 2046 (parts), 2047 (words of headers), 6532 (addresses in UTF-8),
3834 (no automatic answers), 2369 and 8058 (leaving a list).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from amends.errors import AmendsError
from amends.notices.emails.markup import markup
from amends.notices.emails.parts import BARE, BLOCK, BODY, FIXED, MARKUP, NAME, PLAIN, compose, entry_header
from amends.notices.texts import segments

TO_NAME: Final = 0
TO: Final = 1
TOKEN: Final = 2
FIRST_LINE: Final = 3
"""Values of a message in order: name, address and token of the piece, then the lines of one person as the text has
them."""

_END: Final = b"\r\n"
_LONGEST_LINE: Final = 998
_GROWTH: Final = 12
"""Bytes that a byte of a value can become: a quotation mark, an entity in the HTML, stands in the text too."""


class MessageError(AmendsError):
    """A message cannot be written: a header value with a line end, or a line that is too long."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message of a variant says in its headers beside whom it is for.

    `leave`: the address on the web that ends such messages, to which the token of the piece is added; empty where the
    law requires the message. `one_click`: whether that address takes a POST as RFC 8058 has it.
    """

    name: str
    address: str
    subject: str
    language: str
    date: datetime
    leave: str = ""
    one_click: bool = False

    def __post_init__(self) -> None:
        """Refuse what could add a header. Raises `MessageError`."""
        for part in (self.name, self.address, self.subject, self.language, self.leave):
            if any(ord(character) < 32 or ord(character) == 127 for character in part):
                raise MessageError("a header has a control character", where="notices, e-mail")

    @property
    def domain(self) -> str:
        """The right side of message ids."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages as entries of an archive: `data` holds good until the next is made in the same scratch.

    `spans` (n, 3): the start of each message, with the room for signatures first; of its body; and its end.
    """

    data: np.ndarray[Any, Any]
    spans: np.ndarray[Any, Any]

    def message(self, row: int) -> bytes:
        """One message."""
        found: bytes = self.data[self.spans[row, 0] : self.spans[row, 2]].tobytes()
        return found


@dataclass(slots=True)
class Scratch:
    """Memory in which batches are made, one after another; templates that take turns share one."""

    data: np.ndarray[Any, Any] = field(default_factory=lambda: np.empty(0, np.uint8))

    def room(self, size: int) -> np.ndarray[Any, Any]:
        """At least `size` bytes of it."""
        if len(self.data) < size:
            self.data = np.empty(size, np.uint8)
        return self.data


@dataclass(slots=True)
class Template:
    """A variant compiled: parts in order. `stamped` are the numbers of the text's lines that hold a value."""

    envelope: Envelope
    text: str
    scratch: Scratch = field(default_factory=Scratch)
    stamped: tuple[int, ...] = field(init=False)
    _kinds: list[int] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _fixed: list[bytes] = field(default_factory=list)
    _tables: tuple[np.ndarray[Any, Any], ...] = ()
    _entry: np.ndarray[Any, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the headers and both parts of the body. Raises `MessageError` for a header line that is too long."""
        lines = self.text.removesuffix("\n").split("\n")
        self.stamped = tuple(
            number for number, line in enumerate(lines) if any(slot is not None for _, slot in segments(line))
        )
        boundary = f"=_{hashlib.sha256(self.text.encode()).hexdigest()[:32]}"
        self._headers(boundary)
        self._part(boundary, "text/plain", [(line, number) for number, line in enumerate(lines)], PLAIN)
        self._part(boundary, "text/html", self._markup(lines), MARKUP)
        self._fix(f"--{boundary}--\r\n".encode())
        if max(len(line) for part in self._fixed for line in part.split(_END)) > _LONGEST_LINE:
            raise MessageError("a header is longer than 998 bytes (RFC 5322, 2.1.1)", where="notices, e-mail")
        self._entry = entry_header(self.envelope.date)
        self._tables = (
            np.array(self._kinds, np.int64),
            np.array(self._numbers, np.int64),
            np.frombuffer(b"".join(self._fixed), np.uint8),
            np.cumsum([0, *map(len, self._fixed)]).astype(np.int64),
        )

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the headers in order."""
        head = b"".join(self._fixed).partition(b"\r\n\r\n")[0].decode()
        return tuple(re.findall(r"^([!-9;-~]+):", head, re.MULTILINE))

    @property
    def slots(self) -> int:
        """How many values a message has."""
        return FIRST_LINE + len(self.stamped)

    def messages(self, values: pa.Array, pieces: np.ndarray[Any, Any], room: int = 0) -> Batch:
        """The messages of `slots` values each (see `FIRST_LINE`), one after another.

        `pieces` numbers them (int64); `room` bytes stay free in front of each. Raises `MessageError` when a value holds
        a control character: it could end a header or a line.
        """
        data, offsets = _utf8(values)
        if (data < 32).any() or (data == 127).any():
            raise MessageError(
                "a value of an e-mail holds a control character", where="notices, e-mail", mend="clean it at intake"
            )
        count = len(values) // self.slots
        kinds, numbers, fixed, fixed_at = self._tables
        size = count * (len(fixed) + 64 * self.slots + 2 * BLOCK + room) + _GROWTH * len(data)
        out = self.scratch.room(size)
        spans = np.empty((count, 3), np.int64)
        longest = int(np.max(np.diff(offsets), initial=1))
        written = compose(
            kinds,
            numbers,
            fixed,
            fixed_at,
            data,
            offsets,
            self.slots,
            self._entry,
            pieces,
            room,
            out,
            spans,
            np.empty(6 * longest, np.uint8),
        )
        return Batch(out[:written], spans)

    def _headers(self, boundary: str) -> None:
        sender = self.envelope
        self._fix(b"From: " + _mailbox(sender.name) + b"\r\n <" + sender.address.encode() + b">\r\nTo: ")
        self._value(NAME, TO_NAME)
        self._fix(b"\r\n <")
        self._value(BARE, TO)
        self._fix(
            b">\r\nSubject: "
            + _subject(sender.subject)
            + b"\r\nDate: "
            + format_datetime(sender.date).encode()
            + b"\r\nMessage-ID: <"
        )
        self._value(BARE, TOKEN)
        self._fix(
            f"@{sender.domain}>\r\nContent-Language: {sender.language}\r\nAuto-Submitted: auto-generated\r\n".encode()
        )
        if sender.leave:
            self._fix(f"List-Unsubscribe: <{sender.leave}".encode())
            self._value(BARE, TOKEN)
            self._fix(
                b">\r\n" + (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if sender.one_click else b"")
            )
        self._fix(
            f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()
        )
        self._kinds.append(BODY)
        self._numbers.append(0)

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

    def _markup(self, lines: Sequence[str]) -> Sequence[tuple[str, int | None]]:
        return markup(lines, self.stamped, self.envelope.language, self.envelope.subject)

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


def _mailbox(name: str) -> bytes:
    if name.isascii():
        return b'"' + name.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
    return Header(name, "utf-8", header_name="From").encode(linesep="\r\n").encode()


def _subject(subject: str) -> bytes:
    charset = "us-ascii" if subject.isascii() else "utf-8"
    return Header(subject, charset, header_name="Subject").encode(linesep="\r\n").encode()


def _utf8(texts: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    plain = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    return plain[at[0] : at[-1]], at - at[0]
