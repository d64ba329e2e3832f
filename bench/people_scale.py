"""people on many records: `python -m bench.people_scale --records N` prints time a record, memory and spill as JSON.

The records are made (`made_people.sql`) by another process, so that the memory is that of the stage alone: exact pass,
residual linkage, survivorship; every table is drained and none is kept.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from amends import people
from amends.engine import Engine
from amends.people.resolve import LARGE, link
from amends.people.survivorship import compare_with_earlier, person_tables, survive
from amends.tables import TABLES
from bench.made_people import attach
from bench.person_scores import scores


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="amends-bench-", dir=options.folder) as folder:
        path, spill = Path(folder) / "records.parquet", Path(folder) / "spill"
        spill.mkdir()
        if options.made:
            path = options.made
        else:
            subprocess.run([sys.executable, "-m", "bench.made_people", str(options.records), str(path)], check=True)
        with Engine(spill=spill, memory=options.memory, threads=options.threads, large=options.records > LARGE) as db:
            _warm()
            largest = _Largest(spill)
            result = _resolved(db, path)
            result |= {"spill_mib": largest.stop() >> 20}
            result |= {"peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}
            result = {"records": options.records, **result}
            print(json.dumps(result), file=sys.stderr, flush=True)
            result |= _scored(db, path)
    print(json.dumps(result))


def _warm() -> None:
    """Compile the kernels before the clock starts."""
    people.resolve(TABLES["records"].schema.empty_table().select(["record_id", "given_name"]))


def _resolved(db: Engine, path: Path) -> dict[str, object]:
    started, cpu = time.perf_counter(), time.process_time()
    attach(db, path)
    linkage = link(db)
    linked = time.perf_counter()
    survive(db)
    db.add("earlier_persons", TABLES["persons"].schema.empty_table())
    db.add("earlier_memberships", TABLES["memberships"].schema.empty_table())
    compare_with_earlier(db)
    rows: Counter[str] = Counter()
    for name, stream in person_tables(db, None, 18):
        rows[name] = sum(batch.num_rows for batch in stream)
    ended = time.perf_counter()
    links = linkage.links
    return {
        "seconds": round(ended - started, 1),
        "link_seconds": round(linked - started, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "microseconds_a_record": round(1e6 * (ended - started) / max(1, rows["memberships"]), 2),
        "exact_groups": len(links.groups),
        "profiles": len(links.profiles),
        "pairs": links.pairs,
        "capped_blocks": links.capped,
        "margin": links.margin,
        **rows,
    }


def _scored(db: Engine, path: Path) -> dict[str, float]:
    """How right it was; read after the memory was measured."""
    made = f"read_parquet('{path}') AS made"
    table = db.fetch(f"SELECT person_id, person FROM belongs JOIN {made} ON made.record_id = belongs.record_id")
    return scores(table["person"].to_numpy(), table["person_id"].to_numpy()).rounded()


class _Largest:
    """The largest size that a folder had, looked at four times a second."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._size, self._done = folder, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """The size in bytes."""
        self._done.set()
        self._thread.join()
        return self._size

    def _watch(self) -> None:
        while not self._done.wait(0.25):
            size = 0
            for file in self._folder.rglob("*"):
                try:
                    size += file.stat().st_blocks * 512
                except OSError:
                    continue
            self._size = max(self._size, size)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.people_scale", description=__doc__)
    parser.add_argument("--records", type=int, default=2_500_000)
    parser.add_argument("--memory", default="4GiB", help="the engine's limit; arrays come on top")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--made", type=Path, default=None, help="records of bench.made_people")
    parser.add_argument("--folder", type=Path, default=None, help="where records and spill go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
