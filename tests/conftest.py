"""Fixtures that every room's tests share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from amends.case import Case
from amends.case import new_case as make_case
from amends.case.step import Step
from amends.tables import TABLES


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests make their own keys."""
    monkeypatch.delenv("AMENDS_KEY", raising=False)


@pytest.fixture
def data_folder() -> Path:
    """The folder of test data that nobody here wrote; the test is skipped where it is absent."""
    folder = Path(os.environ.get("AMENDS_DATA", Path(__file__).parents[1] / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("set AMENDS_DATA to the folder of external test data")
    return folder.resolve()


@pytest.fixture
def new_case(tmp_path: Path) -> Iterator[Callable[..., Case]]:
    """Make a case with given tables already in it and given settings: `new_case(tables={…}, incident={…})`."""
    opened: list[Case] = []

    def make(
        *, tables: Mapping[str, pa.Table] | None = None, encryption: str = "case-key", **sections: Mapping[str, Any]
    ) -> Case:
        folder = tmp_path / f"case{len(opened)}"
        text = "\n".join(f"[{name}]\n" + _toml(values) for name, values in sections.items())
        case = make_case(folder, encryption=encryption, sections=text or "[incident]\n")  # type: ignore[arg-type]
        for name, table in (tables or {}).items():
            put_table(case, name, table)
        opened.append(case)
        return case

    yield make
    for case in opened:
        case.close()


def put_table(case: Case, name: str, table: pa.Table) -> None:
    """Commit a table as its own verb would; columns that are left out become null."""
    contract = TABLES[name].schema
    given = set(table.column_names)
    columns = [table.column(f.name).cast(f.type) if f.name in given else pa.nulls(len(table), f.type) for f in contract]
    full = pa.table(columns, schema=contract)
    verb = TABLES[name].written_by.split(", ")[0]
    others = [
        (output["table"], case.store.dataset([case.path / output["path"]]).to_table())
        for output in _outputs(case, verb)
        if output["table"] != name
    ]
    with Step(case, verb, [name, *(other for other, _ in others)], {}, "test") as step:
        step.write(name, full)
        for other, rows in others:
            step.write(other, rows)
        step.commit()


def _outputs(case: Case, verb: str) -> list[dict[str, Any]]:
    path = case.state / f"{verb}.json"
    return json.loads(path.read_bytes())["outputs"] if path.exists() else []


def _toml(values: Mapping[str, Any]) -> str:
    def text(value: Any) -> str:
        if isinstance(value, date):
            return value.isoformat()
        return json.dumps(list(value) if isinstance(value, tuple) else value)

    return "".join(f"{key} = {text(value)}\n" for key, value in values.items())
