"""The people of a breach as distinct (jurisdiction, elements) groups, and which of them a law reaches.

A law is tested against each distinct mask once, never against each person: millions of people make at most some
hundred thousand groups, held as numpy arrays per jurisdiction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from amends.case import Incident
from amends.duties.duty import Question, Topic
from amends.duties.regime import Conditional, Meanwhile, Regime
from amends.elements import expand, minimal
from amends.errors import TableError

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Group:
    """People of one jurisdiction (None when unknown) who lost the same elements (a mask)."""

    jurisdiction: str | None
    elements: int
    people: int


@dataclass(frozen=True, slots=True)
class Residents:
    """The groups of one jurisdiction: masks and how many people have each; both int64 of one length."""

    masks: Numbers
    people: Numbers

    @property
    def total(self) -> int:
        """All of them."""
        return int(self.people.sum())


Population = Mapping[str | None, Residents]


def population_of(source: pa.Table | Sequence[Group]) -> Population:
    """Residents by jurisdiction, from groups or from a table with columns jurisdiction, elements and people.

    Raises `TableError` when a column is missing.
    """
    table = source if isinstance(source, pa.Table) else _table(source)
    for name in ("jurisdiction", "elements", "people"):
        if name not in table.column_names:
            raise TableError(f"missing column {name!r}", where="the population", mend="give the groups of persons")
    codes = table.column("jurisdiction").cast(pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    order = np.argsort(codes.indices.to_numpy(), kind="stable")
    masks = table.column("elements").cast(pa.int64()).to_numpy()[order]
    people = table.column("people").cast(pa.int64()).to_numpy()[order]
    names: list[str | None] = codes.dictionary.to_pylist()
    ends = np.cumsum(np.bincount(codes.indices.to_numpy(), minlength=len(names)))
    starts = [0, *ends.tolist()]
    return {
        name: Residents(masks[starts[index] : starts[index + 1]], people[starts[index] : starts[index + 1]])
        for index, name in enumerate(names)
    }


def _table(groups: Sequence[Group]) -> pa.Table:
    return pa.table(
        {
            "jurisdiction": pa.array([group.jurisdiction for group in groups], pa.string()),
            "elements": pa.array([group.elements for group in groups], pa.int64()),
            "people": pa.array([group.people for group in groups], pa.int64()),
        }
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a regime reaches among its residents.

    `owed` people meet a combination that binds, `unsure` only one whose condition nobody has decided, `clear` none.
    The `exposed` masks are unions over those people; `conditions` are the undecided ones that concern anybody.
    """

    owed: int
    exposed: int
    triggers: tuple[int, ...]
    unsure: int
    unsure_exposed: int
    clear: int
    conditions: tuple[str, ...]
    questions: tuple[Question, ...]


def scope_of(regime: Regime, residents: Residents, incident: Incident) -> Scope:
    """Split the residents of a regime's jurisdiction into owed, unsure and clear."""
    binding = list(regime.triggers.masks)
    notified: list[Conditional] = []
    undecided: list[Conditional] = []
    for item in regime.triggers.conditional:
        if item.sectors and incident.sectors:
            binding += item.masks if set(item.sectors) & set(incident.sectors) else ()
        elif item.meanwhile is Meanwhile.NOTIFY:
            notified.append(item)
        else:
            undecided.append(item)
    sure = _meets(residents.masks, binding)
    assumed = _meets(residents.masks, [mask for item in notified for mask in item.masks])
    owed = sure | assumed
    maybe = _meets(residents.masks, [mask for item in undecided for mask in item.masks]) & ~owed
    return Scope(
        owed=int(residents.people[owed].sum()),
        exposed=_union(residents.masks[owed]),
        triggers=_minimal_of(binding, notified),
        unsure=int(residents.people[maybe].sum()),
        unsure_exposed=_union(residents.masks[maybe]),
        clear=int(residents.people[~owed & ~maybe].sum()),
        conditions=_concerned(undecided, residents.masks[maybe]),
        questions=_assumptions(notified, residents.masks[assumed & ~sure]),
    )


def _meets(masks: Numbers, triggers: Sequence[int]) -> Flags:
    met = np.zeros(len(masks), dtype=np.bool_)
    for trigger in triggers:
        met |= (masks & trigger) == trigger
    return met


def _union(masks: Numbers) -> int:
    return int(np.bitwise_or.reduce(masks)) if len(masks) else 0


def _minimal_of(binding: Sequence[int], notified: Sequence[Conditional]) -> tuple[int, ...]:
    return minimal([*binding, *(mask for item in notified for mask in item.masks)])


def _concerned(items: Sequence[Conditional], masks: Numbers) -> tuple[str, ...]:
    """Each condition whose combinations some mask meets, with those combinations."""
    found = []
    for item in items:
        met = ["+".join(names) for names in item.any_of if _meets(masks, expand(names)).any()]
        if met:
            found.append(f"{', '.join(met)}: {item.condition}")
    return tuple(found)


def _assumptions(items: Sequence[Conditional], masks: Numbers) -> tuple[Question, ...]:
    return tuple(Question(Topic.CONDITION, f"treated as triggering: {text}") for text in _concerned(items, masks))
