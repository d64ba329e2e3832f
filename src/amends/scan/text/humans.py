"""Humans of a document as rows of `records`: their values gathered from the text and normalised, all as arrays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.elements import BY_ID
from amends.facts import facts_of
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.owners import NOBODY, Owners
from amends.scan.text.parts import FAMILY, GIVEN, MIDDLE, parts_of
from amends.scan.text.patterns import OFFSET, fold, lookup, word_table
from amends.scan.values.compiled import leaf
from amends.scan.values.dates import to_days
from amends.tables import TABLES

ROWS: Final = 1 << 36
"""Record ids of one file."""
_AS_WRITTEN: Final = 0
_DIGITS: Final = 1
_LOWER: Final = 2
_UPPER_SOLID: Final = 3
_LINES: Final = 4
_FIELDS: Final = (
    ("ssn", "ssn", _DIGITS),
    ("email", "email", _LOWER),
    ("imei", "imei", _DIGITS),
    ("imsi", "imsi", _DIGITS),
    ("iccid", "iccid", _DIGITS),
    ("driver_license", "driver_license", _UPPER_SOLID),
    ("account_number", "customer_account", _AS_WRITTEN),
)
"""Field of records, the element that fills it, and how its bytes are written."""
_TITLES: Final = r"(?i)^(?:(?:mr|mrs|ms|miss|dr|prof)\.? +)+"
_SUFFIX: Final = r"(?i)[ ,]+(jr|sr|ii|iii|iv)\.?$"
_PARTS: Final = (
    r"^(?P<given>[^ ]+)(?: (?P<middle>.+?))??"
    r"(?: (?P<family>(?:(?:van|von|de|del|della|la|las|los|le|da|di|do|dos|der|den|ter|bin|al|el) )*[^ ]+))?$"
)
_TITLE_KEYS, _TITLE_MASKS = word_table([(1, facts_of(__package__, "names.yaml")["titles"].split())], 64)
_REST: Final = r"(?:(?P<city>[^,\d]+?)[, ]+)?(?P<region>[A-Z]{2})[, ]+(?P<postcode>\d{5})(?:-\d{4})?$"
_PLACE: Final = rf"^(?P<line>(?:\d\S*[, ]+)?\S.*?)[, ]+{_REST}"
_FACTS: Final = facts_of(__package__, "patterns.yaml")
_STREETS, _UNITS = ("|".join(_FACTS[name].split()) for name in ("street", "unit"))
_STREET: Final = (
    rf"^(?P<line>(?i:\d\S* +\S+(?: +\S+)*? (?:{_STREETS})\b\.?(?: (?:[NS][EW]?|[EW])\b\.?)?"
    rf"(?:[, ]+(?:(?:{_UNITS})\b\.? ?#?|#) ?\w+)?))[, ]+{_REST}"
)
"""An address whose line ends with its street or unit, where no comma does."""


@leaf
def _copy(data, starts, ends, mode, offsets, out):  # type: ignore[no-untyped-def]
    """Copy spans of bytes one behind the other; blanks in a row become one space, or a comma where a line ends."""
    at = 0
    for k in range(starts.size):
        blank = False
        for i in range(starts[k], ends[k]):
            c = data[i]
            if mode == _DIGITS and (c < 48 or c > 57):
                continue
            if c <= 32 and mode in (_AS_WRITTEN, _LINES):
                if not blank:
                    out[at] = 32
                    at += 1
                if c == 10 and mode == _LINES:
                    out[at - 1] = 44
                blank = True
                continue
            blank = False
            if mode == _UPPER_SOLID and (c <= 32 or c == 45):
                continue
            if mode == _LOWER and 65 <= c <= 90:
                c |= 32
            if mode == _UPPER_SOLID and 97 <= c <= 122:
                c &= 0xDF
            out[at] = c
            at += 1
        offsets[k + 1] = at


def _texts(data: Bytes, hits: Hits, chosen: Any, mode: int) -> pa.Array:
    """The texts of the chosen hits (indices, NOBODY for null) as a string array."""
    there = chosen >= 0
    starts = np.where(there, hits.start[chosen], 0)
    ends = np.where(there, hits.end[chosen], 0)
    offsets = np.zeros(len(chosen) + 1, np.int32)
    out = np.empty(int((ends - starts).sum()), np.uint8)
    view = data.view()
    view.flags.writeable = False
    _copy(view, starts, ends, mode, offsets, out)
    made = pa.StringArray.from_buffers(len(chosen), pa.py_buffer(offsets), pa.py_buffer(out))
    return pc.if_else(pa.array(there), made, pa.scalar(None, pa.string()))


def _first(owner: Any, rank: Any, wanted: Any, people: int) -> Any:
    """For each human the first of the wanted hits, NOBODY where there is none."""
    first = np.full(people, NOBODY, np.int64)
    index = np.flatnonzero(wanted & (owner >= 0))[::-1]
    first[rank[index]] = index
    return first


@leaf
def _behind_titles(data, starts, keys, masks, found):  # type: ignore[no-untyped-def]
    """Whether the word before each name is a title."""
    for k in range(starts.size):
        end = starts[k]
        while end > 0 and (data[end - 1] == 32 or data[end - 1] == 46):
            end -= 1
        begin = end
        while begin > 0 and (97 <= data[begin - 1] | 32 <= 122 or data[begin - 1] >= 128):
            begin -= 1
        word = OFFSET
        for i in range(begin, end):
            word = fold(word, data[i])
        found[k] = begin < end < starts[k] and lookup(word, keys, masks) != 0


def _names(data: Bytes, hits: Hits, heads: Any, labelled: Any) -> dict[str, pa.Array]:
    """Given, middle and family name and suffix, from `First Middle Last`, `Last, First` or `Mr. Last`.

    `labelled` are the hits that are these parts by their labels (3 × humans, NOBODY where there is none); one that is
    alone and has several words is a whole name all the same.
    """
    named = np.where(hits.element[heads] == BY_ID["name"].bit, heads, NOBODY)
    written = _texts(data, hits, named, _AS_WRITTEN)
    whole = pc.replace_substring_regex(written, _TITLES, "")
    suffix = pc.struct_field(pc.extract_regex(whole, r"(?i)[ ,]+(?P<suffix>jr|sr|ii|iii|iv)\.?$"), "suffix")
    whole = pc.replace_substring_regex(whole, _SUFFIX, "")
    whole = pc.replace_substring_regex(whole, r"^([^,]+), *(.+)$", r"\2 \1")
    behind_title = np.zeros(len(heads), bool)
    _behind_titles(data, hits.start[heads], _TITLE_KEYS, _TITLE_MASKS, behind_title)
    titled = pc.or_(pa.array(behind_title), pc.match_substring_regex(written, _TITLES))
    titled = pc.and_(titled, pc.invert(pc.match_substring(whole, " ")))
    parts = pc.extract_regex(whole, _PARTS)
    given, middle, family = (_filled(pc.struct_field(parts, name)) for name in ("given", "middle", "family"))
    given, family = pc.if_else(titled, family, given), pc.if_else(titled, given, family)
    there = labelled != NOBODY
    one_word = pc.invert(pc.match_substring(whole.fill_null(""), " ")).to_numpy(zero_copy_only=False)
    in_parts = pa.array((there[0] & there[2]) | (there.any(axis=0) & one_word))
    found = {
        name: pc.if_else(in_parts, _texts(data, hits, part, _AS_WRITTEN), plain)
        for name, part, plain in zip(("given", "middle", "family"), labelled, (given, middle, family), strict=True)
    }
    return {
        "given_name": found["given"],
        "middle_name": found["middle"],
        "family_name": found["family"],
        "suffix": pc.utf8_upper(suffix),
    }


def _filled(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _phones(data: Bytes, hits: Hits, first: Any) -> pa.Array:
    """E.164; null for a number that does not say its country and is not of the North American plan."""
    written = _texts(data, hits, first, _AS_WRITTEN)
    without = pc.replace_substring_regex(written, r"(?i) *(x|ext\.?|extension)[ .:]*\d+$", "")
    digits = pc.replace_substring_regex(without, r"\D", "")
    digits = pc.replace_substring_regex(digits, r"^001(\d{10})$", r"1\1")
    american = pc.match_substring_regex(digits, r"^1?[2-9]\d{9}$")
    abroad = pc.match_substring_regex(written, r"^\(?\+[1-9]")
    ten = pc.replace_substring_regex(digits, r"^1(\d{10})$", r"\1")
    null = pa.scalar(None, pa.string())
    other = pc.if_else(abroad, pc.binary_join_element_wise("+", digits, ""), null)
    return pc.if_else(american, pc.binary_join_element_wise("+1", ten, ""), other)


def _births(data: Bytes, hits: Hits, first: Any) -> pa.Array:
    """Dates of birth, the month first where both orders are possible."""
    texts = _texts(data, hits, first, _AS_WRITTEN).fill_null("")
    texts = pc.replace_substring_regex(texts, r"(?i)(\d)(?:st|nd|rd|th)\b(?: of)?", r"\1")
    texts = pc.replace_substring_regex(texts, r"(\d)/(\d+)/(\d\d)$", r"\1/\2/19\3")
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    content = texts.buffers()[2]
    cells = np.frombuffer(content, np.uint8) if content is not None and content.size else np.zeros(1, np.uint8)
    days, valid = np.zeros(len(texts), np.int32), np.zeros(len(texts), bool)
    today = (datetime.now(UTC).date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days
    to_days(offsets, cells, False, today, days, valid)
    return pa.array(days, mask=~valid).cast(pa.date32())


def _addresses(data: Bytes, hits: Hits, first: Any) -> dict[str, pa.Array]:
    """Street line, city, state and ZIP code; an address that does not end in state and ZIP code stays one line."""
    whole = pc.replace_substring_regex(_texts(data, hits, first, _LINES), r",[, ]*", ", ")
    ways = [pc.extract_regex(whole, way) for way in (_STREET, _PLACE)]
    found = {
        name: pc.coalesce(*(_filled(pc.struct_field(parts, name)) for parts in ways))
        for name in ("line", "city", "region", "postcode")
    }
    return {"address_line": pc.coalesce(found.pop("line"), whole), **found}


def records_of(
    data: Bytes, hits: Hits, owner: Owners, *, file_id: int, wave: str | None, first_row: int
) -> tuple[pa.RecordBatch, Any]:
    """One row of `records` a human, and for each hit the id of its record (0 where it has none).

    `first_row` is the number of humans of the document before these.
    """
    heads, rank = np.unique(owner, return_inverse=True)
    nobody = int(len(heads) > 0 and heads[0] == NOBODY)
    heads, rank = heads[nobody:], rank - nobody
    people = len(heads)
    rows = np.arange(first_row, first_row + people, dtype=np.int64)
    ids = rows + file_id * ROWS
    masks = np.zeros(people, np.int64)
    owned = owner >= 0
    np.bitwise_or.at(masks, rank[owned], np.int64(1) << hits.element[owned].astype(np.int64))
    named = hits.element[heads] == BY_ID["name"].bit
    masks[named] |= BY_ID["name"].mask

    def first(element: str) -> Any:
        return _first(owner, rank, hits.element == BY_ID[element].bit, people)

    parts, _ = parts_of(data, hits)
    labelled = np.stack([_first(owner, rank, parts == part, people) for part in (GIVEN, MIDDLE, FAMILY)])

    filled: dict[str, Any] = {
        "record_id": ids,
        "file_id": np.full(people, file_id, np.int32),
        "row": rows,
        "wave": pa.array([wave] * people, pa.string()),
        "source": pa.array(["taken"] * people, pa.string()),
        "dob": _births(data, hits, first("dob")),
        "phone": _phones(data, hits, first("phone")),
        "elements": masks,
        **_names(data, hits, heads, labelled),
        **_addresses(data, hits, first("address")),
        **{field: _texts(data, hits, first(element), mode) for field, element, mode in _FIELDS},
    }
    schema = TABLES["records"].schema
    columns = [
        pa.array(filled[name]).cast(schema.field(name).type) if name in filled
        else pa.nulls(people, schema.field(name).type)
        for name in schema.names
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(columns, schema=schema), np.where(owned, ids[rank] if people else 0, 0)
