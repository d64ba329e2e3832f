"""Contraction joins what weighs most in sum, never against a hard rule, and never what fits two people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.people.cluster import contract

NODES = 7
PAIRS = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.sampled_from([-0.2, -0.06, 0.05, 0.12, 0.24])),
    max_size=25,
)
"""Too light in sum to say that two sets are surely two."""


def contracted(
    pairs: list[tuple[int, int, float]],
    *,
    ssn: tuple[int, ...] = (),
    dob: tuple[int, ...] = (),
    suffix: tuple[int, ...] = (),
) -> list[int]:
    """The labels of seven nodes."""

    def filled(values: tuple[int, ...], kind: type) -> np.ndarray:
        return np.array([*values, *[0] * (NODES - len(values))], kind)

    rows = np.array(pairs, np.float64).reshape(-1, 3)
    return contract(
        NODES,
        rows[:, 0].astype(np.int32),
        rows[:, 1].astype(np.int32),
        rows[:, 2].astype(np.float32),
        filled(ssn, np.int32),
        filled(dob, np.int32),
        filled(suffix, np.int8),
    ).tolist()


def slow_contraction(pairs: list[tuple[int, int, float]]) -> list[int]:
    """Add up all weights between two sets, join the heaviest pair, again; ties by the first pair given."""
    label = list(range(NODES))
    while True:
        sums: dict[tuple[int, int], float] = {}
        for a, b, weight in pairs:
            if label[a] != label[b]:
                key = (min(label[a], label[b]), max(label[a], label[b]))
                sums[key] = sums.get(key, 0.0) + weight
        best = max(sums.values(), default=0.0)
        if best <= 0:
            return label
        one, other = min(key for key, value in sums.items() if value == best)
        label = [one if value == other else value for value in label]


@settings(deadline=None, max_examples=300)
@given(PAIRS, st.integers(0, 2**31))
def test_it_gives_what_the_obvious_method_gives_wherever_no_two_sums_tie(
    pairs: list[tuple[int, int, float]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    distinct = [(a, b, float(np.float32(weight + random.random() / 400))) for a, b, weight in pairs]
    assert contracted(distinct) == slow_contraction(distinct)


def test_evidence_against_outweighs_a_chain() -> None:
    assert contracted([(0, 1, 5), (1, 2, 4), (0, 2, -6)])[:3] == [0, 0, 2]


def test_repeated_pairs_add_up() -> None:
    assert contracted([(0, 1, 3), (1, 0, -4)])[:2] == [0, 1]
    assert contracted([(0, 1, 5), (1, 0, -4)])[:2] == [0, 0]


def test_two_ssns_too_far_apart_never_meet_even_through_others() -> None:
    assert contracted([(0, 1, 9), (1, 2, 7)], ssn=(219091234, 0, 457551462))[:3] == [0, 0, 2]
    assert contracted([(0, 1, 9)], ssn=(219091234, 219091243))[:2] == [0, 0]


def test_birth_dates_too_far_apart_meet_only_under_one_ssn() -> None:
    assert contracted([(0, 1, 9)], dob=(19500303, 19827191))[:2] == [0, 1]
    assert contracted([(0, 1, 9)], dob=(19500303, 19827191), ssn=(219091234, 219091234))[:2] == [0, 0]


def test_father_and_son_of_one_name_stay_two() -> None:
    assert contracted([(0, 1, 19)], suffix=(1, 2))[:2] == [0, 1]


def test_what_fits_two_people_equally_joins_neither() -> None:
    assert contracted([(0, 2, 8), (1, 2, 8), (0, 1, -1000)])[:3] == [0, 1, 2]
    assert contracted([(0, 2, 8), (1, 2, 8), (0, 1, -6.5)])[:3] == [0, 1, 2]
    assert contracted([(0, 2, 8), (1, 2, 8), (0, 1, -2)])[:3] == [0, 0, 0]
    assert contracted([(0, 2, 8), (1, 2, 4), (0, 1, -1000)])[:3] == [0, 1, 0]


def test_components_contracted_in_stretches_give_the_same_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    left, right = (random.integers(0, 3_000, 4_000).astype(np.int32) for _ in range(2))
    weight = random.normal(0, 5, 4_000).astype(np.float32)
    nothing, none = np.zeros(3_000, np.int32), np.zeros(3_000, np.int8)
    whole = contract(3_000, left, right, weight.copy(), nothing, nothing, none)
    monkeypatch.setattr("amends.people.cluster._AT_MOST", 100)
    assert np.array_equal(contract(3_000, left, right, weight.copy(), nothing, nothing, none), whole)
    assert len(np.unique(whole)) < 3_000
