"""The embedded engine: DuckDB in this process, with set limits, spilling inside the case.

Values reach SQL only as bound parameters (`$name`) or Arrow data, never pasted into its text. Extensions are neither
loaded nor fetched. A stream owns the connection until it is drained.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from numpy.typing import NDArray

from amends.case import Case
from amends.elements import ELEMENTS
from amends.errors import AmendsError, CaseError, SettingError, StorageError, TableError
from amends.tables import TABLES

BATCH = 65_536
_FEW = 500_000
Source: TypeAlias = "pa.Table | pa.RecordBatchReader | ds.Dataset"
Value: TypeAlias = "bool | int | float | str | bytes | date | list[int] | list[str] | None"


class Engine:
    """A connection to an empty database of one verb at work. Use as a context manager.

    `spill` is the folder for what memory does not hold; without one, nothing is spilled by the engine. `large`: the
    tables lie compressed in files of that folder from the start, so that what leaves memory need not be written again.
    """

    def __init__(
        self,
        case: Case | None = None,
        *,
        spill: Path | None,
        memory: str = "4GiB",
        threads: int = 2,
        large: bool = False,
    ) -> None:
        self._case = case
        self.spill = spill
        self._files = _files(spill) if large and spill else None
        try:
            self._db = duckdb.connect(
                str(self._files[0]) if self._files else ":memory:",
                config={
                    "memory_limit": memory,
                    "threads": max(1, threads),
                    "temp_directory": str(spill) if spill else "",
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "preserve_insertion_order": False,
                    "python_enable_replacements": False,
                },
            )
        except duckdb.Error as error:
            raise SettingError(
                "the engine does not start with these limits",
                where="case.toml, section engine",
                mend='write memory as "4GiB" and threads as a whole number',
            ) from error
        self.run("SET enable_progress_bar = false")
        self.run("SET TimeZone = 'UTC'")
        cases = " ".join(f"WHEN '{element.id}' THEN {element.mask}::BIGINT" for element in ELEMENTS)
        self.run(f"CREATE MACRO element_mask(id) AS CASE id {cases} END")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the engine and drop everything in it."""
        self._db.close()
        _remove(self._files)

    def pack(self) -> None:
        """Have a database `packed`, whose tables `CHECKPOINT` compresses, wherever they are."""
        where = f"'{_quoted(self._files[1])}'" if self._files else "':memory:'"
        self.run(f"ATTACH IF NOT EXISTS {where} AS packed" + ("" if self._files else " (COMPRESS)"))

    def attach(self, table: str, *, name: str = "") -> None:
        """Make a committed table of the case a view, decrypted on the fly and column-pruned.

        Raises `CaseError` when it is not there, `TableError` when it does not keep the contract.
        """
        if self._case is None:
            raise CaseError("this engine has no case to read tables from", mend="use `open_engine(case)`")
        dataset = self._case.dataset(table)
        if self._case.store.encrypted:
            self._db.register(name or table, dataset)
        else:
            paths = ", ".join(f"'{_quoted(path)}'" for path in self._case.table_paths(table))
            columns = ", ".join(f'"{column.name}"' for column in TABLES[table].columns)
            self.run(f'CREATE TEMP VIEW "{name or table}" AS SELECT {columns} FROM read_parquet([{paths}])')

    def add(self, name: str, source: Source) -> None:
        """Make Arrow data a view. A reader can be read once."""
        self._db.register(name, source)

    def drop(self, name: str) -> None:
        """Forget a view made by `add`."""
        self._db.unregister(name)

    def run(self, sql: str, **values: Value) -> None:
        """Execute one statement to its end."""
        with _errors():
            self._db.execute(sql, values or None).fetchall()

    def gather(self, table: str, query: str, parts: Iterable[Mapping[str, int]], **values: Value) -> None:
        """Make a table of the rows of a query for the values of each part in turn: each needs less memory."""
        for number, part in enumerate(parts):
            head = f'INSERT INTO "{table}"' if number else f'CREATE OR REPLACE TABLE "{table}" AS'
            self.run(f"{head}\n{query}", **part, **values)

    def keep(self, sql: str, name: str, source: pa.RecordBatchReader, **values: Value) -> None:
        """Execute a statement over Arrow data, which it sees as view `name`, to its end.

        It has a connection of its own, so that the data may come from a stream of this engine.
        """
        with _errors(), self._db.cursor() as beside:
            beside.register(name, source)
            beside.execute(sql, values or None).fetchall()

    @contextmanager
    def limited(self, share: float) -> Iterator[None]:
        """Have the engine do with a share of its memory meanwhile; without a folder to spill to, it keeps all."""
        if self.spill is None:
            yield
            return
        whole = self.value("SELECT parse_formatted_bytes(current_setting('memory_limit'))::BIGINT")
        self.run(f"SET memory_limit = '{int(whole * share)}B'")
        try:
            yield
        finally:
            self.run(f"SET memory_limit = '{whole}B'")

    def fetch(self, sql: str, **values: Value) -> pa.Table:
        """All rows of a query; for small results."""
        with _errors():
            return self._db.sql(sql, params=values or None).to_arrow_table()

    def value(self, sql: str, **values: Value) -> Any:
        """The single value of a query of one row and one column."""
        return self.fetch(sql, **values).column(0)[0].as_py()

    def stream(self, sql: str, **values: Value) -> pa.RecordBatchReader:
        """The rows of a query as a stream of batches; drain it before the next statement."""
        with _errors():
            reader = self._db.sql(sql, params=values or None).to_arrow_reader(BATCH)
        return pa.RecordBatchReader.from_batches(reader.schema, _drained(reader))

    def streams(self, statements: Iterable[str], rows: int) -> Iterator[pa.RecordBatchReader]:
        """The rows of each query in turn, to be drained before the next; that one is worked out meanwhile.

        Queries over no more than `_FEW` rows use one core each, so two are worked out. Each has a connection of its
        own, which sees tables but no views of the connection.
        """
        most = 2 if rows <= _FEW else 1
        with ThreadPoolExecutor(most) as pool:
            ahead: deque[Future[pa.RecordBatchReader]] = deque()
            for statement in statements:
                ahead.append(pool.submit(self._beside, statement))
                if len(ahead) > most:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def _beside(self, statement: str) -> pa.RecordBatchReader:
        with _errors():
            reader = self._db.cursor().sql(statement).to_arrow_reader(BATCH)
        return pa.RecordBatchReader.from_batches(reader.schema, _drained(reader))


