"""A synthetic carrier and its breach, with the truth kept apart: for the demo, rehearsals and tests.

Tessaway Mobile is fictional. Its populations, their proportions, the elements taken and the dates follow the public
facts of the United States carrier case of 2021 (docs/carrier.md); nobody in it exists.

What `generate` writes:

- `taken/<wave>/…`: the taken files, in four waves (`haul.yaml` says which people stand where and how);
- `registry/registry.parquet`: the carrier's own list of customers, as `tables.REGISTRY`;
- `estate/`: `nmap.xml`, `secrets.json` (gitleaks), `trufflehog.json`, `auth.log` (see docs/carrier.md);
- `truth/`: people, appearances, files, systems, counts: what a perfect responder would find;
- `incident.toml`: `[organisation]`, `[incident]` and `[policy]` for a case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from typing import Final

from amends.carrier import documents, estate, haul, impersonal, names, places, registry, segments, sources
from amends.carrier.dice import Dice
from amends.carrier.haul import Contents
from amends.carrier.population import Population, World, populate
from amends.carrier.truth import Ledger
from amends.errors import InputError
from amends.evidence.files import disk_errors

__all__ = ["Breach", "generate"]

FEWEST: Final = 500
"""With fewer people a part, some taken files would have nobody to be about."""
_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Breach:
    """Where everything lies; `rows` data rows stand in `files` taken files (members of archives counted as files)."""

    folder: Path
    people: int
    taken: Path
    registry: Path
    estate: Path
    truth: Path
    settings: Path
    rows: int
    files: int


def generate(
    folder: Path,
    people: int = 10_000,
    *,
    seed: int = 2021,
    ssn_rate: float = 0.62,
    part: tuple[int, int] = (0, 1),
    progress: Callable[[int, int], None] | None = None,
) -> Breach:
    """Make the carrier of `people` customers, or the part `(i, n)` of it, in `folder`.

    Parts are disjoint: each has its own humans, identifiers and files (`….part-0003.csv`), and needs memory for
    `people / n`. Files that are not about people (estate, inventories, settings) come with part 0. The same arguments
    give byte-identical files. `ssn_rate` is the share of people whose Social Security number the carrier held;
    `progress` is called with files done and files in all.

    Raises `InputError` for fewer than `FEWEST` people a part, a part that is not one of its number, a rate outside
    0 to 1, or a folder with a taken folder of an earlier run; `StorageError` for a full or failing disk.
    """
    _check(folder, people, ssn_rate, *part)
    world = World(Dice(seed), names.load(), places.load(), segments.load(), people, *part)
    taken, truth = folder / "taken", folder / "truth"
    with disk_errors(folder.name):
        population = populate(world, ssn_rate)
        plan = sources.sheets()
        ledger = Ledger(population, truth, world.suffix)
        for done, contents in enumerate(_haul(world, population, plan, folder), start=1):
            ledger.add(contents)
            if progress:
                progress(done, len(plan))
        for archive in sorted({sheet.name(*part).partition("!")[0] for sheet in plan if "!" in sheet.path}):
            ledger.add_file(archive, "zip", 0, personal=True)
        if world.part == 0:
            _surroundings(world, folder, ledger)
        ledger.close(world)
    settings = folder / "incident.toml"
    return Breach(
        folder, people, taken, folder / "registry", folder / "estate", truth, settings, ledger.rows, ledger.files
    )


def _haul(world: World, population: Population, plan: tuple[sources.Sheet, ...], folder: Path) -> Iterator[Contents]:
    """Write the registry and every taken file, two at a time; their contents in the order of the plan."""
    taken, packed = folder / "taken", defaultdict[str, dict[str, bytes]](dict)
    with ThreadPoolExecutor(_THREADS) as pool:
        listed = pool.submit(registry.write, world, population, folder / f"registry/registry{world.suffix}.parquet")
        jobs = [
            pool.submit(haul.write, world, population, sheet, listing, taken)
            for sheet, listing in zip(plan, sources.listings(world, population, plan), strict=True)
        ]
        for job in jobs:
            contents = job.result()
            outer, mark, member = contents.path.partition("!")
            if mark:
                packed[outer][member] = contents.packed
            yield contents
        listed.result()
    for outer, members in packed.items():
        documents.archive(taken / outer, members)


def _surroundings(world: World, folder: Path, ledger: Ledger) -> None:
    """What is not about people: files with nothing personal, the estate, the settings."""
    for path, count in impersonal.write(world.dice, folder / "taken").items():
        ledger.add_file(path, path.rpartition(".")[2], count, personal=False)
    estate.write(world.dice, folder / "estate", folder / "truth")
    settings = package_files(__package__).joinpath("incident.toml")
    (folder / "incident.toml").write_bytes(settings.read_bytes())


def _check(folder: Path, people: int, ssn_rate: float, index: int, parts: int) -> None:
    where = "carrier.generate"
    if not 0 <= index < parts:
        raise InputError(f"part {index} of {parts} does not exist", where=where, mend="parts count from 0")
    if people // parts < FEWEST:
        raise InputError(
            f"{people // parts} people a part are too few", where=where, mend=f"ask for {FEWEST} or more a part"
        )
    if people > 400_000_000:
        raise InputError(f"{people} people are too many", where=where, mend="ask for 400 million or fewer")
    if not 0.0 <= ssn_rate <= 1.0:
        raise InputError(f"ssn_rate {ssn_rate} is not a share", where=where, mend="give a number from 0 to 1")
    if parts == 1 and (folder / "taken").exists():
        raise InputError("the folder holds a breach already", where=str(folder), mend="choose another folder")
