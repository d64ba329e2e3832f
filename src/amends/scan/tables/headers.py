"""What a header says: names of columns in the many styles of the field, matched against `headers.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from amends.facts import facts_of
from amends.scan.values.validators import Kind

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_QUESTION = re.compile(r"^\W*what(?:'s| is| are)(?: your| the)?\b", re.IGNORECASE)
_GLUED = 7
"""Letters from which a word that nothing knows is tried as several words written together."""
_SHORTEST = 3
_FEW = 3
_SETS = (
    "noise", "places", "others", "spoilers", "silent", "whole", "humans", "roles", "bodies", "things", "versions",
    "naming", "anywhere", "wrappers",
)  # fmt: skip
_ENDINGS = frozenset(("id", "no", "nm", "nr", "dt", "cd"))
"""Words of two letters that may end a word written together (`contactno`)."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What it takes to believe a column without a telling header."""

    kinds: tuple[Kind, ...]
    sure: tuple[Kind, ...]
    sure_share: float
    sure_cells: int
    share: float
    cells: int
    beside: frozenset[str]
    unknown: float
    whose: bool
    few: int
    person: frozenset[str]


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
    otherwise: str | None = None
    of_bodies: bool = False
    people: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """What a header says: a rule and how plainly (1 the exact words, 0.9 among noise, 0.8 a role, 0.6 somewhere in
    it), or none.

    `silent` means it says nothing at all, so that the values decide; `another` that it speaks of another human or of a
    body, `human` that it names a role only a human has, `spoiled` that it speaks of something about a value, not of a
    value, `version` that what looks like an address of a device is the number of a version, `thing` that it names what
    has a name of its own.
    """

    rule: str | None
    strength: float
    silent: bool
    another: bool
    spoiled: bool = False
    human: bool = False
    version: bool = False
    thing: bool = False


def rules() -> dict[str, Rule]:
    """All rules by id, in order of precedence."""
    return _book().rules


def read_header(name: str) -> Saying:
    """What the header `name` says."""
    book = _book()
    path, _, last = name.rpartition(".")
    if path and last in book.wrappers:
        name = path
    words = _words(name)
    said = _read(name, words, book)
    if "." in name and (said.rule is None or said.another) and not any(word in book.others for word in words):
        said = _at_end(name, book) or said
    if said.rule:
        return said
    apart = [part for word in words for part in _apart(word)]
    return said if apart == words else _read(name, apart, book)


def _read(name: str, words: list[str], book: _Book) -> Saying:
    human = any(word in book.humans for word in words)
    whole = book.phrases.get("".join(words))
    if whole:
        return Saying(whole, 1.0, silent=False, another=False, human=human)
    another = any(word in book.others for word in words)
    rest = [word for word in words if word not in book.others] if another else words
    for tokens, strength in _tries(name, rest, book):
        rule = book.phrases.get("".join(tokens))
        if rule:
            return Saying(rule, strength, silent=False, another=another, human=human)
    named = [word for word in words if word not in book.noise and word not in book.naming and not word.isdigit()]
    if named and all(word in book.humans or word in book.roles for word in named):
        human = all(word in book.humans for word in named)
        return Saying("full_name", 0.9 if human else 0.8, silent=False, another=another, human=human)
    found = _of_body(words, book)
    if found:
        return found
    rule = _somewhere(rest, book)
    if rule:
        another |= book.rules[rule].of_bodies and any(word in book.bodies for word in words)
        return Saying(rule, 0.6, silent=False, another=another, human=human)
    if named and (named[-1] in book.humans or named[-1] in book.roles):
        return Saying("full_name", 0.8, silent=False, another=another)
    silent = all(word in book.silent or word in book.noise or word.isdigit() for word in words)
    spoiled, version, thing = (
        any(word in kind for word in words) for kind in (book.spoilers, book.versions, book.things | book.bodies)
    )
    another = another and not silent
    return Saying(None, 0.0, silent=silent, another=another, spoiled=spoiled, version=version, thing=thing)


def _at_end(path: str, book: _Book) -> Saying | None:
    """What the end of a path says that its beginning spoils (`order.customer.phone`, `result.last_name`).

    The end must begin with a role of humans, or be a word for what only humans have.
    """
    parts = path.split(".")
    for at in range(1, len(parts)):
        words = _words(parts[at])
        owner = bool(words) and all(word in book.humans or word in book.roles for word in words)
        last = at + 1 == len(parts)
        if last == owner:
            continue
        said = _read(".".join(parts[at:]), _words(".".join(parts[at:])), book)
        if said.rule and (not last or (said.rule in book.anywhere and "".join(words) not in book.whole)):
            return said
    return None


def _tries(name: str, words: list[str], book: _Book) -> list[tuple[list[str], float]]:
    """The words to look up as a whole, plainest first: as they are, without noise, places, plurals and roles."""
    counted = [word for word in words if word not in book.noise]
    plain = [word for word in counted if not word.isdigit()]
    bare = [word for word in plain if word not in book.places]
    single = [word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word for word in plain]
    theirs = [word for word in words if word not in book.humans and word not in book.roles]
    at_home = [word for word in words if word not in book.places]
    tries = [(words, 1.0), (at_home, 0.9), (counted, 0.9), (plain, 0.9), (bare, 0.9), (single, 0.9)]
    if not all(word in book.naming for word in theirs):
        tries.append((theirs, 0.9))
        tries.append(([word for word in theirs if word not in book.noise], 0.9))
        tries.append(([word for word in theirs if word not in book.noise and not word.isdigit()], 0.9))
    if "." in name and not any(word in book.spoilers or word in book.things for word in words):
        tries.append((_words(name.rpartition(".")[2]), 0.9))
    return tries


