"""Names of people and places in free text, without a language model."""

from __future__ import annotations

import numpy as np
import pytest

from amends.scan.text.find import find
from amends.scan.text.names import scan_names


def found(text: str, element: str) -> list[str]:
    return [mention.text for mention in find(text) if mention.element == element]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hrvoje, can you call me?", "Hrvoje"),
        ("The letter was written by Ekmelić.", "Ekmelić"),
        ("Zsófika said it was late", "Zsófika"),
        ("Here is Tjorven's address", "Tjorven"),
        ("We invited Oswin, Maria and Peter", "Oswin"),
        ("my name is mieszko", "mieszko"),
        ("please add julie novák to my account", "julie novák"),
    ],
)
def test_a_word_that_no_list_knows_is_a_name_where_only_a_human_can_stand(text: str, name: str) -> None:
    assert name in found(text, "name")


@pytest.mark.parametrize(
    "text",
    [
        "Can I speak to a REAL PERSON about White Papers?",
        "I'm sure we'll see. Don't worry, that's fine.",
        "The SIM and the API are from UTC to DST",
        "Will it be May or June? Mark my words.",
        "from numpy import arrays into kernelspace",
        "see https://example.com/JavaScript_Guide and MyClassName",
        "We went to 12 Gumpendorf Allee 44",
    ],
)
def test_everyday_words_code_and_streets_are_no_names(text: str) -> None:
    assert found(text, "name") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("He grew up in Dornberk.", "Dornberk"),
        ("she moved here from burkina faso", "burkina faso"),
        ("Apt. 12\n KAJAANI\n Sri Lanka 12345", "KAJAANI"),
        ("He lives at 16 Salontie 51, Črni Vrh", "Črni Vrh"),
        ("They met in San Giuseppe Vesuviano", "San Giuseppe Vesuviano"),
        ("14 Hexham Road\nHousse WLG 95697", "Housse"),
        ("The flight to New York was late", "New York"),
    ],
)
def test_a_place_is_known_by_lists_by_what_goes_before_and_by_its_line_of_an_address(text: str, place: str) -> None:
    assert any(name.startswith(place) for name in found(text, "place"))


def test_a_given_name_wins_against_a_town_and_a_country_against_a_name() -> None:
    assert found("Madison Keller called", "name") == ["Madison Keller"]
    assert found("We flew to Madison", "place") == ["Madison"]
    assert found("Georgia was warm", "place") == ["Georgia"]


def test_what_is_found_does_not_depend_on_how_much_room_the_pass_is_given() -> None:
    text = "Dear Ann Smith, meet Bob Jones and Eve Miller in Paris. " * 400
    short = scan_names(np.frombuffer(text[: len(text) // 2].encode(), np.uint8)).spans
    whole = scan_names(np.frombuffer(text.encode(), np.uint8)).spans
    assert len(whole) == 2 * len(short)
