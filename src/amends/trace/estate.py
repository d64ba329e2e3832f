"""The systems of the estate, put together from every export that names one.

Two sightings that share an address or a full name are one system; but a name that one export gives to several hosts
(a default of the name server, a name with many addresses) tells nothing apart and is ignored. A short name (`app01`)
stands for the only system whose full name begins with it; where there are several, it stands for none of them.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa
import yaml

from amends.tables import TABLES

_LOCAL_NAMES: Final = frozenset({"", "-", "localhost", "localhost.localdomain", "ip6-localhost"})
_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("0.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"),
    )
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place of one export that names a system; `source` is the export and the place."""

    export: str
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    services: tuple[str, ...]
    exposed: bool
    source: str


@dataclass(frozen=True, slots=True)
class System:
    """A system: its id is its address (a private one before a public one), or its name where no address is known."""

    id: str
    name: str
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    services: tuple[str, ...]
    exposed_by: str
    source: str

    @property
    def exposed(self) -> bool:
        """Whether an outside scan reached a service of it; `exposed_by` is the export and place that say so."""
        return bool(self.exposed_by)

    @property
    def environment(self) -> str:
        """production, test, edge or unknown, by the words of its names."""
        return environment(self.names)


class Estate:
    """All systems, found by address or name."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        self._sightings = tuple(sightings)
        shared = _shared_names(self._sightings)
        self.systems: Mapping[str, System] = {system.id: system for system in _merge(self._sightings, shared)}
        every = ((alias, system.id) for system in self.systems.values() for alias in _aliases(system))
        self._exact = {alias: system for alias, system in every if alias not in shared}
        short: defaultdict[str, set[str]] = defaultdict(set)
        for system in self.systems.values():
            for name in system.names:
                short[_short(name)].add(system.id)
        self._short = {name: next(iter(ids)) for name, ids in short.items() if len(ids) == 1 and name}
        self._ambiguous = frozenset(name for name, ids in short.items() if len(ids) > 1)

    def find(self, text: str) -> str | None:
        """The id of the system that an address, a full name or a short name stands for."""
        alias = alias_of(text)
        if alias in _LOCAL_NAMES or is_loopback(alias):
            return None
        if alias in self._exact:
            return self._exact[alias]
        return self._short.get(alias) if "." not in alias else self._bare(alias)

    def with_names(self, named: Mapping[str, str]) -> Estate:
        """The estate with a system for every address or name (and its source) that stands for none so far.

        A short name that several systems share becomes a system of its own rather than the wrong one.
        """
        new = []
        for text, source in sorted(named.items()):
            alias = alias_of(text)
            if self.find(text) is None and alias not in _LOCAL_NAMES and not is_loopback(alias):
                address = (alias,) if is_address(alias) else ()
                new.append(Sighting("", address, () if address else (alias,), (), False, source))
        return Estate([*self._sightings, *new]) if new else self

    def domains(self) -> frozenset[str]:
        """The domains of the systems' full names, as corp.example of app01.corp.example."""
        names = (name for system in self.systems.values() for name in system.names)
        return frozenset(name.partition(".")[2] for name in names if "." in name)

    def table(self) -> pa.Table:
        """The table `systems`."""
        rows = [
            {
                "system_id": system.id,
                "name": system.name,
                "environment": system.environment,
                "services": list(system.services),
                "exposed": system.exposed,
                "source": system.source,
            }
            for _, system in sorted(self.systems.items())
        ]
        return pa.Table.from_pylist(rows, schema=TABLES["systems"].schema)

    def _bare(self, alias: str) -> str | None:
        """A full name whose system is known by its short name alone."""
        if is_address(alias) or _short(alias) in self._ambiguous:
            return None
        system = self._exact.get(_short(alias))
        return system if system is not None and all("." not in name for name in self.systems[system].names) else None


