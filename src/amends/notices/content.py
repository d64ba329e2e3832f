"""What the laws ask of the content of a notice, and what they forbid, as blocks to bring in and blocks to take out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from amends.facts import facts_of
from amends.notices.texts import TemplateError, layout

STANDARD: Final = "standard"


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers one required token: blocks that must stand, or the way the notice is made (`form`).

    `mend` says what somebody must do where the text does not meet it.
    """

    blocks: tuple[str, ...]
    form: str
    settings: tuple[str, ...]
    state: bool
    not_for: frozenset[str]
    mend: str


@dataclass(frozen=True, slots=True)
class Content:
    """The content that a group of people is owed: `asked` blocks, `removed` blocks, and the office of their state.

    `abroad`: they live outside of the United States, where its bureaus and offices are of no use. `label` is a
    stable short name; two groups with the same demands on the blocks have the same label.
    """

    asked: frozenset[str]
    removed: frozenset[str]
    office: str | None
    label: str
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """One row of the duties' demands: whose law (None for a federal one or unknown residence), and its tokens."""

    jurisdiction: str | None
    required: tuple[str, ...]
    prohibited: tuple[str, ...]


@cache
def answers() -> Mapping[str, Answer]:
    """The answer to each required token. Raises `TemplateError` for a block that the layout does not have."""
    known = {place.block for place in layout()}
    found = {}
    for token, entry in _rules()["required"].items():
        found[token] = Answer(
            blocks=tuple(entry.get("blocks", ())),
            form=entry.get("form", ""),
            settings=tuple(entry.get("settings", ())),
            state=bool(entry.get("state")),
            not_for=frozenset(entry.get("not_for", ())),
            mend=entry.get("mend", ""),
        )
        _require_known(token, found[token].blocks, known)
    return MappingProxyType(found)


@cache
def prohibitions() -> Mapping[str, tuple[str, ...]]:
    """The blocks that each prohibited token takes out."""
    known = {place.block for place in layout()}
    found = {token: tuple(entry["blocks"]) for token, entry in _rules()["prohibited"].items()}
    for token, blocks in found.items():
        _require_known(token, blocks, known)
    return MappingProxyType(found)


@cache
def contacts() -> Mapping[str, Any]:
    """The offices that notices name: `bureaus`, `trade_commission` and `states`."""
    found: Mapping[str, Any] = _read("contacts.yaml")
    return found


def answer(demand: Demand) -> Content:
    """The content that meets a demand. Prohibition wins over requirement; `unmet` tells where that leaves a gap."""
    optional = {place.block for place in layout() if place.asked}
    wanted = {block for token in demand.required if token in answers() for block in answers()[token].blocks}
    removed = frozenset(block for token in demand.prohibited for block in prohibitions().get(token, ()))
    asked = frozenset(wanted & optional) - removed
    by_state = any(answers()[token].state for token in demand.required if token in answers())
    office = demand.jurisdiction if by_state and demand.jurisdiction in contacts()["states"] else None
    if office is None:
        asked -= {"state_office"}
    removed -= optional
    forbidden = [f"no_{token}" for token in demand.prohibited if set(prohibitions().get(token, ())) & removed]
    parts = [*sorted(asked - {"state_office"}), *sorted(forbidden), *([office.lower()] if office else [])]
    return Content(asked, removed, office, "+".join(parts) or STANDARD, lives_abroad(demand.jurisdiction))


def lives_abroad(jurisdiction: str | None) -> bool:
    """Whether people of a jurisdiction live outside of the United States; not where none is known."""
    return jurisdiction is not None and not re.fullmatch(r"US(-.*)?", jurisdiction)


def unmet(demand: Demand, blocks: Iterable[str], missing: Iterable[str], addressed_to: str) -> tuple[str, ...]:
    """The required and prohibited tokens that a composed text does not meet.

    `blocks` are those that stand in it, `missing` the slots whose fact was not known.
    """
    standing, lacking = set(blocks), set(missing)
    gaps = [token for token in demand.prohibited if token not in prohibitions()]
    for token in demand.required:
        found = answers().get(token)
        if found is None or (addressed_to not in found.not_for and not _met(found, standing, lacking)):
            gaps.append(token)
    return tuple(gaps)


def mend(demand: Demand, token: str) -> str:
    """What would meet a token of a demand that a text does not meet."""
    found = answers().get(token)
    if found is None:
        return "no block of the templates answers it: add it to content.yaml"
    if any(set(found.blocks) & set(prohibitions().get(other, ())) for other in demand.prohibited):
        return "another law of the same people forbids it, and is followed: see the conflicts of duties"
    return found.mend


def forms(demand: Demand) -> tuple[str, ...]:
    """What the way the notice is made must see to, for this demand."""
    return tuple(answers()[token].form for token in demand.required if token in answers() and answers()[token].form)


def _met(found: Answer, standing: set[str], lacking: set[str]) -> bool:
    return standing.issuperset(found.blocks) and lacking.isdisjoint(found.settings)


def _require_known(token: str, blocks: Iterable[str], known: set[str]) -> None:
    for block in blocks:
        if block not in known:
            raise TemplateError(f"{token} names block {block}, which layout.yaml does not have", where="content.yaml")


def _rules() -> Any:
    return _read("content.yaml")


def _read(name: str) -> Any:
    return facts_of(__package__, "templates", name)
