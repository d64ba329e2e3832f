"""A case of 17,544 simulated people (pseudopeople): tax, WIC and survey records were taken, the census is the registry.

Files are written as they come, columns and values untouched, except that the truth (`simulant_id`, `household_id`) and
the record number are left out. The registry is brought to the contract by hand, as an organisation would.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from amends.case import Case, Outcome, new_case
from amends.cli.response import respond
from amends.engine import open_engine

REGISTRY = "census_2020"
TAKEN = "(f1040|w2|wic|acs|cps)_.*"
INCIDENT = """
[organisation]
name = "Acceptance Case"
[incident]
discovered = 2021-08-12
determined = 2021-08-16
encrypted = false
harm_likely = true
[policy]
offer_months = 24
"""

_TAKEN = """
SELECT * EXCLUDE (rec_id, simulant_id, household_id, source) FROM records WHERE source = $source ORDER BY rec_id
"""
_TRUTH = """
SELECT source AS name, row_number() OVER (PARTITION BY source ORDER BY rec_id) - 1 AS row, simulant_id AS human
FROM records WHERE regexp_full_match(source, $taken)
"""
_REGISTRY = """
SELECT
    rec_id::VARCHAR AS account_number, 'holder' AS role, 'current' AS status,
    first_name AS given_name, middle AS middle_name, last_name AS family_name,
    try_strptime(dob_raw, ['%m/%d/%Y', '%Y-%m-%d', '%Y%m%d'])::DATE AS dob,
    nullif(trim(concat_ws(' ', street_number, street_name, unit)), '') AS address_line,
    city, upper(state) AS region, zip AS postcode
FROM records WHERE source = $source
"""
_SCORE = """
WITH shares AS (
    SELECT memberships.person_id, truth.human, count(*) AS records
    FROM truth
    JOIN files ON regexp_extract(files.path, '([^/]+)\\.[a-z]+$', 1) = truth.name
    JOIN memberships ON memberships.record_id = files.file_id * (1::BIGINT << 36) + truth.row
    GROUP BY ALL
), majorities AS (
    SELECT person_id, arg_min(human, (-records, human)) AS human, count(*) AS humans FROM shares GROUP BY person_id
)
SELECT
    (SELECT count(DISTINCT human) FROM truth) AS humans,
    count(DISTINCT human) AS found,
    count(*) AS persons,
    count(*) FILTER (humans > 1) AS mixed
FROM majorities
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the case: humans of the truth, humans found, person rows, rows that mix humans, and each verb."""

    humans: int
    found: int
    persons: int
    mixed: int
    outcomes: tuple[Outcome, ...]

    @property
    def lost_per_1000(self) -> float:
        """Humans that are the majority in no person row, per 1,000."""
        return 1000 * (self.humans - self.found) / self.humans

    @property
    def extra_per_1000(self) -> float:
        """Person rows beyond one a human, per 1,000 humans."""
        return 1000 * (self.persons - self.found) / self.humans


def run(source: Path, folder: Path) -> Figures:
    """Make the case in `folder`, respond to it and score it. Raises the first error of a verb."""
    with duckdb.connect() as db:
        db.execute("CREATE TABLE records AS FROM read_parquet($path)", {"path": str(source)})
        listed = "SELECT DISTINCT source FROM records WHERE regexp_full_match(source, $taken) ORDER BY 1"
        names = [row[0] for row in db.execute(listed, {"taken": TAKEN}).fetchall()]
        for part in ("registry", "taken/2021-08-12"):
            (folder / part).mkdir(parents=True)
        _copy(db, _REGISTRY, REGISTRY, folder / "registry" / "census.parquet", "FORMAT parquet")
        for number, name in enumerate(names):
            suffix, how = _FORMATS[number % len(_FORMATS)]
            _copy(db, _TAKEN, name, folder / "taken" / "2021-08-12" / f"{name}.{suffix}", how)
        truth = db.sql(_TRUTH, params={"taken": TAKEN}).to_arrow_table()
    inputs = 'taken = "../taken"\nregistry = "../registry"\nestate = "../estate"\n'
    with new_case(folder / "case", name="simulated people", sections=INCIDENT, inputs=inputs) as case:
        response = respond(case, lambda _: None)
        if response.errors:
            raise next(iter(response.errors.values()))
        return Figures(**_score(case, truth), outcomes=tuple(response.outcomes))


_FORMATS = (("csv", "FORMAT csv, HEADER"), ("ndjson", "FORMAT json"), ("parquet", "FORMAT parquet"))


def _copy(db: duckdb.DuckDBPyConnection, query: str, source: str, path: Path, how: str) -> None:
    db.execute(f"CREATE OR REPLACE TABLE part AS {query}", {"source": source})
    db.execute(f"COPY part TO '{path}' ({how})")


def _score(case: Case, truth: object) -> dict[str, int]:
    with open_engine(case) as db:
        for table in ("files", "memberships"):
            db.attach(table)
        db.add("truth", truth)
        return db.fetch(_SCORE).to_pylist()[0]
