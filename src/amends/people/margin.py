"""How much more than even the evidence must be before two groups are joined.

One bit, as the weights are calibrated and a person lost costs more than a letter; three where the weights are not the
case's own. It is a constant on purpose: measured on files of three kinds of noise, what saves a person and what costs
letters turns within a quarter of a bit of any rule that follows the file, and what grows with a case is counted where
it arises (`ssn_rates.py`, `chance.py`). One kind of file may go lower: where SSNs and birth dates err so often that far
ones do not say who is two, people differ from themselves more than from others, and the margin is the smallest at which
the expected false joins (one in 1 + 2^w of pairs that weigh w bits) stay few.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

USUAL, USUAL_UNTAUGHT = 1.0, 3.0
"""Bits: with weights that the case taught, and with those of the package."""
LOOSEST, STEP = -2.0, 0.25
BORNE = 16.0
"""False joins per 1,000 persons that a file bears whose SSNs and birth dates err too often to say who is two."""


def margin_of(best: NDArray[np.float32], persons: int, *, taught: bool, refereed: bool) -> float:
    """The margin of a file, in bits.

    `best` is each group's best weight with another (-inf without one); `taught`: the case taught its own weights;
    `refereed`: its SSNs or birth dates are believed where they are far apart.
    """
    usual = USUAL if taught else USUAL_UNTAUGHT
    if refereed:
        return usual
    best = best[best > LOOSEST].astype(np.float64)
    false = 1 / (1 + np.exp2(np.minimum(best, 40)))
    margin = LOOSEST
    while margin < usual and false[best > margin].sum() > BORNE * persons / 1000:
        margin += STEP
    return margin
