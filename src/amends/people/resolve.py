"""Entries to persons: normalise, join on composite keys, link what is written differently, keep the best of what is
known.

Rows that agree on a composite identifier are one human unless something contradicts it (`union.py`). Groups that agree
only nearly are weighed (`linkage.py`), and stay apart in doubt: a duplicate letter costs less than a person never told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
from numba import njit
from numpy.typing import NDArray

from amends.engine import BATCH, Engine, script, with_column
from amends.people.decided import NOTHING, Decided, united
from amends.people.lexicon import PROFILES, Ints, words_of
from amends.people.linkage import Links, link_groups
from amends.people.numbering import NORMALISE, Numbering
from amends.people.profiles import group_entries, load
from amends.people.ranges import parts_of
from amends.people.runs import Aside
from amends.people.siblings import Called
from amends.people.union import Forest
from amends.people.whole_groups import whole_groups

KEYS = script(__package__, "keys.sql")
SURVIVE = script(__package__, "survivorship.sql")
BY_WEIGHT, BY_REVIEWER = "match_weight", "reviewer"
"""The reasons of an entry that no composite key joined to its person."""
MACROS = (
    "plain_letters", "letters_alone", "name_key", "any_date", "no_line", "line_key", "nine_digits", "ssn_key",
    "government_key", "phone_key", "no_email", "email_key", "usable_number", "number_key", "suffix_code",
    "suffix_behind", "title_before", "particle", "street_of", "usable_day", "hash_key",
)  # fmt: skip
"""What tells identifiers from what stands in for none."""
_DICTIONARIES = (
    "written",
    "names",
    "nobodies",
    "name_words",
    "name_codes",
    "coded_names",
    "lines",
    "line_words",
    "street_words",
    "line_codes",
    "coded_lines",
    "postcodes",
    "postcode_words",
    "coded_postcodes",
    "cities",
    "city_words",
    "coded_cities",
)
_FLAGS = csv.ConvertOptions(
    true_values=["yes"], false_values=["no"], column_types={"alone": pa.bool_(), "mark": pa.int8()}
)
_WHILE_LINKING = 0.7
"""Share of its memory that the engine does with while entries and profiles are in memory as arrays."""
LARGE = 20_000_000
"""Entries from which on the tables in between lie in files."""
GENERIC_SSN_NAMES = 4
"""An SSN used under more distinct names than this identifies nobody."""
GENERIC_SSN_BIRTHS = 6
"""Nor does one used with more distinct birth dates than this."""
GENERIC_CONTACT_NAMES = 12
"""A telephone, e-mail or account used under more distinct names than this is none of a household."""
CROWDED_NAMES = 50
"""An address of more distinct names than this is no home of one family."""
COMMON_DAY = 50
"""Entries that a birth date may always have."""
COMMON_NAME_DAYS = 25
"""Birth dates of a full name from which on one of a thousand strangers of that name shares one's own."""


@dataclass(frozen=True, slots=True)
class Linkage:
    """What linking did: SSNs demoted as generic, telephones, e-mails and accounts too, joins refused because the two
    contradict each other, the numbers of entries, the links between groups, answers of a reviewer that contradict each
    other, and, where it was kept, the first entry of every entry's exact group."""

    generic_ssns: int
    generic_contacts: int
    refused: int
    numbering: Numbering
    links: Links
    at_odds: int
    exact: Ints | None


def link(db: Engine, decided: Decided = NOTHING, *, keep: bool = False) -> Linkage:
    """Tie the rows of view `entries` into sets: makes table `belongs` and view `refused`.

    What a reviewer `decided` binds: two called different are never joined, two called the same are, unless that would
    join two called different. `keep` what other margins would need.
    """
    numbering = normalise(db)
    with db.limited(_WHILE_LINKING):
        return _linked(db, numbering, decided, keep=keep)


