"""Claims: letters stamped on set pages, each with its barcode, against typst in batches of 250 and against WeasyPrint.

Ours measures, encodes and writes to a file that only counts; typst sets the same paragraphs from the same file,
WeasyPrint the same text from HTML. The last line is the claim against typst, `ok` when the others are reached as well.
"""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
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
from amends.notices.letters.sheets import WINDOW, described, plan_of, set_sheets
from amends.notices.texts import Facets, compose
from bench.claim import Claim, versions
from bench.people_peers import Peer, environment

COUNT = 200_000
PEER = 250
SLOTS = 8
AT_ONCE = 16_384
COMMAND = "python -m bench.notices_letters"
WEASYPRINT = Peer(("weasyprint==70.0", "pydyf==0.13.0", "fonttools==4.68.0"), "peer_weasyprint.py")
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
        pa.repeat("", count),
        line("Nguyễn Thị ", " Hồng"),
        line("", " Cottonwood Avenue, Apt. 4"),
        line("Springfield, IL 6270", ""),
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
        bars = barcodes(tracking(start, count), routing)
        assert bars[:, 0].all()
        first = np.arange(count, dtype=np.int64) * SLOTS
        zero = np.zeros(count, np.int64)
        file.add(Letters(zero, zero, bars, *utf8(part), first))
    file.close()
    return sink.size


def tracking(first: int, count: int) -> pa.Array:
    """Tracking digits of pieces numbered from `first`."""
    serial = pc.utf8_lpad(pa.array(np.arange(first, first + count)).cast(pa.string()), 9, "0")
    return pc.binary_join_element_wise("00300123456", serial, "")


class Sink(io.RawIOBase):
    """A file that only counts."""

    size = 0

    def write(self, content: Any) -> int:
        """Count some bytes."""
        self.size += len(content)
        return len(content)


def weasyprint(described_sheet: dict[str, Any], flat: pa.Array) -> float:
    """Letters a second by WeasyPrint, or 0 where it cannot be installed or run."""
    letters = []
    for number in range(24):
        own = iter(flat.slice(number * SLOTS, SLOTS).to_pylist())
        window = [next(own) for _ in range(WINDOW)][1:]
        paragraphs = [
            (entry["role"], [next(own) if line["text"] is None else line["text"] for line in entry["lines"]])
            for entry in described_sheet["paragraphs"]
            if entry["role"] != "window"
        ]
        letters.append({"bars": "TDAFF" * 13, "window": window, "paragraphs": paragraphs})
    try:
        python = environment("weasyprint", WEASYPRINT)
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(letters, file)
            file.flush()
            script = str(Path(__file__).parent / WEASYPRINT.script)
            ran = subprocess.run([python, script, file.name], capture_output=True, text=True, check=True)
    except (subprocess.SubprocessError, OSError):
        return 0.0
    return float(json.loads(ran.stdout)["letters_per_second"])


def typeset_each(described_sheet: dict[str, Any]) -> dict[str, str]:
    """The same letter with its lines filled, many times, as typst reads them."""
    for entry in described_sheet["paragraphs"]:
        entry["role"] = "text" if entry["role"] == "window" else entry["role"]
        for line in entry["lines"]:
            line["text"] = line["text"] or "Nguyễn Thị Hồng, 4 Cottonwood Avenue"
    return {"sheets": json.dumps({"title": "Letters", "sheets": [described_sheet] * PEER})}


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
    peer = weasyprint(described(plan, text, typeset), lines(24)[0])
    source = files("amends.notices.letters").joinpath("sheet.typ").read_bytes().replace(b"optimized", b"simple")
    flat, zips = lines(COUNT)
    ours, theirs = 0.0, 0.0
    for _ in range(2):
        theirs = max(theirs, rate(PEER, lambda: typst.compile(source, font_paths=fonts(), sys_inputs=inputs)))
        ours = max(ours, rate(COUNT, lambda: stamp(flat, zips, sheets)))
    size = stamp(flat, zips, sheets) / COUNT
    found = versions("typst", "numba")
    rate_of_ours = f"{ours:,.0f} letters/s"
    against = f"WeasyPrint 70.0: {peer:,.0f} letters/s" if peer else "WeasyPrint cannot be installed here"
    others = [
        Claim("notices_letters_weasyprint", rate_of_ours, against, ours / peer if peer else 0, 1000, COMMAND, found),
        Claim("notices_letter_bytes", f"{size:,.0f} bytes a letter", "1,500 bytes", 1500 / size, 1, COMMAND, found),
    ]
    for claim in others:
        claim.emit()
    against = f"typst, {PEER} at once: {theirs:,.0f} letters/s; {others[0].against}; {others[1].ours}"
    whole = Claim("notices_letters", rate_of_ours, against, ours / theirs, 100, COMMAND, found)
    print(json.dumps({**json.loads(whole.line()), "ok": whole.ok and all(claim.ok for claim in others)}))


if __name__ == "__main__":
    main()
