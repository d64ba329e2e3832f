"""The physical limit of a verb: DuckDB reading every value of the same rows once."""

from __future__ import annotations

import time

from amends.case import Case
from amends.engine import Engine, open_engine
from bench.claim import Claim, versions
from bench.rehearsed_case import again, rehearsed

_TOUCH = "SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM {source}"
PACKAGES = ("duckdb", "pyarrow", "numba", "numpy")


def rate_over_tables(verb: str, tables: tuple[str, ...], bar: float) -> Claim:
    """Rows a second of a verb against DuckDB's scan of the tables it reads; rows are those of the first table."""
    with rehearsed() as case:
        rows = case.dataset(tables[0]).count_rows()
        outcome = again(case, verb)
        limit = min(_seconds_to_touch(case, tables) for _ in range(3))
    return rate(verb, f"{rows:,} {tables[0]}", rows, outcome.seconds, limit, bar)


def _seconds_to_touch(case: Case, tables: tuple[str, ...]) -> float:
    with open_engine(case) as db:
        for table in tables:
            db.attach(table)
        return seconds_to_touch(db, tables)


def seconds_to_touch(db: Engine, sources: tuple[str, ...]) -> float:
    """Seconds in which DuckDB hashes every value of every source."""
    began = time.perf_counter()
    for source in sources:
        db.fetch(_TOUCH.format(source=source))
    return time.perf_counter() - began


def rate(verb: str, what: str, rows: int, seconds: float, limit: float, bar: float) -> Claim:
    """Rows a second of a verb, against the seconds in which DuckDB reads the same rows."""
    return Claim(
        f"{verb}_rate",
        f"{rows / seconds:,.0f} rows/s ({what})",
        f"DuckDB scan {rows / limit:,.0f} rows/s",
        limit / seconds,
        bar,
        f"python -m bench.{verb}_rate",
        versions(*PACKAGES),
    )
