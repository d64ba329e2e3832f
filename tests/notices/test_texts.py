"""The words of notices: complete in both languages, plain, and without a slot that nobody fills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from amends.case import Incident, Organisation
from amends.errors import SettingError
from amends.notices.content import Demand, answer, contacts, unmet
from amends.notices.facts import Facts
from amends.notices.texts import Facets, TemplateError, check_slots, compose, languages, layout, segments
from amends.notices.variants import mark
from tests.notices.people_who_lost import INCIDENT, ORGANISATION
from tests.notices.reading_grade import english_grade, sentences, spanish_ease

FACTS = Facts(Organisation(**ORGANISATION), Incident(**INCIDENT), date(2021, 8, 17), 1234)
NOBODY = Demand(None, (), ())
CASES = list(
    product(
        ("letter", "email"),
        ("first", "supplementary", "courtesy"),
        ("self", "guardian", "estate"),
        ("en", "es"),
        (True, False),
    )
)


def facets(channel: str, kind: str, addressed_to: str, language: str, full: bool) -> Facets:
    return Facets(channel, kind, addressed_to, language, offer=full and addressed_to != "estate", line=full, login=full)


def text_of(case: tuple[Any, ...], demand: Demand = NOBODY) -> str:
    found = answer(demand)
    slots = FACTS.slots(case[3], found.office)
    return compose(facets(*case), FACTS.words(), found.asked, found.removed, slots).text


def leaves(block: Any) -> Iterator[str]:
    if isinstance(block, str):
        yield block
    else:
        for inner in block.values():
            yield from leaves(inner)


@pytest.mark.parametrize("case", CASES)
def test_every_combination_of_blocks_composes_and_states_each_fact_once(case: tuple[Any, ...]) -> None:
    text = text_of(case)
    slots = [slot for _, slot in segments(text) if slot]
    assert slots.count("elements") == 1
    assert slots.count("reference") == 1
    assert slots.count("code") == (1 if case[4] and case[2] != "estate" else 0)
    assert slots.count("address_block") == (1 if case[0] == "letter" else 0)
    assert "\n\n\n" not in text
    for slot in ("elements", "name"):
        assert mark(text, slot).line is not None


def test_the_five_headings_of_california_stand_in_order() -> None:
    text = text_of(("letter", "first", "self", "en", True))
    headings = [
        "What Happened",
        "What Information Was Involved",
        "What We Are Doing",
        "What You Can Do",
        "For More Information",
    ]
    places = [text.index(f"\n\n{heading}\n\n") for heading in headings]
    assert places == sorted(places)


@pytest.mark.parametrize("case", [case for case in CASES if case[3] == "en"])
def test_an_english_notice_reads_at_grade_eight_or_lower(case: tuple[Any, ...]) -> None:
    assert english_grade(text_of(case)) <= 8


@pytest.mark.parametrize("case", [case for case in CASES if case[3] == "es"])
def test_a_spanish_notice_is_plain(case: tuple[Any, ...]) -> None:
    assert spanish_ease(text_of(case)) >= 70


def test_every_block_by_itself_is_plain() -> None:
    for name, block in languages()["en"].blocks.items():
        for text in filter(sentences, leaves(block)):
            assert english_grade(text) <= 8, name
    for name, block in languages()["es"].blocks.items():
        for text in filter(sentences, leaves(block)):
            assert spanish_ease(text) >= 60, name


def test_both_languages_have_the_same_blocks_with_the_same_slots() -> None:
    english, spanish = languages()["en"].blocks, languages()["es"].blocks
    assert english.keys() == spanish.keys()
    for name in english:
        pairs = zip(leaves(english[name]), leaves(spanish[name]), strict=True)
        for one, other in pairs:
            assert sorted(filter(None, (s for _, s in segments(one)))) == sorted(
                filter(None, (s for _, s in segments(other)))
            ), name


def test_an_unknown_slot_is_an_error_that_names_template_and_slot() -> None:
    with pytest.raises(TemplateError, match=r"\{nmae\}.*en\.yaml, block salutation"):
        check_slots("Dear {nmae}:", "template en.yaml, block salutation", frozenset({"name"}))


def test_a_statement_that_shares_its_line_with_another_is_refused() -> None:
    with pytest.raises(TemplateError, match="elements"):
        mark("Dear {name}, we lost {elements}.\n", "elements")


def test_a_fact_that_is_not_known_leaves_its_line_out_and_is_named() -> None:
    facts = Facts(Organisation(name="Meridian Mobile"), Incident(), date(2021, 8, 17), 1)
    found = compose(
        facets("letter", "first", "self", "en", True), facts.words(), frozenset(), frozenset(), facts.slots("en", None)
    )
    assert {"phone", "website", "discovered", "contained"} <= found.missing
    assert "sign up online" not in found.text
    assert "None" not in found.text


def test_an_organisation_without_a_name_or_with_a_brace_in_it_is_refused() -> None:
    for name in ("", "Meridian {code}"):
        with pytest.raises(SettingError, match=r"organisation\.name"):
            Facts(Organisation(name=name), Incident(), date(2021, 8, 17), 1)


def test_massachusetts_hears_nothing_of_the_nature_of_the_breach() -> None:
    demand = Demand("US-MA", ("police_report_right",), ("nature_of_breach", "number_of_state_residents_affected"))
    for case in CASES:
        text = text_of(case, demand)
        block = languages()[case[3]].blocks
        assert block["police_report"] in text
        for name in ("heading_what_happened", "what_happened"):
            assert block[name] not in text
        for words in ("2021 and", "someone", "robo de datos", "Sabemos que", "1,234"):
            assert words not in text.split(block["heading_doing"])[0]
    assert answer(demand).label == "police_report+no_nature_of_breach"


def test_the_office_of_the_state_is_named_only_where_its_law_asks() -> None:
    case = ("letter", "first", "self", "en", True)
    asked = text_of(case, Demand("US-RI", ("ag_contact", "number_affected"), ()))
    assert contacts()["states"]["US-RI"]["lines"][0] in asked
    assert "1,234 people" in asked
    assert "Rhode Island" not in text_of(case)


def test_a_demand_without_a_text_is_reported() -> None:
    standing = [place.block for place in layout()]
    assert unmet(Demand("US-XX", ("moon_phase",), ()), standing, (), "self") == ("moon_phase",)
    assert unmet(Demand("US-XX", ("data_types",), ("weather",)), standing, (), "self") == ("weather",)
    assert unmet(Demand("US-XX", ("website",), ()), standing, ("website",), "self") == ("website",)
    assert unmet(Demand("US-XX", ("credit_monitoring_offer",), ()), [], (), "self") == ("credit_monitoring_offer",)
    assert unmet(Demand("US-XX", ("credit_monitoring_offer",), ()), [], (), "estate") == ()


@pytest.mark.parametrize("email", ["privacy office", "privacy@", "@example.org", "a b@example.org"])
def test_an_address_that_nobody_can_write_to_is_not_printed(email: str) -> None:
    with pytest.raises(SettingError, match=r"organisation\.email is no e-mail address"):
        Facts(Organisation(**{**ORGANISATION, "email": email}), Incident(**INCIDENT), date(2021, 8, 17), 1)
