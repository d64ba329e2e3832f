"""One breach for the whole room: 6,000 people, made once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends import carrier


@pytest.fixture(scope="session")
def breach(tmp_path_factory: pytest.TempPathFactory) -> carrier.Breach:
    return carrier.generate(tmp_path_factory.mktemp("carrier") / "breach", 6_000)


@pytest.fixture(scope="session")
def people(breach: carrier.Breach) -> pa.Table:
    return pq.read_table(breach.truth / "people.parquet")


@pytest.fixture(scope="session")
def appearances(breach: carrier.Breach) -> pa.Table:
    return pq.read_table(breach.truth / "appearances.parquet")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
