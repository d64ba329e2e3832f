"""The page for counsel: calendar, map of the states by due date, people by jurisdiction, conflicts, facts in doubt.

One HTML file without scripts or outside references; every value is escaped, and no personal value is on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from amends.case import Case
from amends.duties.shown.upcoming import Upcoming, nearest

_TILES = Path(__file__).parent / "tiles.txt"
_BANDS = (
    (0, "late", "overdue"),
    (8, "soon", "within a week"),
    (31, "month", "within 30 days"),
    (10**6, "far", "later"),
)

Row = Mapping[str, Any]


def counsel_page(case: Case, today: dt.date) -> str:
    """The page of a case as of a day. Raises `CaseError` before duties has run."""
    duties: list[Row] = case.dataset("duties").to_table().to_pylist()
    places: list[Row] = case.output("duties/places.parquet").to_table().to_pylist()
    conflicts: list[Row] = case.output("duties/conflicts.parquet").to_table().to_pylist()
    binding = [row for row in duties if row["state"] != "shadow"]
    title = f"Duties of case {case.settings.case.name} on {today}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        "<p>Not legal advice. Every line shows its citation, the day to which the fact is known, and how surely.</p>",
        _map(binding, today),
        _section("What is due", _calendar(nearest(case, today, None), {row["duty_id"]: row for row in duties})),
        _section("Owed without a day", _undated(row for row in binding if row["due"] is None)),
        _section("People by jurisdiction", _people(places)),
        _section("Minors and the deceased", _classes(case.output("duties/classes.parquet").to_table().to_pylist())),
        _section("Conflicts of laws", _conflicts(conflicts)),
        _section("Before anybody relies on it", _questions(binding)),
        _section("Rules not in force", _undated(row for row in duties if row["state"] == "shadow")),
    ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f"{head}{''.join(parts)}</html>\n"


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body or '<p>None.</p>'}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>" for row in rows)
    names = "".join(f"<th>{escape(head)}</th>" for head in heads)
    return f"<table><tr>{names}</tr>{body}</table>" if body else ""


def _cell(value: object) -> str:
    if value is None:
        return ""
    return escape(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))


def _calendar(rows: Sequence[Upcoming], by_id: Mapping[str, Row]) -> str:
    heads = (
        "due",
        "days left",
        "law",
        "to",
        "people",
        "not before",
        "state",
        "citation",
        "as of",
        "known",
        "how counted",
    )
    return _table(heads, (_due(row, by_id[row.duty_id]) for row in rows))


def _due(row: Upcoming, duty: Row) -> Sequence[object]:
    due = row.due_at.isoformat() if row.due_at else row.due
    return (due, row.days_left, row.regime, _told(duty), row.people, duty["not_before"], *_known(duty))


def _known(duty: Row) -> tuple[object, ...]:
    return (duty["state"], duty["citation"], duty["as_of"], duty["confidence"], duty["derivation"])


def _told(duty: Row) -> str:
    phase = duty["phase"] if duty["phase"] not in (None, "initial") else ""
    return " ".join(part for part in ((duty["who"] or duty["audience"]).replace("_", " "), phase) if part)


def _undated(rows: Iterable[Row]) -> str:
    heads = ("law", "to", "people", "standard", "due", "state", "citation", "as of", "known", "how counted")
    return _table(
        heads,
        (
            (
                row["regime"],
                _told(row),
                row["people"],
                (row["standard"] or "").replace("_", " "),
                row["due"],
                *_known(row),
            )
            for row in rows
        ),
    )


def _people(places: Sequence[Row]) -> str:
    total = sum(row["people"] for row in places)
    rows = [(row["jurisdiction"] or "unknown", row["outcome"], row["people"]) for row in places]
    return _table(("jurisdiction", "outcome", "people"), [*rows, ("all", "", total)])


def _classes(rows: Sequence[Row]) -> str:
    """Whom a guardian or next of kin is told for; every duty counts them, and few laws of the facts set them apart."""
    some = [row for row in rows if row["minors"] or row["deceased"]]
    found = ((row["jurisdiction"] or "unknown", row["minors"], row["deceased"], row["people"]) for row in some)
    return _table(("jurisdiction", "minors", "deceased", "of all people"), found)


def _conflicts(rows: Sequence[Row]) -> str:
    heads = ("rule", "says", "against", "which says", "the choice", "decision", "follows")
    keys = ("rule", "says", "against", "against_says", "choice", "decided", "follows")
    return _table(heads, (tuple(row[key] for key in keys) for row in rows))


def _questions(rows: Sequence[Row]) -> str:
    asked = ((row["regime"], _told(row), row["people"], row["confidence"], row["question"]) for row in rows)
    return _table(("law", "to", "people", "known", "what is open"), (row for row in asked if row[4]))


def _map(duties: Sequence[Row], today: dt.date) -> str:
    """The states as tiles, coloured by the nearest last day of their own laws."""
    nearest_due: dict[str, dt.date] = {}
    owed = {row["jurisdiction"] for row in duties if row["triggers"]}
    for row in duties:
        place, due = row["jurisdiction"], row["due"]
        if place and due and (place not in nearest_due or due < nearest_due[place]):
            nearest_due[place] = due
    lines = []
    for line in _TILES.read_text(encoding="utf-8").splitlines():
        tiles = (_tile(name, nearest_due.get(f"US-{name}"), f"US-{name}" in owed, today) for name in line.split())
        lines.append(f"<tr>{''.join(tiles)}</tr>")
    legend = "".join(f'<span class="{band}">{words}</span> ' for _, band, words in _BANDS)
    key = f'<p class="key">{legend}<span class="open">owed, no day</span> <span class="none">nothing owed</span></p>'
    return f'<h2>States by due date</h2><table class="map">{"".join(lines)}</table>{key}'


def _tile(name: str, due: dt.date | None, owed: bool, today: dt.date) -> str:
    if name == ".":
        return "<td></td>"
    left = None if due is None else (due - today).days
    band = next((band for limit, band, _ in _BANDS if left is not None and left < limit), "open" if owed else "none")
    return f'<td class="{band}" title="{due or ""}">{name}<br><small>{"" if left is None else left}</small></td>'


_STYLE = (
    "body{font:13px/1.4 sans-serif;margin:2em}table{border-collapse:collapse}"
    "th,td{border:1px solid #bbb;padding:.25em .5em;text-align:left;vertical-align:top}th{background:#eee}"
    ".map td{border:0;width:3em;height:2.6em;text-align:center}.key span{padding:.2em .6em}"
    ".late{background:#b30000;color:#fff}.soon{background:#e34a33;color:#fff}.month{background:#fdbb84}"
    ".far{background:#fee8c8}.open{background:#c6dbef}.none{background:#f2f2f2;color:#666}"
)
