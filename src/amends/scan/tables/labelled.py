"""Labelled text as a table: `label: value` in blocks (forms, INI, YAML, LDIF, vCard) or several on a line (logs, code).

Free text is searched for values and for names that a word list knows; under labels every name is known for one. Lines
that hold no label are rows with a text only, which is searched as free text is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

from amends.facts import facts_of
from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.source import Source
from amends.scan.tables.headers import read_header
from amends.scan.tables.labels import LONGEST, SLOTS, Ids, Keys, blocks_of_fields, label_key, lines_of_fields
from amends.scan.tables.labelsabove import labels_above, paired
from amends.scan.tables.lines import Piece, column
from amends.scan.tables.reader import Batch, Shape, Tally
from amends.scan.tables.unfolding import is_folded, unfolded
from amends.scan.values.words import MARGIN

_LINES: Final = 4000
_ROWS_AT_ONCE: Final = 8192
_MOST: Final = 200
"""Labels of a text; one with more is no form."""
_OFTEN: Final = 3
"""Times that a label must stand in the sample."""
_OF_LINES, _OF_BLOCKS = 0.3, 0.6
"""Share of the lines that must hold labels: several each; one each."""
_PERSONAL: Final = 2
"""Labels that must name fields of a person."""
_MOSTLY: Final = 0.9
"""Share of the blocks that must begin alike."""
_BETWEEN: Final = re.compile(r"\s*(?:$|[\[{}]|-[ \[-]|\*\*\*)")
_WORD = r"[\"']?([^\W\d][\w.\-]{0,39})[\"']?"
_ON_A_LINE: Final = re.compile(rf"(?:^|(?<=[\s,;{{(\[&|?])){_WORD}(?:\s*(?:=>|=(?!=)|:(?!//))|\s(?=\"))")
_AT_THE_HEAD: Final = re.compile(
    r"^[\s\-*]*[\"']?([^\W\d][\w .()/#'\-]{0,38}?)[\"']?(?:;[^:\n]*)?\s*(?:=>|=(?!=)|:(?!//)|\|)"
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a text, as written where they first stand; `blocks` if each begins a line of its own.

    `parted`: what parts the blocks is told by more than a label that comes again, so one may stand twice in a block;
    `folded`: lines may be folded and values encoded, as in LDIF and vCards; `above`: those that stand alone above their
    values.
    """

    words: tuple[str, ...]
    blocks: bool
    parted: bool = False
    folded: bool = False
    above: tuple[str, ...] = ()


def find_labels(sample: bytes) -> Labels | None:
    """The labels of a text that begins with `sample`; None where it is no labelled text about people."""
    folded = is_folded(sample)
    if folded:
        sample = b"".join(unfolded([sample], len(sample)))
    above = () if folded else labels_above(sample)
    if above:
        sample = b"".join(paired([sample], above, len(sample)))
    written = sample.decode("utf-8", "replace").splitlines()[:_LINES]
    lines = [line for line in written if line.strip()]
    if len(lines) < _OFTEN:
        return None
    on_lines = [[match.group(1) for match in _ON_A_LINE.finditer(line)] for line in lines]
    several = [found for found in on_lines if len(found) > 1]
    many = not folded and not above and len(several) >= max(_OFTEN, _OF_LINES * len(lines))
    if many and (words := _words(several, len(several))):
        return Labels(words, blocks=False)
    heads = [match.group(1).strip() for line in lines if (match := _AT_THE_HEAD.match(line))]
    if len(heads) >= _OF_BLOCKS * len(lines) and (words := _words([[head] for head in heads], 2 * _OFTEN)):
        return Labels(words, blocks=True, parted=folded or _parted(written), folded=folded, above=above)
    return None


def _parted(lines: list[str]) -> bool:
    """Whether blank lines, sections or items of lists part the blocks: nearly all begin with one label, which each has
    once.
    """
    groups: list[list[str]] = [[]]
    for line in lines:
        if _BETWEEN.match(line):
            groups.append([])
        if match := _AT_THE_HEAD.match(line):
            groups[-1].append(match.group(1).strip().lower())
    held = [group for group in groups if group]
    if len(held) < _OFTEN:
        return False
    lead, leading = Counter(group[0] for group in held).most_common(1)[0]
    return leading >= _MOSTLY * len(held) and sum(group.count(lead) for group in held) <= len(held) / _MOSTLY


