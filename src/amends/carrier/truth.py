"""What is true of the breach, kept apart from everything that amends reads: who, which elements, in which row."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends import elements
from amends.carrier.dice import Whole
from amends.carrier.haul import Contents
from amends.carrier.population import STATUSES, Population, World

APPEARANCES = pa.schema(
    [
        ("path", pa.string()),
        ("row", pa.int64()),
        ("human_id", pa.int64()),
        ("elements", pa.int64()),
        ("readable", pa.bool_()),
    ]
)
FILES = pa.schema(
    [
        ("path", pa.string()),
        ("wave", pa.string()),
        ("format", pa.string()),
        ("rows", pa.int64()),
        ("personal", pa.bool_()),
    ]
)


class Ledger:
    """Collects the contents of each taken file and writes the truth. One ledger a part; not for several threads."""

    def __init__(self, population: Population, folder: Path, suffix: str) -> None:
        self._population = population
        self._folder, self._suffix = folder, suffix
        folder.mkdir(parents=True, exist_ok=True)
        self._appearances = pq.ParquetWriter(self._path("appearances"), APPEARANCES, compression="zstd")
        self._files: list[tuple[str, str, str, int, bool]] = []
        self.elements: Whole = np.zeros(len(population), np.int64)
        self.readable: Whole = np.zeros(len(population), np.int64)

    def add(self, contents: Contents) -> None:
        """A file with people in it."""
        count = len(contents.humans)
        np.bitwise_or.at(self.elements, contents.humans, contents.masks)
        if contents.readable:
            np.bitwise_or.at(self.readable, contents.humans, contents.masks)
        each_its_file = contents.format == "eml"
        if each_its_file:
            names = [contents.path.format(row) for row in range(count)]
            self._files += [(name, contents.wave, contents.format, 1, True) for name in names]
        else:
            self._files.append((contents.path, contents.wave, contents.format, contents.rows, contents.rows > 0))
        if count:
            path = pa.array(names) if each_its_file else pa.repeat(pa.scalar(contents.path), count)
            row = np.zeros(count, np.int64) if each_its_file else np.arange(count, dtype=np.int64)
            columns = [
                path,
                pa.array(row),
                pa.array(contents.humans + self._population.base),
                pa.array(contents.masks),
                pa.repeat(pa.scalar(contents.readable), count),
            ]
            self._appearances.write_table(pa.table(columns, schema=APPEARANCES))

    def add_file(self, path: str, format_: str, rows: int, *, personal: bool) -> None:
        """A file that holds no rows about people itself."""
        self._files.append((path, path.split("/", 1)[0], format_, rows, personal))

    @property
    def rows(self) -> int:
        """Data rows in all taken files."""
        return sum(file[3] for file in self._files)

    @property
    def files(self) -> int:
        """How many taken files and archive members there are."""
        return len(self._files)

    def close(self, world: World) -> None:
        """Write everything."""
        self._appearances.close()
        columns = list(zip(*sorted(self._files), strict=True))
        pq.write_table(pa.table([list(column) for column in columns], schema=FILES), self._path("files"))
        people = self._people(world)
        pq.write_table(people, self._path("people"), compression="zstd", row_group_size=1 << 20)
        text = json.dumps(self._counts(world), indent=2, ensure_ascii=False) + "\n"
        (self._folder / f"counts{self._suffix}.json").write_text(text, encoding="utf-8")

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{self._suffix}.parquet"

    def _people(self, world: World) -> pa.Table:
        people = self._population
        lives = people.in_registry | (self.elements & elements.mask(["address"]) != 0)
        place = world.places.jurisdiction().take(pa.array(people.homes.place))
        return pa.table(
            {
                "human_id": pa.array(people.ids),
                "status": pa.array(STATUSES, pa.string()).take(pa.array(people.status)),
                "jurisdiction": pc.if_else(pa.array(lives), place, pa.scalar(None, pa.string())),
                "elements": pa.array(self.elements),
                "elements_readable": pa.array(self.readable),
                "minor": pa.array(people.minor()),
                "deceased": pa.array(people.deceased),
                "language": pa.array(world.names.languages, pa.string()).take(pa.array(people.language)),
                "in_registry": pa.array(people.in_registry),
                "affected": pa.array(people.segment != world.segments.code("unaffected")),
                "segment": pa.array(world.segments.names, pa.string()).take(pa.array(people.segment)),
            }
        )

    def _counts(self, world: World) -> dict[str, object]:
        names, segment = world.segments.names, self._population.segment
        ssn = self.elements & elements.mask(["ssn"]) != 0
        per_segment = np.bincount(segment, minlength=len(names)).tolist()
        with_ssn = np.bincount(segment[ssn], minlength=len(names)).tolist()
        affected = segment != world.segments.code("unaffected")
        return {
            "people": len(self._population),
            "affected": int(affected.sum()),
            "affected_readable": int((affected & (self.readable != 0)).sum()),
            "segments": dict(zip(names, per_segment, strict=True)),
            "segments_with_ssn": dict(zip(names, with_ssn, strict=True)),
            "files": self.files,
            "rows": self.rows,
        }
