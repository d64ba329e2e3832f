"""Taken files with nothing personal in them, some of which look as if they had: long order numbers, coordinates."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from amends.carrier.dice import Dice

_README = """This share holds exports for the billing migration. Ask the data platform desk before deleting anything.
Retention: ninety days.
"""


def write(dice: Dice, taken: Path) -> dict[str, int]:
    """Write them under `taken`; the data rows of each by path."""
    contents = {
        "2021-08-17/warehouse/parts_inventory.csv": _parts(dice, 2_000),
        "2021-08-20/network/cell_towers.csv": _towers(dice, 1_500),
        "2021-08-17/billing/pending.csv": "",
        "2021-08-17/README.txt": _README,
    }
    for path, text in contents.items():
        (taken / path).parent.mkdir(parents=True, exist_ok=True)
        (taken / path).write_bytes(text.encode())
    return {path: max(text.count("\n") - 1, 0) if path.endswith(".csv") else 0 for path, text in contents.items()}


def _parts(dice: Dice, count: int) -> str:
    keys = np.arange(count)
    order = dice.below("part order", keys, 10**15).tolist()
    bin_number = dice.below("part bin", keys, 900).tolist()
    stock = dice.below("part stock", keys, 5_000).tolist()
    rows = (
        f"{number:015d},CONN-{where % 40:02d}-{where},{left},{where / 7:.2f}"
        for number, where, left in zip(order, bin_number, stock, strict=True)
    )
    return "\n".join(["order_no,part,in_stock,unit_price", *rows]) + "\n"


def _towers(dice: Dice, count: int) -> str:
    keys = np.arange(count)
    north = (25 + 23 * dice.uniform("tower north", keys)).tolist()
    west = (-122 + 50 * dice.uniform("tower west", keys)).tolist()
    rows = (
        f"310995{index:09d},{lat:.6f},{lon:.6f},LTE,{30 + index % 60}"
        for index, (lat, lon) in enumerate(zip(north, west, strict=True))
    )
    return "\n".join(["cell_id,lat,lon,radio,height_m", *rows]) + "\n"
