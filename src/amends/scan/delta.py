"""What a run may take over from the last one: the rows of taken files that are the same, read by the same code.

A file is the same if its path, size, time of change and inode are. It is taken over only if all of it could be read:
what could not, or only in part, is tried again: an extra may have been installed. The ids of all paths ever seen are
kept, so an id never comes to mean another file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from amends import __version__
from amends.case import Case, Step
from amends.case.decisions import Decisions
from amends.errors import CaseError
from amends.scan.answers import told
from amends.scan.files.haul import Entry
from amends.scan.files.limits import Limits
from amends.scan.report import FileReport
from amends.scan.tables.reader import Tally

KNOWN = "scan/known.parquet"
_SCHEMA = pa.schema([("path", pa.string()), ("file_id", pa.int32()), ("mark", pa.string())])
_WHOLE = ("read", "empty")


class Delta:
    """What the last run of scan on this case knew."""

    def __init__(self, case: Case, step: Step, limits: Limits, decisions: Decisions) -> None:
        self._step = step
        self._ways = (repr(limits), case.settings.scan.nlp)
        self._decisions = decisions
        self.ids, self._marks = _known(case, step)
        self._told = told(decisions, self.ids)
        self._rows: dict[str, list[Mapping[str, object]]] = {}
        previous = step.previous("files")
        if previous is not None and self._marks:
            for row in previous.to_table().to_pylist():
                self._rows.setdefault(_outermost(row["path"], self._marks), []).append(row)

    def mark(self, entry: Entry) -> str:
        """What tells whether an entry is the one seen before and would be read in the same way."""
        said = [text for path, text in self._told if path == entry.path or path.startswith(f"{entry.path}!")]
        facts = (entry.kind, entry.bytes, entry.changed, entry.inode, *self._ways, _code(), *said)
        return hashlib.sha256("\0".join([entry.path, *map(str, facts)]).encode()).hexdigest()

    def same(self, entry: Entry) -> list[FileReport]:
        """The reports of an entry and its parts as the last run left them, or [] if it must be read."""
        rows = self._rows.get(entry.path, [])
        if not rows or self._marks.get(entry.path) != self.mark(entry):
            return []
        if entry.kind != "file" or any(row["state"] not in _WHOLE or row["reason"] for row in rows):
            return []
        paths = {row["file_id"]: row["path"] for row in rows}
        return [_report(row, paths, entry) for row in rows]

    def rows(self, table: str, ids: Collection[int]) -> Iterator[pa.RecordBatch]:
        """The rows of a table that belong to these files, in their order."""
        previous = self._step.previous(table)
        if previous is None or not ids:
            return
        wanted = pc.field("file_id")
        inside = (wanted >= min(ids)) & (wanted <= max(ids)) & wanted.isin(pa.array(sorted(ids), pa.int32()))
        yield from previous.to_batches(filter=inside, batch_readahead=2, fragment_readahead=1)

    def known(self, entries: Sequence[Entry], ids: Mapping[str, int]) -> pa.Table:
        """The table to keep for the next run: all paths ever seen with their ids, marks of the entries there are."""
        every = {**self.ids, **ids}
        self._told = told(self._decisions, every)
        seen = {entry.path: self.mark(entry) for entry in entries}
        rows = [(path, file_id, seen.get(path, "")) for path, file_id in sorted(every.items(), key=lambda kv: kv[1])]
        return pa.Table.from_pylist([dict(zip(_SCHEMA.names, row, strict=True)) for row in rows], schema=_SCHEMA)


def _known(case: Case, step: Step) -> tuple[dict[str, int], dict[str, str]]:
    found: ds.Dataset | None
    try:
        found = case.output(KNOWN)
    except CaseError:
        found = step.previous("files")
    if found is None:
        return {}, {}
    rows = found.to_table(columns=[name for name in _SCHEMA.names if name in found.schema.names]).to_pylist()
    ids = {row["path"]: row["file_id"] for row in rows}
    return ids, {row["path"]: row["mark"] for row in rows if row.get("mark")}


def _outermost(path: str, marks: Mapping[str, str]) -> str:
    """The taken file that a path stands for or lies in; names may hold exclamation marks."""
    at = len(path)
    while at > 0:
        if path[:at] in marks:
            return path[:at]
        at = path.rfind("!", 0, at)
    return path


def _report(row: Mapping[str, object], paths: Mapping[object, object], entry: Entry) -> FileReport:
    container = paths.get(row["container_id"])
    tally = None
    if row["rows"] is not None:
        tally = Tally(_int(row["rows"]), _int(row["rows_rejected"]), _int(row["rows_ragged"]))
    return FileReport(
        path=str(row["path"]),
        wave=str(row["wave"]),
        bytes=_int(row["bytes"]),
        container=None if container is None else str(container),
        outermost=entry.path,
        sha256=_text(row["sha256"]),
        format=str(row["format"]),
        encoding=_text(row["encoding"]),
        state=str(row["state"]),
        reason=_text(row["reason"]),
        tally=tally,
        recorded=_int(row["rows_recorded"]),
        size_on_disk=entry.bytes if row["path"] == entry.path else 0,
        kept=True,
    )


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@cache
def _code() -> str:
    """Hash over the code and data files of this room and of the contract."""
    root = Path(str(files("amends")))
    digest = hashlib.sha256(__version__.encode())
    room = sorted(path for path in (root / "scan").rglob("*") if path.suffix in (".py", ".sql", ".yaml"))
    for path in [root / "elements.py", root / "tables.py", *room]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
