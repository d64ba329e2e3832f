"""What people are called: names by origin and sex, the tail of rarer surnames, and nicknames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from amends.carrier.dice import Dice, Flags, Shares, Whole
from amends.facts import facts_of


@dataclass(frozen=True)
class Names:
    """Every given name and nickname, and every surname, as one text array each; people hold indexes into them."""

    given: pa.StringArray
    family: pa.StringArray
    origins: tuple[str, ...]
    origin_share: Shares
    given_lists: tuple[tuple[Whole, Whole], ...]
    family_lists: tuple[Whole, ...]
    nickname_first: Whole
    nickname_count: Whole
    nicknames: Whole
    languages: tuple[str, ...]
    language_share: tuple[Shares, ...]

    def draw_given(self, dice: Dice, keys: Whole, origin: Whole, female: Flags) -> Whole:
        """An index of a given name for each key, by origin and sex."""
        drawn = np.zeros(len(keys), np.int64)
        for index, (male_list, female_list) in enumerate(self.given_lists):
            for wanted, choices in ((False, male_list), (True, female_list)):
                where = np.flatnonzero((origin == index) & (female == wanted))
                drawn[where] = choices[dice.pick("given", keys[where], _skew(len(choices)))]
        return drawn

    def draw_family(self, dice: Dice, purpose: str, keys: Whole, origin: Whole) -> Whole:
        """An index of a surname for each key, by origin."""
        drawn = np.zeros(len(keys), np.int64)
        for index, choices in enumerate(self.family_lists):
            where = np.flatnonzero(origin == index)
            drawn[where] = choices[dice.pick(purpose, keys[where], _skew(len(choices)))]
        return drawn

    def draw_language(self, dice: Dice, keys: Whole, origin: Whole) -> Whole:
        """An index into `languages` for each key."""
        drawn = np.zeros(len(keys), np.int64)
        for index, share in enumerate(self.language_share):
            where = np.flatnonzero(origin == index)
            drawn[where] = dice.pick("language", keys[where], share)
        return drawn

    def nickname(self, given: Whole, bits: Whole) -> Whole:
        """A nickname of each given name where it has one, else the name itself; `bits` chooses among several."""
        count = self.nickname_count[given]
        chosen = self.nickname_first[given] + bits % np.maximum(count, 1)
        return np.where(count > 0, self.nicknames[np.minimum(chosen, len(self.nicknames) - 1)], given)


def load() -> Names:
    """The names of `names.yaml`."""
    facts = facts_of(__package__, "names.yaml")
    origins = tuple(facts["origins"])
    given: dict[str, int] = {}
    family: dict[str, int] = {}
    tail = [a + b for b in facts["composed"]["endings"].split() for a in facts["composed"]["beginnings"].split()]
    given_lists = tuple(
        (_indexes(facts["male"][origin].split(), given), _indexes(facts["female"][origin].split(), given))
        for origin in origins
    )
    family_lists = tuple(
        _indexes(facts["family"][origin].split() + (tail if origin == "anglo" else []), family) for origin in origins
    )
    known = {name: _indexes(others, given) for name, others in facts["nicknames"].items() if name in given}
    count, first = np.zeros(len(given), np.int64), np.zeros(len(given), np.int64)
    start = 0
    for name, others in known.items():
        first[given[name]], count[given[name]] = start, len(others)
        start += len(others)
    languages = tuple(sorted({code for origin in origins for code in facts["origins"][origin]["languages"]}))
    return Names(
        given=pa.array(list(given), pa.string()),
        family=pa.array([name.replace("_", " ") for name in family], pa.string()),
        origins=origins,
        origin_share=np.array([facts["origins"][origin]["share"] for origin in origins]),
        given_lists=given_lists,
        family_lists=family_lists,
        nickname_first=first,
        nickname_count=count,
        nicknames=np.concatenate(list(known.values())),
        languages=languages,
        language_share=tuple(
            np.array([facts["origins"][origin]["languages"].get(code, 0.0) for code in languages]) for origin in origins
        ),
    )


def _indexes(names: list[str], vocabulary: dict[str, int]) -> Whole:
    distinct = list(dict.fromkeys(names))
    return np.array([vocabulary.setdefault(name, len(vocabulary)) for name in distinct], np.int64)


def _skew(count: int) -> Shares:
    return 1.0 / (np.arange(count, dtype=np.float64) + 8.0)
