"""The weights of a case are kept with it, and say of every pair what they said when the case was resolved."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from amends.case import new_case
from amends.engine import Engine
from amends.errors import TableError
from amends.people import MODEL, link_records, run
from amends.people.waterfall import contributions
from amends.people.weights import Model
from tests.people.test_linkage import every_pair, people
from tests.people.test_relations import commit_records
from tests.people.test_resolve import ANA, records


def test_a_waterfall_is_recomputed_from_the_kept_model(tmp_path: Path) -> None:
    table, _ = people(150)
    with Engine(spill=tmp_path) as db:
        links = link_records(db, table).links
        left, right = every_pair(db, links)
        found = links.compared(left, right)
        explained = {pair: links.explain(int(left[pair]), int(right[pair])) for pair in range(0, len(left), 30)}
    kept = Model.from_json(links.to_json())
    assert kept.taught_by == links.model.taught_by
    assert len(explained) > 10
    for pair, parts in explained.items():
        assert kept.explain(found, pair) == parts
    assert np.array_equal(kept.weigh(found), links.model.weigh(found))


def test_a_waterfall_adds_up_to_what_the_pair_was_joined_by(tmp_path: Path) -> None:
    table, _ = people(150)
    ssns = [None if number % 3 else ssn for number, ssn in enumerate(table["ssn"].to_pylist())]
    table = table.set_column(table.schema.get_field_index("ssn"), "ssn", pa.array(ssns))
    with Engine(spill=tmp_path) as db:
        links = link_records(db, table).links
        left, right = every_pair(db, links)
        one, other = (links.profiles.group[side].astype(np.int64) for side in (left, right))
        across = links.across
        pairs = across.left.astype(np.int64) << 32 | across.right
        kept = np.isin(np.minimum(one, other) << 32 | np.maximum(one, other), pairs)
        row, what, bits = contributions(links, left[kept], right[kept])
    sums = np.bincount(row, weights=bits, minlength=int(kept.sum()))
    allowed = ~across.forbidden
    assert kept.sum() == len(allowed) and allowed.sum() > 50
    assert np.abs(sums - across.weight)[allowed].max() < 0.5
    assert "one side alone has an SSN" in what


def test_a_run_keeps_the_model_without_any_value_of_a_person(tmp_path: Path) -> None:
    with new_case(tmp_path / "case") as case:
        commit_records(case, records(ANA, {**ANA, "given_name": "Anna", "address_line": "12 Oak St"}))
        run(case)
        text = (case.path / "outputs" / MODEL).read_text(encoding="utf-8")
    held = json.loads(text)
    assert held["version"] == 1 and held["margin"] and held["strangers"]["people"]
    for value in ("Diaz", "Ana", "Anna", "Oak", "219091234"):
        assert value not in text


def test_a_model_of_other_features_is_refused() -> None:
    with pytest.raises(TableError, match="other features"):
        Model.from_json('{"version": 1, "taught_by": 0, "coefficients": [0.1]}')
