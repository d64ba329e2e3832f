"""A deadline as the law states it: a number, a unit, the event it counts from, and how the days are counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum


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
    AWARE = "aware"
    REASONABLE_BELIEF = "reasonable_belief"
    NOTICED = "noticed_or_told"
    REASONABLE_DETERMINATION = "reasonable_determination"
    MATERIALITY = "materiality_determination"
    CLASSIFICATION = "classification"
    BREACH = "breach"
    LAW_ENFORCEMENT_TOLD = "notice_to_law_enforcement"
    REGULATOR_TOLD = "first_notice_to_regulator"
    EXTORTION_PAYMENT = "extortion_payment"
    YEAR_END = "end_of_year_of_discovery"
    NEW_INFORMATION = "new_information"
    CORRECTIVE_MEASURE = "corrective_measure_available"
    HANDLING_FINISHED = "handling_finished"
    INTERMEDIATE_REPORT = "intermediate_report"


class Calendar(StrEnum):
    """The calendar whose days off are no business days."""

    US_FEDERAL = "us_federal"
    US_SEC = "us_sec"
    EU = "eu"
    BR = "br"
    JP = "jp"


class Counting(StrEnum):
    """How the first day is found: the day after the event, or the event's own day."""

    AFTER = "after_the_event"
    INCLUSIVE = "event_is_day_one"


@dataclass(frozen=True, slots=True)
class Deadline:
    """At most one of `days` (calendar), `business_days`, `hours` and `months`, counted from `starts`.

    `standard` says the duty in words. `rolls`: a last day that is no business day moves to the next. `latest` is a
    second limit; the earlier one binds. `variants` are tried in order: the first that holds replaces this deadline.
    """

    days: int | None = None
    business_days: int | None = None
    hours: int | None = None
    starts: Clock | None = None
    standard: str | None = None
    note: str | None = None
    months: int | None = None
    calendar: Calendar = Calendar.US_FEDERAL
    counting: Counting = Counting.AFTER
    rolls: bool = False
    latest: Deadline | None = None
    variants: tuple[Variant, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether the law sets a number."""
        return (self.days, self.business_days, self.hours, self.months) != (None, None, None, None)

    def plain(self) -> Deadline:
        """This deadline without its second limit and variants."""
        return replace(self, latest=None, variants=())


@dataclass(frozen=True, slots=True)
class Variant:
    """Another deadline that holds instead: where a `fact` of the incident `is` so, before a day, or in one place."""

    deadline: Deadline
    fact: str | None
    holds: bool
    before: dt.date | None
    jurisdiction: str | None
