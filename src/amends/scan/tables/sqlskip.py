"""Kernels that pass over one row of a database dump that is too long to be taken apart, over any number of buffers."""

from __future__ import annotations

from numba import njit

QUOTE, ESCAPED, DEPTH, PREVIOUS, ESCAPES = range(5)
"""What of the row is open between buffers (int64): quote, backslash, parentheses; last byte; if backslashes count."""


@njit(cache=True, nogil=True)
def tuple_end(buf, size, backslash, state):  # type: ignore[no-untyped-def]
    """Index after the parenthesis that ends the row, or -1 if it goes on; `state` is zero where the row begins."""
    for i in range(size):
        c = buf[i]
        if state[0]:
            if state[1]:
                state[1] = 0
            elif c == 92 and state[4]:
                state[1] = 1
            elif c == state[0]:
                state[0] = 0
            state[3] = 0
            continue
        if c == 39 or (c == 34 and backslash):
            state[0] = c
            state[4] = backslash or state[3] == 69 or state[3] == 101
        elif c == 40:
            state[2] += 1
        elif c == 41:
            state[2] -= 1
            if state[2] <= 0:
                return i + 1
        state[3] = c
    return -1


@njit(cache=True, nogil=True)
def copy_row_end(buf, size, state):  # type: ignore[no-untyped-def]
    """Index after the line end that ends a row of COPY text, or -1 if it goes on."""
    for i in range(size):
        c = buf[i]
        if state[1]:
            state[1] = 0
        elif c == 92:
            state[1] = 1
        elif c == 10:
            return i + 1
    return -1
