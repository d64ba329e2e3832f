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
from amends.people.compare import Compared, compare, frequencies
from amends.people.margin import USUAL, Groups, known_of_groups, margin_of
from amends.people.profiles import Ints, Profiles, load
from amends.people.weights import Model, fit, take

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


@dataclass(frozen=True, slots=True)
class Referees:
    """Whether a birth date, and an SSN, too far apart says that two people are two, in this file."""

    dob: bool
    ssn: bool


@dataclass(frozen=True, slots=True)
class Across:
    """The pairs between different groups: numbers of the two groups, smaller first, the weight less `caution`, how many
    others are as alike by chance (log2), and what forbids it. The last `called` pairs are those that a reviewer called
    different."""

    left: Ints
    right: Ints
    weight: NDArray[np.float32]
    alike: NDArray[np.float32]
    forbidden: NDArray[np.bool_]
    called: int = 0

    def bounded(self, partners: float) -> Across:
        """The same where no pair weighs more than chance allows, for groups with so many `partners` each."""
        return replace(self, weight=np.minimum(self.weight, np.float32(np.log2(partners)) - self.alike))

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
    found: Compared
    weight: NDArray[np.float32]
    known: Groups
    across: Across
    chance: Chance
    partners: float

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
        return self.model.explain(self.found, pair)


def link_groups(db: Engine, apart: Ints) -> Links:
    """Link the exact groups of views `slim` and `labels`. Makes table `profiles`.

    `apart`, shape (n, 2), are first entries of groups that a reviewer called different.
    """
    profiles = load(db)
    candidates = pairs(db)
    counted = frequencies(profiles)
    found = compare(profiles, candidates, counted)
    chance = Chance.of(profiles, compare(profiles, strangers(profiles), counted))
    model = fit(profiles, candidates, found, counted, chance)
    weight = model.weigh(found)
    known, trusted = known_of_groups(profiles), referees(found)
    forbidden = contradictions(found, trusted, model.taught_by)
    if trusted.ssn:
        forbidden |= _near_by_chance(candidates, found)
    across = _across(profiles, candidates, found, known, weight, forbidden, chance)
    across = _with_called(across, np.searchsorted(profiles.label, apart).astype(np.int32))
    first = joined(across, known, trusted, USUAL)
    persons, partners = len(np.unique(first)), _partners(first)
    across = across.bounded(partners)
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
        found=found,
        weight=weight,
        known=known,
        across=across,
        chance=chance,
        partners=partners,
    )


def _partners(label: Ints) -> float:
    """How many other groups of its person a group has, on average, at least one: the prior odds that one of them is
    the like one found, as counted before chance bounds the weights."""
    sizes = np.bincount(label, minlength=1).astype(np.float64)
    return max(1.0, float((sizes * sizes).sum() / max(1.0, sizes.sum())) - 1)


def _across(
    profiles: Profiles,
    candidates: Pairs,
    found: Compared,
    known: Groups,
    weight: NDArray[np.float32],
    forbidden: NDArray[np.bool_],
    chance: Chance,
) -> Across:
    one, other = profiles.group[candidates.left], profiles.group[candidates.right]
    rows = np.flatnonzero(one != other)
    one, other, found = one[rows], other[rows], take(found, rows)
    alike = chance.alike(candidates.left[rows], candidates.right[rows], found)
    return Across(
        np.minimum(one, other),
        np.maximum(one, other),
        weight[rows] - caution(known, one, other, found),
        alike,
        forbidden[rows],
    )


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
