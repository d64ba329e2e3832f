"""Profiles: the distinct ways in which the records of one exact group are written, as arrays of small integers.

Texts become codes into a dictionary in alphabetical order, so that two values are compared once however many pairs hold
them, and codes sort as their texts do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.engine import Engine, script

Ints = NDArray[np.int32]
PROFILES = script(__package__, "profiles.sql")
_TEXTS = ("middle", "line", "postcode", "city", "phone", "email", "account", "license", "imei", "imsi")
_BEGINNINGS = (
    ("given", 1), ("given", 2), ("given", 3), ("family", 1), ("family", 3), ("family", 4), ("middle", 1)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """A dictionary of texts: word `i` is the UTF-8 bytes `data[starts[i]:starts[i + 1]]`."""

    starts: Ints
    data: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Profiles:
    """One slot a profile. Codes and `house` are -1 and numbers 0 where nothing is known.

    `group` is the dense number of its exact group, in the order of `label` (first entry of the group, shape (groups,)).
    `names` is the dictionary of both given and family names.
    """

    group: Ints
    label: Ints
    records: Ints
    given: Ints
    family: Ints
    dob: Ints
    ssn: Ints
    suffix: NDArray[np.int8]
    house: Ints
    codes: dict[str, Ints]
    names: Words
    words: dict[str, Words]

    def __len__(self) -> int:
        return len(self.group)

    @property
    def groups(self) -> int:
        """Number of exact groups."""
        return len(self.label)


def load(db: Engine) -> Profiles:
    """Read what is distinct in `slim` and `labels` column by column. Makes table `coded` for blocking."""
    db.run(PROFILES["profiles"])
    numbers = db.fetch(PROFILES["whole_numbers"])
    label, group = np.unique(numbers["label"].to_numpy(), return_inverse=True)
    count = len(group)
    codes, names = _encoded(
        pa.chunked_array([*_column(db, "given").chunks, *_column(db, "family").chunks], pa.string())
    )
    coded = {name: _encoded(_column(db, name)) for name in _TEXTS}
    db.run("DROP TABLE profiles")
    house, street = _houses(db, *coded["line"])
    texts = {name: text for name, (_, text) in coded.items()} | {"street": street[1]}
    made = Profiles(
        group=group.astype(np.int32),
        label=label.astype(np.int32),
        records=numbers["records"].to_numpy(),
        given=codes[:count],
        family=codes[count:],
        dob=numbers["dob"].to_numpy(),
        ssn=numbers["ssn"].to_numpy(),
        suffix=numbers["suffix"].to_numpy(),
        house=house,
        codes={name: code for name, (code, _) in coded.items()} | {"street": street[0]},
        names=_words(names),
        words={name: _words(text) for name, text in texts.items()},
    )
    beginnings = {f"{column}_{size}": _beginning(made, column, names, texts, size) for column, size in _BEGINNINGS}
    db.add("coded_arrays", _coded(made, beginnings))
    db.run(PROFILES["coded"])
    db.drop("coded_arrays")
    return made


def _column(db: Engine, name: str) -> pa.ChunkedArray:
    return db.fetch(PROFILES["words"], column=name).column(0)


def _encoded(texts: pa.ChunkedArray) -> tuple[Ints, pa.StringArray]:
    """The code of every text, -1 for none, and the texts in alphabetical order."""
    encoded = texts.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    words = encoded.dictionary.cast(pa.string())
    order = pc.sort_indices(words)
    rank = np.full(len(words) + 1, -1, np.int32)
    rank[order.to_numpy()] = np.arange(len(words), dtype=np.int32)
    return rank[codes], words.take(order)


def _words(words: pa.StringArray) -> Words:
    if not len(words):
        return Words(np.zeros(1, np.int32), np.zeros(1, np.uint8))
    _, starts, data = words.buffers()
    offsets = np.frombuffer(starts, np.int32)[words.offset : words.offset + len(words) + 1]
    return Words(offsets, np.frombuffer(data, np.uint8))


def _houses(db: Engine, line: Ints, lines: pa.StringArray) -> tuple[Ints, tuple[Ints, pa.StringArray]]:
    """House of every profile; code of its street, and the streets. Each line is taken apart once."""
    db.add("line_words", pa.table({"line": lines}))
    found = db.fetch(PROFILES["houses"])
    db.drop("line_words")
    code, streets = _encoded(found["street"])
    house = np.append(found["house"].to_numpy(), np.int32(-1)).astype(np.int32)
    return house[line], (np.append(code, np.int32(-1))[line], streets)


def _beginning(made: Profiles, column: str, names: pa.StringArray, texts: dict[str, pa.StringArray], size: int) -> Ints:
    """A code of the first letters of a column."""
    codes, words = (made.codes[column], texts[column]) if column in texts else (getattr(made, column), names)
    cut = pc.utf8_slice_codeunits(words, 0, size).dictionary_encode().indices
    return np.append(cut.to_numpy(zero_copy_only=False).astype(np.int32), np.int32(-1))[codes]


def _coded(made: Profiles, beginnings: dict[str, Ints]) -> pa.Table:
    codes = {"given": made.given, "family": made.family, "house": made.house, **made.codes, **beginnings}
    numbers = {"dob": made.dob, "ssn": made.ssn}
    return pa.table(
        {"profile": np.arange(len(made), dtype=np.int32)}
        | {name: pa.array(values, mask=values < 0) for name, values in codes.items()}
        | {name: pa.array(values, mask=values == 0) for name, values in numbers.items()}
    )
