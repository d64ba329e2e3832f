"""What commands print: tables and lines for people, JSON for machines, progress while a verb works.

Facts go to standard output, progress and errors to standard error. Nothing printed holds a personal value.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from amends.case import Outcome

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """One line for people, as it is."""
    out.print(escape(line))


def say_error(line: str) -> None:
    """One line on standard error."""
    err.print(f"[red]amends:[/red] {escape(line)}" if err.is_terminal else escape(f"amends: {line}"))


def say_json(facts: object) -> None:
    """Facts for machines, one JSON document."""
    print(json.dumps(facts, indent=2, default=str))


def grid(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """A table for people; `right` are the columns to be aligned on the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(_text(cell)) for cell in row))
    out.print()
    out.print(table)


def show_outcome(outcome: Outcome) -> None:
    """What a verb did, for people."""
    state = "nothing changed since it last ran" if outcome.resumed else f"{outcome.seconds:,.1f} s"
    rows = ", ".join(f"{count:,} {name}" for name, count in outcome.rows.items())
    out.print(f"[bold]{outcome.verb}[/bold]: {escape(rows)} ({state})")
    for balance in outcome.balances:
        parts = " + ".join(f"{count:,} {name}" for name, count in balance.out.items() if count or len(balance.out) == 1)
        out.print(escape(f"  {balance.what}: {balance.came_in:,} = {parts or 0}"))
    for finding in outcome.findings:
        out.print(f"  [yellow]![/yellow] {escape(finding)}")


def outcome_facts(outcome: Outcome) -> dict[str, Any]:
    """What a verb did, for machines."""
    return asdict(outcome)


def _text(cell: object) -> str:
    if isinstance(cell, bool) or cell is None:
        return {True: "yes", False: "no", None: "–"}[cell]
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)


class Progressing:
    """Shows a verb's progress: a bar on a terminal, a plain line every few seconds elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._last = time.monotonic()
        self._bar: Progress | None = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Progressing:
        if not self._quiet and sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=err, transient=True)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, verb: str, done: int, total: int, unit: str) -> None:
        """Report `done` of `total` units of one verb."""
        if self._quiet:
            return
        if self._bar:
            if verb not in self._tasks:
                self._tasks[verb] = self._bar.add_task(verb, total=total)
            self._bar.update(self._tasks[verb], completed=done, total=total, description=f"{verb} ({unit})")
        elif time.monotonic() - self._last > 5:
            self._last = time.monotonic()
            err.print(f"{verb}: {done:,} of {total:,} {escape(unit)}")
