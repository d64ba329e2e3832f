"""A regime: what one breach-notification law requires, as values read from `regimes/*.yaml`.

Everything here is a fact of law with its confidence; nothing here decides. `None` means that the law states nothing
or that nothing is known, never zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from amends.duties.deadline import Calendar, Deadline
from amends.elements import ELEMENTS, expand, mask, minimal

ANY_DATA = "any_data"
ANY_INCIDENT = "any_incident"
EVERYWHERE = "everywhere"
"""Words of rule files: any element at all; the incident itself, whatever was lost; people wherever they live."""


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


class Comparison(StrEnum):
    """How a threshold compares: more than, at least, or fewer than."""

    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    FEWER_THAN = "fewer_than"


class Audience(StrEnum):
    """Who is told."""

    INDIVIDUALS = "individuals"
    REGULATOR = "regulator"
    BUREAUS = "consumer_reporting_agencies"
    LAW_ENFORCEMENT = "law_enforcement"
    MEDIA = "media"
    MARKET = "market"


class Standing(StrEnum):
    """Where a law stands between bill and repeal."""

    IN_FORCE = "in_force"
    BY_STATE = "in_force_by_state"
    ADOPTED = "adopted_not_effective"
    PROPOSED = "proposed"
    VOLUNTARY = "voluntary"


class Separate(StrEnum):
    """Whether authorities are told together or place by place."""

    NO = "no"
    ALWAYS = "always"
    WITHOUT_EU_SEAT = "without_eu_establishment"


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


def masks_of(any_of: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    """The minimal masks of some combinations: `any_data` is each single element, `any_incident` the empty mask."""
    found: list[int] = []
    for names in any_of:
        if names == (ANY_DATA,):
            found += [element.mask for element in ELEMENTS]
        elif names == (ANY_INCIDENT,):
            found.append(0)
        else:
            found += expand(names)
    return minimal(found)


@dataclass(frozen=True, slots=True)
class Fact:
    """A yes-or-no setting of `[incident]` and the answer that matters."""

    key: str
    holds: bool


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


@dataclass(frozen=True, slots=True)
class Embargo:
    """Nobody is told before so many full business days after law enforcement was; `overrides` other laws too."""

    business_days: int
    calendar: Calendar
    overrides: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Individuals:
    """The duty to tell residents. `scope_extension`: finding out the scope may delay it.

    `any_of` narrows the triggers where people are told of less than the authority; `condition` is what must hold
    beside them, and `meanwhile` what to do while nobody has decided that.
    """

    deadline: Deadline
    scope_extension: bool | None
    embargo: Embargo | None = None
    any_of: tuple[tuple[str, ...], ...] = ()
    condition: str | None = None
    meanwhile: Meanwhile = Meanwhile.NOTIFY

    @property
    def masks(self) -> tuple[int, ...]:
        """The minimal masks that narrow the triggers; empty where they are those of the law."""
        return masks_of(self.any_of)


@dataclass(frozen=True, slots=True)
class LawEnforcement:
    """Delay at the request of a law-enforcement agency; `days_after` counts from its end."""

    may_delay: bool
    days_after: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Regulator:
    """A body to be told once enough residents are.

    `phase` tells several notices to it apart; `each_place`: the threshold is tested for each jurisdiction on its own;
    `happens` says in words when it is owed, where no setting can; `items` is what the form asks for, `via` where.
    """

    who: str
    threshold: Threshold
    deadline: Deadline
    relative_to_individuals: Relation | None
    applies_if: tuple[str, ...]
    note: str | None
    audience: Audience = Audience.REGULATOR
    phase: str = "initial"
    each_place: bool = False
    facts: tuple[Fact, ...] = ()
    waived_by: Waiver | None = None
    since: dt.date | None = None
    happens: str | None = None
    via: str | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """What makes a threshold of people irrelevant: a fact of the incident, or that one of some elements was exposed."""

    fact: Fact | None
    exposed: tuple[str, ...]


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
