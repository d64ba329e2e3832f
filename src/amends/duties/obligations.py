"""The duties of one regime that applies: toward residents, regulators and consumer reporting agencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from amends.case import Incident
from amends.duties.duty import Duty, Question, State, Topic
from amends.duties.exemption import open_facts, sectors_of
from amends.duties.law.deadline import Clock, Deadline
from amends.duties.law.notice import Individuals, Regulator, Waiver, reached
from amends.duties.law.regime import Regime
from amends.duties.law.trigger import ANYBODY, Threshold
from amends.duties.law.words import Audience, Confidence, FactGroup, Meanwhile, Separate, Standing, lowest
from amends.duties.population import Scope
from amends.duties.time.clock import effective, reference_day, words
from amends.duties.time.timing import Timing, regulator_timing, timing_of
from amends.elements import mask

_LONG = 64
NATIONWIDE = "nationwide consumer reporting agencies"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all duties of one regime share: the law, the incident, whom it reaches, and whether it is in force."""

    regime: Regime
    incident: Incident
    scope: Scope
    told: Scope
    status: str
    spared: frozenset[Audience]


def obligations(at: Setting) -> Iterator[Duty]:
    """Every duty of a regime that has somebody in scope and toward whom no exemption holds."""
    for duty in _all(at):
        if duty.audience in at.spared:
            continue
        if at.regime.status.standing is Standing.VOLUNTARY:
            text = "no law obliges: a voluntary notice that guidance asks for"
            asked = (Question(Topic.CONDITION, text), *duty.questions)
            duty = replace(duty, state=State.COUNSEL, triggers=(), questions=asked)
        if at.status == "in_force":
            yield duty
        else:
            yield replace(duty, status=at.status, state=State.SHADOW, triggers=(), derivation=_shadow(at, duty))


def _shadow(at: Setting, duty: Duty) -> str:
    status = at.regime.status
    since = f"binds from {status.since}" if status.since else f"{words(status.standing)}, no day set"
    return f"not in force for this breach, {since}: {duty.derivation}"


def _all(at: Setting) -> Iterator[Duty]:
    individuals = at.regime.individuals
    timing = timing_of(at.regime.told, at.regime, at.incident, individuals.embargo if individuals else None)
    if individuals and at.told.owed:
        yield _individuals(at, individuals, timing)
    if individuals and at.told.unsure:
        yield _unsure_individuals(at, timing)
    for regulator in at.regime.regulators:
        yield from _regulator(regulator, at, timing)
    yield from _bureaus(at)


def _individuals(at: Setting, rule: Individuals, timing: Timing) -> Duty:
    regime, incident, scope = at.regime, at.incident, at.told
    day = reference_day(incident)
    months = regime.credit_monitoring.owed(scope.exposed, day)
    limit = regime.substitute.people_more_than
    by_number = limit is not None and scope.owed > limit
    driving = [FactGroup.TRIGGERS, FactGroup.INDIVIDUALS]
    driving += [FactGroup.LAW_ENFORCEMENT] if timing.not_before else []
    shown = [*driving, FactGroup.METHODS, FactGroup.CONTENT]
    shown += [FactGroup.CREDIT_MONITORING] if months else []
    shown += [FactGroup.SUBSTITUTE] if by_number else []
    shown += [FactGroup.ENCRYPTION] if incident.encrypted else []
    condition = _conditional_notice(rule)
    asked_first = rule.condition is not None and rule.meanwhile is Meanwhile.ASK
    blank = _blank(at, Audience.INDIVIDUALS, regime.told, timing, shown)
    return replace(
        blank,
        state=State.COUNSEL if asked_first else blank.state,
        people=scope.owed,
        triggers=() if asked_first else scope.triggers,
        content=regime.content.needed(scope.exposed, day),
        content_prohibited=regime.content.prohibited,
        methods=_methods(regime, ["substitute"] if by_number else []),
        credit_monitoring_months=months,
        exposed=scope.exposed,
        substitute_by_number=by_number,
        questions=(
            *timing.questions,
            *scope.questions,
            *condition,
            *open_facts(regime, incident),
            *_from_memory(regime, driving),
        ),
        places=tuple(scope.by_place.items()),
    )


def _conditional_notice(rule: Individuals) -> tuple[Question, ...]:
    if rule.condition is None:
        return ()
    taken = "owed only if" if rule.meanwhile is Meanwhile.ASK else "taken as met"
    return (Question(Topic.CONDITION, f"{taken}: {rule.condition}"),)


