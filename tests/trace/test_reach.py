"""Reach over planted estates, with the exact answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from amends.trace import Facts, Guessed, Opens, Reached, Seen, Stored, reach


def stored(system: str, credential: str) -> Stored:
    return Stored(system, credential, f"{credential} on {system}")


def opens(credential: str, system: str, account: str = "svc") -> Opens:
    return Opens(credential, system, account, f"{credential} opens {system}")


def seen(system: str, source: str, *instants: int, accepted: bool = True, account: str = "svc") -> Seen:
    return Seen(system, account, source, accepted, "log", np.array(instants), np.array(instants))


def facts(
    stores: list[Stored],
    opened: list[Opens],
    logons: tuple[Seen, ...] = (),
    covered: frozenset[str] = frozenset(),
    exposed: tuple[str, ...] = ("edge",),
) -> Facts:
    return Facts({system: f"scan of {system}" for system in exposed}, tuple(stores), tuple(opened), logons, covered)


def by_system(given_facts: Facts) -> dict[str, Reached]:
    return {one.system: one for one in reach(given_facts)}


CHAIN = facts(
    [stored("edge", "k1"), stored("app", "k2"), stored("island", "k3")],
    [opens("k1", "app"), opens("k2", "db"), opens("k3", "edge")],
)


def test_credentials_lead_from_the_exposed_system_inwards_and_not_from_elsewhere() -> None:
    rows = by_system(CHAIN)
    assert list(rows) == ["app", "db", "edge"]
    assert rows["db"].path == ("edge", "app", "db")
    assert rows["db"].credentials == ("k1", "k2")
    assert rows["db"].evidence == ("scan of edge", "k1 on edge", "k1 opens app", "k2 on app", "k2 opens db")
    assert {one.confidence for one in rows.values()} == {"cannot_exclude"}


def test_the_shortest_way_counts() -> None:
    rows = by_system(
        facts([stored("edge", "k1"), stored("app", "k2"), stored("edge", "k9")], [*CHAIN.opens, opens("k9", "db")])
    )
    assert rows["db"].path == ("edge", "db")


def test_nothing_is_reached_without_an_exposed_system() -> None:
    assert reach(facts(list(CHAIN.stored), list(CHAIN.opens), exposed=())) == []


def test_systems_that_open_each_other_in_a_ring_end() -> None:
    ring = ["edge", "a", "b", "c"]
    rows = by_system(
        facts(
            [stored(system, f"k-{system}") for system in ring],
            [opens(f"k-{a}", b) for a, b in pairwise([*ring, "edge"])],
        )
    )
    assert [len(rows[system].credentials) for system in ring] == [0, 1, 2, 3]


def test_logons_that_follow_each_other_confirm_the_whole_way() -> None:
    rows = by_system(
        facts(
            list(CHAIN.stored),
            list(CHAIN.opens),
            (seen("app", "edge", 10, 30), seen("db", "app", 5, 20, 40)),
            frozenset({"edge", "app", "db"}),
        )
    )
    assert rows["app"].confidence == rows["db"].confidence == "confirmed"
    assert (rows["app"].first_seen, rows["app"].last_seen) == (10, 30)
    assert (rows["db"].first_seen, rows["db"].last_seen) == (20, 40)
    assert rows["db"].evidence[-2:] == ("log line 20", "log line 40")
    assert (rows["edge"].did, rows["edge"].confidence) == (True, "corroborated")


def test_a_guessed_password_confirms_the_way_in() -> None:
    known = facts(list(CHAIN.stored), list(CHAIN.opens))
    guessed = (Guessed("edge", "198.51.100.7", 40, 5, 9, "log line 3"), Guessed("app", "198.51.100.7", 40, 5, 9, "x"))
    rows = by_system(replace(known, guessed=guessed))
    assert (rows["edge"].did, rows["edge"].confidence, rows["edge"].first_seen) == (True, "confirmed", 5)
    assert rows["edge"].evidence == ("scan of edge", "log line 3")
    assert not rows["app"].did


def test_a_logon_before_its_source_was_reached_confirms_nothing() -> None:
    rows = by_system(facts(list(CHAIN.stored), list(CHAIN.opens), (seen("app", "edge", 10), seen("db", "app", 5))))
    assert rows["app"].confidence == "confirmed"
    assert (rows["db"].did, rows["db"].confidence) == (True, "corroborated")


def test_the_way_that_was_seen_counts_more_than_a_shorter_one_that_was_not() -> None:
    shortcut = facts(
        [*CHAIN.stored, stored("edge", "k9")],
        [*CHAIN.opens, opens("k9", "db", "other")],
        (seen("app", "edge", 10), seen("db", "app", 20)),
    )
    assert by_system(shortcut)["db"].path == ("edge", "app", "db")


def test_a_logon_from_a_system_out_of_reach_is_no_evidence() -> None:
    strange = (seen("app", "island", 10), seen("db", "db", 11))
    rows = by_system(facts(list(CHAIN.stored), list(CHAIN.opens), strange, frozenset({"app", "db"})))
    assert (rows["app"].did, rows["app"].confidence) == (False, "possible")
    assert (rows["db"].did, rows["db"].confidence) == (False, "possible")


def test_failed_logons_corroborate_but_are_not_access() -> None:
    rows = by_system(facts(list(CHAIN.stored), list(CHAIN.opens), (seen("app", "edge", 10, accepted=False),)))
    assert (rows["app"].did, rows["app"].confidence, rows["app"].first_seen) == (False, "corroborated", None)


def test_a_logon_from_outside_with_a_stored_credential_corroborates() -> None:
    rows = by_system(facts(list(CHAIN.stored), list(CHAIN.opens), (seen("db", "", 10),)))
    assert (rows["db"].did, rows["db"].confidence) == (False, "corroborated")


def test_silence_counts_only_where_logs_cover_the_system() -> None:
    rows = by_system(facts(list(CHAIN.stored), list(CHAIN.opens), covered=frozenset({"app"})))
    assert (rows["app"].confidence, rows["db"].confidence) == ("possible", "cannot_exclude")


def test_logons_without_dates_confirm_without_instants() -> None:
    undated = Seen("app", "svc", "edge", True, "log", np.array([], np.int64), np.array([7]))
    row = by_system(facts(list(CHAIN.stored), list(CHAIN.opens), (undated,)))["app"]
    assert (row.confidence, row.first_seen, row.evidence[-1]) == ("confirmed", None, "log line 7")


NAMES = st.sampled_from([f"s{number}" for number in range(7)])
KEYS = st.sampled_from([f"k{number}" for number in range(5)])


@given(
    st.lists(st.tuples(NAMES, KEYS), max_size=14),
    st.lists(st.tuples(KEYS, NAMES), max_size=14),
    st.sets(NAMES, max_size=3),
    st.lists(st.tuples(NAMES, NAMES, st.integers(0, 9), st.booleans()), max_size=10),
)
def test_reach_is_the_closure_of_what_is_stored_and_opened(
    stores: list[tuple[str, str]],
    opened: list[tuple[str, str]],
    exposed: set[str],
    logons: list[tuple[str, str, int, bool]],
) -> None:
    closure = set(exposed)
    while True:
        held = {key for system, key in stores if system in closure}
        more = {system for key, system in opened if key in held} - closure
        if not more:
            break
        closure |= more
    rows = by_system(
        facts(
            [stored(*pair) for pair in stores],
            [opens(*pair) for pair in opened],
            tuple(seen(system, source, at, accepted=ok) for system, source, at, ok in logons),
            exposed=tuple(exposed),
        )
    )
    assert set(rows) == closure
    for row in rows.values():
        assert row.path[0] in exposed
        assert row.path[-1] == row.system
        assert len(row.path) == len(row.credentials) + 1
        for (source, target), key in zip(pairwise(row.path), row.credentials, strict=True):
            assert (source, key) in stores
            assert (key, target) in opened
        if row.confidence == "confirmed":
            assert row.did
            assert all(rows[system].confidence == "confirmed" for system in row.path[1:])
