"""A word of `incident.sectors` that no law knows is refused: it would bind nobody in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amends.case import Case, sectors
from amends.case.sectors import keeps_lines, unknown_sector
from amends.duties import rulebook
from amends.errors import SettingError


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("hospital", "hipaa_covered_entity"),
        ("regional hospital", "hipaa_covered_entity"),
        ("Credit-Union", "federally_insured_credit_union"),
        ("school district", "public_body"),
        ("telecom_carier", "telecom_carrier"),
    ],
)
def test_a_word_that_is_no_sector_is_refused_and_the_one_that_is_meant_is_named(
    new_case: Callable[..., Case], word: str, meant: str
) -> None:
    with pytest.raises(SettingError) as refused:
        new_case(incident={"description": "x", "sectors": (word,)})
    line = refused.value.line()
    assert word in line
    assert f"did you mean {meant}?" in line
    assert "case.toml line" in line


def test_a_word_that_is_near_to_none_leads_to_the_list() -> None:
    assert unknown_sector(["ordinary_business", "zoo"]) == (
        "zoo",
        "docs/sectors.md lists them; ordinary_business where none fits",
    )


def test_every_sector_of_the_rule_files_is_in_the_list_and_no_other_word_stands_for_two() -> None:
    named = {name for law in rulebook() for name in (*law.reaches.sectors, *law.reaches.excluded)}
    named |= {name for law in rulebook() for body in law.regulators for name in body.applies_if}
    assert named <= sectors().keys()
    also = [word for sector in sectors().values() for word in sector.also]
    assert len(also) == len(set(also))
    assert not set(also) & sectors().keys()


def test_only_an_organisation_with_telephone_lines_keeps_lines() -> None:
    assert keeps_lines(["sec_registrant_domestic", "telecom_carrier"])
    assert not keeps_lines(["hipaa_covered_entity"])
    assert not keeps_lines([])
