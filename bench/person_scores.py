"""How a grouping of records compares with the truth: pairwise precision and recall, people lost, letters too many."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Scores:
    """Pairwise precision, recall and F1; per 1,000 humans: `lost` are the majority in no group, `extra` groups."""

    precision: float
    recall: float
    f1: float
    lost_per_1000: float
    extra_per_1000: float

    def rounded(self) -> dict[str, float]:
        """The figures to five digits."""
        return {name: round(value, 5) for name, value in asdict(self).items()}


def scores(human: np.ndarray, group: np.ndarray) -> Scores:
    """Score `group` against `human`, one label of each a record, any integers."""
    _, human = np.unique(human, return_inverse=True)
    _, group = np.unique(group, return_inverse=True)
    humans, groups = int(human.max()) + 1, int(group.max()) + 1
    cells, count = np.unique(group.astype(np.int64) * humans + human, return_counts=True)
    right = _pairs(count)
    said, true = _pairs(np.bincount(group)), _pairs(np.bincount(human))
    precision, recall = right / max(1, said), right / max(1, true)
    order = np.lexsort((cells % humans, -count, cells // humans))
    first = np.unique(cells[order] // humans, return_index=True)[1]
    found = len(np.unique(cells[order][first] % humans))
    f1 = 2 * precision * recall / max(1e-12, precision + recall)
    return Scores(precision, recall, f1, 1000 * (humans - found) / humans, 1000 * (groups - found) / humans)


def _pairs(sizes: np.ndarray) -> int:
    sizes = sizes.astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())
