"""Raw rows → rows of `records`: names in parts, numbers and codes in one form, the mask of what stands in the row.

What repeats from row to row (state, country, status) is worked out once for each distinct value; names and postal
codes are byte work.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.elements import BY_ID
from amends.facts import facts_of
from amends.scan.columns import naming
from amends.scan.columns.facts import buffers
from amends.scan.values.compiled import leaf
from amends.scan.values.lexicon import regions
from amends.tables import TABLES

_PROVES: Final = (
    ("family_name", "name"), ("dob", "dob"), ("ssn", "ssn"), ("email", "email"), ("phone", "phone"),
    ("address_line", "address"), ("driver_license", "driver_license"), ("government_id", "government_id"),
    ("imei", "imei"), ("imsi", "imsi"), ("iccid", "iccid"), ("account_number", "customer_account"),
)  # fmt: skip
"""The fields that are an element of their row."""
_FILE: Final = 1 << 36
Fields = dict[str, pa.Array]


def records_of_rows(raw: pa.Table) -> pa.RecordBatch:
    """The records of raw rows (`records.RAW`), in their order; rows that hold no element are left out."""
    fields: Fields = {name: _whole(raw.column(name)) for name in raw.column_names}
    fields |= _names(fields)
    fields |= _places(fields)
    fields["ssn"] = pc.ascii_lpad(fields["ssn"], 9, "0")
    fields["phone"] = _phones(fields["phone"])
    fields["driver_license"] = pc.ascii_upper(pc.replace_substring(fields["driver_license"], " ", ""))
    fields["status"] = _each(fields["status"], _status)
    fields["source"] = pa.repeat(pa.scalar("taken"), len(raw))
    number = pc.coalesce(fields["human"], fields["row"]).to_numpy()
    fields["record_id"] = pa.array(fields["file_id"].to_numpy().astype(np.int64) * _FILE + number)
    mask = fields["more"].to_numpy().copy()
    for field, element in _PROVES:
        if fields[field].null_count < len(raw):
            mask |= fields[field].is_valid().to_numpy(zero_copy_only=False).astype(np.int64) << BY_ID[element].bit
    fields["elements"] = pa.array(mask)
    schema = TABLES["records"].schema
    made = pa.RecordBatch.from_arrays([fields[name] for name in schema.names], schema=schema)
    return made if mask.all() else made.filter(pa.array(mask != 0))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _empty(array: pa.Array) -> bool:
    return bool(array.null_count == len(array))


def _names(fields: Fields) -> Fields:
    given, middle = fields["given_name"], fields["middle_name"]
    family, suffix = fields["family_name"], fields["suffix"]
    if not _empty(suffix):
        suffix = _each(suffix, lambda text: text.replace(".", "").upper() or None)
    full_suffix = pa.nulls(len(given), pa.string())
    if not _empty(fields["full_name"]):
        spans, data = naming.spans_of(fields["full_name"], naming.take_apart)
        inner = naming.part(spans, data, naming.MIDDLE)
        middle = pc.coalesce(middle, pc.if_else(given.is_null(), inner, pa.scalar(None, pa.string())))
        given = pc.coalesce(given, naming.part(spans, data, naming.GIVEN))
        family = pc.coalesce(family, naming.part(spans, data, naming.FAMILY))
        full_suffix = naming.part(spans, data, naming.SUFFIX)
    if not _empty(fields["family_name"]):
        spans, data = naming.spans_of(family, naming.take_suffixes)
        family = naming.part(spans, data, naming.FAMILY)
        full_suffix = pc.coalesce(full_suffix, naming.part(spans, data, naming.SUFFIX))
    if not _empty(given) and middle.null_count:
        spans, data = naming.spans_of(given, naming.take_initials)
        bare, initial = middle.is_null(), naming.part(spans, data, naming.MIDDLE)
        given = pc.if_else(bare, naming.part(spans, data, naming.GIVEN), given)
        middle = pc.if_else(bare, initial, middle)
    return {
        "given_name": given,
        "middle_name": middle,
        "family_name": family,
        "suffix": pc.coalesce(suffix, full_suffix),
    }


def _places(fields: Fields) -> Fields:
    line, second = fields["address_line"], fields["address_line_2"]
    if not _empty(second):
        line = pc.coalesce(pc.binary_join_element_wise(line, second, " "), line)
    if not _empty(fields["street_name"]):
        street = pc.binary_join_element_wise(fields["street_number"], fields["street_name"], " ")
        line = pc.coalesce(line, street, fields["street_name"])
    return {
        "address_line": line,
        "region": _each(fields["region"], _region),
        "country": _each(fields["country"], _country),
        "postcode": _postcodes(fields["postcode"]),
    }


def _phones(digits: pa.Array) -> pa.Array:
    if _empty(digits):
        return digits
    prefix = pc.if_else(pc.equal(pc.binary_length(digits), 10), "+1", "+")
    return pc.binary_join_element_wise(prefix, digits, "")


def _each(cells: pa.Array, of: Any) -> pa.Array:
    """A function of text applied to each distinct value; nulls stay."""
    if _empty(cells):
        return cells
    told = pc.dictionary_encode(cells)
    return pa.array([of(text) for text in told.dictionary.to_pylist()], pa.string()).take(told.indices)


@cache
def _written() -> dict[str, dict[str, str]]:
    raw = facts_of(__package__, "words.yaml")
    return {kind: {word: key for key, words in lists.items() for word in words} for kind, lists in raw.items()}


def _status(text: str) -> str | None:
    return _written()["status"].get(text.lower())


def _country(text: str) -> str | None:
    upper = text.upper()
    return _written()["country"].get(upper, upper if len(upper) == 2 else None)


@cache
def _codes() -> dict[str, str]:
    return regions()


def _region(text: str) -> str:
    upper = text.upper()
    return _codes().get(upper, upper)


@leaf
def _digits_only(data, start, end):  # type: ignore[no-untyped-def]
    """How many digits the cell is, one hyphen where ZIP+4 has it left out; 0 if it is anything else."""
    digits = hyphens = 0
    for i in range(start, end):
        c = data[i]
        if 48 <= c <= 57:
            digits += 1
        elif c == 45 and end - i == 5 and hyphens == 0:
            hyphens = 1
        else:
            return 0
    return digits if hyphens == 0 or digits >= 8 else 0


@leaf
def _write_postcodes(offsets, data, out_offsets, out):  # type: ignore[no-untyped-def]
    at = 0
    for row in range(offsets.size - 1):
        out_offsets[row] = at
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        digits = _digits_only(data, start, end)
        lost = 0
        if digits == 5 or digits == 9:
            end = start + 5
        elif digits == 3 or digits == 4:
            lost = 5 - digits
        elif digits == 8:
            lost, end = 1, start + 4
        for _ in range(lost):
            out[at] = 48
            at += 1
        for i in range(start, end):
            out[at] = data[i] & 0xDF if 97 <= data[i] <= 122 else data[i]
            at += 1
    out_offsets[offsets.size - 1] = at
    return at


def _postcodes(cells: pa.Array) -> pa.Array:
    """Five digits of a ZIP code, zeros that a spreadsheet lost restored; other codes in upper case."""
    if _empty(cells):
        return cells
    offsets, data = buffers(cells)
    out_offsets = np.empty(len(cells) + 1, np.int32)
    out = np.empty(int(offsets[-1] - offsets[0]) + 2 * len(cells) + 1, np.uint8)
    used = _write_postcodes(offsets, data, out_offsets, out)
    made = pa.StringArray.from_buffers(len(cells), pa.py_buffer(out_offsets), pa.py_buffer(out[:used]))
    return pc.if_else(cells.is_valid(), made, pa.scalar(None, pa.string()))
