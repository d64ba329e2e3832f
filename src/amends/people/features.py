"""What the model of a match sees of a pair: which levels meet, alone and by twos, and how common the values are.

Each pair has one column of every block (a combination of levels) and a few numbers between 0 and about 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from amends.people.compare import LEVELS, Compared
from amends.people.profiles import Ints

BLOCKS = (
    ("given",),
    ("family",),
    ("middle",),
    ("dob",),
    ("address",),
    ("place",),
    ("phone",),
    ("email",),
    ("number",),
    ("given", "address"),
    ("given", "family"),
    ("family", "address"),
    ("given", "middle"),
    ("given", "dob"),
    ("family", "dob"),
    ("dob", "address"),
    ("middle", "address"),
    ("address", "place"),
    ("given", "phone"),
    ("given", "email"),
)
"""Fields whose levels, null included, make up one block of columns. The SSN is not among them: it is the teacher."""
NUMBERS = (
    "equal given, by its frequency",
    "different given, by frequency",
    "near given, by frequency",
    "given misspelt, by frequency",
    "equal family, by its frequency",
    "other family, by frequency",
    "equal name, by others of that name",
    "equal name, by other birth dates with it",
    "equal name, by other SSNs with it",
    "equal name, no address, by frequency",
    "equal name, no equal address, by birth dates",
    "equal name and middle, no equal address, by frequency",
    "equal name, no equal address, by given name",
    "equal name, no equal address, by family name",
    "equal address, by how many live there",
    "equal name, no equal address, no middle",
    "equal name, no equal address, both frequencies",
    "equal place, by how few live there",
    "any pair",
)
SIZES = {name: len(levels) + 1 for name, levels in LEVELS.items()}
_FIFTH = np.float32(0.2)
_STARTS = np.cumsum([0] + [prod(SIZES[field] for field in block) for block in BLOCKS])
COLUMNS = int(_STARTS[-1])
"""Columns of the blocks; the numbers come after them."""


@dataclass(frozen=True, slots=True)
class Features:
    """`columns` int32 (n, blocks): the column of each block; `numbers` float32 (n, len(NUMBERS))."""

    columns: NDArray[np.int32]
    numbers: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.columns)


def features(found: Compared) -> Features:
    """The features of every compared pair."""
    levels = found.levels
    columns = np.empty((len(found), len(BLOCKS)), np.int32)
    for number, block in enumerate(BLOCKS):
        column = np.zeros(len(found), np.int32)
        for field in block:
            column = column * SIZES[field] + (levels[field].astype(np.int32) + 1)
        columns[:, number] = column + _STARTS[number]
    return Features(columns, _numbers(found))


def _numbers(found: Compared) -> NDArray[np.float32]:
    given, family = found.levels["given"], found.levels["family"]
    middle, address = found.levels["middle"], found.levels["address"]
    given_log, family_log, name_log = _log(found.common_given), _log(found.common_family), _log(found.others)
    births, ssns, home = _log(found.other_dobs), _log(found.other_ssns), _log(found.common_address)
    equal = given == 7
    name = equal & (family == 5)
    away = name & (address <= 0)
    return np.stack(
        [
            equal * given_log,
            (given == 0) * given_log,
            (given == 3) * given_log,
            ((given >= 4) & ~equal) * given_log,
            (family == 5) * family_log,
            (family < 5) * family_log,
            name * name_log,
            name * births,
            name * ssns,
            (name & (address < 0)) * name_log,
            away * births,
            (away & (middle >= 1)) * name_log,
            away * given_log,
            away * family_log,
            (address == 4) * home,
            away & (middle < 0),
            away * name_log * family_log,
            (found.levels["place"] == 2) * _FIFTH * -np.log2(found.common_place),
            np.ones(len(found)),
        ],
        axis=1,
        dtype=np.float32,
    )


def _log(counts: Ints) -> NDArray[np.float32]:
    """Doublings of a frequency, by fives, at most 4."""
    return np.minimum(np.log2(1 + counts.astype(np.float32)) / np.float32(5), np.float32(4))


def describe(column: int) -> str:
    """What a column says, for explanations: `given equal, address different`."""
    if column >= COLUMNS:
        return NUMBERS[column - COLUMNS]
    number = int(np.searchsorted(_STARTS, column, side="right")) - 1
    rest, said = column - int(_STARTS[number]), []
    for field in reversed(BLOCKS[number]):
        level = rest % SIZES[field] - 1
        rest //= SIZES[field]
        said.append(f"{field} {LEVELS[field][level] if level >= 0 else 'unknown'}")
    return ", ".join(reversed(said))
