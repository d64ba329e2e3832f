"""Numbers that are valid, distinct and written in any shape; slips that stay slips."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from amends.carrier import identifiers, noise
from amends.carrier.dice import Dice
from tests.carrier.reading import usable_ssn


@given(st.integers(0, 2**40), st.integers(1, 5_000))
def test_a_shuffle_is_a_permutation(seed: int, space: int) -> None:
    numbers = Dice(seed).shuffle("any", np.arange(space, dtype=np.int64), space)
    assert sorted(numbers.tolist()) == list(range(space))


@given(st.integers(0, 2**40), st.integers(0, 800_000_000))
def test_ssns_are_valid_and_distinct(seed: int, first: int) -> None:
    numbers = identifiers.ssns(Dice(seed), np.arange(first, first + 50, dtype=np.int64)).tolist()
    assert len(set(numbers)) == 50
    assert all(usable_ssn(f"{number:09d}") for number in numbers)


@given(st.lists(st.integers(0, 10**14 - 1), min_size=1, max_size=20))
def test_the_check_digit_makes_the_luhn_sum_a_multiple_of_ten(bodies: list[int]) -> None:
    digits = identifiers.luhn(np.array(bodies, np.int64)).tolist()
    for body, check in zip(bodies, digits, strict=True):
        total = 0
        for place, character in enumerate(reversed(f"{body}{check}")):
            value = int(character) * (2 if place % 2 else 1)
            total += value - 9 if value > 9 else value
        assert total % 10 == 0


@given(st.lists(st.integers(0, 9_999_999_999), max_size=20))
def test_a_picture_writes_the_digits_it_was_given(numbers: list[int]) -> None:
    texts = identifiers.picture("(999) 999-9999", np.array(numbers, np.int64)).to_pylist()
    assert ["".join(filter(str.isdigit, text)) for text in texts] == [f"{number:010d}" for number in numbers]


def test_phone_numbers_begin_with_an_exchange_that_reaches_nobody() -> None:
    areas = [np.array([206, 253], np.int64)]
    phones = identifiers.phones(Dice(1), areas, np.zeros(5_000, np.int64), np.arange(5_000, dtype=np.int64)).tolist()
    assert len(set(phones)) == 5_000
    assert {number // 10_000 % 1_000 for number in phones} == {555}


@given(st.lists(st.text("abcdefgéễ", min_size=1, max_size=9), min_size=1, max_size=20), st.integers(0, 2**60))
def test_a_misspelt_name_loses_a_letter_or_swaps_two(names: list[str], bits: int) -> None:
    hit = np.ones(len(names), np.bool_)
    slips = noise.misspell(pa.array(names, pa.string()), hit, np.full(len(names), bits, np.int64)).to_pylist()
    for name, slip in zip(names, slips, strict=True):
        assert len(name) - len(slip) in (0, 1)
        assert len(name) <= 3 or sorted(slip) == sorted(name) or len(slip) == len(name) - 1
