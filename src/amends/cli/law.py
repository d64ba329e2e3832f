"""`amends duties` beside running the verb: the calendar, what-if, and the check of rule files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import typer

from amends.case import open_case
from amends.cli.screen import grid, say, say_error, say_json
from amends.duties import Upcoming, faults, nearest, what_if

_SHOWN = 20


def run_duties(case: Path, as_json: bool, run: Callable[[str, Path, bool], None]) -> None:
    """Run the verb; for people, then print what is due next with the days left."""
    try:
        run("duties", case, as_json)
    except typer.Exit:
        if not as_json:
            _show_calendar(case)
        raise
    if not as_json:
        _show_calendar(case)


def _show_calendar(case: Path) -> None:
    with open_case(case) as opened:
        rows = nearest(opened, date.today(), _SHOWN) if opened.has("duties") else []
    if rows:
        shown = [
            (row.due_at or row.due, row.days_left, row.regime, _told(row), row.people, row.state, row.confidence)
            for row in rows
        ]
        grid("Due next", ("due", "days left", "law", "to", "people", "state", "known"), shown, right=(1, 4))


def _told(row: Upcoming) -> str:
    phase = "" if row.phase in (None, "initial") else f", {row.phase}"
    return f"{row.who or row.audience}{phase}"


def show_what_if(case: Path, changes: Sequence[str], rules: Path | None, as_json: bool) -> None:
    """Print what other facts or rule files would change; nothing is written."""
    with open_case(case) as opened:
        found = what_if(opened, changes, rules)
    if as_json:
        say_json({"people": found.people, "changes": [asdict(change) for change in found.changes]})
        return
    say(f"{len(found.changes):,} duties would change, for {found.people:,} people; nothing was written")
    if found.changes:
        rows = [(change.kind, change.duty_id, change.people, change.what) for change in found.changes]
        grid("What would change", ("", "duty", "people", "what"), rows, right=(2,))


def check_rules(folder: Path | None, as_json: bool) -> None:
    """Print one line a faulty rule file; exit 2 if there is one."""
    found = faults(folder)
    if as_json:
        say_json({"faults": [error.line() for error in found]})
    for error in found if not as_json else ():
        say_error(error.line())
    if found:
        raise typer.Exit(2)
    if not as_json:
        say("every rule file is valid")
