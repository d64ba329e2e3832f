"""The rule files carry the facts over: every number, day, combination and confidence, or the reason why not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from amends.duties.law.rulebook import REGIMES
from bench import law_facts


@pytest.fixture
def law_folder(data_folder: Path) -> Path:
    """The folder of facts beside the test data; the test is skipped where it is absent."""
    folder = data_folder.parent / "law"
    if not folder.is_dir():
        pytest.skip("the facts are not beside the test data")
    return folder


def test_every_difference_from_the_facts_is_explained(law_folder: Path) -> None:
    regimes, compared, found = law_facts.differences(law_folder)
    assert (regimes, compared > 2000) == (114, True)
    assert [item for item in found if not item["why"]] == []


@pytest.mark.parametrize(
    ("file", "was", "now", "key"),
    [
        ("us-al.yaml", "days: 45\n    from: determination", "days: 46\n    from: determination", "individuals"),
        (
            "us-al.yaml",
            "people: 1000\n      comparison: more_than",
            "people: 1000\n      comparison: at_least",
            "to Att",
        ),
        ("us-al.yaml", "individuals: verified", "individuals: chart", "known individuals"),
        ("us-dfars-7012.yaml", "hours: 72", "hours: 48", "bodies"),
        ("eu-cra-14.yaml", "since: 2026-09-11", "since: 2026-09-12", "status"),
    ],
)
def test_a_number_that_strays_from_the_facts_is_found(
    law_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, was: str, now: str, key: str
) -> None:
    changed = shutil.copytree(REGIMES, tmp_path / "regimes")
    text = (changed / file).read_text()
    assert was in text
    (changed / file).write_text(text.replace(was, now, 1))
    monkeypatch.setattr(law_facts, "REGIMES", changed)
    [found] = [item for item in law_facts.differences(law_folder)[2] if not item["why"]]
    assert found["regime"].lower() == file.removesuffix(".yaml")
    assert found["key"].startswith(key)
