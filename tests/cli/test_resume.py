"""kill -9 at random instants: a resumed case has the same tables, byte for byte, as one that was never killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from amends import carrier
from amends.evidence import verify
from tests.cli.conftest import Ran, point_at

KILLS = 20


@pytest.mark.slow
def test_a_response_killed_at_random_instants_resumes_to_identical_tables(
    amends: Callable[..., Ran], breach: carrier.Breach, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    amends("new", fresh, "--encryption", "volume")
    point_at(fresh, breach)
    whole = tmp_path / "whole"
    shutil.copytree(fresh, whole)
    began = time.monotonic()
    assert respond(whole).wait() == 1
    seconds = time.monotonic() - began
    expected = contents(whole)
    assert len(expected) > 15

    choice = random.Random(2021)
    case, kills, landed = tmp_path / "killed-0", 0, 0
    shutil.copytree(fresh, case)
    while kills < KILLS:
        process = respond(case)
        try:
            process.wait(choice.uniform(0.3, 1.0) * seconds)
            assert process.returncode == 1
            assert contents(case) == expected
            case = tmp_path / f"killed-{kills}"
            shutil.rmtree(case, ignore_errors=True)
            shutil.copytree(fresh, case)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            landed += any((case / ".work").glob("*/*")) or any((case / "tables").iterdir())
            kills += 1
    assert landed > KILLS // 4
    assert respond(case).wait() == 1
    assert contents(case) == expected
    assert verify(case).ok


def respond(case: Path) -> subprocess.Popen[bytes]:
    """Start a response in a process of its own."""
    command = [sys.executable, "-m", "amends.cli", "respond", str(case)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents(case: Path) -> dict[str, bytes]:
    """Every table and output by name."""
    found = [*sorted((case / "tables").rglob("*")), *sorted((case / "outputs").rglob("*"))]
    return {str(path.relative_to(case)): path.read_bytes() for path in found if path.is_file()}
