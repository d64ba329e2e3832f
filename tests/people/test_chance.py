"""A likeness is worth less the more people there are to be like somebody by chance."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from amends.engine import Engine
from amends.people import link_records
from amends.people.compare import Compared
from amends.people.linkage import Links
from amends.people.ssn_rates import Anchors
from tests.people.test_linkage import every_pair


def strangers(count: int) -> pa.Table:
    """So many people of few names on streets of few names, each with one record, an SSN and a birth date."""
    random = np.random.default_rng(7)
    rows = [
        {
            "record_id": human,
            "given_name": f"given{'abcdefgh'[random.integers(8)] * 3}",
            "family_name": f"family{'abcde'[random.integers(5)] * 3}",
            "ssn": f"{random.integers(100, 600)}{random.integers(10, 99)}{random.integers(1000, 9999)}",
            "dob": f"{random.integers(1940, 2005)}-{random.integers(1, 12):02}-{random.integers(1, 28):02}",
            "address_line": f"{human + 1} {['oak', 'elm', 'birch'][random.integers(3)]} lane",
            "city": f"town{human}",
        }
        for human in range(count)
    ]
    return pa.Table.from_pylist(rows)


def linked(folder: Path, table: pa.Table) -> tuple[Links, Compared]:
    """What linking did, and what every pair that was compared agrees on."""
    with Engine(spill=folder) as db:
        links = link_records(db, table).links
        return links, links.compared(*every_pair(db, links))


def test_namesakes_on_streets_of_one_name_do_not_teach_that_ssns_differ(tmp_path: Path) -> None:
    links, _ = linked(tmp_path, strangers(1_500))
    rates = links.model.rates
    assert rates.anchors[0] == 0
    assert rates.same[0].sum(axis=1)[0] < 0.15
    assert links.merged == 0


def test_one_likeness_is_chance_among_more_people(tmp_path: Path) -> None:
    def typical(count: int) -> float:
        table = strangers(count).drop_columns(["address_line", "city"])
        links, found = linked(tmp_path, table)
        levels = found.levels
        named = (levels["given"] == 7) & (levels["family"] == 5)
        return float(np.median(links.chance.alike(found)[named & (levels["dob"] == 0)]))

    assert typical(1_600) == pytest.approx(typical(400) + 2, abs=0.3)


def test_what_relatives_share_is_left_to_the_weights(tmp_path: Path) -> None:
    table = strangers(60)
    home = pa.array(["1 oak lane"] * 60)
    table = table.set_column(table.schema.get_field_index("address_line"), "address_line", home)
    table = table.set_column(table.schema.get_field_index("city"), "city", pa.array(["salem"] * 60))
    links, found = linked(tmp_path, table)
    assert len(found) and np.isneginf(links.chance.alike(found)).all()


def test_no_pair_weighs_more_than_chance_allows(tmp_path: Path) -> None:
    links, _ = linked(tmp_path, strangers(800).drop_columns(["ssn", "address_line", "city"]))
    across = links.across
    bound = np.log2(links.partners) - across.alike
    assert len(across.weight) > 100
    assert (across.weight <= bound + 1e-4).all()
    assert np.isclose(across.weight, bound, atol=1e-4).any()


@pytest.mark.parametrize(("apart", "believed"), [(0, 140), (5, 140), (30, 90)])
def test_pairs_without_a_birth_date_teach_only_where_far_ones_are_few(apart: int, believed: int) -> None:
    same = np.zeros((3, 5, 2))
    same[0, 4, 0], same[1, 0, 0], same[2, 0, 0] = 90, 50, apart
    rates = Anchors(same, np.zeros((2, 5, 2))).rates(np.array([1.0, 0, 0, 0, 0]))
    assert rates.anchors[0] == believed
    assert (rates.same[0, 0].sum() > 0.2) == (believed == 140)
    assert rates.same.sum(axis=(1, 2)) == pytest.approx(1)


def test_namesakes_in_near_houses_do_not_teach_that_ssns_differ(tmp_path: Path) -> None:
    rows = strangers(600).to_pylist()
    for row in rows:
        street = sha256(str(row["record_id"]).encode()).hexdigest()[:12]
        row["family_name"], row["address_line"] = f"f{street}", f"{row['record_id'] + 1} {street} lane"
    for number, row in enumerate(rows[:60]):
        name = {"given_name": row["given_name"], "family_name": row["family_name"], "city": row["city"]}
        rows.append(
            {**rows[599 - number], **name, "record_id": 600 + number, "address_line": f"1{row['address_line']}"}
        )
    links, _ = linked(tmp_path, pa.Table.from_pylist(rows))
    assert links.model.rates.anchors[0] < 10
    assert links.model.rates.same[0, 0].sum() < 0.15
