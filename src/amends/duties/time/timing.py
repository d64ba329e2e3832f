"""When a duty falls due: its deadline, a delay for law enforcement, an embargo, the tie to notice to individuals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from amends.case import Incident
from amends.duties.duty import Question, State, Topic
from amends.duties.law.deadline import Deadline
from amends.duties.law.notice import Embargo, Regulator
from amends.duties.law.regime import Regime
from amends.duties.law.words import Relation
from amends.duties.time.calendars import add_business_days
from amends.duties.time.clock import DueDate, due_date, event_day


@dataclass(frozen=True, slots=True)
class Timing:
    """The due date, the first day allowed, and what they leave open."""

    due: DueDate
    not_before: dt.date | None = None
    conflict: Question | None = None
    waits_for: str | None = None

    @property
    def state(self) -> State:
        """Owed, or waiting for the clock event; discovery has happened, so that one missing is for counsel."""
        if self.due.missing == "discovered":
            return State.COUNSEL
        return State.OWED if self.due.missing is None and self.waits_for is None else State.WAITING

    @property
    def questions(self) -> tuple[Question, ...]:
        """The missing clock event, the open facts and the conflict of dates, if any."""
        asked = [self.conflict] if self.conflict else []
        if self.due.missing:
            text = f"incident.{self.due.missing} is not set: {self.due.derivation}"
            if self.due.if_from_discovery:
                text += f"; counted from discovery the last day would be {self.due.if_from_discovery}"
            asked.append(Question(Topic.CLOCK, text, self.due.missing, self.due.if_from_discovery))
        elif self.due.missing == "":
            asked.append(Question(Topic.CLOCK, f"no setting dates that event: {self.due.derivation}"))
        if self.waits_for:
            text = f"incident.{self.waits_for} is not set: the first day allowed is not known"
            asked.append(Question(Topic.CLOCK, text, self.waits_for))
        for key, day in self.due.open_facts:
            change = f"the last day would be {day}" if day else "the last day would change"
            asked.append(Question(Topic.FACT, f"incident.{key} is not set: otherwise {change}", key, self.due.day))
        return tuple(asked)


def timing_of(deadline: Deadline, regime: Regime, incident: Incident, embargo: Embargo | None = None) -> Timing:
    """A deadline that a law-enforcement request may delay: that toward individuals and the bureaus."""
    found = _delayed(due_date(deadline, incident, regime.citation), regime, incident)
    if embargo is None:
        return found
    told = event_day(incident, "usss_fbi_notified")
    span = f"{embargo.business_days} full business days after law enforcement was told"
    if told is None:
        due = replace(found.due, derivation=f"{found.due.derivation}; not before {span}")
        return replace(found, due=due, waits_for="usss_fbi_notified")
    last = add_business_days(told, embargo.business_days, embargo.calendar, closures=True)
    first = last + dt.timedelta(days=1)
    due = replace(found.due, derivation=f"{found.due.derivation}; not before {first}: {span} on {told} end with {last}")
    return replace(found, due=due, not_before=max(first, found.not_before or first))


def _delayed(found: DueDate, regime: Regime, incident: Incident) -> Timing:
    until = incident.law_enforcement_delay_until
    if until is None:
        return Timing(found)
    if not regime.law_enforcement.may_delay:
        return Timing(found, conflict=_refused(found, until, regime))
    found = replace(found, derivation=f"{found.derivation}; not before {until}, at the request of law enforcement")
    after = regime.law_enforcement.days_after
    if found.day is None or (after is None and found.day >= until):
        return Timing(found, until)
    if after is not None:
        moved = until + dt.timedelta(days=after)
        if moved > found.day:
            said = f"{found.derivation}; {after} days after that delay"
            found = replace(found, day=moved, derivation=said, at=None)
        return Timing(found, until)
    text = f"conflict: due {found.day}, but law enforcement asked for delay until {until}; counsel must set the day"
    return Timing(found, until, Question(Topic.DELAY, text, "law_enforcement_delay_until", found.day))


def _refused(found: DueDate, until: dt.date, regime: Regime) -> Question | None:
    """The question that a request raises under a law that no request delays; none where the law's day is later."""
    if found.day is not None and found.day >= until:
        return None
    asked = f"law enforcement asked for delay until {until}"
    text = f"conflict: {asked}, but no request delays {regime.id} ({regime.citation}); counsel must set the day"
    return Question(Topic.DELAY, text, "law_enforcement_delay_until", found.day)


def regulator_timing(
    regulator: Regulator, regime: Regime, incident: Incident, told: Timing, place: str | None = None
) -> Timing:
    """A regulator's own deadline, pulled forward to the notice to individuals where it may not come later."""
    own = due_date(regulator.deadline, incident, regime.citation, place)
    relation = regulator.relative_to_individuals
    if relation is None or relation is Relation.AFTER:
        return Timing(own)
    tie = {Relation.BEFORE: "before", Relation.NOT_LATER: "not later than", Relation.SAME_TIME: "together with"}
    phrase = f"{tie[relation]} the notice to individuals"
    notified = event_day(incident, "individuals_notified")
    if notified and (own.day is None or notified < own.day):
        return Timing(DueDate(notified, f"{phrase} of {notified} ({regime.citation})"))
    if regulator.deadline.numeric or not regime.told.numeric:
        return Timing(replace(own, derivation=f"{own.derivation}; {phrase}"))
    return Timing(replace(told.due, derivation=f"{phrase}: {told.due.derivation}"))
