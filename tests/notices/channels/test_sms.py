"""The length of text messages: alphabets, places and parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.notices.channels.sms import Length, measure

PUBLISHED = [
    # characters of the default alphabet by messages, and of UCS-2: the tables that message providers publish
    ("a" * 160, Length("GSM-7", 160, 1)),
    ("a" * 161, Length("GSM-7", 161, 2)),
    ("a" * 306, Length("GSM-7", 306, 2)),
    ("a" * 307, Length("GSM-7", 307, 3)),
    ("a" * 459, Length("GSM-7", 459, 3)),
    ("a" * 460, Length("GSM-7", 460, 4)),
    ("a" * 612, Length("GSM-7", 612, 4)),
    ("ш" * 70, Length("UCS-2", 70, 1)),
    ("ш" * 71, Length("UCS-2", 71, 2)),
    ("ш" * 134, Length("UCS-2", 134, 2)),
    ("ш" * 135, Length("UCS-2", 135, 3)),
    ("ш" * 201, Length("UCS-2", 201, 3)),
    ("ш" * 268, Length("UCS-2", 268, 4)),
    # the extension table takes two places each
    ("|^€{}[]~\\", Length("GSM-7", 18, 1)),
    ("a" * 159 + "€", Length("GSM-7", 161, 2)),
    ("€" * 80, Length("GSM-7", 160, 1)),
    # what is and what is not in the default alphabet
    ("¿Él señaló?", Length("UCS-2", 11, 1)),
    ("¿Él señalò?", Length("GSM-7", 11, 1)),
    ("ç", Length("UCS-2", 1, 1)),
    ("Ç", Length("GSM-7", 1, 1)),
    ("It’s", Length("UCS-2", 4, 1)),
    ("😀", Length("UCS-2", 2, 1)),
    ("", Length("GSM-7", 0, 1)),
]


@pytest.mark.parametrize(("text", "length"), PUBLISHED)
def test_a_message_is_as_long_as_published_tables_say(text: str, length: Length) -> None:
    assert measure(text) == length


def test_two_places_of_one_character_stay_in_one_part() -> None:
    assert measure("a" * 152 + "€" + "a" * 152) == Length("GSM-7", 306, 3)
    assert measure("ш" * 66 + "😀" + "ш" * 66) == Length("UCS-2", 134, 3)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.characters(codec="utf-8"))
def test_one_more_character_never_takes_fewer_parts(text: str, more: str) -> None:
    before, after = measure(text), measure(text + more)
    assert after.parts >= before.parts
    assert before.places <= before.parts * (160 if before.alphabet == "GSM-7" else 70)
