"""The verb: list the haul, inspect it file by file, read its tables once more for their records, and reconcile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from amends.case import Case, Outcome, Step
from amends.case.decisions import Decisions, decisions_file
from amends.errors import EvidenceError
from amends.scan.answers import heed
from amends.scan.columns.records import plan
from amends.scan.columns.whose import settle
from amends.scan.delta import KNOWN, Delta
from amends.scan.files.extras import installed
from amends.scan.files.guard import at_work
from amends.scan.files.haul import entries, number
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.parts import Workroom
from amends.scan.harvest import Harvest, LostError
from amends.scan.inspection import inspect
from amends.scan.listing import columns_table, files_table, reviews_table
from amends.scan.reckoning import balances, check, findings
from amends.scan.report import CHANGED, FileReport
from amends.scan.text.find import hits_of
from amends.scan.text.nlp import hits_with_nlp, require_model
from amends.tables import TABLES


def run(case: Case, *, limits: Limits = DEFAULT) -> Outcome:
    """Find the personal data in the taken files.

    Reads: the folder `inputs.taken` and what humans decided (`answers`). Writes: files, columns, mentions, records,
    reviews. Raises `InputError` when there is nothing to scan; a file that cannot be read is listed with its reason and
    the rest goes on. Files that are as the last run left them are not read again.
    """
    writes = ("files", "columns", "mentions", "records", "reviews")
    answers = decisions_file(case, "scan")
    step = case.step(
        "scan",
        inputs=(case.settings.inputs.taken, answers),
        settings=("scan",),
        writes=writes,
        tools=installed(),
    )
    if step.done:
        return step.outcome
    search = hits_of
    if case.settings.scan.nlp:
        require_model()
        search = hits_with_nlp
    with step, at_work():
        decisions = Decisions(case, "scan")
        delta = Delta(case, step, limits, decisions)
        room = Workroom(case.work / "scan" / "parts", limits)
        reports = _inspect(case, step, limits, room, delta, decisions)
        harvest = _write_records(step, reports, lambda: Harvest(delta, room, search))
        for report in reports:
            check(report)
        kept = [report.file_id for report in reports if report.kept]
        step.write("files", files_table(reports))
        step.write("columns", columns_table(reports, delta.rows("columns", kept)))
        mentions = pa.RecordBatchReader.from_batches(TABLES["mentions"].schema, harvest.mentions())
        count = step.write("mentions", mentions)
        reviews = reviews_table(reports, delta.rows("reviews", kept))
        step.write("reviews", reviews)
        told = findings(reports, reviews, harvest.unowned, harvest.further, (harvest.back, harvest.doubtful))
        return step.commit(balances=balances(reports, count, harvest.unowned), findings=told)


def _inspect(
    case: Case, step: Step, limits: Limits, room: Workroom, delta: Delta, decisions: Decisions
) -> list[FileReport]:
    """The first pass: reports of every file and part, by id. Ids are given in the order of wave and path."""
    found = entries(case.settings.inputs.taken)
    watch = _Progress(step, sum(entry.bytes for entry in found), "bytes read")
    reports = []
    for entry in found:
        same = delta.same(entry)
        reports += same or inspect(entry, limits, room, watch)
        if same:
            watch(entry.bytes)
    reports.sort(key=lambda report: (report.wave, report.path))
    ids = number([report.path for report in reports], delta.ids)
    for report in reports:
        report.file_id = ids[report.path]
        if report.verdicts:
            heed(report, decisions)
            settled = settle(report.verdicts, report.facts, header=report.header)
            report.verdicts = settled.verdicts
            ragged = report.tally.ragged if report.tally else 0
            report.plan = plan(report.file_id, report.wave, settled, report.facts, ragged)
            report.facts = ()
    step.write_output(KNOWN, delta.known(found, ids))
    return sorted(reports, key=lambda report: report.file_id)


class _Progress:
    """Adds up bytes and reports them to the step."""

    def __init__(self, step: Step, total: int, unit: str) -> None:
        self._step, self._total, self._unit, self._done = step, total, unit, 0

    def __call__(self, count: int) -> None:
        self._done = min(self._total, self._done + count)
        self._step.progress(self._done, self._total, self._unit)


def _write_records(step: Step, reports: Sequence[FileReport], begin: Callable[[], Harvest]) -> Harvest:
    """The second pass. A taken file that changed since the first is left out whole, and the table is written anew."""
    schema = TABLES["records"].schema
    while True:
        harvest = begin()
        lost: FileReport | None = None
        try:
            rows = step.write("records", pa.RecordBatchReader.from_batches(schema, harvest.records(reports)))
        except LostError as error:
            lost = error.report
        if lost is None:
            break
        for report in reports:
            if report.outermost == lost.outermost:
                report.give_up("changed", CHANGED)
    for report in reports:
        report.recorded = harvest.counts[report.file_id]
    if rows != harvest.written:
        raise EvidenceError("records written and records counted differ", where="verb scan")
    return harvest
