"""Labels that stand on lines of their own above their values: forms copied from a page, `redis-cli`, printed forms.

They are written as `label: value`, a line each, as other labelled text is, without blank lines between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import numpy as np

from amends.scan.tables.headers import read_header
from amends.scan.tables.labels import LONGEST, label_key
from amends.scan.values.compiled import leaf
from amends.scan.values.validators import looks_like_value

_LINES: Final = 4000
_OFTEN: Final = 3
_SHARE: Final = 0.25
"""Share of the lines that must be labels."""
_FOLLOWED: Final = 0.8
_DIFFERENT: Final = 0.3
"""Share of the values that must differ: the types of columns below their names do not."""
_PERSONAL: Final = 2
_SLOTS: Final = 256
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_BARE: Final = re.compile(r"^\s*(?:\d+\)\s*)?[\"']?(.*?)[\"']?\s*:?\s*$")


def labels_above(sample: bytes) -> tuple[str, ...]:
    """The labels that stand above their values in a text (ASCII-based) that begins with `sample`; () if none do."""
    lines = [line for line in sample.decode("utf-8", "replace").splitlines()[:_LINES] if line.strip()]
    bare = [_BARE.sub(r"\1", line) for line in lines]
    times = Counter(text.lower() for text in bare if 1 < len(text) <= LONGEST and not looks_like_value(text))
    often = {text for text, count in times.items() if count >= _OFTEN}
    known = {text for text in often if (saying := read_header(text)).rule and saying.strength >= 1}
    at = [i for i, text in enumerate(bare) if text.lower() in known]
    if len({read_header(text).rule for text in known}) < _PERSONAL or len(at) < _SHARE * len(lines):
        return ()
    below = [bare[i + 1].lower() for i in at if i + 1 < len(bare) and bare[i + 1].lower() not in known]
    told = len(below) >= _FOLLOWED * len(at) and len(set(below)) >= _DIFFERENT * len(below)
    return tuple(sorted(known)) if told else ()


def paired(chunks: Iterable[bytes], labels: tuple[str, ...], limit: int) -> Iterator[bytes]:
    """The text with each label and the value below it on one line. A line longer than `limit` bytes is cut there."""
    keys = _table(labels)
    left = b""
    for chunk in chain(chunks, [None]):
        left += chunk or b""
        last = chunk is None or len(left) > limit
        data, out = np.frombuffer(left, np.uint8), np.empty(2 * len(left) + 2, np.uint8)
        used, written = _pair(data, len(data), last, keys, out)
        left = left[used:]
        yield out[:written].tobytes()


def _table(labels: tuple[str, ...]) -> Any:
    keys = np.zeros(_SLOTS, np.uint64)
    for label in labels:
        data = np.frombuffer(label.encode(), np.uint8)
        key = label_key(data, 0, len(data))
        slot = (int(key) * int(_SPREAD) & 0xFFFFFFFFFFFFFFFF) >> 56
        while keys[slot] not in (0, key):
            slot = (slot + 1) % _SLOTS
        keys[slot] = key
    return keys


@leaf
def _known(key, keys):  # type: ignore[no-untyped-def]
    slot = np.int64((key * _SPREAD) >> np.uint64(56))
    while keys[slot] != 0:
        if keys[slot] == key:
            return True
        slot = (slot + 1) & (_SLOTS - 1)
    return False


@leaf
def _bare(data, start, end):  # type: ignore[no-untyped-def]
    """A line without blanks, a number and a bracket before it, quotes around it and a colon behind it."""
    while start < end and data[start] <= 32:
        start += 1
    while end > start and (data[end - 1] <= 32 or data[end - 1] == 58):
        end -= 1
    i = start
    while i < end and 48 <= data[i] <= 57:
        i += 1
    if i > start and i < end and data[i] == 41:
        start = i + 1
        while start < end and data[start] <= 32:
            start += 1
    if end - start > 1 and data[start] == data[end - 1] and (data[start] == 34 or data[start] == 39):
        start += 1
        end -= 1
    return start, end


@leaf
def _copy(data, start, end, out, at):  # type: ignore[no-untyped-def]
    for i in range(start, end):
        out[at] = data[i]
        at += 1
    return at


@leaf
def _pair(data, size, final, keys, out):  # type: ignore[no-untyped-def]
    """Write the lines of `data[:size]` to `out`, values behind their labels: (bytes used, bytes written)."""
    at = written = used = np.int64(0)
    first = last = np.int64(-1)
    while at < size:
        end = at
        while end < size and data[end] != 10:
            end += 1
        if end == size and not final:
            break
        a, b = _bare(data, at, end)
        after = np.int64(min(end + 1, size))
        if 0 < b - a <= LONGEST and _known(label_key(data, a, b), keys):
            if first >= 0:
                written = _label(data, first, last, out, written)
            first, last, used = a, b, at
        elif first >= 0 and b > a:
            written = _copy(data, first, last, out, written)
            out[written], out[written + 1] = 58, 32
            written = _copy(data, a, b, out, written + 2)
            out[written] = 10
            written += 1
            first, used = np.int64(-1), after
        elif first < 0:
            written = _copy(data, at, after, out, written) if b > a else written
            used = after
        at = after
    if final and first >= 0:
        written = _label(data, first, last, out, written)
        used = np.int64(size)
    return (np.int64(size) if final else used), written


@leaf
def _label(data, first, last, out, written):  # type: ignore[no-untyped-def]
    """Write a label that has no value."""
    written = _copy(data, first, last, out, written)
    out[written], out[written + 1] = 58, 10
    return written + 2
