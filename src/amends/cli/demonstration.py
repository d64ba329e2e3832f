"""`amends demo`: a synthetic carrier is breached, the whole case runs, and the outcome is scored against the truth."""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from amends import carrier
from amends.carrier.score import ReachScore, Score, score, score_reach
from amends.case import Case, Outcome, new_case
from amends.cli.response import Response, respond
from amends.cli.screen import Progressing, grid, outcome_facts, say, say_error, say_json
from amends.duties import Upcoming, nearest
from amends.errors import CaseError
from amends.evidence import Verification, verify

PART = 2_000_000
_WORK = {"scan": "records", "people": "memberships", "duties": "duties", "protect": "codes", "notices": "notices"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that a demo found."""

    breach: carrier.Breach
    made_in: float
    response: Response
    score: Score
    reach: ReachScore
    due: tuple[Upcoming, ...]
    channels: dict[str, int]
    verification: Verification
    peak_mib: int


def run(people: int, *, keep: Path | None, seed: int, ssn_rate: float, as_json: bool) -> None:
    """Run the demo and print the scored outcome. Raises `CaseError` when the folder to keep is not new."""
    if keep is not None and keep.exists():
        raise CaseError("there is something already", where=str(keep), mend="name a new folder for --keep")
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amends-demo-")))
        progress = stack.enter_context(Progressing(quiet=as_json))
        found = rehearse(folder, people, seed=seed, ssn_rate=ssn_rate, progress=progress, quiet=as_json)
    if as_json:
        say_json(_facts(found))
    else:
        _show(found, keep)
    for verb, error in found.response.errors.items():
        say_error(f"{verb}: {error.line()}")
    if found.response.errors or not found.verification.ok:
        raise SystemExit(2)


def rehearse(
    folder: Path, people: int, *, seed: int, ssn_rate: float, progress: Progressing, quiet: bool = True
) -> Rehearsal:
    """Make a carrier and its breach in `folder/carrier`, respond to it in `folder/case`, and score the outcome."""
    if not quiet:
        say(f"a synthetic carrier of {people:,} people is breached …")
    began = time.monotonic()
    breach = _breach(folder / "carrier", people, seed, ssn_rate, progress)
    made_in = time.monotonic() - began
    if not quiet:
        say(f"  {breach.rows:,} rows in {breach.files} files taken ({made_in:.1f} s)")
    inputs = "".join(
        f'{name} = "../carrier/{getattr(breach, name).name}"\n' for name in ("taken", "registry", "estate")
    )
    sections = breach.settings.read_text(encoding="utf-8")
    with new_case(folder / "case", name="rehearsal", sections=sections, inputs=inputs) as case:
        case.reporter = progress
        response = respond(case, lambda outcome: None if quiet else _tell(outcome))
        if response.errors:
            raise next(iter(response.errors.values()))
        discovered = case.settings.incident.discovered
        due = nearest(case, discovered + timedelta(days=1), 8) if discovered else []
        return Rehearsal(
            breach,
            made_in,
            response,
            score(case, breach.truth),
            score_reach(case, breach.truth),
            tuple(due),
            _channels(case),
            verify(case.path),
            _peak_mib(),
        )


def _breach(folder: Path, people: int, seed: int, ssn_rate: float, progress: Progressing) -> carrier.Breach:
    """Make the carrier in parts of at most `PART` people, so that memory is bounded at any size."""
    parts = -(-people // PART)
    made = []
    for number in range(parts):
        made.append(carrier.generate(folder, people, seed=seed, ssn_rate=ssn_rate, part=(number, parts)))
        progress("carrier", number + 1, parts, "parts")
    return replace(made[0], rows=sum(part.rows for part in made), files=sum(part.files for part in made))


def _tell(outcome: Outcome) -> None:
    say(
        f"  {outcome.verb}: {', '.join(f'{count:,} {name}' for name, count in outcome.rows.items())} "
        f"({outcome.seconds:.1f} s)"
    )


def _channels(case: Case) -> dict[str, int]:
    counts = case.dataset("notices").to_table(columns=["channel"]).column(0).value_counts().to_pylist()
    return {item["values"]: item["counts"] for item in sorted(counts, key=lambda item: -item["counts"])}


def _peak_mib() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 if sys.platform != "darwin" else 1024 * 1024)


def _show(found: Rehearsal, keep: Path | None) -> None:
    who, total = found.score, found.score.affected
    share = f"{100 * who.found / total:.2f}%"
    rows = [
        ("people affected (truth)", total, ""),
        ("found", who.found, share),
        ("lost in files that were read", who.lost_read, f"{who.per_1000(who.lost_read):.2f} per 1,000"),
        ("lost: only in files not read yet", who.lost_unread, f"{who.per_1000(who.lost_unread):.2f} per 1,000"),
        ("extra (one human, several letters)", who.extra, f"{who.per_1000(who.extra):.2f} per 1,000"),
        ("rows that mix two humans", who.mixed, f"{who.per_1000(who.mixed):.2f} per 1,000"),
        (
            "elements exactly right, of what was read",
            who.exact_of_read,
            f"{100 * who.exact_of_read / max(who.found, 1):.2f}% of found",
        ),
        ("told of too few elements", who.told_too_little, f"{who.per_1000(who.told_too_little):.2f} per 1,000"),
        ("told of too many elements", who.told_too_much, f"{who.per_1000(who.told_too_much):.2f} per 1,000"),
    ]
    grid("People, against the truth", ("", "humans", ""), rows, right=(1,))
    reach = found.reach
    grid(
        "Systems, against the truth",
        ("", "in truth", "found", "wrong"),
        [
            ("could be reached", reach.could, reach.could_found, reach.could_wrong),
            ("were reached", reach.did, reach.did_found, reach.did_wrong),
        ],
        right=(1, 2, 3),
    )
    due = [(item.due, item.regime, item.who or item.audience, item.people) for item in found.due]
    grid("Duties with the nearest dates", ("due", "regime", "to", "people"), due, right=(3,))
    grid("Notices by channel", ("channel", "people"), list(found.channels.items()), right=(1,))
    grid("Speed", ("verb", "seconds", "rows/s"), _speeds(found), right=(1, 2))
    checked = found.verification
    state = "verified" if checked.ok else "DOES NOT VERIFY"
    say(
        f"\nevidence {state}: {checked.entries} entries, {checked.files} files, {checked.balances} reconciliations; "
        f"peak memory {found.peak_mib:,} MiB"
    )
    say("\nnext: " + "\n      ".join(_next_commands(keep)))


def _next_commands(keep: Path | None) -> list[str]:
    """Three commands to try, as they can be typed here."""
    amends = "amends" if shutil.which("amends") else str(Path(sys.argv[0]))
    case = (keep or Path("rehearsal")) / "case"
    looking = [f"{amends} status {case}", f"{amends} notices {case} --proofs proofs", f"{amends} verify {case}"]
    return looking if keep else [f"{amends} demo --keep rehearsal", *looking[:2]]


def _speeds(found: Rehearsal) -> list[tuple[str, float, int]]:
    rows = [("carrier", found.made_in, round(found.breach.rows / found.made_in))]
    for outcome in found.response.outcomes:
        work = sum(outcome.rows.values()) if outcome.verb not in _WORK else outcome.rows.get(_WORK[outcome.verb], 0)
        rows.append((outcome.verb, outcome.seconds, round(work / max(outcome.seconds, 0.001))))
    return rows


def _facts(found: Rehearsal) -> dict[str, Any]:
    speeds = [{"verb": verb, "seconds": seconds, "rows_per_second": rate} for verb, seconds, rate in _speeds(found)]
    return {
        "rows_taken": found.breach.rows,
        "files_taken": found.breach.files,
        "score": asdict(found.score),
        "reach": asdict(found.reach),
        "due": [asdict(item) for item in found.due],
        "channels": found.channels,
        "verbs": [outcome_facts(outcome) for outcome in found.response.outcomes],
        "left_out": found.response.left_out,
        "speed": speeds,
        "verified": found.verification.ok,
        "peak_mib": found.peak_mib,
    }
