"""Read one file as scan would, tables and text and all parts of it, and say what broke: for fuzzing and the corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from amends.scan.files.guard import at_work
from amends.scan.files.haul import Entry
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.parts import Workroom
from amends.scan.files.source import ChangedError
from amends.scan.files.unreadable import UnreadableError
from amends.scan.inspection import inspect
from amends.scan.report import FileReport

TIGHT: Limits = replace(DEFAULT, allowance=4 << 20, members=200, depth=4)


def read_whole(name: str, content: bytes, folder: Path, limits: Limits = TIGHT) -> list[FileReport]:
    """The reports of a file and its parts, after everything in them was read twice. Raises what a reader should not."""
    path = folder / "taken" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    facts = path.stat()
    entry = Entry("", name, path, len(content), "file", facts.st_mtime_ns, facts.st_ino)
    reports = inspect(entry, limits, Workroom(folder / "work", limits))
    for report in reports:
        assert "a defect of amends" not in (report.reason or ""), f"{report.format}: {report.reason}"
        assert report.reason is None or "\n" not in report.reason
        try:
            _read_again(report)
        except (UnreadableError, ChangedError, OSError):
            assert report.reader is None, "a table that was read once must be read again"
    return reports


def _read_again(report: FileReport) -> None:
    if report.document is not None:
        for passage in report.document.passages():
            passage.text.decode("utf-8")
    if report.reader is not None:
        rows = sum(len(batch.rows) for batch in report.reader.batches({0, 1}))
        assert report.tally == report.reader.tally
        assert rows == report.reader.tally.rows - report.reader.tally.rejected


__all__ = ["at_work", "read_whole"]
