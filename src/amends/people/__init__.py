"""people: records and the registry become one row per human, with proof of each exposed element.

Reads: records; the registry (an input). Writes: persons, memberships, exposures, relations,
reviews, changes.

Composite identifiers first, then match weights that the case itself teaches, vetoes, survivorship, stable ids. It errs
on the side of apart: a human told twice costs a letter, a human merged into another is lost.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from amends.case import Balance, Case, Outcome
from amends.case.decisions import decisions_file
from amends.case.step import Step
from amends.engine import Engine, open_engine, script
from amends.errors import TableError
from amends.people.answers import WEIGHTS, decided
from amends.people.charts import charts
from amends.people.decided import NOTHING, Decided
from amends.people.numbering import NORMALISE
from amends.people.registry import NUMBERED, registry_rows
from amends.people.resolve import LARGE, Linkage, link
from amends.people.survivorship import compare_with_earlier, person_tables, survive
from amends.people.union import VETOES_KEPT
from amends.people.waterfall import explained
from amends.tables import TABLES

__all__ = ["Resolution", "link_records", "resolve", "run"]

ENTRIES = script(__package__, "entries.sql")
_VERB = "people"
MODEL = "people-weights.json"
"""The output that holds the weights of the case."""
_WRITES = ("persons", "memberships", "exposures", "relations", "reviews", "changes")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The tables of a resolution, as in `tables.py`."""

    memberships: pa.Table
    persons: pa.Table
    exposures: pa.Table
    relations: pa.Table
    reviews: pa.Table
    changes: pa.Table


def run(case: Case) -> Outcome:
    """Resolve the case's records. Raises `CaseError` before scan has run, `InputError` for a bad registry."""
    step = case.step(
        _VERB,
        reads=("records",),
        inputs=(case.settings.inputs.registry, decisions_file(case, _VERB)),
        writes=_WRITES,
        settings=("incident", "policy"),
    )
    if step.done:
        return step.outcome
    large = case.dataset("records").count_rows() > LARGE
    with step, open_engine(case, large=large) as db:
        db.attach("records")
        registered = _add_registry(db, case.settings.inputs.registry)
        db.run(ENTRIES["entries"])
        step.progress(1, 4, "joining")
        answers, stale = decided(case)
        linkage = link(db, answers)
        step.progress(2, 4, "surviving")
        survive(db)
        has_before = _add_previous(db, step)
        incident, policy = case.settings.incident, case.settings.policy
        step.progress(3, 4, "writing")
        rows = {name: step.write(name, part) for name, part in person_tables(db, incident.discovered, policy.minor_age)}
        step.write_output(WEIGHTS, explained(db, linkage.links, step.staged("reviews").to_table()))
        step.write_text(MODEL, linkage.links.to_json())
        for name, chart in charts(db, linkage.links).items():
            step.write_text(name, chart)
        balances = _balances(db, registered, rows)
        findings = [*_answer_findings(linkage, stale), *_findings(db, linkage, registered, first=not has_before)]
        step.progress(4, 4, "done")
        return step.commit(balances=balances, findings=findings)


def resolve(
    records: pa.Table, previous: Resolution | None = None, engine: Engine | None = None, decided: Decided = NOTHING
) -> Resolution:
    """Resolve a table of records without a case.

    `records` needs `record_id` (integer, unique, not negative) and any of the columns of table `records`: text but for
    `elements` (a mask) and `dob` (text as YYYY-MM-DD, or a date; what is no date is null). A column that is unknown, or
    no `record_id`, is a `TableError` that names it. `previous` is the resolution of an earlier wave, against which
    `changes` is told; `decided` are the answers of a reviewer, which bind.
    """
    with _engine(engine) as db:
        _add_given_entries(db, records)
        link(db, decided)
        survive(db)
        db.add("earlier_persons", (previous.persons if previous else TABLES["persons"].schema.empty_table()))
        db.add(
            "earlier_memberships", (previous.memberships if previous else TABLES["memberships"].schema.empty_table())
        )
        compare_with_earlier(db)
        found = {name: part.read_all() for name, part in person_tables(db, None, 18)}
    return Resolution(**{name: rows.cast(TABLES[name].schema) for name, rows in found.items()})


def link_records(db: Engine, records: pa.Table, decided: Decided = NOTHING) -> Linkage:
    """Tie given records into sets and say how, with what other margins would need: makes table `belongs`. See
    `resolve`."""
    _add_given_entries(db, records)
    return link(db, decided, keep=True)


def _add_given_entries(db: Engine, records: pa.Table) -> None:
    """Make view `entries` of given records and an empty registry."""
    _add_given(db, records)
    db.add("registry_numbered", NUMBERED.empty_table())
    db.run(ENTRIES["registry_rows"])
    db.run(ENTRIES["entries"])


@contextmanager
def _engine(given: Engine | None) -> Iterator[Engine]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as spill, Engine(spill=Path(spill), threads=os.cpu_count() or 1) as own:
        yield own


