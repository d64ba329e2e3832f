"""Residual linkage: exact groups that are written differently become one person where the evidence in sum says so.

Profiles, blocking, comparison, weights, margin, contraction: each step is a module of its own. What is more likely one
person than two, yet not sure enough to join, is left apart and given to a reviewer.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from amends.engine import Engine
from amends.people.blocking import Pairs, Rule, pairs
from amends.people.chance import Chance, strangers
from amends.people.cluster import contract
from amends.people.compare import Compared, Comparison
from amends.people.margin import LOOSEST, USUAL, Groups, known_of_groups, margin_of
from amends.people.profiles import Ints, Profiles, load
from amends.people.slices import in_slices
from amends.people.tied import tied
from amends.people.weights import Model, fit

_MOST = 20.0
"""Bits a single pair may weigh: repeated evidence of one kind is not independent."""
_TAUGHT = 1000
"""Labelled pairs from which on a case's own weights are believed about names alone."""
_ONE_SIDED, _ONE_SIDED_BY_NAME = 1.0, 3.0
"""Bits that a pair loses where one group alone has an SSN, so that none could contradict it; and where, besides,
nothing but names agrees. People who are lost mostly stand in one record with an SSN, joined to others' without."""
_BESIDES_NAMES = ("dob", "address", "phone", "email", "number")
_PRESUMED = 5
"""Pairs by which both referees are presumed right."""
VETO = -1_000.0
"""Bits of a contradiction; no sum of weights makes up for it."""
CALLED_DIFFERENT = -1e9
"""Bits of a reviewer's word that two groups are two people."""
REVIEWS_KEPT = 100_000
BINS = np.arange(-40, 48, 4)
"""Bits at which the bars of the histogram of weights begin and end; what is heavier or lighter is in the outermost."""


@dataclass(frozen=True, slots=True)
class Referees:
    """Whether a birth date, and an SSN, too far apart says that two people are two, in this file."""

    dob: bool
    ssn: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """Of every pair of profiles: the weight less `caution`, how many others are as alike by chance (log2), and what
    forbids it."""

    weight: NDArray[np.float32]
    alike: NDArray[np.float32]
    forbidden: NDArray[np.bool_]

    @classmethod
    def empty(cls, count: int) -> Judged:
        """Room for so many pairs."""
        return cls(np.empty(count, np.float32), np.empty(count, np.float32), np.empty(count, np.bool_))


@dataclass(frozen=True, slots=True)
class Across:
    """The pairs between different groups that can matter: numbers of the two groups, smaller first, the weight less
    `caution`, how many others are as alike by chance (log2), and what forbids it. The last `called` pairs are those
    that a reviewer called different."""

    left: Ints
    right: Ints
    weight: NDArray[np.float32]
    alike: NDArray[np.float32]
    forbidden: NDArray[np.bool_]
    called: int = 0

    def bounded(self, partners: float) -> Across:
        """The same where no pair weighs more than chance allows, for groups with so many `partners` each."""
        return replace(self, weight=bounded(self.weight, self.alike, partners))

    def best(self, groups: int) -> NDArray[np.float32]:
        """The best weight of each group with another that nothing forbids; -inf where there is none."""
        out = np.full(groups, -np.inf, np.float32)
        rows = np.flatnonzero(~self.forbidden)
        np.maximum.at(out, self.left[rows], self.weight[rows])
        np.maximum.at(out, self.right[rows], self.weight[rows])
        return out


