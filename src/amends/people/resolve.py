"""Entries to persons: normalise, join on composite keys, link what is written differently, keep the best of what is
known.

Rows that agree on a composite identifier are one human unless something contradicts it (`union.py`). Groups that agree
only nearly are weighed (`linkage.py`), and stay apart in doubt: a duplicate letter costs less than a person never told.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
from numpy.typing import NDArray

from amends.engine import Engine, script
from amends.people.decided import NOTHING, Decided, united
from amends.people.linkage import Links, link_groups
from amends.people.union import Forest
from amends.people.whole_groups import whole_groups

NORMALISE = script(__package__, "normalise.sql")
KEYS = script(__package__, "keys.sql")
SURVIVE = script(__package__, "survivorship.sql")
BY_WEIGHT, BY_REVIEWER = "match_weight", "reviewer"
"""The reasons of an entry that no composite key joined to its person."""
_NORMALISED = (
    "name_key",
    "line_key",
    "ssn_key",
    "government_key",
    "phone_key",
    "names",
    "lines",
    "numbered",
    "slim",
)
_FLAGS = csv.ConvertOptions(true_values=["yes"], false_values=["no"], column_types={"alone": pa.bool_()})
GENERIC_SSN_NAMES = 4
"""An SSN used under more distinct names than this identifies nobody."""


@dataclass(frozen=True, slots=True)
class Linkage:
    """What linking did: SSNs demoted as generic, joins refused because the two contradict each other, the first entry
    of every entry's exact group, the links between groups, and answers of a reviewer that contradict each other."""

    generic_ssns: int
    refused: int
    exact: NDArray[np.int32]
    links: Links
    at_odds: int = 0


def link(db: Engine, decided: Decided = NOTHING) -> Linkage:
    """Tie the rows of view `entries` into sets: makes tables `slim`, `belongs` and views `labels`, `refused`.

    What a reviewer `decided` binds: two called different are never joined, two called the same are, unless that would
    join two called different.
    """
    for name in ("nicknames", "placeholder_words"):
        db.add(
            name, csv.read_csv(BytesIO(files(__package__).joinpath(f"{name}.csv").read_bytes()), convert_options=_FLAGS)
        )
    for name in _NORMALISED:
        db.run(NORMALISE[name])
    db.run(NORMALISE["generic_ssns"], names=GENERIC_SSN_NAMES)
    db.run(NORMALISE["demote_generic_ssns"])
    same, different = decided.numbers(db)
    forest = _forest(db, different)
    for number, (name, rows) in enumerate(zip(KEYS, db.streams(KEYS.values()), strict=True)):
        for keys, numbers in whole_groups(rows):
            forest.join(keys, numbers, number, strong=name.startswith("ssn_"))
    refused = forest.refused()
    labels = forest.labels()
    db.add("labels", _labels(labels, forest.why))
    links = link_groups(db, labels[different])
    linked = links.label[np.searchsorted(links.groups, labels)]
    persons, at_odds = united(linked, same, different)
    why = np.where((forest.why < 0) & _shared(linked), len(KEYS), forest.why)
    why = np.where((why < 0) & _shared(persons), len(KEYS) + 1, why)
    db.add("labels", _labels(persons, why.astype(np.int8)))
    both = np.concatenate([refused, links.doubtful])
    doubts = np.arange(len(both)) >= len(refused)
    db.add("refused", pa.table({"first": both[:, 0].copy(), "second": both[:, 1].copy(), "doubt": doubts}))
    reasons = [*KEYS, BY_WEIGHT, BY_REVIEWER]
    db.add("reasons", pa.table({"number": pa.array(range(len(reasons)), pa.int8()), "why": reasons}))
    db.run(SURVIVE["belongs"])
    generic = db.value("SELECT count(*) FROM generic_ssns")
    return Linkage(generic, int(forest.veto_count[0]), labels, links, at_odds)


def _labels(label: NDArray[np.int32], why: NDArray[np.int8]) -> pa.Table:
    return pa.table({"number": np.arange(len(label), dtype=np.int32), "label": label, "why": why})


def _shared(label: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether another entry has the same label."""
    return np.bincount(label, minlength=len(label))[label] > 1


def _forest(db: Engine, apart: NDArray[np.int32]) -> Forest:
    count = db.value("SELECT count(*) FROM slim")
    ssn, dob, initial = np.zeros(count, np.int32), np.zeros(count, np.int32), np.zeros(count, np.int32)
    given, suffix, middle = np.zeros(count, np.uint64), np.zeros(count, np.int8), np.zeros(count, np.int8)
    targets = {"ssn": ssn, "dob": dob, "given": given, "initial": initial, "suffix": suffix, "middle": middle}
    at = 0
    for batch in db.stream(NORMALISE["attributes"]):
        part = slice(at, at + batch.num_rows)
        for name, target in targets.items():
            target[part] = batch.column(name).to_numpy()
        at += batch.num_rows
    return Forest(ssn, dob, given, initial, suffix, middle, apart)
