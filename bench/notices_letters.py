"""Claims: letters stamped on set pages, each with its barcode, against typst setting each letter in batches of 250."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import typst

from amends.case import Incident, Organisation
from amends.notices.facts import Facts
from amends.notices.letters.batch import LetterFile, Letters
from amends.notices.letters.glyphs import fonts
from amends.notices.letters.measuring import utf8, widths
from amends.notices.letters.printing import barcodes
from amends.notices.letters.sheets import described, plan_of, set_sheets
from amends.notices.texts import Facets, compose
from bench.claim import Claim, versions

COUNT = 200_000
PEER = 250
SLOTS = 8
AT_ONCE = 16_384
COMMAND = "python -m bench.notices_letters"
FILLED = {"{months}": "24", "{elements}": "name, date of birth, Social Security number, and account PIN"}


def text_of_a_letter() -> str:
    """A first notice with an offer, from the templates, with slots in braces."""
    organisation = Organisation(
        "Meridian Mobile", "100 Main Street", "Springfield", "IL", "62701", "1-800-555-0100", "www.meridian.example"
    )
    days = {"began": date(2021, 3, 18), "ended": date(2021, 8, 4), "discovered": date(2021, 8, 12)}
    facts = Facts(organisation, Incident(**days), date(2021, 8, 17), 1_000_000)
    facets = Facets("letter", "first", "self", "en", offer=True, line=True, login=False)
    return compose(facets, facts.words(), frozenset(), frozenset(), facts.slots("en", None)).text


def lines(count: int) -> tuple[pa.Array, pa.Array]:
    """The lines of letters, eight to a letter, and ZIP codes with delivery points."""
    numbers = pa.array(np.arange(count)).cast(pa.string())

    def line(before: str, after: str) -> pa.Array:
        return pc.binary_join_element_wise(before, numbers, after, "")

    columns = [
        line("Nguyễn Thị ", " Hồng"),
        line("", " Cottonwood Avenue, Apt. 4"),
        line("Springfield, IL 6270", ""),
        pa.repeat("", count),
        line("Reference number: ", "-2021-08-12"),
        line("Dear Nguyễn Thị ", " Hồng:"),
        line("Your code: MPMG6X78KB", ""),
        pa.repeat("Last day to use it: February 12, 2022", count),
    ]
    order = (np.arange(count)[:, None] + count * np.arange(SLOTS)).ravel()
    return pa.concat_arrays(columns).take(pa.array(order)), pc.utf8_lpad(numbers, 11, "6")


def stamp(flat: pa.Array, zips: pa.Array, sheets: list[Any]) -> int:
    """Measure, encode and write the letters to memory that is thrown away; bytes."""
    sink = Sink()
    file = LetterFile(sink, sheets)
    for start in range(0, len(zips), AT_ONCE):
        part, routing = flat.slice(start * SLOTS, AT_ONCE * SLOTS), zips.slice(start, AT_ONCE)
        count = len(routing)
        assert (widths(part) >= 0).all()
        serial = pc.utf8_lpad(pa.array(np.arange(start, start + count)).cast(pa.string()), 9, "0")
        bars = barcodes(pc.binary_join_element_wise("00300123456", serial, ""), routing)
        assert bars[:, 0].all()
        first = np.arange(count, dtype=np.int64) * SLOTS
        zero = np.zeros(count, np.int64)
        file.add(Letters(zero, zero, bars, *utf8(part), first))
    file.close()
    return sink.size


class Sink(io.RawIOBase):
    """A file that only counts."""

    size = 0

    def write(self, content: Any) -> int:
        """Count some bytes."""
        self.size += len(content)
        return len(content)


def typeset_each(described_sheet: dict[str, Any]) -> dict[str, str]:
    """The same letter with its lines filled, many times, as typst reads them."""
    for entry in described_sheet["paragraphs"]:
        entry["role"] = "text" if entry["role"] == "window" else entry["role"]
        for line in entry["lines"]:
            line["text"] = line["text"] or "Nguyễn Thị Hồng, 4 Cottonwood Avenue"
    return {"sheets": json.dumps([described_sheet] * PEER)}


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second of processor time, of one call."""
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def main() -> None:
    """Measure both in turn and print the claims."""
    text = text_of_a_letter()
    plan = plan_of("letter", "en", text)
    typeset = [text.split("\n")[place] for place in plan.typeset]
    for slot, value in FILLED.items():
        typeset = [line.replace(slot, value) for line in typeset]
    sheets = list(set_sheets([(plan, text, typeset)]))
    stamp(*lines(1_000), sheets)
    inputs = typeset_each(described(plan, text, typeset))
    source = files("amends.notices.letters").joinpath("sheet.typ").read_bytes()
    flat, zips = lines(COUNT)
    ours, theirs = 0.0, 0.0
    for _ in range(2):
        theirs = max(theirs, rate(PEER, lambda: typst.compile(source, font_paths=fonts(), sys_inputs=inputs)))
        ours = max(ours, rate(COUNT, lambda: stamp(flat, zips, sheets)))
    size = stamp(flat, zips, sheets) / COUNT
    found = versions("typst", "numba")
    peer = f"typst, {PEER} at once: {theirs:,.0f} letters/s"
    Claim("notices_letters", f"{ours:,.0f} letters/s", peer, ours / theirs, 100, COMMAND, found).emit()
    Claim("notices_letter_bytes", f"{size:,.0f} bytes a letter", "1,500 bytes", 1500 / size, 1, COMMAND, found).emit()


if __name__ == "__main__":
    main()
