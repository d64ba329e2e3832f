"""Mentions: what stands in the text of a document, and one record for each human to whom values can be tied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa

from amends.elements import BY_ID, ELEMENTS
from amends.scan.text.find import Search, hits_of
from amends.scan.text.humans import records_of
from amends.scan.text.kernel import Hits
from amends.scan.text.owners import owners_of
from amends.scan.text.patterns import IP_ADDRESS
from amends.tables import TABLES

_HELD: Final = 1 << 16
"""Bytes at most that wait at the end of a passage for what follows them."""
_HEADER: Final = "header"
_BODY: Final = "body"
"""How the names of the parts of a mail end."""
_NAMES: Final = pa.array([element.id for element in sorted(ELEMENTS, key=lambda element: element.bit)], pa.string())


class Stretch(Protocol):
    """A passage of a document (`document.Passage`)."""

    @property
    def where(self) -> str:
        """Which part of the document it is."""
        ...

    @property
    def text(self) -> bytes:
        """Its text, UTF-8."""
        ...


class Texts(Protocol):
    """What is read of a document (`document.Document`)."""

    def passages(self) -> Iterator[Any]:
        """The text in order, as `Stretch`es."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What one document holds.

    `mentions` and `records` are as in `tables`; `unowned` counts the mentions, names apart, that no human owns.
    """

    mentions: pa.RecordBatch
    records: pa.RecordBatch
    unowned: int


def read_document(document: Texts, file_id: int, wave: str | None, search: Search = hits_of) -> Found:
    """Find what the text of a document holds and whose it is; `search` finds values and names.

    Offsets of mentions are bytes in the text of all passages joined. Raises what `passages` raises: `UnreadableError`,
    `ChangedError`, `OSError`; then nothing of the document is kept.
    """
    mentions, records = [], []
    unowned = people = 0
    for base, text in _stretches(document):
        data = np.frombuffer(text, np.uint8)
        hits = search(data)
        hits = hits[hits.element < IP_ADDRESS]
        if len(hits) == 0:
            continue
        owner = owners_of(data, hits)
        made, ids = records_of(data, hits, owner, file_id=file_id, wave=wave, first_row=people)
        people += made.num_rows
        records.append(made)
        mentions.append(_mentions(hits, ids, file_id, base))
        unowned += int(((owner < 0) & (hits.element != BY_ID["name"].bit)).sum())
    return Found(_whole(mentions, "mentions"), _whole(records, "records"), unowned)


def _stretches(document: Texts) -> Iterator[tuple[int, bytes]]:
    """The text in pieces, with their offsets; long ones end where a block ends. Parts of a document are kept apart, but
    for a mail's header and body."""
    base = 0
    held = b""
    where = ""
    for passage in document.passages():
        if held and passage.where not in (where, where.removesuffix(_HEADER) + _BODY):
            yield base, held
            base, held = base + len(held), b""
        where = passage.where
        text = held + passage.text
        cut = _cut(text) if len(text) > _HELD else 0
        if cut:
            yield base, text[:cut]
        base, held = base + cut, text[cut:]
    if held:
        yield base, held


def _cut(text: bytes) -> int:
    """Where the last whole block ends; if that is more than `_HELD` bytes back, where the last line or word ends."""
    low = max(0, len(text) - _HELD)
    for mark in (b"\n\n", b"\r\n\r\n"):
        at = text.rfind(mark, low)
        if at >= 0:
            return at + len(mark)
    for mark in (b"\n", b" ") if low else ():
        at = text.rfind(mark, low)
        if at >= 0:
            return at + len(mark)
    return len(text) if low else 0


def _mentions(hits: Hits, ids: Any, file_id: int, base: int) -> pa.RecordBatch:
    schema = TABLES["mentions"].schema
    columns = {
        "file_id": pa.array(np.full(len(hits), file_id, np.int32)),
        "start": pa.array(hits.start + base),
        "end": pa.array(hits.end + base),
        "element": _NAMES.take(pa.array(hits.element.astype(np.int64))),
        "confidence": pa.array(hits.confidence.astype(np.float64)),
        "record_id": pa.array(ids, mask=ids == 0),
    }
    return pa.RecordBatch.from_arrays(
        [columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema
    )


def _whole(batches: list[pa.RecordBatch], table: str) -> pa.RecordBatch:
    if not batches:
        return pa.RecordBatch.from_pylist([], schema=TABLES[table].schema)
    return pa.concat_batches(batches)
