"""The carrier's machines as its own exports show them, and the way the intruder took.

The way follows the public story: a router at the edge that nobody watched, passwords guessed on it, a credential stored
there that opens a jump host, one stored on the jump host that opens more than a hundred servers, and one on a test host
that opens a production database. Exports and conventions:

- `nmap.xml`: hosts up with address, full name (PTR) and short name (user), open ports. The edge has public addresses
  (documentation range 203.0.113.0/24, RFC 5737); everything else has private ones.
- `secrets.json`: gitleaks 8 report, redacted. `File` is `<host>/<path>`, the host on which the secret lies, by short
  name; `Match` holds `account@host`, what it opens.
- `trufflehog.json`: trufflehog 3, a finding a line. `SourceMetadata.Data.Filesystem.file` is
  `/srv/collect/<host>/<path>`; `ExtraData` has `host` and `username`, what it opens.
- `auth.log`: syslog of all hosts, stamps without a year, hosts by short name.
- `truth/systems.parquet`: every host: could and did the intruder reach it, and in how many credentials from the router.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.parquet as pq

from amends.carrier.authlog import write as write_log
from amends.carrier.dice import Dice

DOMAIN: Final = "tessaway.example.net"
ROUTER: Final = "edge-gw-01"
JUMP: Final = "jump-01"
LAB: Final = "lab-api-03"
BACKUP: Final = "db-crm-02"
"""The production database that only the credential on the test host opens."""
SYSTEMS: Final = pa.schema(
    [
        ("system_id", pa.string()),
        ("name", pa.string()),
        ("could_reach", pa.bool_()),
        ("did_reach", pa.bool_()),
        ("hops", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Host:
    """A machine: short name, zone (edge, prod, lab, office), address, open ports as port/name/product."""

    name: str
    zone: str
    address: str
    ports: tuple[tuple[int, str, str], ...]

    @property
    def full_name(self) -> str:
        """The name that reverse lookup gives."""
        return f"{self.name}.{DOMAIN}" if self.zone == "edge" else f"{self.name}.{self.zone}.{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential: where it lies, and the account it opens on another host."""

    on: str
    file: str
    line: int
    account: str
    target: str
    secret: str
    finder: str


_SSH: Final = (22, "ssh", "OpenSSH")
_PORTS: Final = {
    "app": (_SSH, (443, "https", "nginx"), (8080, "http", "Apache Tomcat")),
    "db": (_SSH, (1521, "oracle-tns", "Oracle TNS listener"), (5432, "postgresql", "PostgreSQL DB")),
    "bill": (_SSH, (3306, "mysql", "MySQL")),
    "net": (_SSH, (9100, "jetdirect", "node exporter")),
    "lab": (_SSH, (8443, "https-alt", "Jetty")),
    "ws": ((3389, "ms-wbt-server", "xrdp"),),
}


def hosts() -> tuple[Host, ...]:
    """All 319 machines: 3 at the edge, 156 servers of the data centre, 70 test machines, 90 in offices."""
    found = [
        Host(ROUTER, "edge", "203.0.113.10", (_SSH, (23, "telnet", "router telnetd"), (2601, "zebra", "quagga"))),
        Host("edge-www-01", "edge", "203.0.113.20", ((443, "https", "nginx"),)),
        Host("edge-vpn-01", "edge", "203.0.113.21", ((443, "https", "vpn portal"),)),
        Host(JUMP, "prod", "10.20.0.5", (_SSH,)),
        Host(BACKUP, "prod", "10.20.9.2", _PORTS["db"]),
    ]
    for rack, (kind, count) in enumerate((("app", 72), ("db-acct", 18), ("bill", 24), ("net", 40)), start=1):
        ports = _PORTS[kind.partition("-")[0]]
        found += [Host(f"{kind}-{n:02d}", "prod", f"10.20.{rack}.{10 + n}", ports) for n in range(1, count + 1)]
    found += [Host(f"lab-api-{n:02d}", "lab", f"10.30.0.{10 + n}", _PORTS["lab"]) for n in range(1, 71)]
    found += [Host(f"ws-{n:03d}", "office", f"10.40.0.{10 + n}", _PORTS["ws"]) for n in range(1, 91)]
    return tuple(found)


def credentials() -> tuple[Credential, ...]:
    """What lies where: the intruder's way, and credentials on machines that he never came to."""
    servers = [h.name for h in hosts() if h.zone == "prod" and h.name.startswith(("app", "bill"))]
    servers += [f"net-{n:02d}" for n in range(1, 13)]
    found = [
        Credential(ROUTER, "etc/config/startup-config", 212, "svcnet", JUMP, "router", "gitleaks"),
        Credential(JUMP, "home/svcnet/.netrc", 3, "tester", LAB, "netrc", "gitleaks"),
        Credential(LAB, "opt/billing-migration/.env", 17, "svc_migrate", BACKUP, "migrate", "gitleaks"),
        Credential("ws-014", "home/ops/notes.txt", 40, "dba", "db-acct-01", "notes", "gitleaks"),
    ]
    found += [
        Credential(JUMP, "etc/ansible/group_vars/all.yml", 8, "svc-deploy", server, "deploy", "trufflehog")
        for server in servers
    ]
    found += [
        Credential(f"lab-api-{n:02d}", "srv/app/.env", 5, "lab", f"lab-api-{n + 1:02d}", f"lab{n}", "trufflehog")
        for n in range(40, 60)
    ]
    return tuple(found)


