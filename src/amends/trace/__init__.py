"""trace: which systems an intruder could have reached, and which the logs show they did.

`run(case)` reads the exports of the estate (scans, secret-finder reports, logs of sshd) from the folder
`inputs.estate`; it writes systems, reach and accesses. It only reads exports: it never scans or probes anything.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import pyarrow as pa

from amends.case import Balance, Case, Incident, Outcome
from amends.engine import Engine, open_engine
from amends.tables import TABLES
from amends.trace import findings, logons
from amends.trace.estate import Estate
from amends.trace.intake import Credentials, Intake, estate_of, take_in, tie
from amends.trace.reach import Facts, Guessed, Opens, Reached, Seen, Stored, reach

__all__ = ["Facts", "Guessed", "Opens", "Reached", "Seen", "Stored", "reach", "run"]

_MAP: Final = pa.schema([("system_id", pa.string()), ("key", pa.string())])


def run(case: Case) -> Outcome:
    """Put the estate together from its exports and find what could be and was reached.

    Writes: systems, reach, accesses. Raises `InputError` when there is no folder of exports or nothing in it.
    """
    folder = case.settings.inputs.estate
    step = case.step("trace", inputs=(folder,), writes=("systems", "reach", "accesses"), settings=("incident",))
    if step.done:
        return step.outcome
    with step, open_engine(case) as db:
        intake = take_in(folder, case.secret("credentials"))
        incident = case.settings.incident
        intake.parts += logons.load(db, intake.logs, _middle(incident))
        coverage = logons.coverage(db)
        estate = estate_of(intake, {one.host: one.source for one in coverage})
        credentials = tie(intake.findings, estate)
        _show(db, estate, coverage, credentials)
        facts = _facts(db, estate, credentials, coverage, incident)
        reached = reach(facts)
        step.write("systems", estate.table())
        step.write("reach", _table(reached))
        accesses = step.write("accesses", db.stream(logons.SQL["accesses"]))
        counts = logons.counts(db)
        unexplained = logons.unexplained(db, incident.began, _last_day(incident))
        return step.commit(
            balances=_balances(intake, credentials, counts, accesses),
            findings=[
                *findings.about_files(intake),
                *findings.about_logs(counts),
                *findings.about_credentials(credentials, intake),
                *findings.about_reach(facts, reached, unexplained),
            ],
        )


def _middle(incident: Incident) -> date | None:
    """The day that year-less log stamps lie nearest to: the middle of the incident, as far as it is known."""
    days = [day for day in (incident.began, incident.discovered or _last_day(incident)) if day]
    return date.fromordinal(sum(day.toordinal() for day in days) // len(days)) if days else None


def _last_day(incident: Incident) -> date | None:
    """The last day on which the intruder may have been there; None when that is not known."""
    return max((day for day in (incident.ended, incident.contained) if day), default=None)


def _show(db: Engine, estate: Estate, coverage: list[logons.Coverage], credentials: Credentials) -> None:
    """Give SQL the systems behind the hosts and source addresses of the logs, and the accounts that were opened."""
    hosts = [(estate.find(one.host), one.host) for one in coverage]
    sources = [(estate.find(text), text) for text in logons.source_addresses(db)]
    opened = {(one.system, one.account) for one in credentials.opens}
    for name, key, pairs in (
        ("hosts", "host", hosts),
        ("sources", "source_address", sources),
        ("opened", "account", sorted(opened)),
    ):
        known = [(system, value) for system, value in pairs if system is not None]
        columns = [[system for system, _ in known], [value for _, value in known]]
        db.add(name, pa.table(columns, schema=_MAP).rename_columns(["system_id", key]))


def _facts(
    db: Engine, estate: Estate, credentials: Credentials, coverage: list[logons.Coverage], incident: Incident
) -> Facts:
    """What `reach` needs to know."""
    last_day = _last_day(incident)
    until = incident.ended or incident.contained or incident.discovered
    covered = {estate.find(one.host) for one in coverage if one.covers(incident.began, until)}
    return Facts(
        exposed={system.id: system.exposed_by for system in estate.systems.values() if system.exposed},
        stored=credentials.stored,
        opens=credentials.opens,
        seen=tuple(logons.seen(db, incident.began, last_day)),
        covered={system for system in covered if system is not None},
        guessed=tuple(logons.guessed(db, incident.began, last_day)),
    )


def _table(reached: list[Reached]) -> pa.Table:
    rows = [
        {
            "system_id": one.system,
            "could": True,
            "did": one.did,
            "confidence": one.confidence,
            "hops": len(one.credentials),
            "path": list(one.path),
            "credentials": list(one.credentials),
            "first_seen": one.first_seen,
            "last_seen": one.last_seen,
            "evidence": list(one.evidence),
        }
        for one in reached
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["reach"].schema)


def _balances(intake: Intake, credentials: Credentials, counts: logons.LineCounts, accesses: int) -> list[Balance]:
    in_part, listed = len(intake.parts), len(intake.listed)
    return [
        Balance(
            "export files",
            intake.files,
            {"read": intake.files - in_part - listed, "read in part": in_part, "listed": listed},
        ),
        Balance(
            "findings of secret finders",
            len(intake.findings) + intake.not_understood,
            {
                "lies on a system and opens one": credentials.tied,
                "opens a system, lies nowhere known": credentials.place_unknown,
                "lies on a system, opens nothing known": credentials.target_unknown,
                "tied to no system": credentials.both_unknown,
                "not understood": intake.not_understood,
            },
        ),
        Balance("log lines", counts.lines, {"logons": counts.logon_lines, "other": counts.lines - counts.logon_lines}),
        Balance("logons, repetitions counted", counts.logons, {"accesses": accesses}),
    ]
