"""The people of a breach as distinct (jurisdiction, class, elements) groups, and which of them a law reaches.

A law is tested against each distinct mask once, never against each person: millions of people make at most some
hundred thousand groups, held as numpy arrays per jurisdiction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from amends.case import Incident
from amends.duties.duty import Question, Topic
from amends.duties.law.notice import Individuals, reached
from amends.duties.law.regime import Regime
from amends.duties.law.trigger import OF_MINORS, Conditional, masks_of
from amends.duties.law.words import Meanwhile
from amends.duties.time.clock import reference_day
from amends.elements import minimal
from amends.errors import TableError

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Group:
    """People of one jurisdiction (None when unknown) and class (minors or not) who lost the same elements (a mask)."""

    jurisdiction: str | None
    elements: int
    people: int
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Residents:
    """The groups that one law concerns, place by place: masks and people (int64), `where` they are in the population.

    `starts` are the positions at which the groups of each place of `names` begin; `kinds` numbers each group's mask in
    `distinct`, the masks that anybody has.
    """

    masks: Numbers
    people: Numbers
    where: slice | Numbers
    starts: Numbers
    names: tuple[str | None, ...]
    kinds: Places
    distinct: Numbers

    @property
    def total(self) -> int:
        """All of them."""
        return int(self.people.sum())

    def by_place(self, chosen: Flags) -> dict[str | None, int]:
        """The people of the chosen groups in each place that has any."""
        if not chosen.any():
            return {}
        sums = np.add.reduceat(np.where(chosen, self.people, 0), self.starts)
        return {name: int(count) for name, count in zip(self.names, sums.tolist(), strict=True) if count}

    def meeting(self, triggers: Sequence[int]) -> Flags:
        """Which groups meet any of some masks; tested on the distinct masks where there are fewer of them."""
        if triggers and len(self.distinct) < len(self.masks):
            return _meets(self.distinct, triggers)[self.kinds]
        return _meets(self.masks, triggers)


class Population:
    """All groups, sorted by jurisdiction, so that the residents of a place are a slice of them."""

    def __init__(self, codes: pa.Array, masks: Numbers, people: Numbers) -> None:
        coded = codes.dictionary_encode(null_encoding="encode")
        index = coded.indices.to_numpy()
        order = np.argsort(index, kind="stable")
        self.names: tuple[str | None, ...] = tuple(coded.dictionary.to_pylist())
        self.masks, self.people, self.places = masks[order], people[order], index[order]
        kinds = pa.array(self.masks).dictionary_encode()
        self._kinds: Places = kinds.indices.to_numpy()
        self._distinct: Numbers = kinds.dictionary.to_numpy()
        ends = np.cumsum(np.bincount(index, minlength=len(self.names))).tolist()
        self._spans = {name: slice(start, end) for name, start, end in zip(self.names, [0, *ends], ends, strict=False)}

    def residents(self, places: Sequence[str], everywhere: bool) -> Residents | None:
        """The groups of some places, or all; None when nobody lives there."""
        where: slice | Numbers
        named = self._spans if everywhere else {name: self._spans[name] for name in places if name in self._spans}
        spans = list(named.values())
        if not spans:
            return None
        if everywhere or len(spans) == 1:
            where = slice(spans[0].start, spans[-1].stop)
        else:
            where = np.concatenate([np.arange(span.start, span.stop) for span in spans])
        starts = np.cumsum([0, *(span.stop - span.start for span in spans[:-1])])
        return Residents(
            self.masks[where], self.people[where], where, starts, tuple(named), self._kinds[where], self._distinct
        )


def population_of(source: pa.Table | Sequence[Group]) -> Population:
    """The population, from groups or from a table with columns jurisdiction, elements and people, perhaps minor.

    Raises `TableError` when a column is missing.
    """
    table = source if isinstance(source, pa.Table) else _table(source)
    for name in ("jurisdiction", "elements", "people"):
        if name not in table.column_names:
            raise TableError(f"missing column {name!r}", where="the population", mend="give the groups of persons")
    codes = table.column("jurisdiction").cast(pa.string()).combine_chunks()
    masks = table.column("elements").cast(pa.int64()).fill_null(0).to_numpy()
    if "minor" in table.column_names:
        minors = table.column("minor").fill_null(False).to_numpy()
        masks = np.where(minors, masks | OF_MINORS, masks)
    return Population(codes, masks, table.column("people").cast(pa.int64()).to_numpy())


def _table(groups: Sequence[Group]) -> pa.Table:
    return pa.table(
        {
            "jurisdiction": pa.array([group.jurisdiction for group in groups], pa.string()),
            "elements": pa.array([group.elements for group in groups], pa.int64()),
            "people": pa.array([group.people for group in groups], pa.int64()),
            "minor": pa.array([group.minor for group in groups], pa.bool_()),
        }
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a regime reaches among its residents.

    `owed` people meet a combination that binds, `unsure` only one whose condition nobody has decided, `clear` none.
    The `exposed` masks are unions over those people; `conditions` are the undecided ones that concern anybody. `met`
    and `maybe` mark the groups behind `owed` and `unsure`, `by_place` and `unsure_by_place` count them by residence.
    """

    owed: int
    exposed: int
    triggers: tuple[int, ...]
    unsure: int
    unsure_exposed: int
    clear: int
    conditions: tuple[str, ...]
    questions: tuple[Question, ...]
    met: Flags
    maybe: Flags
    by_place: dict[str | None, int]
    unsure_by_place: dict[str | None, int]


