"""Made-up humans in files of any form, and what a scan of these files finds of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from amends import scan
from amends.case import new_case
from tests.scan.haul_of import put, rows

FIELDS = ("given_name", "family_name", "ssn", "phone", "email", "dob")

GIVEN = ("James", "Mary", "Robert", "Patricia", "John", "Linda")
FAMILY = ("Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis")
TITLES = ["First Name", "Last Name", "SSN", "Phone", "Email", "DOB"]


@dataclass(frozen=True)
class Human:
    """One human of a file; no two files share one."""

    number: int

    @property
    def name(self) -> tuple[str, str]:
        return GIVEN[self.number % 6], FAMILY[self.number // 6 % 8]

    @property
    def cells(self) -> list[str]:
        n = self.number
        born = date(1940, 1, 1) + timedelta(days=n * 397 % 22_000)
        mail = f"{self.name[0]}.{self.name[1]}{n}@example.com".lower()
        return [*self.name, f"219-09-{n + 1:04}", f"(303) 555-{n:04}", mail, f"{born:%m/%d/%Y}"]

    @property
    def record(self) -> tuple[Any, ...]:
        given, family, ssn, phone, mail, born = self.cells
        digits = "".join(c for c in phone if c.isdigit())
        day = date(int(born[6:]), int(born[:2]), int(born[3:5]))
        return given, family, ssn.replace("-", ""), f"+1{digits}", mail, day

    @property
    def json(self) -> dict[str, str]:
        return dict(zip(["first_name", "last_name", "ssn", "phone", "email", "dob"], self.cells, strict=True))

    @property
    def xml(self) -> str:
        return "".join(f"<{key}>{value}</{key}>" for key, value in self.json.items())


Made = Callable[[Sequence[Human]], str | bytes]
Record = tuple[Any, ...]


@dataclass(frozen=True)
class Found:
    """The humans that a file was made of, and the records that came of it (`FIELDS`)."""

    humans: list[Human]
    records: list[Record]


def found_in(files: Mapping[str, Made], counts: Mapping[str, int], folder: Path) -> dict[str, Found]:
    """What each file gives, all scanned at once; files not among `counts` hold twelve humans."""
    humans: dict[str, list[Human]] = {}
    with new_case(folder / "case", encryption="volume", sections="[incident]\n") as case:
        number = 0
        for name, made in files.items():
            count = counts.get(name, 12)
            humans[name] = [Human(number + at) for at in range(count)]
            number += count
            content = made(humans[name])
            put(case, name, content if isinstance(content, bytes) else content.encode())
        scan.run(case)
        paths = {one["file_id"]: one["path"].split("!")[0] for one in rows(case, "files")}
        records: dict[str, list[Record]] = {name: [] for name in files}
        for one in rows(case, "records"):
            records[paths[one["record_id"] >> 36]].append(tuple(one[field] for field in FIELDS))
    return {name: Found(humans[name], records[name]) for name in files}
