"""Eight bytes at a time: loads, bit tricks, and what is made of them: hashes, numbers and check digits of cells."""

# ruff: noqa: ARG001

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from amends.scan.values.compiled import leaf, woven

MARGIN = 8
"""Bytes that must be readable behind the last cell."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)


@intrinsic
def _load(typing: Any, array: Any, index: Any) -> Any:
    """The eight bytes of a uint8 array from `index` on as a little-endian uint64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = cgutils.gep_inbounds(builder, view.data, arguments[1])
        wide = builder.bitcast(place, ir.IntType(64).as_pointer())
        return builder.load(wide, align=1)

    return types.uint64(array, types.int64), generate


@woven
def hash_cell(data, start, end):  # type: ignore[no-untyped-def]
    """(hash, whether a byte is NUL or beyond ASCII) of `data[start:end]`; `MARGIN` bytes behind must be readable."""
    state = np.uint64(end - start) * _MULTIPLIER
    odd = np.uint64(0)
    at = np.int64(start)
    while end - at >= 8:
        word = _load(data, at)
        odd |= (word | (word - _ONES)) & _TOPS
        state = (state ^ word) * _MULTIPLIER
        state ^= state >> np.uint64(29)
        at += 8
    if at < end:
        shift = np.uint64(8 * (end - at))
        tail = _load(data, at)
        word = tail & ((np.uint64(1) << shift) - np.uint64(1))
        filled = word | (_ONES << shift)
        odd |= (filled | (filled - _ONES)) & _TOPS
        state = (state ^ word) * _MULTIPLIER
        state ^= state >> np.uint64(29)
    return state * _MULTIPLIER, odd != 0


@woven
def load(data, at):  # type: ignore[no-untyped-def]
    """The eight bytes from `at` on, the first lowest; zeros beyond the end of the array."""
    if at + 8 <= data.size:
        return _load(data, at)
    word = np.uint64(0)
    for i in range(data.size - 1, at - 1, -1):
        word = (word << np.uint64(8)) | np.uint64(data[i])
    return word


@woven
def hash_safely(data, start, end):  # type: ignore[no-untyped-def]
    """The hash of `data[start:end]`, without a byte read behind the array."""
    state = np.uint64(end - start) * _MULTIPLIER
    at = np.int64(start)
    while at < end:
        word = load(data, at)
        if end - at < 8:
            word &= (np.uint64(1) << np.uint64(8 * (end - at))) - np.uint64(1)
        state = (state ^ word) * _MULTIPLIER
        state ^= state >> np.uint64(29)
        at += 8
    return state * _MULTIPLIER


@intrinsic
def trailing_zeros(typing: Any, word: Any) -> Any:
    """Zero bits below the lowest set bit of a uint64; 64 for 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], cgutils.false_bit)

    return types.uint64(types.uint64), generate


@intrinsic
def ones(typing: Any, word: Any) -> Any:
    """Set bits of a uint64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@woven
def top_bits(marks):  # type: ignore[no-untyped-def]
    """The top bit of each of eight bytes as one bit each, the lowest byte's lowest."""
    return ((marks >> np.uint64(7)) * np.uint64(0x0102040810204080)) >> np.uint64(56)


@woven
def number(word, digits):  # type: ignore[no-untyped-def]
    """The value (int64) of the first `digits` (1 to 8) bytes of a word, which must be decimal digits."""
    w = (word << np.uint64(8 * (8 - digits))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    w = (w * np.uint64(10) + (w >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    w = (w * np.uint64(100) + (w >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return np.int64((w * np.uint64(10000) + (w >> np.uint64(32))) & np.uint64(0xFFFFFFFF))


@leaf
def luhn_of_digits(data, start, end):  # type: ignore[no-untyped-def]
    """True when bytes that are all digits pass the Luhn check."""
    total = np.uint64(0)
    lanes = np.uint64(0x000F000F000F000F)
    stop = np.int64(end)
    while stop > start:
        size = min(np.int64(8), stop - start)
        word = load(data, stop - size) << np.uint64(8 * (8 - size))
        twice = (word & lanes) << np.uint64(1)
        over = ((twice + np.uint64(0x0006000600060006)) >> np.uint64(4)) & np.uint64(0x0001000100010001)
        once = (word >> np.uint64(8)) & lanes
        lane = once + twice - over * np.uint64(9)
        total += (lane * np.uint64(0x0001000100010001)) >> np.uint64(48)
        stop -= size
    return total % np.uint64(10) == 0
