"""Chance that depends only on who is asked: every draw is a hash of a seed, a purpose and a key.

A draw for human 4711 is the same whatever else is generated, in whatever order or part, so a carrier can be made in
disjoint parts and two files can agree about a person without sharing state. The hash is the finaliser of SplitMix64
(Steele, Lea and Flood 2014), over numpy arrays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws under one seed. `purpose` separates draws for the same keys; keys are integers of any signedness."""

    seed: int

    def salt(self, purpose: str) -> int:
        """64 bits that stand for the seed and a purpose."""
        return int.from_bytes(blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest(), "little")

    def bits(self, purpose: str, keys: npt.NDArray[np.integer]) -> Keys:
        """64 random bits a key."""
        z = keys.astype(np.uint64)
        z *= np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(self.salt(purpose))
        z ^= z >> np.uint64(30)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(27)
        z *= np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        return z

    def uniform(self, purpose: str, keys: npt.NDArray[np.integer]) -> Shares:
        """A number in [0, 1) a key."""
        return (self.bits(purpose, keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def happens(self, purpose: str, keys: npt.NDArray[np.integer], share: float | Shares) -> Flags:
        """True for about `share` of the keys."""
        flags: Flags = self.uniform(purpose, keys) < share
        return flags

    def below(self, purpose: str, keys: npt.NDArray[np.integer], limit: int | Whole) -> Whole:
        """An integer in [0, limit) a key."""
        return (self.uniform(purpose, keys) * limit).astype(np.int64)

    def pick(self, purpose: str, keys: npt.NDArray[np.integer], weights: Shares) -> Whole:
        """An index into `weights` a key, drawn in proportion to them."""
        edges = np.cumsum(weights)
        index = np.searchsorted(edges, self.uniform(purpose, keys) * edges[-1], side="right")
        return np.minimum(index, len(weights) - 1).astype(np.int64)

    def shuffle(self, purpose: str, numbers: Whole, space: int) -> Whole:
        """Distinct numbers below `space` for distinct numbers below `space` (an affine permutation).

        The products must stay within 63 bits: numbers up to 9 × 10^8, whatever the space.
        """
        salt = self.salt(purpose)
        factor = max(1, min(int(space * 0.6180339887), 9_999_999_967) - salt % max(1, min(space, 10**9) // 7))
        while math.gcd(factor, space) != 1:
            factor += 1
        return (numbers % space * factor + salt % space) % space
