"""The rule files: all there, all valid, and a slip of the pen is one line that names the file and the key."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from amends.duties import RegimeError, faults, read_regime, rulebook
from amends.duties.law.rulebook import REGIMES
from amends.duties.law.words import Confidence, FactGroup
from amends.elements import mask

_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR
PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI
"""


def _edited(tmp_path: Path, edit: Any, name: str = "us-ca.yaml") -> Path:
    values = yaml.safe_load((REGIMES / "us-ca.yaml").read_text(encoding="utf-8"))
    edit(values)
    path = tmp_path / name
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return path


def test_every_state_district_and_territory_has_a_valid_file_and_sixty_regimes_beside_them() -> None:
    ids = {regime.id for regime in rulebook()}
    assert {f"US-{state}" for state in _STATES.split()} <= ids
    assert len(ids) >= 114


def test_every_regime_has_a_citation_and_each_group_of_facts_its_date_sources_and_confidence() -> None:
    for regime in rulebook():
        assert regime.citation, regime.id
        assert set(regime.known) == set(FactGroup), regime.id
        for group, known in regime.known.items():
            assert known.as_of.year >= 2019, (regime.id, group)
            assert known.sources, (regime.id, group)
            assert known.level in Confidence, (regime.id, group)


def test_every_displaced_regime_and_every_place_is_known() -> None:
    ids = {regime.id for regime in rulebook()}
    for regime in rulebook():
        assert {item.regime for item in regime.displaces} <= ids
        assert regime.places


def test_a_group_of_facts_may_have_a_day_and_sources_of_its_own(tmp_path: Path) -> None:
    own = {"level": "verified", "as_of": dt.date(2026, 10, 1), "sources": ["the code, as read by counsel"]}
    found = read_regime(_edited(tmp_path, lambda v: v["confidence"].update(regulators=own)))
    assert found.known[FactGroup.REGULATORS].sources == ("the code, as read by counsel",)
    assert found.known[FactGroup.TRIGGERS].sources == found.sources


def test_no_rule_file_names_a_web_host() -> None:
    for path in REGIMES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").lower().replace("statealert@taxadmin.org", "")
        assert not [sign for sign in ("http", "www.", ".com", ".org", ".gov", ".ai ", ".net") if sign in text], (
            path.name
        )


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            lambda v: v.update(citaton=v.pop("citation")),
            "citation is missing (us-ca.yaml): the file has 'citaton' there",
        ),
        (
            lambda v: v["methods"].update(emial="esign"),
            "methods.emial is not a key of a regime (us-ca.yaml): did you mean",
        ),
        (lambda v: v["triggers"]["any_of"].append(["name", "snn"]), "names 'snn', which is no element (us-ca.yaml)"),
        (lambda v: v["individuals"]["deadline"].update(days="30"), "individuals.deadline.days is a text, not a whole"),
        (
            lambda v: v["individuals"]["deadline"].update({"from": "discovry"}),
            "deadline.from is 'discovry' (us-ca.yaml)",
        ),
        (
            lambda v: v["individuals"]["deadline"].update({"from": None}),
            "individuals.deadline.from is empty (us-ca.yaml)",
        ),
        (
            lambda v: v["individuals"]["deadline"].update(hours=72),
            "has more than one of days, business_days, hours and months",
        ),
        (
            lambda v: v["regulators"][0]["residents"].update(people=-1),
            "regulators[0].residents.people is a number, not",
        ),
        (lambda v: v["confidence"].update(triggers="sure"), "confidence.triggers is 'sure' (us-ca.yaml): one of"),
        (lambda v: v.update(as_of="2026"), "as_of is a text, not a day"),
        (lambda v: v.update(sources=[]), "sources is empty (us-ca.yaml)"),
        (lambda v: v.update(triggers=[]), "triggers is a list, not a mapping"),
        (lambda v: v["credit_monitoring"].update(exposed=["any_identifier"]), "'any_identifier', which is no element"),
    ],
)
def test_a_fault_in_a_rule_file_is_one_line_naming_file_and_key(tmp_path: Path, edit: Any, said: str) -> None:
    with pytest.raises(RegimeError) as error:
        read_regime(_edited(tmp_path, edit))
    assert said in error.value.line()
    assert "\n" not in error.value.line()


def test_a_file_that_is_not_yaml_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "us-ca.yaml"
    path.write_text("id: US-CA\nname: [California\ncitation: x\n", encoding="utf-8")
    with pytest.raises(RegimeError, match=r"not valid YAML \(us-ca.yaml, line \d\)"):
        read_regime(path)


def test_a_file_named_after_another_regime_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegimeError, match=r"name the file us-ca\.yaml"):
        read_regime(_edited(tmp_path, lambda _: None, "us-co.yaml"))


def test_composites_and_new_york_identifiers_expand_to_minimal_masks() -> None:
    york = next(regime for regime in rulebook() if regime.id == "US-NY")
    assert mask(["phone", "ssn"]) in york.triggers.masks
    assert mask(["imei", "driver_license"]) in york.triggers.masks
    assert mask(["email", "security_answer"]) in york.triggers.masks
    assert mask(["ssn"]) not in york.triggers.masks
    assert not any(a != b and a & b == a for a in york.triggers.masks for b in york.triggers.masks)


def test_the_check_prints_a_line_for_every_mistake_of_every_file(tmp_path: Path) -> None:
    def edit(values: Any) -> None:
        values["triggers"]["any_of"].append(["name", "snn"])
        values["methods"]["email"] = 7
        values["minor"] = None
        values["regulators"][0]["residents"]["comparison"] = "above"

    _edited(tmp_path, edit)
    (tmp_path / "us-co.yaml").write_text("id: [", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "amends.cli", "duties", "--check-rules", str(tmp_path)], capture_output=True, text=True
    )
    lines = ran.stderr.splitlines()
    assert ran.returncode == 2
    assert len(lines) == 5, lines
    for said in (
        "triggers.any_of names 'snn'",
        "methods.email is a number",
        "minor is not a key",
        "one of more_than, at_",
    ):
        assert any(said in line and "us-ca.yaml" in line for line in lines), said
    assert any("us-co.yaml" in line and "not valid YAML" in line for line in lines)


def test_the_shipped_rule_files_pass_the_check() -> None:
    assert faults() == []


def test_minors_are_named_only_where_counsel_decides(tmp_path: Path) -> None:
    text = (REGIMES / "cl-21719.yaml").read_text()
    for was, now in (
        ("    meanwhile: ask\n", "    meanwhile: notify\n"),
        ("  any_of:\n  - [any_data]\n", "  any_of:\n  - [minor]\n"),
    ):
        (tmp_path / "cl-21719.yaml").write_text(text.replace(was, now, 1))
        with pytest.raises(RegimeError, match="minor"):
            read_regime(tmp_path / "cl-21719.yaml")
