"""Reading every export of the estate: what each holds, what could not be read, and the estate they make together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from amends.trace import nmap, secrets
from amends.trace.estate import Estate, Sighting, alias_of, is_address, is_public, scan_stood
from amends.trace.exports import Export, Kind, Listed, NotReadError, size_and_time, walk
from amends.trace.reach import Opens, Stored


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding of a report, and the export it stands in."""

    export: str
    finding: secrets.Finding

    @property
    def evidence(self) -> str:
        """Export and item."""
        return f"{self.export} item {self.finding.item}"


@dataclass(slots=True)
class Intake:
    """What the exports say, apart from the log lines; `parts` are files that were read up to where they break."""

    files: int = 0
    listed: list[Listed] = field(default_factory=list)
    parts: list[Listed] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    findings: list[Placed] = field(default_factory=list)
    not_understood: int = 0
    logs: list[Export] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Findings tied to the estate: where credentials lie and what they open; and how many are tied to neither end."""

    stored: tuple[Stored, ...]
    opens: tuple[Opens, ...]
    tied: int
    place_unknown: int
    target_unknown: int
    both_unknown: int


def take_in(folder: Path, key: bytes) -> Intake:
    """Read scans and reports and find the logs below a folder; `key` is that of the keyed hash of secrets.

    Raises `InputError` when there is nothing to read.
    """
    intake = Intake()
    for found in walk(folder):
        intake.files += 1
        if isinstance(found, Listed):
            intake.listed.append(found)
        elif found.kind is Kind.LOG:
            intake.logs.append(found)
        else:
            _read(found, intake, key)
    return intake


def _read(export: Export, intake: Intake, key: bytes) -> None:
    """Take over what one export says; what comes before a break is kept."""
    before = size_and_time(export.path)
    known = len(intake.sightings) + len(intake.findings)
    try:
        if export.kind is Kind.XML:
            intake.sightings.extend(_sightings(export))
        else:
            for finding in secrets.read(export.path, key):
                if isinstance(finding, secrets.Finding):
                    intake.findings.append(Placed(export.name, finding))
                else:
                    intake.not_understood += 1
    except NotReadError as error:
        kept = len(intake.sightings) + len(intake.findings) > known
        (intake.parts if kept else intake.listed).append(Listed(export.name, str(error)))
        return
    except OSError:
        intake.listed.append(Listed(export.name, "it cannot be read"))
        return
    if size_and_time(export.path) != before:
        intake.parts.append(Listed(export.name, "it changed while it was read"))


def _sightings(export: Export) -> Iterator[Sighting]:
    stood = scan_stood(export.name)
    for host in nmap.read(export.path):
        public = any(is_public(alias_of(address)) for address in host.addresses)
        exposed = bool(host.services) and (stood == "outside" or (stood == "unknown" and public))
        source = f"{export.name} line {host.line}"
        yield Sighting(export.name, host.addresses, host.names, host.services, exposed, source)


def estate_of(intake: Intake, log_hosts: dict[str, str]) -> Estate:
    """The estate of the scans, the hosts of the logs (name → source) and the targets of credentials.

    A target that a report states in a field or a URI is a system. Text like `user@host` may be an e-mail address: its
    host is a system only when it is a bare name, an address, or lies in a domain of the estate.
    """
    estate = Estate(intake.sightings).with_names(log_hosts)
    domains = estate.domains()
    targets: dict[str, str] = {}
    for placed in intake.findings:
        alias = alias_of(placed.finding.target)
        near = "." not in alias or is_address(alias) or alias.partition(".")[2] in domains
        if alias and (placed.finding.stated or near):
            targets.setdefault(alias, placed.evidence)
    return estate.with_names(targets)


def tie(findings: list[Placed], estate: Estate) -> Credentials:
    """Tie findings to the systems on which they lie and which they open."""
    stored: set[Stored] = set()
    opens: set[Opens] = set()
    counts = {(here, there): 0 for here in (True, False) for there in (True, False)}
    for placed in findings:
        finding = placed.finding
        place = _system_of_path(finding.place, estate)
        target = estate.find(finding.target) if finding.target and finding.account else None
        if place:
            stored.add(Stored(place, finding.credential, placed.evidence))
        if target:
            opens.add(Opens(finding.credential, target, finding.account, placed.evidence))
        counts[place is not None, target is not None] += 1
    return Credentials(
        stored=tuple(sorted(stored)),
        opens=tuple(sorted(opens)),
        tied=counts[True, True],
        place_unknown=counts[False, True],
        target_unknown=counts[True, False],
        both_unknown=counts[False, False],
    )


def _system_of_path(path: str, estate: Estate) -> str | None:
    """The system that a path belongs to: the first of its folders that is the name or address of one."""
    folders = path.replace("\\", "/").split("/")[:-1]
    return next((system for folder in folders if folder and (system := estate.find(folder))), None)