@dataclass(frozen=True, slots=True)
class Links:
    """What residual linkage did.

    `label` holds, for each exact group, the first entry of its person; `groups` the first entry of each exact group.
    `doubtful` are pairs of first entries left apart though one person is likelier than two, heaviest first, shape (n,
    2).
    """

    groups: Ints
    label: Ints
    doubtful: Ints
    model: Model
    margin: float
    trusted: Referees
    rules: tuple[Rule, ...]
    profiles: Profiles
    pairs: Pairs
    comparison: Comparison
    weight: NDArray[np.float32]
    known: Groups
    across: Across
    chance: Chance
    partners: float
    by_weight: NDArray[np.int64]

    def at(self, margin: float) -> Ints:
        """`label` as another margin would have given it."""
        return self.groups[joined(self.across, self.known, self.trusted, margin)]

    @property
    def merged(self) -> int:
        """Number of exact groups that went into the person of another."""
        return int((self.label != self.groups).sum())

    @property
    def capped(self) -> int:
        """Number of blocks with too many members, of which only neighbours were compared."""
        return sum(rule.capped_blocks for rule in self.rules)

    def to_json(self) -> str:
        """The model with what the case made of it, as text to be kept: the margin, the mean number of partners, which
        referees were believed, and at which rates strangers are alike. `Model.from_json` reads it."""
        chance = {name: rates.tolist() for name, rates in self.chance.rates.items()}
        return json.dumps(
            json.loads(self.model.to_json())
            | {
                "margin": self.margin,
                "partners": self.partners,
                "trusted": asdict(self.trusted),
                "strangers": {"people": self.chance.people, "swapped": self.chance.swapped, **chance},
            }
        )

    def explain(self, pair: int) -> list[tuple[str, float]]:
        """The contributions to the weight of a pair, in bits, largest first."""
        return self.model.explain(self.compared(np.array([pair])), 0)

    def compared(self, rows: NDArray[np.int64]) -> Compared:
        """What some of the pairs agree on."""
        return self.comparison.some(self.pairs.left[rows], self.pairs.right[rows])


def link_groups(db: Engine, apart: Ints) -> Links:
    """Link the exact groups of views `slim` and `labels`. Makes table `coded`.

    `apart`, shape (n, 2), are first entries of groups that a reviewer called different.
    """
    profiles = load(db)
    candidates = pairs(db)
    comparison = Comparison.of(profiles, candidates)
    chance = Chance.of(profiles, comparison.all(strangers(profiles)))
    model, trusted = _learned(comparison, candidates, chance)
    known = known_of_groups(profiles)
    weight, judged = _weighed(comparison, candidates, known, model, trusted, chance)
    across = _across(judged, candidates, profiles)
    across = _with_called(across, np.searchsorted(profiles.label, apart).astype(np.int32))
    first = joined(across, known, trusted, USUAL)
    persons, partners = len(np.unique(first)), _partners(first)
    across = across.bounded(partners)
    counts = _by_weight(judged, candidates, profiles.group, partners)
    del judged
    margin = margin_of(
        across.best(known.count), persons, taught=model.taught_by >= _TAUGHT, refereed=trusted.dob or trusted.ssn
    )
    label = joined(across, known, trusted, margin)
    return Links(
        groups=profiles.label,
        label=profiles.label[label],
        doubtful=_doubtful(across, label, profiles),
        model=model,
        margin=margin,
        trusted=trusted,
        rules=candidates.rules,
        profiles=profiles,
        pairs=candidates,
        comparison=comparison,
        weight=weight,
        known=known,
        across=across,
        chance=chance,
        partners=partners,
        by_weight=counts,
    )


def _learned(comparison: Comparison, candidates: Pairs, chance: Chance) -> tuple[Model, Referees]:
    """What the pairs with two SSNs teach: no other can."""
    ssn = comparison.profiles.ssn
    taught = candidates.at(np.flatnonzero((ssn[candidates.left] > 0) & (ssn[candidates.right] > 0)))
    found = comparison.all(taught)
    return fit(comparison.profiles, taught, found, comparison.counted, chance), referees(found)


