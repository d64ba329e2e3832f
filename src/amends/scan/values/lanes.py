"""Sixty-four bytes at once: which of a short cell's bytes are digits, which letters, which a given byte, a bit a byte.

The compiler makes of each question what the processor has for it: one instruction or a few.
"""

# ruff: noqa: ARG001, SIM110

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from amends.scan.values.compiled import leaf, woven
from amends.scan.values.words import load, top_bits

LANES: Final = 64
"""Bytes looked at together."""
SHORT: Final = 63
"""A cell of at most so many bytes has its bytes in one word of bits, with room behind."""
_TOPS = np.uint64(0x8080808080808080)
_SEVENS = np.uint64(0x7F7F7F7F7F7F7F7F)
_BYTES: Final = ir.VectorType(ir.IntType(8), LANES)
_ONE: Final = np.uint64(1)


def _read(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """The bytes of a uint8 array from `index` on, as a vector."""
    place = cgutils.gep_inbounds(builder, context.make_array(kind)(context, builder, array).data, index)
    return builder.load(builder.bitcast(place, _BYTES.as_pointer()), align=1)


def _all(byte: int) -> Any:
    return ir.Constant(_BYTES, [byte] * LANES)


@intrinsic
def _digits_and_letters(typing: Any, array: Any, index: Any) -> Any:
    """Two uint64: which of the 64 bytes from `index` on are digits, and which letters or beyond ASCII."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _read(context, builder, signature.args[0], *arguments)
        digit = builder.icmp_unsigned("<", builder.sub(found, _all(48)), _all(10))
        folded = builder.sub(builder.or_(found, _all(32)), _all(97))
        letter = builder.or_(builder.icmp_unsigned("<", folded, _all(26)), builder.icmp_signed("<", found, _all(0)))
        bits = [builder.bitcast(marks, ir.IntType(64)) for marks in (digit, letter)]
        return context.make_tuple(builder, signature.return_type, bits)

    return types.UniTuple(types.uint64, 2)(array, types.int64), generate


@intrinsic
def equal_lanes(typing: Any, array: Any, index: Any, byte: Any) -> Any:
    """Which of the 64 bytes of a uint8 array from `index` on are `byte`, as a uint64; they must be readable."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _read(context, builder, signature.args[0], *arguments[:2])
        first = builder.insert_element(ir.Constant(_BYTES, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0))
        order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
        alike = builder.icmp_unsigned("==", found, builder.shuffle_vector(first, first, order))
        return builder.bitcast(alike, ir.IntType(64))

    return types.uint64(array, types.int64, types.uint8), generate


@intrinsic
def _odd_lanes(typing: Any, array: Any, index: Any) -> Any:
    """Which of the 64 bytes from `index` on are NUL or beyond ASCII."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = _read(context, builder, signature.args[0], *arguments)
        return builder.bitcast(builder.icmp_signed("<", found, _all(1)), ir.IntType(64))

    return types.uint64(array, types.int64), generate


@woven
def is_odd(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a cell holds a NUL or a byte beyond ASCII."""
    if end - start <= SHORT and start + LANES <= data.size:
        return _odd_lanes(data, np.int64(start)) & whole(end - start) != 0
    for i in range(start, end):
        if data[i] == 0 or data[i] >= 128:
            return True
    return False


@woven
def whole(length):  # type: ignore[no-untyped-def]
    """The bits of a cell of `length` bytes (at most `SHORT`)."""
    return (_ONE << np.uint64(length)) - _ONE


@woven
def maps(data, start, end):  # type: ignore[no-untyped-def]
    """Which bytes of a cell of at most `SHORT` bytes are digits, and which letters or beyond ASCII."""
    if start + LANES <= data.size:
        digits_at, letters_at = _digits_and_letters(data, np.int64(start))
        inside = whole(end - start)
        return digits_at & inside, letters_at & inside
    return maps_at_end(data, start, end)


@woven
def places(data, start, end, byte):  # type: ignore[no-untyped-def]
    """Which bytes of a cell of at most `SHORT` bytes are `byte` (uint8)."""
    if start + LANES <= data.size:
        return equal_lanes(data, np.int64(start), byte) & whole(end - start)
    found = np.uint64(0)
    for i in range(start, end):
        found |= np.uint64(data[i] == byte) << np.uint64(i - start)
    return found


@leaf
def maps_at_end(data, start, end):  # type: ignore[no-untyped-def]
    """As `maps`, eight bytes at a time, none of them behind the array."""
    digits_at = letters_at = shift = np.uint64(0)
    place = np.int64(start)
    while place < end:
        word = load(data, place)
        if end - place < 8:
            word &= (_ONE << np.uint64(8 * (end - place))) - _ONE
        low = word & _SEVENS
        digit = ~((low ^ np.uint64(0x3030303030303030)) + np.uint64(0x7676767676767676) | word) & _TOPS
        folded = low | np.uint64(0x2020202020202020)
        above = folded + np.uint64(0x1F1F1F1F1F1F1F1F)
        letter = (above & ~(folded + np.uint64(0x0505050505050505)) & ~word | word) & _TOPS
        digits_at |= top_bits(digit) << shift
        letters_at |= top_bits(letter) << shift
        shift += np.uint64(8)
        place += 8
    return digits_at, letters_at