def _unsure_individuals(at: Setting, timing: Timing) -> Duty:
    """The duty toward those in scope only through a condition that counsel must decide; it binds nobody yet."""
    regime, scope = at.regime, at.told
    text = f"owed only if a condition holds: {'; '.join(scope.conditions)}"
    groups = [FactGroup.TRIGGERS, FactGroup.INDIVIDUALS, FactGroup.METHODS, FactGroup.CONTENT]
    blank = _blank(at, Audience.INDIVIDUALS, regime.told, timing, groups)
    return replace(
        blank,
        duty_id=f"{blank.duty_id}:conditional",
        state=State.COUNSEL,
        people=scope.unsure,
        content=regime.content.needed(scope.unsure_exposed, reference_day(at.incident)),
        content_prohibited=regime.content.prohibited,
        methods=_methods(regime, []),
        derivation=f"{blank.derivation}; if counsel finds the condition met",
        exposed=scope.unsure_exposed,
        questions=(
            Question(Topic.CONDITION, text, due=timing.due.day),
            *timing.questions,
            *open_facts(regime, at.incident),
            *_from_memory(regime, groups[:2]),
        ),
        places=tuple(scope.unsure_by_place.items()),
    )


def _methods(regime: Regime, opened: list[str]) -> tuple[str, ...]:
    methods = regime.methods
    found = ["mail"] if methods.mail else []
    found += [f"email:{methods.email}"] if methods.email else []
    found += [f"telephone:{methods.telephone}"] if methods.telephone else []
    return (*found, *opened)


def _regulator(regulator: Regulator, at: Setting, told: Timing) -> Iterator[Duty]:
    """The duties toward a body: one, or one a place where it or its threshold is that of a place."""
    kinds = set(regulator.applies_if)
    if kinds and at.incident.sectors and not kinds & sectors_of(at.incident):
        return
    if not reached(regulator.since, reference_day(at.incident)):
        return
    if regulator.deadline.starts is Clock.EXTORTION_PAYMENT and at.incident.extortion_paid is None:
        return
    if any(getattr(at.incident, fact.key) is (not fact.holds) for fact in regulator.facts):
        return
    separate = at.regime.separate
    seat = separate is Separate.WITHOUT_EU_SEAT and at.incident.eu_establishment is not True
    if regulator.each_place or separate is Separate.ALWAYS or seat:
        for place in sorted({*at.scope.by_place, *at.scope.unsure_by_place}, key=str):
            if not at.regime.everywhere or str(place).startswith("US-"):
                yield from _body(regulator, at, told, place)
    else:
        yield from _body(regulator, at, told, None)


def _body(regulator: Regulator, at: Setting, told: Timing, place: str | None) -> Iterator[Duty]:
    """The duty toward one body of one place (None: of all); nothing below its threshold."""
    timing = regulator_timing(regulator, at.regime, at.incident, told, place)
    groups = [FactGroup.TRIGGERS, FactGroup.REGULATORS]
    blank = _blank(at, regulator.audience, regulator.deadline, timing, groups)
    parts = [blank.duty_id, _slug(regulator.who), *([] if regulator.phase == "initial" else [_slug(regulator.phase)])]
    named = replace(
        blank,
        duty_id=":".join([*parts, *([place.lower()] if place else [])]),
        who=regulator.who,
        jurisdiction=place or blank.jurisdiction,
        phase=regulator.phase,
        via=regulator.via,
        items=regulator.items,
    )
    threshold = ANYBODY if _waived(regulator.waived_by, at) else regulator.threshold
    for duty in _counted(named, at, (threshold, FactGroup.REGULATORS), timing, place):
        asked = _of_regulator(regulator, at)
        if regulator.meanwhile is Meanwhile.ASK:
            duty = replace(duty, state=State.COUNSEL, triggers=())
        counsel = any(question.topic is Topic.SECTORS for question in asked)
        yield replace(duty, state=State.COUNSEL if counsel else duty.state, questions=(*asked, *duty.questions))


def _waived(waiver: Waiver | None, at: Setting) -> bool:
    """Whether the threshold falls away; while the fact is open it does, so that nobody is passed over."""
    if waiver is None:
        return False
    by_fact = waiver.fact is not None and getattr(at.incident, waiver.fact.key) is not (not waiver.fact.holds)
    return by_fact or bool(at.scope.exposed & mask(waiver.exposed))


