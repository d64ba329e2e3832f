"""The case key: where it comes from, and what is said when it is wrong."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from amends.case import new_case, open_case
from amends.errors import CaseKeyError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new case, closed."""
    new_case(tmp_path / "case").close()
    return tmp_path / "case"


def test_the_key_file_is_for_its_owner_alone(folder: Path) -> None:
    assert (folder / "case.key").stat().st_mode & 0o777 == 0o600
    (folder / "case.key").chmod(0o644)
    with pytest.raises(CaseKeyError, match="open to other users"):
        open_case(folder)


def test_a_missing_key_is_one_clear_line(folder: Path) -> None:
    (folder / "case.key").unlink()
    with pytest.raises(CaseKeyError) as caught:
        open_case(folder)
    assert "the case key is missing" in caught.value.line()
    assert "AMENDS_KEY" in caught.value.line()


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(31)).decode(), "not base64!", "é"])
def test_a_key_that_is_none_is_one_clear_line(folder: Path, text: str) -> None:
    (folder / "case.key").write_text(text, encoding="utf-8")
    with pytest.raises(CaseKeyError) as caught:
        open_case(folder)
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize("form", [bytes.hex, lambda key: base64.b64encode(key).decode()])
def test_a_wrong_key_is_told_apart_and_the_right_one_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, form: object
) -> None:
    right = base64.b64decode((folder / "case.key").read_text())
    (folder / "case.key").unlink()
    monkeypatch.setenv("AMENDS_KEY", form(os.urandom(32)))  # type: ignore[operator]
    with pytest.raises(CaseKeyError, match="does not open this case"):
        open_case(folder)
    monkeypatch.setenv("AMENDS_KEY", form(right))  # type: ignore[operator]
    open_case(folder).close()


def test_a_key_from_the_environment_leaves_no_key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_KEY", os.urandom(32).hex())
    new_case(tmp_path / "case").close()
    assert not (tmp_path / "case" / "case.key").exists()


def test_secrets_differ_by_purpose_and_stay_the_same(folder: Path) -> None:
    with open_case(folder) as case:
        codes, evidence = case.secret("codes"), case.secret("evidence")
    with open_case(folder) as case:
        assert case.secret("codes") == codes
    assert codes != evidence
    assert len(codes) == 32
