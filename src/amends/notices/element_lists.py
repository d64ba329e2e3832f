"""The elements of a mask as the list of words that a notice states, and such a list read back into a mask.

Reading back is the check on every finished notice, so it shares no code with writing but the language file.
"""

from __future__ import annotations

import re
from functools import cache

from amends.elements import ELEMENTS, unmask
from amends.notices.language import languages


def in_words(mask: int, language: str) -> str:
    """The elements of `mask` as a list in words, in the order of the vocabulary.

    What stands between the items is the language's (`list` in its file): English has the comma before "and" in lists of
    three or more, because some names hold an "and" themselves; Spanish has none, and "y" becomes "e" before the sound
    of i (Real Academia Española, Ortografía). An empty mask is "". Raises `ValueError` for a mask with a bit that no
    element has, `KeyError` for a language without a file.
    """
    present = unmask(mask)
    speech = languages()[language]
    names = [speech.elements[element.id] for element in ELEMENTS if element.id in present]
    if len(names) < 2:
        return "".join(names)
    head, last = names[:-1], names[-1]
    joints = [joint for pattern, joint in speech.lists.before.items() if re.match(pattern, last, re.IGNORECASE)]
    usual = speech.lists.last_of_many if len(head) > 1 else speech.lists.last
    return f"{speech.lists.between.join(head)}{joints[0] if joints else usual}{last}"


def read_back(words: str, language: str) -> int | None:
    """The mask that a list states, or None where it is not a list of element names, each once and in order."""
    names, separator = _longest_first(language), _separator(language)
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
    pairs = [(languages()[language].elements[element.id], element.mask) for element in ELEMENTS]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _separator(language: str) -> re.Pattern[str]:
    joints = sorted(languages()[language].lists.joints(), key=lambda joint: (-len(joint), joint))
    return re.compile("|".join(map(re.escape, joints)))