def _of_regulator(regulator: Regulator, at: Setting) -> tuple[Question, ...]:
    """What decides whether a body is told at all, where nobody has answered it."""
    asked = []
    if regulator.applies_if and not at.incident.sectors:
        text = f"owed only by a {' or '.join(regulator.applies_if)}: incident.sectors is not set"
        asked.append(Question(Topic.SECTORS, text, "sectors"))
    waiver = (regulator.waived_by.fact,) if regulator.waived_by and regulator.waived_by.fact else ()
    for fact in (*regulator.facts, *waiver):
        if getattr(at.incident, fact.key) is None:
            text = f"incident.{fact.key} is not set: taken as {str(fact.holds).lower()}; otherwise it may not be owed"
            asked.append(Question(Topic.FACT, text, fact.key))
    if regulator.happens:
        only = "only " if regulator.meanwhile is Meanwhile.ASK else ""
        asked.append(Question(Topic.CONDITION, f"owed {only}where {regulator.happens}"))
    if at.regime.separate is Separate.WITHOUT_EU_SEAT and at.incident.eu_establishment is None:
        text = "incident.eu_establishment is not set: with a main establishment one lead authority is told"
        asked.append(Question(Topic.FACT, text, "eu_establishment"))
    return tuple(asked)


def _bureaus(at: Setting) -> Iterator[Duty]:
    """The duty toward the consumer reporting agencies; persons to be told under the same law are counted."""
    rule = at.regime.bureaus
    if rule.threshold is None or not reached(rule.since, reference_day(at.incident)):
        return
    timing = timing_of(rule.deadline, at.regime, at.incident)
    groups = [FactGroup.TRIGGERS, FactGroup.BUREAUS]
    named = replace(_blank(at, Audience.BUREAUS, rule.deadline, timing, groups), who=NATIONWIDE)
    yield from _counted(named, at, (rule.threshold, FactGroup.BUREAUS), timing, None)


def _counted(
    duty: Duty, at: Setting, rule: tuple[Threshold, FactGroup], timing: Timing, place: str | None
) -> Iterator[Duty]:
    """A duty toward a body with its count, if the threshold is met, be it only with the people who are unsure."""
    scope, (threshold, group) = at.scope, rule
    owed = scope.owed if place is None else scope.by_place.get(place, 0)
    maybe = scope.unsure if place is None else scope.unsure_by_place.get(place, 0)
    unsure = not threshold.met(owed)
    people = owed + (maybe if unsure else 0)
    if not threshold.met(people) or (unsure and not maybe):
        return
    asked = (
        *timing.questions,
        *open_facts(at.regime, at.incident),
        *_from_memory(at.regime, [FactGroup.TRIGGERS, group]),
    )
    if unsure:
        text = f"the threshold is met only if a condition holds: {'; '.join(scope.conditions)}"
        asked = (Question(Topic.CONDITION, text, due=timing.due.day), *asked)
    size = f"{people} {'person' if people == 1 else 'people'}, {words(threshold.comparison)} {threshold.people}"
    yield replace(
        duty,
        state=State.COUNSEL if unsure else duty.state,
        people=people,
        triggers=() if unsure else scope.triggers,
        derivation=f"{size}; {duty.derivation}",
        exposed=scope.exposed | (scope.unsure_exposed if unsure else 0),
        questions=asked,
        places=((place, people),) if place else tuple(scope.by_place.items()),
    )


def _blank(at: Setting, audience: Audience, deadline: Deadline, timing: Timing, groups: list[FactGroup]) -> Duty:
    """A duty with what every duty of a regime has in common, counting nobody yet."""
    regime = at.regime
    known = [regime.known[group] for group in groups]
    alone = len(regime.places) == 1 and not regime.everywhere
    return Duty(
        duty_id=f"{regime.id}:{audience}",
        regime=regime.id,
        citation=regime.citation,
        audience=audience,
        who=None,
        state=timing.state,
        people=0,
        due=timing.due.day,
        not_before=timing.not_before,
        standard=effective(deadline, at.incident).standard,
        triggers=(),
        content=(),
        content_prohibited=(),
        methods=(),
        credit_monitoring_months=None,
        derivation=timing.due.derivation,
        confidence=lowest([item.level for item in known]),
        as_of=min(item.as_of for item in known),
        sources=tuple(dict.fromkeys(source for item in known for source in item.sources)),
        exposed=0,
        substitute_by_number=False,
        questions=(),
        jurisdiction=regime.places[0] if alone else None,
        due_at=timing.due.at,
        everywhere=regime.everywhere,
    )


def _from_memory(regime: Regime, groups: list[FactGroup]) -> tuple[Question, ...]:
    doubtful = [words(group) for group in groups if regime.known[group].level is Confidence.MEMORY]
    if not doubtful:
        return ()
    text = f"needs confirmation: {', '.join(doubtful)} of {regime.id} known from memory only"
    return (Question(Topic.MEMORY, text),)


def _slug(name: str) -> str:
    """A name as part of an id: lower case, hyphens, cut at a word where it is very long."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return slug if len(slug) <= _LONG else slug[: _LONG + 1].rsplit("-", 1)[0]
