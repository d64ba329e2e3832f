"""Sixty-four bytes at once: which of them are digits, letters or signs, as the bits of one word.

Bit `n` of a mask stands for the byte `n` behind the place asked for. A processor answers each question in a few
instructions whatever the text, where a loop would branch on every byte; the places found are then walked by counting
the zeros of the mask. What is asked reads 64 bytes, and the caller has them: see `kernel.PAD`.
"""

# ruff: noqa: ARG001

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from amends.scan.values.compiled import fused

WIDTH: Final = 64
ONE: Final = np.uint64(1)
NONE: Final = np.uint64(0)

_BYTE: Final = ir.IntType(8)
_WORD: Final = ir.IntType(64)
_INDEX: Final = ir.IntType(32)
_LANES: Final = ir.VectorType(_BYTE, WIDTH)


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any, wide: Any) -> Any:
    """What stands at an offset of a byte array, read as another type, wherever it lies."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.load(builder.bitcast(builder.gep(data, [at]), wide.as_pointer()), align=1)


def _spread(builder: Any, value: Any) -> Any:
    """A byte in all lanes."""
    empty = ir.Constant(_LANES, ir.Undefined)
    first = builder.insert_element(empty, builder.trunc(value, _BYTE), _INDEX(0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INDEX, WIDTH), [0] * WIDTH))


@intrinsic
def among(_typing, data, at, folded, low, high):  # type: ignore[no-untyped-def]
    """Mask of the bytes that lie between `low` and `high`, both included, once the bits `folded` are set in them."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bytes_ = _place(context, builder, signature.args[0], args[0], args[1], _LANES)
        moved = builder.sub(builder.or_(bytes_, _spread(builder, args[2])), _spread(builder, args[3]))
        within = builder.icmp_unsigned("<=", moved, _spread(builder, builder.sub(args[4], args[3])))
        return builder.bitcast(within, _WORD)

    return types.uint64(data, types.intp, types.intp, types.intp, types.intp), build


@intrinsic
def eight(_typing, data, at):  # type: ignore[no-untyped-def]
    """The eight bytes at an offset as one word, the first in its lowest bits."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _place(context, builder, signature.args[0], args[0], args[1], _WORD)

    return types.uint64(data, types.intp), build


@intrinsic
def first(_typing, mask):  # type: ignore[no-untyped-def]
    """Place of the lowest bit; 64 if there is none."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.IntType(1)(0))

    return types.intp(types.uint64), build


@intrinsic
def last(_typing, mask):  # type: ignore[no-untyped-def]
    """Place of the highest bit; -1 if there is none."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.sub(_WORD(WIDTH - 1), builder.ctlz(args[0], ir.IntType(1)(0)))

    return types.intp(types.uint64), build


@intrinsic
def many(_typing, mask):  # type: ignore[no-untyped-def]
    """Number of bits."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.intp(types.uint64), build


@fused
def below(place):  # type: ignore[no-untyped-def]
    """Mask of the bits under a place, 0 to 63."""
    return (ONE << np.uint64(place)) - ONE


@fused
def digits(data, at):  # type: ignore[no-untyped-def]
    return among(data, at, 0, 48, 57)


@fused
def signs(data, at):  # type: ignore[no-untyped-def]
    """Digits and `$ : = @`: where anything can begin or be told."""
    marks = among(data, at, 0, 61, 61) | among(data, at, 0, 64, 64) | among(data, at, 0, 36, 36)
    return marks | among(data, at, 0, 48, 58)


@fused
def plain(data, at):  # type: ignore[no-untyped-def]
    """ASCII letters and digits."""
    return among(data, at, 32, 97, 122) | digits(data, at)


@fused
def wordy(data, at):  # type: ignore[no-untyped-def]
    """Letters of any script, and `#`, which ends words such as `id#`; a dash of Unicode's punctuation is no letter."""
    letters = among(data, at, 32, 97, 122) | among(data, at, 0, 128, 255) | among(data, at, 0, 35, 35)
    return letters & ~among(data, at, 0, 0xE2, 0xE2)


@fused
def inner(data, at):  # type: ignore[no-untyped-def]
    """Apostrophes and points, which do not end a word."""
    return among(data, at, 0, 39, 39) | among(data, at, 0, 46, 46)


@fused
def long_value(data, start, end):  # type: ignore[no-untyped-def]
    """The number in 9 to 16 digits that stand together."""
    return value(data, start, end - 8) * 100_000_000 + value(data, end - 8, end)


@fused
def passes_luhn(data, start, end):  # type: ignore[no-untyped-def]
    """Luhn's check (ISO/IEC 7812-1) on digits that stand together, eight at a time from the last."""
    total = NONE
    while end > start:
        word = eight(data, end - 8) & np.uint64(0x0F0F0F0F0F0F0F0F)
        if end - start < 8:
            word &= ~below(8 * (8 - end + start))
        doubled = word & np.uint64(0x000F000F000F000F)
        over = ((doubled + np.uint64(0x007B007B007B007B)) >> np.uint64(7)) & np.uint64(0x0001000100010001)
        sums = (doubled << ONE) - over * np.uint64(9) + ((word >> np.uint64(8)) & np.uint64(0x000F000F000F000F))
        total += (sums * np.uint64(0x0001000100010001)) >> np.uint64(48)
        end -= 8
    return total % np.uint64(10) == NONE


@fused
def value(data, start, end):  # type: ignore[no-untyped-def]
    """The number in one to eight digits that stand together; eight bytes from `start` are read."""
    word = (eight(data, start) & np.uint64(0x0F0F0F0F0F0F0F0F)) << np.uint64(8 * (8 - end + start))
    word = (word * np.uint64(2561)) >> np.uint64(8)
    word = ((word & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    return np.int64(((word & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32))
