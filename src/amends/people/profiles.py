"""Profiles: the distinct ways in which the records of one exact group are written, as arrays of small integers.

Texts are codes into dictionaries in alphabetical order, so that two values are compared once however many pairs hold
them, and codes sort as their texts do. The profiles stay in the engine, which keeps on disk what memory does not hold;
what is compared is read a window at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amends.engine import Engine, script, with_column
from amends.people.levels import given_levels
from amends.people.lexicon import Ints, Lexicon
from amends.people.numbering import NORMALISE

PROFILES = script(__package__, "profiles.sql")
WINDOW = 1 << 24
"""Profiles that are in memory at once, twice: those of the left sides of pairs, and those of the right sides."""
SHARED: Final = ("phone", "email", "account", "license", "imei", "imsi")
"""Fields that are only compared whole, in the order of the rows of `Window.shared`."""
_FIELDS: Final = (
    "records", "given", "middle", "family", "suffix", "dob", "ssn", "line", "postcode", "city", "of_dob",
)  # fmt: skip
_NAMED: Final = ("of_name", "dobs_of_name", "ssns_of_name")


@dataclass(frozen=True, slots=True)
class Window:
    """Some profiles: one slot each. Codes are -1 and numbers 0 where nothing is known.

    `group` is the dense number of the exact group. `of_name`, `dobs_of_name` and `ssns_of_name` say in how many groups,
    with how many birth dates and SSNs the full name stands, `of_dob` in how many groups the birth date does; `lent`
    whether the SSN stands under two different given names, as a copied one does. `shared` has shape (6, n).
    """

    numbers: tuple[range, ...] | Ints
    group: Ints
    records: Ints
    given: Ints
    middle: Ints
    family: Ints
    suffix: Ints
    dob: Ints
    ssn: Ints
    line: Ints
    postcode: Ints
    city: Ints
    of_name: Ints
    dobs_of_name: Ints
    ssns_of_name: Ints
    of_dob: Ints
    shared: NDArray[np.int32]
    lent: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.group)

    def places(self, profiles: Ints) -> Ints:
        """The slots of profiles, which must be among these."""
        if not isinstance(self.numbers, tuple):
            return np.searchsorted(self.numbers, profiles).astype(np.int32)
        first = self.numbers[0]
        if len(self.numbers) == 1:
            return profiles - np.int32(first.start) if first.start else profiles
        second = self.numbers[1]
        beyond = profiles >= first.stop
        return profiles - np.where(beyond, np.int32(second.start - len(first)), np.int32(first.start))


@dataclass(slots=True)
class Profiles:
    """All profiles of a case. `group` holds the dense number of the exact group of each, ascending; `label` the first
    entry of each group, ascending; `ssn`, `dob` and `suffix` the first that a group has (0 none)."""

    group: Ints
    label: Ints
    ssn: Ints
    dob: Ints
    suffix: NDArray[np.int8]
    lexicon: Lexicon
    lent: Ints
    _db: Engine
    _held: dict[str, Any] = field(default_factory=dict)
    _within: tuple[range, ...] = ()

    def __len__(self) -> int:
        return len(self.group)

    @property
    def groups(self) -> int:
        """Number of exact groups."""
        return len(self.label)

    def window(self, left: int, right: int) -> Window:
        """The profiles of two windows by number (`profile // WINDOW`), which may be one; valid until the next call."""
        wanted = tuple(self._range(number) for number in dict.fromkeys((left, right)))
        if wanted != self._within:
            kept = self._within[:1] == wanted[:1]
            self._within = ()
            at = 0
            for number, each in enumerate(wanted):
                if number or not kept:
                    self._read(each, at, sum(map(len, wanted)))
                at += len(each)
            self._within = wanted
        size = sum(map(len, wanted))
        return Window(
            numbers=wanted,
            group=np.concatenate([self.group[each.start : each.stop] for each in wanted]),
            **{name: held[..., :size] for name, held in self._held.items()},
        )

    def some(self, profiles: Ints) -> Window:
        """A few profiles by number, in any order, repeated or not."""
        wanted = np.unique(profiles)
        self._db.add("wanted", pa.table({"profile": wanted.astype(np.int64)}))
        held = self._room(len(wanted))
        for name, fill in (("some", self._fill), ("some_named", self._fill_named)):
            for batch in self._db.stream(PROFILES[name]):
                fill(held, batch, np.searchsorted(wanted, batch.column("profile").to_numpy()))
        self._db.drop("wanted")
        return Window(numbers=wanted, group=self.group[wanted], **held)

    def twins(self, wanted: float) -> Ints:
        """About so many profiles that several records share and that have an SSN and a full name, drawn at random."""
        share = wanted / max(1, self._db.value(PROFILES["count_twins"]))
        return np.sort(self._db.fetch(PROFILES["twins"], share=share)["profile"].to_numpy()).astype(np.int32)

    def holders(self, most: int) -> Ints:
        """So many profiles with an SSN at most, drawn at random."""
        return self._db.fetch(PROFILES["holders"], most=most)["profile"].to_numpy().astype(np.int32)

    def forget(self) -> None:
        """Give back the memory of the last windows."""
        self._held, self._within = {}, ()

    def _range(self, window: int) -> range:
        return range(window * WINDOW, min((window + 1) * WINDOW, len(self)))

    def _room(self, size: int) -> dict[str, Any]:
        held: dict[str, Any] = {name: np.zeros(size, np.int32) for name in (*_FIELDS, *_NAMED)}
        return held | {"shared": np.empty((len(SHARED), size), np.int32), "lent": np.empty(size, np.bool_)}

    def _read(self, profiles: range, at: int, room: int) -> None:
        """Read a range of profiles into the slots from `at` on."""
        if not self._held or len(self._held["lent"]) < room:
            old, self._held = self._held, self._room(room)
            for name, values in old.items():
                self._held[name][..., :at] = values[..., :at]
        if not profiles:
            return
        first, last = (int(self.label[self.group[profile]]) for profile in (profiles.start, profiles.stop - 1))
        for batch in self._db.stream(PROFILES["window"], first=first, last=last):
            numbers = batch.column("profile").to_numpy()
            inside = (numbers >= profiles.start) & (numbers < profiles.stop)
            if not inside.all():
                batch, numbers = batch.filter(pa.array(inside)), numbers[inside]
            self._fill(self._held, batch, numbers - profiles.start + at)
        for name in _NAMED:
            self._held[name][at : at + len(profiles)] = 0
        for batch in self._db.stream(PROFILES["window_named"], first=profiles.start, last=profiles.stop - 1):
            self._fill_named(self._held, batch, batch.column("profile").to_numpy() - profiles.start + at)

    def _fill(self, held: dict[str, Any], batch: pa.RecordBatch, places: NDArray[np.int64]) -> None:
        for name in _FIELDS:
            held[name][places] = batch.column(name).to_numpy()
        for row, name in enumerate(SHARED):
            held["shared"][row, places] = batch.column(name).to_numpy()
        ssn = batch.column("ssn").to_numpy()
        near = np.minimum(np.searchsorted(self.lent, ssn), max(0, len(self.lent) - 1))
        held["lent"][places] = (self.lent[near] == ssn) if len(self.lent) else False

    def _fill_named(self, held: dict[str, Any], batch: pa.RecordBatch, places: NDArray[np.int64]) -> None:
        for name in _NAMED:
            held[name][places] = batch.column(name).to_numpy()


def load(db: Engine, labels: Ints) -> Profiles:
    """The profiles of table `slim`, which goes; `labels` holds the first entry of the exact group of every number."""
    db.keep(PROFILES["ways"], "labelled", with_column(db.stream("SELECT * FROM slim"), "label", labels))
    db.run("DROP TABLE slim")
    for name in ("names_held", "dobs_held"):
        db.run(PROFILES[name])
    db.run(NORMALISE["joins_as_written"])
    for name in ("coded", "profiled", "readable", "named"):
        db.run(PROFILES[name])
    db.run(NORMALISE["joins_as_estimated"])
    lexicon = Lexicon.of(db)
    lent = _lent(db, lexicon)
    db.run(PROFILES["drop_ways"])
    return _grouped(db, lexicon, lent)


def _grouped(db: Engine, lexicon: Lexicon, lent: Ints) -> Profiles:
    labels = _whole(db, "label")
    begins = np.ones(len(labels), np.bool_)
    begins[1:] = labels[1:] != labels[:-1]
    label = labels[begins]
    del labels
    group = np.cumsum(begins, dtype=np.int32)
    group -= 1
    ssn, dob, suffix = (_first(_whole(db, name), group, len(label)) for name in ("ssn", "dob", "suffix"))
    return Profiles(group, label, ssn, dob, suffix.astype(np.int8), lexicon, lent, db)


def _whole(db: Engine, column: str) -> Ints:
    """A column of whole numbers by profile, 0 where it is not known."""
    out = np.empty(int(db.value("SELECT count(*) FROM coded")), np.int32)
    for batch in db.stream(PROFILES["whole"], column=column):
        out[batch.column("profile").to_numpy()] = batch.column("value").to_numpy()
    return out


def _first(values: Ints, group: Ints, groups: int) -> Ints:
    """The first value of each group that is not 0."""
    out = np.zeros(groups, np.int32)
    rows = np.flatnonzero(values)[::-1]
    out[group[rows]] = values[rows]
    return out


def _lent(db: Engine, lexicon: Lexicon) -> Ints:
    """SSNs that stand under two different given names, ascending."""
    found = [np.empty(0, np.int32)]
    for batch in db.stream(PROFILES["named_apart"]):
        count = batch.num_rows
        given, family = (
            np.concatenate([batch.column(name).to_numpy(), batch.column(f"other_{name}").to_numpy()])
            for name in ("given", "family")
        )
        left = np.arange(count, dtype=np.int32)
        level = given_levels(left, left + np.int32(count), given, family, *lexicon.of_names())
        found.append(batch.column("ssn").to_numpy()[level == 0])
    return np.unique(np.concatenate(found)).astype(np.int32)
