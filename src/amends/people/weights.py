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
from amends.people.compare import Compared
from amends.people.features import COLUMNS, NUMBERS, describe, features, summed
from amends.people.logistic import newton, scores
from amends.people.ssn_rates import SsnRates
from amends.people.teaching import Lesson

VERSION = 1
_LEAST = 50
_STRENGTH = 1.0
_ROUNDS = 5
_FIRST_STEPS, _STEPS = 6, 2
_PART = 1 << 15


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
            part = found.take(slice(start, start + _PART))
            total = summed(part, self.coefficients) + self.rates.odds(part)
            out[start : start + _PART] = total / np.log(2)
        return out

    def explain(self, found: Compared, pair: int) -> list[tuple[str, float]]:
        """The contributions to the weight of one pair, in bits, largest first; they add up to its weight."""
        found = found.take(slice(pair, pair + 1))
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


def fit(lesson: Lesson, rates: SsnRates) -> Model:
    """Learn the weights of a case from its own pairs."""
    start = prior()
    if len(lesson.seen) < _LEAST:
        return Model(start, rates, 0)
    coefficients = start.copy()
    target = np.clip(1 / (1 + np.exp(-lesson.odds)), 0.01, 0.99)
    for round_number in range(_ROUNDS):
        steps = _STEPS if round_number else _FIRST_STEPS
        coefficients = newton(lesson.seen, target, lesson.weight, coefficients, start, strength=_STRENGTH, steps=steps)
        target = 1 / (1 + np.exp(-np.clip(scores(lesson.seen, coefficients), -18, 18) - lesson.odds))
    return Model(coefficients, rates, len(lesson.seen))
