"""The vocabulary and masks over it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.elements import ALL, BY_ID, COMPOSITES, ELEMENTS, expand, mask, minimal, unmask

SETS = st.sets(st.sampled_from([element.id for element in ELEMENTS]))
MASKS = st.integers(min_value=0, max_value=ALL)


@given(SETS)
def test_a_set_of_elements_survives_the_way_to_a_mask_and_back(ids: set[str]) -> None:
    assert unmask(mask(ids)) == ids


@given(SETS, SETS)
def test_the_mask_of_a_union_is_the_union_of_masks(one: set[str], other: set[str]) -> None:
    assert mask(one | other) == mask(one) | mask(other)
    assert mask(one & other) == mask(one) & mask(other)


def test_bits_are_those_that_stored_tables_rely_on() -> None:
    assert [element.bit for element in ELEMENTS] == list(range(40))
    assert (BY_ID["ssn"].bit, BY_ID["imsi"].bit, BY_ID["customer_account"].bit) == (5, 25, 39)


def test_every_element_has_its_own_names_in_both_languages() -> None:
    assert len({element.english for element in ELEMENTS}) == len(ELEMENTS)
    assert len({element.spanish for element in ELEMENTS}) == len(ELEMENTS)
    assert all(element.english and element.spanish for element in ELEMENTS)


def test_an_unknown_element_is_named() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        mask(["ssn", "shoe_size"])
    with pytest.raises(ValueError, match="bits"):
        unmask(1 << 50)
    with pytest.raises(ValueError, match="bits"):
        unmask(-1)


def test_a_combination_with_a_composite_has_one_mask_for_each_alternative() -> None:
    masks = expand(["name", "account_number_with_access"])
    assert masks == tuple(sorted(mask(["name"]) | option for option in COMPOSITES["account_number_with_access"].any_of))


def test_an_account_number_with_a_pin_does_not_come_from_a_customer_account() -> None:
    carrier = mask(["name", "customer_account", "pin", "phone"])
    assert not any(carrier & option == option for option in expand(["account_number_with_access"]))


@given(st.sets(MASKS, max_size=8), MASKS)
def test_minimal_masks_are_met_exactly_when_the_full_set_is(masks: set[int], person: int) -> None:
    assert any(person & m == m for m in masks) == any(person & m == m for m in minimal(masks))
