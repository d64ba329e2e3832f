"""What speaks for and against a pair of persons: the contributions to the weight of their heaviest pair of profiles.

To those of the model come what the pair loses where one side alone has an SSN, and where chance gives others as alike.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.engine import Engine
from amends.people.compare import Compared
from amends.people.features import COLUMNS, NUMBERS, describe, features
from amends.people.lexicon import Ints
from amends.people.linkage import Links
from amends.people.weighing import caution

Rows = NDArray[np.int64]
KEPT = 10_000
"""Questions that are explained, the first by id."""
_PROFILES = 10
"""Profiles of a group, and of a person, that are compared for an explanation."""
_FIRST = """SELECT person_id, min(number) AS number FROM belongs
WHERE person_id IN (SELECT person_id FROM asked UNION SELECT other_person_id FROM asked)
GROUP BY person_id ORDER BY person_id"""
_LEAST = 0.05
_SAID = {-3: "SSN", -2: "one side alone has an SSN", -1: "others are as alike by chance"}
"""What is no feature of the model, by a code below nought, in the order of the columns."""
_SCHEMA = pa.schema([("review_id", pa.string()), ("what", pa.string()), ("bits", pa.float64())])


def explained(db: Engine, links: Links, reviews: pa.Table) -> pa.Table:
    """A row a contribution, largest first within a review: review_id, what, bits. `reviews` as table `reviews`."""
    some = reviews.filter(pc.field("state") == "open").slice(0, KEPT)
    db.add("asked", some.select(["person_id", "other_person_id"]))
    first = db.fetch(_FIRST)
    db.drop("asked")
    person, number = first["person_id"].to_numpy(), first["number"].to_numpy()
    one, other = (number[np.searchsorted(person, some[name].to_numpy())] for name in ("person_id", "other_person_id"))
    question, left, right = _profile_pairs(links, one, other)
    weight = links.model.weigh(links.compared(left, right))
    order = np.lexsort((right, left, -weight, question))
    heaviest = order[np.unique(question[order], return_index=True)[1]]
    row, what, bits = contributions(links, left[heaviest], right[heaviest])
    ids = some["review_id"].take(pa.array(question[heaviest][row]))
    return pa.table([ids, pa.array(what, pa.string()), bits], schema=_SCHEMA)


def _profile_pairs(links: Links, one: Ints, other: Ints) -> tuple[Rows, Ints, Ints]:
    """Every pair of profiles of two persons, given by their first entries: the place of the two, left, right."""
    asked = np.unique(np.concatenate([one, other]))
    groups = np.flatnonzero(np.isin(links.label, asked)).astype(np.int32)
    groups = groups[np.argsort(links.label[groups], kind="stable")]
    begins, ends = (np.searchsorted(links.profiles.group, groups, side=side) for side in ("left", "right"))
    kept = [np.arange(begin, min(end, begin + _PROFILES)) for begin, end in zip(begins, ends, strict=True)]
    profiles = np.concatenate([np.empty(0, np.int64), *kept]).astype(np.int32)
    of = np.repeat(links.label[groups], [len(each) for each in kept])
    first, last = ([np.searchsorted(of, person, side=side) for person in (one, other)] for side in ("left", "right"))
    sizes = [np.minimum(end - begin, _PROFILES) for begin, end in zip(first, last, strict=True)]
    counts = sizes[0] * sizes[1]
    question = np.repeat(np.arange(len(one)), counts)
    within = np.arange(len(question)) - np.repeat(np.cumsum(counts) - counts, counts)
    a = profiles[first[0][question] + within // sizes[1][question]]
    b = profiles[first[1][question] + within % sizes[1][question]]
    return question, np.minimum(a, b), np.maximum(a, b)


def contributions(links: Links, left: Ints, right: Ints) -> tuple[Rows, list[str], NDArray[np.float64]]:
    """Every contribution that matters to pairs of profiles, of each pair the largest first: its place, what, bits."""
    found = links.compared(left, right)
    seen, weights, model = features(found), links.model.coefficients, links.model
    codes = np.concatenate(
        [seen.columns, np.broadcast_to(np.arange(len(NUMBERS)) + COLUMNS, seen.numbers.shape)], axis=1
    )
    bits = np.concatenate([weights[seen.columns], weights[COLUMNS:] * seen.numbers], axis=1)
    codes = np.concatenate([codes, np.broadcast_to(np.array(list(_SAID)), (len(left), len(_SAID)))], axis=1)
    bits = np.concatenate([bits, model.rates.odds(found)[:, None]], axis=1) / np.log(2)
    one, other = links.profiles.group[left], links.profiles.group[right]
    bits = np.concatenate([bits, _lowered(links, one, other, found, bits.sum(axis=1))], axis=1)
    row, place = np.nonzero(np.abs(bits) >= _LEAST)
    order = np.lexsort((place, -np.abs(bits[row, place]), row))
    row, place = row[order], place[order]
    distinct, code = np.unique(codes[row, place], return_inverse=True)
    said = np.array([_SAID.get(int(number)) or describe(int(number)) for number in distinct], dtype=object)
    return row, list(said[code]), bits[row, place].round(2)


def _lowered(links: Links, one: Ints, other: Ints, found: Compared, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits that each pair of groups loses to caution and to chance, shape (rows, 2); none within one group."""
    careful = caution(links.profiles.ssn, one, other, found).astype(np.float64)
    bound = np.log2(links.partners) - links.chance.alike(found)
    chance = np.maximum(0, weight - careful - bound)
    return np.asarray(-np.stack([careful, chance], axis=1) * (one != other)[:, None])
