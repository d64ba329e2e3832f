"""Residual linkage: exact groups that are written differently become one person where the evidence in sum says so.

Profiles, blocking, comparison, teaching, weights, weighing, margin, contraction: each step is a module of its own. What
is more likely one person than two, yet not sure enough to join, is left apart and given to a reviewer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from amends.engine import Engine
from amends.people.blocking import Rule, candidates
from amends.people.chance import Chance, strangers
from amends.people.cluster import contract
from amends.people.compare import Compared, compare
from amends.people.contradictions import TAUGHT
from amends.people.lexicon import Ints
from amends.people.margin import USUAL, margin_of
from amends.people.profiles import Profiles
from amends.people.siblings import Called, InUse, named_apart, second_letters
from amends.people.teaching import Referees, taught
from amends.people.weighing import Across, Weighing
from amends.people.weights import Model, fit

_MOST = 20.0
"""Bits a single pair may weigh: repeated evidence of one kind is not independent."""
VETO = -1_000.0
"""Bits of a contradiction; no sum of weights makes up for it."""
CALLED_DIFFERENT = -1e9
"""Bits of a reviewer's word that two groups are two people."""
REVIEWS_KEPT = 100_000
_WHILE_WEIGHING = 0.5
"""Share of its memory that the engine needs to read windows of profiles; the windows take the rest."""
_WHILE_CONTRACTING = 0.3
"""And while it has next to nothing to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """The first SSN, birth date and suffix of every group, 0 where none is known or the file's are not believed; which
    pairs of groups are two by their names."""

    ssn: Ints
    dob: Ints
    suffix: NDArray[np.int8]
    named_apart: NDArray[np.bool_]

    @classmethod
    def of(cls, profiles: Profiles, trusted: Referees, named_apart: NDArray[np.bool_]) -> Known:
        """Asks the engine."""
        nothing = np.zeros(profiles.groups, np.int32)
        dob, suffix = profiles.births_and_suffixes()
        return cls(profiles.ssn if trusted.ssn else nothing, dob if trusted.dob else nothing, suffix, named_apart)


@dataclass(frozen=True, slots=True)
class Links:
    """What residual linkage did.

    `label` holds, for each exact group, the first entry of its person; `groups` the first entry of each exact group.
    `doubtful` are pairs of first entries left apart though one person is likelier than two, heaviest first, shape (n,
    2). `by_weight` counts the pairs of groups that nothing forbids by bars of `BINS`, `forbidden` the others, `by_rule`
    those that were joined by the rule that found them; `heaviest` are the profiles of the heaviest pair.
    """

    groups: Ints
    label: Ints
    doubtful: Ints
    model: Model
    margin: float
    trusted: Referees
    rules: tuple[Rule, ...]
    pairs: int
    profiles: Profiles
    chance: Chance
    partners: float
    by_weight: NDArray[np.int64]
    forbidden: int
    by_rule: NDArray[np.int64]
    heaviest: tuple[int, int] | None
    across: Across | None
    known: Known | None

    def at(self, margin: float) -> Ints:
        """`label` as another margin would have given it; only where what matters to it was kept."""
        assert self.across is not None and self.known is not None
        return self.groups[joined(self.across, self.known, margin)]

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

    def explain(self, left: int, right: int) -> list[tuple[str, float]]:
        """The contributions to the weight of a pair of profiles, in bits, largest first."""
        return self.model.explain(self.compared(np.array([left], np.int32), np.array([right], np.int32)), 0)

    def compared(self, left: Ints, right: Ints) -> Compared:
        """What some pairs of profiles agree on; asks the engine."""
        window = self.profiles.some(np.concatenate([left, right]))
        return compare(window, self.profiles.lexicon, window.places(left), window.places(right))


def link_groups(db: Engine, profiles: Profiles, called: Callable[[], Called], apart: Ints, *, keep: bool) -> Links:
    """Link the exact groups of a case.

    `called` gives the names of the groups once pairs are weighed; `apart`, shape (n, 2), are first entries of groups
    that a reviewer called different. `keep` what other margins would need.
    """
    chance = Chance.of(profiles.groups, strangers(profiles))
    with candidates(db, len(profiles)) as found, db.limited(_WHILE_WEIGHING):
        lesson, rates, trusted = taught(profiles, found, chance)
        model = fit(lesson, rates)
        weighing = Weighing(profiles, found, model, trusted, chance)
        tied = weighing.tied()
        across = weighing.within(tied.first, np.searchsorted(profiles.label, apart).astype(np.int32))
        rules, pairs = found.rules, len(found)
    profiles.forget()
    with db.limited(_WHILE_CONTRACTING):
        known = Known.of(profiles, trusted, _two(db, profiles, called(), across, taught=model.taught_by >= TAUGHT))
        persons, partners = _partners(joined(across, known, USUAL))
        across = across.bounded(partners)
        margin = margin_of(
            across.best(profiles.groups), persons, taught=model.taught_by >= TAUGHT, refereed=trusted.dob or trusted.ssn
        )
        label = joined(across, known, margin)
    return Links(
        groups=profiles.label,
        label=profiles.label[label],
        doubtful=_doubtful(across, label, profiles),
        model=model,
        margin=margin,
        trusted=trusted,
        rules=rules,
        pairs=pairs,
        profiles=profiles,
        chance=chance,
        partners=partners,
        by_weight=tied.by_weight,
        forbidden=tied.forbidden,
        by_rule=_joined_by_rule(across, label, len(rules)),
        heaviest=tied.heaviest,
        across=across if keep else None,
        known=known if keep else None,
    )


def _two(db: Engine, profiles: Profiles, called: Called, across: Across, *, taught: bool) -> NDArray[np.bool_]:
    """Which pairs of groups are two by their names."""
    used = None if taught else InUse.of(db, profiles.lexicon)
    seconds = second_letters(db, called, profiles.lexicon)
    return named_apart(called, seconds, profiles.ssn, across.left, across.right, profiles.lexicon, used)


def _joined_by_rule(across: Across, label: Ints, rules: int) -> NDArray[np.int64]:
    joined = label[across.left] == label[across.right]
    joined[len(across) - across.called :] = False
    return np.bincount(across.rule[joined], minlength=rules)


def _partners(label: Ints) -> tuple[int, float]:
    """The number of persons, and how many other groups of its person a group has, on average, at least one: the prior
    odds that one of them is the like one found, as counted before chance bounds the weights."""
    sizes = np.bincount(label, minlength=1).astype(np.float64)
    return int((sizes > 0).sum()), max(1.0, float((sizes * sizes).sum() / max(1.0, sizes.sum())) - 1)


def joined(across: Across, known: Known, margin: float) -> Ints:
    """The number of the first group of every group's person, with each pair lowered by `margin` bits."""
    weight = across.weight - np.float32(margin)
    np.clip(weight, -_MOST, _MOST, out=weight)
    weight[across.forbidden | known.named_apart] = VETO
    weight[len(weight) - across.called :] = CALLED_DIFFERENT
    return contract(len(known.ssn), across.left, across.right, weight, known.ssn, known.dob, known.suffix)


def _doubtful(across: Across, label: Ints, profiles: Profiles) -> Ints:
    """Pairs of persons with a pair of profiles that weighs more than nothing, and no contradiction."""
    one, other = label[across.left], label[across.right]
    rows = np.flatnonzero((one != other) & (across.weight > 0) & ~across.forbidden)
    a, b = np.minimum(one, other)[rows], np.maximum(one, other)[rows]
    order = np.lexsort((b, a, -across.weight[rows]))
    packed = (a.astype(np.int64) << 32 | b)[order]
    first = np.sort(np.unique(packed, return_index=True)[1])[:REVIEWS_KEPT]
    return np.stack([profiles.label[a[order][first]], profiles.label[b[order][first]]], axis=1)
