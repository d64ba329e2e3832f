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
from dataclasses import dataclass
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
    account: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way from an exposed system: the hops in order."""

    entry: str
    hops: tuple[_Hop, ...]

    def then(self, hop: _Hop) -> _Way:
        return _Way(self.entry, (*self.hops, hop))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A confirmed arrival: when first and last (None without dates), how, and the log lines."""

    way: _Way
    first: int | None
    last: int | None
    evidence: tuple[str, ...]


def reach(facts: Facts) -> list[Reached]:
    """Every system that could be reached, by id."""
    hops = _hops(facts)
    ways = _shortest(facts.exposed, hops)
    arrivals = _confirmed(facts, hops)
    signs = _signs(facts, ways)
    return [_judge(system, ways, arrivals, signs.get(system, []), facts) for system in sorted(ways)]


def _hops(facts: Facts) -> Mapping[str, list[_Hop]]:
    """The hops that stored credentials allow, by source; one per target and account, in order."""
    opens: defaultdict[str, list[Opens]] = defaultdict(list)
    for one in sorted(facts.opens):
        opens[one.credential].append(one)
    found: dict[tuple[str, str, str], _Hop] = {}
    for stored in sorted(facts.stored):
        for one in opens[stored.credential]:
            if one.system != stored.system:
                evidence = tuple(dict.fromkeys((stored.evidence, one.evidence)))
                hop = _Hop(stored.system, one.system, stored.credential, one.account, evidence)
                found.setdefault((stored.system, one.system, one.account), hop)
    by_source: defaultdict[str, list[_Hop]] = defaultdict(list)
    for key in sorted(found):
        by_source[key[0]].append(found[key])
    return by_source


def _shortest(exposed: Iterable[str], hops: Mapping[str, list[_Hop]]) -> dict[str, _Way]:
    """The shortest way to every system that can be reached; of equal ones the first in order of systems."""
    ways = {system: _Way(system, ()) for system in sorted(exposed)}
    frontier = list(ways)
    while frontier:
        fresh: dict[str, _Way] = {}
        for system in frontier:
            for hop in hops.get(system, ()):
                if hop.target not in ways and hop.target not in fresh:
                    fresh[hop.target] = ways[system].then(hop)
        ways |= fresh
        frontier = sorted(fresh)
    return ways


def _confirmed(facts: Facts, hops: Mapping[str, list[_Hop]]) -> dict[str, _Arrival]:
    """Earliest arrivals by logons that follow each other in time, from the exposed systems on (Dijkstra, 1959)."""
    logons: defaultdict[tuple[str, str, str], list[Seen]] = defaultdict(list)
    for seen in facts.seen:
        if seen.accepted and seen.source:
            logons[seen.source, seen.system, seen.account].append(seen)
    arrivals: dict[str, _Arrival] = {}
    queue = [(UNKNOWN_TIME, 0, system, _Way(system, ())) for system in sorted(facts.exposed)]
    settled: set[str] = set()
    order = 0
    while queue:
        now, _, system, way = heapq.heappop(queue)
        if system in settled:
            continue
        settled.add(system)
        for hop in hops.get(system, ()):
            arrival = _arrival(way.then(hop), now, logons.get((system, hop.target, hop.account), ()))
            if arrival is None or hop.target in facts.exposed or hop.target in settled:
                continue
            best = arrivals.get(hop.target)
            if best is None or _instant(arrival) < _instant(best):
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


def _judge(
    system: str, ways: Mapping[str, _Way], arrivals: Mapping[str, _Arrival], signs: list[Seen], facts: Facts
) -> Reached:
    """The row of one system that could be reached; `signs` are the logons on it that speak for more than that."""
    way = ways[system]
    evidence = _evidence(way, facts)
    if system in arrivals:
        arrival = arrivals[system]
        evidence = (*_evidence(arrival.way, facts), *arrival.evidence)
        return _row(system, arrival.way, "confirmed", (arrival.first, arrival.last), evidence, did=True)
    if not way.hops:
        return _judge_entry(way, arrivals, facts)
    if signs:
        lines = tuple(seen.evidence(place) for seen in signs for place in (0, -1))
        inside = [seen for seen in signs if seen.accepted and seen.source]
        dated = [int(seen.instants[place]) for seen in inside if len(seen.instants) for place in (0, -1)]
        span = (min(dated), max(dated)) if dated else (None, None)
        return _row(system, way, "corroborated", span, (*evidence, *lines), did=bool(inside))
    return _row(system, way, _unseen(system, facts), (None, None), evidence, did=False)


def _judge_entry(way: _Way, arrivals: Mapping[str, _Arrival], facts: Facts) -> Reached:
    """The row of an exposed system: entered when a password was guessed on it, or when a confirmed way begins at it."""
    system, evidence = way.entry, _evidence(way, facts)
    guessed = [one for one in facts.guessed if one.system == system]
    if guessed:
        span = (min(one.first_seen for one in guessed), max(one.last_seen for one in guessed))
        return _row(system, way, "confirmed", span, (*evidence, *(one.evidence for one in guessed)), did=True)
    begun = [arrival.evidence[0] for arrival in arrivals.values() if arrival.way.entry == system]
    if begun:
        return _row(system, way, "corroborated", (None, None), (*evidence, begun[0]), did=True)
    return _row(system, way, _unseen(system, facts), (None, None), evidence, did=False)


def _unseen(system: str, facts: Facts) -> str:
    """The confidence where no logon speaks for a system: silence counts only where logs cover it."""
    return "possible" if system in facts.covered else "cannot_exclude"


def _signs(facts: Facts, ways: Mapping[str, _Way]) -> Mapping[str, list[Seen]]:
    """By system, the logons that speak for it having been reached without proving it: from another system that could
    be reached, successful or not, or successful from outside the estate."""
    signs: defaultdict[str, list[Seen]] = defaultdict(list)
    for seen in facts.seen:
        from_reached = seen.source in ways and seen.source != seen.system
        if from_reached or (seen.accepted and not seen.source):
            signs[seen.system].append(seen)
    return signs


def _evidence(way: _Way, facts: Facts) -> tuple[str, ...]:
    """The places that say that the entry is exposed and that each hop's credential lies and opens there."""
    return (facts.exposed[way.entry], *(place for hop in way.hops for place in hop.evidence))


def _row(
    system: str,
    way: _Way,
    confidence: str,
    span: tuple[int | None, int | None],
    evidence: tuple[str, ...],
    *,
    did: bool,
) -> Reached:
    path = (way.entry, *(hop.target for hop in way.hops))
    used = tuple(hop.credential for hop in way.hops)
    return Reached(system, did, confidence, path, used, *span, tuple(dict.fromkeys(evidence)))
