"""The people of the carrier: households with ages, names that change, twins, homes left behind, accounts and lines.

A population is arrays, one element a human, addressed by position in the part; `base` makes a position a human id.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from amends.carrier import identifiers
from amends.carrier.dice import Dice, Flags, Whole
from amends.carrier.names import Names
from amends.carrier.places import Places
from amends.carrier.segments import PLAN_SEGMENTS, Segments

DISCOVERED = int(np.datetime64("2021-08-12").astype(np.int64))
"""The day the carrier learns of the breach, in days since 1970-01-01."""
STATUSES = ("current", "former", "prospective")
SUFFIXES = ("", "JR", "SR")


@dataclass(frozen=True)
class World:
    """What every room of the carrier draws from."""

    dice: Dice
    names: Names
    places: Places
    segments: Segments
    people: int
    part: int
    parts: int

    @property
    def suffix(self) -> str:
        """What the names of tables carry in one of several parts."""
        return "" if self.parts == 1 else f".part-{self.part:04d}"


@dataclass(frozen=True)
class Lines:
    """Telephone lines: `owner` is the position of the human to be told about the line. The first lines are the humans'
    own, in their order; the rest are further lines of account holders that no named person uses."""

    owner: Whole
    phone: Whole
    imei: Whole
    imsi: Whole


@dataclass(frozen=True)
class Called:
    """What each human is called: indexes into `World.names`, a letter (-1 none), an index into `SUFFIXES`.

    `earlier_family` is the surname before marriage, else the same.
    """

    given: Whole
    middle: Whole
    family: Whole
    earlier_family: Whole
    suffix: Whole


@dataclass(frozen=True)
class Homes:
    """Where each human lives, now and before a move (else the same): an index into `World.places`, an address key."""

    place: Whole
    address: Whole
    earlier_place: Whole
    earlier_address: Whole


@dataclass(frozen=True)
class Numbers:
    """The numbers of each human: their SSN as files have it (now and then a relative's), the number that is written in
    the shape of the place's licence, and the account they are on."""

    ssn: Whole
    licence: Whole
    account: Whole


@dataclass(frozen=True)
class Population:
    """The humans of one part, each attribute an array. `head` is the position of the head of household, `status` an
    index into `STATUSES`, `dob` days since 1970, `holds` the mask of elements the breached systems held.

    `stale`: the registry has the earlier home. `applied`: stands in the credit applications too. `elsewhere`: stands
    only in files other than CSV, NDJSON and Parquet.
    """

    base: int
    head: Whole
    segment: Whole
    status: Whole
    dob: Whole
    called: Called
    homes: Homes
    numbers: Numbers
    lines: Lines
    holds: Whole
    language: Whole
    stale: Flags
    deceased: Flags
    in_registry: Flags
    applied: Flags
    elsewhere: Flags

    def __len__(self) -> int:
        return len(self.head)

    @cached_property
    def ids(self) -> Whole:
        """Human ids."""
        return np.arange(self.base, self.base + len(self), dtype=np.int64)

    def minor(self) -> Flags:
        """Under eighteen on the day of discovery."""
        born = self.dob.astype("datetime64[D]")
        month = born.astype("datetime64[M]")
        day = (born - month.astype("datetime64[D]")).astype(np.int64)
        eighteenth = (month + 18 * 12).astype("datetime64[D]").astype(np.int64) + day
        flags: Flags = eighteenth > DISCOVERED
        return flags


def populate(world: World, ssn_rate: float) -> Population:
    """The population of the world's part: humans `people × part / parts` up to the next part's first."""
    dice, segments = world.dice, world.segments
    base = world.people * world.part // world.parts
    humans = np.arange(base, world.people * (world.part + 1) // world.parts, dtype=np.int64)
    head = _heads(dice, humans)
    house, origin = humans[head], dice.pick("origin", humans[head], world.names.origin_share)
    segment = segments.assign(dice, humans, head)
    dob = _births(world, humans, head, segment)
    homes = _homes(world, house)
    status = _statuses(world, humans, segment)
    known = (status != 2) | ~dice.happens("not in registry", humans, 0.10)
    applied = dice.happens("applied before", humans, segments.applied_before[segment])
    old = np.clip((DISCOVERED - dob) / 365.25 - 45, 0.5, 40)
    return Population(
        base=base,
        head=head,
        segment=segment,
        status=status,
        dob=dob,
        called=_called(world, humans, head, origin, dob),
        homes=homes,
        numbers=_numbers(world, humans, head, segment, homes.place),
        lines=_lines(world, humans, head, status, segment, homes.place),
        holds=segments.hold(dice, humans, segment, applied, ssn_rate),
        language=world.names.draw_language(dice, house, origin),
        stale=(status != 0) & dice.happens("stale", house, 0.05),
        deceased=known & dice.happens("deceased", humans, old * 0.0012),
        in_registry=known,
        applied=applied,
        elsewhere=np.isin(segment, segments.codes("applicant", "late"))
        & dice.happens("only elsewhere", humans, segments.only_elsewhere),
    )


def _heads(dice: Dice, humans: Whole) -> Whole:
    """The position of each human's head of household: households are one to twelve humans in a row, two on average."""
    starts = dice.happens("household starts", humans, 0.49) | (humans % 12 == 0)
    starts[:1] = True
    return np.maximum.accumulate(np.where(starts, np.arange(len(humans)), 0))


def _births(world: World, humans: Whole, head: Whole, segment: Whole) -> Whole:
    """Days of birth: adults at the head, a partner of about the same age, children a generation younger, some twins.

    Who is a customer is grown up; in one case of a hundred somebody used a child's name.
    """
    dice, position = world.dice, np.arange(len(humans)) - head
    spread = dice.uniform("age", humans) + dice.uniform("age again", humans)
    age = 20.0 + 34.0 * spread
    partner = np.clip(age[head] + (dice.uniform("partner age", humans) - 0.5) * 14, 19, 95)
    child = age[head] - 22 - 16 * dice.uniform("generation", humans)
    child = np.where(child < 1, 1 + 16 * dice.uniform("child age", humans), child)
    customer = segment != world.segments.code("family_user")
    grown = customer & ~dice.happens("customer as a child", humans, 0.01)
    child = np.where(grown & (child < 19), child % 19 + 19, child)
    age = np.where(position == 0, age, np.where(position == 1, partner, child))
    days = DISCOVERED - (age * 365.25).astype(np.int64) - dice.below("birthday", humans, 365)
    twin = np.flatnonzero((position > 2) & dice.happens("twin", humans, 0.05))
    days[twin] = days[twin - 1]
    return days


def _called(world: World, humans: Whole, head: Whole, origin: Whole, dob: Whole) -> Called:
    """Names. A household shares a surname but for some partners; only sons named after the head share a given name."""
    dice, names, position = world.dice, world.names, np.arange(len(humans)) - head
    female = dice.happens("female", humans, 0.508)
    given = names.draw_given(dice, humans, origin, female)
    own = names.draw_family(dice, "family", humans, origin)
    keeps = (position == 1) & dice.happens("keeps own name", humans, 0.25)
    family = np.where(keeps, own, own[head])
    married = female & (position == 1) & ~keeps & dice.happens("married name", humans, 0.5)
    junior = ~female & ~female[head] & (position > 1) & dice.happens("junior", humans, 0.06)
    junior &= dob > dob[head] + 15 * 365
    for attempt in range(1, 4):
        again = _repeated(given, position)
        given[again] = names.draw_given(dice, humans[again] + (attempt << 40), origin[again], female[again])
    given = np.where(junior, given[head], given)
    suffix = junior.astype(np.int64)
    suffix[head[junior & dice.happens("senior", humans, 0.5)]] = 2
    return Called(
        given=given,
        middle=np.where(dice.happens("has middle", humans, 0.7), dice.below("middle", humans, 26), -1),
        family=family,
        earlier_family=np.where(married, own, family),
        suffix=suffix,
    )


def _repeated(given: Whole, position: Whole) -> Whole:
    """Positions of humans with the given name of somebody before them in the household: parents avoid that."""
    same = np.zeros(len(given), np.bool_)
    for back in range(1, int(position.max()) + 1):
        same[back:] |= (position[back:] >= back) & (given[back:] == given[:-back])
    return np.flatnonzero(same)


def _homes(world: World, house: Whole) -> Homes:
    """Homes by household: one in seven moved, of these some to another state."""
    dice = world.dice
    place = dice.pick("place", house, world.places.share)
    far = dice.happens("moved far", house, 0.3)
    before = np.where(far, dice.pick("earlier place", house, world.places.share), place)
    moved = dice.happens("moved", house, 0.14)
    address = dice.bits("address", house).view(np.int64) >> 1
    earlier = dice.bits("earlier address", house).view(np.int64) >> 1
    return Homes(place, address, np.where(moved, before, place), np.where(moved, earlier, address))


def _statuses(world: World, humans: Whole, segment: Whole) -> Whole:
    """Index into `STATUSES`: applicants and the late-found are former or prospective customers."""
    codes = world.segments.codes
    asked = world.dice.happens("prospect", humans, 0.45)
    former = np.isin(segment, codes("former_extra", "prepaid_inactive"))
    mixed = np.isin(segment, codes("applicant", "late"))
    gone = (segment == world.segments.code("unaffected")) & world.dice.happens("former", humans, 0.3)
    return np.where(mixed, np.where(asked, 2, 1), (former | gone).astype(np.int64))


def _numbers(world: World, humans: Whole, head: Whole, segment: Whole, place: Whole) -> Numbers:
    """One in a hundred members of a household is down with the head's SSN; family users are on the head's account."""
    dice = world.dice
    ssn = identifiers.ssns(dice, humans)
    borrowed = (head != np.arange(len(humans))) & dice.happens("borrowed ssn", humans, 0.01)
    rank = identifiers.rank_in_group(place) * world.parts + world.part
    licence = np.zeros(len(humans), np.int64)
    for index, shape in enumerate(world.places.licences):
        where = np.flatnonzero(place == index)
        licence[where] = dice.shuffle(f"licence {index}", rank[where], identifiers.shape_space(shape))
    account = identifiers.accounts(dice, humans)
    user = segment == world.segments.code("family_user")
    return Numbers(np.where(borrowed, ssn[head], ssn), licence, np.where(user, account[head], account))


def _lines(world: World, humans: Whole, head: Whole, status: Whole, segment: Whole, place: Whole) -> Lines:
    """Everybody's own number, where some former and prospective customers gave the number of the head of household."""
    dice = world.dice
    holder = np.isin(segment, world.segments.codes(*PLAN_SEGMENTS))
    draw = dice.uniform("further lines", humans)
    count = np.where(holder, (draw < 0.25).astype(np.int64) + (draw < 0.08), 0)
    owner = np.concatenate([np.arange(len(humans)), np.repeat(np.arange(len(humans)), count)])
    turn = np.concatenate([np.zeros(len(humans), np.int64), 1 + identifiers.rank_in_group(owner[len(humans) :])])
    number = humans[owner] * 3 + turn
    rank = identifiers.rank_in_group(place[owner]) * world.parts + world.part
    phone = identifiers.phones(dice, world.places.areas, place[owner], rank)
    shared = np.flatnonzero((status != 0) & dice.happens("shared phone", humans, 0.25))
    phone[shared] = phone[head[shared]]
    return Lines(
        owner=owner,
        phone=phone,
        imei=identifiers.imeis(dice, number),
        imsi=identifiers.imsis(dice, number),
    )
