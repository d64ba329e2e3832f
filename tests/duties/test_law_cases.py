"""The acceptance cases of the law: those that nobody here wrote (AMENDS_DATA), and our own beside this file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from amends.duties import assess
from bench.law_cases import LawCase, failures, read_cases

_DATA = Path(os.environ.get("AMENDS_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")) / "law"
_OURS = Path(__file__).parent / "cases"
_CASES = [*read_cases(_OURS), *(read_cases(_DATA) if _DATA.is_dir() else [])]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.id)
def test_every_row_of_the_case_is_met(case: LawCase) -> None:
    assert failures(case, assess(case.incident, case.groups)) == []


def test_there_are_forty_cases_of_our_own_with_distinct_ids() -> None:
    ids = [case.id for case in read_cases(_OURS)]
    assert len(ids) == len(set(ids)) >= 40


@pytest.mark.skipif(not _DATA.is_dir(), reason="set AMENDS_DATA to the folder of external test data")
def test_our_cases_use_only_the_keys_and_words_of_the_format() -> None:
    schema = json.loads((_DATA / "case.schema.json").read_text())
    for path in _OURS.glob("*.yaml"):
        _conforms(yaml.safe_load(path.read_text()), schema, schema["$defs"], path.name)


def _conforms(value: Any, rule: dict[str, Any], words: dict[str, Any], at: str) -> None:
    """The part of JSON Schema that the format uses to name keys, words and patterns."""
    rule = words[rule["$ref"].rsplit("/", 1)[1]] if "$ref" in rule else rule
    if "enum" in rule:
        assert value in rule["enum"], f"{at}: {value}"
    if "pattern" in rule and isinstance(value, str):
        assert re.search(rule["pattern"], value), f"{at}: {value}"
    if isinstance(value, dict) and "properties" in rule:
        assert set(rule.get("required", ())) <= set(value), at
        for key, part in value.items():
            assert key in rule["properties"], f"{at}.{key}"
            _conforms(part, rule["properties"][key], words, f"{at}.{key}")
    if isinstance(value, list) and "items" in rule:
        for index, part in enumerate(value):
            _conforms(part, rule["items"], words, f"{at}[{index}]")


def test_the_command_prints_what_failed_and_what_was_computed(tmp_path: Path) -> None:
    case = yaml.safe_load((_OURS / "states.yaml").read_text())["cases"][0]
    case["expected"] = [{"regime": "US-CA", "audience": "individuals", "due": "2020-01-01"}]
    (tmp_path / "wrong.yaml").write_text(yaml.safe_dump({"cases": [case]}))
    ran = subprocess.run([sys.executable, "-m", "bench.law_cases", str(tmp_path)], capture_output=True, text=True)
    found = json.loads(ran.stdout)
    assert (ran.returncode, found["cases"], found["passed"]) == (1, 1, 0)
    [failure] = found["failures"]
    assert failure["case"] == case["id"]
    assert (failure["row"]["due"], failure["expected"]) == ("2020-01-01", True)
    assert "2026-09-16" in {entry["due"] for entry in failure["computed"]}


def test_a_row_that_only_a_condition_for_counsel_matches_is_listed_and_fails_no_case(tmp_path: Path) -> None:
    case = yaml.safe_load((_OURS / "states.yaml").read_text())["cases"][0]
    case["population"] = [{"jurisdiction": "US-NJ", "people": 5, "elements": ["name", "phone", "pin"]}]
    case |= {"expected": [], "not_expected": [{"regime": "US-NJ", "audience": "individuals"}]}
    (tmp_path / "open.yaml").write_text(yaml.safe_dump({"cases": [case]}))
    ran = subprocess.run([sys.executable, "-m", "bench.law_cases", str(tmp_path)], capture_output=True, text=True)
    found = json.loads(ran.stdout)
    assert (ran.returncode, found["passed"]) == (0, 1)
    assert [row["duty"] for row in found["undecided"]] == ["US-NJ:individuals:conditional"]
