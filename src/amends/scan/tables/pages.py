"""What the pages of a Parquet file unpack to, by the headers that a reader must obey; the footer may say anything.

A page that unpacks to more than its header says is refused by the reader, so the headers bound what it holds. They are
in Thrift's compact protocol (Apache Parquet format, `PageHeader`). Values of a dictionary may each be met in every row.
"""

from __future__ import annotations

import io
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit

BATCH_ROWS = 65_536

_HEADER = 1 << 12
_LONG_HEADER = 1 << 18
_PAGES = 50_000
_VALUE = 8
_SHORT = 8192
_CODECS = {"UNCOMPRESSED": "", "LZ4": "lz4_raw"}
_DICTIONARY_MOST = 64 << 20
_DEEP = 8
_UNPACKED, _PACKED, _DATA, _DICTIONARY, _DATA_2 = 2, 3, 5, 7, 8
_SHARED_PREFIXES = 7
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
            rows = min(BATCH_ROWS, row_group.num_rows)
            unpacked, pages = _chunk(file, row_group.column(index), repeated, rows, left)
            size, left = size + unpacked, left - pages
        largest = max(largest, size)
    return largest


def _chunk(file: BinaryIO, column: pq.ColumnChunkMetaData, repeated: bool, rows: int, most: int) -> tuple[int, int]:
    """Bytes and pages of one column of one group. Values of lists count by number: a few bytes may stand for many."""
    at = column.data_page_offset
    if column.has_dictionary_page and column.dictionary_page_offset:
        at = min(at, column.dictionary_page_offset)
    end, size, pages, longest = at + column.total_compressed_size, 0, 0, 0
    while at < end:
        if pages >= most:
            raise OddPagesError
        page, length = _header(file, at)
        packed, unpacked = page.get(_PACKED), page.get(_UNPACKED)
        if not isinstance(packed, int) or not isinstance(unpacked, int) or packed < 0 or unpacked < 0:
            raise OddPagesError
        if _DICTIONARY in page and column.physical_type == "BYTE_ARRAY":
            file.seek(at + length)
            longest = _longest(file.read(packed), unpacked, column.compression)
        values = _values(page)
        size += max(unpacked, _VALUE * values if repeated else 0)
        at, pages = at + length + packed, pages + 1
    return max(size, longest * rows), pages


def _values(page: Fields) -> int:
    """Values on a page of data. Raises `OddPagesError` where texts share their beginnings and so unpack further."""
    for kind, encoding in ((_DATA, 2), (_DATA_2, 4)):
        data = page.get(kind)
        if isinstance(data, dict):
            if data.get(encoding) == _SHARED_PREFIXES:
                raise OddPagesError
            count = data.get(1, 0)
            return count if isinstance(count, int) else 0
    return 0


def _longest(packed: bytes, unpacked: int, codec: str) -> int:
    """Bytes of the longest value of a dictionary; of all of it while that is little."""
    if unpacked <= _SHORT:
        return unpacked
    if unpacked > _DICTIONARY_MOST:
        raise OddPagesError
    codec = _CODECS.get(codec, codec.lower())
    plain = pa.decompress(packed, unpacked, codec, asbytes=True) if codec else packed
    return int(_longest_value(np.frombuffer(plain, np.uint8)))


@njit(cache=True)
def _longest_value(plain: np.ndarray) -> int:
    """The longest of values that each follow their length in four bytes, lowest first."""
    at, longest = 0, 0
    while at + 4 <= len(plain):
        length = plain[at] | plain[at + 1] << 8 | plain[at + 2] << 16 | plain[at + 3] << 24
        longest = max(longest, length)
        at += 4 + length
    return longest


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
