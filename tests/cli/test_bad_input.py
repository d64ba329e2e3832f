"""What can be wrong with a case or its inputs: one clear line each, and nothing else lost."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from amends.case import open_case
from amends.evidence import verify
from tests.cli.conftest import Ran

Amends = Callable[..., Ran]
GOOD = "first_name,last_name,ssn\n" + "".join(f"Ana{i},Diaz,2190{i:05d}\n" for i in range(10, 60))


@pytest.fixture
def case(amends: Amends, tmp_path: Path) -> Path:
    """A case with one good file of fifty people."""
    folder = tmp_path / "case"
    amends("new", folder)
    taken(folder, "good.csv").write_text(GOOD)
    return folder


def taken(case: Path, name: str) -> Path:
    """Path of a taken file."""
    folder = case / "inputs" / "taken" / "2021-08-12"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def files(case: Path) -> dict[str, tuple[str, str]]:
    """State and reason of every file by its name."""
    with open_case(case) as opened:
        rows = opened.dataset("files").to_table().to_pylist()
    return {row["path"].rsplit("/", 1)[-1]: (row["state"], row["reason"]) for row in rows}


def records(case: Path) -> int:
    """Number of records found."""
    with open_case(case) as opened:
        return opened.dataset("records").count_rows()


def test_an_empty_case_is_one_clear_line(amends: Amends, tmp_path: Path) -> None:
    amends("new", tmp_path / "case")
    ran = amends("respond", tmp_path / "case")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "the case is empty" in ran.err


def test_a_folder_that_is_no_case_and_a_missing_key_are_one_clear_line(amends: Amends, case: Path) -> None:
    assert "not a case" in amends("respond", case / "inputs").err
    (case / "case.key").unlink()
    ran = amends("respond", case)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "the case key is missing" in ran.err


def test_a_typo_in_case_toml_names_key_and_line(amends: Amends, case: Path) -> None:
    toml = case / "case.toml"
    toml.write_text(toml.read_text() + "\n[engine]\nmemmory = '4GiB'\n")
    ran = amends("respond", case)
    assert ran.code == 2
    assert "engine.memmory" in ran.err
    assert "line" in ran.err


def test_files_that_cannot_be_read_are_listed_and_the_rest_goes_on(amends: Amends, case: Path, tmp_path: Path) -> None:
    taken(case, "empty.csv").write_bytes(b"")
    taken(case, "corrupt.parquet").write_bytes(b"PAR1" + bytes(500) + b"PAR1")
    outside = tmp_path / "outside.csv"
    outside.write_text(GOOD)
    taken(case, "link.csv").symlink_to(outside)
    assert amends("scan", case).code == 1
    found = files(case)
    assert found["good.csv"][0] == "read"
    assert found["empty.csv"][0] == "empty"
    assert found["corrupt.parquet"][0] == "failed"
    assert found["link.csv"][0] == "not_read"
    assert "link" in found["link.csv"][1]
    assert records(case) == 50


def test_a_file_of_one_endless_line_is_listed_in_bounded_memory(case: Path) -> None:
    with taken(case, "endless.csv").open("wb") as file:
        file.write(b"first_name,last_name,ssn\n")
        file.truncate(600 << 20)
    ran = subprocess.run(
        [sys.executable, "-c", _WITH_PEAK, "scan", str(case)], capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 1, ran.stderr
    peak_mib = int(ran.stderr.split("peak=")[1])
    assert peak_mib < 900
    assert files(case)["good.csv"][0] == "read"
    assert records(case) == 50


_WITH_PEAK = """
import resource, sys
from amends.cli import main
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("peak=%d" % (peak // (1024 if sys.platform != "darwin" else 1048576)), file=sys.stderr)
"""


def test_a_file_that_changes_while_it_is_read_is_listed_and_read_again_the_next_time(
    amends: Amends, case: Path
) -> None:
    path = taken(case, "growing.csv")
    path.write_text("first_name,last_name,ssn\n" + "Eva,Ruiz,219091234\n" * 400_000)
    stop = threading.Event()

    def grow() -> None:
        while not stop.is_set():
            with path.open("a") as file:
                file.write("Eva,Ruiz,219091234\n")
            time.sleep(0.002)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        assert amends("scan", case).code == 1
    finally:
        stop.set()
        thread.join()
    assert files(case)["growing.csv"][0] == "changed"
    assert records(case) == 50
    amends("scan", case)
    assert files(case)["growing.csv"][0] == "read"
    assert records(case) > 400_000


def test_a_disk_that_fills_up_is_one_clear_line_and_loses_nothing(amends: Amends, case: Path) -> None:
    assert amends("scan", case).code == 0
    taken(case, "large.csv").write_text(
        "first_name,last_name,ssn\n" + "".join(f"{os.urandom(9).hex()},Ruiz,{219000000 + i}\n" for i in range(200_000))
    )

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    ran = subprocess.run(
        [sys.executable, "-m", "amends.cli", "scan", str(case)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=small_files_only,
    )
    assert ran.returncode == 2, ran.stderr
    said = [line for line in ran.stderr.splitlines() if not line.endswith("bytes read")]
    assert len(said) == 1, ran.stderr
    assert "cannot write" in ran.stderr or "disk is full" in ran.stderr
    assert records(case) == 50
    assert verify(case).ok
    assert amends("scan", case).code == 0
    assert records(case) == 200_050


def test_a_registry_with_an_unknown_column_is_one_clear_line(amends: Amends, case: Path) -> None:
    (case / "inputs" / "registry" / "customers.csv").write_text("account_number,shoe_size\n1,44\n")
    ran = amends("respond", case)
    assert ran.code == 2
    assert "unknown column 'shoe_size'" in ran.err
    assert "people: not run" not in ran.out
    assert "duties: not run, it needs people" in ran.out
    assert records(case) == 50


def test_a_bad_date_in_the_registry_is_one_line_without_the_value(amends: Amends, case: Path) -> None:
    registry = case / "inputs" / "registry" / "customers.csv"
    for text in ("account_number,dob\n1,13/45/1980\n", ""):
        registry.write_text(text)
        amends("scan", case)
        ran = amends("people", case)
        assert ran.code == 2
        assert ran.err.count("\n") == 1
        assert "dates as YYYY-MM-DD" in ran.err
        assert "1980" not in ran.err


def test_a_second_process_is_told_that_the_case_is_running(amends: Amends, case: Path) -> None:
    with open_case(case):
        for command in ("respond", "verify"):
            ran = amends(command, case)
            assert ran.code == 2
            assert f"process {os.getpid()} is running this case" in ran.err


def test_a_broken_export_of_the_estate_does_not_stop_the_taken_files(amends: Amends, case: Path) -> None:
    (case / "inputs" / "estate" / "nmap.xml").write_text('<!DOCTYPE x [<!ENTITY a "b">]><nmaprun>&a;</nmaprun>')
    ran = amends("respond", case)
    assert records(case) == 50
    assert "nmap.xml" in ran.out + ran.err
