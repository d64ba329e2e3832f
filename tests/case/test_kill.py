"""A kill at every durable action of a verb: the case has the old table or the new one, verifies, and goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from amends.case import new_case, open_case
from amends.evidence import verify

KILLED = 9
AT_MOST = 60

VERB = """
import os, sys
import pyarrow as pa
from amends.case import Balance, open_case
from amends.tables import TABLES

folder, person, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
done = 0
flush = os.fsync

def dying(descriptor):
    global done
    flush(descriptor)
    done += 1
    if done == last:
        os._exit(9)

case = open_case(folder)
os.fsync = dying
with case.step("protect", writes=("codes",)) as step:
    row = {name: [None] for name in TABLES["codes"].schema.names} | {"person_id": [person]}
    step.write("codes", pa.table(row, schema=TABLES["codes"].schema))
    step.commit(balances=[Balance("persons", 1, {"coded": 1})])
"""


def run_verb(case: Path, person: int, *, kill_at: int = 0) -> int:
    """Run the verb in a process of its own, killed right after its n-th flush to the disk; the exit code."""
    command = [sys.executable, "-c", VERB, str(case), str(person), str(kill_at)]
    return subprocess.run(command, check=False, timeout=60).returncode


def test_a_kill_at_any_flush_leaves_the_old_table_or_the_new_one(tmp_path: Path) -> None:
    before = tmp_path / "before"
    new_case(before).close()
    assert run_verb(before, 1) == 0
    seen = []
    for kill_at in range(1, AT_MOST):
        case = tmp_path / f"killed-{kill_at}"
        shutil.copytree(before, case)
        code = run_verb(case, 2, kill_at=kill_at)
        with open_case(case) as opened:
            seen.append(opened.dataset("codes").to_table()["person_id"].to_pylist())
            assert not list(opened.state.glob("*.journal"))
            assert not list(opened.work.iterdir())
        found = verify(case)
        assert found.ok, f"killed at flush {kill_at}: {found.failures}"
        if code == 0:
            break
        assert code == KILLED
    assert seen[0] == [1]
    assert seen[-1] == [2]
    assert seen == sorted(seen), "once new, always new"
    assert len(seen) > 8
