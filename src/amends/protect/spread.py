"""Verdicts spread over the people: a row for everyone and every authenticator, in order, without a sort.

People come in order of their id with the number of the set that was taken from them; each set's verdicts are known.
A table of people × authenticators is too long to be sorted, and it need not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amends.protect.authenticators import Authenticator
from amends.tables import TABLES

_STATES: Final = pa.array(["alive", "dead"])


@dataclass(slots=True)
class Tally:
    """Rows that were made so far."""

    alive: int = 0
    dead: int = 0


def spread(
    holders: Iterable[pa.RecordBatch], table: Sequence[Authenticator], because: NDArray[np.int64], tally: Tally
) -> Iterator[pa.RecordBatch]:
    """The rows of the table `authenticators`.

    `holders` has person_id (ascending) and number (int64), the row of `because`: sets × authenticators, the mask that
    killed each authenticator of `table`, which is in order of id. Rows are counted in `tally`.
    """
    names = pa.array([one.id for one in table])
    for batch in holders:
        people, numbers = (batch.column(name).to_numpy() for name in ("person_id", "number"))
        masks = because[numbers].ravel()
        dead = (masks != 0).astype(np.int32)
        tally.dead += int(dead.sum())
        tally.alive += len(dead) - int(dead.sum())
        columns = [
            pa.array(np.repeat(people, len(table))),
            names.take(pa.array(np.tile(np.arange(len(table), dtype=np.int32), len(people)))),
            _STATES.take(pa.array(dead)),
            pa.array(masks),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=TABLES["authenticators"].schema)
