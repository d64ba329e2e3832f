"""What trace found that needs a human, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from amends.trace.intake import Credentials, Intake
from amends.trace.logons import MOST_REPEATS, LineCounts, Unexplained
from amends.trace.reach import Facts, Reached

_SHOWN: Final = 5


def about_files(intake: Intake) -> Iterator[str]:
    """Exports that were not read, or not to their end."""
    for listed in intake.listed:
        yield f"estate export {listed.name} was not read: {listed.reason}"
    for part in intake.parts:
        yield f"estate export {part.name} was read in part: {part.reason}"


def about_logs(counts: LineCounts) -> Iterator[str]:
    """Log lines whose date or count could not be told."""
    if counts.undated:
        mend = "set incident.began or incident.discovered"
        yield f"{counts.undated} logon lines have no date: the stamps have no year or are damaged; {mend}"
    if counts.capped:
        yield f"{counts.capped} log lines claim {MOST_REPEATS} repetitions or more; {MOST_REPEATS} each were counted"


def about_credentials(credentials: Credentials, intake: Intake) -> Iterator[str]:
    """Findings of secret finders that do not tell where a credential lies or what it opens."""
    if credentials.target_unknown:
        yield f"{credentials.target_unknown} found credentials lie on known systems, but no export says what they open"
    if credentials.place_unknown:
        yield f"{credentials.place_unknown} found credentials open known systems, but lie on none that an export names"
    if credentials.both_unknown:
        yield f"{credentials.both_unknown} found credentials are tied to no system that an export names"
    if intake.not_understood:
        yield f"{intake.not_understood} items of secret-finder reports are not findings of a known shape"


def about_reach(facts: Facts, reached: list[Reached], unexplained: list[Unexplained]) -> Iterator[str]:
    """What the reach cannot say."""
    if not facts.exposed:
        yield "no export shows an exposed system, so no way in is known: add a scan made from outside"
    for one in facts.guessed:
        what = f"logged on to {one.system} from {one.source_address} after {one.failures} failures within an hour"
        yield f"somebody {what} ({one.evidence})"
    blind = [one.system for one in reached if one.confidence == "cannot_exclude"]
    if blind:
        what = "have no logs over the whole incident, so access cannot be excluded"
        yield f"{len(blind)} reachable systems {what}: {_some(blind)}"
    systems = {one.system for one in reached}
    strange = sorted({one.system for one in unexplained if one.source in systems})
    if strange:
        what = "saw logons from reachable systems by accounts that no found credential opens"
        yield f"{len(strange)} systems {what}: {_some(strange)}"


def _some(systems: Iterable[str]) -> str:
    names = list(systems)
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
