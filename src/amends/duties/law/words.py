"""The closed lists of words that rule files use."""

from __future__ import annotations

from enum import StrEnum

ANY_DATA = "any_data"

ANY_INCIDENT = "any_incident"

EVERYWHERE = "everywhere"

MINOR = "minor"
"""Words of rule files: any element at all; the incident itself, whatever was lost; people wherever they live;
a person under age who lost something, alone or with the elements named beside it."""


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
