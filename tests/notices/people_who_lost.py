"""A few people, their duties and codes, as the verbs before notices leave them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from amends.elements import mask
from amends.tables import TABLES

SSN = mask(["name", "dob", "ssn"])
LINE = mask(["name", "phone", "pin"])
ENROL_BY = date(2022, 2, 28)

ORGANISATION = {
    "name": "Meridian Mobile",
    "address_line": "100 Main Street",
    "city": "Springfield",
    "region": "IL",
    "postcode": "62701",
    "phone": "1-800-555-0100",
    "website": "www.meridian.example/notice",
    "email": "notice@meridian.example",
}
INCIDENT = {
    "began": date(2021, 3, 18),
    "ended": date(2021, 8, 4),
    "discovered": date(2021, 8, 12),
    "determined": date(2021, 8, 17),
    "contained": date(2021, 8, 13),
    "sectors": ("telecom_carrier",),
}


def person(person_id: int, **given: Any) -> dict[str, Any]:
    """One adult with a letter address in California who lost name, date of birth and SSN, unless told otherwise."""
    return {
        "person_id": person_id,
        "given_name": f"Given{person_id}",
        "family_name": f"Family{person_id}",
        "address_line": f"{person_id} Oak Avenue",
        "city": "Fresno",
        "region": "CA",
        "postcode": "93650",
        "country": "US",
        "jurisdiction": "US-CA",
        "language": "en",
        "first_wave": "wave1",
        "elements": SSN,
        **given,
    }


def duty(jurisdiction: str, content: list[str], prohibited: list[str] | None = None, **given: Any) -> dict[str, Any]:
    """A state's duty toward individuals, triggered by name with SSN."""
    return {
        "duty_id": f"{jurisdiction}:individuals",
        "regime": jurisdiction,
        "jurisdiction": jurisdiction,
        "audience": "individuals",
        "state": "owed",
        "due": date(2021, 9, 16),
        "triggers": [mask(["name", "ssn"])],
        "content": content,
        "content_prohibited": prohibited or [],
        "methods": ["mail", "email:esign"],
        **given,
    }


def code(person_id: int, **given: Any) -> dict[str, Any]:
    """A person's code of 24 months."""
    text = f"CODE{person_id:08d}K"
    return {"person_id": person_id, "product": "adult", "code": text, "months": 24, "enrol_by": ENROL_BY, **given}


DUTIES = [
    duty("US-CA", ["title_notice_of_data_breach", "description", "date_of_breach", "law_enforcement_delay_statement"]),
    duty("US-MA", ["police_report_right", "security_freeze_free"], ["nature_of_breach"], due=None),
    duty("US-RI", ["number_affected", "ag_contact", "police_report_right"], due=date(2021, 10, 1)),
]


def tables(people: list[dict[str, Any]], **given: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """The tables that notices reads; every living person has a code unless `codes` is given."""
    codes = given.get("codes", [code(row["person_id"]) for row in people if not row.get("deceased")])
    return {
        "persons": pa.Table.from_pylist(people, schema=TABLES["persons"].schema),
        "duties": pa.Table.from_pylist(given.get("duties", DUTIES), schema=TABLES["duties"].schema),
        "codes": pa.Table.from_pylist(codes, schema=TABLES["codes"].schema),
    }
