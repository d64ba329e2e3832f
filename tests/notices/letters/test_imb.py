"""The barcode against the reference set that USPS publishes for encoders (uspsIMbEncoderTestCases)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from amends.notices.letters.imb import encode

VECTORS = list(csv.DictReader((Path(__file__).parent / "imb_vectors.csv").read_text().splitlines()))


def digits(text: str, width: int) -> np.ndarray:
    return np.frombuffer(text.encode().ljust(width, b"\0"), np.uint8)[None, :]


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['tracking']}-{row['routing']}")
def test_the_bars_are_those_that_usps_publishes(row: dict[str, str]) -> None:
    bars = encode(digits(row["tracking"], 20), digits(row["routing"], 11))
    assert bytes(bars[0]).rstrip(b"\0").decode() == row["bars"]


def test_a_piece_without_a_barcode_does_not_touch_its_neighbours() -> None:
    tracking = np.concatenate([digits(row["tracking"], 20) for row in VECTORS])
    routing = np.concatenate([digits(row["routing"], 11) for row in VECTORS])
    found = [bytes(bars).rstrip(b"\0").decode() for bars in encode(tracking, routing)]
    assert found == [row["bars"] for row in VECTORS]
