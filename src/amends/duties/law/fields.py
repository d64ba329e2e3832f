"""One mapping of a rule file, read key by key; every error names the file and the key in one line."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from amends.case import unknown_sector
from amends.elements import BY_ID, COMPOSITES
from amends.errors import AmendsError

_ALONE = ("any_data", "any_incident")
_Choice = TypeVar("_Choice", bound=StrEnum)
_Read = TypeVar("_Read")


class RegimeError(AmendsError):
    """A rule file is not valid; `where` names the file, `key` the path of the key within it."""

    key = ""


class Fields:
    """The keys of one mapping. Ask for each by kind, then `close()` refuses whatever was not asked for."""

    def __init__(self, values: object, file: str, path: str = "") -> None:
        self._file = file
        self._path = path
        if not isinstance(values, Mapping):
            raise self.error("", f"is {_kind(values)}, not a mapping of keys")
        self._values: dict[str, object] = {str(key): value for key, value in values.items()}
        self._asked: set[str] = set()

    def error(self, key: str, what: str, mend: str = "") -> RegimeError:
        """The error of a key: `what` reads on from the key's name."""
        name = ".".join(part for part in (self._path, key) if part)
        error = RegimeError(f"{name or 'the file'} {what}", where=self._file, mend=mend)
        error.key = name
        return error

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def close(self) -> None:
        """Raise `RegimeError` if the mapping has a key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                mend = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(sorted(self._asked))}"
                raise self.error(key, "is not a key of a regime", mend)

    def done(self, value: _Read) -> _Read:
        """The value that was read, once no key is left over. Raises `RegimeError` as `close` does."""
        self.close()
        return value

    def _get(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._values:
            near = difflib.get_close_matches(key, self._values, n=1)
            mend = f"the file has {near[0]!r} there" if near else "write null where nothing is known"
            raise self.error(key, "is missing", mend)
        return self._values[key]

    def text(self, key: str) -> str:
        """A non-empty text."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"is {_kind(value)}, not a text")
        return value

    def text_or_none(self, key: str) -> str | None:
        """A non-empty text or null."""
        return None if self._get(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self.error(key, f"is {_kind(value)}, not true or false")
        return value

    def flag_or_none(self, key: str) -> bool | None:
        """true, false or null."""
        return None if self._get(key) is None else self.flag(key)

    def count(self, key: str) -> int:
        """A whole number, zero or more."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(key, f"is {_kind(value)}, not a whole number of zero or more")
        return value

    def count_or_none(self, key: str) -> int | None:
        """A whole number, zero or more, or null."""
        return None if self._get(key) is None else self.count(key)

    def count_if_there(self, key: str) -> int | None:
        """A whole number, zero or more; null when the key is left out."""
        self._asked.add(key)
        return self.count_or_none(key) if key in self._values else None

    def day(self, key: str) -> dt.date:
        """A calendar day, as 2026-01-01."""
        value = self._get(key)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.error(key, f"is {_kind(value)}, not a day as 2026-01-01")
        return value

    def day_if_there(self, key: str) -> dt.date | None:
        """A calendar day; None when the key is left out."""
        self._asked.add(key)
        return self.day(key) if key in self._values else None

    def choice(self, key: str, kinds: type[_Choice]) -> _Choice:
        """One of a closed list."""
        value = self._get(key)
        try:
            return kinds(str(value))
        except ValueError:
            raise self.error(key, f"is {value!r}", f"one of {', '.join(kinds)}") from None

    def choice_or_none(self, key: str, kinds: type[_Choice]) -> _Choice | None:
        """One of a closed list, or null."""
        return None if self._get(key) is None else self.choice(key, kinds)

    def choices(self, key: str, kinds: type[_Choice]) -> tuple[_Choice, ...]:
        """A list of members of a closed list."""
        found = []
        for name in self.texts(key):
            if name not in [*kinds]:
                raise self.error(key, f"names {name!r}", f"one of {', '.join(kinds)}")
            found.append(kinds(name))
        return tuple(found)

    def day_or_none(self, key: str) -> dt.date | None:
        """A calendar day or null."""
        return None if self._get(key) is None else self.day(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, perhaps empty."""
        value = self._list(key)
        if not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(key, "holds something that is not a text")
        return tuple(str(item) for item in value)

    def sectors(self, key: str) -> tuple[str, ...]:
        """A list of kinds of organisation, perhaps empty."""
        names = self.texts(key)
        if unknown := unknown_sector(names):
            raise self.error(
                key, f"names {unknown[0]!r}, which is no sector", f"{unknown[1]}; or add it to sectors.yaml"
            )
        return names

    def elements(self, key: str) -> tuple[str, ...]:
        """A list of element ids, perhaps empty; no composites."""
        names = self.texts(key)
        self._known(key, names, [*BY_ID])
        return names

    def combinations(self, key: str, classes: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
        """A non-empty list of non-empty lists of element or composite ids, or of `classes` of people.

        `any_data` and `any_incident` stand alone.
        """
        result = []
        vocabulary = [*BY_ID, *COMPOSITES, *classes]
        for item in self._list(key):
            if not isinstance(item, list) or not item or not all(isinstance(name, str) for name in item):
                raise self.error(key, "holds something that is not a list of elements")
            if len(item) > 1 or item[0] not in _ALONE:
                self._known(key, item, vocabulary)
            result.append(tuple(str(name) for name in item))
        if not result:
            raise self.error(key, "is empty", "name at least one combination of elements")
        return tuple(result)

    def sub(self, key: str) -> Fields:
        """The mapping under a key."""
        return Fields(self._get(key), self._file, f"{self._path}.{key}".lstrip("."))

    def sub_or_none(self, key: str) -> Fields | None:
        """The mapping under a key, or null."""
        return None if self._get(key) is None else self.sub(key)

    def is_mapping(self, key: str) -> bool:
        """Whether there is a mapping under a key."""
        return isinstance(self._values.get(key), Mapping)

    def subs(self, key: str) -> tuple[Fields, ...]:
        """The mappings of the list under a key."""
        path = f"{self._path}.{key}".lstrip(".")
        return tuple(Fields(item, self._file, f"{path}[{index}]") for index, item in enumerate(self._list(key)))

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        if not isinstance(value, list):
            raise self.error(key, f"is {_kind(value)}, not a list")
        return value

    def _known(self, key: str, names: Iterable[object], vocabulary: Sequence[str]) -> None:
        for name in names:
            if name not in vocabulary:
                near = difflib.get_close_matches(str(name), vocabulary, n=1)
                raise self.error(
                    key, f"names {name!r}, which is no element", f"did you mean {near[0]}?" if near else ""
                )


def _kind(value: object) -> str:
    names = {"str": "a text", "int": "a number", "float": "a number", "bool": "true or false", "list": "a list"}
    names |= {"dict": "a mapping", "date": "a day", "NoneType": "empty"}
    return names.get(type(value).__name__, type(value).__name__)
