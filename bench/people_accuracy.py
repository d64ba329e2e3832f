"""How right `people` is on labelled records: `python -m bench.people_accuracy --records FILE --truth COLUMN`.

Prints JSON as its last line: pairwise precision, recall and F1, people lost and letters too many per 1,000, seconds and
peak memory. `--curve` prints what other margins would have cost; `--peers` runs Splink and recordlinkage beside it.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from amends.engine import Engine
from amends.people import link_records, resolve
from bench.people_peers import PEERS, measured
from bench.person_scores import scores
from bench.records_with_truth import Labelled, labelled

MARGINS = (-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)


def main() -> int:
    """Measure and print."""
    options = _options()
    case = labelled(
        options.records, options.truth, mask=tuple(options.mask), first=options.first, mask_ssn=options.mask_ssn
    )
    engine = {"memory": options.memory, "threads": options.threads}
    if options.warm:
        resolve(case.records.slice(0, 2000))
    with tempfile.TemporaryDirectory() as spill:
        with Engine(spill=Path(spill), **engine) as db:
            started = time.perf_counter()
            found = resolve(case.records, engine=db)
            seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        group = np.zeros(len(case.human), np.int64)
        group[found.memberships["record_id"].to_numpy()] = found.memberships["person_id"].to_numpy()
        result = scores(case.human, group).rounded()
        result |= {"seconds": round(seconds, 2), "peak_mib": round(peak), "records": len(case.human)}
        result |= {
            "humans": int(case.human.max()) + 1,
            "persons": found.persons.num_rows,
            "reviews": found.reviews.num_rows,
        }
        if options.curve:
            with Engine(spill=Path(spill), **engine) as db:
                _print_curve(case, db)
    if options.peers:
        result["peers"] = {name: measured(name, case) for name in PEERS}
        for name, figures in result["peers"].items():
            print(f"{name}: {json.dumps(figures)}")
    print(json.dumps(result))
    return 0


def _print_curve(case: Labelled, db: Engine) -> None:
    linkage = link_records(db, case.records)
    number = linkage.numbering.numbers(np.arange(len(case.human)))
    links = linkage.links
    group = np.searchsorted(links.groups, linkage.exact)[number]
    print(f"margin chosen {links.margin}; SSN decides {links.trusted.ssn}, birth date decides {links.trusted.dob}")
    print("margin  f1      lost   extra")
    for margin in sorted({*MARGINS, links.margin}):
        found = scores(case.human, links.at(margin)[group])
        mark = " <-" if margin == links.margin else ""
        print(f"{margin:5.2f}  {found.f1:.4f}  {found.lost_per_1000:5.2f}  {found.extra_per_1000:6.1f}{mark}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.people_accuracy", description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="Parquet or CSV file")
    parser.add_argument("--truth", required=True, help="column that names the human")
    parser.add_argument("--curve", action="store_true", help="print lost against extra by margin")
    parser.add_argument("--peers", action="store_true", help="run Splink and recordlinkage too")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="only the first N records")
    parser.add_argument("--mask", nargs="*", default=[], metavar="COLUMN", help="contract columns to read as missing")
    parser.add_argument("--mask-ssn", type=float, default=0.0, metavar="SHARE", help="share of SSNs to read as missing")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GiB")
    parser.add_argument("--warm", action="store_true", help="compile the kernels before the clock starts")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
