"""What the pages of a Parquet file unpack to, by the headers that a reader must obey; the footer may say anything.

A page that unpacks to more than its header says is refused by the reader, so the headers bound what it holds. They are
in Thrift's compact protocol (Apache Parquet format, `PageHeader`).
"""

from __future__ import annotations

import io
from typing import BinaryIO

import pyarrow.parquet as pq

_HEADER = 1 << 12
_LONG_HEADER = 1 << 18
_PAGES = 50_000
_VALUE = 8
_DEEP = 8
_UNPACKED, _PACKED, _DATA, _DATA_2 = 2, 3, 5, 8
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, 7, 8, 12
_INTEGERS = (4, 5, 6)

Fields = dict[int, "int | Fields"]


class OddPagesError(Exception):
    """Headers that are not understood, or too many to look at."""


def largest_group(file: BinaryIO, meta: pq.FileMetaData) -> int:
    """Bytes that the pages of one group of rows unpack to, of the largest group. Raises `OddPagesError`."""
    left, largest = _PAGES, 0
    for group in range(meta.num_row_groups):
        row_group, size = meta.row_group(group), 0
        for index in range(row_group.num_columns):
            repeated = meta.schema.column(index).max_repetition_level > 0
            unpacked, pages = _chunk(file, row_group.column(index), repeated, left)
            size, left = size + unpacked, left - pages
        largest = max(largest, size)
    return largest


def _chunk(file: BinaryIO, column: pq.ColumnChunkMetaData, repeated: bool, most: int) -> tuple[int, int]:
    """Bytes and pages of one column of one group. Values of lists count by number: a few bytes may stand for many."""
    at = column.data_page_offset
    if column.has_dictionary_page and column.dictionary_page_offset:
        at = min(at, column.dictionary_page_offset)
    end, size, pages = at + column.total_compressed_size, 0, 0
    while at < end:
        if pages >= most:
            raise OddPagesError
        page, length = _header(file, at)
        packed, unpacked = page.get(_PACKED), page.get(_UNPACKED)
        if not isinstance(packed, int) or not isinstance(unpacked, int) or packed < 0 or unpacked < 0:
            raise OddPagesError
        data = page.get(_DATA) or page.get(_DATA_2)
        values = data.get(1, 0) if repeated and isinstance(data, dict) else 0
        size += max(unpacked, _VALUE * values if isinstance(values, int) else 0)
        at, pages = at + length + packed, pages + 1
    return size, pages


def _header(file: BinaryIO, at: int) -> tuple[Fields, int]:
    """The header at this place, and its length."""
    for most in (_HEADER, _LONG_HEADER):
        file.seek(at)
        data = io.BytesIO(file.read(most))
        try:
            return _struct(data, 0), data.tell()
        except EOFError:
            continue
    raise OddPagesError


def _struct(data: io.BytesIO, depth: int) -> Fields:
    """The integers and structures among the fields of a structure, by number."""
    if depth > _DEEP:
        raise OddPagesError
    fields: Fields = {}
    number = 0
    while head := _byte(data):
        number = number + (head >> 4) if head >> 4 else _integer(data)
        kind = head & 15
        if kind in _INTEGERS:
            fields[number] = _integer(data)
        elif kind == _STRUCT:
            fields[number] = _struct(data, depth + 1)
        elif kind == _BINARY:
            _skip(data, _unsigned(data))
        elif kind in (_BYTE, _DOUBLE):
            _skip(data, 1 if kind == _BYTE else 8)
        elif kind not in (_TRUE, _FALSE):
            raise OddPagesError
    return fields


def _integer(data: io.BytesIO) -> int:
    number = _unsigned(data)
    return (number >> 1) ^ -(number & 1)


def _unsigned(data: io.BytesIO) -> int:
    number = shift = 0
    while shift < 70:
        byte = _byte(data)
        number |= (byte & 127) << shift
        if byte < 128:
            return number
        shift += 7
    raise OddPagesError


def _byte(data: io.BytesIO) -> int:
    byte = data.read(1)
    if not byte:
        raise EOFError
    return byte[0]


def _skip(data: io.BytesIO, size: int) -> None:
    if len(data.read(size)) < size:
        raise EOFError
