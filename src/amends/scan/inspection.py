"""The first pass: what a taken file is and holds, part by part, and, of tables, what every column holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from amends.errors import AmendsError
from amends.scan.cells.nesting import (
    Nested,
    names_others,
    nested_columns,
    nested_lines,
    of_the_same,
    taken_apart,
    tells_of_humans,
)
from amends.scan.choosing import choose
from amends.scan.columns.classify import judge_columns
from amends.scan.columns.measuring import measure_table
from amends.scan.documents.astext import PassageSource, passages_of
from amends.scan.documents.attached import attachments_of
from amends.scan.documents.document import Document, open_document, reason_for
from amends.scan.documents.office import workbook_notes
from amends.scan.documents.pageremainder import PageRemainder
from amends.scan.documents.textremainder import TextRemainder
from amends.scan.files import formats, sevenzip
from amends.scan.files.archives import members
from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.haul import Entry
from amends.scan.files.limits import Limits
from amends.scan.files.parts import Budget, Part, PartSource, Workroom
from amends.scan.files.source import ChangedError, Source, Watcher
from amends.scan.files.streams import in_order
from amends.scan.files.unreadable import UnreadableError, defect
from amends.scan.report import CHANGED, FileReport
from amends.scan.tables.blocks import block_reader, find_blocks
from amends.scan.tables.delimited import DelimitedReader
from amends.scan.tables.htmltables import page_tables
from amends.scan.tables.jsondoc import json_tables, line_tables
from amends.scan.tables.jsonstretch import JsonPlaces, lines_at
from amends.scan.tables.labelled import LabelledReader, find_labels
from amends.scan.tables.reader import NamedReader, Reader, Tally
from amends.scan.tables.secondheaders import tables_apart
from amends.scan.tables.tablefiles import TABLE_FILES, tables_in, tables_of_lines
from amends.scan.tables.tagged import find_tags, tables_by_tag
from amends.scan.values.kinds import Kind

_WORTH_A_THREAD = 4 << 20
_TEXTS = frozenset(("json", "ndjson", "xml", "sql", "mysqldump", "pg_dump"))
"""Files of tables that are read as text when there is no table in them."""
_WITH_TABLES = frozenset(("text", "log", "email", "mbox", "html"))
"""Documents whose text may hold tables between its lines."""
_LABELLED = frozenset(("text", "log", "vcard"))
"""Texts that are tables where labels say so."""


def inspect(entry: Entry, limits: Limits, room: Workroom, watcher: Watcher | None = None) -> list[FileReport]:
    """Reports of a taken file and of all its parts at any depth, without ids and plans."""
    report = FileReport(entry.path, entry.wave, entry.bytes, outermost=entry.path, size_on_disk=entry.bytes)
    if entry.kind == "unreadable":
        report.give_up("failed", "it cannot be listed: check its rights, and that nobody is changing the taken files")
    elif entry.kind != "file":
        report.format, report.reason = entry.kind, formats.named(entry.kind).reason
    else:
        room.clear()
        source = Source(entry.where, limits, watcher)
        return list(_Inspection(source, report, Budget(entry.bytes, limits), room, 0).run())
    return [report]


class _Inspection:
    """The look at one file or part, and at the parts within it."""

    def __init__(self, source: Source, report: FileReport, budget: Budget, room: Workroom, depth: int) -> None:
        self._source = source
        self._report = report
        self._budget = budget
        self._room = room
        self._depth = depth
        self._names: dict[str, int] = {}
        self._measured: list[FileReport] = []

    def run(self) -> Iterator[FileReport]:
        """The report of this file, complete, then those of its parts."""
        report = self._report
        found: list[FileReport] = []
        try:
            for part in self._content():
                found.append(part)
            for table in self._measured:
                found.extend(self._nested(table))
            report.sha256 = self._source.sha256()
        except ChangedError:
            report.give_up("changed", CHANGED)
        except UnreadableError as error:
            report.give_up("failed", str(error))
            self._hash_anyway()
        except OSError:
            report.give_up("failed", "it cannot be read: check its rights and the disk")
        except AmendsError:
            raise
        except Exception as error:
            report.give_up("failed", defect(error))
            self._hash_anyway()
        if isinstance(self._source, PartSource):
            report.bytes = max(report.bytes if report.state != "read" else 0, self._source.size)
            self._source.rest()
        if report.state == "changed":
            for part in found:
                part.give_up("changed", CHANGED)
        yield report
        yield from found

    def _hash_anyway(self) -> None:
        try:
            self._report.sha256 = self._source.sha256()
        except ChangedError:
            self._report.give_up("changed", CHANGED)
        except UnreadableError:
            pass
        except OSError:
            self._report.reason = "it cannot be read: check its rights and the disk"

    def _content(self) -> Iterator[FileReport]:
        report, limits = self._report, self._source.limits
        sample = self._source.head(limits.sample)
        if not sample:
            report.format, report.state = "empty", "empty"
            return
        told = formats.recognise(sample, report.path)
        report.format, report.reason = told.name, told.reason or None
        if told.name == "7z" and (reason := sevenzip.missing()):
            report.reason = reason
        elif told.name in formats.ARCHIVES:
            yield from self._parts(members(told.name, self._source, report.path, self._room))
        elif told.name in TABLE_FILES:
            yield from self._tables(tables_in(told.name, self._plain(told), sample), told, sample)
            if told.name == "xlsx":
                yield from self._notes()
        elif told.name in ("delimited", "ndjson", "hl7", "parquet", "arrow"):
            report.format = "csv" if told.named else "text" if told.name == "delimited" else told.name
            chosen = choose(self._source, told, sample)
            report.format = chosen.format or report.format if chosen else report.format
            reader = chosen.reader if chosen else None
            within = line_tables(self._plain(told)) if told.name == "ndjson" else self._apart(told, sample, reader)
            if within:
                yield from self._tables(within, told, sample)
            elif reader is None:
                report.format = "text"
                yield from self._document("text")
            else:
                self._measure(report, reader)
                if told.name == "ndjson" and _all_rejected(report):
                    with suppress(UnreadableError):
                        yield from self._tables(json_tables(self._plain(told)), told, sample)
        elif told.name == "html":
            yield from self._page()
        elif not told.reason:
            yield from self._written(told.name, told, sample)

    def _written(self, name: str, told: formats.Format, sample: bytes) -> Iterator[FileReport]:
        """Text under labels is read as a table, other text as a document."""
        text = b"".join(to_ascii_based([sample[told.encoding.skip :]], told.encoding))
        labels = find_labels(text) if name in _LABELLED else None
        if labels is None:
            yield from self._document(name)
        else:
            self._measure(self._report, LabelledReader(self._source, told.encoding, labels))

    def _document(self, name: str) -> Iterator[FileReport]:
        """Documents are read in the second pass; here only their attachments are."""
        report = self._report
        document = open_document(name, self._source)
        if document is None:
            report.reason = reason_for(name)
            return
        report.document = document
        yield from self._parts(attachments_of(document))
        if name in _WITH_TABLES:
            yield from self._tables_within(name, document)

    def _tables_within(self, name: str, document: Document) -> Iterator[FileReport]:
        """Tables between the lines of a text, and JSON in it, are parts; those that tell of nobody stay text."""
        source, json, places = self._source, JsonPlaces(self._source.limits), []

        def text() -> Iterator[bytes]:
            return (part.text for part in passages_of(name, source))

        try:
            found = find_blocks(json.seen((part.where, part.text) for part in passages_of(name, source)), source.limits)
        except UnreadableError:
            return  # the second pass lists what cannot be read of it
        parts = []
        for number, block in enumerate(found, 1):
            part = self._child(f"table {number}", 0)
            part.format = "table"
            _measure(part, block_reader(text, block, source.limits))
            if any(verdict.element for verdict in part.verdicts):
                places += block.places
                parts.append(part)
        stretches = json.outside(places)
        of_json = self._of_lines(lambda: lines_at(text(), stretches), "json", Kind.JSON)
        if any(tells_of_humans(part.verdicts) for part in of_json):
            places += stretches
            parts += of_json
        if places:
            self._report.document = TextRemainder(document, places)
        yield from self._kept(parts)

    def _kept(self, tables: list[FileReport]) -> Iterator[FileReport]:
        """Tables that are parts, in whose cells others may be found."""
        for table in tables:
            if not self._budget.another():
                raise UnreadableError(f"the taken file holds more than {self._source.limits.members} parts")
            self._measured.append(table)
            yield table

    def _of_lines(
        self, lines: Callable[[], Iterator[bytes]], name: str, kind: Kind, within: FileReport | None = None
    ) -> list[FileReport]:
        """The tables in lines of JSON or XML; none where there are no lines, or not each of them can be taken apart."""
        source = PartSource(self._source, lambda: in_order(lines()), self._room, self._budget, once=True)
        parts = []
        if not source.head(1):
            return []
        for table in tables_of_lines(source, kind):
            part = self._child(".".join(filter(None, (name, table.name))), 0, within)
            part.format = "table"
            if table.reader is None:
                return []
            _measure(part, table.reader)
            parts.append(part)
        return [] if any(part.tally and part.tally.rejected for part in parts) else parts

    def _page(self) -> Iterator[FileReport]:
        """A web page is the text beside its tables; each of these is a part."""
        page = page_tables(self._source)
        if not page.tables:
            text = PassageSource(lambda: passages_of("html", self._source), self._source.limits)
            labels = find_labels(text.head(self._source.limits.sample))
            if labels is not None:
                self._measure(self._report, LabelledReader(text, Encoding("utf-8", 0), labels))
                yield from self._parts(attachments_of(PageRemainder(self._source, ())))
                return
            yield from self._document("html")
            return
        self._report.document = PageRemainder(self._source, page.stretches)
        yield from self._parts_of_tables(page.tables)
        yield from self._parts(attachments_of(self._report.document))

    def _notes(self) -> Iterator[FileReport]:
        """What stands in a workbook beside its cells is a document of its own."""
        notes = workbook_notes(self._source)
        if notes is None:
            return
        part = self._child("notes", 0)
        part.format, part.document = "xlsx", notes
        yield part
        yield from self._parts(attachments_of(notes))

    def _parts(self, parts: Iterator[Part]) -> Iterator[FileReport]:
        report = self._report
        if self._depth >= self._source.limits.depth:
            raise UnreadableError(f"it lies more than {self._source.limits.depth} containers deep")
        if report.format in formats.ARCHIVES:
            report.state, report.reason = "read", None
        for part in parts:
            if not self._budget.another():
                raise UnreadableError(f"the taken file holds more than {self._source.limits.members} parts")
            yield from self._part(part)

    def _part(self, part: Part) -> Iterator[FileReport]:
        report = self._child(part.name, part.bytes)
        report.format, report.reason = part.kind or _by_ending(part.name), part.reason or None
        if part.open is None:
            yield report
            return
        once = self._report.format not in formats.ARCHIVES
        source = PartSource(self._source, part.open, self._room, self._budget, once=once)
        yield from _Inspection(source, report, self._budget, self._room, self._depth + 1).run()

    def _child(self, name: str, size: int, within: FileReport | None = None) -> FileReport:
        name = name.encode("utf-8", "backslashreplace").decode().replace("\n", " ").replace("\0", " ")
        outer = within or self._report
        path = f"{outer.path}!{name}"
        self._names[path] = self._names.get(path, 0) + 1
        if self._names[path] > 1:
            path = f"{path} ({self._names[path]})"
        return FileReport(path, outer.wave, size, container=outer.path, outermost=outer.outermost)

    def _tables(self, tables: list[NamedReader], told: formats.Format, sample: bytes) -> Iterator[FileReport]:
        """A file of one table is that table itself; of several, each is a part."""
        report = self._report
        report.state, report.reason = "read", None
        if len(tables) == 1 and (reader := tables[0].reader) is not None:
            self._measure(report, reader)
            if not (report.format in _TEXTS and _all_rejected(report)):
                return
            report.reader, report.tally, report.facts, report.verdicts = None, None, [], []
            tables = []
        if not tables and report.format in _TEXTS:
            yield from self._written("text", told, sample)
        elif not tables:
            report.tally = Tally()
        yield from self._parts_of_tables(tables)

    def _parts_of_tables(self, tables: list[NamedReader]) -> Iterator[FileReport]:
        for table in tables:
            if not self._budget.another():
                raise UnreadableError(f"the taken file holds more than {self._source.limits.members} parts")
            part = self._child(table.name, 0)
            part.format, part.state = "table", "read"
            try:
                if table.reader is None:
                    raise UnreadableError(table.reason)
                self._measure(part, table.reader)
            except UnreadableError as error:
                part.give_up("failed", str(error))
            yield part

    def _apart(self, told: formats.Format, head: bytes, reader: Reader | None) -> list[NamedReader]:
        """The tables of a delimited file of several headers or kinds of record; none if it is one table."""
        if told.name != "delimited" or not (reader is None or isinstance(reader, DelimitedReader)):
            return []
        sample = b"".join(to_ascii_based([head[told.encoding.skip :]], told.encoding))
        plain = self._plain(told)
        encoding = told.encoding if plain is self._source else Encoding("utf-8", 0)
        named = reader is not None and reader.layout.header
        tags = None if named else find_tags(sample, whole=len(head) < self._source.limits.sample)
        if tags is not None:
            return tables_by_tag(plain, encoding, tags)
        return tables_apart(plain, encoding, sample, reader.layout) if reader else []

    def _measure(self, report: FileReport, reader: Reader) -> None:
        _measure(report, reader)
        self._measured.append(report)

    def _nested(self, report: FileReport) -> Iterator[FileReport]:
        """The tables in a table's cells: columns of JSON or XML that tell of humans of their own."""
        reader = report.reader
        if reader is None or self._depth + report.path.count("!") >= self._source.limits.depth:
            return
        for nested in nested_columns(report.verdicts, report.facts):
            try:
                tables = self._tables_of_cells(report, reader, nested)
            except UnreadableError:
                continue  # it stays a column of text
            if tables:
                report.verdicts = taken_apart(report.verdicts, nested)
            yield from self._kept(tables)

    def _tables_of_cells(self, report: FileReport, reader: Reader, nested: Nested) -> list[FileReport]:
        """The tables in the cells of a column; none where they tell of nobody but the row's own human."""
        name = report.verdicts[nested.position].column
        parts = self._of_lines(lambda: nested_lines(reader, nested), name, nested.kind, report)
        if not any(verdict.element for verdict in report.verdicts):
            return parts if any(tells_of_humans(part.verdicts) for part in parts) else []
        if not any(names_others(part.verdicts) for part in parts):
            return []
        return parts if len(parts) > 1 or not of_the_same(reader, report.verdicts, nested.position) else []

    def _plain(self, told: formats.Format) -> Source:
        """The source with UTF-16 turned into UTF-8."""
        if told.encoding.name == "utf-8":
            return self._source

        def stream() -> BinaryIO:
            return in_order(to_ascii_based(self._source.chunks(told.encoding.skip), told.encoding))

        return PartSource(self._source, stream, self._room, self._budget, once=True)


def _measure(report: FileReport, reader: Reader) -> None:
    """Measure every column of a table and judge it."""
    facts = measure_table(reader, small=report.bytes <= _WORTH_A_THREAD)
    report.state, report.encoding, report.header = "read", reader.shape.encoding or None, reader.shape.has_header
    report.tally, report.reader, report.facts = replace(reader.tally), reader, facts
    report.verdicts = judge_columns(facts, header=reader.shape.has_header)


def _all_rejected(report: FileReport) -> bool:
    """Whether a table holds rows, and none that could be taken apart."""
    return report.tally is not None and 0 < report.tally.rows == report.tally.rejected


def _by_ending(path: str) -> str:
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    return ending if ending.isalnum() and len(ending) <= 8 and "." in path.rpartition("/")[2] else "unknown"
