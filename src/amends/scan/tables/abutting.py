"""Fields of fixed width that stand side by side without a blank (`…219090001` `19800405` `3035550100JAMES…`).

A field ends where in nearly every line digits end and letters begin, or letters and blanks end and digits begin; a long
run of digits is parted where its parts are dates, telephone numbers and SSNs in nearly every line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from amends.scan.values.kinds import Kind
from amends.scan.values.validators import judge_text

_NEARLY: Final = 0.97
_MOSTLY: Final = 0.9
_LINES: Final = 200
_LONG: Final = 16
"""Digits in a row from which on they may be several numbers."""
_MONTH: Final = 3
_YEAR: Final = 2100
_PARTS: Final = (
    (8, (Kind.DATE,), 8.0), (10, (Kind.PHONE,), 9.0), (9, (Kind.SSN,), 7.0),
)  # fmt: skip
"""Widths of the numbers that are looked for, what proves them, and how telling they are."""
_WHOLE: Final = (Kind.CARD, Kind.IMEI, Kind.IMSI, Kind.ICCID, Kind.IBAN)
_REST: Final = -0.5


def abutting(lines: Sequence[str]) -> set[int]:
    """Where fields begin that no blank parts from the one before, in characters."""
    width = max(map(len, lines), default=0)
    written = np.array([[ord(c) for c in line.ljust(width)] for line in lines], np.uint32)
    digit = ((written >= 48) & (written <= 57)).mean(axis=0)
    blank = (written == 32).mean(axis=0)
    folded = written | 32
    letter = (((folded >= 97) & (folded <= 122)) | (written >= 128)).mean(axis=0)
    opening = (written == ord("(")).mean(axis=0)
    found = {at for at in range(1, width) if _begins(at, digit, letter, blank, opening)}
    for start, end in _runs(digit):
        found |= _parted([line[start:end] for line in lines[:_LINES]], start)
    return found


def _begins(at: int, digit: Any, letter: Any, blank: Any, opening: Any) -> bool:
    """Whether a field of another kind begins here in nearly every line."""
    if digit[at - 1] >= _NEARLY:
        words = letter[at] >= _MOSTLY and at + 1 < len(letter) and letter[at + 1] >= _MOSTLY / 2
        return bool(opening[at] >= _NEARLY or (words and not _is_month(at, digit, letter)))
    worded = letter[at - 1] + blank[at - 1] >= _NEARLY and blank[at - 1] < _NEARLY
    long_enough = at > 1 and letter[at - 2] + blank[at - 2] >= _NEARLY
    return bool(digit[at] >= _NEARLY and worded and long_enough and not _is_month(at - _MONTH, digit, letter))


def _is_month(at: int, digit: Any, letter: Any) -> bool:
    """Whether three letters stand between digits, as in 05APR1980."""
    end = at + _MONTH
    inside = at > 0 and end < len(letter) and bool((letter[at:end] >= _NEARLY).all())
    return inside and bool(digit[at - 1] >= _NEARLY and digit[end] >= _NEARLY)


def _runs(digit: Any) -> list[tuple[int, int]]:
    """Stretches of digits in nearly every line that are too long for one number of a human."""
    marks = np.concatenate([[False], digit >= _NEARLY, [False]])
    edges = np.flatnonzero(marks[1:] != marks[:-1]).reshape(-1, 2)
    return [(int(start), int(end)) for start, end in edges if end - start >= _LONG]


def _parted(cells: Sequence[str], start: int) -> set[int]:
    """Where the numbers of a run begin, and what is left between them; nowhere if it is one number."""
    if _share(cells, _WHOLE) >= _MOSTLY:
        return set()
    width = len(cells[0])
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for end in range(1, width + 1):
        choices = [_with_rest(best, end)]
        for size, kinds, worth in _PARTS:
            at = end - size
            if at >= 0 and _share([cell[at:end] for cell in cells], kinds) >= _NEARLY:
                choices.append((best[at][0] + worth, (*best[at][1], at, end)))
        best.append(max(choices, key=lambda choice: choice[0]))
    return {start + at for at in best[-1][1] if 0 < at < width}


def _with_rest(best: list[tuple[float, tuple[int, ...]]], end: int) -> tuple[float, tuple[int, ...]]:
    """The best parts before `end` where what stands right before it is no number that is known."""
    behind = [at for at in range(end) if at == 0 or best[at][1][-1:] == (at,)]
    at = max(behind, key=lambda i: best[i][0])
    return best[at][0] + _REST, best[at][1]


def _share(cells: Sequence[str], kinds: Sequence[Kind]) -> float:
    wanted = sum(1 << kind for kind in kinds)
    return sum(judge_text(cell, _YEAR) & wanted != 0 for cell in cells) / len(cells)
