"""SQLite databases: each table a table, read without locks or writes, whatever type its cells have.

The database is opened as immutable: a journal or write-ahead log beside it is not applied, it is a file of its own.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from amends.scan.files.source import Source
from amends.scan.files.unpacking import DAMAGED
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.letters import as_utf8
from amends.scan.tables.reader import Batch, NamedReader, Shape, Tally

_CELLS = 1 << 18
_BLOB = 1 << 16
_BYTES = 32 << 20
_TERMS = 64
_LENGTH = "octet_length({0})" if sqlite3.sqlite_version_info >= (3, 43) else "length(CAST({0} AS BLOB))"
"""Only the newer function does without loading the cell."""
_TABLES = """SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"""


def sqlite_tables(source: Source) -> list[NamedReader]:
    """The tables with rows, by name. Raises `UnreadableError` when the database is damaged."""
    with _connected(source) as db:
        names = [row[0].decode("utf-8", "replace") for row in db.execute(_TABLES)]
        found = []
        for name in names:
            try:
                if db.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone():
                    found.append(NamedReader(name, SqliteReader(source, name, _columns(db, name))))
            except (sqlite3.Error, UnicodeError):
                found.append(NamedReader(name, None, DAMAGED))
        return found


class SqliteReader:
    """Reads one table; see `reader.Reader`. Cells of any type become text; blobs over 64 KiB are null.

    Rows are measured before they are fetched: one that is too long is rejected, and no batch holds too much.
    """

    def __init__(self, source: Source, name: str, columns: list[str]) -> None:
        self._source = source
        self._name = name
        self._columns = columns
        self.shape = Shape([*columns])
        self.tally = Tally()

    def batches(self, wanted: Collection[int] | None = None) -> Iterator[Batch]:
        """All rows in the order of the table."""
        self.tally = Tally()
        places = [i for i in range(len(self._columns)) if wanted is None or i in wanted]
        names = [_quoted(name) for name in self._columns]
        size = _sum([_size(name) for name in names])
        cells = ", ".join(_as_text(names[i], self._source.limits.row) for i in places) or "1"
        seen = np.zeros(2, np.int64)
        with _connected(self._source) as db:
            sizes = db.execute(f"SELECT {size} FROM {_quoted(self._name)}")
            cursor = db.execute(f"SELECT {cells} FROM {_quoted(self._name)}")
            for kept in self._steps(sizes, max(1, _CELLS // max(1, len(places)))):
                rows = cursor.fetchmany(len(kept))
                if len(rows) != len(kept):
                    raise UnreadableError(DAMAGED)
                numbers = np.flatnonzero(kept) + self.tally.rows
                self.tally.rows += len(rows)
                self.tally.rejected += len(rows) - len(numbers)
                columns = zip(*itertools.compress(rows, kept.tolist()), strict=True)
                found = {
                    i: as_utf8(pa.array(column, pa.binary()), seen) for i, column in zip(places, columns, strict=False)
                }
                yield Batch(pa.array(numbers), found)
        if seen[1]:
            self.shape.encoding = "cp1252" if not seen[0] else "utf-8 and cp1252"

    def _steps(self, sizes: sqlite3.Cursor, most: int) -> Iterator[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """For each batch of rows to fetch, which of them are short enough to be kept."""
        while found := sizes.fetchmany(most):
            each = np.fromiter(itertools.chain.from_iterable(found), np.int64, len(found))
            kept = each <= self._source.limits.row
            ends = np.cumsum(np.where(kept, each, 0)) // _BYTES
            yield from np.split(kept, np.flatnonzero(np.diff(ends)) + 1)


@contextlib.contextmanager
def _connected(source: Source) -> Iterator[sqlite3.Connection]:
    with source.open() as file:
        where = Path(f"/proc/self/fd/{file.fileno()}")
        path = where if where.exists() else Path(f"/dev/fd/{file.fileno()}")
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            try:
                db.text_factory = bytes
                db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * source.limits.row)
                db.execute("PRAGMA trusted_schema = OFF")
                db.execute("PRAGMA cell_size_check = ON")
                yield db
            finally:
                db.close()
        except sqlite3.DataError as error:
            raise UnreadableError(f"it holds a cell longer than {2 * source.limits.row >> 20} MiB") from error
        except (sqlite3.Error, UnicodeError) as error:
            locked = "encrypted" in str(error) or "not a database" in str(error)
            raise UnreadableError("it is encrypted or damaged" if locked else DAMAGED) from error
        source.check(file)


def _columns(db: sqlite3.Connection, name: str) -> list[str]:
    """Columns that are kept; computed ones, which would run what the file says, are left out."""
    rows = db.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()
    return [row[0].decode("utf-8", "replace") for row in rows if row[1] == 0]


def _sum(terms: list[str]) -> str:
    """The sum of many terms, in groups: SQLite bounds the depth of an expression."""
    groups = ["(" + " + ".join(terms[at : at + _TERMS]) + ")" for at in range(0, len(terms), _TERMS)]
    return " + ".join(groups) or "0"


def _size(column: str) -> str:
    """Bytes of a cell as they will be fetched."""
    return (
        f"CASE typeof({column}) WHEN 'text' THEN {_LENGTH.format(column)} "
        f"WHEN 'blob' THEN CASE WHEN length({column}) <= {_BLOB} THEN length({column}) ELSE 0 END ELSE 8 END"
    )


def _as_text(column: str, most: int) -> str:
    return (
        f"CASE WHEN {_size(column)} > {most} THEN NULL ELSE CASE typeof({column}) "
        f"WHEN 'real' THEN CASE WHEN {column} = CAST({column} AS INTEGER) "
        f"THEN CAST(CAST({column} AS INTEGER) AS TEXT) ELSE CAST({column} AS TEXT) END "
        f"WHEN 'blob' THEN CASE WHEN length({column}) <= {_BLOB} THEN CAST({column} AS TEXT) END "
        f"ELSE CAST({column} AS TEXT) END END"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