def _files(spill: Path) -> tuple[Path, Path]:
    """Where the tables of a large case lie, and those that are packed; what a killed engine left there is removed."""
    spill.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = spill / "tables.duckdb", spill / "packed.duckdb"
    _remove(files)
    return files


def _remove(files: Iterable[Path] | None) -> None:
    for path in files or ():
        for each in (path, path.with_name(f"{path.name}.wal")):
            each.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def with_column(rows: pa.RecordBatchReader, name: str, values: NDArray[np.int32]) -> pa.RecordBatchReader:
    """A stream with one more column: what `values` holds at the place of `number`, null where that is below nought."""
    schema = rows.schema.append(pa.field(name, pa.int32()))

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in rows:
            found = values[batch.column("number").to_numpy()]
            yield pa.RecordBatch.from_arrays([*batch.columns, pa.array(found, mask=found < 0)], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


class _errors:
    """Turns the engine's errors into errors a user can act on.

    Messages about data may quote a value, so they are replaced by the kind of error; messages about SQL pass through.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        if error is None or isinstance(error, AmendsError):
            return
        if isinstance(error, duckdb.OutOfMemoryException):
            raise StorageError(
                "the work does not fit the engine's memory and spill space",
                where="case.toml, engine.memory",
                mend="raise it, or free disk space",
            ) from error
        if isinstance(error, duckdb.IOException):
            raise StorageError(
                "the disk is full" if "no space" in str(error).lower() else "the engine cannot read or spill",
                where="disk of the case",
                mend="free some space and run it again",
            ) from None
        if isinstance(error, duckdb.DataError | duckdb.OperationalError | pa.ArrowException):
            raise TableError(
                f"the engine met data that it cannot work on: {type(error).__name__}",
                mend="please report it as a defect",
            ) from None


def _drained(reader: pa.RecordBatchReader) -> Any:
    with _errors():
        yield from reader
