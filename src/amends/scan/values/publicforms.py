"""Forms that authorities publish (`licences.yaml`, `mcc.yaml`), as tables a kernel can look into.

Driver's licences: the sequence of letters and digits, of any state whose numbers have a letter. IMSI: the mobile
country codes that ITU-T E.212 assigns.
"""

# ruff: noqa: SIM109

from __future__ import annotations

import re
from itertools import product
from typing import Any, Final

import numpy as np

from amends.facts import facts_of
from amends.scan.values.byteclass import CLASS, DIGIT, LETTER
from amends.scan.values.compiled import leaf

_PART = re.compile(r"([A9])(?:\{(\d+)(?:,(\d+))?\})?")
_LONGEST: Final = 15
"""Longer forms are left out: what is longer is more likely a key of software."""
_SURE: Final = 0.7


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = facts_of(__package__, name)
    return found


def _spelled(form: str) -> list[str]:
    """Every sequence of A and 9 that a form of `licences.yaml` allows."""
    runs = [
        [kind * count for count in range(int(low or 1), int(high or low or 1) + 1)]
        for kind, low, high in _PART.findall(form)
    ]
    return ["".join(parts) for parts in product(*runs)]


def _shapes() -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which sequences with a letter are forms; a sequence is 1, then a bit for each place, set for a letter."""
    states = (state for state in _load("licences.yaml").values() if state["confidence"] >= _SURE)
    forms = {sequence for state in states for form in state["formats"] for sequence in _spelled(form)}
    known = np.zeros(2 << _LONGEST, np.bool_)
    for form in forms:
        if "A" in form and len(form) <= _LONGEST:
            known[int("1" + form.replace("A", "1").replace("9", "0"), 2)] = True
    return known


def _countries(*regions: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    table = _load("mcc.yaml")
    assigned = np.zeros(1000, np.bool_)
    for region in regions or table:
        for codes in table[region].values():
            assigned[codes] = True
    return assigned


_SHAPES: Final = _shapes()
_ASSIGNED: Final = _countries()
_NEAR: Final = _countries("near")


@leaf
def licence(data, start, end):  # type: ignore[no-untyped-def]
    """Whether letters and digits, dashes and spaces left out, follow each other as in a state's licence numbers."""
    shape = np.int64(1)
    length = 0
    for i in range(start, end):
        kind = CLASS[data[i]]
        if kind == LETTER or kind == DIGIT:
            shape = shape << 1 | (kind == LETTER)
            length += 1
            if length > _LONGEST:
                return False
    return _SHAPES[shape]


@leaf
def imsi(value):  # type: ignore[no-untyped-def]
    """Of 15 digits: 0 no IMSI, 1 one of an assigned country code, 2 one of the United States or near.

    Digits that begin with a date of this century (202 is Greece) are none.
    """
    country = value // 1_000_000_000_000
    if not _ASSIGNED[country]:
        return 0
    date = value // 10_000_000
    if country == 202 and 1 <= date // 100 % 100 <= 12 and 1 <= date % 100 <= 31:
        return 0
    return 2 if _NEAR[country] else 1
