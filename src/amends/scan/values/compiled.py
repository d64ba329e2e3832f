"""How kernels are compiled: `leaf` for those that make no array, which then count no references to those they read."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

leaf: Final[Any] = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
"""Compiles a function that allocates nothing: counting references cost half the time of judging a cell."""

woven: Final[Any] = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, inline="always")
"""As `leaf`, and woven into each caller: for what takes less time than a call."""

fused: Final[Any] = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)
"""As `leaf`, and made part of the machine code of each caller: a call hands on every array in seven words."""
