"""The open questions of an assessment as findings: one line each, the most pressing first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from amends.case import Incident, sectors
from amends.duties.assessment import Assessment
from amends.duties.conflict import LAW_ENFORCEMENT, Conflict
from amends.duties.duty import Duty, Explained, Question, Reason, Topic
from amends.duties.law.regime import Regime
from amends.duties.law.words import Audience
from amends.duties.time.clock import reference_day, words

_SHOWN = 6
_WIDE = 90
_YEAR = dt.timedelta(days=365)


def findings(incident: Incident, assessment: Assessment, laws: Sequence[Regime]) -> list[str]:
    """Every question and contradiction that a human must look at, grouped so that each kind is one line."""
    lines = [*_beyond_the_facts(incident), *_older_than_the_facts(incident, assessment, laws), *_conflicts(assessment)]
    for topic in Topic:
        lines += _of_topic(topic, assessment)
    lines += [f"counsel.toml decides a conflict that there is not: {key}" for key in assessment.stray]
    lines += _shadows(assessment)
    lines += _reasons(assessment.explained)
    return lines


def _beyond_the_facts(incident: Incident) -> Iterable[str]:
    """A line for all that the facts do not say of an organisation of the incident's sectors."""
    kinds = [sectors()[name] for name in incident.sectors if name in sectors()]
    for beware in dict.fromkeys(kind.beware for kind in kinds if kind.beware):
        yield f"{_some([kind.id for kind in kinds if kind.beware == beware])}: {beware}"


def _older_than_the_facts(incident: Incident, assessment: Assessment, laws: Sequence[Regime]) -> Iterable[str]:
    """A line where the breach lies more than a year before the day to which the law of its duties is known."""
    owed = {duty.regime for duty in assessment.duties if duty.in_force}
    day = reference_day(incident)
    late = [law for law in laws if law.id in owed and day and law.as_of - day > _YEAR]
    if late:
        first, last = min(law.as_of for law in late), max(law.as_of for law in late)
        yield (
            f"the facts state the law of {len(late)} of {len(owed)} regimes as of {first} to {last} and the breach is "
            f"of {day}: confirm with counsel what was in force then"
        )


def _conflicts(assessment: Assessment) -> Iterable[str]:
    """Each conflict of dates by itself, and each of content; law-enforcement delays have a line of their own."""
    grouped: dict[tuple[str, str, str], list[Conflict]] = {}
    for item in assessment.conflicts:
        if item.against != LAW_ENFORCEMENT and not item.decided:
            grouped.setdefault((item.against, item.against_says, item.choice), []).append(item)
    for (against, says, choice), items in grouped.items():
        names = _some([f"{item.rule} {item.says}" for item in items])
        yield f"conflict: {names}, against {against} {says}; counsel must choose: {choice}"


def _shadows(assessment: Assessment) -> Iterable[str]:
    shadows = sorted({duty.regime for duty in assessment.duties if not duty.in_force})
    if shadows:
        yield f"rules not in force would add duties, shown with the status shadow: {', '.join(shadows)}"


def _of_topic(topic: Topic, assessment: Assessment) -> Iterable[str]:
    held: dict[str, list[tuple[str, Question]]] = {}
    for duty in assessment.duties:
        for question in duty.questions if duty.in_force else ():
            if question.topic is topic:
                held.setdefault(question.key, []).append((_label(duty), question))
    for item in assessment.explained:
        for question in item.questions:
            if question.topic is topic:
                held.setdefault(question.key, []).append((item.jurisdiction or "", question))
    if topic in (Topic.CONFLICT, Topic.DECIDED):
        return []
    if topic is Topic.CONDITION:
        return _conditions(assessment.duties)
    grouped = sorted(held.items(), key=lambda entry: _urgency(entry[1]))
    lines = [_line(topic, key, [label for label, _ in group], _urgency(group)) for key, group in grouped]
    return [*lines, *(question.text for question in assessment.questions if question.topic is topic)]


def _urgency(group: Sequence[tuple[str, Question]]) -> dt.date:
    return min((question.due for _, question in group if question.due), default=dt.date.max)