def _linked(db: Engine, numbering: Numbering, decided: Decided, *, keep: bool) -> Linkage:
    forest, present = plant(db, numbering.count)
    db.add("decided", decided.answers)
    same, different = decided.numbers(numbering, present)
    forest.keep_apart(different)
    exact_pass(db, forest)
    labels, why, refused = forest.labels(), forest.why, forest.refused()
    ssns, contacts = (db.value(f"SELECT count(*) FROM {table}") for table in ("generic_ssns", "generic_contacts"))
    vetoes = int(forest.veto_count[0])
    aside, apart, entries = Aside(db.spill, [labels, why, present]), labels[different], len(labels)
    first = _firsts(labels)
    named = Aside(db.spill, [first, forest.given[first], forest.middle[first]])
    del forest, why, present, first
    group_entries(db, labels)
    del labels
    profiles = load(db, entries)

    def called() -> Called:
        return Called.of(*_of_groups(profiles.label, *named.back()))

    links = link_groups(db, profiles, called, apart, keep=keep)
    labels, why, present = aside.back()
    exact = labels.copy() if keep else None
    _follow(labels, links.groups, links.label)
    persons, at_odds = united(labels, same, different)
    why[(why < 0) & _shared(labels)] = len(KEYS)
    why[(why < 0) & _shared(persons)] = len(KEYS) + 1
    both = np.concatenate([refused, links.doubtful])
    doubts = np.arange(len(both)) >= len(refused)
    db.add("refused", pa.table({"first": both[:, 0].copy(), "second": both[:, 1].copy(), "doubt": doubts}))
    reasons = [*KEYS, BY_WEIGHT, BY_REVIEWER]
    db.add("reasons", pa.table({"number": pa.array(range(len(reasons)), pa.int8()), "why": reasons}))
    db.add("belonging", _belonging(persons, why, present, numbering))
    db.run(SURVIVE["belongs"])
    db.drop("belonging")
    return Linkage(ssns, contacts, vetoes, numbering, links, at_odds, exact)


def normalise(db: Engine) -> Numbering:
    """Make tables `slim`, `generic_ssns`, `generic_contacts` and the dictionaries of view `entries`."""
    for name in ("nicknames", "placeholder_words"):
        db.add(
            name, csv.read_csv(BytesIO(files(__package__).joinpath(f"{name}.csv").read_bytes()), convert_options=_FLAGS)
        )
    numbering = Numbering.of(db)
    for name in (*MACROS, *_DICTIONARIES):
        db.run(NORMALISE[name])
    db.run(NORMALISE["joins_as_written"])
    db.keep(NORMALISE["slim"], "lined_entries", _lined_entries(db, numbering))
    db.run(NORMALISE["joins_as_estimated"])
    parts = parts_of(db, numbering.count)
    db.gather("generic_ssns", NORMALISE["generic_ssns"], parts, names=GENERIC_SSN_NAMES, births=GENERIC_SSN_BIRTHS)
    db.run(NORMALISE["demote_generic_ssns"])
    db.gather("frequent_contacts", NORMALISE["frequent_contacts"], parts, names=GENERIC_CONTACT_NAMES)
    db.run(NORMALISE["generic_contacts"], names=GENERIC_CONTACT_NAMES)
    for name in ("demote_generic_phones", "demote_generic_emails", "demote_generic_accounts"):
        db.run(NORMALISE[name])
    db.gather("crowded", NORMALISE["crowded"], parts, names=CROWDED_NAMES)
    db.run(NORMALISE["common_days"], least=COMMON_DAY)
    db.gather("common_names", NORMALISE["common_names"], parts, days=COMMON_NAME_DAYS)
    return numbering


def _lined_entries(db: Engine, numbering: Numbering) -> pa.RecordBatchReader:
    """The coded entries, each with the code of its line."""
    lines = np.full(numbering.count, -1, np.int32)
    for batch in db.stream(NORMALISE["entry_lines"], shift=numbering.shift):
        lines[batch.column("number").to_numpy()] = batch.column("line").to_numpy()
    return with_column(db.stream(NORMALISE["coded_entries"], shift=numbering.shift), "line", lines)


