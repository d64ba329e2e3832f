"""The disclosure filter hears a withheld fact however it is spelt, and does not hear what is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.notices.likeness import readings, says

DISGUISES = [
    ("LAB ROUTERS", "lab router"),
    ("the lab's router", "lab router"),
    ("lab of the router", "lab router"),
    ("lab\n   router", "lab router"),
    ("a lab rou-\nter", "lab router"),
    ("a lab rou\u200bter", "lab router"),
    ("a lab rou\u00adter", "lab router"),
    ("a \u202elab\u202c router", "lab router"),
    ("lab&nbsp;router", "lab router"),
    ("lab r&#111;uter", "lab router"),
    ("lab r&amp;#x6f;uter", "lab router"),
    ("lab <b>rou</b>ter", "lab router"),
    ("lab<br>router", "lab router"),
    ("our labrouter", "lab router"),
    ("lab_router", "lab router"),
    ("lab-router", "lab router"),
    ("the l a b r o u t e r was", "lab router"),
    ("l.a.b. r.o.u.t.e.r", "lab router"),
    ("lа\u0301b rоuter", "lab router"),  # Cyrillic letters and a combining accent
    ("ｌａｂ ｒｏｕｔｅｒ", "lab router"),
    ("la contraseña del servidor", "CONTRASENA DE LOS SERVIDORES"),
    ("el servidor robado", "servidores robados"),
    ("they guessed passwords", "guessing password"),
    ("It touched 54,321 people", "54321"),
    ("54 321 persons", "54,321"),
    ("54.321 personas", "54321"),
    ("54'321", "54321"),
    ("5 4 3 2 1", "54321"),
    ("fifty-four thousand three hundred and twenty-one people", "54,321 people"),
    ("cincuenta y cuatro mil trescientos veintiuno", "54321"),
    ("54 thousand people", "54,000"),
    ("two million", "2,000,000"),
    ("it began on 2021-08-12", "August 12, 2021"),
    ("el 12 de agosto de 2021", "August 12, 2021"),
    ("12 August 2021", "2021-08-12"),
    ("08/12/2021", "August 12, 2021"),
    ("12/08/2021", "August 12, 2021"),
    ("8-12-21", "August 12, 2021"),
    ("2021/8/12", "August 12, 2021"),
    ("August 12, 2021", "12.08.2021"),
    ("It was August 12, 2021.", "August 12"),
    ("el 12 de agosto de 2021", "12 de agosto"),
    ("the 12th of August 2021", "August 12, 2021"),
    ("August 12th, 2021", "12 de agosto de 2021"),
    ("(800) 555-0100", "1-800-555-0100"),
    ("18005550100", "1-800-555-0100"),
    ("1 800 555 01 00", "1-800-555-0100"),
]
OTHERS = [
    ("our computer systems", "our computer sys"),
    ("an available router", "lab router"),
    ("lab equipment and a router", "lab router"),
    ("August 13, 2021", "August 12, 2021"),
    ("August 12, 2021", "August 1"),
    ("August 12, 2021", "12/09/2021"),
    ("2021 was the year of 12 things in 08 places", "2021-08-12"),
    ("1,234 people, call 1-800-685-1111", "12341"),
    ("tests", "test2"),
    ("anything", " "),
    ("anything", "…"),
    ("", "router"),
]


@pytest.mark.parametrize(("text", "secret"), DISGUISES)
def test_a_withheld_fact_is_heard_in_any_spelling(text: str, secret: str) -> None:
    assert says(readings(f"We know this: {text}. Call us."), secret)


@pytest.mark.parametrize(("text", "secret"), OTHERS)
def test_what_is_not_said_is_not_heard(text: str, secret: str) -> None:
    assert not says(readings(text), secret)


TRADE = ["router", "police", "lab", "server", "stolen", "phone", "bill", "letter"]
WORDS = st.lists(st.sampled_from(TRADE), min_size=1, max_size=5)


@given(WORDS, WORDS, WORDS, st.sampled_from([" ", "\n", "\u200b ", "&nbsp;", " <i>", "</p><p>", ", ", " - "]))
def test_words_are_heard_between_other_words_whatever_parts_them(
    before: list[str], secret: list[str], after: list[str], gap: str
) -> None:
    text = gap.join([*before, *secret, *after])
    assert says(readings(text), " ".join(secret).upper())


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_can_be_compared_with_any_other(text: str, secret: str) -> None:
    assert says(readings(text), secret) in (True, False)