def _add_given(db: Engine, records: pa.Table) -> None:
    """Make view `records` of given records, in the types of the contract. Raises `TableError`."""
    contract = TABLES["records"].schema
    given = set(records.column_names)
    unknown = sorted(given - set(contract.names))
    if unknown or "record_id" not in given:
        raise TableError(
            f"unknown column {unknown[0]!r}" if unknown else "missing column 'record_id'",
            where="records",
            mend=f"the columns are {', '.join(contract.names)}",
        )
    _check_numbers(records["record_id"])
    kinds = {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.int32(): "INTEGER", pa.date32(): "DATE"}
    db.run(NORMALISE["any_date"])
    columns = ", ".join(
        f'any_date("{f.name}"::VARCHAR) AS "{f.name}"'
        if f.type == pa.date32() and f.name in given
        else f'TRY_CAST({f.name if f.name in given else "NULL"} AS {kinds[f.type]}) AS "{f.name}"'
        for f in contract
    )
    db.add("given_records", records)
    db.run(f"CREATE OR REPLACE TEMP VIEW records AS SELECT {columns} FROM given_records")


def _check_numbers(ids: pa.ChunkedArray) -> None:
    """Raise `TableError` unless these are whole numbers, each once and none negative."""
    whole = pa.types.is_integer(ids.type)
    if not whole or pc.count_distinct(ids).as_py() != len(ids) or (len(ids) and pc.min(ids).as_py() < 0):
        raise TableError(
            "record_id is negative, stands more than once or is empty" if whole else f"record_id is {ids.type}",
            where="records",
            mend="number the records anew, each once, with whole numbers from 0 on",
        )


def _add_registry(db: Engine, folder: Path) -> int:
    """Make table `registry_rows` of every registry file; the number of rows."""
    db.add("registry_numbered", registry_rows(folder))
    db.run(ENTRIES["registry_rows"])
    return int(db.value("SELECT count(*) FROM registry_rows"))


def _add_previous(db: Engine, step: Step) -> bool:
    """Make the last committed persons and memberships views; whether there were any."""
    for name in ("persons", "memberships"):
        db.add(f"earlier_{name}", step.previous(name) or TABLES[name].schema.empty_table())
    compare_with_earlier(db)
    return step.previous("persons") is not None


def _balances(db: Engine, registered: int, rows: dict[str, int]) -> list[Balance]:
    records = db.value("SELECT count(*) FROM records")
    matched = db.value("SELECT coalesce(sum(registry_matches), 0)::BIGINT FROM best")
    exposed = db.value("SELECT coalesce(sum(bit_count(elements)), 0)::BIGINT FROM best")
    return [
        Balance("records", records, {"belong to a person": rows["memberships"]}),
        Balance("registry rows", registered, {"of a person": matched, "not concerned": registered - matched}),
        Balance("elements of persons", exposed, {"proved by a record": rows["exposures"]}),
    ]


def _answer_findings(linkage: Linkage, stale: int) -> list[str]:
    found = []
    if linkage.at_odds:
        found.append(f"{linkage.at_odds} answers would join persons called different elsewhere and were not followed")
    if stale:
        found.append(f"{stale} answers were left out: the records they are about are gone or changed")
    return found


def _findings(db: Engine, linkage: Linkage, registered: int, *, first: bool) -> list[str]:
    found = []
    if not registered:
        found.append("no registry was given: contacts and statuses are those of the taken files alone")
    if linkage.generic_ssns:
        found.append(f"{linkage.generic_ssns} SSNs stand under many names and were not used as a key")
    if linkage.generic_contacts:
        found.append(
            f"{linkage.generic_contacts} telephones, e-mails or accounts stand under many names and were no key"
        )
    if told := db.value("SELECT coalesce(sum(persons), 0)::BIGINT FROM by_postcode"):
        found.append(
            f"{told} persons have a ZIP code and no state: the state is that of the ZIP code, in doubt ask counsel"
        )
    if open_reviews := db.value("SELECT count(*) FROM packed.questions WHERE state = 'open'"):
        found.append(
            f"{open_reviews} pairs of persons share identifiers but contradict each other: kept apart, see reviews"
        )
    if linkage.refused > VETOES_KEPT:
        found.append(f"{linkage.refused} joins were refused, and only the first {VETOES_KEPT} could become reviews")
    if linkage.links.merged:
        found.append(f"{linkage.links.merged} groups of records written differently were joined by match weight")
    if linkage.links.capped:
        found.append(
            f"{linkage.links.capped} values stand under too many records to compare each with each:"
            " neighbours were compared"
        )
    if not first:
        counts = db.fetch("SELECT count(*) FILTER (before_id <> after_id) FROM moved").column(0)[0].as_py()
        if counts:
            found.append(f"{counts} earlier persons were merged or split since the last run: see changes")
    return found
