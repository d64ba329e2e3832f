"""Which systems an intruder could have reached, and which the logs show they did.

A system is reached when it is exposed, or when a reached system stores a credential that opens an account on it. That
is a breadth-first search over systems; the shortest way counts. What was seen is told apart by how strong it is:

- confirmed: successful logons, in order of time, lead from an exposed system to this one, each with an account that a
  credential stored on the system before opens;
  For an exposed system: somebody logged on after many failures from the same address;
- corroborated: such an account logged on from a system that could be reached, but that system itself was not seen to be
  reached or does not store the credential; or from an address outside the estate; or such a logon failed; or, for an
  exposed system, a confirmed way begins at it;
- possible: the logs of the system cover the incident and show nothing of the kind;
- cannot_exclude: they do not cover it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

UNKNOWN_TIME: Final = -(2**63)


@dataclass(frozen=True, slots=True, order=True)
class Stored:
    """A credential that lies on a system, and the export and place that say so."""

    system: str
    credential: str
    evidence: str


@dataclass(frozen=True, slots=True, order=True)
class Opens:
    """A credential that opens an account on a system, and the export and place that say so."""

    credential: str
    system: str
    account: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Logons to `account` on `system` from `source` (a system, or empty for an address outside the estate).

    `instants` (int64, µs since 1970, ascending) belong to the first of `lines` (int64, line numbers in `export`) by
    position; the lines after them have no date.
    """

    system: str
    account: str
    source: str
    accepted: bool
    export: str
    instants: NDArray[np.int64]
    lines: NDArray[np.int64]

    def evidence(self, place: int) -> str:
        """Export and line of one of the logons."""
        return f"{self.export} line {self.lines[place]}"