def _words(found: list[list[str]], rows: int) -> tuple[str, ...]:
    """The labels that stand often enough, if enough of them name fields of a person; else none."""
    times = Counter(word.lower() for words in found for word in words)
    spelt = {word.lower(): word for words in reversed(found) for word in words}
    often = [word for word, count in times.items() if count >= _OFTEN]
    rules = {
        saying.rule
        for word in often
        if (saying := read_header(_name(spelt[word]))).rule and saying.strength >= 0.9 and times[word] >= rows / 2
    }
    if len(rules) < _PERSONAL or len(often) > _MOST:
        return ()
    return tuple(spelt[word] for word in often)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = facts_of(__package__, "labelled.yaml")["names"]
    return found


def _name(label: str) -> str:
    return _names().get(label.lower(), label)


def _table(words: tuple[str, ...]) -> tuple[Keys, Ids]:
    keys, ids = np.zeros(SLOTS, np.uint64), np.full(SLOTS, -1, np.int32)
    for number, word in enumerate(words):
        data = np.frombuffer(word.encode()[:LONGEST], np.uint8)
        key = label_key(data, 0, len(data))
        slot = (int(key) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> 54
        while keys[slot] and keys[slot] != key:
            slot = (slot + 1) & (SLOTS - 1)
        if not keys[slot]:
            keys[slot], ids[slot] = key, number
    return keys, ids


class LabelledReader:
    """Reads one labelled text; see `reader.Reader`. The last column, `text`, holds what stands under no label."""

    def __init__(self, source: Source, encoding: Encoding, labels: Labels) -> None:
        self._source = source
        self._encoding = encoding
        self._labels = labels
        names = [_name(word) for word in labels.words]
        second = [f"{name} 2" for name in names] if labels.parted else []
        self.shape = Shape([*names, *second, "text"], True, encoding.name)
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows: a line each, or a block each."""
        self.tally = Tally()
        seen = np.zeros(2, np.int64)
        positions = [i for i in range(len(self.shape.names)) if wanted is None or i in wanted]
        for piece in self._pieces():
            numbers = pa.array(np.arange(piece.first, piece.first + piece.rows, dtype=np.int64))
            yield Batch(numbers, {i: column(piece, i, seen) for i in positions})

    def _pieces(self) -> Iterator[Piece]:
        limits = self._source.limits
        keys, ids = _table(self._labels.words)
        words = len(self._labels.words) if self._labels.parted else 0
        shape = len(self.shape.names), _ROWS_AT_ONCE
        starts, lens, none = np.empty(shape, np.int32), np.empty(shape, np.int32), np.empty(0, np.int32)
        left = np.empty(0, np.uint8)
        chunks = to_ascii_based(self._source.chunks(self._encoding.skip), self._encoding)
        if self._labels.folded:
            chunks = unfolded(chunks, limits.row)
        if self._labels.above:
            chunks = paired(chunks, self._labels.above, limits.row)
        for chunk, final in _with_last(chunks):
            size = len(left) + len(chunk)
            buffer = np.zeros(size + MARGIN, np.uint8)
            buffer[: len(left)], buffer[len(left) : size] = left, np.frombuffer(chunk, np.uint8)
            at = 0
            while at < size:
                last = final or size - at > limits.row
                rest = buffer[at:], size - at, last, keys, ids
                if self._labels.blocks:
                    rows, used = blocks_of_fields(*rest, words, starts, lens)
                else:
                    rows, used = lines_of_fields(*rest, starts, lens)
                if not rows and not used:
                    break
                if rows:
                    first, self.tally.rows = self.tally.rows, self.tally.rows + rows
                    yield Piece(buffer[at:], starts, lens, none, 0, first, rows, 0, 0, False)
                at += used
            left = buffer[at:size]


def _with_last(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    for chunk in chunks:
        yield chunk, False
    yield b"", True
