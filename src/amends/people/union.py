"""Union-find over composite-key groups, with vetoes: what must never be one human is never joined.

Every entry carries its SSN, birth date, given name, suffix and middle name; the root of a set carries the first that
is known in the set. Joining is refused when the two sets contradict each other: two SSNs or birth dates further apart
than a typing error, two given names (under a key with the SSN: two that are not alike), two suffixes, two middle names
without an equal SSN or birth date, the second of two given names without an equal SSN, or a reviewer who called them
different. A group of a weak key (one without the SSN) that contradicts itself is ambiguous: only members that share an
SSN or birth date are joined in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.lexicon import Ints, Words
from amends.people.strings import jaro_winkler

NO_WHY = -1
VETOES_KEPT = 200_000
_WINDOW = 64
_ALIKE = 0.8
"""Jaro-Winkler of two names that may be one, miswritten."""


@dataclass(slots=True)
class Forest:
    """The sets so far. All arrays have one slot an entry: SSN, birth date, given name, suffix and middle name are
    integers, 0 when unknown. Names are their codes in the dictionary `names`, plus one; a middle name that is the
    second of two given names is negative.

    `apart`, shape (n, 2), are pairs of entries that are never joined; `bound` marks the sets they are in.
    """

    ssn: Ints
    dob: Ints
    given: Ints
    suffix: NDArray[np.int8]
    middle: Ints
    names: Words
    apart: Ints = field(init=False)
    parent: Ints = field(init=False)
    bound: NDArray[np.bool_] = field(init=False)
    why: NDArray[np.int8] = field(init=False)
    vetoes: NDArray[np.int32] = field(init=False)
    veto_count: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.ssn)
        self.apart = np.empty((0, 2), np.int32)
        self.parent = np.arange(count, dtype=np.int32)
        self.bound = np.zeros(count, np.bool_)
        self.why = np.full(count, NO_WHY, np.int8)
        self.vetoes = np.empty((VETOES_KEPT, 2), np.int32)
        self.veto_count = np.zeros(1, np.int64)

    def keep_apart(self, apart: Ints) -> None:
        """Never join these pairs of entries, shape (n, 2), which a reviewer called different."""
        self.apart = apart
        self.bound[apart.ravel()] = True

    def join(self, keys: NDArray[np.uint64], numbers: Ints, why: int, *, strong: bool) -> None:
        """Join the members of every group of equal keys. `keys` ascending, whole groups only; `why` is recorded."""
        _join_groups(
            keys,
            numbers,
            np.int8(why),
            strong,
            self.parent,
            self.ssn,
            self.dob,
            self.given,
            self.suffix,
            self.middle,
            self.names.starts,
            self.names.data,
            self.apart,
            self.bound,
            self.why,
            self.vetoes,
            self.veto_count,
        )

    def labels(self) -> Ints:
        """The number of the first member of every entry's set."""
        _flatten(self.parent)
        return self.parent

    def refused(self) -> NDArray[np.int32]:
        """Pairs of entries whose joining was refused, at most `VETOES_KEPT`, shape (n, 2)."""
        return self.vetoes[: min(int(self.veto_count[0]), VETOES_KEPT)]


@njit(cache=True, nogil=True)
def _find(parent, i):  # type: ignore[no-untyped-def]
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def _flatten(parent):  # type: ignore[no-untyped-def]
    for i in range(len(parent)):
        parent[i] = parent[parent[i]]


@njit(cache=True, nogil=True)
def _digits_apart(a, b):  # type: ignore[no-untyped-def]
    """Number of differing decimal digits; 1 for two neighbouring digits swapped."""
    apart = 0
    last_a, last_b, run = -1, -1, 0
    swapped = False
    while a or b:
        x, y = a % 10, b % 10
        if x != y:
            apart += 1
            if run == 1 and x == last_b and y == last_a:
                swapped = True
            last_a, last_b, run = x, y, 1
        else:
            run = 0
        a //= 10
        b //= 10
    return 1 if apart == 2 and swapped else apart


@njit(cache=True, nogil=True)
def _dob_agrees(a, b):  # type: ignore[no-untyped-def]
    """Equal, one digit off, or day and month swapped."""
    if a == b or _digits_apart(a, b) <= 1:
        return True
    return a // 10000 == b // 10000 and (a // 100) % 100 == b % 100 and a % 100 == (b // 100) % 100


@njit(cache=True, nogil=True)
def _alike(a, b, starts, data):  # type: ignore[no-untyped-def]
    """Whether two names, by code plus one, are equal, an initial and its name, or nearly written the same; names in
    other scripts are equal or not."""
    if a == b:
        return True
    i, i_end, j, j_end = starts[a - 1], starts[a], starts[b - 1], starts[b]
    if data[i] > 127 or data[j] > 127:
        return False
    if i_end - i == 1 or j_end - j == 1:
        return data[i] == data[j]
    return jaro_winkler(data, i, i_end, j, j_end) >= _ALIKE


