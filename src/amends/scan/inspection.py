"""The first pass: what each entry of the haul is, and, of tables, what every column holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from amends.scan import formats
from amends.scan.archives import Member, members
from amends.scan.classify import ColumnVerdict, judge_columns
from amends.scan.columnar import ParquetReader
from amends.scan.delimited import DelimitedReader, lay_out
from amends.scan.encodings import to_ascii_based
from amends.scan.facts import ColumnFacts
from amends.scan.haul import Entry
from amends.scan.limits import Limits
from amends.scan.ndjson import NdjsonReader
from amends.scan.pipeline import ahead
from amends.scan.reader import Reader, Tally, UnreadableError
from amends.scan.records import Plan, plan
from amends.scan.source import ChangedError, Source, Watcher

_WORTH_A_THREAD = 4 << 20


@dataclass(slots=True)
class FileReport:
    """What became of one file or archive member: its row of `files` and, of a table, how to read it again."""

    path: str
    wave: str
    bytes: int
    file_id: int = 0
    container: str | None = None
    sha256: str | None = None
    format: str = "unknown"
    encoding: str | None = None
    state: str = "not_read"
    reason: str | None = None
    header: bool = True
    tally: Tally | None = None
    recorded: int = 0
    verdicts: Sequence[ColumnVerdict] = ()
    facts: Sequence[ColumnFacts] = ()
    reader: Reader | None = None
    plan: Plan | None = None
    size_on_disk: int = field(default=0)

    def give_up(self, state: str, reason: str) -> None:
        """The file's rows do not count: it failed, or it changed while it was read."""
        self.state, self.reason = state, reason
        self.tally, self.recorded, self.verdicts, self.facts, self.reader, self.plan = None, 0, (), (), None, None


CHANGED = "it changed while it was read; run scan again"


class Inspection:
    """The look at one entry: `recognise` tells its format and lists members, `read` goes through its content."""

    def __init__(self, entry: Entry, limits: Limits, watcher: Watcher | None = None) -> None:
        self._entry = entry
        self._limits = limits
        self._source = Source(entry.where, limits, watcher)
        self._format: formats.Format | None = None
        self._sample = b""
        self.report = FileReport(entry.path, entry.wave, entry.bytes, size_on_disk=entry.bytes)

    def recognise(self) -> list[FileReport]:
        """Reports of the entry itself and of the members it lists, with formats but without ids."""
        report = self.report
        if self._entry.kind == "unreadable":
            report.give_up(
                "failed", "it cannot be listed: check its rights, and that nobody is changing the taken files"
            )
        elif self._entry.kind != "file":
            report.format, report.reason = self._entry.kind, formats.named(self._entry.kind).reason
        elif self._entry.bytes == 0:
            report.format, report.state = "empty", "empty"
        else:
            return [report, *self._look()]
        return [report]

    def _look(self) -> Iterator[FileReport]:
        report = self.report
        try:
            self._sample = self._source.head(self._limits.sample)
            self._format = formats.recognise(self._sample, self._entry.path)
            report.format, report.reason = self._format.name, self._format.reason or None
            if report.format == "delimited":
                report.format = "csv" if self._format.named else "text"
            if report.format == "zip":
                for member in members(self._source, self._limits):
                    yield _of_member(report, member)
        except UnreadableError as error:
            report.reason = str(error)
        except ChangedError:
            report.give_up("changed", CHANGED)
        except OSError:
            report.give_up("failed", "it cannot be opened: check its rights")

    def read(self) -> None:
        """Hash the content and, of a table, measure every column and judge it. Fills the report."""
        report = self.report
        if self._entry.kind != "file" or report.state in ("failed", "changed"):
            return
        try:
            if self._format is not None and not self._format.reason:
                self._read_table()
            report.sha256 = self._source.sha256()
        except ChangedError:
            report.give_up("changed", CHANGED)
        except UnreadableError as error:
            report.give_up("failed", str(error))
            self._hash_anyway()
        except OSError:
            report.give_up("failed", "it cannot be read: check its rights and the disk")
        self._sample = b""

    def _hash_anyway(self) -> None:
        try:
            self.report.sha256 = self._source.sha256()
        except ChangedError:
            self.report.give_up("changed", CHANGED)
        except OSError:
            self.report.reason = "it cannot be read: check its rights and the disk"

    def _read_table(self) -> None:
        report = self.report
        reader = self._reader()
        if reader is None:
            report.format, report.reason = "text", formats.named("text").reason
            return
        facts: list[ColumnFacts] = []
        batches = reader.batches()
        for batch in ahead(batches) if self._entry.bytes > _WORTH_A_THREAD else batches:
            facts.extend(ColumnFacts(name) for name in reader.shape.names[len(facts) :])
            for position, cells in batch.columns.items():
                facts[position].add(cells)
        facts.extend(ColumnFacts(name) for name in reader.shape.names[len(facts) :])
        report.state, report.encoding, report.header = "read", reader.shape.encoding or None, reader.shape.has_header
        report.tally, report.reader, report.facts = reader.tally, reader, facts
        report.verdicts = judge_columns(facts, header=reader.shape.has_header)
        report.plan = plan(report.file_id, report.wave, report.verdicts, facts)

    def _reader(self) -> Reader | None:
        """The reader of the file's format; None when it turns out to be no table."""
        told = self._format
        if told is None:
            return None
        if told.name == "parquet":
            return ParquetReader(self._source)
        sample = b"".join(to_ascii_based([self._sample[told.encoding.skip :]], told.encoding))
        whole = self._entry.bytes <= len(self._sample)
        if not whole and b"\n" not in sample and b"\r" not in sample:
            self._refuse_endless_line()
        if told.name == "ndjson":
            return NdjsonReader(self._source, told.encoding)
        layout = lay_out(sample, whole=whole, named=told.named, limits=self._limits)
        if layout is None:
            return None
        self.report.format = "csv"
        return DelimitedReader(self._source, told.encoding, layout)

    def _refuse_endless_line(self) -> None:
        head = self._source.head(min(self._entry.bytes, self._limits.row))
        if len(head) >= self._limits.row and b"\n" not in head and b"\r" not in head:
            raise UnreadableError(f"its first line is longer than {self._limits.row >> 20} MiB")


def _of_member(archive: FileReport, member: Member) -> FileReport:
    reason = "it needs a password" if member.locked else formats.named("zip").reason
    return FileReport(
        f"{archive.path}!{member.path.encode('utf-8', 'backslashreplace').decode()}",
        archive.wave,
        member.bytes,
        container=archive.path,
        format=_by_ending(member.path),
        reason=reason,
    )


def _by_ending(path: str) -> str:
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    return ending if ending.isalnum() and len(ending) <= 8 and "." in path.rpartition("/")[2] else "unknown"
