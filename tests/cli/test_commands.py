"""The commands as a user meets them: what they print, and their exit codes."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran

Amends = Callable[..., Ran]


def test_the_whole_response_ends_with_findings_and_resumes_without_work(amends: Amends, breached: Path) -> None:
    first = amends("respond", breached)
    assert first.code == 1
    for verb in ("trace", "scan", "people", "duties", "protect", "notices"):
        assert f"{verb}: " in first.out
    again = amends("respond", breached, "--json")
    facts = json.loads(again.out)
    assert again.code == 1
    assert not facts["errors"]
    assert all(outcome["resumed"] for outcome in facts["outcomes"])
    assert amends("verify", breached).code == 0


def test_status_tells_what_has_run_and_what_is_due(amends: Amends, breached: Path) -> None:
    before = json.loads(amends("status", breached, "--json").out)
    assert before["verbs"]["people"] is None
    assert before["due"] == []
    amends("respond", breached)
    after = json.loads(amends("status", breached, "--json").out)
    assert after["verbs"]["people"]["rows"]["persons"] > 500
    assert after["due"][0]["due"] <= after["due"][-1]["due"]
    assert "Due next" in amends("status", breached).out


def test_status_does_not_call_done_what_has_not_seen_a_later_file(amends: Amends, tmp_path: Path) -> None:
    case = tmp_path / "case"
    amends("new", case)
    wave = case / "inputs" / "taken" / "one"
    wave.mkdir()
    (wave / "a.csv").write_text("first_name,last_name,ssn\n" + "".join(f"Ana{i},Diaz,2190{i:05d}\n" for i in range(40)))
    amends("respond", case)
    assert "overtaken" not in amends("status", case).out
    (wave / "b.csv").write_text("first_name,last_name,ssn\n" + "".join(f"Bo{i},Ruiz,2191{i:05d}\n" for i in range(40)))
    verbs = json.loads(amends("status", case, "--json").out)["verbs"]
    assert [verb for verb in ("scan", "people") if verbs[verb]["overtaken"]] == ["scan", "people"]
    assert "`amends respond` brings it up to date" in amends("status", case).out
    amends("respond", case)
    assert "overtaken" not in amends("status", case).out


def test_one_verb_at_a_time_asks_for_the_one_before(amends: Amends, breached: Path) -> None:
    ran = amends("duties", breached)
    assert ran.code == 2
    assert "table persons is not there yet" in ran.err
    assert "amends people" in ran.err


def test_verify_names_the_table_in_which_a_byte_was_flipped(amends: Amends, breached: Path) -> None:
    amends("respond", breached)
    for table in sorted((breached / "tables").iterdir()):
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
        ran = amends("verify", breached)
        assert ran.code == 2
        assert f"tables/{table.name} is not what was written" in ran.err
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
    assert amends("verify", breached).code == 0


@pytest.mark.parametrize("what", ["filings", "mail", "codes", "evidence"])
def test_exports_go_to_a_new_folder_for_the_owner_alone(
    amends: Amends, breached: Path, tmp_path: Path, what: str
) -> None:
    amends("respond", breached)
    folder = tmp_path / "out"
    if what == "mail":
        assert "is not approved" in amends("export", breached, what, "--to", folder).err
        assert amends("notices", breached, "--proofs", tmp_path / "proofs", "--approve", "all").code == 0
    ran = amends("export", breached, what, "--to", folder)
    assert ran.code == 0, ran.err
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert amends("export", breached, what, "--to", folder).code == 2
    if what == "evidence":
        assert amends("verify", folder).code == 0


def test_one_letter_is_exported_as_a_tagged_copy(amends: Amends, breached: Path, tmp_path: Path) -> None:
    amends("respond", breached)
    amends("notices", breached, "--approve", "all")
    amends("export", breached, "mail", "--to", tmp_path / "mail")
    with min((tmp_path / "mail").glob("mail_letter-*.csv")).open(encoding="utf-8", newline="") as file:
        reference = next(csv.DictReader(file))["REFERENCE_NUMBER"]
    assert "--piece" in amends("export", breached, "letter", "--to", tmp_path / "copy").err
    ran = amends("export", breached, "letter", "--piece", reference, "--to", tmp_path / "copy")
    assert ran.code == 0, ran.err
    assert (tmp_path / "copy" / f"letter_{reference}.pdf").read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("command", [("send",), ("serve",), ("sample", "offer.csv")])
def test_what_is_not_built_yet_says_so_in_one_line(amends: Amends, tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = amends(command[0], tmp_path / "case", *command[1:])
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "not built yet" in ran.err


def test_an_export_without_a_folder_goes_beside_the_user(
    amends: Amends, breached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amends("respond", breached)
    monkeypatch.chdir(tmp_path)
    assert amends("export", breached, "codes").code == 0
    assert (tmp_path / "case-codes" / "codes.csv").is_file()


def test_verify_of_what_is_no_folder_says_so(amends: Amends, tmp_path: Path) -> None:
    ran = amends("verify", tmp_path / "nowhere")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "there is no such folder" in ran.err


def test_the_help_states_the_exit_codes(amends: Amends) -> None:
    assert "1 done, with findings" in " ".join(amends("--help").out.split())


def test_new_says_where_things_go_and_whether_the_volume_is_encrypted(amends: Amends, tmp_path: Path) -> None:
    ran = amends("new", tmp_path / "case")
    assert ran.code == 0
    assert "taken files go to" in ran.out
    assert "the volume it lies on" in ran.out
    assert amends("new", tmp_path / "case").code == 2


def test_new_and_export_tell_machines_the_same(amends: Amends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = tmp_path / "case"
    facts = json.loads(amends("new", case, "--json").out)
    assert facts["taken"] == str(case / "inputs" / "taken") and facts["key"] == str(case / "case.key")
    monkeypatch.chdir(tmp_path)
    ran = amends("export", case, "evidence", "--json")
    assert json.loads(ran.out) == {"what": "evidence", "count": 4, "folder": "case-evidence", "note": None}


def test_nothing_that_is_printed_or_logged_holds_a_personal_value(amends: Amends, breached: Path) -> None:
    ran = [amends("respond", breached), amends("status", breached), amends("respond", breached, "--json")]
    from amends.case import open_case

    with open_case(breached) as case:
        persons = case.dataset("persons").to_table().to_pydict()
    said = "".join(part.out + part.err for part in ran) + (breached / "evidence" / "log.jsonl").read_text()
    words = set(re.findall(r"[\w@.+-]+", said))
    for column in ("email", "phone", "account_number"):
        assert not words & {value for value in persons[column] if value}
    with open_case(breached) as case:
        records = (
            case.dataset("records").to_table(columns=["ssn", "imei", "imsi", "iccid", "driver_license"]).to_pydict()
        )
    for values in records.values():
        assert not words & {value for value in values if value}


def test_the_demo_scores_itself_against_the_truth(amends: Amends) -> None:
    ran = amends("demo", "--people", 1_000, "--json")
    facts = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert facts["verified"]
    score = facts["score"]
    assert score["found"] + score["lost_read"] + score["lost_unread"] == score["affected"]
    assert score["found"] > 0.95 * score["affected"]
    assert facts["reach"]["could_found"] == facts["reach"]["could"] > 100
    assert set(facts["channels"]) <= {"letter", "email", "substitute"}


def test_the_demo_prints_its_table_and_the_next_commands(amends: Amends, tmp_path: Path) -> None:
    ran = amends("demo", "--people", 1_000, "--keep", tmp_path / "kept")
    assert ran.code == 0, ran.err
    for line in (
        "People, against the truth",
        "Duties with the nearest dates",
        "Notices by channel",
        "rows/s",
        "next: ",
    ):
        assert line in ran.out
    assert amends("verify", tmp_path / "kept" / "case").code == 0
    assert amends("demo", "--people", 1_000, "--keep", tmp_path / "kept").code == 2
