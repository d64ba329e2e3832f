"""Taken files that a human read where amends could not: rows that were rejected, whole files, values that are nobody's.

What is open in a file keeps every account from being cleared. Somebody who has read it, and has laid the people that it
holds among the taken files as a table, says so; the word holds while the file and what is open in it stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.dataset as ds

from amends.case import Case
from amends.case.decisions import Decision, Decisions, now
from amends.errors import CaseError
from amends.evidence.files import disk_errors, sha256_file
from amends.notices.channels.handover import harmless

READ: Final = "read by hand"
_KEY: Final = "file:"
_COLUMNS: Final = ("file_id", "path", "bytes", "sha256", "state", "reason", "rows_rejected")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A taken file with something in it that was not read; `path` is personal, so only an export shows it."""

    file_id: int
    path: str
    bytes: int
    sha256: str | None
    state: str
    reason: str | None
    rows_rejected: int
    values_of_nobody: int

    @property
    def facts(self) -> tuple[object, ...]:
        """What must stay as it is for a human's word on the file to hold."""
        return (self.path, self.bytes, self.sha256, self.state, self.rows_rejected, self.values_of_nobody)


def open_files(case: Case) -> list[OpenFile]:
    """Every taken file in which something was not read or is nobody's, by number; none before scan has run."""
    if not case.has("files"):
        return []
    nobodys = _nobodys(case)
    unread = ~ds.field("state").isin(["read", "empty"])
    wanted = unread | (ds.field("rows_rejected") > 0) | ds.field("file_id").isin(pa.array(list(nobodys), pa.int32()))
    rows = case.dataset("files").to_table(columns=list(_COLUMNS), filter=wanted).sort_by("file_id").to_pylist()
    return [
        OpenFile(**{**row, "rows_rejected": row["rows_rejected"] or 0}, values_of_nobody=nobodys.get(row["file_id"], 0))
        for row in rows
    ]


def settle(case: Case, file_ids: Iterable[int]) -> int:
    """Note that a human read what is open in some files; how many. Raises `CaseError` for one with nothing open."""
    known = {file.file_id: file for file in open_files(case)}
    wanted = list(dict.fromkeys(file_ids))
    for file_id in wanted:
        if file_id not in known:
            raise CaseError(
                f"nothing is open in file {file_id}", where=case.path.name, mend="see `amends export CASE unread`"
            )
    decisions = Decisions(case, "notices")
    decisions.add(
        [Decision(f"{_KEY}{file_id}", decisions.about(*known[file_id].facts), READ, now()) for file_id in wanted]
    )
    return len(wanted)


def settled(case: Case) -> Sequence[int]:
    """The files of which a human's word holds."""
    decisions = Decisions(case, "notices")
    said = {key: decision for key, decision in decisions.latest().items() if key.startswith(_KEY)}
    if not said:
        return ()
    found = {f"{_KEY}{file.file_id}": file for file in open_files(case)}
    return tuple(
        sorted(
            found[key].file_id
            for key, decision in said.items()
            if key in found and decision.about == decisions.about(*found[key].facts)
        )
    )


def export_unread(case: Case, folder: Path) -> int:
    """Write `unread.csv` to a new folder of mode 700: what is open in which taken file; the number of files.

    Raises `CaseError` when something is at the folder.
    """
    if folder.exists() or folder.is_symlink():
        raise CaseError("there is something already", where=str(folder), mend="name a new folder")
    by_hand = set(settled(case))
    files = open_files(case)
    rows = {
        "FILE": pa.array([file.file_id for file in files], pa.int32()),
        "PATH": harmless(pa.array([file.path for file in files], pa.string())),
        "STATE": pa.array([file.state for file in files], pa.string()),
        "REASON": pa.array([file.reason for file in files], pa.string()),
        "ROWS_REJECTED": pa.array([file.rows_rejected for file in files], pa.int64()),
        "VALUES_OF_NOBODY": pa.array([file.values_of_nobody for file in files], pa.int64()),
        "READ_BY_HAND": pa.array(["Y" if file.file_id in by_hand else "" for file in files], pa.string()),
    }
    with disk_errors(folder.name):
        folder.mkdir(parents=True, mode=0o700)
        path = folder / "unread.csv"
        path.touch(mode=0o600)
        csv.write_csv(pa.table(rows), path)
    case.log("export", "notices", {"what": "unread", "files": {path.name: sha256_file(path)}})
    return len(files)


def _nobodys(case: Case) -> Mapping[int, int]:
    """How many values in the texts of each file are nobody's."""
    if not case.has("mentions"):
        return {}
    table = case.dataset("mentions").to_table(columns=["file_id"], filter=ds.field("record_id").is_null())
    counts = table.group_by("file_id").aggregate([([], "count_all")])
    return dict(zip(counts["file_id"].to_pylist(), counts["count_all"].to_pylist(), strict=True))