def plant(db: Engine, count: int) -> tuple[Forest, NDArray[np.bool_]]:
    """A forest of single entries from table `slim`, and which numbers are of an entry."""
    known: dict[str, Any] = {name: np.zeros(count, np.int32) for name in ("ssn", "dob", "given", "middle")}
    known["suffix"] = np.zeros(count, np.int8)
    present = np.zeros(count, np.bool_)
    for batch in db.stream(NORMALISE["attributes"]):
        numbers = batch.column("number").to_numpy()
        present[numbers] = True
        for name, target in known.items():
            target[numbers] = batch.column(name).to_numpy()
    return Forest(**known, names=words_of(db, PROFILES["names"])), present


def exact_pass(db: Engine, forest: Forest) -> None:
    """Join entries on every composite key of table `slim`."""
    for number, (name, rows) in enumerate(zip(KEYS, db.streams(KEYS.values(), len(forest.parent)), strict=True)):
        for keys, numbers in whole_groups(rows):
            forest.join(keys, numbers, number, strong=name.startswith("ssn_"))


def _belonging(
    persons: Ints, why: NDArray[np.int8], present: NDArray[np.bool_], numbering: Numbering
) -> pa.RecordBatchReader:
    """The entries of persons in the order of their numbers: number, record_id, person_id, why.

    A person's id is the smallest of its taken records, which no later wave can change: later records have larger ids.
    A set of registry rows alone is no person.
    """
    schema = pa.schema(
        [("number", pa.int32()), ("record_id", pa.int64()), ("person_id", pa.int64()), ("why", pa.int8())]
    )
    smallest = np.full(len(persons), -1, np.int32)
    _smallest_taken(persons, present, numbering.first_taken, smallest)

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(persons), BATCH):
            numbers = np.arange(start, min(start + BATCH, len(persons)), dtype=np.int32)
            numbers = numbers[present[numbers]]
            first = smallest[persons[numbers]]
            numbers, first = numbers[first >= 0], first[first >= 0]
            columns = (numbers, numbering.ids(numbers), numbering.ids(first), why[numbers])
            yield pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


@njit(cache=True, nogil=True)
def _smallest_taken(persons, present, first_taken, smallest):  # type: ignore[no-untyped-def]
    for number in range(first_taken, len(persons)):
        if present[number] and smallest[persons[number]] < 0:
            smallest[persons[number]] = number


@njit(cache=True, nogil=True)
def _firsts(labels):  # type: ignore[no-untyped-def]
    """The numbers that are the labels of their own sets, ascending."""
    count = 0
    for i in range(len(labels)):
        count += labels[i] == i
    out, at = np.empty(count, np.int32), 0
    for i in range(len(labels)):
        if labels[i] == i:
            out[at] = i
            at += 1
    return out


@njit(cache=True, nogil=True)
def _of_groups(groups, first, given, middle):  # type: ignore[no-untyped-def]
    """The names that stand beside these groups among all first entries; both ascend."""
    out, at = (np.empty(len(groups), np.int32), np.empty(len(groups), np.int32)), 0
    for i in range(len(groups)):
        while first[at] != groups[i]:
            at += 1
        out[0][i], out[1][i] = given[at], middle[at]
    return out


@njit(cache=True, nogil=True)
def _follow(labels, groups, persons):  # type: ignore[no-untyped-def]
    """Let every entry whose label is that of a group have the group's person instead; `groups` ascending."""
    to = np.arange(len(labels)).astype(np.int32)
    for i in range(len(groups)):
        to[groups[i]] = persons[i]
    for i in range(len(labels)):
        labels[i] = to[labels[i]]


@njit(cache=True, nogil=True)
def _shared(label):  # type: ignore[no-untyped-def]
    """Whether another entry has the same label."""
    seen, shared = np.zeros(len(label), np.bool_), np.zeros(len(label), np.bool_)
    for i in range(len(label)):
        shared[label[i]] = seen[label[i]]
        seen[label[i]] = True
    for i in range(len(label)):
        seen[i] = shared[label[i]]
    return seen
