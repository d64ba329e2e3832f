"""Which authenticators are dead: the decision table `authenticators.yaml`, read and checked, and its verdict on a mask.

An authenticator is dead for a person when everything that one line of its `dead_when` names was taken. The verdict
depends on the mask alone, so it is computed once per distinct mask and joined to the people in SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa
import yaml

from amends import elements
from amends.errors import SettingError

DECISION_TABLE: Final = "authenticators.yaml"
_FIELDS: Final = frozenset({"id", "name", "class", "dead_when", "say"})

RULE_SCHEMA: Final = pa.schema([("authenticator", pa.string()), ("kills", pa.int64())])
"""One row per authenticator and killing mask; `kills` is null for an authenticator that nothing kills."""


@dataclass(frozen=True, slots=True)
class Authenticator:
    """One way to prove who one is.

    `proof_class` is 0 (knowledge) to 3 (phishing-resistant); `kills` are the masks of which any, contained in what was
    taken, kills it; `say` is what a care agent is told.
    """

    id: str
    name: str
    proof_class: int
    kills: tuple[int, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One authenticator for one mask: `because` is the mask of the taken elements that killed it, 0 when alive."""

    authenticator: str
    because: int

    @property
    def dead(self) -> bool:
        """Whether the authenticator may no longer be counted as proof."""
        return self.because != 0


def parse(text: str, *, where: str = DECISION_TABLE) -> tuple[Authenticator, ...]:
    """The authenticators of a decision table, by id.

    Raises `SettingError` naming the entry when a field is missing or unknown, an id repeats, a class is not 0 to 3, or
    an element is not in the vocabulary.
    """
    entries = _entries(text, where)
    found: dict[str, Authenticator] = {}
    for number, entry in enumerate(entries, start=1):
        place = f"{where}, entry {number}"
        if not isinstance(entry, dict) or set(entry) != _FIELDS:
            raise SettingError("an authenticator needs id, name, class, dead_when and say, and no more", where=place)
        one = _authenticator(entry, place)
        if one.id in found:
            raise SettingError(f"authenticator {one.id!r} stands twice", where=place)
        found[one.id] = one
    return tuple(found[name] for name in sorted(found))


def _entries(text: str, where: str) -> list[object]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingError("not valid YAML", where=where) from error
    entries = document.get("authenticators") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise SettingError("no list of authenticators", where=where)
    return entries


def _authenticator(entry: dict[str, object], place: str) -> Authenticator:
    proof_class, dead_when = entry["class"], entry["dead_when"]
    if not isinstance(proof_class, int) or isinstance(proof_class, bool) or not 0 <= proof_class <= 3:
        raise SettingError("the class of an authenticator is 0, 1, 2 or 3", where=place)
    if not isinstance(dead_when, list) or not all(isinstance(line, list) and line for line in dead_when):
        raise SettingError("dead_when is a list of lists of elements", where=place)
    try:
        kills = elements.minimal(mask for line in dead_when for mask in elements.expand(line))
    except ValueError as error:
        raise SettingError(f"dead_when: {error}", where=place, mend="use the ids of elements.py") from error
    return Authenticator(str(entry["id"]), str(entry["name"]), proof_class, kills, str(entry["say"]))


@cache
def decision_table() -> tuple[Authenticator, ...]:
    """The decision table that ships with amends, by id."""
    return parse(files(__package__).joinpath(DECISION_TABLE).read_text(encoding="utf-8"))


def judge(mask: int, table: Iterable[Authenticator]) -> tuple[Verdict, ...]:
    """The verdict of every authenticator of `table` for a person of whom `mask` was taken, in the table's order."""
    verdicts = []
    for one in table:
        because = 0
        for kill in one.kills:
            if mask & kill == kill:
                because |= kill
        verdicts.append(Verdict(one.id, because))
    return tuple(verdicts)


def rules(table: Iterable[Authenticator]) -> pa.Table:
    """The decision table as rows of `RULE_SCHEMA`, for SQL."""
    pairs = [(one.id, kill) for one in table for kill in one.kills or (None,)]
    names, kills = [name for name, _ in pairs], [kill for _, kill in pairs]
    return pa.table({"authenticator": names, "kills": kills}, schema=RULE_SCHEMA)


def killing_mask(table: Iterable[Authenticator]) -> int:
    """The elements that kill anything at all."""
    mask = 0
    for one in table:
        for kill in one.kills:
            mask |= kill
    return mask
