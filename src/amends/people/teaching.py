"""What the pairs with two SSNs teach, counted part by part: how often SSNs err, who may be asked, and a sample of all
kinds of pairs for the fit.

In a large case all but few pairs are strangers who share a name or a birth date; a sample that took each pair as often
would teach of nothing else. Rows are drawn by what the model sees, never by what it is to learn, so their odds stay
true; and by a hash of the pair, so that the draw is the same in whatever parts the pairs come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.people.blocking import Candidates, Pairs
from amends.people.chance import Chance
from amends.people.compare import Compared, compare
from amends.people.features import SIZES, Features, features
from amends.people.lexicon import Ints
from amends.people.profiles import Profiles, Window
from amends.people.slices import in_slices
from amends.people.ssn_rates import Anchors, SsnRates, strangers_levels

SAMPLE: Final = 40_000
LARGEST_SAMPLE: Final = 200_000
_A_ROW: Final = 128
"""Rows that a fit looks at: one of so many pairs, within these bounds."""
_TWINS: Final = 0.25
"""The share of them that stand for agreeing records."""
_KINDS: Final = ("given", "family", "dob", "address")
"""Pairs of one kind agree to the same level in each of these; a fit looks at every kind alike."""
_KIND_COUNT: Final = int(np.prod([SIZES[name] for name in _KINDS]))
_ENOUGH: Final = 1 << 28
"""Pairs beyond which those of some windows teach for all."""
_REPEATS: Final = 10
_PRESUMED: Final = 5
"""Pairs by which both referees are presumed right."""


@dataclass(frozen=True, slots=True)
class Referees:
    """Whether a birth date, and an SSN, too far apart says that two people are two, in this file."""

    dob: bool
    ssn: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows to learn from: what the model sees, log-odds (natural) that the SSN gives each, and how often each
    counts."""

    seen: Features
    odds: NDArray[np.float64]
    weight: NDArray[np.float64]


