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


@dataclass(frozen=True)
class Lines:
    """Telephone lines: `owner` is the position of the human to be told about the line. The first lines are the humans'
    own, in their order; the rest are further lines of account holders that no named person uses."""

    owner: Whole
    phone: Whole
    imei: Whole
    imsi: Whole


@dataclass(frozen=True)
class Population:
    """The humans of one part. Index arrays refer to `World.names` and `World.places`; dates are days since 1970."""

    base: int
    head: Whole
    segment: Whole
    status: Whole
    female: Flags
    origin: Whole
    given: Whole
    middle: Whole
    family: Whole
    earlier_family: Whole
    suffix: Whole
    dob: Whole
    place: Whole
    address: Whole
    earlier_place: Whole
    earlier_address: Whole
    stale: Flags
    language: Whole
    deceased: Flags
    in_registry: Flags
    applied: Flags
    elsewhere: Flags
    holds: Whole
    ssn: Whole
    written_ssn: Whole
    licence: Whole
    account: Whole
    lines: Lines

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
    head, position = _households(dice, humans)
    house = humans[head]
    origin = dice.pick("origin", house, world.names.origin_share)
    female = dice.happens("female", humans, 0.508)
    segment = segments.assign(dice, humans, head)
    customer = (segment != segments.code("family_user")) & ~dice.happens("customer as a child", humans, 0.01)
    dob = _births(dice, humans, head, position, customer)
    given, family, earlier_family, suffix = _named(world, humans, head, position, origin, female, dob)
    place, address, earlier_place, earlier_address = _homes(world, house)
    status = _statuses(world, humans, segment)
    ssn = identifiers.ssns(dice, humans)
    borrowed = (position > 0) & dice.happens("borrowed ssn", humans, 0.01)
    rank = identifiers.rank_in_group(place) * world.parts + world.part
    known = (status != 2) | ~dice.happens("not in registry", humans, 0.10)
    old = np.clip((DISCOVERED - dob) / 365.25 - 45, 0.5, 40)
    return Population(
        base=base,
        head=head,
        segment=segment,
        status=status,
        female=female,
        origin=origin,
        given=given,
        middle=np.where(dice.happens("has middle", humans, 0.7), dice.below("middle", humans, 26), -1),
        family=family,
        earlier_family=earlier_family,
        suffix=suffix,
        dob=dob,
        place=place,
        address=address,
        earlier_place=earlier_place,
        earlier_address=earlier_address,
        stale=(status != 0) & dice.happens("stale", house, 0.05),
        language=world.names.draw_language(dice, house, origin),
        deceased=known & dice.happens("deceased", humans, old * 0.0012),
        in_registry=known,
        applied=dice.happens("applied before", humans, segments.applied_before[segment]),
        elsewhere=np.isin(segment, segments.codes("applicant", "late"))
        & dice.happens("only elsewhere", humans, segments.only_elsewhere),
        holds=segments.hold(dice, humans, segment, ssn_rate),
        ssn=ssn,
        written_ssn=np.where(borrowed, ssn[head], ssn),
        licence=_licences(world, place, rank),
        account=_accounts(world, humans, head, segment),
        lines=_lines(world, humans, head, status, segment, place),
    )


def _households(dice: Dice, humans: Whole) -> tuple[Whole, Whole]:
    """The position of each human's head of household, and the place in the household (0 is the head)."""
    starts = dice.happens("household starts", humans, 0.49) | (humans % 12 == 0)
    starts[:1] = True
    index = np.arange(len(humans))
    head = np.maximum.accumulate(np.where(starts, index, 0))
    return head, index - head


