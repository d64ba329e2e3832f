"""Identity-protection codes of the organisation's own: one a person and product, hard to guess, hard to mistype.

A code is twelve symbols of an alphabet of 29 without look-alikes, and one check symbol (58.3 bits). Its number is
HMAC-SHA-256 (RFC 2104) over person, product and a counter, under a key derived from the case key: whoever lacks the key
cannot guess a code, and a second run gives everyone the same code. Two people whose numbers fall together are told
apart by the counter; codes that were issued once are kept as they are.

The check symbol makes the sum of all thirteen symbols, weighted 13 down to 1, divisible by 29 (the scheme of ISBN-10
with another prime). All weights differ and none is divisible by 29, which is prime: every wrong symbol and every swap
of two symbols is caught.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from amends.engine import Engine, script
from amends.errors import AmendsError

SQL: Final = script(__package__, "codes.sql")
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRTVWXYZ"
SYMBOLS: Final = 12
SPACE: Final = len(ALPHABET) ** SYMBOLS
_POWERS: Final = [len(ALPHABET) ** place for place in reversed(range(SYMBOLS))]
_ROUNDS: Final = 200
_BLOCK: Final = 64
_WEIGHTS: Final = tuple(range(SYMBOLS + 1, 0, -1))


class CodesExhaustedError(AmendsError):
    """Too few free codes are left to give everyone one of their own."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered: months of protection by policy (the law may ask for more) and the last day to enrol."""

    months: int
    enrol_by: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people there are, how many are deceased or not offered anything, and what the others were given."""

    people: int
    deceased: int
    not_offered: int
    adult: int
    minor: int
    raised_by_law: int


def normalise(text: str) -> str:
    """A code as people type it, in the form in which it is stored: capitals, without spaces, hyphens and points.

    S, which is not in the alphabet, is read as 5. Anything else stays, so that `check` can refuse it.
    """
    plain = unicodedata.normalize("NFKC", text).upper().replace("S", "5")
    return "".join(symbol for symbol in plain if not symbol.isspace() and symbol not in "-.–—_")


def check(code: str) -> bool:
    """Whether `code`, once normalised, has thirteen symbols of the alphabet that fit together."""
    symbols = [ALPHABET.find(symbol) for symbol in normalise(code)]
    if len(symbols) != SYMBOLS + 1 or min(symbols) < 0:
        return False
    return sum(weight * symbol for weight, symbol in zip(_WEIGHTS, symbols, strict=True)) % len(ALPHABET) == 0


def draw(db: Engine, key: bytes, offer_months: int, *, space: int = SPACE) -> None:
    """Make the temporary table `drawn`: person_id, product, months, number; numbers are unique and below `space`.

    Reads the views `persons`, `duties` and `previous_codes`. `key` (32 bytes) is bound as a parameter and never logged.
    Raises `CodesExhaustedError` when `space` cannot hold so many people.
    """
    inner, outer = _pads(key)
    db.run(SQL["make_offers"], offer_months=offer_months)
    db.run(SQL["make_issued"], alphabet=ALPHABET, powers=_POWERS)
    db.run(SQL["make_retired"])
    db.run(SQL["draw"], inner=inner, outer=outer, space=space)
    for _ in range(_ROUNDS):
        db.run(SQL["make_clashes"])
        if db.value(SQL["clashes"]) == 0:
            return
        db.run(SQL["draw_again"], inner=inner, outer=outer, space=space)
    raise CodesExhaustedError("no free code is left for some people", mend="please report this as a defect")


def spell(db: Engine, terms: Terms) -> pa.RecordBatchReader:
    """The table `codes`, from the temporary table `drawn`."""
    return db.stream(SQL["codes"], alphabet=ALPHABET, powers=_POWERS, enrol_by=terms.enrol_by)


def count(db: Engine, terms: Terms) -> Counts:
    """Counts over `persons` and `drawn`. Raises `CodesExhaustedError` should two people share a code after all."""
    row = db.fetch(SQL["counts"], offer_months=terms.months).to_pylist()[0]
    if row["drawn"] != row["distinct_numbers"]:
        raise CodesExhaustedError("two people would share a code", mend="please report this as a defect")
    return Counts(row["people"], row["deceased"], row["not_offered"], row["adult"], row["minor"], row["raised_by_law"])


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key as the two blocks that HMAC puts before the inner and the outer message (RFC 2104, section 2)."""
    block = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
