"""What clerks, old systems and the years do to values: nicknames, slips of the finger, swapped digits.

Rates are shares of rows. A value that went wrong is still a value that was taken, so noise never changes which
elements stand in a row; only a placeholder in place of a Social Security number does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.carrier.dice import Dice, Flags, Whole
from amends.carrier.identifiers import PLACEHOLDER_SSNS


@dataclass(frozen=True)
class Noise:
    """Shares of rows in which something is off."""

    nickname: float = 0.05
    misspelt: float = 0.012
    initial_only: float = 0.01
    wrong_day: float = 0.006
    swapped_ssn: float = 0.006
    placeholder_ssn: float = 0.04


CLEAN = Noise(nickname=0.01, misspelt=0.001, initial_only=0.0, wrong_day=0.0, swapped_ssn=0.0, placeholder_ssn=0.0)
"""The organisation's own registry: well kept, not perfect."""


def misspell(text: pa.StringArray, hit: Flags, bits: Whole) -> pa.StringArray:
    """The texts with one letter lost, or two neighbours swapped, where `hit`; `bits` chooses the slip."""
    for variant in range(4):
        where = hit & (bits % 4 == variant) & (pc.utf8_length(text).to_numpy(zero_copy_only=False) > 3)
        if not where.any():
            continue
        mask = pa.array(where)
        chosen = text.filter(mask)
        at = 1 + variant // 2
        head, tail = pc.utf8_slice_codeunits(chosen, 0, at), pc.utf8_slice_codeunits(chosen, at + 1)
        if variant % 2:
            letter = pc.utf8_slice_codeunits(chosen, at, at + 1)
            head = pc.binary_join_element_wise(head, pc.utf8_slice_codeunits(tail, 0, 1), letter, "")
            tail = pc.utf8_slice_codeunits(tail, 1)
        text = pc.replace_with_mask(text, mask, pc.binary_join_element_wise(head, tail, ""))
    return text


def wrong_days(days: Whole, hit: Flags, bits: Whole) -> Whole:
    """Dates one to nine days late where `hit`; they stay dates that a clerk could have typed."""
    return np.where(hit, days + 1 + bits % 9, days)


def swapped_ssns(ssn: Whole, hit: Flags) -> Whole:
    """The last two digits swapped where `hit`; the number stays structurally valid."""
    tens, ones = ssn // 10 % 10, ssn % 10
    return np.where(hit, ssn - ssn % 100 + ones * 10 + tens, ssn)


def placeholders(dice: Dice, keys: Whole) -> Whole:
    """A number that was never issued, for each key; some are an area 000 with the rest filled in."""
    fixed = np.array(PLACEHOLDER_SSNS, np.int64)[dice.below("placeholder", keys, len(PLACEHOLDER_SSNS))]
    filled = dice.below("placeholder digits", keys, 10**6)
    return np.where(dice.happens("placeholder filled", keys, 0.2), filled, fixed)
