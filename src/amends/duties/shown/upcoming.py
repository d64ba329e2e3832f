"""What is due next: the nearest dates of the duties table, and the same dates as a calendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from amends.case import Case

_BREAK = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COLUMNS = [
    "duty_id",
    "regime",
    "audience",
    "who",
    "people",
    "due",
    "due_at",
    "state",
    "phase",
    "citation",
    "as_of",
    "confidence",
    "derivation",
]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A duty with a date: whom it concerns, when it falls due and how many days are left (negative when overdue).

    `due_at` is the last instant where the law counts hours, else None.
    """

    duty_id: str
    regime: str
    audience: str
    who: str | None
    people: int
    due: dt.date
    due_at: dt.datetime | None
    days_left: int
    state: str
    phase: str | None
    citation: str
    as_of: dt.date | None
    confidence: str | None
    derivation: str


def nearest(duties: Case | pa.Table, today: dt.date, limit: int | None = 10) -> list[Upcoming]:
    """The dated duties in force of a case or of a `duties` table, soonest first, overdue ones before all.

    `limit` None gives all. Raises `CaseError` when the case has no duties yet.
    """
    table = duties if isinstance(duties, pa.Table) else duties.dataset("duties").to_table()
    dated = pc.and_(pc.is_valid(table.column("due")), pc.fill_null(pc.not_equal(table.column("state"), "shadow"), True))
    ordered = table.select(_COLUMNS).filter(dated)
    keys = [("due", "ascending"), ("due_at", "ascending"), ("people", "descending"), ("duty_id", "ascending")]
    rows = ordered.sort_by(keys).slice(0, limit).to_pylist()
    return [Upcoming(**row, days_left=(row["due"] - today).days) for row in rows]


def ics(rows: Sequence[Upcoming], stamp: dt.datetime, case_id: str) -> str:
    """The dates as an iCalendar file: an all-day event for a day, an instant in UTC for hours; CRLF, folded lines.

    `stamp` (UTC) is the day of issue that every event carries; the same rows and stamp give the same bytes. `case_id`
    keeps the events of two cases apart in one calendar, and lets a later file of the same case replace an earlier one.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//amends//duties//EN", "CALSCALE:GREGORIAN"]
    for row in rows:
        lines += _event(row, stamp, case_id)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _event(row: Upcoming, stamp: dt.datetime, case_id: str) -> list[str]:
    if row.due_at is None:
        after = row.due + dt.timedelta(days=1)
        when = [f"DTSTART;VALUE=DATE:{row.due:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    else:
        when = [f"DTSTART:{row.due_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"]
    told = row.who or row.audience.replace("_", " ")
    summary = f"{row.regime}: {told}, {row.people} people" + (
        f", {row.phase}" if row.phase not in (None, "initial") else ""
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(f'{row.duty_id}@{case_id}')}.amends",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        *when,
        f"SUMMARY:{_text(summary)}",
        f"DESCRIPTION:{_text(f'{row.citation}; as of {row.as_of}, {row.confidence}. {row.derivation}')}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P2D",
        f"DESCRIPTION:{_text(summary)}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """A text value as RFC 5545 section 3.3.11 escapes it."""
    value = _BREAK.sub("\n", value)
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return _CONTROL.sub("", value)


def _folded(line: str) -> str:
    """A line of at most 75 octets, continued on lines that begin with a space (section 3.1)."""
    parts: list[str] = []
    part = ""
    for character in line:
        if len((part + character).encode()) > (75 if not parts else 74):
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part]) + "\r\n"
