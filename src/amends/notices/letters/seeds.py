"""Seed letters: letters to addresses of one's own at the end of every file, so that delivery can be audited.

A seed stands on the same pages as the first letter of its file, with a name, an address and a reference of its own and
no code, and passes through the same printer, folder and post. It is no person's letter and is never counted as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from amends.errors import SettingError
from amends.notices.letters.measuring import widths
from amends.notices.letters.sheets import NARROW, WINDOW, WINDOW_WIDTH, Plan
from amends.notices.texts import segments

_PARTS: Final = 5
_NO_CODE: Final = "SEED"
_SCHEMA: Final = pa.schema(
    [
        ("piece_id", pa.int64()),
        ("variant", pa.string()),
        ("language", pa.string()),
        ("reference", pa.string()),
        *((name, pa.string()) for name in ("name", "address_line", "city", "region", "postcode")),
        ("lines", pa.list_(pa.string())),
        ("sheet", pa.int32()),
        ("typeset", pa.list_(pa.string())),
        ("window_lines", pa.int64()),
        ("routing", pa.string()),
        ("domestic", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Seed:
    """An address of one's own in the United States."""

    name: str
    address_line: str
    city: str
    region: str
    postcode: str

    def window(self) -> list[str]:
        """The lines of the address block."""
        return ["", self.name, self.address_line, f"{self.city}, {self.region} {self.postcode}"]


def seeds_of(texts: Sequence[str]) -> tuple[Seed, ...]:
    """Seeds from texts such as "name; street; city; state; ZIP".

    Raises `SettingError` with the number of one that cannot be printed.
    """
    seeds = []
    for number, text in enumerate(texts, 1):
        parts = [part.strip() for part in text.split(";")]
        if len(parts) != _PARTS or not all(parts):
            raise SettingError(
                f"seed {number} is not five parts with semicolons between them",
                where="case.toml, mailing.seeds",
                mend='write it as "name; street; city; state; ZIP"',
            )
        seed = Seed(*parts)
        width = widths(pa.array(seed.window()))
        if (width < 0).any() or (width > WINDOW_WIDTH / NARROW).any():
            raise SettingError(
                f"seed {number} has a character without a glyph or is wider than the window",
                where="case.toml, mailing.seeds",
                mend="shorten it",
            )
        seeds.append(seed)
    return tuple(seeds)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The seeds of a case; their pieces have the numbers from `first_piece` on. `texts`: each variant's, with slots."""

    seeds: Sequence[Seed]
    plans: Mapping[str, Plan]
    texts: Mapping[str, str]
    first_piece: int

    def letters(self, file_number: int, like: Mapping[str, Any]) -> pa.Table:
        """The seed letters of a file, of which `like` is the first letter (a row of `lines` in letters.sql)."""
        plan = self.plans[like["variant"]]
        text = self.texts[plan.variant].split("\n")
        own = list(zip((text[place] for place in plan.stamped), like["lines"][WINDOW:], strict=True))
        rows = []
        for number, seed in enumerate(self.seeds):
            values = {"name": seed.name, "reference": f"SEED-{file_number:04}-{number + 1}", "code": _NO_CODE}
            rows.append(
                {
                    "piece_id": self.first_piece + file_number * len(self.seeds) + number,
                    "variant": plan.variant,
                    "language": plan.language,
                    "reference": values["reference"],
                    **{name: getattr(seed, name) for name in Seed.__slots__},
                    "lines": seed.window() + [_filled(line, values, shown) for line, shown in own],
                    "sheet": like["sheet"],
                    "typeset": like["typeset"],
                    "window_lines": WINDOW - 1,
                    "routing": re.sub("[^0-9]", "", seed.postcode),
                    "domestic": True,
                }
            )
        return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _filled(line: str, values: Mapping[str, str], shown: str) -> str:
    """The line of a seed; a day stands as the letter beside it has it."""
    parts = list(segments(line))
    if any(slot is not None and slot not in values for _, slot in parts):
        return shown
    return "".join(fixed + (values[slot] if slot is not None else "") for fixed, slot in parts)