def scope_of(regime: Regime, residents: Residents, incident: Incident) -> Scope:
    """Split the residents that a regime concerns into owed, unsure and clear."""
    binding = list(regime.triggers.masks)
    notified: list[Conditional] = []
    undecided: list[Conditional] = []
    for item in regime.triggers.conditional:
        decided = _decided(item, residents, incident)
        if decided is True:
            binding += item.masks
        elif decided is None:
            (notified if item.meanwhile is Meanwhile.NOTIFY else undecided).append(item)
    sure = residents.meeting(binding)
    assumed = residents.meeting([mask for item in notified for mask in item.masks])
    owed = sure | assumed
    maybe = residents.meeting([mask for item in undecided for mask in item.masks]) & ~owed
    triggers = minimal([*binding, *(mask for item in notified for mask in item.masks)])
    questions = _assumptions(notified, residents.masks[assumed & ~sure])
    return _scope(residents, owed, maybe, triggers, (_concerned(undecided, residents.masks[maybe]), questions))


def narrowed(scope: Scope, residents: Residents, rule: Individuals) -> Scope:
    """The scope of a duty toward individuals that fewer combinations bring about than the law's other duties."""
    told = residents.meeting(rule.masks)
    asked = residents.meeting([mask for item in rule.conditional for mask in item.masks]) & ~told
    maybe = (scope.maybe & told) | ((scope.met | scope.maybe) & asked)
    conditions = (*scope.conditions, *_concerned(rule.conditional, residents.masks[maybe]))
    return _scope(residents, scope.met & told, maybe, minimal(rule.masks), (conditions, scope.questions))


def _scope(
    residents: Residents,
    owed: Flags,
    maybe: Flags,
    triggers: tuple[int, ...],
    said: tuple[tuple[str, ...], tuple[Question, ...]],
) -> Scope:
    by_place, unsure_by_place = residents.by_place(owed), residents.by_place(maybe)
    certain, unsure = sum(by_place.values()), sum(unsure_by_place.values())
    return Scope(
        owed=certain,
        exposed=_union(residents.masks[owed]),
        triggers=triggers,
        unsure=unsure,
        unsure_exposed=_union(residents.masks[maybe]),
        clear=residents.total - certain - unsure,
        conditions=said[0],
        questions=said[1],
        met=owed,
        maybe=maybe,
        by_place=by_place,
        unsure_by_place=unsure_by_place,
    )


def _decided(item: Conditional, residents: Residents, incident: Incident) -> bool | None:
    """Whether what decides a condition holds; None where nothing does or nobody has answered."""
    found: list[bool | None] = []
    if item.since is not None:
        found.append(reached(item.since, reference_day(incident)))
    if item.sectors:
        found.append(bool(set(item.sectors) & set(incident.sectors)) if incident.sectors else None)
    if item.fact is not None:
        answer = getattr(incident, item.fact.key)
        found.append(None if answer is None else answer is item.fact.holds)
    if item.people is not None:
        found.append(item.people.met(int(residents.people[residents.meeting(item.masks)].sum())))
    if False in found:
        return False
    return None if None in found or not found else True


def _meets(masks: Numbers, triggers: Sequence[int]) -> Flags:
    if not triggers:
        return np.zeros(len(masks), dtype=np.bool_)
    if 0 in triggers:
        return np.ones(len(masks), dtype=np.bool_)
    single = sum(trigger for trigger in triggers if trigger & (trigger - 1) == 0)
    met: Flags = (masks & single) != 0
    for trigger in triggers:
        if trigger & single != trigger:
            met |= (masks & trigger) == trigger
    return met


def _union(masks: Numbers) -> int:
    """The elements of any of the masks, without the bit of a class."""
    return int(np.bitwise_or.reduce(masks)) & ~OF_MINORS if len(masks) else 0


def _concerned(items: Sequence[Conditional], masks: Numbers) -> tuple[str, ...]:
    """Each condition whose combinations some mask meets, with those combinations."""
    found = []
    for item in items:
        met = ["+".join(names) for names in item.any_of if _meets(masks, masks_of((names,))).any()]
        if met:
            found.append(f"{', '.join(met)}: {item.condition}")
    return tuple(found)


def _assumptions(items: Sequence[Conditional], masks: Numbers) -> tuple[Question, ...]:
    return tuple(
        Question(Topic.CONDITION, f"treated as triggering: {text}", item.fact.key if item.fact else "")
        for item in items
        for text in _concerned([item], masks)
    )
