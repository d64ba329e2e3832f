"""What becomes of every person: under a duty, or under the first of the reasons for none that fits.

Kept per group as two small numbers, so that millions of people cost as much as their groups.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from amends.duties.duty import Explained, Question, Reason
from amends.duties.population import Flags, Numbers, Population

UNDER_DUTY = "under a duty"
_ORDER = (
    Reason.CONDITION,
    Reason.SAFE_HARBOUR,
    Reason.NO_HARM,
    Reason.SHADOW,
    Reason.NOT_REACHED,
    Reason.NO_TRIGGER,
    Reason.NO_RESIDENCE,
    Reason.ABROAD,
    Reason.UNKNOWN_CODE,
)
_RANK = {reason: index + 1 for index, reason in enumerate(_ORDER)}
_NOTHING = len(_ORDER) + 1


class Outcomes:
    """The outcome of each group of a population; a duty outranks every reason, an earlier reason a later one."""

    def __init__(self, people: Population) -> None:
        self.people = people
        self._rank: npt.NDArray[np.int8] = np.full(len(people.masks), _NOTHING, dtype=np.int8)
        self._why: npt.NDArray[np.int16] = np.zeros(len(people.masks), dtype=np.int16)
        self._said: list[tuple[str, tuple[Question, ...]]] = []
        self.duty_ids: list[str] = []
        self.bits: list[npt.NDArray[np.uint64]] = []

    def under_duty(self, where: slice | Numbers, met: Flags, duty_ids: list[str]) -> None:
        """The chosen groups are under these duties toward individuals."""
        self._rank[where] = np.where(met, np.int8(0), self._rank[where])
        for duty_id in duty_ids:
            word, bit = divmod(len(self.duty_ids), 64)
            if word == len(self.bits):
                self.bits.append(np.zeros(len(self._rank), dtype=np.uint64))
            self.bits[word][where] |= met.astype(np.uint64) << np.uint64(bit)
            self.duty_ids.append(duty_id)

    def reason(
        self, where: slice | Numbers, chosen: Flags, reason: Reason, words: str, questions: tuple[Question, ...] = ()
    ) -> None:
        """The chosen groups are owed nothing for this reason, unless a better one or a duty is known."""
        better = chosen & (self._rank[where] > _RANK[reason])
        if not better.any():
            return
        self._rank[where] = np.where(better, np.int8(_RANK[reason]), self._rank[where])
        self._why[where] = np.where(better, np.int16(len(self._said)), self._why[where])
        self._said.append((words, questions))

    def explain_rest(self, outside: Callable[[str | None], tuple[Reason, str]]) -> None:
        """Give the groups that no law concerned the reason that their jurisdiction gives."""
        rest = self._rank == _NOTHING
        for index in np.unique(self.people.places[rest]).tolist():
            reason, words = outside(self.people.names[index])
            self.reason(slice(None), rest & (self.people.places == index), reason, words)

    def counts(self) -> dict[str, int]:
        """People by outcome, those under a duty first; every person once."""
        sums = np.bincount(self._rank, weights=self.people.people, minlength=_NOTHING)
        found = {UNDER_DUTY: int(sums[0]), Reason.CONDITION.value: int(sums[_RANK[Reason.CONDITION]])}
        for reason in _ORDER[1:]:
            if people := int(sums[_RANK[reason]]):
                found[reason.value] = people
        return found

    def by_place(self) -> dict[str | None, dict[str, int]]:
        """As `counts`, for each jurisdiction."""
        size = _NOTHING + 1
        keys = self.people.places.astype(np.int64) * size + self._rank
        sums = np.bincount(keys, weights=self.people.people, minlength=len(self.people.names) * size)
        table = sums.reshape(-1, size)
        labels = [UNDER_DUTY, *(reason.value for reason in _ORDER)]
        return {
            name: {label: int(count) for label, count in zip(labels, table[index], strict=False) if count}
            for index, name in enumerate(self.people.names)
        }

    def explained(self) -> list[Explained]:
        """The people owed nothing that binds, by jurisdiction and reason; conditional ones are told by their duties."""
        rest = self._rank > _RANK[Reason.CONDITION]
        if not rest.any():
            return []
        keys = self.people.places[rest].astype(np.int64) << 32
        keys |= (self._rank[rest].astype(np.int64) << 24) | self._why[rest]
        found, index = np.unique(keys, return_inverse=True)
        sums = np.bincount(index, weights=self.people.people[rest])
        return [
            Explained(
                self.people.names[key >> 32], _ORDER[(key >> 24 & 255) - 1], int(people), *self._said[key & 0xFFFFFF]
            )
            for key, people in zip(found.tolist(), sums.tolist(), strict=True)
        ]
