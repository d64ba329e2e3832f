"""find(): the personal values of a text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.scan.text.find import find


def test_positions_are_characters_whatever_the_script() -> None:
    text = "Jürgen Müller — “naïve” — SSN 123-45-6788"
    found = {mention.element: mention for mention in find(text)}
    assert found["ssn"].text == "123-45-6788" == text[found["ssn"].start : found["ssn"].end]
    assert found["name"].text == "Jürgen Müller"


def test_names_are_known_by_titles_cues_and_lists() -> None:
    def names(text: str) -> list[str]:
        return [mention.text for mention in find(text) if mention.element == "name"]

    assert names("Please see Dr. Xyzzy Qwerty about it") == ["Xyzzy Qwerty"]
    assert names("My name is Tolvaj Abcdef.") == ["Tolvaj Abcdef"]
    assert names("Smith, Robert was here") == ["Smith, Robert"]
    assert names("It was John Q. Smith who called") == ["John Q. Smith"]
    assert names("The Johnson Group is a company") == []


def test_places_are_no_names() -> None:
    assert [(m.element, m.text) for m in find("We moved to New Zealand from Seattle")] == [
        ("place", "New Zealand"),
        ("place", "Seattle"),
    ]


def test_a_neighbour_of_another_kind_raises_confidence() -> None:
    alone = find("see 123-45-6788")[0].confidence
    beside = next(m for m in find("see 123-45-6788 or joe@example.com") if m.element == "ssn").confidence
    assert beside > alone


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for mention in find(text):
        assert text[mention.start : mention.end] == mention.text