@dataclass(frozen=True, slots=True)
class Guessed:
    """A system on which somebody logged on after `failures` failures from the same address shortly before.

    `first_seen` and `last_seen` (µs since 1970) are the first and last such logon, `evidence` is the line of the first.
    """

    system: str
    source_address: str
    failures: int
    first_seen: int
    last_seen: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known: exposed systems with their evidence, credentials, logons, guessed passwords, and systems
    covered by logs."""

    exposed: Mapping[str, str]
    stored: tuple[Stored, ...]
    opens: tuple[Opens, ...]
    seen: tuple[Seen, ...]
    covered: Set[str]
    guessed: tuple[Guessed, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """A row of the table `reach`; instants in µs since 1970."""

    system: str
    did: bool
    confidence: str
    path: tuple[str, ...]
    credentials: tuple[str, ...]
    first_seen: int | None
    last_seen: int | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Hop:
    """One use of a credential: from a system to another."""

    source: str
    target: str
    credential: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way from an exposed system: the hops in order."""

    entry: str
    hops: tuple[_Hop, ...]

    @property
    def end(self) -> str:
        """The system to which it leads."""
        return self.hops[-1].target if self.hops else self.entry

    def then(self, hop: _Hop) -> _Way:
        """The way with one hop more."""
        return _Way(self.entry, (*self.hops, hop))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A confirmed arrival: when first and last (None without dates), how, and the log lines."""

    way: _Way
    first: int | None
    last: int | None
    evidence: tuple[str, ...]


class _Keys:
    """Stored credentials and what they open, found by system, by credential and by account.

    Hops are never listed in advance: a key that lies on n systems and opens n systems would make n² of them.
    """

    def __init__(self, facts: Facts) -> None:
        self.on: defaultdict[str, dict[str, Stored]] = defaultdict(dict)
        self.opens: defaultdict[str, list[Opens]] = defaultdict(list)
        self.to: defaultdict[tuple[str, str], dict[str, Opens]] = defaultdict(dict)
        for stored in sorted(facts.stored):
            self.on[stored.system].setdefault(stored.credential, stored)
        for one in sorted(facts.opens):
            self.opens[one.credential].append(one)
            self.to[one.system, one.account].setdefault(one.credential, one)

    def hop(self, seen: Seen) -> _Hop | None:
        """The hop that a logon is, when a credential that lies on its source opens its account."""
        opening = self.to.get((seen.system, seen.account), {})
        here = self.on.get(seen.source, {})
        key = min((credential for credential in here if credential in opening), default=None)
        return None if key is None or seen.source == seen.system else _hop(here[key], opening[key])


def _hop(stored: Stored, opens: Opens) -> _Hop:
    evidence = tuple(dict.fromkeys((stored.evidence, opens.evidence)))
    return _Hop(stored.system, opens.system, stored.credential, evidence)


def reach(facts: Facts) -> list[Reached]:
    """Every system that could be reached, by id."""
    keys = _Keys(facts)
    ways = _shortest(facts.exposed, keys)
    arrivals = _confirmed(facts, keys)
    signs = _signs(facts, ways, arrivals)
    return [_judge(ways[system], arrivals.get(system), signs[system], facts) for system in sorted(ways)]


def _shortest(exposed: Iterable[str], keys: _Keys) -> dict[str, _Way]:
    """The shortest way to every system that can be reached; of equal ones the first in order of systems."""
    ways = {system: _Way(system, ()) for system in sorted(exposed)}
    frontier, used = list(ways), set[str]()
    while frontier:
        fresh: dict[str, _Way] = {}
        for system in frontier:
            for credential, stored in keys.on.get(system, {}).items():
                if credential in used:
                    continue
                used.add(credential)
                for one in keys.opens[credential]:
                    if one.system not in ways and one.system not in fresh:
                        fresh[one.system] = ways[system].then(_hop(stored, one))
        ways |= fresh
        frontier = sorted(fresh)
    return ways


def _confirmed(facts: Facts, keys: _Keys) -> dict[str, _Arrival]:
    """Earliest arrivals by logons that follow each other in time, from the exposed systems on (Dijkstra, 1959)."""
    logons: defaultdict[str, defaultdict[_Hop, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    for seen in facts.seen:
        if seen.accepted and seen.system not in facts.exposed and (hop := keys.hop(seen)):
            logons[seen.source][hop].append(seen)
    arrivals: dict[str, _Arrival] = {}
    queue = [(UNKNOWN_TIME, 0, system, _Way(system, ())) for system in sorted(facts.exposed)]
    settled: set[str] = set()
    order = 0
    while queue:
        now, _, system, way = heapq.heappop(queue)
        if system in settled:
            continue
        settled.add(system)
        for hop, seen_on_it in sorted(logons[system].items(), key=lambda item: (item[0].target, item[0].credential)):
            arrival = _arrival(way.then(hop), now, seen_on_it)
            best = arrivals.get(hop.target)
            if arrival is None or hop.target in settled or (best and _instant(best) <= _instant(arrival)):
                continue
            arrivals[hop.target] = arrival
            order += 1
            heapq.heappush(queue, (max(now, _instant(arrival)), order, hop.target, arrival.way))
    return arrivals


def _arrival(way: _Way, since: int, logons: Iterable[Seen]) -> _Arrival | None:
    """The logons of a hop that are not before its source was reached; None when there are none."""
    dated: list[tuple[int, str]] = []
    undated: list[str] = []
    for seen in logons:
        start, end = int(np.searchsorted(seen.instants, since)), len(seen.instants)
        if start < end:
            dated += [(int(seen.instants[place]), seen.evidence(place)) for place in (start, end - 1)]
        if end < len(seen.lines):
            undated.append(seen.evidence(end))
    if dated:
        first, last = min(dated), max(dated)
        return _Arrival(way, first[0], last[0], tuple(dict.fromkeys((first[1], last[1]))))
    return _Arrival(way, None, None, (undated[0],)) if undated else None


def _instant(arrival: _Arrival) -> int:
    return UNKNOWN_TIME if arrival.first is None else arrival.first


@dataclass(slots=True)
class _Signs:
    """What speaks for a system without proving a whole way to it: logons on it, passwords guessed on it, and the first
    line of a confirmed way that begins at it."""

    logons: list[Seen] = field(default_factory=list)
    guessed: list[Guessed] = field(default_factory=list)
    begun: str = ""


def _signs(facts: Facts, ways: Mapping[str, _Way], arrivals: Mapping[str, _Arrival]) -> Mapping[str, _Signs]:
    """The signs of every system. A logon is one when it came from another system that could be reached, successful or
    not, or when it was successful and came from outside the estate."""
    signs: defaultdict[str, _Signs] = defaultdict(_Signs)
    for seen in facts.seen:
        from_reached = seen.source in ways and seen.source != seen.system
        if from_reached or (seen.accepted and not seen.source):
            signs[seen.system].logons.append(seen)
    for one in facts.guessed:
        signs[one.system].guessed.append(one)
    for arrival in arrivals.values():
        signs[arrival.way.entry].begun = signs[arrival.way.entry].begun or arrival.evidence[0]
    return signs


def _judge(way: _Way, arrival: _Arrival | None, signs: _Signs, facts: Facts) -> Reached:
    """The row of the system to which a way leads."""
    if arrival:
        evidence = (*_evidence(arrival.way, facts), *arrival.evidence)
        return _row(arrival.way, "confirmed", (arrival.first, arrival.last), evidence, did=True)
    evidence = _evidence(way, facts)
    if not way.hops and signs.guessed:
        entered = (min(one.first_seen for one in signs.guessed), max(one.last_seen for one in signs.guessed))
        return _row(way, "confirmed", entered, (*evidence, *(one.evidence for one in signs.guessed)), did=True)
    if not way.hops and signs.begun:
        return _row(way, "corroborated", (None, None), (*evidence, signs.begun), did=True)
    if way.hops and signs.logons:
        lines = tuple(seen.evidence(place) for seen in signs.logons for place in (0, -1))
        inside = [seen for seen in signs.logons if seen.accepted and seen.source]
        dated = [int(seen.instants[place]) for seen in inside if len(seen.instants) for place in (0, -1)]
        span = (min(dated), max(dated)) if dated else (None, None)
        return _row(way, "corroborated", span, (*evidence, *lines), did=bool(inside))
    return _row(way, "possible" if way.end in facts.covered else "cannot_exclude", (None, None), evidence, did=False)


def _evidence(way: _Way, facts: Facts) -> tuple[str, ...]:
    """The places that say that the entry is exposed and that each hop's credential lies and opens there."""
    return (facts.exposed[way.entry], *(place for hop in way.hops for place in hop.evidence))


def _row(
    way: _Way, confidence: str, span: tuple[int | None, int | None], evidence: tuple[str, ...], *, did: bool
) -> Reached:
    path = (way.entry, *(hop.target for hop in way.hops))
    used = tuple(hop.credential for hop in way.hops)
    return Reached(way.end, did, confidence, path, used, *span, tuple(dict.fromkeys(evidence)))
