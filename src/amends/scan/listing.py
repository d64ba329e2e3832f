"""The tables that scan fills from its reports: files, columns and the questions about columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from amends.scan.report import FileReport
from amends.tables import TABLES

Cell = str | int | float | None


def files_table(reports: Sequence[FileReport]) -> pa.Table:
    """The `files` table: one row a report, by file id."""
    ids = {report.path: report.file_id for report in reports}
    return _table("files", [_file(report, ids) for report in reports])


def columns_table(reports: Sequence[FileReport], last: Iterable[pa.RecordBatch] = ()) -> pa.Table:
    """The `columns` table: one row a column of every table that was read, and rows of the `last` run."""
    rows: list[Mapping[str, Cell]] = []
    for report in reports:
        kept = report.tally.rows - report.tally.rejected if report.tally else 0
        for position, verdict in enumerate(report.verdicts):
            rows.append(
                {
                    "file_id": report.file_id,
                    "column": position,
                    "name": verdict.column,
                    "element": verdict.element,
                    "field": verdict.field,
                    "confidence": verdict.confidence,
                    "rows": kept,
                    "filled": verdict.filled,
                    "valid": verdict.valid,
                    "decided_by": verdict.decided_by,
                }
            )
    return _with("columns", rows, last, [("file_id", "ascending"), ("column", "ascending")])


def reviews_table(reports: Sequence[FileReport], last: Iterable[pa.RecordBatch] = ()) -> pa.Table:
    """The `reviews` table: a question for each column in doubt, open or decided, and rows of the `last` run."""
    rows: list[Mapping[str, Cell]] = [
        {
            "review_id": f"column:{report.file_id}:{position}",
            "kind": "column",
            "file_id": report.file_id,
            "column": position,
            "question": said.question if (said := report.answered.get(position)) else verdict.question,
            "records": verdict.filled,
            "state": "open" if verdict.question else "decided",
            "decision": said.answer if said else None,
        }
        for report in reports
        for position, verdict in enumerate(report.verdicts)
        if verdict.question or position in report.answered
    ]
    return _with("reviews", rows, last, [("review_id", "ascending")])


def _file(report: FileReport, ids: Mapping[str, int]) -> Mapping[str, Cell]:
    tally = report.tally
    return {
        "file_id": report.file_id,
        "container_id": ids[report.container] if report.container else None,
        "wave": report.wave,
        "path": report.path,
        "bytes": report.bytes,
        "sha256": report.sha256,
        "format": report.format,
        "encoding": report.encoding,
        "state": report.state,
        "reason": report.reason,
        "rows": tally.rows if tally else None,
        "rows_recorded": report.recorded if tally else None,
        "rows_impersonal": tally.rows - tally.rejected - report.recorded if tally else None,
        "rows_rejected": tally.rejected if tally else None,
        "rows_ragged": tally.ragged if tally else None,
    }


def _with(
    name: str, rows: Sequence[Mapping[str, Cell]], last: Iterable[pa.RecordBatch], order: list[tuple[str, str]]
) -> pa.Table:
    schema = TABLES[name].schema
    batches = list(last)
    old = pa.Table.from_batches(batches) if batches else schema.empty_table()
    return pa.concat_tables([old.select(schema.names).cast(schema), _table(name, rows)]).sort_by(order)


def _table(name: str, rows: Sequence[Mapping[str, Cell]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=TABLES[name].schema)
