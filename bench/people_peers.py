"""Splink and recordlinkage on the same records, each in a pinned environment of its own under `bench/.peers`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.person_scores import scores
from bench.records_with_truth import Labelled

HOME = Path(__file__).parent / ".peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """What to install, and the script that reads records and writes a group for each and threshold."""

    packages: tuple[str, ...]
    script: str


PEERS = {
    "splink": Peer(("splink==5.0.0", "duckdb==2.0.0", "pyarrow"), "peer_splink.py"),
    "recordlinkage": Peer(("recordlinkage==0.16", "pandas<3", "pyarrow"), "peer_recordlinkage.py"),
}


def measured(name: str, case: Labelled) -> dict[str, object]:
    """The peer's figures at each of its thresholds and its seconds, or why it is absent."""
    peer = PEERS[name]
    try:
        python = environment(name, peer)
    except (subprocess.SubprocessError, OSError) as error:
        return {"absent": f"cannot be installed: {type(error).__name__}"}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "records.parquet", Path(folder) / "groups.parquet"
        pq.write_table(_plain(case.records), source)
        script = str(Path(__file__).parent / peer.script)
        ran = subprocess.run([python, script, source, target], capture_output=True, text=True, check=False)
        if ran.returncode:
            return {"absent": ran.stderr.strip().splitlines()[-1][:200] if ran.stderr.strip() else "it failed"}
        told = json.loads(ran.stdout.splitlines()[-1])
        groups = pq.read_table(target)
    order = np.argsort(groups["record_id"].to_numpy())
    found = {
        column: scores(case.human, groups[column].to_numpy()[order]).rounded()
        for column in groups.column_names
        if column != "record_id"
    }
    return {**told, "by_threshold": found}


def _plain(records: pa.Table) -> pa.Table:
    """The records with every column a peer asks for."""
    wanted = (
        "given_name",
        "middle_name",
        "family_name",
        "dob",
        "ssn",
        "government_id",
        "address_line",
        "city",
        "postcode",
    )
    columns = {"record_id": records["record_id"]}
    for name in wanted:
        have = name in records.column_names
        columns[name] = records[name] if have else pa.nulls(records.num_rows, pa.string())
    return pa.table(columns)


def environment(name: str, peer: Peer) -> str:
    """The interpreter of the peer's environment, made on first use."""
    folder = HOME / name
    python = folder / "bin" / "python"
    done = folder / "installed.json"
    if not done.exists() or json.loads(done.read_text()) != list(peer.packages):
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *peer.packages]
        subprocess.run(install, check=True, stdout=sys.stderr, timeout=900)
        done.write_text(json.dumps(list(peer.packages)))
    return str(python)
