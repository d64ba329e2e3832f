"""Maps keyed by humans (`{"Ann Lee": {…}, "Bob Kim": …}`): keys that are names, numbers or addresses of people.

The keys of an object are names of fields unless nearly all of them are values by which a human is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final

from amends.scan.tables.headers import read_header
from amends.scan.values.kinds import Kind
from amends.scan.values.validators import judge_text

NAMES: Final = "full name"
NUMBERS: Final = "(key)"
"""What the column of the keys is called: a header that says what they are, or one that leaves it to their values."""
_NEARLY: Final = 0.9
_LISTED: Final = 0.5
"""Share of keys of names that hold a name of the lists."""
_FEW: Final = 2
_FEW_BARE: Final = 3
"""Keys from which on numbers without marks are taken for those of humans."""


def _bits(*kinds: Kind) -> int:
    return sum(1 << kind for kind in kinds)


_PLAIN: Final = _bits(Kind.EMAIL, Kind.SSN_DASHED, Kind.PHONE_FORMATTED)
_BARE: Final = _bits(Kind.SSN, Kind.PHONE, Kind.PHONE_ABROAD, Kind.IMSI, Kind.IMEI, Kind.ICCID)
_NAMED: Final = _bits(Kind.NAME, Kind.COMMA_NAME)
_LIST: Final = _bits(Kind.FULL_NAME)
_NOBODY: Final = _bits(Kind.CITY, Kind.REGION, Kind.COMPANY)


def key_of_people(keys: Collection[str]) -> str:
    """What to call the column of these keys of one object, if they are humans; else ""."""
    if not keys:
        return ""
    if _share(keys, _is_plain) >= _NEARLY:
        return NUMBERS
    if len(keys) >= _FEW_BARE and _share(keys, _is_bare) >= _NEARLY:
        return NUMBERS
    named = len(keys) >= _FEW and _share(keys, _is_name) >= _NEARLY and _share(keys, _is_listed) >= _LISTED
    return NAMES if named else ""


def _share(keys: Collection[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, keys)) / len(keys)


@lru_cache(1 << 14)
def _judged(key: str) -> int:
    return judge_text(key, 2100)


def _is_plain(key: str) -> bool:
    return _judged(key) & _PLAIN != 0


def _is_bare(key: str) -> bool:
    return sum(letter.isdigit() for letter in key) >= 9 and _judged(key) & (_PLAIN | _BARE) != 0


def _is_name(key: str) -> bool:
    """Two words or more, each but particles with a capital, that name neither a field nor a place nor a firm."""
    words = key.replace(",", " ").split()
    bits = _judged(key)
    capitals = sum(word[0].isupper() for word in words)
    return (
        len(words) > 1 and bits & _NAMED != 0 and bits & _NOBODY == 0 and capitals >= 2
        and read_header(key).rule is None
    )  # fmt: skip


def _is_listed(key: str) -> bool:
    return _judged(key) & _LIST != 0
