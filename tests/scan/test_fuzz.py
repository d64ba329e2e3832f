"""Damage of any kind to a file of any format never breaks the scan, and what once broke a reader stays mended."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scan.one_of_each import one_of_each
from tests.scan.reading import at_work, read_whole

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
SOUND = one_of_each()
ODD = (b"\0", b"\xff" * 4, b"\x80", b'"', b"'", b"\\", b"{", b"}", b"<", b"(", b";", b"\n", b"\r", b",", b"$$", b"\t")


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    with at_work():
        yield


def damaged(content: bytes, seed: int) -> bytes:
    """The content with a few pieces of it changed, moved, doubled or left out."""
    dice = random.Random(seed)
    data = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at, size = dice.randrange(len(data) + 1), dice.choice((1, 2, 4, 30, 300))
        kind = dice.randrange(6)
        if kind == 0:
            data[at : at + size] = dice.randbytes(min(size, 40))
        elif kind == 1:
            data[at:at] = dice.choice(ODD) * dice.choice((1, 1, 3, 50))
        elif kind == 2:
            del data[at : at + size]
        elif kind == 3:
            data[at:at] = data[at : at + size]
        elif kind == 4 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif len(data) > 8:
            other = dice.randrange(len(data))
            data[at : at + 4] = data[other : other + 4]
    return bytes(data)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(SOUND)), seed=st.integers(0, 2**32))
def test_any_damage_to_any_file_is_told(tmp_path: Path, name: str, seed: int) -> None:
    read_whole(name, damaged(SOUND[name], seed), tmp_path)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_once_broke_a_reader_breaks_it_no_more(path: Path, tmp_path: Path) -> None:
    read_whole(path.name, path.read_bytes(), tmp_path)
