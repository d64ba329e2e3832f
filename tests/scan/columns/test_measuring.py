"""Cells judged where they lie give the same facts as cells judged in Arrow columns, in one thread or two."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.scan.columns.facts import ColumnFacts
from amends.scan.columns.measuring import measure_table
from amends.scan.files.encodings import tell
from amends.scan.files.limits import DEFAULT, Limits
from amends.scan.files.source import Source
from amends.scan.tables.columnar import ParquetReader
from amends.scan.tables.delimited import DelimitedReader, lay_out
from amends.scan.values.checks import email, email_of_marks, luhn
from amends.scan.values.dates import DATED, TIMED, YEAR_LAST, read_date
from amends.scan.values.lanes import is_odd, maps, places, whole
from amends.scan.values.lexicon import WORDS
from amends.scan.values.tally import count, runs, separators, tally, value_of
from amends.scan.values.validators import Kind, judge
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


def test_a_short_cell_is_made_of_the_same_whether_sixty_four_bytes_at_a_time_or_one() -> None:
    for _ in range(3000):
        cell = bytes(DICE.choices(DICE.choice(ALPHABETS), k=DICE.randint(1, 63)))
        end = 2 + len(cell)
        for behind in (DICE.randint(0, 9), 64):
            data = np.frombuffer(b"7a" + cell + b"9" * behind, np.uint8)
            digits, letters, spaces, commas, ats, seps, at, value, groups = map(int, tally(data, 2, end))
            digits_at, letters_at = (np.uint64(marks) for marks in maps(data, 2, end))
            rest = np.uint64(whole(len(cell))) & ~(digits_at | letters_at)
            assert (int(count(digits_at)), int(count(letters_at))) == (digits, letters), cell
            assert tuple(map(int, separators(data, 2, rest))) == (spaces, commas, seps), cell
            assert int(runs(digits_at)) == groups, cell
            assert int(value_of(data, 2, digits_at)) == value, cell
            signs = int(places(data, 2, end, np.uint8(64)))
            assert (signs.bit_count(), signs.bit_length() + 1 if signs else -1) == (ats, at), cell
            assert bool(is_odd(data, 2, end)) == any(byte == 0 or byte > 127 for byte in cell), cell


def test_the_check_digit_of_digits_is_the_same_eight_bytes_at_a_time_or_one() -> None:
    for _ in range(2000):
        digits = bytes(DICE.choices(b"0123456789", k=DICE.randint(1, 25)))
        data = np.frombuffer(b"12" + digits + b"9" * DICE.randint(0, 9), np.uint8)
        assert luhn_of_digits(data, 2, 2 + len(digits)) == luhn(data, 2, 2 + len(digits)), digits


def test_an_address_is_one_by_its_marks_if_it_is_one_by_its_bytes() -> None:
    found = 0
    for _ in range(4000):
        parts = ["".join(DICE.choices("abz09._-+é ,", (9, 9, 9, 3, 3, 3, 1, 1, 1, 1, 1, 1), k=7)) for _ in range(2)]
        cell = ("@".join(parts) + DICE.choice([".com", ".c", "", ".co.uk"])).strip().encode()
        at = cell.index(b"@")
        data = np.frombuffer(cell, np.uint8)
        digits_at, letters_at = (np.uint64(marks) for marks in maps(data, 0, len(cell)))
        rest = np.uint64(whole(len(cell))) & ~(digits_at | letters_at)
        by_marks = email_of_marks(data, 0, len(cell), np.uint64(1 << at), rest, letters_at)
        assert by_marks == email(data, 0, len(cell), at), cell
        found += by_marks
    assert 200 < found < 3800


def test_a_date_is_the_same_however_it_is_read() -> None:
    times = ("", "", " 00:00:00", "T10:20:30", " 12:30+01:00", "T00:00:00+01:00", " x", "0", " 0", "T00:00:00Z")
    for _ in range(4000):
        year, one, two, mark = DICE.randint(1880, 2040), DICE.randint(0, 13), DICE.randint(0, 32), DICE.choice("-/.a")
        other = DICE.choice([mark, mark, "-"])
        whole_date = f"{year}{mark}{one:02d}{other}{two:02d}", f"{one:02d}{mark}{two:02d}{other}{year}"
        cell = (DICE.choice(whole_date) + DICE.choice(times)).encode()
        data = np.frombuffer(cell, np.uint8)
        form, found, _, second = (int(part) for part in read_date(data, 0, len(cell)))
        bits, judged = (int(part) for part in judge(data, 0, len(cell), 2026, WORDS))
        dated = bool(form & DATED) and 1900 <= found <= 2026
        assert bool(bits >> Kind.DATE & 1) == dated, cell
        assert judged == (found if dated else 0), cell
        assert bool(bits >> Kind.TIMED & 1) == (dated and bool(form & TIMED)), cell
        assert bool(bits >> Kind.MONTH_FIRST & 1) == (dated and bool(form & YEAR_LAST) and second > 12), cell


def test_columns_that_parquet_holds_as_a_dictionary_are_measured_as_written_out(tmp_path: Path) -> None:
    rows = 12_000
    states = [DICE.choice(["NV", "Reno", "1975-03-12", "", None]) for _ in range(rows)]
    table = pa.table(
        {
            "state": states,
            "phone": [f"({DICE.randint(200, 999)}) 555-{DICE.randint(0, 9999):04d}" for _ in range(rows)],
            "number": list(range(rows)),
            "nested": [{"city": DICE.choice(["Reno", "Boston"])} for _ in range(rows)],
        }
    )
    path = tmp_path / "t.parquet"
    pq.write_table(table, path, row_group_size=5000)
    coded, plain = ParquetReader(Source(path, DEFAULT)), ParquetReader(Source(path, DEFAULT))
    assert pa.types.is_dictionary(list(coded.coded_columns())[-1][0].type)
    wanted = [ColumnFacts(name) for name in plain.shape.names]
    for batch in plain.batches():
        for position, cells in batch.columns.items():
            wanted[position].add(cells)
    for fact, other in zip(measure_table(coded), wanted, strict=True):
        assert fact.counts.tolist() == other.counts.tolist(), fact.name
        assert fact.years.tolist() == other.years.tolist(), fact.name
        assert fact.shapes[: len(other.shapes)] == other.shapes, fact.name
    assert coded.tally.rows == rows
