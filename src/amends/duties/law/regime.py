"""A regime: what one breach-notification law requires, as values read from `regimes/*.yaml`.

Everything here is a fact of law with its confidence; nothing here decides. `None` means that the law states nothing
or that nothing is known, never zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amends.duties.law.deadline import Deadline
from amends.duties.law.notice import (
    Bureaus,
    Content,
    CreditMonitoring,
    Individuals,
    LawEnforcement,
    Methods,
    Regulator,
    Substitute,
)
from amends.duties.law.trigger import Encryption, RiskOfHarm, Triggers
from amends.duties.law.words import EVERYWHERE, Audience, Confidence, FactGroup, Separate, Standing


@dataclass(frozen=True, slots=True)
class Status:
    """Where a law stands and since when; `since` None means for as long as the facts reach back."""

    standing: Standing
    since: dt.date | None
    until: dt.date | None
    note: str | None

    def in_force(self, day: dt.date) -> bool:
        """Whether the law binds for a breach of that day."""
        if self.standing in (Standing.ADOPTED, Standing.PROPOSED) and self.since is None:
            return False
        return self.since is None or self.since <= day

    def over(self, day: dt.date) -> bool:
        """Whether the law had ended before that day."""
        return self.until is not None and self.until < day


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the law binds: everyone who holds the data, or only organisations of some sectors and none `excluded`."""

    everyone: bool
    sectors: tuple[str, ...]
    note: str | None
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Who may sue and what it may cost; shown to counsel, never computed with."""

    private_action: bool | None
    penalties: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """How a group of facts is known: how surely, to which day, and from which sources."""

    level: Confidence
    as_of: dt.date
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Displaced:
    """Notice that another regime asks for and this one takes the place of, with the rule that says so."""

    regime: str
    audience: Audience
    rule: str


@dataclass(frozen=True, slots=True)
class Regime:
    """One law, whole. `known` has every `FactGroup`; `places` are jurisdictions, or `everywhere`.

    `individuals` is None where the law does not speak of them. `separate`: each place is a law of its own kind (the
    insurance model law) or a supervisor of its own (where the organisation has no seat in the EU).
    """

    id: str
    name: str
    citation: str
    as_of: dt.date
    as_of_note: str | None
    status: Status
    places: tuple[str, ...]
    separate: Separate
    reaches: Reach
    breach_trigger: str
    data_form: str | None
    name_means: str | None
    triggers: Triggers
    encryption: Encryption
    risk_of_harm: RiskOfHarm
    individuals: Individuals | None
    law_enforcement: LawEnforcement
    regulators: tuple[Regulator, ...]
    regulator_note: str | None
    bureaus: Bureaus
    methods: Methods
    substitute: Substitute
    content: Content
    credit_monitoring: CreditMonitoring
    enforcement: Enforcement
    special_rules: tuple[str, ...]
    changes: tuple[str, ...]
    minors: str | None
    deceased: str | None
    keep_records_years: int | None
    displaces: tuple[Displaced, ...]
    known: dict[FactGroup, Known]
    sources: tuple[str, ...]

    @property
    def everywhere(self) -> bool:
        """Whether it counts people wherever they live."""
        return EVERYWHERE in self.places

    @property
    def told(self) -> Deadline:
        """The deadline toward individuals; empty where the law does not speak of them."""
        return self.individuals.deadline if self.individuals else Deadline()
