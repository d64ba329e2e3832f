"""What a header says: names of columns in the many styles of the field, matched against `headers.yaml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from amends.scan.values.validators import Kind

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
    unknown: float
    whose: bool


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
    loose: tuple[Kind, ...] = ()
    loose_share: float = 1.0
    asks: bool = True
    in_part: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Saying:
    """What a header says: a rule and how plainly (1 the exact words, 0.9 among noise, 0.6 somewhere in it), or none.

    `silent` means it says nothing at all, so that the values decide; `another` that it speaks of another human,
    `human` that it names a role only a human has, `spoiled` that it speaks of something about a value, not of a value.
    """

    rule: str | None
    strength: float
    silent: bool
    another: bool
    spoiled: bool = False
    human: bool = False


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
    single = [word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word for word in plain]
    tries = [(words, 1.0), (rest, 1.0), (plain, 0.9), (bare, 0.9), (single, 0.9)]
    if "." in name and not any(word in book.spoilers for word in words):
        tries.append((_words(name.rpartition(".")[2]), 0.9))
    for tokens, strength in tries:
        rule = book.phrases.get("".join(tokens))
        if rule:
            human = any(word in book.humans for word in words)
            return Saying(rule, strength, silent=False, another=another and tokens is not words, human=human)
    rule = _somewhere(rest, book)
    if rule:
        return Saying(rule, 0.6, silent=False, another=another)
    silent = all(word in book.silent or word in book.noise or word.isdigit() for word in words)
    spoiled = any(word in book.spoilers for word in words)
    return Saying(None, 0.0, silent=silent, another=another and not silent, spoiled=spoiled)


def _somewhere(words: Sequence[str], book: _Book) -> str | None:
    """The rule of the longest known words within a header, unless a word beside them spoils it."""
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size + 1):
            phrase = "".join(words[start : start + size])
            if len(phrase) <= 2 or phrase not in book.phrases or phrase in book.whole:
                continue
            if not any(word in book.spoilers for word in (*words[:start], *words[start + size :])):
                return book.phrases[phrase]
    return None


def header_words(name: str) -> list[str]:
    """The words of a header, lower case: `custFirstName2` is cust, first, name, 2."""
    return _words(name)


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
    whole: frozenset[str]
    humans: frozenset[str]


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
        alone = Alone(
            believed, sure, alone.get("sure_share", share), share, alone["cells"], beside,
            alone.get("unknown", 2.0), alone.get("whose", False),
        )  # fmt: skip
    element, field, company = entry.get("element"), entry.get("field"), frozenset(entry.get("beside", ()))
    loose = _kinds(entry.get("loose", ()))
    share, loose_share, asks = entry.get("share", 0.0), entry.get("loose_share", 0.8), entry.get("asks", True)
    return Rule(
        name, element, field, kinds, share, company, alone, loose, loose_share, asks, _kinds(entry.get("in_part", ()))
    )


def _kinds(names: Sequence[str]) -> tuple[Kind, ...]:
    return tuple(Kind[name] for name in names)


@cache
def _book() -> _Book:
    raw: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("headers.yaml").read_text(encoding="utf-8"))
    found: dict[str, Rule] = {}
    phrases: dict[str, str] = {}
    for name, entry in raw["rules"].items():
        found[name] = _rule(name, entry)
        for phrase in entry.get("header", ()):
            phrases.setdefault("".join(_words(phrase)), name)
    words = {key: frozenset(raw[key]) for key in ("noise", "places", "others", "spoilers", "silent", "whole", "humans")}
    return _Book(found, phrases, **words)
