"""case.toml: what is right is read, what is wrong is named with key and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amends.case.settings import read_settings
from amends.errors import SettingError

HEAD = '[case]\nid = "a1"\nname = "august"\nkey_check = "00"\n'


def read(tmp_path: Path, text: str) -> object:
    """Read settings from a text."""
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_dates_flags_lists_and_paths_are_read(tmp_path: Path) -> None:
    text = '[incident]\ndiscovered = 2021-08-12\ndetermined = "2021-08-16"\nencrypted = false\n'
    text += 'sectors = ["telecom_carrier"]\n'
    settings = read(tmp_path, HEAD + '[inputs]\ntaken = "haul"\n' + text)
    assert settings.incident.discovered == date(2021, 8, 12)
    assert settings.incident.determined == date(2021, 8, 16)
    assert settings.incident.encrypted is False
    assert settings.incident.harm_likely is None
    assert settings.incident.sectors == ("telecom_carrier",)
    assert settings.inputs.taken == tmp_path / "haul"
    assert settings.policy.offer_months == 24


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "[incident]\ndiscoverd = 2021-08-12\n",
            "unknown setting incident.discoverd (case.toml line 6): did you",
        ),
        (HEAD + '[incident]\n\ndiscovered = "August"\n', "incident.discovered is not a date such as"),
        (HEAD + '[incident]\n\ndiscovered = "August"\n', "case.toml line 7"),
        (HEAD + '[incident]\nencrypted = "no"\n', "incident.encrypted is not true or false (case.toml line 6)"),
        (HEAD + "[policy]\noffer_months = true\n", "policy.offer_months is not a whole number"),
        (HEAD + "[policy]\noffer_months = -3\n", "policy.offer_months is not a whole number"),
        (
            HEAD + "[policy]\nenrol_days = 99999999999\n",
            "policy.enrol_days is 99999999999 (case.toml line 6): give 1 to 3650",
        ),
        (HEAD + "[policy]\nminor_age = 0\n", "policy.minor_age is 0 (case.toml line 6): give 1 to 30"),
        (HEAD + "[engine]\nthreads = 0\n", "engine.threads is 0 (case.toml line 6)"),
        (HEAD + "[incidnet]\n", "unknown section [incidnet] (case.toml line 5)"),
        ('[case]\nname = "x"\nkey_check = "00"\n', "missing setting case.id (case.toml line 1)"),
        (HEAD + "[policy\n", "not valid TOML"),
        (HEAD + 'encryption = "none"\n', 'case.encryption is not "case-key" or "volume" (case.toml line 5)'),
        ("incident = 3\n" + HEAD, "incident must be a section"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, text)
    assert said in caught.value.line()
    assert "\n" not in caught.value.line()


def test_a_digest_heeds_only_the_sections_it_is_asked_for(tmp_path: Path) -> None:
    one = read(tmp_path, HEAD + "[policy]\noffer_months = 12\n")
    other = read(tmp_path, HEAD + "[policy]\noffer_months = 24\n")
    assert one.digest(("incident",)) == other.digest(("incident",))
    assert one.digest(("policy",)) != other.digest(("policy",))
