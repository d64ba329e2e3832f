"""Who is in the breach: shares after the public figures, the knob for SSNs, parts that do not meet."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from amends import carrier, elements
from amends.carrier import names, places, segments
from amends.carrier.dice import Dice
from amends.carrier.population import Population, World, populate
from amends.errors import InputError
from amends.tables import REGISTRY, conform
from tests.carrier.conftest import tree

PUBLIC_MILLIONS = {
    "postpaid_a": 7.8,
    "postpaid_b": 5.3,
    "applicant": 40.05,
    "former_extra": 0.667,
    "prepaid_active": 0.85,
    "metro": 0.052,
}
SSN_SEGMENTS = ["postpaid_a", "applicant", "late"]


def _people(count: int, *, ssn_rate: float = 0.62, part: tuple[int, int] = (0, 1)) -> tuple[World, Population]:
    world = World(Dice(2021), names.load(), places.load(), segments.load(), count, *part)
    return world, populate(world, ssn_rate)


def test_segments_have_the_public_shares_of_the_settlement_class() -> None:
    world, population = _people(200_000)
    affected = (population.segment != world.segments.code("unaffected")).sum()
    for name, millions in PUBLIC_MILLIONS.items():
        share = (population.segment == world.segments.code(name)).sum() / affected
        assert share == pytest.approx(millions / 76.6, rel=0.05, abs=0.0004), name


def test_people_live_where_the_census_counts_them() -> None:
    world, population = _people(200_000)
    washington = (population.homes.place == world.places.codes.index("WA")).mean()
    assert washington == pytest.approx(7_705_281 / 334_976_137, rel=0.1)
    assert len(set(population.homes.place.tolist())) == 57


def test_only_seniors_and_juniors_share_a_whole_name_in_one_household() -> None:
    population = _people(50_000)[1]
    called, plain = population.called, population.called.suffix == 0
    whole = list(zip(population.head[plain], called.given[plain], called.family[plain], strict=True))
    assert len(whole) - len(set(whole)) <= 2
    assert (~plain).sum() > 100


@pytest.mark.parametrize("rate", [0.09, 0.87])
def test_the_share_with_a_social_security_number_is_a_knob(tmp_path: Path, rate: float) -> None:
    breach = carrier.generate(tmp_path / "b", 6_000, ssn_rate=rate)
    people = pq.read_table(breach.truth / "people.parquet")
    wanted = people.filter(pc.is_in(people["segment"], pa.array(SSN_SEGMENTS)))
    has = pc.not_equal(pc.bit_wise_and(wanted["elements"], elements.mask(["ssn"])), 0)
    assert pc.mean(has).as_py() == pytest.approx(rate, abs=0.025)


def test_postpaid_a_grows_by_device_numbers_three_days_later(people: pa.Table, appearances: pa.Table) -> None:
    a = set(people.filter(pc.field("segment") == "postpaid_a")["human_id"].to_pylist())
    early, late = set(), set()
    for row in appearances.to_pylist():
        if row["human_id"] in a and row["elements"] & elements.mask(["imei"]):
            (early if row["path"] < "2021-08-18" else late).add(row["human_id"])
    assert not early and len(late) > 0.85 * len(a)


@pytest.mark.parametrize("seed", [1, 7, 2021])
def test_every_affected_human_appears_and_nobody_else(tmp_path: Path, seed: int) -> None:
    breach = carrier.generate(tmp_path / "b", 900, seed=seed)
    people = pq.read_table(breach.truth / "people.parquet")
    appearing = pq.read_table(breach.truth / "appearances.parquet")["human_id"].to_pylist()
    affected = people.filter(people["affected"])
    assert set(affected["human_id"].to_pylist()) == set(appearing)
    assert pc.min(affected["elements"]).as_py() > 0


def test_two_in_a_hundred_stand_only_in_other_formats(people: pa.Table) -> None:
    affected = people.filter(people["affected"])
    unread = pc.mean(pc.equal(affected["elements_readable"], 0)).as_py()
    assert unread == pytest.approx(0.0185, abs=0.006)


def test_equal_arguments_give_equal_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    one = tree(carrier.generate(tmp_path / "one", 700).folder)
    two = tree(carrier.generate(tmp_path / "two", 700).folder)
    other = tree(carrier.generate(tmp_path / "other", 700, seed=5).folder)
    assert one == two
    assert one.keys() == other.keys() and one["truth/people.parquet"] != other["truth/people.parquet"]


def test_the_set_of_files_does_not_depend_on_the_number_of_people(tmp_path: Path, breach: carrier.Breach) -> None:
    few = carrier.generate(tmp_path / "few", 1_500)
    assert tree(few.folder).keys() == tree(breach.folder).keys()


def test_parts_are_disjoint_and_make_up_the_whole(tmp_path: Path) -> None:
    for index in range(2):
        carrier.generate(tmp_path, 2_001, part=(index, 2))
    ids = [pq.read_table(tmp_path / f"truth/people.part-000{i}.parquet")["human_id"].to_pylist() for i in range(2)]
    assert sorted(ids[0] + ids[1]) == list(range(2_001))
    names_ = {p.name for p in (tmp_path / "taken").rglob("*.parquet")}
    assert {"customers_02.part-0000.parquet", "customers_02.part-0001.parquet"} <= names_
    assert (tmp_path / "estate/nmap.xml").exists()


def test_identifiers_of_two_parts_never_meet() -> None:
    first, second = (_people(40_000, part=(index, 2))[1] for index in range(2))
    for numbers in ("imei", "imsi"):
        together = [*getattr(first.lines, numbers).tolist(), *getattr(second.lines, numbers).tolist()]
        assert len(together) == len(set(together))
    assert not set(first.numbers.ssn.tolist()) & set(second.numbers.ssn.tolist())
    assert not set(first.numbers.account.tolist()) & set(second.numbers.account.tolist())
    assert not set(first.lines.phone.tolist()) & set(second.lines.phone.tolist())


def test_the_registry_keeps_the_contract_and_its_key(breach: carrier.Breach, people: pa.Table) -> None:
    registry = pq.read_table(breach.registry / "registry.parquet")
    conform(registry.schema, REGISTRY, missing_ok=True)
    keys = list(zip(*(registry[name].to_pylist() for name in REGISTRY.key), strict=True))
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys, key=lambda key: (key[0], key[1], key[2] or ""))
    prospects = people.filter(pc.field("status") == "prospective")
    assert pc.mean(prospects["in_registry"]).as_py() == pytest.approx(0.9, abs=0.03)
    assert pc.mean(people["affected"]).as_py() == pytest.approx(0.92, abs=0.02)


def test_family_users_are_users_on_the_account_of_a_holder(breach: carrier.Breach) -> None:
    registry = pq.read_table(breach.registry / "registry.parquet").to_pylist()
    holders = {row["account_number"] for row in registry if row["role"] == "holder"}
    users = [row["account_number"] for row in registry if row["role"] == "user"]
    assert users and set(users) <= holders


@pytest.mark.parametrize(
    ("arguments", "word"),
    [({"people": 100}, "few"), ({"ssn_rate": 1.5}, "share"), ({"part": (3, 3)}, "part"), ({"people": 10**9}, "many")],
)
def test_senseless_arguments_are_one_clear_line(tmp_path: Path, arguments: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        carrier.generate(tmp_path / "b", **arguments)  # type: ignore[arg-type]


def test_a_breach_is_not_written_over(breach: carrier.Breach) -> None:
    with pytest.raises(InputError, match="already"):
        carrier.generate(breach.folder, 6_000)
