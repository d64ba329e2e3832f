"""The sums: what came in equals what became of it, and what a human must know of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa

from amends.case import Balance
from amends.errors import EvidenceError
from amends.scan.report import FileReport

_STATES = ("read", "empty", "not_read", "failed", "changed")


def check(report: FileReport) -> None:
    """Every row of a file is recorded, impersonal or rejected; a count below zero would mean that rows were made up."""
    tally = report.tally
    if tally is not None and tally.rows - tally.rejected - report.recorded < 0:
        raise EvidenceError("a file gave more records than it has rows", where=f"file {report.file_id}")


def balances(reports: Sequence[FileReport], mentions: int, unowned: int) -> list[Balance]:
    """Files (parts count as files), rows (of documents: humans they mention), bytes of the taken files, mentions."""
    states = Counter(report.state for report in reports)
    tallies = [report.tally for report in reports if report.tally is not None]
    rows, rejected = sum(t.rows for t in tallies), sum(t.rejected for t in tallies)
    recorded = sum(report.recorded for report in reports)
    impersonal = sum(t.rows - t.rejected - r.recorded for r in reports if (t := r.tally) is not None)
    sizes: Counter[str] = Counter()
    for report in reports:
        sizes[report.state] += report.size_on_disk
    return [
        Balance("files", len(reports), {state: states[state] for state in _STATES}),
        Balance("rows", rows, {"recorded": recorded, "impersonal": impersonal, "rejected": rejected}),
        Balance("bytes", sum(report.size_on_disk for report in reports), {state: sizes[state] for state in _STATES}),
        Balance("mentions", mentions, {"owned": mentions - unowned, "unowned": unowned}),
    ]


def findings(
    reports: Sequence[FileReport], reviews: pa.Table, unowned: int, further: int, shifted: tuple[int, int]
) -> list[str]:
    """What a human must know: no path is printed, since a path may hold a name."""
    found = []
    for inside, noun in ((False, "file"), (True, "part")):
        skipped = Counter(
            (r.format, r.reason or "") for r in reports if r.state == "not_read" and (r.container is not None) is inside
        )
        for (kind, reason), count in sorted(skipped.items()):
            found.append(f"{_many(count, f'{kind} {noun}')} not read: {reason}")
    found += [
        f"file {r.file_id} ({r.format}{f', wave {r.wave}' if r.wave else ''}) {r.state}: {r.reason}"
        for r in reports
        if r.state in ("failed", "changed")
    ]
    found += _about_rows(reports)
    partly = sum(r.state == "read" and r.reason is not None for r in reports)
    if partly:
        found.append(f"{_many(partly, 'file')} could be read only in part: see the reasons in the table of files")
    if unowned:
        found.append(f"{_many(unowned, 'value')} in free text could not be tied to a human")
    back, doubtful = shifted
    if back:
        found.append(f"{_many(back, 'row')} shifted by a stray delimiter put back into place")
    if doubtful:
        found.append(
            f"{_many(doubtful, 'row')} shifted by a stray delimiter not wholly put back: the rest is read as text"
        )
    if further:
        found.append(f"{_many(further, 'further human')} stand in rows of somebody else, with records of their own")
    waiting = [row["records"] or 0 for row in reviews.to_pylist() if row["state"] == "open"]
    if waiting:
        what = f"{_many(len(waiting), 'column')} ({_many(sum(waiting), 'cell')})"
        found.append(f"{what} wait for a human to say what they hold")
    return found


def _about_rows(reports: Sequence[FileReport]) -> Iterator[str]:
    rejected = [t.rejected for r in reports if (t := r.tally) is not None and t.rejected]
    if rejected:
        yield f"{_many(sum(rejected), 'row')} in {_many(len(rejected), 'file')} could not be taken apart"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
