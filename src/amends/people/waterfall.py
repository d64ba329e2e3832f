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
from amends.people.linkage import Links, caution
from amends.people.profiles import Ints

Rows = NDArray[np.int64]
KEPT = 10_000
"""Questions that are explained, the first by id."""
_LEAST = 0.05
_SAID = {-3: "SSN", -2: "one side alone has an SSN", -1: "others are as alike by chance"}
"""What is no feature of the model, by a code below nought, in the order of the columns."""
_SCHEMA = pa.schema([("review_id", pa.string()), ("what", pa.string()), ("bits", pa.float64())])


def explained(db: Engine, links: Links, reviews: pa.Table) -> pa.Table:
    """A row a contribution, largest first within a review: review_id, what, bits. `reviews` as table `reviews`.

    A question between persons that no blocking rule compared has none.
    """
    some = reviews.filter(pc.field("state") == "open").slice(0, KEPT)
    people = db.fetch("SELECT person_id, min(number) AS first FROM belongs GROUP BY person_id ORDER BY person_id")
    person, first = people["person_id"].to_numpy(), people["first"].to_numpy()
    one, other = (first[np.searchsorted(person, some[name].to_numpy())] for name in ("person_id", "other_person_id"))
    rows = _heaviest(links, np.minimum(one, other), np.maximum(one, other))
    known = np.flatnonzero(rows >= 0)
    review, what, bits = contributions(links, rows[known])
    ids = some["review_id"].take(pa.array(known[review]))
    return pa.table([ids, pa.array(what, pa.string()), bits], schema=_SCHEMA)


def _heaviest(links: Links, one: Ints, other: Ints) -> Rows:
    """The row of the heaviest compared pair between two sets, by their first entries; -1 where none was compared."""
    left, right = (links.label[links.profiles.group[side]] for side in (links.pairs.left, links.pairs.right))
    pair = np.minimum(left, right).astype(np.int64) << 32 | np.maximum(left, right)
    asked = one.astype(np.int64) << 32 | other
    order = np.argsort(asked, kind="stable")
    at = np.minimum(np.searchsorted(asked[order], pair), max(0, len(asked) - 1))
    rows = np.flatnonzero(asked[order][at] == pair) if len(asked) else np.empty(0, np.int64)
    rows = rows[np.lexsort((rows, -links.weight[rows]))]
    of, first = np.unique(at[rows], return_index=True)
    found = np.full(len(asked), -1, np.int64)
    found[order[of]] = rows[first]
    return found


def contributions(links: Links, rows: Rows) -> tuple[Rows, list[str], NDArray[np.float64]]:
    """Every contribution that matters, of each row the largest first: the place of the row in `rows`, what, bits."""
    found = links.compared(rows)
    seen, weights, model = features(found), links.model.coefficients, links.model
    codes = np.concatenate(
        [seen.columns, np.broadcast_to(np.arange(len(NUMBERS)) + COLUMNS, seen.numbers.shape)], axis=1
    )
    bits = np.concatenate([weights[seen.columns], weights[COLUMNS:] * seen.numbers], axis=1)
    codes = np.concatenate([codes, np.broadcast_to(np.array(list(_SAID)), (len(rows), len(_SAID)))], axis=1)
    bits = np.concatenate([bits, model.rates.odds(found)[:, None]], axis=1) / np.log(2)
    bits = np.concatenate([bits, _lowered(links, rows, found, bits.sum(axis=1))], axis=1)
    row, place = np.nonzero(np.abs(bits) >= _LEAST)
    order = np.lexsort((place, -np.abs(bits[row, place]), row))
    row, place = row[order], place[order]
    distinct, code = np.unique(codes[row, place], return_inverse=True)
    said = np.array([_SAID.get(int(number)) or describe(int(number)) for number in distinct], dtype=object)
    return row, list(said[code]), bits[row, place].round(2)


def _lowered(links: Links, rows: Rows, found: Compared, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits that each pair of groups loses to caution and to chance, shape (rows, 2); none within one group."""
    left, right = links.pairs.left[rows], links.pairs.right[rows]
    one, other = links.profiles.group[left], links.profiles.group[right]
    careful = caution(links.known, one, other, found).astype(np.float64)
    bound = np.log2(links.partners) - links.chance.alike(left, right, found)
    chance = np.maximum(0, weight - careful - bound)
    return np.asarray(-np.stack([careful, chance], axis=1) * (one != other)[:, None])
