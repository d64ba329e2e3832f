"""Archives: members are read at any depth, bombs and odd members are listed, the rest goes on."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.case import Case
from amends.scan.files.limits import DEFAULT
from amends.scan.verb import run
from tests.scan.haul_of import PEOPLE, SMALL, balance, files, put, rows, ssns, zipped

BOTH = ["123456788", "223456788"]


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    return new_case(encryption="volume")


def tar(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, "zstd", asbytes=True))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_is_read_whatever_its_method(case: Case, method: int) -> None:
    put(case, "w1/a.zip", zipped({"in/people.csv": PEOPLE, "b.csv": b""}, method))
    outcome = run(case)
    found = files(case)
    assert ssns(case) == BOTH
    part = found["w1/a.zip!in/people.csv"]
    assert (part["state"], part["rows"], part["bytes"], part["wave"]) == ("read", 2, len(PEOPLE), "w1")
    assert part["sha256"] == hashlib.sha256(PEOPLE).hexdigest()
    assert part["container_id"] == found["w1/a.zip"]["file_id"]
    assert found["w1/a.zip!b.csv"]["state"] == "empty"
    assert balance(outcome, "files") == {"read": 2, "empty": 1, "not_read": 0, "failed": 0, "changed": 0}
    assert sum(balance(outcome, "bytes").values()) == found["w1/a.zip"]["bytes"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("people.csv.gz", gzip.compress),
        ("people.csv.bz2", bz2.compress),
        ("people.csv.xz", lzma.compress),
        ("people.csv.zst", zstd),
    ],
)
def test_single_streams_are_read_also_when_several_follow_one_another(
    case: Case, name: str, pack: Callable[[bytes], bytes]
) -> None:
    put(case, name, pack(PEOPLE[:30]) + pack(PEOPLE[30:]))
    run(case)
    assert files(case)[f"{name}!people.csv"]["state"] == "read"
    assert ssns(case) == BOTH


def test_archives_within_archives_are_read(case: Case) -> None:
    inner = zipped({"people.csv": PEOPLE})
    put(case, "a.tgz", gzip.compress(tar({"x/inner.zip": inner, "y.csv.gz": gzip.compress(PEOPLE)})))
    run(case)
    assert {path for path, row in files(case).items() if row["rows"] == 2} == {
        "a.tgz!a.tar!x/inner.zip!people.csv",
        "a.tgz!a.tar!y.csv.gz!y.csv",
    }
    assert sorted(ssns(case)) == sorted(BOTH * 2)


def test_seven_zip_is_read_by_its_extra_and_else_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    py7zr = pytest.importorskip("py7zr")
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(PEOPLE, "in/people.csv")
        archive.writestr(PEOPLE, "more.csv")
    put(case, "a.7z", out.getvalue())
    run(case)
    assert ssns(case) == BOTH * 2
    monkeypatch.setattr("amends.scan.files.sevenzip.missing", lambda: "it needs amends[archives]")
    put(case, "b.7z", out.getvalue())
    run(case)
    assert files(case)["b.7z"]["state"] == "not_read"
    assert "amends[archives]" in files(case)["b.7z"]["reason"]


def test_locked_members_and_archives_are_listed(case: Case) -> None:
    locked = bytearray(zipped({"people.csv": PEOPLE}))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    put(case, "a.zip", bytes(locked))
    run(case)
    part = files(case)["a.zip!people.csv"]
    assert (part["state"], part["reason"]) == ("not_read", "it needs a password")


def test_members_that_lead_out_are_listed_and_nothing_is_written_outside(case: Case, tmp_path: Path) -> None:
    put(case, "a.zip", zipped({"../../out.csv": PEOPLE, "/abs.csv": PEOPLE, "c:\\x.csv": PEOPLE, "good.csv": PEOPLE}))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        device = tarfile.TarInfo("device")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        up = tarfile.TarInfo("../up.csv")
        up.size = len(PEOPLE)
        archive.addfile(up, io.BytesIO(PEOPLE))
    put(case, "b.tar", out.getvalue())
    before = {path for path in tmp_path.rglob("*") if case.path not in path.parents}
    run(case)
    found = files(case)
    assert [path for path, row in found.items() if row["state"] == "read"] == ["a.zip", "a.zip!good.csv", "b.tar"]
    assert all(row["reason"] for row in found.values() if row["state"] == "not_read")
    assert (found["b.tar!link.csv"]["format"], found["b.tar!device"]["format"]) == ("link", "special")
    assert {path for path in tmp_path.rglob("*") if case.path not in path.parents} == before
    assert list(case.work.rglob("*")) == []


def test_bombs_fail_alone(case: Case) -> None:
    zeros = bytes(8 << 20)
    put(case, "bomb.zip", zipped({"zeros.csv": zeros, "people.csv": PEOPLE}))
    put(case, "bomb.gz", gzip.compress(zeros))
    put(case, "bomb.xz", lzma.compress(zeros))
    put(case, "bomb.bz2", bz2.compress(zeros))
    put(case, "bomb.zst", zstd(zeros))
    run(case, limits=SMALL)
    found = files(case)
    bombs = ["bomb.zip!zeros.csv", "bomb.gz!bomb", "bomb.xz!bomb", "bomb.bz2!bomb", "bomb.zst!bomb"]
    assert all("bomb" in found[path]["reason"] and found[path]["state"] == "failed" for path in bombs)
    assert max(found[path]["bytes"] for path in bombs[1:]) < len(zeros) // 8
    assert ssns(case) == BOTH


def test_many_small_bombs_are_too_much_together(case: Case) -> None:
    grown = os.urandom(1000).hex().encode() * 60
    put(case, "many.zip", zipped({f"{i:02d}.txt": grown for i in range(15)}, zipfile.ZIP_LZMA))
    run(case, limits=replace(SMALL, allowance=1 << 14, ratio=10))
    reasons = [row["reason"] for row in files(case).values() if row["state"] == "failed"]
    assert reasons and all("unpacks to" in reason for reason in reasons)


def test_depth_and_count_are_bounded(case: Case) -> None:
    content = PEOPLE
    for depth in range(6):
        content = zipped({f"{depth}.zip" if depth else "people.csv": content})
    put(case, "deep.zip", content)
    put(case, "many.zip", zipped({f"{i}.csv": PEOPLE for i in range(30)}))
    run(case, limits=SMALL)
    found = files(case)
    assert any("containers deep" in (row["reason"] or "") for row in found.values())
    assert "more than 20 parts" in found["many.zip"]["reason"]
    assert len(ssns(case)) == 40


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_cut_archive_fails_and_what_came_before_is_kept(case: Case, cut: float) -> None:
    noise = os.urandom(20_000)
    whole = {
        "a.zip": zipped({"people.csv": PEOPLE, "noise.bin": noise}),
        "a.tar": tar({"people.csv": PEOPLE, "noise.bin": noise}),
        "a.tar.gz": gzip.compress(tar({"people.csv": PEOPLE, "noise.bin": noise})),
        "a.csv.gz": gzip.compress(PEOPLE * 1000),
        "a.csv.zst": zstd(PEOPLE * 1000),
    }
    for name, content in whole.items():
        put(case, name, content[: int(len(content) * cut)])
    put(case, "good.csv", PEOPLE)
    run(case)
    found = files(case)
    for name in whole:
        states = {row["state"] for path, row in found.items() if path.startswith(name)}
        assert "failed" in states, name
    assert found["good.csv"]["state"] == "read"


def test_parts_that_need_seeking_are_read_in_archives(case: Case) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"ssn": ["123-45-6788"], "last_name": ["Lee"]}), out)
    put(case, "a.zip", zipped({"deep.zip": zipped({"people.parquet": out.getvalue()}), "torn.parquet": b"PAR1torn"}))
    run(case)
    found = files(case)
    assert found["a.zip!deep.zip!people.parquet"]["rows"] == 1
    assert found["a.zip!torn.parquet"]["state"] == "failed"
    assert ssns(case) == ["123456788"]


def test_two_members_of_one_name_are_two_files(case: Case) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("people.csv", PEOPLE)
        archive.writestr("people.csv", PEOPLE)
    put(case, "a.zip", out.getvalue())
    run(case)
    assert len({row["file_id"] for row in rows(case, "files")}) == 3
    assert ssns(case) == BOTH * 2


def test_an_archive_that_changes_between_the_passes_is_left_out_whole(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = put(case, "a.zip", zipped({"people.csv": PEOPLE, "more.csv": PEOPLE}))
    put(case, "b.csv", PEOPLE)
    from amends.scan import verb

    original = verb._write_records

    def touched(*args: object) -> object:
        changing.write_bytes(zipped({"people.csv": b"x"}))
        return original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(verb, "_write_records", touched)
    outcome = run(case)
    assert balance(outcome, "files") == {"read": 1, "empty": 0, "not_read": 0, "failed": 0, "changed": 3}
    assert ssns(case) == BOTH


def test_equal_archives_give_equal_tables_whatever_the_chunks(new_case: Callable[..., Case]) -> None:
    tables = []
    content = zipped({"x.csv": PEOPLE * 20, "y.csv.gz": gzip.compress(PEOPLE)})
    for limits in (DEFAULT, replace(DEFAULT, chunk=64, cells=128)):
        case = new_case(encryption="volume")
        put(case, "a.zip", content)
        run(case, limits=limits)
        tables.append([case.dataset(name).to_table() for name in ("records", "columns", "files")])
    assert tables[0] == tables[1]
