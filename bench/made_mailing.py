"""A case with N synthetic people whose notices are written and approved: `write(N, FOLDER)`.

Nine in ten write English; one in twenty is a minor; the elements are of a dozen kinds; every person has a code.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from amends import notices
from amends.case import Step, new_case
from amends.elements import mask
from amends.tables import TABLES

_ELEMENTS = ("name", "dob", "ssn", "phone", "pin", "email", "address", "account_number", "driver_license")
_SECTIONS = """[organisation]
name = "Meridian Mobile"
address_line = "100 Main Street"
city = "Springfield"
region = "IL"
postcode = "62701"
phone = "1-800-555-0100"
website = "www.meridian.example"
email = "notice@meridian.example"
mailer_id = "123456"
mail_service = "300"
[incident]
began = 2021-03-18
ended = 2021-08-04
discovered = 2021-08-12
determined = 2021-08-17
[engine]
memory = "4GiB"
[mailing]
seeds = ["Pat Example; 1 Main Street; Springfield; IL; 62701"]
"""
_PERSONS = """
select
    range + 1 as person_id,
    'Given' || (range % 5000) as given_name,
    'Family' || (hash(range) % 50000) as family_name,
    1 + range % 9800 || ' Oak Avenue' as address_line,
    'Fresno' as city,
    'CA' as region,
    printf('%05d', 90000 + range % 6000) as postcode,
    'US' as country,
    'US-CA' as jurisdiction,
    if(hash(range, 'l') % 10 = 0, 'es', 'en') as language,
    hash(range, 'm') % 20 = 0 as minor,
    'wave1' as first_wave,
    $masks[(1 + hash(range, 'e') % 12)::bigint]::bigint as elements
from range($people)
"""
_CODES = """
select person_id, 'adult' as product, printf('K%011d', person_id) as code, 24 as months, date '2022-02-28' as enrol_by
from persons
"""


def write(people: int, folder: Path) -> None:
    """Make the case in a new folder, run notices and approve every proof."""
    masks = [mask(["name", *_ELEMENTS[1 + index % 3 : 3 + index % 7]]) for index in range(12)]
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GiB"}) as db:
        db.execute(f"create table persons as {_PERSONS}", {"masks": masks, "people": people})
        made = {"persons": db.sql("from persons").to_arrow_table(), "codes": db.sql(_CODES).to_arrow_table()}
    made["duties"] = pa.Table.from_pylist([_duty()], schema=TABLES["duties"].schema)
    with new_case(folder, encryption="volume", sections=_SECTIONS) as case:
        for name, table in made.items():
            with Step(case, TABLES[name].written_by.split(", ")[0], [name], {}, "bench") as step:
                step.write(name, _as_in_contract(name, table))
                step.commit()
        notices.run(case)
        notices.approve(case, ["all"])


def _as_in_contract(name: str, table: pa.Table) -> pa.Table:
    contract = TABLES[name].schema
    have = set(table.column_names)
    columns = [table.column(f.name).cast(f.type) if f.name in have else pa.nulls(len(table), f.type) for f in contract]
    return pa.table(columns, schema=contract)


def _duty() -> dict[str, object]:
    return {
        "duty_id": "US-CA:individuals",
        "regime": "US-CA",
        "jurisdiction": "US-CA",
        "audience": "individuals",
        "state": "owed",
        "due": date(2021, 9, 16),
        "triggers": [mask(["name"])],
        "content": ["title_notice_of_data_breach", "description", "date_of_breach"],
        "content_prohibited": [],
        "methods": ["mail"],
    }
