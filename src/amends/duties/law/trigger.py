"""What brings a person into the scope of a law: combinations of elements, facts, numbers; and what takes them out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amends.duties.law.words import ANY_DATA, ANY_INCIDENT, MINOR, Audience, Comparison, Meanwhile
from amends.elements import ELEMENTS, expand, minimal

OF_MINORS = 1 << 62
"""The bit that stands, beside the elements, in the mask of a person under age."""


def masks_of(any_of: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    """The minimal masks of some combinations: `any_data` is each single element, `any_incident` the empty mask."""
    found: list[int] = []
    for names in any_of:
        if names == (ANY_DATA,):
            found += [element.mask for element in ELEMENTS]
        elif names == (ANY_INCIDENT,):
            found.append(0)
        elif MINOR in names:
            others = tuple(name for name in names if name != MINOR)
            found += [OF_MINORS | met for met in masks_of((others or (ANY_DATA,),))]
        else:
            found += expand(names)
    return minimal(found)


@dataclass(frozen=True, slots=True)
class Fact:
    """A yes-or-no setting of `[incident]` and the answer that matters."""

    key: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of people compared as the statute compares it."""

    people: int
    comparison: Comparison

    @property
    def least(self) -> int:
        """The smallest number of people that meets the threshold, one at least."""
        return max(1, self.people + (self.comparison is Comparison.MORE_THAN))

    def met(self, people: int) -> bool:
        """Whether so many people meet it."""
        if self.comparison is Comparison.FEWER_THAN:
            return 0 < people < self.people
        return people >= self.least


ANYBODY = Threshold(1, Comparison.AT_LEAST)


@dataclass(frozen=True, slots=True)
class Conditional:
    """Combinations that trigger only if a condition holds.

    `sectors`, `fact`, `people` (of the regime who meet a combination) or `since`, where given, decide it.
    """

    any_of: tuple[tuple[str, ...], ...]
    condition: str
    meanwhile: Meanwhile
    sectors: tuple[str, ...]
    fact: Fact | None = None
    people: Threshold | None = None
    since: dt.date | None = None

    @property
    def masks(self) -> tuple[int, ...]:
        """The minimal masks of the combinations."""
        return masks_of(self.any_of)


@dataclass(frozen=True, slots=True)
class Triggers:
    """Combinations of elements that bring a resident into scope: any one suffices."""

    any_of: tuple[tuple[str, ...], ...]
    conditional: tuple[Conditional, ...]
    note: str | None

    @property
    def masks(self) -> tuple[int, ...]:
        """The minimal masks of the unconditional combinations."""
        return masks_of(self.any_of)


@dataclass(frozen=True, slots=True)
class Encryption:
    """The safe harbour for encrypted data; `lost_with_key` is None where the facts do not say.

    `spares` are the audiences that need not be told.
    """

    safe_harbour: bool
    lost_with_key: bool | None
    note: str | None
    spares: tuple[Audience, ...] = tuple(Audience)


@dataclass(frozen=True, slots=True)
class RiskOfHarm:
    """The test of harm. `excuses`: a finding that harm is unlikely removes the duty to tell those it `spares`."""

    standard: str
    excuses: bool
    text: str | None
    keep_years: int | None
    consult: str | None
    submit: str | None
    spares: tuple[Audience, ...] = tuple(Audience)