def _line(topic: Topic, key: str, labels: list[str], due: dt.date) -> str:
    names = _some(labels)
    if topic is Topic.FACT:
        return f"incident.{key} is not set: it changes {_duties(labels)}: {names}"
    if topic is Topic.CLOCK and not key:
        return f"{_duties(labels)} without a date, because no setting dates the event they count from: {names}"
    if topic is Topic.CLOCK:
        hint = "" if due == dt.date.max else f" (counted from discovery the earliest would be due {due})"
        return f"incident.{key} is not set: {_duties(labels)} without a date{hint}: {names}"
    if topic is Topic.DELAY:
        return f"{_duties(labels)} due before the law-enforcement delay ends, counsel must set the day: {names}"
    if topic is Topic.ENCRYPTED:
        return f"incident.encrypted is not set: treated as not encrypted; with a safe key {_duties(labels)} would fall"
    if topic is Topic.KEY and key:
        return f"incident.key_compromised is not set: treated as compromised; safe, {_duties(labels)} would fall"
    if topic is Topic.KEY:
        return f"no fact says that a compromised key ends the safe harbour; taken so for {_duties(labels)}: {names}"
    if topic is Topic.HARM and key:
        return f"incident.harm_likely is not set: treated as likely; if it is not, {_duties(labels)} may be excused"
    if topic is Topic.HARM:
        return f"unlikely harm does not excuse {_duties(labels)}: {names}"
    if topic is Topic.SECTORS:
        return f"incident.sectors is not set: it decides {_some(labels)}"
    return f"needs confirmation: facts known from memory only carry {names}"


def _conditions(duties: Iterable[Duty]) -> Iterable[str]:
    duties = [duty for duty in duties if duty.in_force]
    unsure = [duty for duty in duties if duty.audience is Audience.INDIVIDUALS and not duty.triggers]
    if unsure:
        people = sum(duty.people for duty in unsure)
        places = _some([f"{duty.regime} {duty.people:,}" for duty in unsure])
        how = "say so in counsel.toml as [[condition]]"
        yield f"{people:,} people are in scope only if counsel finds a condition met ({how}): {places}"
    told = [duty for duty in duties if duty.audience is Audience.INDIVIDUALS and duty.triggers]
    if assumed := list(dict.fromkeys(duty.regime for duty in told if _open_condition(duty))):
        yield f"a condition that nobody has decided is treated as met in {_some(assumed)}"
    bodies = [_label(duty) for duty in duties if duty.audience is not Audience.INDIVIDUALS and _open_condition(duty)]
    if bodies:
        yield f"{_duties(bodies)} toward authorities hang on a condition, see the duties table: {_some(bodies)}"


def _open_condition(duty: Duty) -> bool:
    return any(question.topic is Topic.CONDITION for question in duty.questions)


def _reasons(explained: Iterable[Explained]) -> Iterable[str]:
    by_reason: dict[Reason, list[Explained]] = {}
    for item in explained:
        by_reason.setdefault(item.reason, []).append(item)
    for reason in (Reason.NOT_REACHED, Reason.SAFE_HARBOUR):
        if items := by_reason.get(reason):
            yield f"{_people(items)} owed no notice, {reason}: {_places(items)}"
    for item in by_reason.get(Reason.NO_HARM, ()):
        yield f"{_people([item])} owed no notice in {item.jurisdiction}: {item.words}"
    for reason in (Reason.SHADOW, Reason.NO_RESIDENCE, Reason.ABROAD, Reason.UNKNOWN_CODE):
        if items := by_reason.get(reason):
            yield f"{_people(items)} under no duty, {reason}: {_places(items)}"


def _label(duty: Duty) -> str:
    own = duty.audience in (Audience.INDIVIDUALS, Audience.BUREAUS)
    who = words(duty.audience) if own else str(duty.who)
    phase = "" if duty.phase == "initial" else f", {duty.phase}"
    return f"{duty.regime} {who if len(who) <= _WIDE else who[:_WIDE] + '…'}{phase}" + (
        "" if duty.triggers else " (conditional)"
    )


def _duties(labels: list[str]) -> str:
    return f"{len(labels)} dut{'y' if len(labels) == 1 else 'ies'}"


def _people(items: Sequence[Explained]) -> str:
    number = sum(item.people for item in items)
    return f"{number:,} {'person' if number == 1 else 'people'}"


def _places(items: Sequence[Explained]) -> str:
    return _some([f"{item.jurisdiction or 'in no known place'} {item.people:,}" for item in items])


def _some(labels: Sequence[str]) -> str:
    shown = "; ".join(labels[:_SHOWN])
    left = len(labels) - _SHOWN
    return f"{shown}; and {left} more" if left > 0 else shown