def taught(profiles: Profiles, candidates: Candidates, chance: Chance) -> tuple[Lesson, SsnRates, Referees]:
    """Look at every pair of two SSNs, or at enough of them."""
    wanted = min(max(SAMPLE, len(candidates) // _A_ROW), LARGEST_SAMPLE)
    twins = profiles.twins(_TWINS * wanted)
    sample = _Sample(wanted - len(twins))
    anchors = Anchors.none()
    verdicts = np.zeros((2, 2), np.int64)
    every = -(-len(candidates) // _ENOUGH) or 1
    windows = list(dict.fromkeys(candidates.windows(number) for number in candidates.parts))[::every]
    for number in candidates.parts:
        if candidates.windows(number) not in windows:
            continue
        window = profiles.window(*candidates.windows(number))
        for seen in _looked_at(window, profiles, candidates.part(number), chance, sample):
            anchors, verdicts = anchors + seen.anchors, verdicts + seen.verdicts
            sample.add(seen)
    rates = anchors.rates(strangers_levels(profiles))
    confirmed, refuted = verdicts[:, 0] + _PRESUMED, verdicts[:, 1]
    dob, ssn = (confirmed >= refuted).tolist()
    drawn = sample.drawn()
    agreeing, records = _agreeing(profiles, twins)
    both = Compared.joined([*drawn, agreeing])
    weight = np.concatenate([np.ones(len(both) - len(agreeing)), np.minimum(records - 1, _REPEATS)])
    return Lesson(features(both), rates.odds(both), weight), rates, Referees(dob, ssn)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one slice of pairs gives: verdicts are rows birth date and SSN, columns confirmed and refuted."""

    anchors: Anchors
    verdicts: NDArray[np.int64]
    kinds: NDArray[np.int64]
    found: Compared
    kind: NDArray[np.int64]
    draw: NDArray[np.float64]


@dataclass(slots=True)
class _Sample:
    """A draw of all kinds of pairs alike: of each as many, or all that it has, `wanted` together.

    The share of a kind only ever falls as pairs come, so what has been left out is never missed.
    """

    wanted: int
    sizes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_KIND_COUNT, np.int64))
    shares: NDArray[np.float64] = field(default_factory=lambda: np.ones(_KIND_COUNT))
    kept: list[_Seen] = field(default_factory=list)

    def add(self, seen: _Seen) -> None:
        self.sizes += seen.kinds
        ascending = np.sort(self.sizes[self.sizes > 0])
        left = np.arange(len(ascending), 0, -1)
        levels = (self.wanted - (np.cumsum(ascending) - ascending)) / left
        short = np.flatnonzero(levels < ascending)
        each = levels[short[0]] if len(short) else np.inf
        self.shares = np.minimum(1.0, each / np.maximum(self.sizes, 1))
        self.kept.append(seen)
        if sum(len(one.found) for one in self.kept) > 4 * self.wanted:
            self.kept = [self._still(one) for one in self.kept]

    def drawn(self) -> list[Compared]:
        """The pairs that are drawn."""
        return [self._still(one).found for one in self.kept]

    def _still(self, seen: _Seen) -> _Seen:
        rows = np.flatnonzero(seen.draw < self.shares[seen.kind])
        return _Seen(seen.anchors, seen.verdicts, seen.kinds, seen.found.take(rows), seen.kind[rows], seen.draw[rows])


def _looked_at(window: Window, profiles: Profiles, pairs: Pairs, chance: Chance, sample: _Sample) -> Iterator[_Seen]:
    left, right = window.places(pairs.left), window.places(pairs.right)
    ssn = window.column("ssn")
    rows = np.flatnonzero((ssn[left] > 0) & (ssn[right] > 0))

    def look(part: slice) -> _Seen:
        some = rows[part]
        found, fair = compare(window, profiles.lexicon, left[some], right[some]), pairs.fair[some]
        fairly = np.flatnonzero(fair)
        kind = np.zeros(len(fairly), np.int64)
        for name in _KINDS:
            kind = kind * SIZES[name] + found.levels[name][fairly] + 1
        draw = _draws(pairs.left[some[fairly]], pairs.right[some[fairly]])
        kept = np.flatnonzero(draw < sample.shares[kind])
        kinds = np.bincount(kind, minlength=_KIND_COUNT)
        return _Seen(
            Anchors.of(found, fair, chance), verdicts(found), kinds, found.take(fairly[kept]), kind[kept], draw[kept]
        )

    return in_slices(len(rows), look)


def _draws(left: Ints, right: Ints) -> NDArray[np.float64]:
    """A number in 0..1 for every pair, from its own alone (splitmix64, Steele et al. 2014)."""
    mixed = left.astype(np.uint64) << np.uint64(32) | right.astype(np.uint64)
    mixed += np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((mixed ^ (mixed >> np.uint64(31))) / 2.0**64)


def verdicts(found: Compared) -> NDArray[np.int64]:
    """Ask each referee about the other, on pairs of alike names and addresses that have both.

    Where birth dates are far apart, do the SSNs mostly differ too? Then a far birth date means another person, as it
    does among relatives of one name. Where the SSNs mostly agree it is an error of the file, and its weight is enough.
    Shape (2, 2): rows birth date and SSN, columns confirmed and refuted.
    """
    levels = found.levels
    dob, ssn = levels["dob"], levels["ssn"]
    alike = (levels["given"] >= 2) & (levels["family"] >= 2) & (levels["address"] >= 1) & (dob >= 0) & (ssn >= 0)
    born_apart, numbered_apart = alike & (dob == 0), alike & (ssn == 0) & ~found.borrowed
    return np.array(
        [
            [np.sum(born_apart & (ssn < 3)), np.sum(born_apart & (ssn >= 3))],
            [np.sum(numbered_apart & (dob < 2)), np.sum(numbered_apart & (dob >= 2))],
        ]
    )


def _agreeing(profiles: Profiles, twins: Ints) -> tuple[Compared, NDArray[np.float64]]:
    """Pairs of each of these profiles with itself, and how many records it has.

    Records of one profile agree in everything: without them the model would learn that agreement is rare.
    """
    window = profiles.some(twins)
    places = window.places(twins)
    found = compare(window, profiles.lexicon, places, places)
    return found, window.column("records")[places].astype(np.float64)
