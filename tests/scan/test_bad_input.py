"""Every format with every defect: the file is listed, its loss named, the rest of the haul read, nothing escapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from amends.case import Outcome, new_case
from amends.scan.verb import run
from tests.scan.haul_of import PEOPLE, SMALL, files, put, ssns
from tests.scan.one_of_each import ROWS, one_of_each

FORMATS = tuple(one_of_each())
DEFECTS: dict[str, Callable[[str, bytes], tuple[str, bytes]]] = {
    "none": lambda name, content: (name, content),
    "cut in the middle": lambda name, content: (name, content[: len(content) // 2]),
    "cut at the end": lambda name, content: (name, content[: -max(1, len(content) // 50)]),
    "only its first bytes": lambda name, content: (name, content[:24]),
    "called a table": lambda name, content: (f"{name}.csv", content),
    "called a document": lambda name, content: (f"{name}.pdf", content),
    "called a picture": lambda name, content: (f"{name}.png", content),
    "no UTF-8 inside": lambda name, content: (name, spliced(content, b"\xff\xc3\x28\xe2\x82\xf0\x9f")),
    "NUL bytes inside": lambda name, content: (name, spliced(content, bytes(200))),
    "zeros to the end": lambda name, content: (name, content[: len(content) // 2] + bytes(len(content) // 2)),
    "a hole inside": lambda name, content: (name, content[: len(content) // 3] + content[len(content) // 3 + 97 :]),
    "twice in a row": lambda name, content: (name, content + content),
}
SELF_CONTAINED = ("a.csv", "a.tsv", "a.ndjson", "a.txt", "a.log", "a.vcf", "postgres.sql", "mysql.sql")
"""Formats of lines: a defect in the middle leaves people to be found."""


def spliced(content: bytes, odd: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + odd + content[middle:]


@dataclass(frozen=True)
class Scanned:
    """What became of a haul of one defect."""

    files: dict[str, dict[str, Any]]
    ssns: list[str]
    outcome: Outcome
    outside: set[str]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Scanned]]:
    """The haul with this defect in a file of each format, scanned once."""

    @cache
    def scan(defect: str) -> Scanned:
        folder = tmp_path_factory.mktemp("haul")
        with new_case(folder / "case", encryption="volume", sections="[incident]\n") as case:
            for name, content in one_of_each().items():
                put(case, *DEFECTS[defect](f"w/{name}", content))
            put(case, "z_good.csv", PEOPLE.replace(b"-6788", b"-9999"))
            outcome = run(case)
            left = {path.name for path in folder.iterdir()} | {path.name for path in (case.work / "scan").glob("*/*")}
            return Scanned(files(case), ssns(case), outcome, left)

    yield scan


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_bad_file_is_listed_with_what_is_lost_of_it(
    scanned: Callable[[str], Scanned], name: str, defect: str
) -> None:
    found = scanned(defect)
    path = DEFECTS[defect](f"w/{name}", b"xx")[0]
    row = found.files[path]
    assert row["state"] in ("read", "failed", "not_read")
    assert row["state"] == "read" or row["reason"]
    assert row["sha256"]
    if row["rows"] is not None:
        assert row["rows"] == row["rows_recorded"] + row["rows_impersonal"] + row["rows_rejected"]
    for reason in filter(None, (part["reason"] for at, part in found.files.items() if at.startswith(path))):
        assert "\n" not in reason and len(reason) < 200
        assert not any(value in reason for value in ("Ann", "Lee", "6788", "Traceback", "Error"))
    if defect == "none" or name in SELF_CONTAINED:
        assert row["state"] == "read" or defect == "only its first bytes"
    if defect in ("none", "called a table", "called a document", "called a picture") and name != "a.doc":
        assert (row["state"], row["reason"]) == ("read", None)


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_rest_of_the_haul_is_read_and_nothing_is_left_outside(
    scanned: Callable[[str], Scanned], defect: str
) -> None:
    found = scanned(defect)
    assert {"123459999", "223459999"} <= set(found.ssns)
    assert found.outside == {"case"}
    assert all("\n" not in line and "Ann" not in line for line in found.outcome.findings)
    for balance in found.outcome.balances:
        assert balance.came_in == sum(balance.out.values())


@pytest.mark.parametrize("name", SELF_CONTAINED)
def test_half_a_file_of_lines_gives_half_its_people(scanned: Callable[[str], Scanned], name: str) -> None:
    row = scanned("cut in the middle").files[f"w/{name}"]
    if name in ("a.txt", "a.log", "a.vcf"):
        assert row["rows_recorded"]
    else:
        assert len(ROWS) // 3 <= row["rows_recorded"] <= len(ROWS) // 2 + 1


WIDE = 100_000
ENDLESS = b"x" * 300_000
ODD: dict[str, tuple[bytes, str]] = {
    "wide.csv": ((",".join(f"c{i}" for i in range(WIDE)) + "\n").encode() * 2, "columns"),
    "wide.ndjson": ((b"{" + b",".join(b'"c%d":1' % i for i in range(WIDE)) + b"}\n") * 2, "columns"),
    "wide.json": (b"[{" + b",".join(b'"c%d":1' % i for i in range(WIDE)) + b"}]", "columns"),
    "wide.sql": (
        b"INSERT INTO t (" + b",".join(b"c%d" % i for i in range(12_000)) + b") VALUES (" + b"1," * 11_999 + b"1);\n",
        "columns",
    ),
    "deep.json": (b'{"a":' * 3000 + b"1" + b"}" * 3000, "rejected"),
    "endless.json": (b'[{"a": "' + ENDLESS * 100 + b'"}]', ""),
    "endless.ndjson": (b'{"ssn": "123-45-6788", "a": "' + ENDLESS * 100 + b'"}\n{"ssn": "323-45-6788"}\n', "rejected"),
    "endless.sql": (
        b"-- MySQL dump 10.13\nCREATE TABLE t (a text, ssn text);\nINSERT INTO t VALUES ('" + ENDLESS * 100
        + b"','1'),('b','423-45-6788');\n",
        "rejected",
    ),
    "endless_copy.sql": (
        b"--\n-- PostgreSQL database dump\n--\nCOPY t (a, ssn) FROM stdin;\n" + ENDLESS * 100
        + b"\t1\nb\t523-45-6788\n\\.\n",
        "rejected",
    ),
    "formula.csv": (b"first_name,last_name,ssn\n=cmd|'/C calc'!A0,Lee,623-45-6788\n@SUM(1),Kim,723-45-6788\n", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    folder = tmp_path_factory.mktemp("odd")
    with new_case(folder / "case", encryption="volume", sections="[incident]\n") as case:
        for name, (content, _) in ODD.items():
            put(case, name, content)
        outcome = run(case)
        return Scanned(files(case), ssns(case), outcome, {path.name for path in folder.iterdir()})


@pytest.mark.parametrize("name", ODD)
def test_what_is_too_wide_too_long_or_too_deep_is_refused_by_name_or_its_row_rejected(odd: Scanned, name: str) -> None:
    row, expected = odd.files[name], ODD[name][1]
    if expected == "rejected":
        assert (row["state"], row["rows_rejected"]) == ("read", 1)
    else:
        assert expected in (row["reason"] or "")
        assert (row["state"] == "failed") == bool(expected)


def test_the_rows_beside_a_rejected_one_are_read(odd: Scanned) -> None:
    assert {"323456788", "423456788", "523456788", "623456788", "723456788"} <= set(odd.ssns)
    assert odd.outside == {"case"}


def test_limits_of_small_files_hold_for_every_format(tmp_path: Path) -> None:
    with new_case(tmp_path / "case", encryption="volume", sections="[incident]\n") as case:
        for name, content in one_of_each().items():
            put(case, name, content)
        run(case, limits=SMALL)
        assert all(row["state"] == "read" or row["reason"] for row in files(case).values())
