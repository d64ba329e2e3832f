"""The words of a case: dictionaries of names, lines, streets, postcodes and cities, and how common each word is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
from numpy.typing import NDArray

from amends.engine import Engine, script
from amends.people.strings import marks

Ints = NDArray[np.int32]
PROFILES = script(__package__, "profiles.sql")


@dataclass(frozen=True, slots=True)
class Words:
    """A dictionary of texts: word `i` is the UTF-8 bytes `data[starts[i]:starts[i + 1]]`; `marks` tells the kinds of
    bytes of each."""

    starts: NDArray[np.int32] | NDArray[np.int64]
    data: NDArray[np.uint8]
    marks: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`houses` and `streets_of` tell the number of the house (-1 none) and the street of every line.

    `held` counts the groups in which a given name, family name or line stands, by code; the last slot, which is that of
    code -1, is 0. `postcode_share` and `city_share` are shares of profiles, 1 in the last slot. `variants` are packed
    pairs of names of which one is a nickname of the other, ascending.
    """

    names: Words
    lines: Words
    streets: Words
    postcodes: Words
    cities: Words
    houses: Ints
    streets_of: Ints
    held: dict[str, Ints]
    postcode_share: NDArray[np.float32]
    city_share: NDArray[np.float32]
    variants: NDArray[np.int64]

    @classmethod
    def of(cls, db: Engine, parts: list[dict[str, int]]) -> Lexicon:
        """Read the dictionaries, and count over table `ways` in these parts."""
        names, lines, streets, postcodes, cities = (
            words_of(db, PROFILES[name]) for name in ("names", "lines", "streets", "postcodes", "cities")
        )
        sizes = {"given": len(names), "family": len(names), "line": len(lines)}
        houses, streets_of = _places(db, len(lines))
        living = db.fetch(PROFILES["living"])
        return cls(
            names,
            lines,
            streets,
            postcodes,
            cities,
            houses=houses,
            streets_of=streets_of,
            held={name: _held(db, name, size, parts) for name, size in sizes.items()},
            postcode_share=_shares(living["postcode"], living["profiles"], len(postcodes)),
            city_share=_shares(living["city"], living["profiles"], len(cities)),
            variants=_variants(db),
        )

    def of_names(self) -> tuple[NDArray[Any], NDArray[np.uint8], NDArray[np.uint64], Ints, NDArray[np.int64]]:
        """What the comparison of given names asks for: starts, data, marks, groups by code, variants."""
        return self.names.starts, self.names.data, self.names.marks, self.held["given"], self.variants


def words_of(db: Engine, statement: str) -> Words:
    """The dictionary that a statement gives, one word a row, in its order."""
    size = db.fetch(f"SELECT count(*) AS words, coalesce(sum(strlen(word)), 0)::BIGINT AS bytes FROM ({statement})")
    words, total = (int(size[name][0].as_py()) for name in ("words", "bytes"))
    starts: NDArray[Any] = np.zeros(words + 1, np.int32 if total <= np.iinfo(np.int32).max else np.int64)
    data = np.zeros(total + 1, np.uint8)
    at = filled = 0
    for batch in db.stream(statement):
        column = batch.column(0)
        _, offsets, text = column.buffers()
        ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
        used = int(ends[-1] - ends[0])
        starts[at + 1 : at + len(ends)] = (ends[1:] - ends[0]).astype(starts.dtype) + filled
        if text is not None:
            data[filled : filled + used] = np.frombuffer(text, np.uint8)[ends[0] : ends[-1]]
        at, filled = at + len(column), filled + used
    return Words(starts, data, marks(starts, data))


def _places(db: Engine, lines: int) -> tuple[Ints, Ints]:
    houses, streets = np.empty(lines, np.int32), np.empty(lines, np.int32)
    for batch in db.stream(PROFILES["houses"]):
        code = batch.column("code").to_numpy()
        houses[code], streets[code] = batch.column("house").to_numpy(), batch.column("street").to_numpy()
    return houses, streets


def _held(db: Engine, column: str, size: int, parts: list[dict[str, int]]) -> Ints:
    out = np.zeros(size + 1, np.int32)
    for part in parts:
        for batch in db.stream(PROFILES["held"], column=column, **part):
            out[batch.column("code").to_numpy()] = batch.column("groups").to_numpy()
    return out


def _shares(codes: pa.ChunkedArray, profiles: pa.ChunkedArray, size: int) -> NDArray[np.float32]:
    known = codes.is_valid()
    counts = profiles.filter(known).to_numpy()
    out = np.zeros(size + 1, np.float32)
    out[codes.filter(known).to_numpy()] = counts / max(1, profiles.to_numpy().sum())
    out[-1] = 1
    return out


def _variants(db: Engine) -> NDArray[np.int64]:
    """Packed pairs of codes of names of which one is a nickname of the other, both ways, ascending."""
    db.add("name_variants", csv.read_csv(BytesIO(files(__package__).joinpath("name_variants.csv").read_bytes())))
    found = db.fetch(PROFILES["variants"])
    one, other = (found[name].to_numpy().astype(np.int64) for name in ("one", "other"))
    return np.unique(np.concatenate([one << 32 | other, other << 32 | one]))
