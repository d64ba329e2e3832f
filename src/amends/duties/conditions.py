"""Conditions of laws that no setting decides, as counsel found them: a law with such a finding asks no more about it.

A condition that is met makes its combinations of elements trigger like any other; one that is not takes them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from amends.duties.counsel import FILE, Condition, Counsel, CounselError
from amends.duties.law.regime import Known, Regime
from amends.duties.law.trigger import Conditional
from amends.duties.law.words import MINOR, FactGroup


def settled(laws: Iterable[Regime], counsel: Counsel) -> tuple[Regime, ...]:
    """The laws with every finding of counsel written in; its words stand among the sources of the triggers.

    Raises `CounselError` when a finding names a law or a condition that there is not, or one that is not counsel's.
    """
    by_id = {law.id: law for law in laws}
    for number, found in enumerate(counsel.conditions, 1):
        where = f"{FILE}, condition {number}"
        if found.regime not in by_id:
            raise CounselError(f"there is no regime {found.regime}", where=where, mend="see regimes/")
        by_id[found.regime] = _settled(by_id[found.regime], found, where)
    return tuple(by_id.values())


def _settled(law: Regime, found: Condition, where: str) -> Regime:
    of_people = law.individuals.conditional if law.individuals else ()
    asked = [item for item in (*law.triggers.conditional, *of_people) if _is_counsels(item)]
    if found.condition not in [item.condition for item in asked]:
        listed = "; ".join(dict.fromkeys(item.condition for item in asked)) or "none"
        raise CounselError(
            f"{law.id} has no such condition for counsel", where=where, mend=f"its conditions, word for word: {listed}"
        )
    binding, kept = _parted(law.triggers.conditional, found)
    triggers = replace(law.triggers, any_of=(*law.triggers.any_of, *binding), conditional=kept)
    individuals = law.individuals
    if individuals:
        more, kept = _parted(individuals.conditional, found)
        narrower = (*individuals.any_of, *more) if individuals.any_of else ()
        individuals = replace(individuals, any_of=narrower, conditional=kept)
    before = law.known[FactGroup.TRIGGERS]
    known = law.known | {FactGroup.TRIGGERS: Known(before.level, before.as_of, (*before.sources, found.words))}
    return replace(law, triggers=triggers, individuals=individuals, known=known)


def _parted(
    items: tuple[Conditional, ...], found: Condition
) -> tuple[tuple[tuple[str, ...], ...], tuple[Conditional, ...]]:
    """The combinations that trigger now, and the conditions that stay open."""
    mine = [item for item in items if _is_counsels(item) and item.condition == found.condition]
    combinations = tuple(names for item in mine for names in item.any_of) if found.met else ()
    return combinations, tuple(item for item in items if item not in mine)


def _is_counsels(item: Conditional) -> bool:
    """Whether counsel can settle it for everybody: no setting does, and it is not about people under age."""
    decided_otherwise = (item.sectors, item.fact, item.people, item.since) != ((), None, None, None)
    return not decided_otherwise and not any(MINOR in names for names in item.any_of)
