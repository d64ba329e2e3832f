"""One column of a taken file: its texts, and in which rows it truly holds an element of the row's human.

`Rows` are people (and the line, where a row is about one) in the order in which a file lists them; `Rows.cells` writes
one kind of column for them. The same person reads differently in different files: `file` names the source of noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends import elements
from amends.carrier import noise
from amends.carrier.dice import Flags, Whole
from amends.carrier.identifiers import picture, written_by_group
from amends.carrier.noise import Noise
from amends.carrier.population import STATUSES, SUFFIXES, Population, World

_UPPER = tuple(suffix.title() if suffix in ("JR", "SR") else suffix for suffix in SUFFIXES)


@dataclass(frozen=True)
class Cells:
    """A column: `text` (null is blank; another Arrow type where the format has types), the mask of the element it
    holds (0 for none) and the rows where a usable value of it stands."""

    text: pa.Array
    element: int
    usable: Flags

    def where(self, keep: Flags) -> Cells:
        """The column with blanks where `keep` is false."""
        blank = pa.scalar(None, self.text.type)
        return Cells(pc.if_else(pa.array(keep), self.text, blank), self.element, self.usable & keep)


@dataclass(frozen=True)
class Rows:
    """The rows of a file: positions of humans, positions of lines, the number of each row, and how the file errs.

    `earlier` files were written before marriages and moves.
    """

    world: World
    population: Population
    humans: Whole
    lines: Whole
    numbers: Whole
    file: str
    noise: Noise
    earlier: bool = False
    named: Flags | None = None
    """Where false, the row names nobody: an unnamed line of an account."""
    always: int = 0
    """Mask of elements that this file has of everybody, whatever the breached systems held."""

    def __len__(self) -> int:
        return len(self.humans)

    def cells(self, kind: str) -> Cells:
        """The column of a kind, as `phone:dashed`: what it is, and after the colon how it is written."""
        name, _, style = kind.partition(":")
        return _KINDS[name](self, style)

    def _happens(self, purpose: str, share: float) -> Flags:
        return self.world.dice.happens(f"{self.file} {purpose}", self.numbers, share)

    def _bits(self, purpose: str) -> Whole:
        return (self.world.dice.bits(f"{self.file} {purpose}", self.numbers) >> np.uint64(8)).astype(np.int64)

    def _held(self, element: str) -> Flags:
        flags: Flags = (self.population.holds[self.humans] | self.always) & elements.mask([element]) != 0
        return flags

    def _column(self, text: pa.Array, element: str) -> Cells:
        held = self._held(element)
        return Cells(pc.if_else(pa.array(held), text, pa.scalar(None, text.type)), elements.mask([element]), held)

    @cached_property
    def given(self) -> pa.StringArray:
        """Given names as this file writes them."""
        names, given = self.world.names, self.population.called.given[self.humans]
        called = self._happens("nickname", self.noise.nickname)
        text = names.given.take(pa.array(np.where(called, names.nickname(given, self._bits("which")), given)))
        text = noise.misspell(text, self._happens("given slip", self.noise.misspelt), self._bits("given slip how"))
        initial = pa.array(self._happens("initial", self.noise.initial_only))
        return pc.if_else(initial, pc.utf8_slice_codeunits(text, 0, 1), text)

    @cached_property
    def family(self) -> pa.StringArray:
        """Surnames as this file writes them."""
        called = self.population.called
        index = (called.earlier_family if self.earlier else called.family)[self.humans]
        text = self.world.names.family.take(pa.array(index))
        return noise.misspell(text, self._happens("family slip", self.noise.misspelt), self._bits("family slip how"))

    @cached_property
    def middle(self) -> pa.StringArray:
        """Middle initials, null where there is none."""
        index = self.population.called.middle[self.humans]
        letters = pa.array([chr(65 + i) for i in range(26)], pa.string())
        return letters.take(pa.array(index, mask=index < 0))

    @cached_property
    def _home(self) -> tuple[Whole, Whole]:
        people = self.population
        if self.earlier:
            return people.homes.earlier_address[self.humans], people.homes.earlier_place[self.humans]
        return people.homes.address[self.humans], people.homes.place[self.humans]

    def _name(self, text: pa.StringArray) -> Cells:
        cells = self._column(text, "name")
        return cells if self.named is None else cells.where(self.named)


def _plain(rows: Rows, text: pa.Array) -> Cells:
    return Cells(text, 0, np.zeros(len(rows), np.bool_))


def _given_name(rows: Rows, _style: str) -> Cells:
    return rows._name(rows.given)


def _family_name(rows: Rows, _style: str) -> Cells:
    return rows._name(rows.family)


def _middle_name(rows: Rows, _style: str) -> Cells:
    cells = rows._name(rows.middle)
    return Cells(cells.text, 0, np.zeros(len(rows), np.bool_))


def _suffix(rows: Rows, _style: str) -> Cells:
    index = rows.population.called.suffix[rows.humans]
    text = pa.array(_UPPER, pa.string()).take(pa.array(index, mask=index == 0))
    return Cells(rows._name(text).text, 0, np.zeros(len(rows), np.bool_))


def _full_name(rows: Rows, style: str) -> Cells:
    """`first`: Ann B Lee Jr; `last`: LEE, ANN B; `short`: Ann Lee."""
    index = rows.population.called.suffix[rows.humans]
    suffix = pa.array(_UPPER, pa.string()).take(pa.array(index, mask=index == 0))
    join = pc.binary_join_element_wise
    if style == "last":
        family = join(rows.family, suffix, " ", null_handling="skip")
        given = join(rows.given, rows.middle, " ", null_handling="skip")
        return rows._name(pc.utf8_upper(join(family, given, ", ")))
    if style == "short":
        return rows._name(join(rows.given, rows.family, " "))
    return rows._name(join(rows.given, rows.middle, rows.family, suffix, " ", null_handling="skip"))


def _dob(rows: Rows, style: str) -> Cells:
    days = rows.population.dob[rows.humans]
    days = noise.wrong_days(days, rows._happens("wrong day", rows.noise.wrong_day), rows._bits("wrong day how"))
    if style == "date":
        return rows._column(pa.array(days.astype(np.int32)).cast(pa.date32()), "dob")
    born = days.astype("datetime64[D]")
    months = born.astype("datetime64[M]")
    day = (born - months.astype("datetime64[D]")).astype(np.int64) + 1
    year, month = np.divmod(months.astype(np.int64), 12)
    year, month = year + 1970, month + 1
    if style == "us":
        return rows._column(picture("99/99/9999", (month * 100 + day) * 10_000 + year), "dob")
    shape = "99999999" if style == "compact" else "9999-99-99"
    return rows._column(picture(shape, (year * 100 + month) * 100 + day), "dob")


def _ssn(rows: Rows, style: str) -> Cells:
    held = rows._held("ssn")
    number = rows.population.numbers.ssn[rows.humans]
    number = noise.swapped_ssns(number, rows._happens("swapped ssn", rows.noise.swapped_ssn))
    filled = ~held & rows._happens("placeholder ssn", rows.noise.placeholder_ssn)
    number = np.where(filled, noise.placeholders(rows.world.dice, rows.numbers), number)
    text = picture("999-99-9999" if style == "dashed" else "999999999", number)
    return Cells(pc.if_else(pa.array(held | filled), text, pa.scalar(None, pa.string())), elements.mask(["ssn"]), held)


def _licence(rows: Rows, _style: str) -> Cells:
    people = rows.population
    text = written_by_group(
        rows.world.places.licences, people.homes.place[rows.humans], people.numbers.licence[rows.humans]
    )
    return rows._column(text, "driver_license")


def _government_id(rows: Rows, _style: str) -> Cells:
    number = rows.world.dice.shuffle("government id", rows.population.ids[rows.humans], 26**2 * 10**7)
    return rows._column(picture("AA9999999", number), "government_id")


def _phone(rows: Rows, style: str) -> Cells:
    shape = {"paren": "(999) 999-9999", "dash": "999-999-9999", "plus": "+19999999999", "dot": "999.999.9999"}
    text = picture(shape.get(style, "9999999999"), rows.population.lines.phone[rows.lines])
    return rows._column(text, "phone")


def _imei(rows: Rows, _style: str) -> Cells:
    return rows._column(picture("9" * 15, rows.population.lines.imei[rows.lines]), "imei")


def _imsi(rows: Rows, style: str) -> Cells:
    number = rows.population.lines.imsi[rows.lines]
    return rows._column(pa.array(number) if style == "whole" else picture("9" * 15, number), "imsi")


def _account(rows: Rows, _style: str) -> Cells:
    return rows._column(picture("9" * 10, rows.population.numbers.account[rows.humans]), "customer_account")


def _pin(rows: Rows, style: str) -> Cells:
    digits = 6 if style == "six" else 4
    number = rows.world.dice.below("pin", rows.population.ids[rows.humans], 10**digits)
    return rows._column(picture("9" * digits, number), "pin")


def _email(rows: Rows, _style: str) -> Cells:
    """A name and a number at a reserved domain (RFC 2606), lower case, ASCII."""
    people, names = rows.population, rows.world.names
    given = names.given.take(pa.array(people.called.given[rows.humans]))
    plain = pc.replace_substring_regex(pc.utf8_lower(pc.utf8_normalize(given, "NFD")), "[^a-z]", "")
    number = pc.cast(pa.array(people.ids[rows.humans]), pa.string())
    hosts = ["example.com", "mail.example.com", "example.net", "post.example.org", "example.org"]
    domains = pa.array(hosts, pa.string())
    domain = domains.take(pa.array(rows.world.dice.below("domain", people.ids[rows.humans], len(domains))))
    return rows._column(pc.binary_join_element_wise(plain, ".", number, "@", domain, ""), "email")


def _address(rows: Rows, style: str) -> Cells:
    """One line; `long` spells out the kind of street; `lines` breaks some into two lines."""
    text = rows.world.places.line(rows.world.dice, rows._home[0], long=style == "long")
    if style == "lines":
        broken = pa.array(rows._happens("two lines", 0.02))
        text = pc.if_else(broken, pc.binary_join_element_wise(text, "Building B", "\n"), text)
    return rows._column(text, "address")


def _city(rows: Rows, _style: str) -> Cells:
    return _of_address(rows, rows.world.places.city(rows.world.dice, *rows._home))


def _region(rows: Rows, _style: str) -> Cells:
    return _of_address(rows, rows.world.places.region(rows._home[1]))


def _country(rows: Rows, _style: str) -> Cells:
    return _of_address(rows, rows.world.places.country(rows._home[1]))


def _postcode(rows: Rows, _style: str) -> Cells:
    return _of_address(rows, rows.world.places.postcode(rows.world.dice, *rows._home))


def _of_address(rows: Rows, text: pa.StringArray) -> Cells:
    return Cells(rows._column(text, "address").text, 0, np.zeros(len(rows), np.bool_))


def _status(rows: Rows, style: str) -> Cells:
    words = pa.array(["A", "C", "P"] if style == "letter" else list(STATUSES), pa.string())
    return _plain(rows, words.take(pa.array(rows.population.status[rows.humans])))


def _number(rows: Rows, _style: str) -> Cells:
    return _plain(rows, pc.cast(pa.array(rows.numbers + 1), pa.string()))


def _order(rows: Rows, _style: str) -> Cells:
    return _plain(rows, picture("9" * 15, rows._bits("order") % 10**15))


def _amount(rows: Rows, _style: str) -> Cells:
    return _plain(rows, picture("999.99", 10_000 + rows._bits("amount") % 90_000))


def _day(rows: Rows, _style: str) -> Cells:
    days = pa.array((18_000 - rows._bits("day") % 4000).astype(np.int32)).cast(pa.date32())
    return _plain(rows, pc.cast(days, pa.string()))


def _plan(rows: Rows, _style: str) -> Cells:
    plans = pa.array(["SIMPLE-1", "FAMILY-4", "TALK", "DATA+", "SENIOR55"], pa.string())
    return _plain(rows, plans.take(pa.array(rows._bits("plan") % len(plans))))


_KINDS: dict[str, Callable[[Rows, str], Cells]] = {
    "given_name": _given_name,
    "family_name": _family_name,
    "middle_name": _middle_name,
    "suffix": _suffix,
    "full_name": _full_name,
    "dob": _dob,
    "ssn": _ssn,
    "driver_license": _licence,
    "government_id": _government_id,
    "phone": _phone,
    "imei": _imei,
    "imsi": _imsi,
    "account_number": _account,
    "pin": _pin,
    "email": _email,
    "address_line": _address,
    "city": _city,
    "region": _region,
    "country": _country,
    "postcode": _postcode,
    "status": _status,
    "number": _number,
    "order": _order,
    "amount": _amount,
    "day": _day,
    "plan": _plan,
}
