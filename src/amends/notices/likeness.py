"""When two texts say the same: what is left of a text when spelling, marks and word forms make no difference.

Used by the disclosure filter, so it errs towards likeness: a text that is stopped in vain is read by a person, one that
slips through is not.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import accumulate
from typing import Final

from amends.notices.language import languages

_TAG: Final = re.compile(r"<[^<>]*>")
_WRAP: Final = re.compile(r"(?<=\w)-\s*\n\s*(?=\w)")
_NUMBER: Final = re.compile(r"\d+(?:[ \t\n.,'’/()+-]{1,3}\d+)*")
_WORD: Final = re.compile(r"[^\W_]+")
_YEAR_FIRST: Final = re.compile(r"\b(?P<year>\d{4})[-/.](?P<one>\d{1,2})[-/.](?P<two>\d{1,2})\b")
_YEAR_LAST: Final = re.compile(r"\b(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4}|\d{2})\b")
_ORDERS: Final = (("one", "two"), ("two", "one"))
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’](?=\w)")
_LOOKALIKES: Final = str.maketrans(
    "асеорхуіјѕһԁգոսԛԝвкмнтαοερτνικυχ",
    "aceopxyijshdgnuqwbkmhtaoeptvikux",
)
"""Letters of other scripts that look like Latin ones, after case folding (Unicode Technical Standard 39)."""

_SHORTEST_STEM: Final = 3
_LONG_ENOUGH: Final = 6
_DIGITS: Final = 5
_LOCAL_NUMBER: Final = 10
_SCALES: Final = (1_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Said:
    """A text reduced: its `words` as stems and numbers, its `letters` without a gap, and its `digits` run by run.

    `edges` are the places in `letters` between two words.
    """

    words: str
    letters: str
    edges: frozenset[int]
    digits: tuple[str, ...]


def readings(text: str) -> tuple[Said, ...]:
    """The ways in which a text can be read.

    Tags are gaps or nothing, wrapped words are joined, and dates are left as they are or read with the month first or
    the day first.
    """
    opened = html.unescape(html.unescape(_WRAP.sub("", text)))
    shown = dict.fromkeys((opened, _TAG.sub(" ", opened), _TAG.sub("", opened)))
    return _reductions(shown)


def says(text: Sequence[Said], secret: str) -> bool:
    """Whether any reading of a text has the words, the long run of letters, or the long number of `secret`.

    Case, accents, letters of other scripts that look Latin, unseen characters, gaps and marks between or inside words,
    HTML, line ends, word endings, and the form of numbers and dates (digits, separators, words) make no difference.
    """
    return any(_heard(text, hidden) for hidden in _reductions([html.unescape(secret)]))


def _heard(text: Sequence[Said], hidden: Said) -> bool:
    if not hidden.words.strip():
        return False
    number = max(hidden.digits, key=len) if hidden.digits else ""
    only_number = len(number) >= _DIGITS and len(number) == len(hidden.letters)
    return any(
        hidden.words in said.words
        or (len(hidden.letters) >= _LONG_ENOUGH and _spelt(hidden.letters, said))
        or (only_number and any(_same_number(number, run) for run in said.digits))
        for said in text
    )


def _spelt(letters: str, said: Said) -> bool:
    """Whether a run of letters stands in a text between the edges of words."""
    place = said.letters.find(letters)
    while place >= 0:
        if place in said.edges and place + len(letters) in said.edges:
            return True
        place = said.letters.find(letters, place + 1)
    return False


def _same_number(number: str, run: str) -> bool:
    """Whether digits hold a number, or are a telephone number without its country."""
    return number in run or (len(run) >= _LOCAL_NUMBER and number.endswith(run))


def _reductions(texts: Iterable[str]) -> tuple[Said, ...]:
    """Each text in its own form and with its dates as numbers, each reading once."""
    ways: dict[str, None] = {}
    for plain in map(_plain, texts):
        ways |= dict.fromkeys((plain, *(_days(plain, *order) for order in _ORDERS)))
    return tuple(_reduced(way) for way in ways)


def _reduced(plain: str) -> Said:
    words = _WORD.findall(plain)
    every = [_stem(word) for word in _numbers(_WORD.findall(_joined(plain)))]
    found = [word for word in every if word not in _fillers()] or every
    edges = frozenset(accumulate(map(len, words), initial=0))
    runs = tuple(re.sub(r"\D", "", run) for run in _NUMBER.findall(plain))
    return Said(f" {' '.join(found)} ", "".join(words), edges, runs)


def _plain(text: str) -> str:
    """Lower case without accents, unseen characters and lookalikes."""
    seen = "".join(mark for mark in text if unicodedata.category(mark) != "Cf")
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", seen).casefold())
    bare = "".join(mark for mark in parted if not unicodedata.combining(mark))
    return _APOSTROPHE.sub("", "".join(_latin(word) for word in re.split(r"(\w+)", bare)))


def _latin(word: str) -> str:
    """A word with its lookalikes as Latin letters, where it mixes scripts or has nothing but lookalikes."""
    return word if word.isascii() else word.translate(_LOOKALIKES)


def _joined(text: str) -> str:
    """Digits of one number together, and a word that is spelt out letter by letter as one word."""
    whole = re.sub(r"(?<=\d)[,.'’ -](?=\d{3}(?!\d))", "", text)
    return re.sub(r"\b\w(?:[\W_]\w\b){3,}", lambda spelt: re.sub(r"[\W_]", "", spelt[0]), whole)


def _days(text: str, month: str, day: str) -> str:
    """Dates in words or figures as one number; `month` and `day` say which figure is which where the year is last."""
    text = _YEAR_FIRST.sub(lambda found: _day(found["year"], found["one"], found["two"]), text)
    text = _YEAR_LAST.sub(lambda found: _day(found["year"], found[month], found[day]), text)
    for pattern, months in _day_forms():
        text = pattern.sub(partial(_day_in_words, months), text)
    return text


def _day_in_words(months: Sequence[str], found: re.Match[str]) -> str:
    return _day(found["year"], str(months.index(found["month"]) + 1), found["day"])


def _day(year: str, month: str, day: str) -> str:
    return f" {year[:-2] or '20'}{year[-2:]}{int(month):02d}{int(day):02d} "


@cache
def _day_forms() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """For each language a day in words, and the other order of day and month, which people write as well."""
    found = []
    for language in languages().values():
        months = tuple(_plain(month) for month in language.months)
        month = f"(?P<month>{'|'.join(map(re.escape, months))})"
        day, year, gap = r"(?P<day>\d{1,2})[a-z]{0,2}", r"(?P<year>\d{4})", r"[\s,.]+(?:[a-z]{2,3}\s+){0,2}"
        found += [(re.compile(rf"\b{day}{gap}{month}{gap}{year}\b"), months)]
        found += [(re.compile(rf"\b{month}{gap}{day}{gap}{year}\b"), months)]
    return tuple(found)


def _numbers(words: Sequence[str]) -> list[str]:
    """Words with every number in words as its digits: "one thousand and two" as 1002."""
    known = _number_words()
    found: list[str] = []
    number: list[int] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in known:
            number.append(known[word])
        elif number and word in _joints() and following in known:
            continue
        elif number and word.isdigit():
            found += [str(_value(number)), word]
            number = []
        elif word.isdigit() and following in known and known[following] in _SCALES:
            number.append(int(word))
        else:
            found += [*([str(_value(number))] if number else []), word]
            number = []
    return [*found, *([str(_value(number))] if number else [])]


def _value(parts: Sequence[int]) -> int:
    """The value of a number in words: scales multiply what stands before them."""
    total = current = 0
    for part in parts:
        if part in _SCALES:
            total, current = total + max(current, 1) * part, 0
        elif part == 100 and 0 < current < 10:
            current *= part
        else:
            current += part
    return total + current


@cache
def _number_words() -> dict[str, int]:
    return {_plain(word): value for language in languages().values() for word, value in language.number_words.items()}


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word without its ending, as long as something is left of it; the endings of all languages count."""
    while True:
        shorter = next((word[: -len(end)] for end in _endings() if word.endswith(end)), word)
        if word.isdigit() or len(shorter) < _SHORTEST_STEM or shorter == word:
            return word
        word = shorter


@cache
def _joints() -> frozenset[str]:
    """The words for "and"."""
    return frozenset(_plain(joint).strip(" ,") for speech in languages().values() for joint in speech.lists.joints())


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_stem(_plain(word)) for language in languages().values() for word in language.fillers)


@cache
def _endings() -> tuple[str, ...]:
    found = {_plain(end) for language in languages().values() for end in language.endings}
    return tuple(sorted(found, key=lambda end: (-len(end), end)))
