"""Reading ease by formula: Flesch-Kincaid grade for English, Fernández Huerta ease for Spanish.

Flesch-Kincaid grade (Kincaid et al. 1975) = 0.39 words/sentence + 11.8 syllables/word - 15.59.
Fernández Huerta (1959) = 206.84 - 60 syllables/word - 1.02 words/sentence; 60 to 70 is the level of the eighth grade,
more is easier. Only sentences count: addresses, labels and most headings do not end as one.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ']+")
_VOWELS = re.compile(r"[aeiouyáéíóúü]+")
_SPANISH = re.compile(r"[aeoáéíóú]|[iuü](?![aeoáéó])(?<![aeoáéó].)")


def sentences(text: str) -> list[str]:
    """The sentences of the lines that end as one does, or in one that is quoted; web addresses taken out."""
    lines = [line.rstrip('"') for line in text.splitlines()]
    prose = [line for line in lines if line.endswith((".", "?", "!")) and not re.match(r"[\d,]+-\d", line)]
    plain = re.sub(r"\{\w+\}", "it", re.sub(r"(www|http)\S+|[\d-]{8,}", "it", " ".join(prose)))
    return [part for part in re.split(r"(?<=[.?!])\s+", plain) if _WORD.search(part)]


def english_grade(text: str) -> float:
    """School grade; 8 is read by a fourteen-year-old."""
    found = sentences(text)
    words = [word.lower() for part in found for word in _WORD.findall(part)]
    syllables = sum(_english_syllables(word) for word in words)
    return 0.39 * len(words) / len(found) + 11.8 * syllables / len(words) - 15.59


def spanish_ease(text: str) -> float:
    """Ease from 0 to 100; 60 or more is plain."""
    found = sentences(text)
    words = [word.lower() for part in found for word in _WORD.findall(part)]
    syllables = sum(max(1, len(_SPANISH.findall(word))) for word in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / len(found)


def _english_syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith("le") and count > 1
    silent |= word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1
    return max(1, count - silent)
