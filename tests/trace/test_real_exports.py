"""Exports that nobody here wrote: every file is read, with the right counts, or refused by name."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from amends import trace
from amends.case import Case
from amends.trace import nmap, secrets
from amends.trace.exports import Export, Kind, Listed, NotReadError, walk

NewCase = Callable[..., Case]
HOSTILE = {"defused_et_included.xml", "defused_et_local_includer.xml"}


@pytest.fixture
def exports(data_folder: Path) -> Path:
    folder = data_folder / "trace"
    if not folder.is_dir():
        pytest.skip("the external test data has no folder trace")
    return folder


def test_every_real_scan_gives_the_hosts_that_were_up_and_the_hostile_pair_is_refused(exports: Path) -> None:
    files = sorted([*exports.glob("nmap/**/*.xml"), *exports.glob("defectdojo/**/nmap/*.xml")])
    assert len(files) == 32
    refused = set()
    for file in files:
        try:
            hosts = list(nmap.read(file))
        except NotReadError:
            refused.add(file.name)
            continue
        tree = ElementTree.parse(file).getroot()
        up = [host for host in tree.iter("host") if host.find("status[@state='up']") is not None]
        ports = [[port for port in host.iter("port") if port.find("state[@state='open']") is not None] for host in up]
        assert [len(host.services) for host in hosts] == [len(found) for found in ports], file.name
    assert refused == HOSTILE


def test_every_real_secret_report_is_read_to_its_last_finding(exports: Path) -> None:
    reports = [
        *exports.glob("gitleaks/**/*.json"),
        *exports.glob("defectdojo/**/gitleaks/*.json"),
        *exports.glob("defectdojo/**/trufflehog*/*.json"),
    ]
    assert len(reports) == 18
    for report in reports:
        text = report.read_text(encoding="utf-8")
        try:
            loaded = json.loads(text) or []
        except ValueError:
            loaded = [json.loads(line) for line in text.splitlines() if line.strip()]
        wanted = sum(len(item.get("stringsFound", [0])) for item in loaded)
        found = list(secrets.read(report, b"k" * 32))
        assert len(found) == wanted, report.name
        assert all(isinstance(one, secrets.Finding) for one in found)


def test_every_other_real_file_is_listed_with_a_reason(exports: Path) -> None:
    for found in walk(exports / "defectdojo"):
        if isinstance(found, Listed):
            assert found.reason
        elif "masscan" in found.name or "nuclei" in found.name:
            with pytest.raises(NotReadError, match="not a report of a secret finder"):
                list(secrets.read(found.path, b"k" * 32))
    kinds = Counter(found.kind for found in walk(exports / "elastic_examples") if isinstance(found, Export))
    assert kinds[Kind.LOG] == 1


def test_the_guessed_password_in_the_real_log_is_found_and_nothing_else(exports: Path, new_case: NewCase) -> None:
    log = next((exports / "elastic_examples").rglob("auth.log"))
    case = new_case(incident={"began": date(2017, 3, 27), "discovered": date(2017, 4, 20)})
    (case.settings.inputs.estate / "auth.log").write_bytes(log.read_bytes())
    outcome = trace.run(case)
    guessed = [finding for finding in outcome.findings if "failures within an hour" in finding]
    assert len(guessed) == 1
    assert "from 24.151.103.17 after" in guessed[0]
    line = int(re.search(r"line (\d+)\)", guessed[0])[1])  # type: ignore[index]
    accesses = case.dataset("accesses").to_table().to_pylist()
    success = next(row for row in accesses if row["evidence"].endswith(f"auth.log line {line}"))
    assert (success["account"], success["time"]) == ("elastic_user_0", datetime(2017, 3, 30, 16, 1, 36, tzinfo=UTC))
    text = log.read_text(encoding="utf-8", errors="replace")
    wanted = Counter()
    for times, outcome_word in re.findall(
        r"sshd\[\d+\]: (?:message repeated (\d+) times: \[ )?(Accepted|Failed) \S+ for .* from \S+ port \d+", text
    ):
        wanted[outcome_word] += int(times or 1)
    found = Counter(row["kind"] for row in accesses)
    assert (found["logon"], found["failed_logon"]) == (wanted["Accepted"], wanted["Failed"])
