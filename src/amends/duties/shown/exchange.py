"""The case for other systems: a VERIS incident (vz-risk/veris) and an OCSF incident finding (ocsf-schema)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from amends.case import Case
from amends.duties.time.clock import reference_day
from amends.elements import ALL, ELEMENTS, mask

_DATA = Path(__file__).parent / "exchange.yaml"
_UNKNOWN_INDUSTRY = "000"
"""VERIS asks for a NAICS code; zeros are its word for one that is not known."""


def veris(case: Case) -> dict[str, Any]:
    """The incident in VERIS 1.4 terms: timeline, what was disclosed and of how many people; what is unknown says so.

    Without any date of the incident `timeline.incident` is empty, which the schema does not allow.
    """
    incident, groups = case.settings.incident, _groups(case)
    kinds = [{"variety": name, "amount": people} for name, people in _by_kind(groups).items() if people]
    timeline: dict[str, Any] = {"incident": _parts(incident.began or reference_day(incident))}
    for name, day in (("discovery", incident.discovered), ("containment", incident.contained)):
        if day and incident.began:
            timeline[name] = {"unit": "Days", "value": (day - incident.began).days}
    return {
        "schema_version": "1.4.1",
        "incident_id": case.settings.case.id,
        "security_incident": "Confirmed",
        "source_id": "amends",
        "summary": incident.description,
        "timeline": timeline,
        "victim": {
            "victim_id": case.settings.organisation.name,
            "country": ["Unknown"],
            "employee_count": "Unknown",
            "industry": _UNKNOWN_INDUSTRY,
        },
        "actor": {"unknown": {}},
        "action": {"unknown": {}},
        "asset": {"assets": [{"variety": "Unknown"}]},
        "discovery_method": {"unknown": True},
        "attribute": {
            "confidentiality": {
                "data_disclosure": "Yes",
                "data_total": _total(groups),
                **({"data": kinds} if kinds else {}),
                "data_victim": ["Customer"],
                "state": ["Stored encrypted" if incident.encrypted else "Unknown"],
            }
        },
    }


def ocsf(case: Case) -> dict[str, Any]:
    """The incident as an OCSF incident finding (class 2005); counts by element stand under `unmapped`.

    Without any date of the incident `time` is null, which the schema does not allow.
    """
    incident, groups = case.settings.incident, _groups(case)
    day = incident.discovered or incident.aware or reference_day(incident)
    time = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000) if day else None
    duties = case.dataset("duties").to_table(columns=["duty_id", "state"])
    owed = pc.sum(pc.cast(pc.not_equal(duties.column("state"), "shadow"), pa.int64())).as_py() or 0
    return {
        "category_uid": 2,
        "class_uid": 2005,
        "activity_id": 1,
        "type_uid": 200501,
        "severity_id": 0,
        "status_id": 1,
        "time": time,
        "assignee_group": {"name": case.settings.organisation.name or "unknown"},
        "metadata": {
            "version": "1.5.0",
            "profiles": ["incident"],
            "product": {"name": "amends", "vendor_name": "amends"},
        },
        "finding_info_list": [
            {"uid": case.settings.case.id, "title": case.settings.case.name, "desc": incident.description}
        ],
        "desc": incident.description,
        "unmapped": {
            "people": _total(groups),
            "duties_in_force": owed,
            "people_by_element": {
                element.id: people for element in ELEMENTS if (people := _having(groups, element.mask))
            },
        },
    }


def _groups(case: Case) -> pa.Table:
    return case.output("duties/groups.parquet").to_table(columns=["elements", "people"])


def _total(groups: pa.Table) -> int:
    return int(pc.sum(groups.column("people")).as_py() or 0)


def _by_kind(groups: pa.Table) -> dict[str, int]:
    named = {kind: mask(ids) for kind, ids in yaml.safe_load(_DATA.read_text(encoding="utf-8"))["veris"].items()}
    rest = ALL & ~sum(named.values())
    return {kind: _having(groups, bits) for kind, bits in (named | {"Personal": rest}).items()}


def _having(groups: pa.Table, bits: int) -> int:
    """The people who lost at least one element of a mask."""
    elements, people = groups.column("elements").to_numpy(), groups.column("people").to_numpy()
    return int(np.where(elements & bits, people, 0).sum())


def _parts(day: dt.date | None) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day} if day else {}
