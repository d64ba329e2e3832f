"""Finished message files read back, every byte of them: what each message says, and whether its form is right.

It shares no code with what writes messages. A message is taken apart as a receiver does it: entry of the archive,
headers, parts, quoted-printable (RFC 2045, 6.7), tags and text of the HTML.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numba import njit

from amends.errors import EvidenceError

WRONG: Final = ("", "the headers", "a part", "the encoding", "the markup", "the words of the HTML")
"""What is wrong with a message, by the number that `take_apart` gives."""

_HEADERS, _PART, _ENCODING, _MARKUP, _WORDS = range(1, 6)
_BLOCK: Final = 512
_AT_ONCE: Final = 1_024
_LINE: Final = 998
_QUOTED: Final = 76
_NAMED: Final = ("&amp;", "&lt;", "&gt;", "&quot;", "&#x27;")
_ENTITIES: Final = np.frombuffer("".join(_NAMED).encode(), np.uint8)
_ENTITIES_AT: Final = np.cumsum([0, *map(len, _NAMED)])
_MEANT: Final = np.array([ord(html.unescape(name)) for name in _NAMED])


@dataclass(frozen=True, slots=True)
class Form:
    """What all messages of a variant have alike: the delimiter of parts, their headers, and the tags of the HTML."""

    delimiter: bytes
    plain: bytes
    marked: bytes
    skeleton: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Some messages of a file: number of the piece, place in the file, the message, what it says and what is wrong.

    The columns of `table`: piece_id, first_byte, bytes, message, head, text, wrong (a place in `WRONG`). `text` is null
    where something is wrong.
    """

    table: pa.Table

    def messages(self) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each."""
        return zip(self.table["piece_id"].to_pylist(), self.table["message"].to_pylist(), strict=True)


def first_message(path: Path) -> bytes:
    """The first message of a file. Raises `EvidenceError` when it is no archive of messages."""
    data = np.memmap(path, np.uint8, "r")
    spans, _ = _entries(data, path)
    if not len(spans):
        raise EvidenceError("there is no message in the file", where=path.name)
    found: bytes = data[spans[0, 0] : spans[0, 1]].tobytes()
    return found


def read_file(path: Path, form: Form) -> Iterator[Read]:
    """The messages of a file, some at a time. Raises `EvidenceError` when it is no archive of messages."""
    data = np.memmap(path, np.uint8, "r")
    spans, numbers = _entries(data, path)
    fixed = [np.frombuffer(part, np.uint8) for part in (form.delimiter, form.plain, form.marked, form.skeleton)]
    for start in range(0, len(spans), _AT_ONCE):
        some = spans[start : start + _AT_ONCE]
        count = len(some)
        texts = np.empty(int((some[:, 1] - some[:, 0]).sum()), np.uint8)
        places = np.empty((count, 3), np.int64)
        wrong = np.empty(count, np.int8)
        longest = int((some[:, 1] - some[:, 0]).max())
        take_apart(data, some, *fixed, texts, places, wrong, np.empty(longest, np.uint8))
        yield Read(
            pa.table(
                {
                    "piece_id": pa.array(numbers[start : start + count]),
                    "first_byte": pa.array(some[:, 0]),
                    "bytes": pa.array(some[:, 1] - some[:, 0]),
                    "message": _binary(data, some),
                    "head": _binary(data, np.stack([some[:, 0], places[:, 0]], 1)),
                    "text": _binary(texts, places[:, 1:]),
                    "wrong": pa.array(wrong),
                }
            )
        )


def _entries(data: np.ndarray[Any, Any], path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Start and end of each message, and the number of its piece."""
    spans = np.empty((len(data) // _BLOCK, 2), np.int64)
    numbers = np.empty(len(spans), np.int64)
    count = walk(data, spans, numbers)
    if count < 0:
        raise EvidenceError("the archive of messages is damaged", where=path.name)
    return spans[:count], numbers[:count]


def _binary(data: np.ndarray[Any, Any], spans: np.ndarray[Any, Any]) -> pa.LargeBinaryArray:
    """The bytes of the spans, one value each."""
    ends = np.cumsum(spans[:, 1] - spans[:, 0])
    found = np.empty(int(ends[-1]), np.uint8)
    gather(data, spans, found)
    buffers = [None, pa.py_buffer(np.insert(ends, 0, 0)), pa.py_buffer(found)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(spans), buffers)


@njit(cache=True)
def gather(data, spans, out):  # type: ignore[no-untyped-def]
    """Copy the spans of `data` one after another."""
    at = 0
    for row in range(len(spans)):
        first, to = np.uint64(spans[row, 0]), np.uint64(at)
        for place in range(np.uint64(spans[row, 1] - spans[row, 0])):
            out[to + place] = data[first + place]
        at += spans[row, 1] - spans[row, 0]


@njit(cache=True)
def walk(data, spans, numbers):  # type: ignore[no-untyped-def]
    """The entries of an archive (POSIX ustar): span and number of each; how many, or -1 when it is damaged.

    The file ends in two blocks of zeros and nothing after them.
    """
    at, count = 0, 0
    while at + 2 * _BLOCK <= len(data) and data[at] != 0:
        total, told, size, number = 0, 0, 0, 0
        for place in range(_BLOCK):
            total += 32 if 148 <= place < 156 else data[at + place]
        for place in range(148, 154):
            told = 8 * told + data[at + place] - 48
        for place in range(124, 135):
            size = 8 * size + data[at + place] - 48
        for place in range(12):
            number = 10 * number + data[at + place] - 48
        if total != told or size <= 0 or at + _BLOCK + size > len(data) or data[at + 156] != 48:
            return -1
        spans[count, 0], spans[count, 1], numbers[count] = at + _BLOCK, at + _BLOCK + size, number
        count += 1
        at += _BLOCK + (size + _BLOCK - 1) // _BLOCK * _BLOCK
    if at + 2 * _BLOCK != len(data):
        return -1
    for place in range(at, len(data)):
        if data[place]:
            return -1
    return count


@njit(cache=True)
def take_apart(data, spans, delimiter, plain, marked, skeleton, texts, places, wrong, markup):  # type: ignore[no-untyped-def]
    """Read messages. `places` (n, 3): end of the headers in `data`, begin and end of the text in `texts`.

    `delimiter`, `plain`, `marked` and `skeleton` are those of `Form`; `markup` is room for one message; `wrong` gets a
    place in `WRONG`. The text of a message with something wrong is empty.
    """
    written = 0
    for row in range(len(spans)):
        end = spans[row, 1]
        body = _after_headers(data, spans[row, 0], end)
        wrong[row] = 0
        places[row, 0] = max(body - 2, spans[row, 0])
        places[row, 1] = places[row, 2] = written
        if body < 0:
            wrong[row] = _HEADERS
            continue
        at = _same(data, body, end, plain)
        if at < 0:
            wrong[row] = _PART
            continue
        at, last = _unquoted(data, at, end, delimiter, texts, written)
        if at < 0:
            wrong[row] = _ENCODING
            continue
        at = _same(data, at, end, marked)
        if at < 0:
            wrong[row] = _PART
            continue
        at, length = _unquoted(data, at, end, delimiter, markup, 0)
        if at < 0:
            wrong[row] = _ENCODING
            continue
        at = _same(data, at, end, delimiter)
        if at < 0 or at + 4 != end or data[at] != 45 or data[at + 1] != 45 or data[at + 2] != 13 or data[at + 3] != 10:
            wrong[row] = _PART
            continue
        wrong[row] = _marked(markup, length, skeleton, texts, written, last)
        if wrong[row] == 0:
            places[row, 2] = last
            written = last


@njit(cache=True)
def _after_headers(data, at, end):  # type: ignore[no-untyped-def]
    """Where the body begins, or -1: headers are lines of at most 998 bytes without control characters."""
    line = at
    while at + 1 < end:
        if data[at] == 13:
            if data[at + 1] != 10 or at - line > _LINE:
                return -1
            if at == line:
                return at + 2
            at += 2
            line = at
        elif data[at] < 32 or data[at] == 127:
            return -1
        else:
            at += 1
    return -1


@njit(cache=True)
def _same(data, at, end, expected):  # type: ignore[no-untyped-def]
    """The place after `expected`, or -1 where something else stands."""
    if at + len(expected) > end:
        return -1
    for place in range(len(expected)):
        if data[at + place] != expected[place]:
            return -1
    return at + len(expected)


@njit(cache=True)
def _digit(value):  # type: ignore[no-untyped-def]
    if 48 <= value <= 57:
        return value - 48
    return value - 55 if 65 <= value <= 70 else -1


@njit(cache=True)
def _unquoted(data, at, end, delimiter, out, written):  # type: ignore[no-untyped-def]
    """Quoted-printable up to the delimiter line: the place of the delimiter (or -1) and the end of what it says.

    The line end before the delimiter belongs to the delimiter (RFC 2046, 5.1.1).
    """
    line = at
    while at + 2 < end:
        value = data[at]
        if at == line and value == 45 and _same(data, at, end, delimiter) > 0:
            return at, written - 1
        if value == 13:
            if data[at + 1] != 10 or at - line > _QUOTED or (at > line and data[at - 1] == 32):
                return -1, 0
            out[written] = 10
            written += 1
            at += 2
            line = at
        elif value == 61 and data[at + 1] == 13 and data[at + 2] == 10:
            if at - line >= _QUOTED:
                return -1, 0
            at += 3
            line = at
        elif value == 61:
            high, low = _digit(data[at + 1]), _digit(data[at + 2])
            if high < 0 or low < 0:
                return -1, 0
            out[written] = 16 * high + low
            written += 1
            at += 3
        elif value < 32 or value > 126:
            return -1, 0
        else:
            out[written] = value
            written += 1
            at += 1
    return -1, 0


@njit(cache=True)
def _marked(markup, length, skeleton, texts, first, last):  # type: ignore[no-untyped-def]
    """Compare HTML with its tags and with the words of the text; a place in `WRONG`.

    All up to and with the tag of the body, and each tag after it, must be the skeleton; all else the words, where any
    white space is like any other.
    """
    at, matched, spaced, begun = _skeleton_start(markup, length, skeleton), 0, True, False
    if at < 0:
        return _MARKUP
    matched = at
    while at < length:
        value = markup[at]
        if value == 60:
            while True:
                if at >= length or matched >= len(skeleton) or markup[at] != skeleton[matched]:
                    return _MARKUP
                matched += 1
                at += 1
                if markup[at - 1] == 62:
                    break
        elif value == 32 or value == 10:
            spaced = True
            at += 1
        else:
            value, at = _character(markup, at, length)
            before = first
            while first < last and (texts[first] == 32 or texts[first] == 10):
                first += 1
            if first >= last or texts[first] != value or (begun and (first > before) != spaced):
                return _WORDS
            first += 1
            begun, spaced = True, False
    while first < last and (texts[first] == 32 or texts[first] == 10):
        first += 1
    if first < last:
        return _WORDS
    return 0 if matched == len(skeleton) else _MARKUP


@njit(cache=True)
def _skeleton_start(markup, length, skeleton):  # type: ignore[no-untyped-def]
    """The place after the tag of the body, or -1 where what comes before differs from the skeleton."""
    for at in range(min(length, len(skeleton))):
        if markup[at] != skeleton[at]:
            return -1
        if markup[at] == 62 and _is_body(skeleton, at):
            return at + 1
    return -1


@njit(cache=True)
def _is_body(markup, at):  # type: ignore[no-untyped-def]
    """Whether the tag that ends here begins the body."""
    while at > 0 and markup[at] != 60:
        at -= 1
    return markup[at + 1] == 98 and markup[at + 2] == 111 and markup[at + 3] == 100 and markup[at + 4] == 121


@njit(cache=True)
def _character(markup, at, length):  # type: ignore[no-untyped-def]
    """The next byte of a text of HTML, an entity as what it stands for (-1: an unknown one), and the place after it."""
    if markup[at] != 38:
        return int(markup[at]), at + 1
    for number in range(len(_MEANT)):
        first, last = _ENTITIES_AT[number], _ENTITIES_AT[number + 1]
        if at + last - first <= length:
            same = True
            for place in range(first, last):
                same = same and markup[at + place - first] == _ENTITIES[place]
            if same:
                return int(_MEANT[number]), at + last - first
    return -1, at + 1
