"""Which population of the breach each person belongs to, and what the carrier held about them.

The shares are those of `segments.yaml`. What is held is drawn per person, not per population: in the public case most
announced populations had Social Security numbers, yet one state counted them for only 9% of its residents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amends import elements
from amends.carrier.dice import Dice, Flags, Shares, Whole
from amends.facts import facts_of

PLAN_SEGMENTS = ("postpaid_a", "postpaid_b", "device")
"""Populations whose accounts can have family members as named users."""


@dataclass(frozen=True)
class Segments:
    """The names of the populations (the last is `unaffected`), their shares of all people, and per-element rates."""

    names: tuple[str, ...]
    share: Shares
    applied_before: Shares
    with_ssn: Flags
    only_elsewhere: float
    held: dict[str, float]
    held_b: dict[str, float]

    def code(self, name: str) -> int:
        """The index of a population."""
        return self.names.index(name)

    def codes(self, *names: str) -> Whole:
        """The indexes of several populations."""
        return np.array([self.code(name) for name in names], np.int64)

    def assign(self, dice: Dice, humans: Whole, head: Whole) -> Whole:
        """A population for each human; `head[i]` is the position of the head of their household.

        Family users are members of a household whose head has a plan; the share of such members who are users is set
        so that users make up their share of all people.
        """
        user = self.code("family_user")
        others = np.where(np.arange(len(self.names)) == user, 0.0, self.share)
        segment = dice.pick("segment", humans, others)
        member = head != np.arange(len(humans))
        candidate = member & np.isin(segment[head], self.codes(*PLAN_SEGMENTS))
        rate = self.share[user] * len(humans) / max(int(candidate.sum()), 1)
        return np.where(candidate & dice.happens("family_user", humans, min(rate, 1.0)), user, segment)

    def hold(self, dice: Dice, humans: Whole, segment: Whole, applied: Flags, ssn_rate: float) -> Whole:
        """The mask of elements the carrier held of each human, as far as a file has a column for it.

        Who `applied` for credit before gave a name at least.
        """
        mask = np.full(len(humans), elements.mask(["name", "customer_account"]), np.int64)
        for element, rate in {**self.held, "ssn": ssn_rate}.items():
            mask |= dice.happens(f"held {element}", humans, rate) * elements.mask([element])
        licence, other = elements.mask(["driver_license"]), elements.mask(["government_id"])
        mask &= ~np.where(mask & licence != 0, other, 0)
        line = elements.mask(["phone", "imei", "imsi"])
        mask |= np.where(mask & line == 0, elements.mask(["phone"]), 0)
        b = segment == self.code("postpaid_b")
        drawn = np.zeros(len(humans), np.int64)
        for element, rate in self.held_b.items():
            drawn |= dice.happens(f"held b {element}", humans, rate) * elements.mask([element])
        drawn |= np.where(applied | (drawn == 0), elements.mask(["name"]), 0)
        return np.where(b, mask & ~elements.mask(self.held_b) | drawn, mask)


def load() -> Segments:
    """The populations of `segments.yaml`."""
    facts = facts_of(__package__, "segments.yaml")
    affected, unaffected = facts["affected"], facts["unaffected"]
    total = sum(segment["people"] for segment in affected.values())
    names = (*affected, "unaffected")
    return Segments(
        names=names,
        share=np.array([s["people"] / total * (1 - unaffected) for s in affected.values()] + [unaffected]),
        applied_before=np.array([facts["applied_before"].get(name, 0.0) for name in names]),
        with_ssn=np.array([s["ssn"] for s in affected.values()] + [False]),
        only_elsewhere=facts["only_elsewhere"],
        held=facts["held"],
        held_b=facts["held_b"],
    )