def visited() -> tuple[tuple[str, str, str], ...]:
    """The logons of the intruder within the estate, in order: from, to, account."""
    first = [(ROUTER, JUMP, "svcnet"), (JUMP, LAB, "tester"), (LAB, BACKUP, "svc_migrate")]
    return (*first, *((JUMP, f"bill-{n:02d}", "svc-deploy") for n in range(1, 10)), (JUMP, "app-07", "svc-deploy"))


def reachable() -> dict[str, int]:
    """Hosts that stored credentials lead to from the router, with the number of credentials on the shortest way."""
    hops, frontier = {ROUTER: 0, "edge-www-01": 0, "edge-vpn-01": 0}, [ROUTER]
    while frontier:
        fresh = []
        for one in credentials():
            if one.on in frontier and one.target not in hops:
                hops[one.target] = hops[one.on] + 1
                fresh.append(one.target)
        frontier = fresh
    return hops


def write(dice: Dice, folder: Path, truth: Path) -> None:
    """Write the exports into `folder` and `systems.parquet` into `truth`."""
    folder.mkdir(parents=True, exist_ok=True)
    estate, found = hosts(), credentials()
    (folder / "nmap.xml").write_text(_nmap(estate), encoding="utf-8")
    gitleaks = [_gitleaks(one) for one in found if one.finder == "gitleaks"]
    (folder / "secrets.json").write_text(json.dumps(gitleaks, indent=1) + "\n", encoding="utf-8")
    lines = [json.dumps(_trufflehog(one), separators=(",", ":")) for one in found if one.finder == "trufflehog"]
    (folder / "trufflehog.json").write_text("\n".join(lines) + "\n", encoding="utf-8")
    addresses = {host.name: host.address for host in estate}
    (folder / "auth.log").write_text(write_log(dice, addresses, visited(), ROUTER), encoding="utf-8")
    could, did = reachable(), {ROUTER, *(target for _, target, _ in visited())}
    rows = sorted((h.address, h.name, h.name in could, h.name in did, could.get(h.name)) for h in estate)
    columns = [list(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, schema=SYSTEMS), truth / "systems.parquet")


def _nmap(estate: tuple[Host, ...]) -> str:
    start, stop = 1_628_900_000, 1_628_903_600
    args = "nmap -sS -sV -T4 -iL known.txt -oX nmap.xml"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!DOCTYPE nmaprun>",
        f'<nmaprun scanner="nmap" args="{args}" start="{start}" startstr="Sat Aug 14 00:13:20 2021" version="7.80" '
        'xmloutputversion="1.04">',
        '<scaninfo type="syn" protocol="tcp" numservices="1000" services="1-1000"/>',
        '<verbose level="0"/>',
        '<debugging level="0"/>',
    ]
    lines += [_nmap_host(host, start, stop) for host in estate]
    lines += [
        f'<runstats><finished time="{stop}" timestr="Sat Aug 14 01:13:20 2021" elapsed="3600.00" exit="success"/>'
        f'<hosts up="{len(estate)}" down="0" total="{len(estate)}"/></runstats>',
        "</nmaprun>",
    ]
    return "\n".join(lines) + "\n"


def _nmap_host(host: Host, start: int, stop: int) -> str:
    ports = "".join(
        f'<port protocol="tcp" portid="{port}"><state state="open" reason="syn-ack" reason_ttl="63"/>'
        f'<service name="{name}" product={quoteattr(product)} method="probed" conf="10"/></port>'
        for port, name, product in host.ports
    )
    return (
        f'<host starttime="{start}" endtime="{stop}"><status state="up" reason="echo-reply" reason_ttl="63"/>\n'
        f'<address addr="{host.address}" addrtype="ipv4"/>\n'
        f'<hostnames><hostname name="{host.full_name}" type="PTR"/>'
        f'<hostname name="{host.name}" type="user"/></hostnames>\n'
        f'<ports><extraports state="closed" count="{1000 - len(host.ports)}"/>{ports}</ports>\n</host>'
    )


def _gitleaks(one: Credential) -> dict[str, object]:
    place = f"{one.on}/{one.file}"
    return {
        "Description": "Password in a configuration file",
        "StartLine": one.line,
        "EndLine": one.line,
        "StartColumn": 1,
        "EndColumn": 48,
        "Match": f"{one.account}@{one.target} password REDACTED",
        "Secret": "REDACTED",
        "File": place,
        "SymlinkFile": "",
        "Commit": "",
        "Entropy": 3.5,
        "Author": "",
        "Email": "",
        "Date": "",
        "Message": "",
        "Tags": [],
        "RuleID": "generic-password",
        "Fingerprint": f"{place}:generic-password:{one.line}",
    }


def _trufflehog(one: Credential) -> dict[str, object]:
    return {
        "SourceMetadata": {"Data": {"Filesystem": {"file": f"/srv/collect/{one.on}/{one.file}", "line": one.line}}},
        "SourceID": 1,
        "SourceType": 15,
        "SourceName": "trufflehog - filesystem",
        "DetectorType": 17,
        "DetectorName": "SSH",
        "DecoderName": "PLAIN",
        "Verified": False,
        "Raw": f"REDACTED-{one.secret}",
        "RawV2": "",
        "Redacted": "REDACTED",
        "ExtraData": {"host": one.target, "username": one.account},
        "StructuredData": None,
    }
