"""Where people live: states by population, streets, cities, postal codes.

An address is a 64-bit key and a place; its text follows from the two, so a million addresses cost sixteen bytes each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.carrier.dice import Dice, Shares, Whole
from amends.carrier.identifiers import picture, written_by_group
from amends.facts import facts_of


@dataclass(frozen=True)
class Places:
    """The states and then the foreign countries, each a place; texts of streets and cities."""

    codes: tuple[str, ...]
    states: int
    share: Shares
    areas: tuple[Whole, ...]
    licences: tuple[str, ...]
    postcodes: tuple[str, ...]
    city_first: Whole
    city_count: Whole
    cities: pa.StringArray
    city_zip: Whole
    streets: pa.StringArray
    kinds: pa.StringArray
    long_kinds: pa.StringArray
    units: pa.StringArray

    def line(self, dice: Dice, address: Whole, *, long: bool) -> pa.StringArray:
        """Number, street and unit; `long` writes "Street" for "St" as some systems do."""
        number = pc.cast(pa.array(dice.below("house", address, 9800) + 12), pa.string())
        street = self.streets.take(pa.array(dice.below("street", address, len(self.streets))))
        kind = (self.long_kinds if long else self.kinds).take(pa.array(dice.below("kind", address, len(self.kinds))))
        unit = self.units.take(pa.array(dice.below("unit", address, len(self.units))))
        return pc.binary_join_element_wise(pc.binary_join_element_wise(number, street, kind, " "), unit, "")

    def city(self, dice: Dice, address: Whole, place: Whole) -> pa.StringArray:
        """The city of each address."""
        return self.cities.take(pa.array(self._city(dice, address, place)))

    def region(self, place: Whole) -> pa.StringArray:
        """Two capital letters in the United States, else null."""
        codes = pa.array([code if index < self.states else None for index, code in enumerate(self.codes)], pa.string())
        return codes.take(pa.array(place))

    def country(self, place: Whole) -> pa.StringArray:
        """ISO 3166-1 alpha-2 country."""
        codes = pa.array(["US" if index < self.states else code for index, code in enumerate(self.codes)], pa.string())
        return codes.take(pa.array(place))

    def postcode(self, dice: Dice, address: Whole, place: Whole) -> pa.StringArray:
        """Five digits that begin as the city's do, or the foreign shape."""
        number = self.city_zip[self._city(dice, address, place)] * 100 + 1 + dice.below("zip", address, 98)
        if int(place.max(initial=0)) < self.states:
            return picture("99999", number)
        foreign = dice.below("postcode", address, 10**6)
        return written_by_group(self.postcodes, place, np.where(place < self.states, number, foreign))

    def jurisdiction(self) -> pa.StringArray:
        """The jurisdiction of each place, as US-CA or an ISO country."""
        return pa.array([f"US-{code}" if index < self.states else code for index, code in enumerate(self.codes)])

    def _city(self, dice: Dice, address: Whole, place: Whole) -> Whole:
        return self.city_first[place] + dice.below("city", address, self.city_count[place])


def load() -> Places:
    """The places of `places.yaml` and the streets of `names.yaml`."""
    facts = facts_of(__package__, "places.yaml")
    streets = facts_of(__package__, "names.yaml")["streets"]
    states, abroad = facts["states"], facts["abroad"]
    away = sum(country["share"] for country in abroad.values())
    total = sum(state["people"] for state in states.values())
    cities = [list(state["cities"]) for state in states.values()] + [c["cities"] for c in abroad.values()]
    zips = [int(prefix) for state in states.values() for prefix in state["cities"].values()]
    count = np.array([len(names) for names in cities], np.int64)
    return Places(
        codes=(*states, *abroad),
        states=len(states),
        share=np.array(
            [state["people"] / total * (1 - away) for state in states.values()] + [c["share"] for c in abroad.values()]
        ),
        areas=tuple(np.array(place["areas"], np.int64) for place in (*states.values(), *abroad.values())),
        licences=tuple(state["licence"] for state in states.values()) + ("A99999999",) * len(abroad),
        postcodes=("99999",) * len(states) + tuple(country["postcode"] for country in abroad.values()),
        city_first=np.cumsum(count) - count,
        city_count=count,
        cities=pa.array([name for names in cities for name in names], pa.string()),
        city_zip=np.array(zips + [0] * (int(count.sum()) - len(zips)), np.int64),
        streets=pa.array(streets["names"].split(), pa.string()),
        kinds=pa.array(streets["kinds"], pa.string()),
        long_kinds=pa.array(streets["long_kinds"], pa.string()),
        units=pa.array(streets["units"], pa.string()),
    )
