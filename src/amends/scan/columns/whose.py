"""Whose a column is: a row may hold a second human in columns of their own (`spouse_name`, `spouse_ssn`).

Columns whose headers name the same role are one human, if one of them holds names and another what tells or reaches a
human; their values must prove themselves as any column's must. They then make a record apart from the row's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from amends.facts import facts_of
from amends.scan.columns.classify import ColumnVerdict
from amends.scan.columns.facts import ColumnFacts
from amends.scan.columns.undecided import REVIEWER
from amends.scan.tables.headers import Rule, header_words, read_header, rules
from amends.scan.values.validators import Kind

_CONFIDENCE = 0.8
_FULL_NAMES = 0.12


@dataclass(frozen=True, slots=True)
class Settled:
    """Verdicts by position and the human of the row whom each column is about: 0 its own, 1 and on others.

    `labels` are the words of the headers; `another` says which headers name a human beside the row's own.
    """

    verdicts: tuple[ColumnVerdict, ...]
    humans: tuple[int, ...]
    labels: tuple[str, ...]
    another: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A column that a role claims: its position, rule and the validators that prove it."""

    position: int
    rule: Rule
    kinds: tuple[Kind, ...]


@cache
def _roles() -> dict[str, frozenset[str]]:
    raw: dict[str, Any] = facts_of(__package__, "roles.yaml")
    return {key: frozenset(value.split() if isinstance(value, str) else value) for key, value in raw.items()}


def settle(verdicts: Sequence[ColumnVerdict], facts: Sequence[ColumnFacts], *, header: bool) -> Settled:
    """The verdicts, those of a second human changed; `header` is False when the names were not in the file."""
    words = [tuple(header_words(verdict.column)) if header else () for verdict in verdicts]
    claims: dict[str, list[_Claim]] = defaultdict(list)
    for position, (verdict, fact) in enumerate(zip(verdicts, facts, strict=True)):
        role, rest = _role(words[position])
        if verdict.decided_by == REVIEWER:
            continue
        if role and verdict.rule not in _roles()["own"] and (claim := _claim(position, rest, fact)):
            claims[role].append(claim)
    settled, humans = list(verdicts), [0] * len(verdicts)
    number = 0
    for group in claims.values():
        if not _is_human(group):
            continue
        number += 1
        for claim in group:
            humans[claim.position] = number
            settled[claim.position] = _found(verdicts[claim.position], claim, facts[claim.position])
    labels = tuple(" ".join(part) for part in words)
    return Settled(tuple(settled), tuple(humans), labels, tuple(bool(_role(part)[0]) for part in words))


def _role(words: Sequence[str]) -> tuple[str, str]:
    """The role that a header names (with the number behind it), and the header without it."""
    for at, word in enumerate(words):
        if word in _roles()["roles"]:
            behind = at + 1
            if behind < len(words) and words[behind].isdigit():
                behind += 1
            return "".join(words[at:behind]), " ".join((*words[:at], *words[behind:]))
    return "", ""


def _claim(position: int, rest: str, fact: ColumnFacts) -> _Claim | None:
    """What the column holds by the rest of its header, where its values prove it."""
    if not rest:
        named = fact.share((Kind.NAME, Kind.COMMA_NAME)) >= 0.7 and fact.share((Kind.FULL_NAME,)) >= _FULL_NAMES
        return _Claim(position, rules()["full_name"], (Kind.NAME, Kind.COMMA_NAME)) if named else None
    saying = read_header(rest)
    if saying.rule is None or saying.another or not fact.filled:
        return None
    rule = rules()[saying.rule]
    if not rule.kinds or fact.share(rule.kinds) >= rule.share:
        return _Claim(position, rule, rule.kinds)
    if rule.loose and fact.share(rule.loose) >= rule.loose_share:
        return _Claim(position, rule, rule.loose)
    return None


def _is_human(group: Sequence[_Claim]) -> bool:
    found = {claim.rule.id for claim in group}
    return "ssn" in found or (bool(found & _roles()["names"]) and bool(found & _roles()["enough"]))


def _found(verdict: ColumnVerdict, claim: _Claim, fact: ColumnFacts) -> ColumnVerdict:
    valid = fact.count(claim.kinds) if claim.kinds else fact.filled
    field = None if claim.kinds == claim.rule.loose and claim.rule.field == "phone" else claim.rule.field
    return replace(
        verdict, element=claim.rule.element, confidence=_CONFIDENCE, valid=valid, field=field,
        decided_by="header and values", question=None, rule=claim.rule.id, kinds=claim.kinds, whose=None,
    )  # fmt: skip