def _births(dice: Dice, humans: Whole, head: Whole, position: Whole, customer: Flags) -> Whole:
    """Days of birth: adults at the head, a partner of about the same age, children a generation younger, some twins.

    Who is a customer is grown up; in one case of a hundred somebody used a child's name.
    """
    spread = dice.uniform("age", humans) + dice.uniform("age again", humans)
    age = 20.0 + 34.0 * spread
    partner = np.clip(age[head] + (dice.uniform("partner age", humans) - 0.5) * 14, 19, 95)
    child = age[head] - 22 - 16 * dice.uniform("generation", humans)
    child = np.where(child < 1, 1 + 16 * dice.uniform("child age", humans), child)
    child = np.where(customer & (child < 19), child % 19 + 19, child)
    age = np.where(position == 0, age, np.where(position == 1, partner, child))
    days = DISCOVERED - (age * 365.25).astype(np.int64) - dice.below("birthday", humans, 365)
    twin = np.flatnonzero((position > 2) & dice.happens("twin", humans, 0.05))
    days[twin] = days[twin - 1]
    return days


def _named(
    world: World, humans: Whole, head: Whole, position: Whole, origin: Whole, female: Flags, dob: Whole
) -> tuple[Whole, Whole, Whole, Whole]:
    """Given name, surname, surname before marriage, suffix. A household shares a surname but for some partners."""
    dice, names = world.dice, world.names
    given = names.draw_given(dice, humans, origin, female)
    own = names.draw_family(dice, "family", humans, origin)
    keeps = (position == 1) & dice.happens("keeps own name", humans, 0.25)
    family = np.where(keeps, own, own[head])
    married = female & (position == 1) & ~keeps & dice.happens("married name", humans, 0.5)
    earlier = np.where(married, own, family)
    junior = ~female & ~female[head] & (position > 1) & dice.happens("junior", humans, 0.06)
    junior &= dob > dob[head] + 15 * 365
    given = np.where(junior, given[head], given)
    suffix = junior.astype(np.int64)
    suffix[head[junior & dice.happens("senior", humans, 0.5)]] = 2
    same = np.flatnonzero((position > 2) & (np.roll(dob, 1) == dob) & (np.roll(given, 1) == given))
    given[same] = names.draw_given(dice, humans[same] + 2**40, origin[same], female[same])
    return given, family, earlier, suffix


def _homes(world: World, house: Whole) -> tuple[Whole, Whole, Whole, Whole]:
    """Place and address key now, and before a move (the same where the household never moved)."""
    dice = world.dice
    place = dice.pick("place", house, world.places.share)
    far = dice.happens("moved far", house, 0.3)
    before = np.where(far, dice.pick("earlier place", house, world.places.share), place)
    moved = dice.happens("moved", house, 0.14)
    address = dice.bits("address", house).view(np.int64) >> 1
    earlier = dice.bits("earlier address", house).view(np.int64) >> 1
    return place, address, np.where(moved, before, place), np.where(moved, earlier, address)


def _statuses(world: World, humans: Whole, segment: Whole) -> Whole:
    """Index into `STATUSES`: applicants and the late-found are former or prospective customers."""
    codes = world.segments.codes
    asked = world.dice.happens("prospect", humans, 0.45)
    former = np.isin(segment, codes("former_extra", "prepaid_inactive"))
    mixed = np.isin(segment, codes("applicant", "late"))
    gone = (segment == world.segments.code("unaffected")) & world.dice.happens("former", humans, 0.3)
    return np.where(mixed, np.where(asked, 2, 1), (former | gone).astype(np.int64))


def _accounts(world: World, humans: Whole, head: Whole, segment: Whole) -> Whole:
    """The account of each human: their own, or the head's for a family user."""
    own = identifiers.accounts(world.dice, humans)
    return np.where(segment == world.segments.code("family_user"), own[head], own)


def _licences(world: World, place: Whole, rank: Whole) -> Whole:
    """What is written in the shape of the place's licence: a permutation of the rank, another in each place."""
    numbers = np.zeros(len(place), np.int64)
    for index, shape in enumerate(world.places.licences):
        where = np.flatnonzero(place == index)
        numbers[where] = world.dice.shuffle(f"licence {index}", rank[where], identifiers.shape_space(shape))
    return numbers


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
