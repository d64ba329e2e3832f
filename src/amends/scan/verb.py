"""The verb: list the haul, inspect it file by file, read its tables once more for their records, and reconcile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa

from amends.case import Balance, Case, Outcome, Step
from amends.engine import Engine, open_engine
from amends.errors import EvidenceError
from amends.scan.haul import entries, number
from amends.scan.inspection import CHANGED, FileReport, Inspection
from amends.scan.limits import DEFAULT, Limits
from amends.scan.pipeline import ahead
from amends.scan.reader import UnreadableError
from amends.scan.records import normalise, prepare, raw_rows
from amends.scan.source import ChangedError
from amends.scan.tables import columns_table, files_table, reviews_table
from amends.tables import TABLES

_STATES = ("read", "empty", "not_read", "failed", "changed")


def run(case: Case, *, limits: Limits = DEFAULT) -> Outcome:
    """Find the personal data in the taken files.

    Reads: the folder `inputs.taken`. Writes: files, columns, mentions, records, reviews. Raises `InputError` when there
    is nothing to scan; a file that cannot be read is listed with its reason and the rest goes on.
    """
    writes = ("files", "columns", "mentions", "records", "reviews")
    step = case.step("scan", inputs=(case.settings.inputs.taken,), writes=writes)
    if step.done:
        return step.outcome
    with step, open_engine(case) as db:
        reports = _inspect(case, step, limits)
        prepare(db)
        records = _write_records(step, db, reports)
        for report in reports:
            _check(report)
        step.write("files", files_table(reports))
        step.write("columns", columns_table(reports))
        step.write("mentions", TABLES["mentions"].schema.empty_table())
        step.write("reviews", reviews_table(reports))
        if records != sum(report.recorded for report in reports):
            raise EvidenceError("records written and records counted differ", where="verb scan")
        return step.commit(balances=_balances(reports), findings=_findings(reports))


def _inspect(case: Case, step: Step, limits: Limits) -> list[FileReport]:
    """The first pass: reports of every file and member, in the order of their ids' making (wave, path)."""
    found = entries(case.settings.inputs.taken)
    watch = _Progress(step, sum(entry.bytes for entry in found), "bytes read")
    inspections = [Inspection(entry, limits, watch) for entry in found]
    reports = [report for inspection in inspections for report in inspection.recognise()]
    reports.sort(key=lambda report: (report.wave, report.path))
    ids = number([report.path for report in reports], _known_ids(step))
    for report in reports:
        report.file_id = ids[report.path]
    for inspection in inspections:
        inspection.read()
    return sorted(reports, key=lambda report: report.file_id)


def _known_ids(step: Step) -> dict[str, int]:
    previous = step.previous("files")
    if previous is None:
        return {}
    table = previous.to_table(columns=["path", "file_id"])
    return dict(zip(table.column("path").to_pylist(), table.column("file_id").to_pylist(), strict=True))


class _Progress:
    """Adds up bytes and reports them to the step."""

    def __init__(self, step: Step, total: int, unit: str) -> None:
        self._step, self._total, self._unit, self._done = step, total, unit, 0

    def __call__(self, count: int) -> None:
        self._done = min(self._total, self._done + count)
        self._step.progress(self._done, self._total, self._unit)


class _LostError(Exception):
    """A file could not be read a second time as it was the first time."""

    def __init__(self, report: FileReport) -> None:
        self.report = report
        super().__init__(f"file {report.file_id}")


def _write_records(step: Step, db: Engine, reports: Sequence[FileReport]) -> int:
    """The second pass. A file that changed since the first is left out whole, and the table is written anew."""
    schema = TABLES["records"].schema
    while True:
        counts: Counter[int] = Counter()
        lost: list[FileReport] = []
        try:
            rows = step.write("records", pa.RecordBatchReader.from_batches(schema, _records(db, reports, counts)))
        except _LostError as error:
            lost.append(error.report)
        if not lost:
            break
        lost[0].give_up("changed", CHANGED)
    for report in reports:
        report.recorded = counts[report.file_id]
    return rows


def _records(db: Engine, reports: Sequence[FileReport], counts: Counter[int]) -> Iterator[pa.RecordBatch]:
    for batch in normalise(db, ahead(_raw(reports))):
        for entry in batch.column("file_id").value_counts().to_pylist():
            counts[entry["values"]] += entry["counts"]
        yield batch


def _raw(reports: Sequence[FileReport]) -> Iterator[pa.Table]:
    for report in reports:
        made, reader = report.plan, report.reader
        if made is None or reader is None or not made.personal:
            continue
        before = report.tally
        try:
            for batch in reader.batches(made.wanted):
                yield raw_rows(batch, made)
        except (ChangedError, UnreadableError, OSError) as error:
            raise _LostError(report) from error
        if before != reader.tally:
            raise _LostError(report)


def _check(report: FileReport) -> None:
    """Every row of a file is recorded, impersonal or rejected; a count below zero would mean that rows were made up."""
    tally = report.tally
    if tally is not None and tally.rows - tally.rejected - report.recorded < 0:
        raise EvidenceError("a file gave more records than it has rows", where=f"file {report.file_id}")


def _balances(reports: Sequence[FileReport]) -> list[Balance]:
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
    ]


def _findings(reports: Sequence[FileReport]) -> list[str]:
    """What a human must know: no path is printed, since a path may hold a name."""
    found = []
    skipped = Counter((r.format, r.reason or "") for r in reports if r.state == "not_read" and r.container is None)
    for (kind, reason), count in sorted(skipped.items()):
        found.append(f"{_many(count, f'{kind} file')} not read: {reason}")
    inside = sum(r.container is not None for r in reports)
    if inside:
        found.append(f"{_many(inside, 'archive member')} not read: archives are not unpacked yet")
    found += [
        f"file {r.file_id} ({r.format}{f', wave {r.wave}' if r.wave else ''}) {r.state}: {r.reason}"
        for r in reports
        if r.state in ("failed", "changed")
    ]
    found += _about_rows(reports)
    asked = [(v, r) for r in reports for v in r.verdicts if v.question]
    if asked:
        waiting = sum(verdict.filled for verdict, _ in asked)
        found.append(f"{_many(len(asked), 'column')} ({_many(waiting, 'cell')}) wait for a human to say what they hold")
    return found


def _about_rows(reports: Sequence[FileReport]) -> Iterator[str]:
    rejected = [t.rejected for r in reports if (t := r.tally) is not None and t.rejected]
    if rejected:
        yield f"{_many(sum(rejected), 'row')} in {_many(len(rejected), 'file')} could not be taken apart"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
