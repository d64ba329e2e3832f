"""What reviewers decided about pairs of persons, as constraints on the next run.

A question names two persons by their ids, and an id is that of a record. So an answer is about two records, and holds
wherever these come to lie: a later wave cannot move it to other people.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amends.people.lexicon import Ints
from amends.people.numbering import Numbering

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
_SCHEMA = pa.schema(
    [("review_id", pa.string()), ("answer", pa.string()), ("first", pa.int64()), ("second", pa.int64())]
)


@dataclass(frozen=True, slots=True)
class Decided:
    """Answers `same` and `different` in the order of their questions: review_id, answer, first and second record."""

    answers: pa.Table = field(default_factory=_SCHEMA.empty_table)

    @classmethod
    def of(cls, rows: list[tuple[str, str, int, int]]) -> Decided:
        """From rows of (review_id, answer, first record, second record)."""
        return cls(pa.Table.from_pylist([dict(zip(_SCHEMA.names, row, strict=True)) for row in sorted(rows)], _SCHEMA))

    def numbers(self, numbering: Numbering, present: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """The pairs called the same and those called different, as numbers of entries; `present` says which numbers
        are of an entry."""
        pairs = np.stack([numbering.numbers(self.answers[side].to_numpy()) for side in ("first", "second")], axis=1)
        known = np.asarray((pairs >= 0).all(axis=1))
        known[known] = present[pairs[known]].all(axis=1)
        same = np.array(self.answers["answer"].to_pylist(), dtype=object) == SAME
        return pairs[known & same].astype(np.int32), pairs[known & ~same].astype(np.int32)


NOTHING = Decided()


def united(label: Ints, same: Ints, different: Ints) -> tuple[Ints, int]:
    """Labels with the sets of every pair in `same` made one; the number of answers refused because they contradict.

    `label` is the first entry of every entry's set; pairs are entries, shape (n, 2). A pair is refused when its union
    would hold a pair of `different`.
    """
    if not len(same):
        return label, 0
    to = np.arange(len(label), dtype=np.int32)
    refused = 0

    def root(entry: int) -> int:
        at = int(label[entry])
        while to[at] != at:
            at = int(to[at])
        return at

    for one, other in same:
        a, b = sorted((root(one), root(other)))
        if a == b:
            continue
        if any({root(x), root(y)} == {a, b} for x, y in different):
            refused += 1
        else:
            to[b] = a
    while not np.array_equal(to, to[to]):
        to = to[to]
    return to[label], refused
