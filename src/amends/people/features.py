"""What the model of a match sees of a pair: which levels meet, alone and by twos, and how common the values are.

Each pair has one column of every block (a combination of levels) and a few numbers between 0 and about 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.compare import LEVELS, Compared
from amends.people.lexicon import Ints

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
_MOST = 1 << 20
_FIELDS = tuple(block[0] for block in BLOCKS if len(block) == 1)
_GIVEN, _FAMILY, _MIDDLE, _ADDRESS, _PLACE = (
    _FIELDS.index(name) for name in ("given", "family", "middle", "address", "place")
)
_FIELDS_OF_BLOCKS = np.array(
    [[_FIELDS.index(block[0]), _FIELDS.index(block[1]) if len(block) > 1 else -1] for block in BLOCKS]
)
_SIZES_OF_BLOCKS = np.array([SIZES[block[-1]] for block in BLOCKS])
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
            (found.levels["place"] == 2) * _rarity(found.common_place),
            np.ones(len(found)),
        ],
        axis=1,
        dtype=np.float32,
    )


def summed(found: Compared, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds (natural) of every pair: the sum of its features times the coefficients, without writing them down."""
    return _summed(
        np.stack([found.levels[field] for field in _FIELDS]),
        _FIELDS_OF_BLOCKS,
        _SIZES_OF_BLOCKS,
        _STARTS,
        coefficients[:COLUMNS],
        coefficients[COLUMNS:],
        (
            found.common_given,
            found.common_family,
            found.others,
            found.other_dobs,
            found.other_ssns,
            found.common_address,
        ),
        _rarity(found.common_place),
        _logs(),
    )


@njit(cache=True, nogil=True)
def _summed(levels, fields, sizes, starts, columns, factors, counts, rarity, logs):  # type: ignore[no-untyped-def]
    most = len(logs) - 1
    out = np.empty(levels.shape[1])
    for i in range(len(out)):
        total = 0.0
        for block in range(len(fields)):
            column = levels[fields[block, 0], i] + 1
            if fields[block, 1] >= 0:
                column = column * sizes[block] + levels[fields[block, 1], i] + 1
            total += columns[starts[block] + column]
        given, family, middle = levels[_GIVEN, i], levels[_FAMILY, i], levels[_MIDDLE, i]
        address, place = levels[_ADDRESS, i], levels[_PLACE, i]
        first, last, name = logs[min(counts[0][i], most)], logs[min(counts[1][i], most)], logs[min(counts[2][i], most)]
        named = given == 7 and family == 5
        away = named and address <= 0
        if given == 7:
            total += factors[0] * first
        elif given == 0:
            total += factors[1] * first
        elif given == 3:
            total += factors[2] * first
        elif given >= 4:
            total += factors[3] * first
        total += factors[4 if family == 5 else 5] * last
        if named:
            total += factors[6] * name
            total += factors[7] * logs[min(counts[3][i], most)]
            total += factors[8] * logs[min(counts[4][i], most)]
            if address < 0:
                total += factors[9] * name
        if away:
            total += factors[10] * logs[min(counts[3][i], most)]
            if middle >= 1:
                total += factors[11] * name
            total += factors[12] * first
            total += factors[13] * last
        if address == 4:
            total += factors[14] * logs[min(counts[5][i], most)]
        if away:
            if middle < 0:
                total += factors[15]
            total += factors[16] * (name * last)
        if place == 2:
            total += factors[17] * rarity[i]
        out[i] = total + factors[18]
    return out


def _log(counts: Ints) -> NDArray[np.float32]:
    """Doublings of a frequency, by fives, at most 4."""
    logs = _logs()
    return logs[np.minimum(counts, len(logs) - 1)]


@cache
def _logs() -> NDArray[np.float32]:
    """`_log` of every frequency that is below the most."""
    return np.asarray(np.log2(np.arange(1, _MOST + 1, dtype=np.float32)) / np.float32(5))


def _rarity(share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Halvings of a share, by fives."""
    return np.asarray(-_FIFTH * np.log2(share), np.float32)


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
