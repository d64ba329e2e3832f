"""The words of notices: blocks of text by language, and the variant composed of the blocks that fit its facets.

A variant is composed once, in Python, with every fact of the organisation and the incident in place. What differs from
person to person stays a slot, and the text is kept as fixed parts with the slots between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from amends.facts import facts_of
from amends.notices.language import PERSONAL, SLOT, STATIC, Language, TemplateError, check_slots, languages, leaves

__all__ = [
    "PERSONAL",
    "STATIC",
    "Facets",
    "Language",
    "Place",
    "TemplateError",
    "Text",
    "check_slots",
    "compose",
    "facts_of_templates",
    "fixed_words",
    "languages",
    "layout",
    "paragraph",
    "segments",
]

_FLAGS: Final = frozenset({"letter", "email", "offer", "line", "login"})


@dataclass(frozen=True, slots=True)
class Facets:
    """What decides which blocks stand in a notice, beside what the law asks for."""

    channel: str
    kind: str
    addressed_to: str
    language: str
    offer: bool
    line: bool
    login: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A block's place in the layout: under which heading, for which notices, and whether only a law brings it in."""

    heading: str | None
    block: str
    when: frozenset[str]
    asked: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A composed variant: its text with personal slots, the blocks that stand, and slots whose fact was missing."""

    subject: str
    text: str
    blocks: frozenset[str]
    missing: frozenset[str]


@cache
def layout() -> tuple[Place, ...]:
    """The order of the blocks.

    Raises `TemplateError` for a block that no language has and for a condition that is not a word of a notice.
    """
    places = []
    for section in facts_of_templates("layout.yaml"):
        for entry in section["blocks"]:
            when = frozenset(entry.get("when", ()))
            _require_block(entry["block"], section["heading"])
            if not when <= _FLAGS:
                unknown = ", ".join(sorted(when - _FLAGS))
                raise TemplateError(f"unknown condition {unknown}", where=f"layout.yaml, block {entry['block']}")
            places.append(Place(section["heading"], entry["block"], when, bool(entry.get("asked"))))
    return tuple(places)


def compose(
    facets: Facets, words: frozenset[str], asked: frozenset[str], removed: frozenset[str], facts: Mapping[str, str]
) -> Text:
    """The text for some facets.

    `words` are the words of the incident (range, start or undated; delayed or not_delayed …), with `abroad` among
    them for people outside of the United States, `asked` the blocks that the
    law brings in, `removed` those that it prohibits, `facts` the values of the static slots. A line whose fact is
    missing or empty is left out and the slot is named in `missing`. Raises `TemplateError` when nothing fits a block.
    """
    language = languages()[facets.language]
    flags = {facets.channel} | {flag for flag in ("offer", "line", "login") if getattr(facets, flag)}
    choices = words | {facets.kind, facets.addressed_to} | (words & {"abroad"} or {"in_us"})
    paragraphs: list[str] = []
    standing: set[str] = set()
    missing: set[str] = set()
    heading: str | None = None
    for place in layout():
        if not place.when <= flags or place.block in removed or (place.asked and place.block not in asked):
            continue
        words_of_block = paragraph(language, place.block, choices, facts, missing)
        if not words_of_block:
            continue
        if place.heading != heading and place.heading is not None:
            heading = place.heading
            paragraphs.append(_pick(language, place.heading, choices))
        paragraphs.append(words_of_block)
        standing.add(place.block)
    subject = "".join(_filled(language.subject, facts, missing))
    return Text(subject, "\n\n".join(paragraphs) + "\n", frozenset(standing), frozenset(missing))


def paragraph(
    language: Language,
    block: str,
    choices: frozenset[str] | set[str],
    facts: Mapping[str, str],
    missing: set[str],
) -> str:
    """The words of a block that fit `choices`, static slots filled, without lines whose fact is missing.

    Adds the slots of such lines to `missing`. Raises `TemplateError` when no text of the block fits.
    """
    return "\n".join(_filled(_pick(language, block, choices), facts, missing))


def segments(text: str) -> Iterator[tuple[str, str | None]]:
    """The fixed parts of a text, each with the slot that follows it (None after the last)."""
    pieces = SLOT.split(text)
    for index in range(0, len(pieces), 2):
        yield pieces[index], pieces[index + 1] if index + 1 < len(pieces) else None


def fixed_words(language: str, block: str) -> frozenset[str]:
    """The words between the slots in every text that a block can have."""
    texts = leaves(language, block, languages()[language].blocks[block])
    return frozenset(fixed.strip() for text in texts for line in text.split("\n") for fixed, _ in segments(line))


def facts_of_templates(name: str) -> Any:
    """The content of a file of templates that has no words: layouts and rules."""
    return facts_of(__package__, "templates", name)


def _require_block(*names: str | None) -> None:
    english = languages()["en"].blocks
    for name in filter(None, names):
        if name not in english:
            raise TemplateError(f"block {name} is not there", where="template en.yaml", mend="layout.yaml names it")


def _pick(language: Language, name: str, choices: frozenset[str] | set[str]) -> str:
    block = language.blocks[name]
    while not isinstance(block, str):
        fitting = [word for word in block if word in choices]
        if not fitting:
            raise TemplateError(
                f"block {name} has no text for {', '.join(sorted(choices))}", where=f"template {language.code}.yaml"
            )
        block = block[fitting[0]]
    return str(block)


def _filled(text: str, facts: Mapping[str, str], missing: set[str]) -> Iterator[str]:
    for line in text.splitlines():
        slots = set(SLOT.findall(line)) - set(PERSONAL)
        lacking = {slot for slot in slots if not facts.get(slot)}
        if lacking:
            missing |= lacking
            continue
        yield SLOT.sub(lambda match: match[0] if match[1] in PERSONAL else facts[match[1]], line)
