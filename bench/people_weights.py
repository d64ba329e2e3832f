"""Make `src/amends/people/weights.json`: `python -m bench.people_weights FILE…` writes it to standard output.

The files are records with SSNs, as the census simulator pseudopeople makes them of its sample population (seed 11: once
with its default noise, once with every cell probability five times as large). No truth is read: as in a case, the SSN
teaches. Each file is read three times: whole, with 60% of the SSNs missing, and without birth dates, so that the
weights hold where these are rare. They start at weights written by hand, which remain for what the files do not have.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amends.engine import Engine
from amends.people import link_records
from amends.people.blocking import candidates
from amends.people.features import _STARTS, BLOCKS, COLUMNS, NUMBERS, SIZES, Features
from amends.people.logistic import newton, scores
from amends.people.teaching import taught
from amends.people.weights import VERSION
from bench.records_with_truth import labelled

_TRUTH = "simulant_id"
_READINGS: tuple[tuple[tuple[str, ...], float], ...] = (((), 0.0), ((), 0.6), (("dob",), 0.0))
_ROUNDS = 6
_BITS = {
    "given": (0, -5, 0, 0, -1, 3, 1, 3, 4),
    "family": (0, -4, 0, 0, 1, 3, 3),
    "middle": (0, -3, 2, 4),
    "dob": (0, -5, 0, 4, 4, 8),
    "address": (0, -1, 1, 2, 4, 4),
    "place": (0, -1, 0, 0),
    "phone": (0, -0.3, 5),
    "email": (0, -0.3, 7),
    "number": (0, -0.3, 9),
}
"""Bits of each level of a field, from "unknown" upwards."""
_BITS_TOGETHER = {
    ("given", 0, "dob", 4): -7.0,
    ("family", 5, "address", 4): -3.0,
    ("given", 0, "phone", 1): -3.0,
}
_BITS_OF_NUMBERS = {
    "any pair": -3.0,
    "equal given, by its frequency": -1.0,
    "equal family, by its frequency": -1.0,
    "equal name, by others of that name": -2.0,
    "equal place, by how few live there": 3.5,
}


def main() -> None:
    """Learn and print."""
    by_hand = written_by_hand()
    lessons = [_taught(Path(name), mask, hidden) for name in sys.argv[1:] for mask, hidden in _READINGS]
    seen = Features(
        np.concatenate([lesson.columns for lesson, _, _ in lessons]),
        np.concatenate([lesson.numbers for lesson, _, _ in lessons]),
    )
    odds, weight = (np.concatenate([lesson[part] for lesson in lessons]) for part in (1, 2))
    coefficients = by_hand.copy()
    for _ in range(_ROUNDS):
        target = 1 / (1 + np.exp(-np.clip(scores(seen, coefficients), -18, 18) - odds))
        coefficients = newton(seen, target, weight, coefficients, by_hand, strength=1.0, steps=3)
    print(json.dumps({"version": VERSION, "coefficients": coefficients.round(3).tolist()}))


def written_by_hand() -> NDArray[np.float64]:
    """The weights to start from, natural log-odds."""
    out = np.zeros(COLUMNS + len(NUMBERS))
    for number, block in enumerate(BLOCKS):
        at = int(_STARTS[number])
        if len(block) == 1:
            out[at : at + SIZES[block[0]]] = _BITS[block[0]]
    for (one, level, other, other_level), bits in _BITS_TOGETHER.items():
        out[_STARTS[BLOCKS.index((one, other))] + (level + 1) * SIZES[other] + other_level + 1] = bits
    for name, bits in _BITS_OF_NUMBERS.items():
        out[COLUMNS + NUMBERS.index(name)] = bits
    return out * np.log(2)


def _taught(
    path: Path, mask: tuple[str, ...], hidden: float
) -> tuple[Features, NDArray[np.float64], NDArray[np.float64]]:
    """What one reading of a file teaches: features, log-odds of the label, weight of each row."""
    case = labelled(path, _TRUTH, mask=mask, mask_ssn=hidden)
    with tempfile.TemporaryDirectory() as spill, Engine(spill=Path(spill), memory="3GiB", threads=2) as db:
        links = link_records(db, case.records).links
        with candidates(db, len(links.profiles)) as found:
            lesson, _, _ = taught(links.profiles, found, links.chance)
    return lesson.seen, lesson.odds, lesson.weight


if __name__ == "__main__":
    main()