def alias_of(text: str) -> str:
    """An address or host name in the form in which it is compared."""
    alias = text.strip().strip("[]").rstrip(".").lower().removeprefix("::ffff:")
    try:
        return str(ipaddress.ip_address(alias))
    except ValueError:
        return alias


def is_address(alias: str) -> bool:
    """Whether an alias is an IP address."""
    try:
        ipaddress.ip_address(alias)
    except ValueError:
        return False
    return True


def is_loopback(alias: str) -> bool:
    """Whether an alias is an address that every machine gives itself."""
    return is_address(alias) and ipaddress.ip_address(alias).is_loopback


def is_public(alias: str) -> bool:
    """Whether an alias is an address outside every private range (RFC 1918, 4193, 6598, 3927, 4291)."""
    if not is_address(alias):
        return False
    address = ipaddress.ip_address(alias)
    return not any(address in network for network in _NOT_PUBLIC if network.version == address.version)


def environment(names: Iterable[str]) -> str:
    """The environment that host names tell of: production, test, edge or unknown."""
    words = {word for name in names for word in words_of(name)}
    for label, signs in _words()["environments"].items():
        if words & set(signs):
            return label
    return "unknown"


def scan_stood(export: str) -> str:
    """outside or inside, by the words of an export's file and folder names; else unknown."""
    words = set(words_of(export))
    for label, signs in _words()["scans"].items():
        if words & set(signs):
            return label
    return "unknown"


def words_of(name: str) -> list[str]:
    """The words of a name: its runs of letters, lower case."""
    return re.findall(r"[a-z]+", name.lower())


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    text = files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return loaded


def _short(name: str) -> str:
    return "" if is_address(name) else name.partition(".")[0]


def _aliases(system: System) -> list[str]:
    every = (*system.addresses, *system.names)
    return [alias for alias in every if alias not in _LOCAL_NAMES and not is_loopback(alias)]


def _shared_names(sightings: tuple[Sighting, ...]) -> frozenset[str]:
    """Names that one export gives to hosts of different addresses."""
    hosts: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for sighting in sightings:
        for name in sighting.names:
            if sighting.export and sighting.addresses:
                hosts[sighting.export, alias_of(name)].add(sighting.addresses)
    return frozenset(name for (_, name), addresses in hosts.items() if len(addresses) > 1)


def _merge(sightings: tuple[Sighting, ...], shared: frozenset[str]) -> list[System]:
    """One system per group of sightings that are tied by an alias."""
    parent = list(range(len(sightings)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[str, int] = {}
    for place, sighting in enumerate(sightings):
        for alias in map(alias_of, (*sighting.addresses, *sighting.names)):
            if alias not in _LOCAL_NAMES and alias not in shared:
                low, high = sorted((root(first.setdefault(alias, place)), root(place)))
                parent[high] = low
    groups: defaultdict[int, list[Sighting]] = defaultdict(list)
    for place, sighting in enumerate(sightings):
        groups[root(place)].append(sighting)
    return [_system(group) for group in groups.values()]


def _system(group: list[Sighting]) -> System:
    addresses = sorted({alias_of(text) for one in group for text in one.addresses}, key=_address_order)
    names = list(dict.fromkeys(alias_of(name) for one in group for name in one.names if name))
    services: dict[str, str] = {}
    for service in (service for one in group for service in one.services):
        port = service.partition("/")[0]
        if services.get(port, f"{port}/unknown") == f"{port}/unknown":
            services[port] = service
    full = [name for name in names if name not in _LOCAL_NAMES] or names
    return System(
        id=addresses[0] if addresses else full[0],
        name=full[0] if full else addresses[0],
        addresses=tuple(addresses),
        names=tuple(names),
        services=tuple(services.values()),
        exposed_by=next((one.source for one in group if one.exposed), ""),
        source=group[0].source,
    )


def _address_order(alias: str) -> tuple[bool, int, int, str]:
    if not is_address(alias):
        return True, 9, 0, alias
    address = ipaddress.ip_address(alias)
    return is_public(alias), address.version, int(address), ""
