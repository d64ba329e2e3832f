"""trace on a whole estate folder: planted intrusions with the exact answer, and reconciliation."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from amends import trace
from amends.case import Case, Outcome
from amends.errors import InputError
from tests.trace.test_exports import HOST, SCAN, write

NewCase = Callable[..., Case]
SECRET = "correct-horse-battery"
INCIDENT = {"began": date(2026, 8, 3), "discovered": date(2026, 8, 17), "contained": date(2026, 8, 18)}
HOSTS = {
    "edge01.dmz.example": "203.0.113.10",
    "app01.prod.example": "10.0.0.11",
    "db01.prod.example": "10.0.0.12",
    "files01.prod.example": "10.0.0.13",
    "mail01.example": "10.0.0.14",
    "vault01.example": "10.0.0.15",
    "alone01.test.example": "10.0.0.16",
}
GITLEAKS = [
    ("edge01.dmz.example/etc/app.ini", "svc-app@app01"),
    ("app01/etc/files.ini", "svc-files@files01.prod.example"),
    ("db01/root/.vault", "root@10.0.0.15"),
    ("alone01/etc/edge.ini", "root@edge01"),
    ("app01/etc/contact.txt", "somebody@mail.test"),
]
TRUFFLEHOG = [("app01", "db01", "svc-db"), ("app01", "mail01.example", "postman")]
LOG = """\
Jul 30 00:00:00 db01 systemd[1]: Started Daily cleanup.
Aug  1 09:00:00 app01 sshd[100]: Accepted password for svc-app from 203.0.113.10 port 4000 ssh2
Aug  4 10:00:00 db01 sshd[100]: Accepted password for svc-db from 10.0.0.11 port 4001 ssh2
Aug  6 10:00:00 app01 sshd[100]: Accepted publickey for svc-app from 203.0.113.10 port 4002 ssh2: RSA SHA256:abc
Aug  6 11:00:00 app01 sshd[1]: Failed password for invalid user x from 10.0.0.16 port 1 ssh2 from 198.51.100.7 port 9
Aug  7 10:00:00 db01 sshd[100]: Accepted password for svc-db from ::ffff:10.0.0.11 port 4003 ssh2
Aug  7 10:00:01 db01 sshd[100]: pam_unix(sshd:session): session opened for user svc-db by (uid=0)
Aug  8 10:00:00 mail01 sshd-session[7]: Failed none for postman from 10.0.0.11 port 4004 ssh2
Aug  8 10:00:09 mail01 sshd-session[7]: message repeated 4 times: [ Failed password for postman from 10.0.0.11 port 4]
2026-08-09T10:00:00.250000+02:00 app01 sshd[3]: Accepted password for svc-app from edge01.dmz.example port 4005 ssh2
Aug 10 10:00:00 files01 CRON[9]: pam_unix(cron:session): session closed for user root
Aug 11 10:00:00 files01 sshd[9]: Accepted password for operator from 10.0.0.11 port 4006 ssh2
not a line of syslog
Aug 20 00:00:00 db01 systemd[1]: Finished Daily cleanup.
"""


def make_estate(case: Case) -> Path:
    folder = case.settings.inputs.estate
    hosts = "".join(HOST.format(address=address, name=name) for name, address in HOSTS.items())
    write(folder, "nmap.xml", SCAN.format(hosts))
    gitleaks = [
        {"RuleID": "r", "File": file, "Match": f"{match} pw", "Secret": f"{SECRET}-{number}"}
        for number, (file, match) in enumerate(GITLEAKS)
    ]
    write(folder, "secrets.json", json.dumps(gitleaks))
    found = (
        {
            "SourceMetadata": {"Data": {"Filesystem": {"file": f"/srv/collect/{place}/etc/x"}}},
            "Raw": f"{SECRET}-{host}",
            "ExtraData": {"host": host, "username": user},
        }
        for place, host, user in TRUFFLEHOG
    )
    write(folder, "trufflehog.json", "\n".join(map(json.dumps, found)))
    write(folder, "logs/auth.log", LOG)
    return folder


def rows(case: Case, table: str) -> dict[Any, dict[str, Any]]:
    found = case.dataset(table).to_table().to_pylist()
    return {next(iter(row.values())): row for row in found}


def at(day: int, hour: int = 10, microsecond: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, microsecond=microsecond, tzinfo=UTC)


def test_a_planted_intrusion_is_found_hop_by_hop(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT)
    make_estate(case)
    trace.run(case)
    reached = rows(case, "reach")
    names = {address: name.partition(".")[0] for name, address in HOSTS.items()}
    verdicts = {names[system]: (row["did"], row["confidence"], row["hops"]) for system, row in reached.items()}
    assert verdicts == {
        "edge01": (True, "corroborated", 0),
        "app01": (True, "confirmed", 1),
        "db01": (True, "confirmed", 2),
        "files01": (False, "possible", 2),
        "mail01": (False, "corroborated", 2),
        "vault01": (False, "cannot_exclude", 3),
    }
    vault = reached["10.0.0.15"]
    assert [names[system] for system in vault["path"]] == ["edge01", "app01", "db01", "vault01"]
    assert len(set(vault["credentials"])) == 3
    assert (reached["10.0.0.11"]["first_seen"], reached["10.0.0.11"]["last_seen"]) == (at(6), at(9, 8, 250000))
    assert (reached["10.0.0.12"]["first_seen"], reached["10.0.0.12"]["last_seen"]) == (at(7), at(7))
    assert reached["10.0.0.12"]["evidence"] == [
        "nmap.xml line 4",
        "secrets.json item 1",
        "trufflehog.json item 1",
        "logs/auth.log line 6",
    ]


def test_systems_carry_what_the_exports_say(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT)
    make_estate(case)
    trace.run(case)
    systems = rows(case, "systems")
    assert set(systems) == set(HOSTS.values())
    assert {system for system, row in systems.items() if row["exposed"]} == {"203.0.113.10"}
    edge = systems["203.0.113.10"]
    assert (edge["name"], edge["environment"], edge["services"]) == ("edge01.dmz.example", "edge", ["22/ssh"])
    assert systems["10.0.0.11"]["environment"] == "production"
    assert systems["10.0.0.16"]["environment"] == "test"


def test_every_logon_is_an_access_with_its_line(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT)
    make_estate(case)
    outcome = trace.run(case)
    accesses = case.dataset("accesses").to_table().to_pylist()
    assert [row["access_id"] for row in accesses] == list(range(1, 13))
    repeated = [row for row in accesses if row["evidence"] == "logs/auth.log line 9"]
    assert len(repeated) == 4
    assert {row["kind"] for row in repeated} == {"failed_logon"}
    spoofed = next(row for row in accesses if row["evidence"] == "logs/auth.log line 5")
    assert spoofed["source_address"] == "198.51.100.7"
    assert accesses[0]["time"] == at(1, 9)
    balances = {balance.what: balance.out for balance in outcome.balances}
    assert balances["log lines"] == {"logons": 9, "other": 5}
    assert balances["export files"] == {"read": 4, "read in part": 0, "listed": 0}
    assert sum(balances["findings of secret finders"].values()) == 7


def test_what_needs_a_human_is_said(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT)
    folder = make_estate(case)
    write(folder, "broken.xml", "<nmaprun><host><status state='up'/><address addr='10.0.0.40'/></host>")
    write(folder, "notes.txt", "call me")
    findings = "\n".join(trace.run(case).findings)
    assert "broken.xml was read in part: broken XML" in findings
    assert "notes.txt was not read: text of a kind" in findings
    assert "1 found credentials lie on known systems, but no export says what they open" in findings
    assert "1 reachable systems have no logs over the whole incident" in findings
    assert (
        "1 systems saw logons from reachable systems by accounts that no found credential opens: 10.0.0.13" in findings
    )
    assert "10.0.0.40" in rows(case, "systems")


def test_no_secret_is_written_anywhere(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT, encryption="volume")
    make_estate(case)
    outcome = trace.run(case)
    tables = "".join(str(case.dataset(table).to_table().to_pylist()) for table in ("systems", "reach", "accesses"))
    assert SECRET not in tables + repr(outcome)
    for file in case.path.rglob("*"):
        if file.is_file() and case.settings.inputs.estate not in file.parents:
            assert SECRET.encode() not in file.read_bytes()


def test_a_second_run_on_the_same_exports_does_nothing_and_a_changed_export_runs_again(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT)
    folder = make_estate(case)
    first = [case.dataset(table).to_table() for table in ("systems", "reach", "accesses") if trace.run(case)]
    assert trace.run(case).resumed
    write(folder, "logs/auth.log", LOG + "Aug 21 00:00:00 db01 systemd[1]: x\n")
    assert not trace.run(case).resumed
    assert [case.dataset(table).to_table() for table in ("systems", "reach", "accesses")] == first


def test_an_empty_estate_is_an_input_error(new_case: NewCase) -> None:
    with pytest.raises(InputError, match="is empty"):
        trace.run(new_case(incident=INCIDENT))


def logged(case: Case, text: str | bytes) -> tuple[Outcome, list[dict[str, Any]]]:
    write(case.settings.inputs.estate, "auth.log", text)
    return trace.run(case), case.dataset("accesses").to_table().to_pylist()


def line(stamp: str, *, user: str = "ann", address: str = "192.0.2.1") -> str:
    return f"{stamp} h1 sshd[1]: Accepted password for {user} from {address} port 22 ssh2\n"


def test_a_year_is_the_one_that_lies_nearest_to_the_incident(new_case: NewCase) -> None:
    case = new_case(incident={"began": date(2024, 12, 28), "discovered": date(2025, 1, 4)})
    _, found = logged(case, line("Dec 31 23:59:59") + line("Jan  1 00:00:00") + line("Feb 29 00:00:00"))
    assert [row["time"].year for row in found] == [2024, 2025, 2024]


def test_without_any_date_of_the_incident_year_less_logons_have_no_time_and_it_is_said(new_case: NewCase) -> None:
    outcome, found = logged(new_case(), line("Aug 20 10:00:00"))
    assert found[0]["time"] is None
    assert any("1 logon lines have no date" in finding for finding in outcome.findings)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_last_line_counts_without_its_newline_and_windows_ends_are_no_part_of_lines(
    new_case: NewCase, end: str
) -> None:
    case = new_case(incident=INCIDENT)
    text = (line("Aug 20 10:00:00") + line("Aug 20 10:00:01")).replace("\n", end).removesuffix(end)
    outcome, found = logged(case, text)
    assert len(found) == 2
    assert outcome.balances[2].came_in == 2


def test_a_line_without_end_is_one_line_and_hides_nothing_after_it(new_case: NewCase) -> None:
    case = new_case(incident=INCIDENT)
    text = line("Aug 20 10:00:00") + "x" * (12 << 20) + "\n" + line("Aug 20 10:00:01") + "\xff\x00\n"
    outcome, found = logged(case, text.encode("latin-1"))
    assert outcome.balances[2].came_in == 4
    assert [row["evidence"] for row in found] == ["auth.log line 1", "auth.log line 3"]


def test_a_claim_of_a_billion_repetitions_is_capped_and_said(new_case: NewCase) -> None:
    inner = line("x").split(": ", 1)[1].strip()
    text = f"Aug 20 10:00:00 h1 sshd[1]: message repeated 999999999 times: [ {inner}]\n"
    outcome, found = logged(new_case(incident=INCIDENT), text)
    assert len(found) == 1000
    assert any("1000 repetitions or more" in finding for finding in outcome.findings)
