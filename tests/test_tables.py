"""The contract of the tables."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.errors import TableError
from amends.tables import REGISTRY, TABLES, Table, conform

DESIGN = (
    "systems reach accesses files columns mentions records persons memberships exposures relations reviews changes "
    "duties filings codes authenticators notices told pieces"
)
ANY_TABLE = st.sampled_from(list(TABLES.values()))


def test_every_table_of_the_design_has_a_schema() -> None:
    assert set(TABLES) == set(DESIGN.split())


@given(ANY_TABLE)
def test_a_table_keeps_its_own_contract_in_any_column_order(table: Table) -> None:
    conform(table.schema, table)
    conform(pa.schema(list(table.schema)[::-1]), table)
    assert set(table.key) <= {column.name for column in table.columns}
    assert all(column.meaning for column in table.columns)


@given(ANY_TABLE, st.data())
def test_a_missing_column_is_named(table: Table, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from([column.name for column in table.columns]))
    with pytest.raises(TableError, match=f"missing column '{gone}'"):
        conform(pa.schema([f for f in table.schema if f.name != gone]), table)


@given(ANY_TABLE, st.data())
def test_a_wrongly_typed_column_is_named(table: Table, data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from([column.name for column in table.columns]))
    fields = [pa.field(f.name, pa.duration("s")) if f.name == wrong else f for f in table.schema]
    with pytest.raises(TableError, match=f"column '{wrong}' is duration"):
        conform(pa.schema(fields), table)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(TableError, match="unknown column 'shoe_size'"):
        conform(pa.schema([*REGISTRY.schema, pa.field("shoe_size", pa.int32())]), REGISTRY)


def test_columns_may_be_missing_only_where_that_is_said() -> None:
    conform(pa.schema([pa.field("status", pa.string())]), REGISTRY, missing_ok=True)
    with pytest.raises(TableError, match="missing column"):
        conform(pa.schema([pa.field("status", pa.string())]), REGISTRY)
