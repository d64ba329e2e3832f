"""The case that the rates are measured on: a breached synthetic carrier, responded to once to warm the kernels.

`make bench` makes one for all claims; a claim that is run alone makes its own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amends import carrier
from amends.case import Case, Outcome, new_case, open_case
from amends.cli.response import BY_NAME, respond

PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class _Shared:
    variable: str = "AMENDS_BENCH_FOLDER"

    def environment(self, folder: str) -> dict[str, str]:
        """The environment that hands the folder to a claim's process."""
        return {**os.environ, self.variable: folder}


FOLDER = _Shared()


def make(folder: Path, people: int = PEOPLE) -> None:
    """Make carrier and case in `folder` and respond once."""
    breach = carrier.generate(folder / "carrier", people)
    inputs = "".join(f'{name} = "../carrier/{name}"\n' for name in ("taken", "registry", "estate"))
    with new_case(folder / "case", sections=breach.settings.read_text(encoding="utf-8"), inputs=inputs) as case:
        response = respond(case, lambda _: None)
        if response.errors:
            raise next(iter(response.errors.values()))


@contextmanager
def rehearsed() -> Iterator[Case]:
    """The open case."""
    shared = os.environ.get(FOLDER.variable)
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as own:
        if not shared:
            make(Path(own))
        with open_case(Path(shared or own) / "case") as case:
            yield case


def again(case: Case, verb: str) -> Outcome:
    """Run one verb again on unchanged inputs, by forgetting that it is done."""
    (case.state / f"{verb}.json").rename(case.state / f"{verb}.forgotten")
    try:
        outcome = BY_NAME[verb].run(case)
    finally:
        (case.state / f"{verb}.forgotten").unlink()
    return outcome
