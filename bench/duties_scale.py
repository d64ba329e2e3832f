"""Claim: all regimes over N people cost at most 1.3 times the bare join of the people to their groups.

`python -m bench.duties_scale [--people 76600000]`: synthetic people of 57 places and 14 independent elements with three
statuses' worth of groups, so that every tenth million brings the worst number of distinct groups (2.8 million at
76.6 million people). Bare: join every person to the number of their group and write it. Ours: assess every group and
join every person to what they are owed, in the same run on the same rows, in CPU time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
import pyarrow as pa

from amends.case import Incident
from amends.duties import assess_whole, rulebook
from amends.duties.owed import owed
from amends.elements import mask
from bench.claim import Claim, versions

_ELEMENTS = ("name", "phone", "address", "email", "dob", "ssn", "driver_license", "account_number", "pin", "password")
_ELEMENTS += ("username", "medical", "cpni", "imei")
_WORST = 16384 * 57 * 3
_Found = TypeVar("_Found")
_MORE = ("passport", "biometric")
_PLACES = [place for regime in rulebook() if regime.places == (regime.id,) for place in regime.places] + [
    "DE",
    "GB",
    "JP",
]
_SECTORS = tuple(sorted({sector for regime in rulebook() for sector in regime.reaches.sectors}))
_DAY = dt.date(2026, 8, 17)
_FACTS = {"encrypted": False, "harm_likely": True, "malicious": True, "eu_establishment": False}


@dataclass(frozen=True)
class Measured:
    """CPU seconds of each part, and the number of groups."""

    grouping: float
    bare: float
    assessing: float
    joined: float
    groups: int


def main() -> Claim:
    """Measure and return the claim."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=8_000_000)
    people = parser.parse_args().people
    settings = {"threads": 2, "memory_limit": "2GB", "preserve_insertion_order": False}
    with TemporaryDirectory() as folder, duckdb.connect(Path(folder) / "people.duckdb", config=settings) as db:
        _make(db, people)
        found = _measure(db)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return Claim(
        name="duties_scale",
        ours=f"{found.groups:,} groups of {people:,} people under {len(rulebook())} regimes: assessed "
        f"{found.assessing:.2f} s, joined back {found.joined:.2f} s CPU, peak {peak:.2f} GiB with the peer",
        against=f"the bare join back {found.bare:.2f} s (grouping {found.grouping:.2f} s is in neither)",
        ratio=found.bare / (found.assessing + found.joined),
        bar=1 / 1.3,
        command=f"python -m bench.duties_scale --people {people}",
        versions=versions("duckdb", "numpy", "pyarrow"),
    )


def _make(db: duckdb.DuckDBPyConnection, people: int) -> None:
    """Persons whose elements are 14 independent bits and whose place and variant come from a hash of their number."""
    bits = " | ".join(f"((h >> {index}) & 1) * {mask([name])}" for index, name in enumerate(_ELEMENTS))
    variant = " ".join(f"when {index} then {mask([name])}" for index, name in enumerate(_MORE, 1))
    distinct = max(1, people * _WORST // 76_600_000)
    db.execute("create table places as select unnest($1) as name, unnest(range(57)) as place", [_PLACES])
    db.execute(
        f"""create table persons as
        with drawn as (
            select i as person_id, (hash(i) % {distinct}) * 1000003 % {_WORST} as h from range({people}) t(i)
        )
        select person_id, name as jurisdiction,
            (({bits}) | case h // (16384 * 57) {variant} else 0 end)::bigint as elements
        from drawn join places on place = h // 16384 % 57"""
    )


def _measure(db: duckdb.DuckDBPyConnection) -> Measured:
    grouping, _ = _cpu(
        lambda: db.execute(
            """create table groups as select jurisdiction, elements, count(*)::bigint as people from persons
        group by all order by all"""
        )
    )
    db.execute("create table numbered as select *, row_number() over () as number from groups")
    bare = min(_cpu(lambda: _join(db, "numbered", "number"))[0] for _ in range(2))
    groups = db.sql("from groups").to_arrow_table()
    times = []
    for _ in range(2):
        assessing, table = _cpu(lambda: _assessed(groups))
        db.register("profiled", table)
        joined, _ = _cpu(lambda: _join(db, "profiled", "profile"))
        times.append((assessing, joined))
        db.unregister("profiled")
    assessing, joined = min(times, key=sum)
    return Measured(grouping, bare, assessing, joined, len(groups))


def _assessed(groups: pa.Table) -> pa.Table:
    incident = Incident(
        **dict.fromkeys(("discovered", "aware", "determined", "confirmed", "reasonably_determined"), _DAY),
        **_FACTS,
        sectors=_SECTORS,
    )
    return owed(assess_whole(incident, groups)).groups


def _join(db: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    db.execute(
        f"create or replace table back as select person_id, {column} from persons join {table} "
        "using (jurisdiction, elements)"
    )
    left = db.execute("select (select count(*) from persons) - (select count(*) from back)").fetchall()
    if left != [(0,)]:
        raise RuntimeError("people were lost in the join")


def _cpu(work: Callable[[], _Found]) -> tuple[float, _Found]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    main().emit()
