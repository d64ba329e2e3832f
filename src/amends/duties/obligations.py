"""The duties of one regime that applies: toward residents, regulators and consumer reporting agencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from amends.case import Incident
from amends.duties.clock import words
from amends.duties.duty import Audience, Duty, Question, State, Topic
from amends.duties.exemption import open_facts
from amends.duties.population import Scope
from amends.duties.regime import Confidence, Deadline, FactGroup, Regime, Regulator, Threshold, lowest
from amends.duties.timing import Timing, regulator_timing, timing_of
from amends.elements import mask

NATIONWIDE = "nationwide consumer reporting agencies"


def obligations(regime: Regime, incident: Incident, scope: Scope) -> Iterator[Duty]:
    """Every duty of a regime that has somebody in scope and that no exemption removes."""
    told = timing_of(regime.individuals.deadline, regime, incident)
    if scope.owed:
        yield _individuals(regime, incident, scope, told)
    if scope.unsure:
        yield _unsure_individuals(regime, incident, scope, told)
    for regulator in regime.regulators:
        yield from _regulator(regulator, regime, incident, scope, told)
    yield from _bureaus(regime, incident, scope)


def _individuals(regime: Regime, incident: Incident, scope: Scope, timing: Timing) -> Duty:
    months = regime.credit_monitoring.months if scope.exposed & mask(regime.credit_monitoring.exposed) else None
    limit = regime.substitute.people_more_than
    by_number = limit is not None and scope.owed > limit
    driving = [FactGroup.TRIGGERS, FactGroup.INDIVIDUALS]
    driving += [FactGroup.LAW_ENFORCEMENT] if timing.not_before else []
    shown = [*driving, FactGroup.METHODS, FactGroup.CONTENT]
    shown += [FactGroup.CREDIT_MONITORING] if months else []
    shown += [FactGroup.SUBSTITUTE] if by_number else []
    shown += [FactGroup.ENCRYPTION] if incident.encrypted else []
    blank = _blank(regime, Audience.INDIVIDUALS, regime.individuals.deadline, timing)
    return replace(
        blank,
        people=scope.owed,
        triggers=scope.triggers,
        content=regime.content.needed(scope.exposed),
        content_prohibited=regime.content.prohibited,
        methods=_methods(regime, ["substitute"] if by_number else []),
        credit_monitoring_months=months,
        confidence=_confidence(regime, shown),
        exposed=scope.exposed,
        substitute_by_number=by_number,
        questions=(
            *timing.questions,
            *scope.questions,
            *open_facts(regime, incident),
            *_from_memory(regime, driving),
        ),
    )


def _unsure_individuals(regime: Regime, incident: Incident, scope: Scope, timing: Timing) -> Duty:
    """The duty toward those in scope only through a condition that counsel must decide; it binds nobody yet."""
    text = f"owed only if a condition holds: {'; '.join(scope.conditions)}"
    blank = _blank(regime, Audience.INDIVIDUALS, regime.individuals.deadline, timing)
    groups = [FactGroup.TRIGGERS, FactGroup.INDIVIDUALS, FactGroup.METHODS, FactGroup.CONTENT]
    return replace(
        blank,
        duty_id=f"{blank.duty_id}:conditional",
        state=State.COUNSEL,
        people=scope.unsure,
        content=regime.content.needed(scope.unsure_exposed),
        content_prohibited=regime.content.prohibited,
        methods=_methods(regime, []),
        derivation=f"{blank.derivation}; if counsel finds the condition met",
        confidence=_confidence(regime, groups),
        exposed=scope.unsure_exposed,
        questions=(
            Question(Topic.CONDITION, text, due=timing.due.day),
            *timing.questions,
            *open_facts(regime, incident),
            *_from_memory(regime, groups[:2]),
        ),
    )


def _methods(regime: Regime, opened: list[str]) -> tuple[str, ...]:
    methods = regime.methods
    found = ["mail"] if methods.mail else []
    found += [f"email:{methods.email}"] if methods.email else []
    found += [f"telephone:{methods.telephone}"] if methods.telephone else []
    return (*found, *opened)


def _regulator(regulator: Regulator, regime: Regime, incident: Incident, scope: Scope, told: Timing) -> Iterator[Duty]:
    """The duty toward a regulator; nothing below its threshold or where it concerns other organisations only."""
    kinds = set(regulator.applies_if)
    if kinds and incident.sectors and not kinds & set(incident.sectors):
        return
    timing = regulator_timing(regulator, regime, incident, told)
    blank = _blank(regime, Audience.REGULATOR, regulator.deadline, timing)
    named = replace(blank, duty_id=f"{blank.duty_id}:{_slug(regulator.who)}", who=regulator.who)
    for duty in _counted(named, regime, incident, scope, regulator.threshold, FactGroup.REGULATORS, timing):
        if kinds and not incident.sectors:
            text = f"owed only by a {' or '.join(regulator.applies_if)}: incident.sectors is not set"
            asked = (Question(Topic.SECTORS, text, "sectors"), *duty.questions)
            yield replace(duty, state=State.COUNSEL, questions=asked)
        else:
            yield duty


def _bureaus(regime: Regime, incident: Incident, scope: Scope) -> Iterator[Duty]:
    """The duty toward the consumer reporting agencies; persons to be told under the same law are counted."""
    if regime.bureaus.threshold is None:
        return
    timing = timing_of(regime.bureaus.deadline, regime, incident)
    named = replace(_blank(regime, Audience.BUREAUS, regime.bureaus.deadline, timing), who=NATIONWIDE)
    yield from _counted(named, regime, incident, scope, regime.bureaus.threshold, FactGroup.BUREAUS, timing)


def _counted(
    duty: Duty,
    regime: Regime,
    incident: Incident,
    scope: Scope,
    threshold: Threshold,
    group: FactGroup,
    timing: Timing,
) -> Iterator[Duty]:
    """A duty toward a body with its count, if the threshold is met, be it only with the people who are unsure."""
    unsure = scope.owed < threshold.least
    people = scope.owed + (scope.unsure if unsure else 0)
    if people < threshold.least:
        return
    asked = (*timing.questions, *open_facts(regime, incident), *_from_memory(regime, [FactGroup.TRIGGERS, group]))
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
        confidence=_confidence(regime, [FactGroup.TRIGGERS, group]),
        exposed=scope.exposed | (scope.unsure_exposed if unsure else 0),
        questions=asked,
    )


def _blank(regime: Regime, audience: Audience, deadline: Deadline, timing: Timing) -> Duty:
    """A duty with what every duty of a regime has in common, counting nobody yet."""
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
        standard=deadline.standard,
        triggers=(),
        content=(),
        content_prohibited=(),
        methods=(),
        credit_monitoring_months=None,
        derivation=timing.due.derivation,
        confidence=Confidence.MEMORY,
        as_of=regime.as_of,
        sources=regime.sources,
        exposed=0,
        substitute_by_number=False,
        questions=(),
    )


def _confidence(regime: Regime, groups: list[FactGroup]) -> Confidence:
    return lowest([regime.confidence[group] for group in groups])


def _from_memory(regime: Regime, groups: list[FactGroup]) -> tuple[Question, ...]:
    doubtful = [words(group) for group in groups if regime.confidence[group] is Confidence.MEMORY]
    if not doubtful:
        return ()
    text = f"needs confirmation: {', '.join(doubtful)} of {regime.id} known from memory only"
    return (Question(Topic.MEMORY, text),)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
