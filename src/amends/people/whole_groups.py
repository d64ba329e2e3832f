"""Streams of (key, number) sorted by key, cut between keys: a group of equal keys is never spread over two parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def whole_groups(reader: pa.RecordBatchReader) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int32]]]:
    """The batches of a sorted stream of (key, number), each with whole groups only."""
    held: list[tuple[NDArray[np.uint64], NDArray[np.int32]]] = []
    for batch in reader:
        if not batch.num_rows:
            continue
        keys, numbers = batch.column(0).to_numpy(), batch.column(1).to_numpy()
        cut = int(np.searchsorted(keys, keys[-1]))
        if not cut and (not held or held[-1][0][-1] == keys[-1]):
            held.append((keys, numbers))
            continue
        yield _joined([*held, (keys[:cut], numbers[:cut])])
        held = [(keys[cut:], numbers[cut:])]
    if held:
        yield _joined(held)


def _joined(
    parts: list[tuple[NDArray[np.uint64], NDArray[np.int32]]],
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    return np.concatenate([keys for keys, _ in parts]), np.concatenate([numbers for _, numbers in parts])