def _weighed(
    comparison: Comparison, candidates: Pairs, known: Groups, model: Model, trusted: Referees, chance: Chance
) -> tuple[NDArray[np.float32], Judged]:
    """The weight of every pair, and what is judged by. Slice by slice: what a pair agrees on is not kept."""
    count, group = len(candidates), comparison.profiles.group
    weight, made = np.empty(count, np.float32), Judged.empty(count)

    def weigh(part: slice) -> None:
        some = candidates.at(part)
        found = comparison.some(some.left, some.right)
        weight[part] = model.weigh(found)
        made.weight[part] = weight[part] - caution(known, group[some.left], group[some.right], found)
        made.alike[part] = chance.alike(some.left, some.right, found)
        made.forbidden[part] = contradictions(found, trusted, model.taught_by)
        if trusted.ssn:
            made.forbidden[part] |= _near_by_chance(some, found)

    for _ in in_slices(count, weigh):
        pass
    return weight, made


def _partners(label: Ints) -> float:
    """How many other groups of its person a group has, on average, at least one: the prior odds that one of them is
    the like one found, as counted before chance bounds the weights."""
    sizes = np.bincount(label, minlength=1).astype(np.float64)
    return max(1.0, float((sizes * sizes).sum() / max(1.0, sizes.sum())) - 1)


def _across(judged: Judged, candidates: Pairs, profiles: Profiles) -> Across:
    """The pairs of groups tied together by pairs that speak for a join at the loosest margin: nothing else can ever
    meet, also where chance bounds the weights, for that only lowers them."""
    left, right, group = candidates.left, candidates.right, profiles.group
    rows = tied(left, right, group, judged.weight, judged.forbidden, np.float32(LOOSEST), profiles.groups)
    one, other = group[left[rows]], group[right[rows]]
    return Across(
        np.minimum(one, other),
        np.maximum(one, other),
        judged.weight[rows],
        judged.alike[rows],
        judged.forbidden[rows],
    )


def _by_weight(judged: Judged, candidates: Pairs, group: Ints, partners: float) -> NDArray[np.int64]:
    """How many pairs of groups weigh how much, a slot a bar of `BINS`."""

    def count(part: slice) -> NDArray[np.int64]:
        apart = group[candidates.left[part]] != group[candidates.right[part]]
        weight = bounded(judged.weight[part], judged.alike[part], partners)[apart]
        bars = (np.clip(weight, BINS[0], BINS[-2]) - BINS[0]) // (BINS[1] - BINS[0])
        return np.bincount(bars.astype(np.int64), minlength=len(BINS) - 1)

    return sum(in_slices(len(candidates), count), np.zeros(len(BINS) - 1, np.int64))


def bounded(weight: NDArray[np.float32], alike: NDArray[np.float32], partners: float) -> NDArray[np.float32]:
    """Weights, none above what chance allows for groups with so many `partners` each."""
    return np.minimum(weight, np.float32(np.log2(partners)) - alike)


def caution(known: Groups, one: Ints, other: Ints, found: Compared) -> NDArray[np.float32]:
    """Bits that pairs of groups lose where one alone has an SSN."""
    agreeing = found.levels["ssn"] >= 2
    for name in _BESIDES_NAMES:
        agreeing |= found.levels[name] >= 1
    one_sided = (known.ssn[one] > 0) != (known.ssn[other] > 0)
    return one_sided * np.where(agreeing, np.float32(_ONE_SIDED), np.float32(_ONE_SIDED_BY_NAME))


def _with_called(across: Across, called: Ints) -> Across:
    """The pairs with those that a reviewer called different, as numbers of groups, shape (n, 2)."""
    return Across(
        left=np.concatenate([across.left, called.min(axis=1)]),
        right=np.concatenate([across.right, called.max(axis=1)]),
        weight=np.concatenate([across.weight, np.zeros(len(called), np.float32)]),
        alike=np.concatenate([across.alike, np.zeros(len(called), np.float32)]),
        forbidden=np.concatenate([across.forbidden, np.ones(len(called), np.bool_)]),
        called=len(called),
    )


