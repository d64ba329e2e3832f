"""The carrier's own list of its customers: a row a person on an account, and one for each further line of a holder.

It knows people as they are now: married names, new homes. What it does not know: one prospect in ten, the later home of
some former customers, and the Social Security number where none was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends import elements
from amends.carrier.cells import Rows
from amends.carrier.dice import Flags, Whole
from amends.carrier.haul import PART_STRIDE
from amends.carrier.identifiers import accounts, picture
from amends.carrier.noise import CLEAN
from amends.carrier.population import STATUSES, Population, World
from amends.tables import REGISTRY

ROWS_A_GROUP: Final = 200_000
SCHEMA: Final = pa.schema([field for field in REGISTRY.schema if field.name != "iccid"])
"""The carrier keeps no SIM card numbers in this list."""
SECOND_ACCOUNT: Final = 0.02
"""Share of current holders with a second account."""


@dataclass(frozen=True)
class Entries:
    """Rows in the order of the key: lines (a human's own line stands for the human), accounts, whether a user."""

    lines: Whole
    account: Whole
    user: Flags


def write(world: World, population: Population, path: Path) -> int:
    """Write the registry in the order of its key; returns its rows."""
    entries = _entries(world, population)
    count = len(entries.lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, SCHEMA, compression="snappy") as writer:
        for start in range(0, max(count, 1), ROWS_A_GROUP):
            span = slice(start, start + ROWS_A_GROUP)
            lines = entries.lines[span]
            rows = Rows(
                world=world,
                population=population,
                humans=population.lines.owner[lines],
                lines=lines,
                numbers=np.arange(start, start + len(lines), dtype=np.int64) + world.part * PART_STRIDE,
                file="registry",
                noise=CLEAN,
                always=elements.mask(["dob", "phone", "imei", "imsi"]),
            )
            writer.write_table(_table(rows, entries.account[span], entries.user[span]))
    return count


def _entries(world: World, population: Population) -> Entries:
    """Everybody the registry knows, the further lines of holders, and some second accounts."""
    owner = population.lines.owner
    lines = np.flatnonzero(population.in_registry[owner])
    holder = (population.status == 0) & (population.segment != world.segments.code("family_user"))
    second = np.flatnonzero(holder & world.dice.happens("second account", population.ids, SECOND_ACCOUNT))
    other = accounts(world.dice, population.ids[second] + 450_000_000)
    account = np.concatenate([population.numbers.account[owner[lines]], other])
    lines = np.concatenate([lines, second])
    user = population.segment[owner[lines]] == world.segments.code("family_user")
    order = np.lexsort((population.lines.phone[lines], user, account))
    return Entries(lines[order], account[order], user[order])


def _table(rows: Rows, account: Whole, user: Flags) -> pa.Table:
    people, world, humans = rows.population, rows.world, rows.humans
    stale = people.stale[humans]
    address = np.where(stale, people.homes.earlier_address[humans], people.homes.address[humans])
    place = np.where(stale, people.homes.earlier_place[humans], people.homes.place[humans])
    suffix = pa.array(["", "JR", "SR"], pa.string())
    columns = {
        "role": pc.if_else(pa.array(user), "user", "holder"),
        "status": pa.array(STATUSES, pa.string()).take(pa.array(people.status[humans])),
        "given_name": rows.given,
        "middle_name": rows.middle,
        "family_name": rows.family,
        "suffix": suffix.take(pa.array(people.called.suffix[humans], mask=people.called.suffix[humans] == 0)),
        "account_number": picture("9" * 10, account),
        "address_line": world.places.line(world.dice, address, long=False),
        "city": world.places.city(world.dice, address, place),
        "region": world.places.region(place),
        "postcode": world.places.postcode(world.dice, address, place),
        "country": world.places.country(place),
        "language": pa.array(world.names.languages, pa.string()).take(pa.array(people.language[humans])),
        "deceased": pa.array(people.deceased[humans]),
    }
    known = _known(rows)
    for name, kind in _SOMETIMES.items():
        text = rows.cells(kind).text
        columns[name] = pc.if_else(pa.array(known[name]), text, pa.scalar(None, text.type))
    unmailed = ~known["address"]
    for name in ("address_line", "city"):
        columns[name] = pc.if_else(pa.array(unmailed), pa.scalar(None, pa.string()), columns[name])
    consents = world.dice.happens("consents to e-mail", people.ids[humans], 0.4)
    columns["email_consent"] = pc.and_(pc.is_valid(columns["email"]), pa.array(consents))
    return pa.table([columns[name] for name in SCHEMA.names], names=SCHEMA.names).cast(SCHEMA)


_SOMETIMES: Final = {
    "dob": "dob:date",
    "ssn": "ssn:bare",
    "email": "email",
    "phone": "phone:plus",
    "driver_license": "driver_license",
    "government_id": "government_id",
    "imei": "imei",
    "imsi": "imsi",
}


def _known(rows: Rows) -> dict[str, Flags]:
    """Where the registry has each value: numbers after a credit check, many prepaid customers by ZIP only."""
    people, dice, codes = rows.population, rows.world.dice, rows.world.segments.codes
    humans = rows.humans
    ids, current = people.ids[humans], people.status[humans] == 0
    checked = np.isin(people.segment[humans], codes("postpaid_a", "postpaid_b", "applicant", "late", "device"))
    prepaid = np.isin(people.segment[humans], codes("prepaid_active", "prepaid_inactive"))
    number = checked & dice.happens("registry ssn", ids, 0.7)
    return {
        "dob": dice.happens("registry dob", ids, 0.93),
        "ssn": number,
        "address": ~(prepaid & dice.happens("registry without address", ids, 0.6)),
        "email": np.ones(len(ids), np.bool_),
        "phone": current | dice.happens("registry phone", ids, 0.8),
        "driver_license": checked,
        "government_id": checked,
        "imei": current,
        "imsi": current,
    }
