"""The second pass: records and mentions by file id, taken over where a file is the same, else read from it again.

Mentions wait in the case's work folder until all records are written, so that both tables are streams.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from amends.errors import AmendsError
from amends.scan.cells.births import with_births
from amends.scan.cells.realigning import realign
from amends.scan.cells.searching import tell
from amends.scan.columns.records import FURTHER, RAW, normalise
from amends.scan.delta import Delta
from amends.scan.files.parts import Workroom
from amends.scan.files.pipeline import ahead
from amends.scan.files.source import ChangedError
from amends.scan.files.unreadable import UnreadableError, defect
from amends.scan.recorded import Recorded
from amends.scan.report import FileReport
from amends.scan.tables.reader import Tally
from amends.scan.text.find import Search
from amends.scan.text.humans import ROWS
from amends.scan.text.mentions import read_document
from amends.tables import TABLES

Writer: TypeAlias = "pa.ipc.RecordBatchStreamWriter"


class LostError(Exception):
    """A file could not be read a second time as it was the first time."""

    def __init__(self, report: FileReport) -> None:
        self.report = report
        super().__init__(f"file {report.file_id}")


class Harvest:
    """One go through the reports, by id.

    `counts` are rows a file that became records, `written` all records, `further` those of humans beside the row's own,
    `unowned` mentions that are tied to nobody, `back` shifted rows put back into place, `doubtful` those not all of
    which could be. `search` finds values and names in documents.
    """

    def __init__(self, delta: Delta, room: Workroom, search: Search) -> None:
        self._search = search
        self._delta = delta
        self._room = room
        self._waiting = room.place("mentions.arrow")
        self._further = room.place("further.arrow")
        self._outermost = ""
        self.counts: Counter[int] = Counter()
        self.written = self.further = self.unowned = self.back = self.doubtful = 0
        self._rows = Recorded()

    def records(self, reports: Sequence[FileReport]) -> Iterator[pa.RecordBatch]:
        """The records, while the mentions are put aside. Raises `LostError`."""
        telling = [report for report in reports if _way(report)]
        with pa.ipc.new_stream(self._waiting, TABLES["mentions"].schema) as aside:
            for way, group in groupby(telling, key=_way):
                part = list(group)
                for batch in self._read(way, part, aside):
                    self._count(batch)
                    yield batch
        self._room.clear()

    def mentions(self) -> Iterator[pa.RecordBatch]:
        """The mentions of all records that were given."""
        with pa.OSFile(str(self._waiting)) as file:
            yield from pa.ipc.open_stream(file)
        self._waiting.unlink()

    def _read(self, way: str, reports: list[FileReport], aside: Writer) -> Iterator[pa.RecordBatch]:
        if way == "table":
            yield from normalise(ahead(self._raw(reports, aside)))
        elif way == "text":
            for report in reports:
                yield from self._text(report, aside)
        else:
            ids = [report.file_id for report in reports]
            self._put_aside(self._delta.rows("mentions", ids), aside)
            yield from self._delta.rows("records", ids)

    def _count(self, batch: pa.RecordBatch) -> None:
        self.written += batch.num_rows
        for file_id in batch.column("file_id").unique().to_pylist():
            rows = batch.filter(pc.equal(batch.column("file_id"), file_id))
            numbers = rows.column("record_id").to_numpy() & (ROWS - 1)
            self.further += int((numbers >= FURTHER).sum())
            self.counts[file_id] += self._rows.fresh(file_id, rows.column("row").to_numpy(), numbers >= FURTHER)

    def _raw(self, reports: Iterable[FileReport], aside: Writer) -> Iterator[pa.Table]:
        for report in reports:
            made, reader = report.plan, report.reader
            if made is None or reader is None:
                continue
            self._at(report)
            before = report.tally
            further = 0
            try:
                made = with_births(made, reader)
                with pa.ipc.new_stream(self._further, RAW) as others:
                    for batch in reader.batches(made.wanted):
                        aligned = realign(batch, made)
                        self.back += aligned.back
                        self.doubtful += aligned.doubtful
                        told = tell(aligned.batch, made, FURTHER + further)
                        if told.mentions is not None:
                            self._put_aside([told.mentions], aside)
                        others.write_table(told.further)
                        further += len(told.further)
                        yield told.raw
            except (ChangedError, UnreadableError, OSError) as error:
                raise LostError(report) from error
            if before != reader.tally:
                raise LostError(report)
            if further:
                with pa.OSFile(str(self._further)) as file:
                    for part in pa.ipc.open_stream(file):
                        yield pa.Table.from_batches([part])

    def _text(self, report: FileReport, aside: Writer) -> Iterator[pa.RecordBatch]:
        document = report.document
        if document is None:
            return
        self._at(report)
        try:
            found = read_document(document, report.file_id, report.wave, self._search)
        except UnreadableError as error:
            report.give_up("failed", str(error))
            return
        except (ChangedError, OSError) as error:
            raise LostError(report) from error
        except AmendsError:
            raise
        except Exception as error:
            report.give_up("failed", defect(error))
            return
        report.state, report.encoding = "read", document.encoding or None
        report.reason = "; ".join(document.gaps) or None
        report.tally = Tally(rows=found.records.num_rows)
        self._put_aside([found.mentions], aside)
        if found.records.num_rows:
            yield found.records

    def _put_aside(self, mentions: Iterable[pa.RecordBatch], aside: Writer) -> None:
        schema = TABLES["mentions"].schema
        for batch in mentions:
            if batch.num_rows:
                whole = batch.select(schema.names).cast(schema)
                nobodys = pc.and_(pc.is_null(whole.column("record_id")), pc.not_equal(whole.column("element"), "name"))
                self.unowned += pc.sum(nobodys).as_py()
                aside.write_batch(whole)

    def _at(self, report: FileReport) -> None:
        """Copies of parts are kept for one taken file at a time."""
        if report.outermost != self._outermost:
            self._outermost = report.outermost
            self._room.clear()


def _way(report: FileReport) -> str:
    """Where the rows of a report come from: kept, table, text, or nowhere."""
    if report.kept:
        return "kept" if report.state == "read" and report.tally is not None else ""
    if report.document is not None:
        return "text"
    return "table" if report.plan is not None and report.plan.personal else ""
