"""What a header says: names of columns in the many styles of the field, matched against `headers.yaml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from amends.scan.validators import Kind

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zÀ-ɏ]+|\d+")


@dataclass(frozen=True, slots=True)
class Alone:
    """What it takes to believe a column without a telling header."""

    kinds: tuple[Kind, ...]
    sure: tuple[Kind, ...]
    sure_share: float
    share: float
    cells: int
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `headers.yaml`."""

    id: str
    element: str | None
    field: str | None
    kinds: tuple[Kind, ...]
    share: float
    beside: frozenset[str]
    alone: Alone | None


@dataclass(frozen=True, slots=True)
class Saying:
    """What a header says: a rule and how plainly (1 the exact words, 0.9 among noise, 0.6 somewhere in it), or none.

    `silent` means it says nothing at all, so that the values decide; `another` that it speaks of another human.
    """

    rule: str | None
    strength: float
    silent: bool
    another: bool


def rules() -> dict[str, Rule]:
    """All rules by id, in order of precedence."""
    return _book().rules


def read_header(name: str) -> Saying:
    """What the header `name` says."""
    book = _book()
    words = _words(name)
    another = any(word in book.others for word in words)
    rest = [word for word in words if word not in book.others] if another else words
    plain = [word for word in rest if word not in book.noise and not word.isdigit()]
    bare = [word for word in plain if word not in book.places]
    tries = [(words, 1.0), (rest, 1.0), (plain, 0.9), (bare, 0.9)]
    if "." in name and not any(word in book.spoilers for word in words):
        tries.append((_words(name.rpartition(".")[2]), 0.9))
    for tokens, strength in tries:
        rule = book.phrases.get("".join(tokens))
        if rule:
            return Saying(rule, strength, silent=False, another=another and tokens is not words)
    if not any(word in book.spoilers for word in rest):
        for size in range(len(rest) - 1, 0, -1):
            for start in range(len(rest) - size + 1):
                phrase = "".join(rest[start : start + size])
                if len(phrase) > 2 and phrase in book.phrases:
                    return Saying(book.phrases[phrase], 0.6, silent=False, another=another)
    silent = all(word in book.silent or word in book.noise or word.isdigit() for word in words)
    return Saying(None, 0.0, silent=silent, another=another and not silent)


def known_words(cells: Sequence[str]) -> int:
    """How many of the cells are names of columns that the rules know."""
    sayings = (read_header(cell) for cell in cells if len(cell) <= 60)
    return sum(saying.rule is not None and saying.strength >= 0.9 for saying in sayings)


@dataclass(frozen=True, slots=True)
class _Book:
    rules: dict[str, Rule]
    phrases: dict[str, str]
    noise: frozenset[str]
    places: frozenset[str]
    others: frozenset[str]
    spoilers: frozenset[str]
    silent: frozenset[str]


def _words(name: str) -> list[str]:
    return [piece.lower() for piece in _PIECES.findall(name)]


def _rule(name: str, entry: dict[str, Any]) -> Rule:
    kinds = _kinds(entry.get("kinds", ()))
    alone = entry.get("alone")
    if alone:
        believed = _kinds(alone.get("kinds", ())) or kinds
        beside = tuple(alone.get("beside", ()))
        sure = _kinds(alone.get("sure", ()))
        share = alone["share"]
        alone = Alone(believed, sure, alone.get("sure_share", share), share, alone["cells"], beside)
    element, field, company = entry.get("element"), entry.get("field"), frozenset(entry.get("beside", ()))
    return Rule(name, element, field, kinds, entry.get("share", 0.0), company, alone)


def _kinds(names: Sequence[str]) -> tuple[Kind, ...]:
    return tuple(Kind[name] for name in names)


@cache
def _book() -> _Book:
    raw: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("headers.yaml").read_text(encoding="utf-8"))
    found: dict[str, Rule] = {}
    phrases: dict[str, str] = {}
    for name, entry in raw["rules"].items():
        found[name] = _rule(name, entry)
        for phrase in entry["header"]:
            phrases.setdefault("".join(_words(phrase)), name)
    words = {key: frozenset(raw[key]) for key in ("noise", "places", "others", "spoilers", "silent")}
    return _Book(found, phrases, words["noise"], words["places"], words["others"], words["spoilers"], words["silent"])
