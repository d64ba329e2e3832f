"""The list of elements in words, and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.elements import ALL, ELEMENTS, mask
from amends.notices import in_words, read_back

MASKS = st.sets(st.sampled_from([element.id for element in ELEMENTS])).map(mask)


@pytest.mark.parametrize(
    ("ids", "language", "words"),
    [
        (["name"], "en", "name"),
        (["name", "ssn"], "en", "name and Social Security number"),
        (["name", "address", "email"], "en", "name, postal address, and e-mail address"),
        (["pin", "security_answer"], "en", "account PIN and security question and answer"),
        (["name"], "es", "nombre"),
        (["name", "ssn"], "es", "nombre y número de Seguro Social"),
        (["name", "phone", "dob"], "es", "nombre, número de teléfono y fecha de nacimiento"),
        (["name", "medical"], "es", "nombre e información médica"),
        ([], "en", ""),
    ],
)
def test_a_list_has_the_right_commas_and_conjunction(ids: list[str], language: str, words: str) -> None:
    assert in_words(mask(ids), language) == words


@given(MASKS, st.sampled_from(["en", "es"]))
def test_every_list_reads_back_as_its_mask(elements: int, language: str) -> None:
    assert read_back(in_words(elements, language), language) == elements


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_list_of_all_elements_reads_back(language: str) -> None:
    assert read_back(in_words(ALL, language), language) == ALL


@pytest.mark.parametrize(
    "words",
    ["name, ", "names", "name and", "name and name", "Social Security number and name", "shoe size", "name name"],
)
def test_what_is_not_a_list_of_elements_reads_back_as_nothing(words: str) -> None:
    assert read_back(words, "en") is None
