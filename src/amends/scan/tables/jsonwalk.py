"""The walk through the bytes of JSON: one pass learns the places where values stand, later ones write rows as lines.

A place is a path of keys within a document; the elements of a list share one. Places are numbered as they are met.
Both kernels take chunks of any size and keep where they are in `state` and `stack` (kind of bracket, place, filled).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.values.compiled import fused, leaf

DEEPEST: Final = 500
LONGEST_KEY: Final = 1 << 16
"""Bytes of a key as written."""
MOST_PLACES: Final = 1 << 16
FAN: Final = 512
"""Keys of objects at one place that get places of their own; further ones share one."""
ROOT: Final = 0
SINK: Final = 1
"""The place of all that stands where no more places are numbered."""
ELEMENT: Final = 1
OTHER: Final = 2
"""What is looked up in place of the hash of a key: an element of a list, a key beyond the `FAN`."""
STATE: Final = 24
(
    IN_STRING, ESCAPED, DEPTH, IS_KEY, WANTS_KEY, HASH, KEY_LENGTH, VALUE_PLACE, IN_SCALAR, PLACES, POOL, DEEP, LONG,
    ROW_DEPTH, DROP_DEPTH, OPEN, SKIP, DONE, LONGEST, SINGLE, BESIDE, SCALAR_DROPPED,
) = range(22)  # fmt: skip
VALUES, OBJECTS, ARRAYS, STRINGS, NUMBERS, FIRST, PARENT, CHILDREN, KEY_AT, KEY_END, KEY_HASH = range(11)
"""Columns of `places`: how often values, objects, ... stand there, the byte of the first, and how it hangs together."""
FACTS: Final = 11
KEY_NAME: Final = "(key)"
VALUE_NAME: Final = "(value)"
_KEY: Final = np.frombuffer(b'{"(key)":', np.uint8)
_VALUE: Final = np.frombuffer(b',"(value)":', np.uint8)


@leaf
def find_place(places, slots, state, pool, key, parent, wanted, learn):  # type: ignore[no-untyped-def]
    """The number of the place of the key with the hash `wanted` below `parent`, made if `learn`."""
    if parent == 1:
        return np.int64(1)
    while True:
        mixed = (wanted ^ (parent * 0x9E3779B97F4A7C1)) & 0x7FFFFFFFFFFFFFFF
        at = (mixed ^ (mixed >> 29)) & (len(slots) - 1)
        while slots[at] >= 0:
            found = slots[at]
            if places[found, PARENT] == parent and places[found, KEY_HASH] == wanted:
                return np.int64(found)
            at = (at + 1) & (len(slots) - 1)
        if wanted != OTHER and (not learn or places[parent, CHILDREN] >= FAN):
            wanted = np.int64(OTHER)
            continue
        break
    if not learn or state[PLACES] >= len(places):
        return np.int64(1)
    new = state[PLACES]
    state[PLACES] += 1
    slots[at] = new
    places[parent, CHILDREN] += 1
    places[new, PARENT] = parent
    places[new, KEY_HASH] = wanted
    places[new, FIRST] = -1
    places[new, KEY_AT] = state[POOL]
    if wanted > OTHER:
        size = min(state[KEY_LENGTH], 200, len(pool) - state[POOL])
        for i in range(size):
            pool[state[POOL] + i] = key[i]
        state[POOL] += size
    places[new, KEY_END] = state[POOL]
    return np.int64(new)


@leaf
def take_key(c, state, key):  # type: ignore[no-untyped-def]
    """Add a byte to the key that is being read, and to its hash (FNV-1a)."""
    size = state[KEY_LENGTH]
    if size < len(key):
        key[size] = c
        state[KEY_LENGTH] = size + 1
    else:
        state[LONG] = 1
    state[HASH] = ((state[HASH] ^ np.int64(c)) * np.int64(0x100000001B3)) & np.int64(0x7FFFFFFFFFFFFFFF)


@leaf
def begin_key(state):  # type: ignore[no-untyped-def]
    state[IS_KEY], state[WANTS_KEY], state[KEY_LENGTH] = 1, 0, 0
    state[HASH] = np.int64(0x4BF29CE484222325)


@leaf
def place_of_value(places, slots, state, stack, pool, key, learn):  # type: ignore[no-untyped-def]
    """The place of the value that begins here."""
    depth = state[DEPTH]
    if depth == 0:
        return np.int64(0)
    if stack[depth, 0] == 91:
        return find_place(places, slots, state, pool, key, stack[depth, 1], np.int64(ELEMENT), learn)
    return state[VALUE_PLACE]


@fused
def learn_places(buf, base, lines, state, stack, places, slots, pool, key):  # type: ignore[no-untyped-def]
    """Count what stands at each place; `base` is the offset of `buf`. With `lines` a row end ends what is open."""
    i = np.int64(0)
    size = len(buf)
    while i < size:
        c = buf[i]
        if state[IN_STRING]:
            if state[IS_KEY] == 0:
                if state[ESCAPED] == 0:
                    while i < size and buf[i] != 34 and buf[i] != 92 and buf[i] != 10:
                        i += 1
                    if i == size:
                        break
                    c = buf[i]
                if c != 10 or not lines:
                    if state[ESCAPED]:
                        state[ESCAPED] = 0
                    elif c == 92:
                        state[ESCAPED] = 1
                    elif c == 34:
                        state[IN_STRING] = 0
                    i += 1
                    continue
            elif c != 10 or not lines:
                if state[ESCAPED]:
                    state[ESCAPED] = 0
                    take_key(c, state, key)
                elif c == 34:
                    state[IN_STRING] = state[IS_KEY] = 0
                else:
                    state[ESCAPED] = c == 92
                    take_key(c, state, key)
                i += 1
                continue
        if c <= 32:
            state[IN_SCALAR] = 0
            if lines and (c == 10 or c == 13):
                state[DEPTH] = state[IN_STRING] = state[IS_KEY] = state[ESCAPED] = state[WANTS_KEY] = 0
        elif c == 44:
            state[IN_SCALAR] = 0
            state[WANTS_KEY] = state[DEPTH] > 0 and stack[state[DEPTH], 0] == 123
        elif c == 58:
            if state[DEPTH] > 0:
                state[WANTS_KEY] = 0
                state[VALUE_PLACE] = find_place(
                    places, slots, state, pool, key, stack[state[DEPTH], 1], max(state[HASH], np.int64(3)), True
                )
        elif c == 125 or c == 93:
            state[IN_SCALAR] = state[WANTS_KEY] = 0
            if state[DEPTH] > 0:
                state[DEPTH] -= 1
        elif c == 34 and state[WANTS_KEY]:
            state[IN_STRING] = 1
            begin_key(state)
        elif state[IN_SCALAR] == 0 or c == 123 or c == 91:
            state[IN_SCALAR] = 0
            place = place_of_value(places, slots, state, stack, pool, key, True)
            places[place, VALUES] += 1
            if places[place, FIRST] < 0:
                places[place, FIRST] = base + i
            if c == 123 or c == 91:
                places[place, OBJECTS if c == 123 else ARRAYS] += 1
                if state[DEPTH] >= DEEPEST:
                    state[DEEP] = 1
                else:
                    state[DEPTH] += 1
                stack[state[DEPTH], 0], stack[state[DEPTH], 1] = c, place
                state[WANTS_KEY] = c == 123
            elif c == 34:
                places[place, STRINGS] += 1
                state[IN_STRING] = 1
            else:
                places[place, NUMBERS] += c != 110
                state[IN_SCALAR] = 1
        i += 1


@leaf
def put(out, at, text, start, end):  # type: ignore[no-untyped-def]
    for i in range(start, end):
        out[at] = text[i]
        at += 1
    return at


@leaf
def lead(out, at, state, stack, key, names, ends):  # type: ignore[no-untyped-def]
    """What stands before a value that is written: a comma, a key, the name of its column."""
    depth = state[DEPTH]
    if depth <= state[ROW_DEPTH]:
        return at
    row = depth == state[ROW_DEPTH] + 1 and stack[depth, 0] == 91 and len(ends) > 0
    number = stack[depth, 2]
    if number:
        out[at] = 44
        at += 1
    stack[depth, 2] += 1
    if row and number < len(ends):
        start = ends[number - 1] if number else 0
        at = put(out, at, names, start, ends[number])
    elif stack[depth, 0] == 123:
        out[at] = 34
        at = put(out, at + 1, key, 0, state[KEY_LENGTH])
        out[at], out[at + 1] = 34, 58
        at += 2
    return at


@fused
def write_rows(buf, out, lines, table, marks, state, stack, places, slots, pool, key, names, ends):  # type: ignore[no-untyped-def]
    """Write each value at the places of `table` as a line: (bytes used, bytes written).

    `marks` says of each place the table whose rows stand there, -1 none; what belongs to other tables is left out. A
    row that is a list gets the `names` (each `"name":`, up to its end in `ends`, the last for all that is beyond it).
    """
    i = at = np.int64(0)
    margin = 2 * len(key) + len(names) + 64
    while i < len(buf) and at + margin < len(out):
        c = buf[i]
        writing = state[OPEN] and state[DROP_DEPTH] < 0
        if state[IN_STRING]:
            if c == 10 or c == 13:
                if lines:
                    state[IN_STRING] = state[IS_KEY] = state[ESCAPED] = state[SCALAR_DROPPED] = 0
                    continue
                c = np.uint8(32)
            if state[IS_KEY]:
                if state[ESCAPED] == 0 and c == 34:
                    state[IN_STRING] = state[IS_KEY] = 0
                else:
                    state[ESCAPED] = state[ESCAPED] == 0 and c == 92
                    take_key(c, state, key)
            else:
                if writing and state[SCALAR_DROPPED] == 0:
                    out[at] = c
                    at += 1
                if state[ESCAPED]:
                    state[ESCAPED] = 0
                elif c == 92:
                    state[ESCAPED] = 1
                elif c == 34:
                    state[IN_STRING] = state[SCALAR_DROPPED] = 0
                    at = end_of_value(out, at, state)
            i += 1
            continue
        if state[IN_SCALAR] and (c <= 32 or c == 44 or c == 91 or c == 93 or c == 123 or c == 125):
            state[IN_SCALAR] = state[SCALAR_DROPPED] = 0
            at = end_of_value(out, at, state)
            writing = state[OPEN] and state[DROP_DEPTH] < 0
        if c <= 32:
            if lines and (c == 10 or c == 13):
                if state[OPEN]:
                    out[at] = 10
                    at += 1
                state[DEPTH] = state[WANTS_KEY] = state[OPEN] = state[SINGLE] = 0
                state[DROP_DEPTH] = -1
        elif c == 44:
            state[WANTS_KEY] = state[DEPTH] > 0 and stack[state[DEPTH], 0] == 123
        elif c == 58:
            if state[DEPTH] > 0:
                state[WANTS_KEY] = 0
                state[VALUE_PLACE] = find_place(
                    places, slots, state, pool, key, stack[state[DEPTH], 1], max(state[HASH], np.int64(3)), False
                )
        elif c == 125 or c == 93:
            state[WANTS_KEY] = 0
            depth = state[DEPTH]
            if depth > 0:
                state[DEPTH] -= 1
                if state[DROP_DEPTH] >= 0:
                    if state[DEPTH] == state[DROP_DEPTH]:
                        state[DROP_DEPTH] = -1
                elif writing:
                    row = depth == state[ROW_DEPTH] + 1 and stack[depth, 0] == 91 and len(ends) > 0
                    if row:
                        if stack[depth, 2] >= len(ends):
                            out[at] = 93
                            at += 1
                        c = np.uint8(125)
                    out[at] = c
                    at += 1
                    at = end_of_value(out, at, state)
                if state[DEPTH] < state[SKIP]:
                    state[DONE] = 1
                    return i + 1, at
        elif c == 34 and state[WANTS_KEY]:
            state[IN_STRING] = 1
            begin_key(state)
        elif state[IN_SCALAR]:
            if writing and state[SCALAR_DROPPED] == 0:
                out[at] = c
                at += 1
        else:
            place = place_of_value(places, slots, state, stack, pool, key, False)
            mark = marks[place]
            container = c == 123 or c == 91
            dropped = False
            begins = False
            if not state[OPEN]:
                if mark == table:
                    begins = True
                    state[OPEN], state[ROW_DEPTH], state[DROP_DEPTH] = 1, state[DEPTH], -1
                    writing = True
            elif writing:
                dropped = mark != -1 and mark != table
            if writing and not dropped:
                keyed = begins and state[BESIDE] and state[DEPTH] > 0 and stack[state[DEPTH], 0] == 123
                if keyed:
                    at = put(out, at, _KEY, 0, len(_KEY))
                    out[at] = 34
                    at = put(out, at + 1, key, 0, state[KEY_LENGTH])
                    out[at] = 34
                    at += 1
                    if c != 123:
                        at = put(out, at, _VALUE, 0, len(_VALUE))
                        state[SINGLE] = 1
                elif not begins:
                    at = lead(out, at, state, stack, key, names, ends)
                if not (keyed and c == 123):
                    out[at] = 123 if begins and c == 91 and len(ends) > 0 else c
                    at += 1
            if container:
                if dropped:
                    state[DROP_DEPTH] = state[DEPTH]
                if state[DEPTH] < DEEPEST:
                    state[DEPTH] += 1
                depth = state[DEPTH]
                stack[depth, 0], stack[depth, 1] = c, place
                stack[depth, 2] = begins and state[BESIDE] and c == 123 and depth > 1 and stack[depth - 1, 0] == 123
                state[WANTS_KEY] = c == 123
            elif c == 34:
                state[IN_STRING] = 1
                state[SCALAR_DROPPED] = dropped
            else:
                state[IN_SCALAR] = 1
                state[SCALAR_DROPPED] = dropped
        i += 1
    return i, at


@leaf
def end_of_value(out, at, state):  # type: ignore[no-untyped-def]
    """End the row if the value that just ended is one."""
    if state[OPEN] and state[DROP_DEPTH] < 0 and state[DEPTH] == state[ROW_DEPTH]:
        state[OPEN] = 0
        if state[SINGLE]:
            state[SINGLE] = 0
            out[at] = 125
            at += 1
        out[at] = 10
        at += 1
    return at
