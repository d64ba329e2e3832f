"""Every law of the rulebook: each thing that it wants in a notice is met by words, or named with what would meet it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from amends.case import Incident, Organisation
from amends.notices.content import Demand, answer, answers, contacts, mend, prohibitions, unmet
from amends.notices.facts import Facts
from amends.notices.texts import Facets, Text, compose
from tests.notices.people_who_lost import INCIDENT, ORGANISATION

REGIMES = sorted((Path(__file__).parents[2] / "src/amends/duties/regimes").glob("*.yaml"))
FACTS = Facts(
    replace(Organisation(**ORGANISATION), parent_company="Meridian Holdings"),
    Incident(**INCIDENT),
    date(2021, 8, 17),
    1234,
    "we first had to find out whose files they were",
)
BARE = Facts(Organisation(name="Meridian Mobile"), Incident(), date(2021, 8, 17), 1234)
WAYS = list(product(("letter", "email"), ("first", "supplementary"), ("self", "guardian", "estate"), ("en", "es")))


def content_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def demands_of(path: Path) -> list[Demand]:
    law = content_of(path)
    content = law["content"]
    items = [item for rule in content.get("only_if", []) for item in rule["items"]]
    places = law.get("places", [law["id"]])
    return [
        Demand(None if place == "everywhere" else place, (*content["required"], *items), tuple(content["prohibited"]))
        for place in places
    ]


def composed(demand: Demand, way: tuple[str, ...], facts: Facts) -> Text:
    found = answer(demand)
    facets = Facets(*way, offer=way[2] != "estate", line=True, login=True)
    words = facts.words() | ({"abroad"} if found.abroad else set())
    return compose(facets, words, found.asked, found.removed, facts.slots(way[3], found.office))


def gaps_of(demand: Demand, way: tuple[str, ...], facts: Facts = FACTS) -> tuple[str, ...]:
    text = composed(demand, way, facts)
    return unmet(demand, text.blocks, text.missing, way[2])


@pytest.mark.parametrize("path", REGIMES, ids=lambda path: path.stem)
def test_what_a_law_wants_in_a_notice_is_there(path: Path) -> None:
    for demand in demands_of(path):
        for way in WAYS:
            assert gaps_of(demand, way) == (), (demand.jurisdiction, way)


@pytest.mark.parametrize("path", REGIMES, ids=lambda path: path.stem)
def test_what_a_law_prohibits_is_not_there(path: Path) -> None:
    for demand in demands_of(path):
        gone = {block for token in demand.prohibited for block in prohibitions()[token]}
        for way in WAYS:
            assert not gone & composed(demand, way, FACTS).blocks


def test_each_token_that_is_not_met_names_what_would_meet_it() -> None:
    for path in REGIMES:
        for demand in demands_of(path):
            for token in gaps_of(demand, ("letter", "first", "self", "en"), BARE):
                assert mend(demand, token).startswith(("set ", "add ", "run ")), (demand.jurisdiction, token)


def test_the_office_of_every_state_whose_law_names_it_is_known() -> None:
    tokens = {token for token, found in answers().items() if found.state}
    asking = {demand.jurisdiction for path in REGIMES for demand in demands_of(path) if tokens & {*demand.required}}
    assert asking <= contacts()["states"].keys()


def test_massachusetts_and_a_federal_law_that_wants_a_description_end_in_a_conflict_not_in_its_words() -> None:
    demand = Demand("US-MA", ("description", "parent_company_name", "police_report_right"), ("nature_of_breach",))
    way = ("letter", "first", "self", "en")
    assert gaps_of(demand, way) == ("description",)
    assert "conflicts of duties" in mend(demand, "description")
    assert "belongs to Meridian Holdings." in composed(demand, way, FACTS).text


def test_an_organisation_that_nobody_owns_says_so() -> None:
    demand = Demand("US-MA", ("parent_company_name",), ())
    facts = replace(FACTS, organisation=replace(FACTS.organisation, parent_company="None"))
    assert "No other company owns Meridian Mobile." in composed(demand, ("letter", "first", "self", "en"), facts).text
    assert gaps_of(demand, ("letter", "first", "self", "en"), facts) == ()


def test_a_token_that_nothing_answers_says_where_to_add_it() -> None:
    assert "content.yaml" in mend(Demand("US-XX", ("moon_phase",), ()), "moon_phase")