def referees(found: Compared) -> Referees:
    """Ask each of the two about the other, on pairs of alike names and addresses that have both.

    Where birth dates are far apart, do the SSNs mostly differ too? Then a far birth date means another person, as it
    does among relatives of one name. Where the SSNs mostly agree it is an error of the file, and its weight is enough.
    """
    levels = found.levels
    dob, ssn = levels["dob"], levels["ssn"]
    alike = (levels["given"] >= 2) & (levels["family"] >= 2) & (levels["address"] >= 1) & (dob >= 0) & (ssn >= 0)
    return Referees(
        dob=_trusted(alike & (dob == 0), ssn < 3), ssn=_trusted(alike & (ssn == 0) & ~found.borrowed, dob < 2)
    )


def _trusted(conflict: NDArray[np.bool_], confirmed: NDArray[np.bool_]) -> bool:
    return int((conflict & confirmed).sum()) + _PRESUMED >= int((conflict & ~confirmed).sum())


def contradictions(found: Compared, trusted: Referees, taught_by: int) -> NDArray[np.bool_]:
    """Pairs that say of themselves that they are two people, or too little, whatever their weight.

    Birth dates too far apart without an equal SSN (among many people near ones are chance); SSNs too far apart of
    which none is borrowed; two given names with two middle names, or with one birth date and no SSN (twins); two
    suffixes. Names that agree and nothing else that does are believed only where the case itself taught the weights
    (`taught_by` labelled pairs).
    """
    levels = found.levels
    given, dob, ssn = levels["given"], levels["dob"], levels["ssn"]
    born_apart = (dob == 0) & (ssn < 4) & trusted.dob
    numbered_apart = (ssn == 0) & ~found.borrowed & trusted.ssn
    named_apart = (given == 0) & (levels["middle"] == 0)
    twins = (given == 0) & (dob == 4) & (ssn < 3) & trusted.dob
    agreeing = [levels[name] >= 1 for name in ("middle", "dob", "ssn", "address", "phone", "email", "number")]
    if taught_by < _TAUGHT:
        named_apart = named_apart | ~np.logical_or.reduce(agreeing)
    return born_apart | numbered_apart | named_apart | twins | found.suffix_conflict


def _near_by_chance(candidates: Pairs, found: Compared) -> NDArray[np.bool_]:
    """Pairs with a name that differs which only a search for near SSNs found: among many people all have near ones."""
    ssn, given, family = found.levels["ssn"], found.levels["given"], found.levels["family"]
    return ~candidates.fair & (ssn >= 1) & (ssn < 4) & ((given == 0) | (family == 0))


def joined(across: Across, known: Groups, trusted: Referees, margin: float) -> Ints:
    """The number of the first group of every group's person, with each pair lowered by `margin` bits."""
    weight = np.clip(across.weight - np.float32(margin), -_MOST, _MOST)
    weight[across.forbidden] = VETO
    weight[len(weight) - across.called :] = CALLED_DIFFERENT
    nothing = np.zeros(known.count, np.int32)
    ssn, dob = known.ssn if trusted.ssn else nothing, known.dob if trusted.dob else nothing
    return contract(known.count, across.left, across.right, weight, ssn, dob, known.suffix)


def _doubtful(across: Across, label: Ints, profiles: Profiles) -> Ints:
    """Pairs of persons with a pair of profiles that weighs more than nothing, and no contradiction."""
    one, other = label[across.left], label[across.right]
    rows = np.flatnonzero((one != other) & (across.weight > 0) & ~across.forbidden)
    a, b = np.minimum(one, other)[rows], np.maximum(one, other)[rows]
    order = np.lexsort((b, a, -across.weight[rows]))
    packed = (a.astype(np.int64) << 32 | b)[order]
    first = np.sort(np.unique(packed, return_index=True)[1])[:REVIEWS_KEPT]
    return np.stack([profiles.label[a[order][first]], profiles.label[b[order][first]]], axis=1)