def _of_body(words: list[str], book: _Book) -> Saying | None:
    """What a header says of a firm or another body: its telephone is a telephone, its name is no name of a person."""
    if not any(word in book.bodies for word in words):
        return None
    rest = [word for word in words if word not in book.bodies and word not in book.noise and not word.isdigit()]
    rule = book.phrases.get("".join(rest))
    if rule and book.rules[rule].of_bodies:
        return Saying(rule, 0.9, silent=False, another=True)
    return None


def _somewhere(words: Sequence[str], book: _Book) -> str | None:
    """The rule of the longest known words within a header, the last of these, unless a word beside them spoils it."""
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size, -1, -1):
            phrase = "".join(words[start : start + size])
            if len(phrase) <= 2 or phrase not in book.phrases or phrase in book.whole:
                continue
            beside = (*words[:start], *words[start + size :])
            rule = book.phrases[phrase]
            spoilers = book.spoilers - book.bodies
            if book.rules[rule].people:
                spoilers = book.spoilers | book.bodies | book.things
            if not any(word in spoilers for word in beside):
                return rule
    return None


def header_words(name: str) -> list[str]:
    """The words of a header, lower case: `custFirstName2` is cust, first, name, 2."""
    return _words(name)


def header_vocabulary() -> frozenset[str]:
    """The words that headers are made of, and whole headers written together."""
    book = _book()
    return book.vocabulary | frozenset(book.phrases)


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
    roles: frozenset[str]
    bodies: frozenset[str]
    things: frozenset[str]
    versions: frozenset[str]
    naming: frozenset[str]
    anywhere: frozenset[str]
    wrappers: frozenset[str]
    vocabulary: frozenset[str]


def _words(name: str) -> list[str]:
    """The words of a header in lower case, without accents; camel case and other scripts are taken apart too."""
    asked = _QUESTION.sub("", name)
    folded = unicodedata.normalize("NFKD", asked.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    plain = "".join(c for c in folded if not unicodedata.combining(c)).replace("ł", "l").replace("ı", "i")
    return [piece.lower() for piece in _PIECES.findall(plain)]


@cache
def _apart(word: str) -> tuple[str, ...]:
    """The fewest known words that `word` is written together from (`custname`), itself if there are none."""
    vocabulary = _book().vocabulary
    if len(word) < _GLUED or word in vocabulary or not word.isascii() or not word.isalpha():
        return (word,)
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(_SHORTEST, len(word) + 1):
        for start in range(end - 1):
            before, piece = best[start], word[start:end]
            known = piece in vocabulary if len(piece) >= _SHORTEST else end == len(word) and piece in _ENDINGS
            if before is not None and known and (best[end] is None or len(before) + 1 < len(best[end] or ())):
                best[end] = (*before, piece)
    return best[-1] or (word,)


def _rule(name: str, entry: dict[str, Any]) -> Rule:
    kinds = _kinds(entry.get("kinds", ()))
    alone = entry.get("alone")
    if alone:
        believed = _kinds(alone.get("kinds", ())) or kinds
        beside = frozenset(alone.get("beside", ()))
        sure = _kinds(alone.get("sure", ()))
        share = alone["share"]
        alone = Alone(
            believed, sure, alone.get("sure_share", share), alone.get("sure_cells", alone["cells"]), share,
            alone["cells"], beside,
            alone.get("unknown", 2.0), alone.get("whose", False), alone.get("few", _FEW),
            frozenset(alone.get("person", ())),
        )  # fmt: skip
    element, field, company = entry.get("element"), entry.get("field"), frozenset(entry.get("beside", ()))
    loose = _kinds(entry.get("loose", ()))
    share, loose_share, asks = entry.get("share", 0.0), entry.get("loose_share", 0.8), entry.get("asks", True)
    return Rule(
        name, element, field, kinds, share, company, alone, loose, loose_share, asks, _kinds(entry.get("in_part", ())),
        entry.get("otherwise"), entry.get("of_bodies", False), entry.get("people", False),
    )  # fmt: skip


def _kinds(names: Sequence[str]) -> tuple[Kind, ...]:
    return tuple(Kind[name] for name in names)


@cache
def _book() -> _Book:
    raw: dict[str, Any] = facts_of(__package__, "headers.yaml")
    found: dict[str, Rule] = {}
    phrases: dict[str, str] = {}
    for name, entry in raw["rules"].items():
        found[name] = _rule(name, entry)
        for phrase in entry.get("header", ()):
            phrases.setdefault("".join(_words(phrase)), name)
    words = {key: frozenset(raw[key]) for key in _SETS}
    spoken = (phrase for entry in raw["rules"].values() for phrase in entry.get("header", ()))
    spoken_of = (words[key] for key in _SETS if key != "wrappers")
    vocabulary = frozenset().union(*spoken_of, *(_words(phrase) for phrase in spoken))
    return _Book(found, phrases, **words, vocabulary=vocabulary)
