"""A regime: what one breach-notification law requires, as values read from `regimes/*.yaml`.

Everything here is a fact of law with its confidence; nothing here decides. `None` means that the law states nothing
or that nothing is known, never zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from amends.elements import expand, mask, minimal


class Confidence(StrEnum):
    """How a fact is known: the text was read, a published summary was read, or it is only remembered."""

    VERIFIED = "verified"
    CHART = "chart"
    MEMORY = "memory"


_DOUBT = (Confidence.VERIFIED, Confidence.CHART, Confidence.MEMORY)


def lowest(levels: list[Confidence]) -> Confidence:
    """The most doubtful of some levels; `levels` is not empty."""
    return max(levels, key=_DOUBT.index)


class FactGroup(StrEnum):
    """The groups of facts that carry a confidence of their own."""

    TRIGGERS = "triggers"
    ENCRYPTION = "encryption"
    RISK_OF_HARM = "risk_of_harm"
    INDIVIDUALS = "individuals"
    LAW_ENFORCEMENT = "law_enforcement"
    REGULATORS = "regulators"
    BUREAUS = "consumer_reporting_agencies"
    METHODS = "methods"
    SUBSTITUTE = "substitute_notice"
    CONTENT = "content"
    CREDIT_MONITORING = "credit_monitoring"
    PRIVATE_ACTION = "private_action"
    PENALTIES = "penalties"


class Clock(StrEnum):
    """The event from which a law counts, in the law's own word."""

    DISCOVERY = "discovery"
    DISCOVERY_OR_NOTIFICATION = "discovery_or_notification"
    DETECTION = "detection"
    LEARNS_OF_ACQUISITION = "learns_of_acquisition"
    DETERMINATION = "determination"
    CONFIRMATION = "confirmation"
    AWARE_AND_SCOPE_IDENTIFIED = "aware_and_scope_identified"
    NOTICE_TO_INDIVIDUALS = "notice_to_individuals"


class Comparison(StrEnum):
    """How a threshold compares: more than, or at least."""

    MORE_THAN = "more_than"
    AT_LEAST = "at_least"


class Meanwhile(StrEnum):
    """What to do with people in scope only through a condition that nobody has decided yet."""

    ASK = "ask"
    NOTIFY = "notify"


class Relation(StrEnum):
    """When a regulator is told, measured against the notice to individuals."""

    BEFORE = "before"
    NOT_LATER = "not_later"
    SAME_TIME = "same_time"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Deadline:
    """At most one of `days` (calendar), `business_days` and `hours`, counted from `starts`; `standard` in words."""

    days: int | None
    business_days: int | None
    hours: int | None
    starts: Clock | None
    standard: str | None
    note: str | None

    @property
    def numeric(self) -> bool:
        """Whether the law sets a number."""
        return (self.days, self.business_days, self.hours) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of people compared as the statute compares it."""

    people: int
    comparison: Comparison

    @property
    def least(self) -> int:
        """The smallest number of people that meets the threshold."""
        return self.people + (self.comparison is Comparison.MORE_THAN)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the law binds: everyone who holds the data, or only organisations of some sectors."""

    everyone: bool
    sectors: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Conditional:
    """Combinations that trigger only if a condition holds; `sectors`, where given, decide it."""

    any_of: tuple[tuple[str, ...], ...]
    condition: str
    meanwhile: Meanwhile
    sectors: tuple[str, ...]

    @property
    def masks(self) -> tuple[int, ...]:
        """The minimal masks of the combinations."""
        return minimal([m for names in self.any_of for m in expand(names)])


@dataclass(frozen=True, slots=True)
class Triggers:
    """Combinations of elements that bring a resident into scope: any one suffices."""

    any_of: tuple[tuple[str, ...], ...]
    conditional: tuple[Conditional, ...]
    note: str | None

    @property
    def masks(self) -> tuple[int, ...]:
        """The minimal masks of the unconditional combinations."""
        return minimal([m for names in self.any_of for m in expand(names)])


@dataclass(frozen=True, slots=True)
class Encryption:
    """The safe harbour for encrypted data; `lost_with_key` is None where the facts do not say."""

    safe_harbour: bool
    lost_with_key: bool | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RiskOfHarm:
    """The test of harm. `excuses`: a finding that harm is unlikely removes the duty to tell individuals."""

    standard: str
    excuses: bool
    text: str | None
    keep_years: int | None
    consult: str | None
    submit: str | None


@dataclass(frozen=True, slots=True)
class Individuals:
    """The duty to tell residents. `scope_extension`: finding out the scope may delay it."""

    deadline: Deadline
    scope_extension: bool | None


@dataclass(frozen=True, slots=True)
class LawEnforcement:
    """Delay at the request of a law-enforcement agency; `days_after` counts from its end."""

    may_delay: bool
    days_after: int | None


@dataclass(frozen=True, slots=True)
class Regulator:
    """A body to be told once enough residents are."""

    who: str
    threshold: Threshold
    deadline: Deadline
    relative_to_individuals: Relation | None
    applies_if: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Bureaus:
    """Notice to consumer reporting agencies; `threshold` is None where the law requires none by number."""

    threshold: Threshold | None
    deadline: Deadline
    condition: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Methods:
    """Methods of direct notice; `email` and `telephone` name the condition, None where the method is not allowed."""

    mail: bool
    email: str | None
    telephone: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Substitute:
    """When notice by page and media may replace direct notice, and of what it consists."""

    cost_usd_more_than: int | None
    people_more_than: int | None
    insufficient_contact: bool
    components: tuple[str, ...]
    components_rule: str
    web_posting_days: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ContentIf:
    """Content that a notice needs only where one of some elements was exposed."""

    exposed: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What the notice to individuals must and must not say."""

    required: tuple[str, ...]
    only_if: tuple[ContentIf, ...]
    prohibited: tuple[str, ...]
    note: str | None

    def needed(self, exposed: int) -> tuple[str, ...]:
        """The content required where the mask `exposed` is the union of what the people lost, in the file's order."""
        extra = [item for rule in self.only_if if exposed & mask(rule.exposed) for item in rule.items]
        return (*self.required, *extra)


@dataclass(frozen=True, slots=True)
class CreditMonitoring:
    """Months of identity protection that the law requires where one of `exposed` was taken; None where it does not."""

    months: int | None
    exposed: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Who may sue and what it may cost; shown to counsel, never computed with."""

    private_action: bool | None
    penalties: str | None


@dataclass(frozen=True, slots=True)
class Regime:
    """One law, whole. `confidence` has every `FactGroup`."""

    id: str
    name: str
    citation: str
    as_of: dt.date
    as_of_note: str | None
    reaches: Reach
    breach_trigger: str
    data_form: str
    name_means: str
    triggers: Triggers
    encryption: Encryption
    risk_of_harm: RiskOfHarm
    individuals: Individuals
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
    confidence: dict[FactGroup, Confidence]
    sources: tuple[str, ...]
