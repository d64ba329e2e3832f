"""Match weights taught by two views: the SSN says which pairs are one person, and a model of everything else learns it.

The label of a pair is known only through the odds of its SSN level (`ssn_rates.py`), so the fit alternates between the
posterior of the label and Newton steps (noisy-label EM; Mnih and Hinton 2012 for the idea of labels that err at known
rates). A weight is the model's log-odds plus those of the SSN, in bits. Where a file has few SSNs the coefficients stay
near those of the shipped prior.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from amends.errors import TableError
from amends.people.blocking import Pairs
from amends.people.chance import Chance
from amends.people.compare import Compared, Frequencies
from amends.people.features import COLUMNS, NUMBERS, SIZES, Features, describe, features, summed
from amends.people.logistic import newton, scores
from amends.people.profiles import Profiles
from amends.people.ssn_rates import SsnRates, ssn_rates

VERSION = 1
SAMPLE = 40_000
"""Rows that a fit looks at, however large the case, and the share of them that stand for agreeing records."""
_TWINS = 0.25
_KINDS = ("given", "family", "dob", "address")
"""Pairs of one kind agree to the same level in each of these; a fit looks at every kind alike."""
_LEAST = 50
_STRENGTH = 1.0
_ROUNDS = 5
_FIRST_STEPS, _STEPS = 6, 2
_REPEATS = 10
_PART = 1 << 15
_SEED = 20_210_812


@dataclass(frozen=True, slots=True)
class Model:
    """Coefficients by column, natural log-odds, and the rates of the SSN; `taught_by` counts the labelled pairs."""

    coefficients: NDArray[np.float64]
    rates: SsnRates
    taught_by: int

    def weigh(self, found: Compared) -> NDArray[np.float32]:
        """The weight of every pair in bits."""
        out = np.empty(len(found), np.float32)
        for start in range(0, len(found), _PART):
            part = take(found, slice(start, start + _PART))
            total = summed(part, self.coefficients) + self.rates.odds(part)
            out[start : start + _PART] = total / np.log(2)
        return out

    def explain(self, found: Compared, pair: int) -> list[tuple[str, float]]:
        """The contributions to the weight of one pair, in bits, largest first; they add up to its weight."""
        found = take(found, slice(pair, pair + 1))
        seen = features(found)
        parts = [(describe(int(c)), float(self.coefficients[c])) for c in seen.columns[0]]
        for number, value in enumerate(seen.numbers[0]):
            if value:
                parts.append((NUMBERS[number], float(self.coefficients[COLUMNS + number] * value)))
        if found.levels["ssn"][0] >= 0:
            parts.append(("SSN", float(self.rates.odds(found)[0])))
        return sorted(((name, bits / np.log(2)) for name, bits in parts), key=lambda part: (-abs(part[1]), part[0]))

    def to_json(self) -> str:
        """The model as text, to be kept with the case: what `from_json` makes of it weighs every pair the same.

        It holds coefficients and rates, no value of anybody.
        """
        return json.dumps(
            {
                "version": VERSION,
                "taught_by": self.taught_by,
                "ssn": {
                    "anchors": self.rates.anchors,
                    "same": self.rates.same.tolist(),
                    "two": self.rates.two.tolist(),
                },
                "coefficients": self.coefficients.tolist(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Model:
        """The model that `to_json` wrote. Raises `TableError` where it is one of another version of amends."""
        held = json.loads(text)
        coefficients = np.array(held["coefficients"], np.float64)
        if held["version"] != VERSION or len(coefficients) != COLUMNS + len(NUMBERS):
            raise TableError(
                "these weights are for other features", where="people-weights.json", mend="run `amends people` again"
            )
        ssn = held["ssn"]
        rates = SsnRates(np.array(ssn["same"]), np.array(ssn["two"]), (ssn["anchors"][0], ssn["anchors"][1]))
        return cls(coefficients, rates, held["taught_by"])


def prior() -> NDArray[np.float64]:
    """The coefficients that the package ships, used where a case teaches nothing else."""
    text = files(__package__).joinpath("weights.json").read_text(encoding="utf-8")
    return np.array(json.loads(text)["coefficients"], np.float64)


def fit(profiles: Profiles, pairs: Pairs, found: Compared, counted: Frequencies, chance: Chance) -> Model:
    """Learn the weights of a case from its own pairs."""
    rates = ssn_rates(profiles, pairs, found, chance)
    start = prior()
    seen, odds, weight = _lesson(profiles, pairs, found, counted, rates)
    if len(seen) < _LEAST:
        return Model(start, rates, 0)
    coefficients = start.copy()
    target = np.clip(1 / (1 + np.exp(-odds)), 0.01, 0.99)
    for round_number in range(_ROUNDS):
        steps = _STEPS if round_number else _FIRST_STEPS
        coefficients = newton(seen, target, weight, coefficients, start, strength=_STRENGTH, steps=steps)
        target = 1 / (1 + np.exp(-np.clip(scores(seen, coefficients), -18, 18) - odds))
    return Model(coefficients, rates, len(seen))


def _lesson(
    profiles: Profiles, pairs: Pairs, found: Compared, counted: Frequencies, rates: SsnRates
) -> tuple[Features, NDArray[np.float64], NDArray[np.float64]]:
    """A sample of pairs with two SSNs, and a stand-in for each profile that several records share.

    Records of one profile agree in everything: without them the model would learn that agreement is rare. In a large
    case all but few pairs are strangers who share a name or a birth date; a sample that took each pair as often would
    teach of nothing else. Rows are drawn by what the model sees, never by what it is to learn, so its odds stay true.
    """
    rows = np.flatnonzero((found.levels["ssn"] >= 0) & pairs.fair)
    twins = np.flatnonzero((profiles.records > 1) & (profiles.ssn > 0) & (profiles.given >= 0) & (profiles.family >= 0))
    random = np.random.default_rng(_SEED)
    twins = twins[random.random(len(twins)) < _TWINS * SAMPLE / max(1, len(twins))]
    rows = rows[random.random(len(rows)) < _shares(found, rows, SAMPLE - len(twins))]
    one, other = take(found, rows), _agreeing(profiles, counted, twins)
    both = joined(one, other)
    weight = np.concatenate([np.ones(len(rows)), np.minimum(profiles.records[twins] - 1, _REPEATS)]).astype(np.float64)
    return features(both), rates.odds(both), weight


def _shares(found: Compared, rows: NDArray[np.int64], wanted: int) -> NDArray[np.float64]:
    """With which probability to draw each row, so that all kinds of pairs give as many, or all that they have."""
    kind = np.zeros(len(rows), np.int64)
    for field in _KINDS:
        kind = kind * SIZES[field] + found.levels[field][rows] + 1
    sizes = np.bincount(kind)
    ascending = np.sort(sizes[sizes > 0])
    left = np.arange(len(ascending), 0, -1)
    levels = (wanted - (np.cumsum(ascending) - ascending)) / left
    short = np.flatnonzero(levels < ascending)
    each = levels[short[0]] if len(short) else np.inf
    return np.asarray(np.minimum(1.0, each / np.maximum(sizes, 1))[kind])


def take(found: Compared, rows: NDArray[np.int64] | slice) -> Compared:
    """Some of the pairs."""
    return Compared(
        levels={name: levels[rows] for name, levels in found.levels.items()},
        **{name: getattr(found, name)[rows] for name in _COLUMNS},
    )


def joined(one: Compared, other: Compared) -> Compared:
    """The pairs of both."""
    return Compared(
        levels={name: np.concatenate([levels, other.levels[name]]) for name, levels in one.levels.items()},
        **{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in _COLUMNS},
    )


_COLUMNS = (
    "common_given",
    "common_family",
    "common_address",
    "common_place",
    "others",
    "other_dobs",
    "other_ssns",
    "suffix_conflict",
    "borrowed",
)


def _agreeing(profiles: Profiles, counted: Frequencies, rows: NDArray[np.int64]) -> Compared:
    """Pairs of each of these profiles with itself."""
    middle = profiles.codes["middle"][rows]
    size = np.diff(profiles.words["middle"].starts, append=0)[middle] if len(profiles.words["middle"]) else middle

    def level(known: NDArray[np.bool_], top: int) -> NDArray[np.int8]:
        return np.where(known, top, -1).astype(np.int8)

    return Compared(
        levels={
            "given": level(profiles.given[rows] >= 0, 7),
            "family": level(profiles.family[rows] >= 0, 5),
            "middle": np.where(middle < 0, -1, np.where(size > 1, 2, 1)).astype(np.int8),
            "dob": level(profiles.dob[rows] > 0, 4),
            "ssn": level(profiles.ssn[rows] > 0, 4),
            "address": level(profiles.codes["line"][rows] >= 0, 4),
            "place": level((profiles.codes["postcode"][rows] >= 0) | (profiles.codes["city"][rows] >= 0), 2),
            "phone": level(profiles.codes["phone"][rows] >= 0, 1),
            "email": level(profiles.codes["email"][rows] >= 0, 1),
            "number": np.maximum.reduce(
                [level(profiles.codes[name][rows] >= 0, 1) for name in ("account", "license", "imei", "imsi")]
            ),
        },
        common_given=counted.given[rows],
        common_family=counted.family[rows],
        common_address=counted.address[rows],
        common_place=counted.place[rows],
        others=np.maximum(counted.name[rows] - 1, 0),
        other_dobs=np.maximum(counted.dobs_of_name[rows] - 1, 0),
        other_ssns=np.maximum(counted.ssns_of_name[rows] - 1, 0),
        suffix_conflict=np.zeros(len(rows), np.bool_),
        borrowed=np.zeros(len(rows), np.bool_),
    )
