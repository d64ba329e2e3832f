"""Profiles: the distinct ways in which the records of one exact group are written, as arrays of small integers.

Texts are codes into dictionaries in alphabetical order, so that two values are compared once however many pairs hold
them, and codes sort as their texts do. The profiles stay in the engine, which keeps on disk what memory does not hold;
what is compared is read a window at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from amends.engine import Engine, script, with_column
from amends.people.levels import given_levels
from amends.people.lexicon import Ints, Lexicon
from amends.people.numbering import NORMALISE
from amends.people.ranges import RANGES, parts_of, ranges_of
from amends.people.runs import Shelf

PROFILES = script(__package__, "profiles.sql")
WINDOW = 1 << 23
"""Profiles that are in memory at once, twice: those of the left sides of pairs, and those of the right sides."""
_AT_ONCE = 1 << 20
_DRAWN = 200_000
"""Entries whose groups tell where ranges of about equally many end."""
_MANY = 8
"""A share of one in so many of all profiles is many: then all are read."""
_READ: Final = (
    "records", "given", "middle", "family", "suffix", "dob", "ssn", "line", "postcode", "city", "of_dob",
    "phone", "email", "account", "license", "imei", "imsi",
)  # fmt: skip
_NAMED: Final = ("of_name", "dobs_of_name", "ssns_of_name")
_COLUMNS: Final = (*_READ, *_NAMED, "group", "lent")
_SHARED: Final = slice(_COLUMNS.index("phone"), _COLUMNS.index("imsi") + 1)
"""Fields that are only compared whole: telephone, e-mail, account, licence, IMEI, IMSI."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Some profiles, a slot each. Codes are -1 and numbers 0 where nothing is known.

    `group` is the dense number of the exact group. `of_name`, `dobs_of_name` and `ssns_of_name` say in how many groups,
    with how many birth dates and SSNs the full name stands, `of_dob` in how many groups the birth date does; `lent`
    whether the SSN stands under two different given names, as a copied one does. `shared` has shape (6, n): telephone,
    e-mail, account, licence, IMEI, IMSI.
    """

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
    of_dob: Ints
    of_name: Ints
    dobs_of_name: Ints
    ssns_of_name: Ints
    group: Ints
    lent: Ints
    shared: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Window:
    """Some profiles as rows of numbers, so that all that is asked of one lies together in memory. `numbers` are those
    of the profiles: ranges, or an ascending array."""

    numbers: tuple[range, ...] | Ints
    rows: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Ints:
        """One of the columns."""
        return self.rows[:, _COLUMNS.index(name)]

    def columns(self, places: Ints) -> Columns:
        """The profiles of these slots, column by column."""
        found = _turned(self.rows, places)
        held = {name: found[number] for number, name in enumerate(_COLUMNS) if not _is_shared(number)}
        return Columns(**held, shared=found[_SHARED])

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
    entry of each group, ascending; `ssn` the first that a group has (0 none)."""

    group: Ints
    label: Ints
    ssn: Ints
    lexicon: Lexicon
    lent: Ints
    _db: Engine
    _held: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, len(_COLUMNS)), np.int32))
    _within: tuple[range, ...] = ()
    _read_before: Shelf | None = None

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
        return Window(wanted, self._held[: sum(map(len, wanted))])

    def some(self, profiles: Ints) -> Window:
        """A few profiles by number, in any order, repeated or not; valid until the next call."""
        if len(self) <= WINDOW and (self._within or _MANY * len(profiles) > len(self)):
            return self.window(0, 0)
        wanted = np.unique(profiles)
        self._db.add("wanted", pa.table({"profile": wanted.astype(np.int64)}))
        rows = np.zeros((len(wanted), len(_COLUMNS)), np.int32)
        for name, columns in (("some", _READ), ("some_named", _NAMED)):
            for batch in self._db.stream(PROFILES[name]):
                _fill(rows, batch, columns, np.searchsorted(wanted, batch.column("profile").to_numpy()))
        self._db.drop("wanted")
        self._complete(rows, self.group[wanted])
        return Window(wanted, rows)

    def twins(self, wanted: float) -> Ints:
        """About so many profiles that several records share and that have an SSN and a full name, drawn at random."""
        share = wanted / max(1, self._db.value(PROFILES["count_twins"]))
        return np.sort(self._db.fetch(PROFILES["twins"], share=share)["profile"].to_numpy()).astype(np.int32)

    def holders(self, most: int) -> Ints:
        """So many profiles with an SSN at most, drawn at random."""
        return self._db.fetch(PROFILES["holders"], most=most)["profile"].to_numpy().astype(np.int32)

    def births_and_suffixes(self) -> tuple[Ints, NDArray[np.int8]]:
        """The first birth date and the first suffix that each group has (0 none)."""
        dob, suffix = (_first(_whole(self._db, name), self.group, self.groups) for name in ("dob", "suffix"))
        return dob, suffix.astype(np.int8)

    def forget(self) -> None:
        """Give back the memory of the last windows, and what is on disk of them."""
        self._held, self._within = self._held[:0].copy(), ()
        if self._read_before is not None:
            self._read_before.close()

    def _range(self, window: int) -> range:
        return range(window * WINDOW, min((window + 1) * WINDOW, len(self)))

    def _read(self, profiles: range, at: int, room: int) -> None:
        """Read a range of profiles into the slots from `at` on. Of more than two windows each is read many times: it is
        put on disk as it is."""
        if len(self._held) < room:
            old, self._held = self._held, np.empty((room, len(_COLUMNS)), np.int32)
            self._held[:at] = old[:at]
        if not profiles:
            return
        rows = self._held[at : at + len(profiles)]
        if self._read_before is None:
            self._read_before = Shelf(self._db.spill)
        if self._read_before.fetch(profiles.start, rows):
            return
        rows[:] = 0
        first, last = (int(self.label[self.group[profile]]) for profile in (profiles.start, profiles.stop - 1))
        for batch in self._db.stream(PROFILES["window"], first=first, last=last):
            numbers = batch.column("profile").to_numpy()
            inside = (numbers >= profiles.start) & (numbers < profiles.stop)
            if not inside.all():
                batch, numbers = batch.filter(pa.array(inside)), numbers[inside]
            _fill(rows, batch, _READ, numbers - profiles.start)
        for batch in self._db.stream(PROFILES["window_named"], first=profiles.start, last=profiles.stop - 1):
            _fill(rows, batch, _NAMED, batch.column("profile").to_numpy() - profiles.start)
        self._complete(rows, self.group[profiles.start : profiles.stop])
        if len(self) > 2 * WINDOW:
            self._read_before.put(profiles.start, rows)

    def _complete(self, rows: NDArray[np.int32], group: Ints) -> None:
        """Enter the group of every profile, and whether its SSN is lent."""
        rows[:, _COLUMNS.index("group")] = group
        lent = rows[:, _COLUMNS.index("lent")]
        for start in range(0, len(rows), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            lent[part] = np.isin(rows[part, _COLUMNS.index("ssn")], self.lent)


def _fill(rows: NDArray[np.int32], batch: pa.RecordBatch, columns: tuple[str, ...], places: NDArray[np.int64]) -> None:
    for name in columns:
        rows[places, _COLUMNS.index(name)] = batch.column(name).to_numpy()


def _is_shared(column: int) -> bool:
    return _SHARED.start <= column < _SHARED.stop


@njit(cache=True, nogil=True)
def _turned(rows, places):  # type: ignore[no-untyped-def]
    """Some rows as columns."""
    out = np.empty((rows.shape[1], len(places)), np.int32)
    for i in range(len(places)):
        place = places[i]
        for column in range(rows.shape[1]):
            out[column, i] = rows[place, column]
    return out


def load(db: Engine, entries: int) -> Profiles:
    """The profiles of table `ways`, made of so many numbers of entries."""
    parts = parts_of(db, entries)
    for name in ("names_held", "dobs_held"):
        db.gather(name, PROFILES[name], parts)
    for name in ("profiled", "readable"):
        db.run(PROFILES[name])
    db.run(NORMALISE["joins_as_written"])
    db.gather("named", PROFILES["named"], parts)
    db.run(NORMALISE["joins_as_estimated"])
    lexicon = Lexicon.of(db, parts)
    return _grouped(db, lexicon, _lent(db, lexicon, parts))


def group_entries(db: Engine, labels: Ints) -> None:
    """Make table `ways` of table `slim`, which goes; `labels` holds the first entry of the exact group of every number.
    Where `slim` is large it is put in order of groups first, and worked on in ranges of them."""
    some = np.arange(0, len(labels), max(1, len(labels) // _DRAWN), dtype=np.int32)
    numbers, groups = (ranges_of(db, len(labels), drawn) for drawn in (some, labels[some]))
    if len(groups) == 1:
        db.keep(
            f"CREATE OR REPLACE TABLE ways AS\n{PROFILES['ways']}",
            "labelled",
            _labelled(db, labels, numbers[0]),
            **groups[0],
        )
        db.run("DROP TABLE slim")
        return
    db.pack()
    db.run(PROFILES["labelled"])
    for each in numbers:
        db.keep(PROFILES["label"], "labelled", _labelled(db, labels, each))
        db.run(RANGES["pack"])
    db.run("DROP TABLE slim")
    db.run(PROFILES["read_labelled"])
    db.gather("ways", PROFILES["ways"], groups)
    db.run("DROP VIEW labelled")
    db.run("DROP TABLE packed.labelled")


def _labelled(db: Engine, labels: Ints, numbers: dict[str, int]) -> pa.RecordBatchReader:
    return with_column(db.stream(PROFILES["numbered"], **numbers), "label", labels)


def _grouped(db: Engine, lexicon: Lexicon, lent: Ints) -> Profiles:
    group = _whole(db, "label")
    label = np.empty(_groups(group), np.int32)
    _number(group, label)
    return Profiles(group, label, _first(_whole(db, "ssn"), group, len(label)), lexicon, lent, db)


@njit(cache=True, nogil=True)
def _groups(labels):  # type: ignore[no-untyped-def]
    """How many different labels there are; they ascend."""
    count = 0
    for i in range(len(labels)):
        assert i == 0 or labels[i] >= labels[i - 1], "profiles lie in the order of their groups"
        count += i == 0 or labels[i] != labels[i - 1]
    return count


@njit(cache=True, nogil=True)
def _number(labels, label):  # type: ignore[no-untyped-def]
    """Put each different label into `label`, and its number there in its place."""
    number = -1
    for i in range(len(labels)):
        if number < 0 or labels[i] != label[number]:
            number += 1
            label[number] = labels[i]
        labels[i] = number


def _whole(db: Engine, column: str) -> Ints:
    """A column of whole numbers by profile, 0 where it is not known."""
    out = np.empty(int(db.value("SELECT count(*) FROM ways")), np.int32)
    for batch in db.stream(PROFILES["whole"], column=column):
        out[batch.column("profile").to_numpy()] = batch.column("value").to_numpy()
    return out


@njit(cache=True, nogil=True)
def _first(values, group, groups):  # type: ignore[no-untyped-def]
    """The first value of each group that is not 0."""
    out = np.zeros(groups, np.int32)
    for i in range(len(values)):
        if out[group[i]] == 0:
            out[group[i]] = values[i]
    return out


def _lent(db: Engine, lexicon: Lexicon, parts: list[dict[str, int]]) -> Ints:
    """SSNs that stand under two different given names, ascending."""
    found = [np.empty(0, np.int32)]
    for part in parts:
        for batch in db.stream(PROFILES["named_apart"], **part):
            found.append(_named_apart(batch, lexicon))
    return np.unique(np.concatenate(found)).astype(np.int32)


def _named_apart(batch: pa.RecordBatch, lexicon: Lexicon) -> Ints:
    """The SSNs of pairs of names that differ altogether."""
    count = batch.num_rows
    given, family = (
        np.concatenate([batch.column(name).to_numpy(), batch.column(f"other_{name}").to_numpy()])
        for name in ("given", "family")
    )
    left = np.arange(count, dtype=np.int32)
    level = given_levels(left, left + np.int32(count), given, family, *lexicon.of_names())
    return np.asarray(batch.column("ssn").to_numpy()[level == 0])
