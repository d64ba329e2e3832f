"""The elements of a mask as the list of words that a notice states, and such a list read back into a mask.

Reading back is the check on every finished notice, so it shares no code with writing but the names themselves.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import Final

from amends.elements import ELEMENTS, unmask

NAMES: Final = MappingProxyType(
    {
        "en": MappingProxyType({element.id: element.english for element in ELEMENTS}),
        "es": MappingProxyType({element.id: element.spanish for element in ELEMENTS}),
    }
)
"""Plain names of the elements by language. A language of the templates needs its names here."""

_SOUNDS_LIKE_I: Final = re.compile(r"h?i(?!e|a)|í", re.IGNORECASE)
_SEPARATORS: Final = MappingProxyType({"en": re.compile(r", and | and |, "), "es": re.compile(r" [ye] |, ")})


def in_words(mask: int, language: str) -> str:
    """The elements of `mask` as a list in words, in the order of the vocabulary.

    English has the comma before "and" in lists of three or more, because some names hold an "and" themselves. Spanish
    has none, and "y" becomes "e" before the sound of i (Real Academia Española, Ortografía). An empty mask is "".
    Raises `ValueError` for a mask with a bit that no element has, `KeyError` for a language without names.
    """
    present = unmask(mask)
    names = [NAMES[language][element.id] for element in ELEMENTS if element.id in present]
    if len(names) < 2:
        return "".join(names)
    head, last = names[:-1], names[-1]
    if language == "es":
        return f"{', '.join(head)} {'e' if _SOUNDS_LIKE_I.match(last) else 'y'} {last}"
    return f"{', '.join(head)}{',' if len(head) > 1 else ''} and {last}"


def read_back(words: str, language: str) -> int | None:
    """The mask that a list states, or None where it is not a list of element names, each once and in order."""
    names, separator = _longest_first(language), _SEPARATORS[language]
    found = 0
    position = 0
    while position < len(words):
        fitting = [
            (end, mask)
            for name, mask in names
            if words.startswith(name, position)
            and ((end := position + len(name)) == len(words) or separator.match(words, end))
        ]
        if not fitting or fitting[0][1] <= found:
            return None
        position, mask = fitting[0]
        found |= mask
        gap = separator.match(words, position)
        if gap and gap.end() == len(words):
            return None
        position = gap.end() if gap else position
    return found


@cache
def _longest_first(language: str) -> tuple[tuple[str, int], ...]:
    pairs = [(NAMES[language][element.id], element.mask) for element in ELEMENTS]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))
