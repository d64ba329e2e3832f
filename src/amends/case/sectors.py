"""The kinds of organisation that laws tell apart: the closed list behind `incident.sectors` and the rule files.

A word that is not in it would bind nobody in silence, so it is refused, with the word that is meant where one is known.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from amends.facts import facts_of


@dataclass(frozen=True, slots=True)
class Sector:
    """A kind of organisation: what it is, other words for it, whether it keeps telephone lines for people.

    `beware` is what the facts do not say of such an organisation, empty where nothing.
    """

    id: str
    meaning: str
    also: tuple[str, ...]
    telephone: bool
    beware: str


@cache
def sectors() -> Mapping[str, Sector]:
    """Every kind of organisation, by the word for it."""
    found = {}
    for name, entry in facts_of(__package__, "sectors.yaml").items():
        also = tuple(entry.get("also", ()))
        found[name] = Sector(name, entry["is"], also, bool(entry.get("telephone")), entry.get("beware", ""))
    return MappingProxyType(found)


def unknown_sector(names: Iterable[str]) -> tuple[str, str] | None:
    """The first name that is no sector, with how to mend it, or None."""
    for name in names:
        if name not in sectors():
            meant = _meant(name)
            if meant:
                return name, f"did you mean {meant}? docs/sectors.md lists them all"
            return name, "docs/sectors.md lists them; ordinary_business where none fits"
    return None


def keeps_lines(names: Iterable[str]) -> bool:
    """Whether an organisation of these sectors keeps telephone lines for people, and so can lock a number itself."""
    return any(sectors()[name].telephone for name in names if name in sectors())


def _meant(name: str) -> str:
    """The sector that a word stands for or is nearest to; empty where none is near."""
    word = "_".join(name.casefold().replace("-", " ").split())
    words = {known: sector.id for sector in sectors().values() for known in (*sector.also, sector.id)}
    whole = word if word in words else next((part for part in word.split("_") if part in words), "")
    near = whole or next(iter(difflib.get_close_matches(word, words, n=1, cutoff=0.75)), "")
    return words[near] if near else ""
