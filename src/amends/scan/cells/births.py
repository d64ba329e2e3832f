"""Dates in cells of several elements (`Smith, John 04/12/1980`): of birth, if over the column they spread as births do.

No word beside such a date says what it is, so the column does: most of its cells hold a date, and these lie decades
apart. Then its header is read as if it said so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from amends.scan.columns.facts import ColumnFacts, buffers, this_year
from amends.scan.columns.records import Plan
from amends.scan.columns.undecided import Searched
from amends.scan.tables.reader import Reader
from amends.scan.values.compiled import leaf
from amends.scan.values.dates import DATED, TIMED, read_date
from amends.scan.values.validators import Kind

_SPAN: Final = 25
_SHARE: Final = 0.5
_FEW: Final = 5
_WORD: Final = "dob"


@leaf
def _years(offsets, data, this_year, years):  # type: ignore[no-untyped-def]
    """Count the years (from 1900) of the first date among the words of each cell; returns the filled cells."""
    filled = 0
    for row in range(offsets.size - 1):
        start, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        filled += 1 if end > start else 0
        word = start
        for i in range(start, end + 1):
            c = data[i] if i < end else np.uint8(32)
            if c > 32 and c != 44 and c != 59 and c != 40 and c != 41 and c != 124:
                continue
            if 8 <= i - word <= 11:
                form, year, _, _ = read_date(data, word, i)
                if form & DATED and form & TIMED == 0 and 1900 <= year <= this_year:
                    years[year - 1900] += 1
                    break
            word = np.int64(i + 1)
    return filled


def with_births(made: Plan, reader: Reader) -> Plan:
    """The plan, with the columns of several elements whose dates are births marked so. May read these columns once."""
    open_ones = [one for one in made.searched if one.several and one.of_people and _WORD not in one.label.split()]
    if not open_ones:
        return made
    facts = {one.position: ColumnFacts(one.label) for one in open_ones}
    filled: Any
    for batch in reader.batches(frozenset(facts)):
        for position, fact in facts.items():
            if (cells := batch.columns.get(position)) is not None:
                offsets, data = buffers(cells)
                filled = _years(offsets, data, this_year(), fact.years)
                fact.counts[Kind.FILLED] += filled
    return replace(made, searched=tuple(_marked(one, facts.get(one.position)) for one in made.searched))


def _marked(one: Searched, fact: ColumnFacts | None) -> Searched:
    if fact is None:
        return one
    dates: Any = fact.years.sum()
    births = dates >= _FEW and dates >= _SHARE * fact.filled and fact.year_span() >= _SPAN
    return replace(one, label=f"{one.label} {_WORD}".strip()) if births else one
