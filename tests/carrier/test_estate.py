"""The planted way of the intruder is in the exports, and nothing leads further than the truth says."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pyarrow.parquet as pq

from amends import carrier


def _addresses(breach: carrier.Breach) -> dict[str, str]:
    """Address of every host by each of its names."""
    result = {}
    for host in ET.parse(breach.estate / "nmap.xml").getroot().iter("host"):
        address = host.find("address").attrib["addr"]  # type: ignore[union-attr]
        result |= {name.attrib["name"]: address for name in host.iter("hostname")}
    return result


def _edges(breach: carrier.Breach) -> set[tuple[str, str]]:
    """From the host on which a credential lies to the host that it opens."""
    edges = set()
    for one in json.loads((breach.estate / "secrets.json").read_text()):
        edges.add((one["File"].split("/")[0], one["Match"].split("@")[1].split()[0]))
        assert one["Secret"] == "REDACTED"
    for line in (breach.estate / "trufflehog.json").read_text().splitlines():
        one = json.loads(line)
        place = one["SourceMetadata"]["Data"]["Filesystem"]["file"]
        edges.add((place.split("/")[3], one["ExtraData"]["host"]))
        assert one["Raw"].startswith("REDACTED-")
    return edges


def test_following_credentials_from_the_router_gives_the_truth(breach: carrier.Breach) -> None:
    addresses, edges = _addresses(breach), _edges(breach)
    hops, frontier = {"edge-gw-01": 0}, ["edge-gw-01"]
    while frontier:
        fresh = {target for source, target in edges if source in frontier and target not in hops}
        hops |= dict.fromkeys(fresh, hops[frontier[0]] + 1)
        frontier = sorted(fresh)
    truth = {row["name"]: row for row in pq.read_table(breach.truth / "systems.parquet").to_pylist()}
    assert {n for n, row in truth.items() if row["could_reach"]} == {*hops, "edge-www-01", "edge-vpn-01"}
    assert all(truth[name]["hops"] == count for name, count in hops.items())
    assert all(row["system_id"] == addresses[name] for name, row in truth.items())
    assert sum(count == 2 for count in hops.values()) > 100
    assert truth["db-crm-02"]["hops"] == 3


def test_every_machine_has_an_address_of_its_own(breach: carrier.Breach) -> None:
    systems = pq.read_table(breach.truth / "systems.parquet").to_pylist()
    assert len({row["system_id"] for row in systems}) == len({row["name"] for row in systems}) == len(systems) > 300


def test_the_log_shows_guessing_then_entry_then_the_way_in(breach: carrier.Breach) -> None:
    lines = (breach.estate / "auth.log").read_text().splitlines()
    failures = entry = 0
    for line in lines:
        if "198.51.100.77" in line and "Failed" in line:
            assert not entry
            times = re.search(r"message repeated (\d+) times", line)
            failures += int(times[1]) if times else 1
        entry += "Accepted password for admin from 198.51.100.77" in line
    assert failures == 340 and entry == 2
    addresses = _addresses(breach)
    accepted = {
        (match[1], match[2])
        for match in (re.match(r".{15} (\S+) sshd.*Accepted password for \S+ from (\S+) port", line) for line in lines)
        if match
    }
    assert ("jump-01", addresses["edge-gw-01"]) in accepted
    assert ("db-crm-02", addresses["lab-api-03"]) in accepted
    truth = {row["name"] for row in pq.read_table(breach.truth / "systems.parquet").to_pylist() if row["did_reach"]}
    assert {host for host, _ in accepted} == truth


def test_the_log_has_no_year_and_is_in_order(breach: carrier.Breach) -> None:
    lines = (breach.estate / "auth.log").read_text().splitlines()
    assert all(re.match(r"(Jul|Aug) [ \d]\d \d\d:\d\d:\d\d \S+ \S+", line) for line in lines)
    stamps = [("Jul", "Aug").index(line[:3]) * 100 + int(line[4:6]) for line in lines]
    assert stamps == sorted(stamps)


def test_the_settings_are_a_case_of_the_public_dates(breach: carrier.Breach) -> None:
    text = breach.settings.read_text("utf-8")
    assert "discovered = 2021-08-12" in text and "determined = 2021-08-16" in text
    assert 'sectors = ["telecom_carrier"]' in text
