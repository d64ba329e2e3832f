"""`assess`: what every law requires of this breach, from the incident's facts and the people themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from amends.case import Incident
from amends.duties.conditions import settled
from amends.duties.conflict import Conflict, after_embargoes, conflicts_of
from amends.duties.counsel import Counsel, confirmed, decided
from amends.duties.duty import Duty, Explained, Question, Reason, Topic
from amends.duties.exemption import Exemption, exemption, not_reached, reaches, sector_question
from amends.duties.law.deadline import Clock
from amends.duties.law.notice import reached
from amends.duties.law.regime import Regime
from amends.duties.law.rulebook import rulebook
from amends.duties.law.words import Audience
from amends.duties.obligations import Setting, obligations
from amends.duties.outcome import Outcomes
from amends.duties.population import Group, Population, Residents, narrowed, population_of, scope_of
from amends.duties.time.clock import reference_day

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Assessment:
    """Duties, the people owed none with the reason, conflicts, and questions that hang on no single duty."""

    duties: tuple[Duty, ...]
    explained: tuple[Explained, ...]
    questions: tuple[Question, ...]
    conflicts: tuple[Conflict, ...]
    outcomes: Outcomes
    stray: tuple[str, ...] = ()

    def reconciled(self) -> dict[str, int]:
        """Every person once: under a duty, or under a reason for none."""
        return self.outcomes.counts()

    def all_questions(self) -> tuple[Question, ...]:
        """The questions of duties, explanations and laws together."""
        of_duties = [question for duty in self.duties for question in duty.questions]
        of_reasons = [question for item in self.explained for question in item.questions]
        return (*of_duties, *of_reasons, *self.questions)


def assess(incident: Incident, population: pa.Table | Sequence[Group]) -> list[Duty]:
    """The duties that a breach gives rise to; those of rules that are not in force have the status `shadow`.

    `population`: groups of people, or a table with columns jurisdiction (string, null when unknown), elements
    (int64 mask) and people (int64). Raises `TableError` when a column is missing.
    """
    return list(assess_whole(incident, population).duties)


def assess_whole(
    incident: Incident,
    population: pa.Table | Sequence[Group],
    regimes: Sequence[Regime] | None = None,
    counsel: Counsel | None = None,
) -> Assessment:
    """As `assess`, with the people under no duty and the open questions; `regimes` defaults to the rulebook.

    `counsel`: what was confirmed, decided and found; `stray` of the result are decisions of conflicts that are none.
    """
    people = population_of(population)
    said = counsel or Counsel()
    laws = settled(confirmed(rulebook() if regimes is None else regimes, said), said)
    outcomes = Outcomes(people)
    duties: list[Duty] = []
    questions: list[Question] = []
    for regime in laws:
        of_law = _assess_regime(regime, incident, people, outcomes)
        duties += of_law
        questions += _of_law(regime, incident) if of_law else ()
    outcomes.explain_rest(_outside)
    free = _without_displaced(duties, laws)
    bound = after_embargoes(free, laws)
    found = conflicts_of(bound, incident.law_enforcement_delay_until)
    own = {duty.duty_id: duty.not_before for duty in free}
    final, conflicts, stray = decided(bound, found, said, own)
    return Assessment(final, tuple(outcomes.explained()), tuple(questions), conflicts, outcomes, stray)


def _assess_regime(regime: Regime, incident: Incident, people: Population, outcomes: Outcomes) -> list[Duty]:
    residents = people.residents(regime.places, regime.everywhere)
    if residents is None or residents.total == 0:
        return []
    day = reference_day(incident) or regime.as_of
    if regime.status.over(day):
        return []
    if not reaches(regime, incident):
        _note_not_reached(regime, incident, residents, outcomes)
        return []
    scope = scope_of(regime, residents, incident)
    told = scope
    if regime.individuals and regime.individuals.any_of:
        told = narrowed(scope, residents, regime.individuals)
    status = "in_force" if regime.status.in_force(day) else "shadow"
    excuse = exemption(regime, incident)
    spared = excuse.spares if excuse else frozenset[Audience]()
    setting = Setting(regime, incident, scope, told, status, spared)
    found = list(obligations(setting)) if scope.owed or scope.unsure else []
    _note_outcomes(setting, residents, excuse, found, outcomes)
    return found


def _of_law(regime: Regime, incident: Incident) -> Iterable[Question]:
    """What a law asks that hangs on no duty of this breach yet."""
    if regime.bureaus.condition:
        yield Question(Topic.BUREAUS, f"{regime.id}, consumer reporting agencies: {regime.bureaus.condition}")
    if not reached(regime.bureaus.since, reference_day(incident)):
        text = f"the number that the law asked for before {regime.bureaus.since} is not among the facts"
        yield Question(Topic.BUREAUS, f"{regime.id}, consumer reporting agencies: {text}")
    paid = [body.who for body in regime.regulators if body.deadline.starts is Clock.EXTORTION_PAYMENT]
    if paid and incident.extortion_paid is None:
        text = f"if a ransom was paid set incident.extortion_paid: {regime.id} then asks for notice to {paid[0]}"
        yield Question(Topic.FACT, text, "extortion_paid")


def _note_not_reached(regime: Regime, incident: Incident, residents: Residents, outcomes: Outcomes) -> None:
    if regime.individuals is None or regime.everywhere:
        return
    everyone = np.ones(len(residents.masks), dtype=np.bool_)
    words, questions = not_reached(regime), sector_question(regime, incident)
    outcomes.reason(residents.where, everyone, Reason.NOT_REACHED, words, questions)


def _note_outcomes(
    at: Setting, residents: Residents, excuse: Exemption | None, found: list[Duty], outcomes: Outcomes
) -> None:
    """Keep, for every group that the law concerns, the duty it is under or the reason for none."""
    regime, where = at.regime, residents.where
    if regime.individuals is None:
        return
    if at.status == "shadow" and regime.everywhere:
        return
    concerned = at.told.met | at.told.maybe
    if excuse and at.status == "in_force" and Audience.INDIVIDUALS in excuse.spares:
        outcomes.reason(where, concerned, excuse.reason, excuse.words, excuse.questions)
    elif at.status == "shadow":
        words = f"{regime.name} is not in force for this breach ({regime.citation})"
        outcomes.reason(where, concerned, Reason.SHADOW, words)
    else:
        binding = [duty.duty_id for duty in found if duty.audience is Audience.INDIVIDUALS and duty.triggers]
        if binding:
            outcomes.under_duty(where, at.told.met, binding)
        words = f"a condition of {regime.name} is open ({regime.citation})"
        outcomes.reason(where, at.told.maybe if binding else concerned, Reason.CONDITION, words)
    if not regime.everywhere:
        words = f"nothing exposed is a trigger in {regime.name} ({regime.citation})"
        outcomes.reason(where, ~concerned, Reason.NO_TRIGGER, words)


def _without_displaced(duties: list[Duty], laws: Iterable[Regime]) -> list[Duty]:
    """The duties without those that another regime in force takes the place of; the winner says so."""
    owed = {(duty.regime, duty.audience) for duty in duties if duty.in_force}
    rules = {
        (item.regime, item.audience): (regime.id, item.rule)
        for regime in laws
        for item in regime.displaces
        if (regime.id, item.audience) in owed
    }
    gone = {key for duty in duties if (key := (duty.regime, duty.audience)) in rules}
    kept = []
    for duty in duties:
        if (duty.regime, duty.audience) in gone:
            continue
        said = [
            f"takes the place of notice under {regime} ({rules[regime, audience][1]})"
            for regime, audience in sorted(gone)
            if rules[regime, audience][0] == duty.regime and audience is duty.audience
        ]
        kept.append(replace(duty, derivation="; ".join([duty.derivation, *said])) if said else duty)
    return kept


def _outside(code: str | None) -> tuple[Reason, str]:
    """Why no law of the rulebook concerns the people of a jurisdiction."""
    if not code or code == "US":
        return Reason.NO_RESIDENCE, "no state of residence is known"
    if _COUNTRY.fullmatch(code):
        return Reason.ABROAD, "no law of that country is among the facts"
    return Reason.UNKNOWN_CODE, "the facts have no law of that code"
