"""Profiles: the distinct ways in which the records of one exact group are written, as arrays of small integers.

Texts become codes into a dictionary, so that two values are compared once however many pairs hold them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amends.engine import Engine, script

Ints = NDArray[np.int32]
PROFILES = script(__package__, "profiles.sql")
_TEXTS = ("middle", "line", "street", "postcode", "city", "phone", "email", "account", "license", "imei", "imsi")


@dataclass(frozen=True, slots=True)
class Words:
    """A dictionary of texts: word `i` is the UTF-8 bytes `data[starts[i]:starts[i + 1]]`."""

    starts: Ints
    data: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Profiles:
    """One slot a profile. Codes are -1 and numbers 0 where nothing is known.

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
    """Make table `profiles` from `slim` and `labels`, and read it column by column."""
    db.run(PROFILES["profiles"])
    numbers = db.fetch(PROFILES["whole_numbers"])
    label, group = np.unique(numbers["label"].to_numpy(), return_inverse=True)
    count = len(group)
    both = pa.chunked_array([*_column(db, "given").chunks, *_column(db, "family").chunks], pa.string())
    codes, names = _encoded(both)
    coded = {name: _encoded(_column(db, name)) for name in _TEXTS}
    return Profiles(
        group=group.astype(np.int32),
        label=label.astype(np.int32),
        records=numbers["records"].to_numpy(),
        given=codes[:count],
        family=codes[count:],
        dob=numbers["dob"].to_numpy(),
        ssn=numbers["ssn"].to_numpy(),
        suffix=numbers["suffix"].to_numpy(),
        house=numbers["house"].to_numpy(),
        codes={name: code for name, (code, _) in coded.items()},
        names=names,
        words={name: words for name, (_, words) in coded.items()},
    )


def _column(db: Engine, name: str) -> pa.ChunkedArray:
    return db.fetch(PROFILES["words"], column=name).column(0)


def _encoded(texts: pa.ChunkedArray) -> tuple[Ints, Words]:
    encoded = texts.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    words = encoded.dictionary.cast(pa.string())
    if not len(words):
        return codes, Words(np.zeros(1, np.int32), np.zeros(1, np.uint8))
    _, starts, data = words.buffers()
    offsets = np.frombuffer(starts, np.int32)[words.offset : words.offset + len(words) + 1]
    return codes, Words(offsets, np.frombuffer(data, np.uint8))