@njit(cache=True, nogil=True)
def _agree(a, b, strong, ssn, dob, given, suffix, middle, starts, data):  # type: ignore[no-untyped-def]
    """Whether two sets, by their roots, may be one human."""
    if ssn[a] and ssn[b] and ssn[a] != ssn[b]:
        named = given[a] != 0 and given[a] == given[b]
        if not named or _digits_apart(ssn[a], ssn[b]) > 1 or not (dob[a] and dob[a] == dob[b]):
            return False
    if dob[a] and dob[b] and not _dob_agrees(dob[a], dob[b]):
        return False
    if given[a] and given[b] and given[a] != given[b] and not (strong and _alike(given[a], given[b], starts, data)):
        return False
    numbered = ssn[a] != 0 and ssn[a] == ssn[b]
    born = dob[a] != 0 and dob[a] == dob[b] and not (middle[a] < 0 and middle[b] < 0)
    named = numbered or born or not middle[a] or not middle[b]
    if not named and not _alike(abs(middle[a]), abs(middle[b]), starts, data):
        return False
    return not (suffix[a] and suffix[b] and suffix[a] != suffix[b])


@njit(cache=True, nogil=True)
def _called_different(a, b, parent, apart, bound):  # type: ignore[no-untyped-def]
    """Whether a reviewer called a member of one set and a member of the other different."""
    if bound[a] and bound[b]:
        for i in range(len(apart)):
            x, y = _find(parent, apart[i, 0]), _find(parent, apart[i, 1])
            if (x == a and y == b) or (x == b and y == a):
                return True
    return False


@njit(cache=True, nogil=True)
def _unite(a, b, parent, ssn, dob, given, suffix, middle):  # type: ignore[no-untyped-def]
    """Make one set of two roots; the smaller number stays root and learns what the other knows."""
    if b < a:
        a, b = b, a
    parent[b] = a
    if not ssn[a]:
        ssn[a] = ssn[b]
    if not dob[a]:
        dob[a] = dob[b]
    if not given[a]:
        given[a] = given[b]
    if not suffix[a]:
        suffix[a] = suffix[b]
    if not middle[a]:
        middle[a] = middle[b]


@njit(cache=True, nogil=True)
def _ambiguous(numbers, parent, ssn, dob, given, suffix):  # type: ignore[no-untyped-def]
    """Whether some members of a weak group contradict what the members before them said."""
    known_ssn, known_dob, known_given, known_suffix = 0, 0, 0, 0
    for number in numbers:
        root = _find(parent, number)
        if ssn[root]:
            if known_ssn and known_ssn != ssn[root] and _digits_apart(known_ssn, ssn[root]) > 1:
                return True
            known_ssn = ssn[root]
        if dob[root]:
            if known_dob and not _dob_agrees(known_dob, dob[root]):
                return True
            known_dob = dob[root]
        if given[root]:
            if known_given and known_given != given[root]:
                return True
            known_given = given[root]
        if suffix[root]:
            if known_suffix and known_suffix != suffix[root]:
                return True
            known_suffix = suffix[root]
    return False


@njit(cache=True, nogil=True)
def _join_one(  # type: ignore[no-untyped-def]
    i, start, unclear, numbers, why, strong, parent, ssn, dob, given, suffix, middle, starts, data, apart, bound, whys
):
    """Join member `i` with the group's first member or one of the last before it that it agrees with."""
    for step in range(min(i - start, _WINDOW)):
        j = start if step == 0 else i - step
        a, b = _find(parent, numbers[j]), _find(parent, numbers[i])
        if a == b:
            return True
        shared = (ssn[a] and ssn[a] == ssn[b]) or (dob[a] and dob[a] == dob[b])
        if (
            (not unclear or shared)
            and _agree(a, b, strong, ssn, dob, given, suffix, middle, starts, data)
            and not _called_different(a, b, parent, apart, bound)
        ):
            _unite(a, b, parent, ssn, dob, given, suffix, middle)
            bound[min(a, b)] |= bound[max(a, b)]
            for member in (numbers[i], numbers[j]):
                if whys[member] == NO_WHY:
                    whys[member] = why
            return True
    return False


@njit(cache=True, nogil=True)
def _join_groups(  # type: ignore[no-untyped-def]
    keys,
    numbers,
    why,
    strong,
    parent,
    ssn,
    dob,
    given,
    suffix,
    middle,
    starts,
    data,
    apart,
    bound,
    whys,
    vetoes,
    refused,
):
    start = 0
    count = len(keys)
    while start < count:
        end = start + 1
        while end < count and keys[end] == keys[start]:
            end += 1
        if end - start > 1:
            unclear = not strong and _ambiguous(numbers[start:end], parent, ssn, dob, given, suffix)
            for i in range(start + 1, end):
                joined = _join_one(
                    i,
                    start,
                    unclear,
                    numbers,
                    why,
                    strong,
                    parent,
                    ssn,
                    dob,
                    given,
                    suffix,
                    middle,
                    starts,
                    data,
                    apart,
                    bound,
                    whys,
                )
                if not joined:
                    if refused[0] < len(vetoes):
                        vetoes[refused[0], 0] = numbers[start]
                        vetoes[refused[0], 1] = numbers[i]
                    refused[0] += 1
        start = end
