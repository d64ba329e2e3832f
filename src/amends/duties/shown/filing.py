"""Filings: what a regulator or bureau is told, filled from the tables; what only people know is listed as blank."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import pyarrow as pa

from amends.case import Settings
from amends.duties.duty import Duty
from amends.duties.law.words import Audience
from amends.duties.shown.form import form_for
from amends.elements import ELEMENTS
from amends.tables import TABLES

_DATES = (
    "began",
    "ended",
    "discovered",
    "determined",
    "reasonably_determined",
    "materiality_determined",
    "contained",
    "individuals_notified",
)


def filings_table(duties: Iterable[Duty], settings: Settings, people: int) -> pa.Table:
    """The `filings` table: a row for each duty toward a body that is in force, and owed or waiting for its clock.

    `people`: all people of the breach, wherever they live. Ordered by filing_id.
    """
    bodies = [duty for duty in duties if duty.audience is not Audience.INDIVIDUALS and duty.binding]
    rows = [_row(duty, settings, people) for duty in sorted(bodies, key=lambda duty: duty.duty_id)]
    return pa.Table.from_pylist(rows, schema=TABLES["filings"].schema)


def _row(duty: Duty, settings: Settings, people: int) -> dict[str, object]:
    form = form_for(duty.regime, duty.audience)
    known = facts_of(duty, settings, people)
    fields = {question.id: known.get(question.source) if question.source else None for question in form.questions}
    fields |= {key: known[key] for key in form.slots if key in known}
    fields |= {item: None for item in duty.items if item not in _ANSWERED and item not in fields and form.general}
    return {
        "filing_id": f"filing:{duty.duty_id}",
        "duty_id": duty.duty_id,
        "who": duty.who,
        "people": duty.people,
        "due": duty.due,
        "fields": json.dumps({"form": form.id, **_basis(duty), **fields}, ensure_ascii=False, sort_keys=True),
        "blanks": [name for name, value in fields.items() if value in (None, "")],
    }


_ANSWERED = frozenset(
    {"organisation", "data_types", "contact", "description", "number_affected", "number_of_customers"}
)
"""Items that a law asks for and the questions of the general form already hold."""


def _basis(duty: Duty) -> dict[str, str]:
    return {"citation": duty.citation, "as_of": str(duty.as_of), "confidence": duty.confidence.value}


def facts_of(duty: Duty, settings: Settings, people: int) -> Mapping[str, object]:
    """What amends knows for a form, by name; dates as ISO text, None where nothing is known."""
    organisation, incident, policy = settings.organisation, settings.incident, settings.policy
    place = [organisation.address_line, organisation.city, " ".join((organisation.region, organisation.postcode))]
    exposed = [element for element in ELEMENTS if duty.exposed & element.mask]
    aware = incident.instant("aware") or incident.aware
    facts: dict[str, object] = {
        "addressee": duty.who,
        "law": duty.citation,
        "organisation": organisation.name,
        "organisation_address": ", ".join(part.strip() for part in place if part.strip()),
        "organisation_phone": organisation.phone,
        "organisation_email": organisation.email,
        "organisation_website": organisation.website,
        "description": incident.description,
        "residents_to_be_notified": duty.people,
        "people_in_total": people,
        "people_by_place": {str(place): count for place, count in duty.places},
        "five_hundred_or_more": duty.people >= 500,
        "elements": [element.id for element in exposed],
        "elements_in_words": [element.english for element in exposed],
        "data_was_encrypted": incident.encrypted,
        "law_enforcement_delay_until": _iso(incident.law_enforcement_delay_until) or "none",
        "protection_offered": policy.offer_months > 0,
        "protection_months": policy.offer_months,
        "moment_aware": aware.isoformat() if aware else None,
    }
    return facts | {f"date_{name}": _iso(getattr(incident, name)) for name in _DATES}


def _iso(day: object) -> str | None:
    return None if day is None else str(day)
