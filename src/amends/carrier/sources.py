"""Who stands in which taken file: each source is people (or lines) in a random order, divided among its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from amends.carrier.dice import Dice, Flags, Whole
from amends.carrier.population import Population, World
from amends.facts import facts_of

REPEATED: Final = 0.03
"""Share of applicants who applied more than once."""
ELSEWHERE: Final = ("elsewhere", "late_elsewhere")


@dataclass(frozen=True)
class Stray:
    """Unescaped quotes: the column they stand in and the share of its rows."""

    column: str
    share: float


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written. `encoding` utf-16 is little-endian with a byte order mark."""

    encoding: str = "utf-8"
    separator: str = ","
    newline: str = "\n"
    header: bool = True
    ragged: float = 0.0
    stray: Stray | None = None


@dataclass(frozen=True)
class Sheet:
    """A taken file as `haul.yaml` describes it. `share` None takes what is left of the source."""

    path: str
    format: str
    columns: Mapping[str, str]
    source: str = ""
    share: float | None = 0.0
    cap: int = 1 << 60
    also: Mapping[str, float] = field(default_factory=dict)
    earlier: bool = False
    dialect: Dialect = field(default_factory=Dialect)

    @property
    def wave(self) -> str:
        """The date of the wave it came in."""
        return self.path.split("/", 1)[0]

    @property
    def readable(self) -> bool:
        """A CSV, NDJSON or Parquet file outside archives."""
        return self.format in ("csv", "ndjson", "parquet") and "!" not in self.path

    def name(self, part: int, parts: int) -> str:
        """The path under the taken files; in one of several parts the file's own name carries the part."""
        if parts == 1:
            return self.path
        outer, mark, inner = self.path.partition("!")
        stem, _, ending = outer.rpartition(".")
        return f"{stem}.part-{part:04d}.{ending}{mark}{inner}"


@dataclass(frozen=True)
class Listing:
    """The rows of a file: positions of humans and lines, and where the row names its human (None: everywhere)."""

    humans: Whole
    lines: Whole
    named: Flags | None = None


def sheets() -> tuple[Sheet, ...]:
    """The taken files of `haul.yaml`."""
    return tuple(_sheet(facts) for facts in facts_of(__package__, "haul.yaml"))


def _sheet(facts: dict[str, Any]) -> Sheet:
    dialect = dict(facts.pop("dialect", {}))
    if "stray" in dialect:
        dialect["stray"] = Stray(**dialect["stray"])
    share = facts.pop("share", 0.0)
    return Sheet(**facts, share=None if share == "rest" else share, dialect=Dialect(**dialect))


def listings(world: World, population: Population, plan: tuple[Sheet, ...]) -> tuple[Listing, ...]:
    """The rows of each file of the plan, in its order."""
    dice = Dice(world.dice.salt(f"listings of part {world.part}"))
    pools = {name: _shuffled(dice, name, _members(world, population, name)) for name in _names(plan)}
    taken = dict.fromkeys(pools, 0)
    result = []
    for sheet in plan:
        chosen: list[Whole] = []
        if sheet.source:
            pool, start = pools[sheet.source], taken[sheet.source]
            wanted = len(pool) - start if sheet.share is None else round(sheet.share * len(pool))
            stop = start + min(wanted, sheet.cap, len(pool) - start)
            chosen.append(pool[start:stop])
            taken[sheet.source] = stop
        for name, share in sheet.also.items():
            pool = pools[name]
            copies = pool[dice.happens(f"{sheet.path} copies {name}", pool, share)]
            chosen.append(copies[: max(0, sheet.cap - sum(map(len, chosen)))])
        result.append(_listing(population, _shuffled(dice, sheet.path, np.concatenate(chosen)), sheet))
    return tuple(result)


def _names(plan: tuple[Sheet, ...]) -> list[str]:
    return list(dict.fromkeys(name for sheet in plan for name in (sheet.source, *sheet.also) if name))


def _members(world: World, population: Population, name: str) -> Whole:
    """Positions of lines: a human stands for their own line, as the first lines are the humans' own."""
    codes, segment = world.segments.code, population.segment
    if name.startswith(("lines ", "family lines ")):
        segment_name = name.rpartition(" ")[2]
        owner = population.lines.owner
        account_of = np.where(segment == codes("family_user"), segment[population.head], segment)
        on_plan = account_of[owner] == codes(segment_name)
        if name.startswith("family"):
            own = np.arange(len(owner)) < len(population)
            on_plan &= ~own | (segment[owner] == codes("family_user"))
        return np.flatnonzero(on_plan)
    if name == "elsewhere":
        return np.flatnonzero(population.elsewhere & (segment == codes("applicant")))
    if name == "late_elsewhere":
        return np.flatnonzero(population.elsewhere & (segment == codes("late")))
    member = (segment == codes(name)) & ~population.elsewhere
    if name != "applicant":
        return np.flatnonzero(member)
    first = np.flatnonzero((member | population.applied) & ~population.elsewhere)
    return np.concatenate([first, first[world.dice.happens("repeated", population.ids[first], REPEATED)]])


def _shuffled(dice: Dice, purpose: str, members: Whole) -> Whole:
    """The members in an order that depends on the seed; repeated members are spread like others."""
    keys = members + (np.arange(len(members), dtype=np.int64) << 32)
    return members[np.argsort(dice.bits(f"order {purpose}", keys), kind="stable")]


def _listing(population: Population, lines: Whole, sheet: Sheet) -> Listing:
    about_lines = any("lines " in name for name in (sheet.source, *sheet.also))
    own = lines < len(population)
    return Listing(population.lines.owner[lines], lines, own if about_lines else None)
