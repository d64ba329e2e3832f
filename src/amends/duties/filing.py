"""Filings: what a regulator or bureau is told, filled from the tables; what only people know is listed as blank."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyarrow as pa

from amends.case import Settings
from amends.duties.duty import Duty
from amends.duties.regime import Audience
from amends.elements import ELEMENTS
from amends.tables import TABLES

_ALWAYS_BLANK = ("contact_name", "contact_title", "what_happened", "steps_taken", "signature")
_DATES = ("began", "ended", "discovered", "determined", "contained", "individuals_notified")


def filings_table(duties: Iterable[Duty], settings: Settings, people: int) -> pa.Table:
    """The `filings` table: a row for each duty toward a regulator or bureau that is owed or waits for its clock.

    `people`: all people of the breach, wherever they live. Ordered by filing_id.
    """
    bodies = [duty for duty in duties if duty.audience is not Audience.INDIVIDUALS and duty.binding]
    rows = [_row(duty, settings, people) for duty in sorted(bodies, key=lambda duty: duty.duty_id)]
    return pa.Table.from_pylist(rows, schema=TABLES["filings"].schema)


def _row(duty: Duty, settings: Settings, people: int) -> dict[str, object]:
    fields = _fields(duty, settings, people)
    blanks = [*(name for name, value in fields.items() if value in (None, "")), *_ALWAYS_BLANK]
    return {
        "filing_id": f"filing:{duty.duty_id}",
        "duty_id": duty.duty_id,
        "who": duty.who,
        "people": duty.people,
        "due": duty.due,
        "fields": json.dumps(fields, ensure_ascii=False, sort_keys=True),
        "blanks": blanks,
    }


def _fields(duty: Duty, settings: Settings, people: int) -> dict[str, object]:
    """Field name to value; dates as ISO text, None where nothing is known."""
    organisation, incident = settings.organisation, settings.incident
    place = [organisation.address_line, organisation.city, " ".join((organisation.region, organisation.postcode))]
    exposed = [element for element in ELEMENTS if duty.exposed & element.mask]
    fields: dict[str, object] = {
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
        "elements": [element.id for element in exposed],
        "elements_in_words": [element.english for element in exposed],
        "data_was_encrypted": incident.encrypted,
        "law_enforcement_delay_until": _iso(incident.law_enforcement_delay_until) or "none",
    }
    return fields | {f"date_{name}": _iso(getattr(incident, name)) for name in _DATES}


def _iso(day: object) -> str | None:
    return None if day is None else str(day)
