"""Cells judged where they lie give the same facts as cells judged in Arrow columns, in one thread or two."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from amends.scan.columns.facts import ColumnFacts
from amends.scan.columns.measuring import measure_table
from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.source import Source
from amends.scan.tables.delimited import DelimitedReader, lay_out
from amends.scan.values.checks import luhn
from amends.scan.values.tally import _tally_long, tally
from amends.scan.values.words import luhn_of_digits
from tests.scan.tables.test_splitter import MALFORMED

DICE = random.Random(11)
ALPHABETS = (b"0123456789", b"0123456789-/ .", bytes(range(256)), b"abcXYZ@,.' 019", b"09az[]{}`@/:AZ")


def reader(path: Path, limits: Limits) -> DelimitedReader:
    content = path.read_bytes()
    layout = lay_out(content[tell(content).skip :], whole=True, named=True, limits=limits)
    assert layout is not None
    return DelimitedReader(Source(path, limits), tell(content), layout)


def by_arrow(table: DelimitedReader) -> list[ColumnFacts]:
    facts: list[ColumnFacts] = []
    for batch in table.batches():
        facts.extend(ColumnFacts(name) for name in table.shape.names[len(facts) :])
        for position, cells in batch.columns.items():
            facts[position].add(cells)
    return facts


def mixed_file(path: Path) -> Path:
    lines = ["first_name,ssn,note,when"]
    for i in range(4000):
        name = DICE.choice(["Ann", '"Bo ""Buddy"""', "Zoë", '"Lee, Cy"', "A\0nn", ""])
        ssn = f"{DICE.randint(1, 899):03d}-{DICE.randint(1, 99):02d}-{DICE.randint(1, 9999):04d}"
        rest = DICE.choice(["a,1975-03-12", f"x{i}@example.org,3/4/1980", "12 Oak St,,more", "short"])
        lines.append(f"{name},{ssn},{rest}")
    path.write_bytes("\n".join(lines).encode() + "\nJosé,1,b,c\n".encode("cp1252"))
    return path


@pytest.mark.parametrize("threads", [1, 2])
def test_facts_do_not_depend_on_the_way_they_are_measured(threads: int, tmp_path: Path) -> None:
    limits = replace(DEFAULT, chunk=5000)
    path = mixed_file(tmp_path / "t.csv")
    straight, through = reader(path, limits), reader(path, limits)
    measured, wanted = measure_table(straight, threads=threads), by_arrow(through)
    assert [fact.name for fact in measured] == [fact.name for fact in wanted]
    for fact, other in zip(measured, wanted, strict=True):
        assert fact.counts.tolist() == other.counts.tolist(), fact.name
        assert fact.years.tolist() == other.years.tolist()
        assert fact.shapes == other.shapes
    assert straight.tally == through.tally
    assert straight.shape == through.shape
    assert straight.shape.encoding == "utf-8 and cp1252"


@pytest.mark.parametrize("name", [name for name in MALFORMED if "UTF-" not in name])
def test_malformed_files_are_measured_alike(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(MALFORMED[name][0])
    measured, wanted = measure_table(reader(path, DEFAULT)), by_arrow(reader(path, DEFAULT))
    assert [fact.filled for fact in measured][: len(wanted)] == [fact.filled for fact in wanted]


def test_a_cell_is_made_of_the_same_whether_eight_bytes_at_a_time_or_one() -> None:
    for _ in range(4000):
        cell = bytes(DICE.choices(DICE.choice(ALPHABETS), k=DICE.randint(1, 80)))
        data = np.frombuffer(b"7a" + cell + b"9" * DICE.randint(0, 9), np.uint8)
        end = 2 + len(cell)
        assert tuple(map(int, tally(data, 2, end))) == tuple(map(int, _tally_long(data, 2, end))), cell
        digits = bytes(DICE.choices(b"0123456789", k=DICE.randint(1, 25)))
        data = np.frombuffer(b"12" + digits + b"9" * DICE.randint(0, 9), np.uint8)
        assert luhn_of_digits(data, 2, 2 + len(digits)) == luhn(data, 2, 2 + len(digits)), digits
