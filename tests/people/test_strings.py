"""The string kernels agree with the slow, obvious definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.people.strings import beyond, can_be_alike, can_be_near, edits, jaro_winkler, marks, starts_or_ends

WORDS = st.text("abcd", max_size=9)


def side_by_side(one: str, other: str) -> tuple[np.ndarray, int, int, int, int]:
    """Both texts in one buffer, with where each begins and ends."""
    data = np.frombuffer((one + other).encode() or b"\0", np.uint8)
    return data, 0, len(one), len(one), len(one) + len(other)


def slow_edits(one: str, other: str) -> int:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                table[i][j] = i + j
                continue
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@settings(deadline=None)
@given(WORDS, WORDS, st.integers(0, 5))
def test_edits_are_counted_up_to_the_limit(one: str, other: str, limit: int) -> None:
    places = np.zeros(256, np.uint64)
    assert edits(*side_by_side(one, other), limit, places) == min(slow_edits(one, other), limit + 1)
    assert not places.any()


@settings(deadline=None)
@given(WORDS, WORDS)
def test_marks_never_hide_words_that_are_near(one: str, other: str) -> None:
    data = np.frombuffer((one + other).encode() or b"\0", np.uint8)
    mark = marks(np.array([0, len(one), len(one) + len(other)], np.int32), data)
    apart, back = beyond(mark[0], mark[1]), beyond(mark[1], mark[0])
    assert max(apart, back) <= slow_edits(one, other)
    assert can_be_near(mark[0], mark[1], slow_edits(one, other))
    prefix = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if one and other and jaro_winkler(*side_by_side(one, other)) >= 0.8:
        assert can_be_alike(len(one), len(other), prefix, apart, back, 0.8)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("martha", "marhta", 0.9611), ("dwayne", "duane", 0.84), ("dixon", "dicksonx", 0.8133), ("abc", "xyz", 0.0)],
)
def test_jaro_winkler_gives_the_published_values(one: str, other: str, expected: float) -> None:
    assert jaro_winkler(*side_by_side(one, other)) == pytest.approx(expected, abs=1e-4)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_jaro_winkler_lies_between_nothing_and_one_and_is_one_only_for_equal_texts(one: str, other: str) -> None:
    similarity = jaro_winkler(*side_by_side(one, other))
    assert 0 <= similarity <= 1
    assert (similarity > 0.9999) == (one == other)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_one_text_begins_or_ends_the_other(one: str, other: str) -> None:
    short, long = sorted((one, other), key=len)
    assert starts_or_ends(*side_by_side(one, other)) == (long.startswith(short) or long.endswith(short))
