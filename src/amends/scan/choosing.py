"""Which reader a file of one table is given: by its format, and of texts by what its first bytes look like."""

from __future__ import annotations

from dataclasses import dataclass

from amends.scan.files.encodings import Encoding, to_ascii_based
from amends.scan.files.formats import Format
from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.blocks import find_blocks, several_headers
from amends.scan.tables.delimited import DelimitedReader, lay_out
from amends.scan.tables.fixed import FixedReader, find_edges
from amends.scan.tables.guarded import GuardedReader, parquet_reader
from amends.scan.tables.hl7 import Hl7Reader
from amends.scan.tables.jsonstretch import mostly_json
from amends.scan.tables.labelled import LabelledReader, find_labels
from amends.scan.tables.ndjson import NdjsonReader
from amends.scan.tables.reader import Reader
from amends.scan.tables.recordlength import ENCODINGS, RecordLines, has_no_lines, record_length
from amends.scan.tables.turned import turned


@dataclass(frozen=True, slots=True)
class Chosen:
    """A reader, and the format that it finds the file to be, "" where that was known."""

    reader: Reader
    format: str = ""


def choose(source: Source, told: Format, head: bytes) -> Chosen | None:
    """The reader of a file that begins with `head`; None when it turns out to be no table."""
    if told.name == "parquet":
        return Chosen(parquet_reader(source))
    if told.name == "arrow":
        return Chosen(GuardedReader("amends.scan.tables.columnar:ArrowReader", source))
    sample = b"".join(to_ascii_based([head[told.encoding.skip :]], told.encoding))
    records = _records(source, told, sample)
    if records is not None:
        return records
    _check_first_line(source, head, sample)
    if told.name == "ndjson":
        return Chosen(NdjsonReader(source, told.encoding))
    if told.name == "hl7":
        return Chosen(Hl7Reader(source, told.encoding, sample))
    return _of_text(source, told, sample, whole=len(head) < source.limits.sample)


def _check_first_line(source: Source, head: bytes, sample: bytes) -> None:
    """Raise `UnreadableError` where the first line does not end within `limits.row`."""
    limits = source.limits
    if len(head) < limits.sample or b"\n" in sample or b"\r" in sample:
        return
    start = source.head(limits.row)
    if len(start) >= limits.row and b"\n" not in start and b"\r" not in start:
        raise UnreadableError(f"its first line is longer than {limits.row >> 20} MiB")


def _of_text(source: Source, told: Format, sample: bytes, *, whole: bool) -> Chosen | None:
    limits = source.limits
    labels = None if told.named else find_labels(sample)
    if labels is not None:
        return Chosen(LabelledReader(source, told.encoding, labels))
    if not told.named and mostly_json(sample, limits):
        return None
    layout = lay_out(sample, whole=whole, named=told.named, limits=limits)
    if layout is not None and several_headers(sample, limits):
        return None
    if layout is not None:
        by_columns = turned(source, told.encoding, layout) if whole else None
        return Chosen(by_columns or DelimitedReader(source, told.encoding, layout), "csv")
    edges = None if find_blocks([("", sample)], limits) else find_edges(sample, whole=whole)
    return Chosen(FixedReader(source, told.encoding, edges), "fixed") if edges else None


def _records(source: Source, told: Format, sample: bytes) -> Chosen | None:
    """The reader of records of one length without line ends, where the file holds such."""
    name = told.encoding.name
    plain = told.name == "delimited" and name in ENCODINGS and has_no_lines(sample)
    length = record_length(sample) if plain else 0
    if not length:
        return None
    lines = RecordLines(source, told.encoding, length)
    encoding = Encoding(name, 0)
    edges = find_edges(b"".join(to_ascii_based([lines.head(len(sample))], encoding)), whole=False)
    return Chosen(FixedReader(lines, encoding, edges), "fixed") if edges else None
