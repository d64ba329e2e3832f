"""`assess`: what every law requires of this breach, from the incident's facts and the people themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from amends.case import Incident
from amends.duties.duty import Audience, Duty, Explained, Question, Reason, Topic
from amends.duties.exemption import exemption
from amends.duties.obligations import obligations
from amends.duties.population import Group, Population, Residents, population_of, scope_of
from amends.duties.regime import Regime
from amends.duties.rulebook import rulebook

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Assessment:
    """Duties, the people owed none with the reason, and questions that hang on no single duty."""

    duties: tuple[Duty, ...]
    explained: tuple[Explained, ...]
    questions: tuple[Question, ...]

    def reconciled(self) -> dict[str, int]:
        """Every person once: under a duty, or under a reason for none."""
        told = [duty for duty in self.duties if duty.audience is Audience.INDIVIDUALS]
        counts = {"under a duty": sum(duty.people for duty in told if duty.triggers)}
        counts[Reason.CONDITION.value] = sum(duty.people for duty in told if not duty.triggers)
        for item in self.explained:
            counts[item.reason.value] = counts.get(item.reason.value, 0) + item.people
        return counts

    def all_questions(self) -> tuple[Question, ...]:
        """The questions of duties, explanations and laws together."""
        of_duties = [question for duty in self.duties for question in duty.questions]
        of_reasons = [question for item in self.explained for question in item.questions]
        return (*of_duties, *of_reasons, *self.questions)


def assess(incident: Incident, population: pa.Table | Sequence[Group]) -> list[Duty]:
    """The duties that a breach gives rise to.

    `population`: groups of people, or a table with columns jurisdiction (string, null when unknown), elements
    (int64 mask) and people (int64). Dates are calendar days. Raises `TableError` when a column is missing.
    """
    return list(assess_whole(incident, population).duties)


def assess_whole(
    incident: Incident, population: pa.Table | Sequence[Group], regimes: Sequence[Regime] | None = None
) -> Assessment:
    """As `assess`, with the people under no duty and the open questions; `regimes` defaults to the rulebook."""
    residents = population_of(population)
    duties: list[Duty] = []
    explained: list[Explained] = []
    questions: list[Question] = []
    laws = rulebook() if regimes is None else regimes
    for regime in laws:
        if regime.id in residents:
            found = _assess_regime(regime, incident, residents[regime.id])
            duties += found.duties
            explained += found.explained
            questions += found.questions
    explained += _outside({regime.id for regime in laws}, residents)
    return Assessment(tuple(duties), tuple(explained), tuple(questions))


def _assess_regime(regime: Regime, incident: Incident, residents: Residents) -> Assessment:
    scope = scope_of(regime, residents, incident)
    explained = []
    if scope.clear:
        words = f"nothing exposed is a trigger in {regime.name} ({regime.citation})"
        explained.append(Explained(regime.id, Reason.NO_TRIGGER, scope.clear, words))
    if not scope.owed and not scope.unsure:
        return Assessment((), tuple(explained), ())
    exempt = exemption(regime, incident, scope)
    if exempt:
        return Assessment((), (*explained, exempt), ())
    questions = []
    if regime.bureaus.condition:
        text = f"{regime.id}, consumer reporting agencies: {regime.bureaus.condition}"
        questions.append(Question(Topic.BUREAUS, text))
    return Assessment(tuple(obligations(regime, incident, scope)), tuple(explained), tuple(questions))


def _outside(known: set[str], population: Population) -> list[Explained]:
    """People whom no law of the rulebook concerns, by jurisdiction."""
    found = []
    for code, residents in population.items():
        if code in known:
            continue
        if not code or code == "US":
            words, reason = "no state of residence is known", Reason.NO_RESIDENCE
        elif _COUNTRY.fullmatch(code):
            words, reason = "laws outside the United States come in a later release", Reason.ABROAD
        else:
            words, reason = "the facts have no law of that code", Reason.UNKNOWN_CODE
        found.append(Explained(code, reason, residents.total, words))
    return sorted(found, key=lambda item: item.jurisdiction or "")
