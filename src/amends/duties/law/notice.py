"""Who is told under a law, when, how and with what content."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amends.duties.law.deadline import Calendar, Deadline
from amends.duties.law.trigger import Conditional, Fact, Threshold, masks_of
from amends.duties.law.words import Audience, Meanwhile, Relation
from amends.elements import mask


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

    `any_of` narrows the triggers where people are told of less than the authority, `conditional` are combinations that
    add to those if counsel finds so; `condition` is what must hold beside them, and `meanwhile` what to do while nobody
    has decided that.
    """

    deadline: Deadline
    scope_extension: bool | None
    embargo: Embargo | None = None
    any_of: tuple[tuple[str, ...], ...] = ()
    condition: str | None = None
    meanwhile: Meanwhile = Meanwhile.NOTIFY
    conditional: tuple[Conditional, ...] = ()

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
class Waiver:
    """What makes a threshold of people irrelevant: a fact of the incident, or that one of some elements was exposed."""

    fact: Fact | None
    exposed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regulator:
    """A body to be told once enough residents are.

    `phase` tells several notices to it apart; `each_place`: the threshold is tested for each jurisdiction on its own;
    `happens` says in words when it is owed, where no setting can, and `meanwhile` whether it is taken as so until
    counsel has decided; `items` is what the form asks for, `via` where.
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
    meanwhile: Meanwhile = Meanwhile.NOTIFY


@dataclass(frozen=True, slots=True)
class Bureaus:
    """Notice to consumer reporting agencies; `threshold` is None where the law requires none by number.

    `since`: for a breach before that day the number is not known.
    """

    threshold: Threshold | None
    deadline: Deadline
    condition: str | None
    note: str | None
    since: dt.date | None = None


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
    """Content that a notice needs only where one of some elements was exposed, for a breach on `since` or later."""

    exposed: tuple[str, ...]
    items: tuple[str, ...]
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What the notice to individuals must and must not say."""

    required: tuple[str, ...]
    only_if: tuple[ContentIf, ...]
    prohibited: tuple[str, ...]
    note: str | None

    def needed(self, exposed: int, day: dt.date | None) -> tuple[str, ...]:
        """The content required in a breach of a `day` where people lost the mask `exposed`, in the file's order."""
        rules = [rule for rule in self.only_if if exposed & mask(rule.exposed) and reached(rule.since, day)]
        return (*self.required, *(item for rule in rules for item in rule.items))


@dataclass(frozen=True, slots=True)
class CreditMonitoring:
    """Months of identity protection that the law requires where one of `exposed` was taken; None where it does not."""

    months: int | None
    exposed: tuple[str, ...]
    note: str | None
    since: dt.date | None = None

    def owed(self, exposed: int, day: dt.date | None) -> int | None:
        """The months owed in a breach of a `day` to people who lost the mask `exposed`; None where there are none."""
        return self.months if exposed & mask(self.exposed) and reached(self.since, day) else None


def reached(since: dt.date | None, day: dt.date | None) -> bool:
    """Whether a rule that holds `since` a day (None: always) holds on `day`; it does where that is not known."""
    return since is None or day is None or day >= since
