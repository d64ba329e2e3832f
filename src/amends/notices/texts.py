"""The words of notices: blocks of text by language, and the variant composed of the blocks that fit its facets.

A variant is composed once, in Python, with every fact of the organisation and the incident in place. What differs from
person to person stays a slot, and the text is kept as fixed parts with the slots between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from amends.errors import AmendsError
from amends.facts import facts_of
from amends.notices.element_lists import NAMES

PERSONAL: Final = ("address_block", "name", "reference", "elements", "code", "months", "enrol_by", "new_elements")
"""Slots that differ from person to person, in the order in which `render` in mail.sql lists their values."""

STATIC: Final = frozenset(
    {"organisation", "organisation_line", "organisation_place", "phone", "website", "email", "notice_date", "began"}
    | {"ended", "discovered", "contained", "people_total", "bureaus", "trade_commission", "state_office"}
    | {"parent_company", "delay_reason"}
)
"""Slots that are the same for everyone who gets the variant."""

_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_DIMENSIONS: Final = (
    frozenset({"self", "guardian", "estate"}),
    frozenset({"first", "supplementary", "courtesy"}),
    frozenset({"range", "start", "undated"}),
    frozenset({"delayed", "not_delayed"}),
    frozenset({"owned", "not_owned"}),
)
_FLAGS: Final = frozenset({"letter", "email", "offer", "line", "login"})


class TemplateError(AmendsError):
    """A template has a slot, block or word that amends does not know, or lacks one that it needs."""


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
class Language:
    """The words of one language; `blocks` holds a text, or texts by one word of the notice."""

    code: str
    months: tuple[str, ...]
    day_form: str
    no_name: str
    addressee: Mapping[str, str]
    subject: str
    blocks: Mapping[str, Any]

    def day(self, day: date) -> str:
        """A day in words."""
        return self.day_form.format(month=self.months[day.month - 1], day=day.day, year=day.year)


@dataclass(frozen=True, slots=True)
class Text:
    """A composed variant: its text with personal slots, the blocks that stand, and slots whose fact was missing."""

    subject: str
    text: str
    blocks: frozenset[str]
    missing: frozenset[str]


@cache
def layout() -> tuple[Place, ...]:
    """The order of the blocks. Raises `TemplateError` for a condition that is not a word of a notice."""
    places = []
    for section in _read("layout.yaml"):
        for entry in section["blocks"]:
            when = frozenset(entry.get("when", ()))
            if not when <= _FLAGS:
                unknown = ", ".join(sorted(when - _FLAGS))
                raise TemplateError(f"unknown condition {unknown}", where=f"layout.yaml, block {entry['block']}")
            places.append(Place(section["heading"], entry["block"], when, bool(entry.get("asked"))))
    return tuple(places)


@cache
def languages() -> Mapping[str, Language]:
    """Every language that has a template and element names. Raises `TemplateError` naming template and slot."""
    return {code: _checked(_language(code)) for code in sorted(NAMES)}


def compose(
    facets: Facets, words: frozenset[str], asked: frozenset[str], removed: frozenset[str], facts: Mapping[str, str]
) -> Text:
    """The text for some facets.

    `words` are the words of the incident (range, start or undated; delayed or not_delayed), `asked` the blocks that the
    law brings in, `removed` those that it prohibits, `facts` the values of the static slots. A line whose fact is
    missing or empty is left out and the slot is named in `missing`. Raises `TemplateError` when nothing fits a block.
    """
    language = languages()[facets.language]
    flags = {facets.channel} | {flag for flag in ("offer", "line", "login") if getattr(facets, flag)}
    choices = words | {facets.kind, facets.addressed_to}
    paragraphs: list[str] = []
    standing: set[str] = set()
    missing: set[str] = set()
    heading: str | None = None
    for place in layout():
        if not place.when <= flags or place.block in removed or (place.asked and place.block not in asked):
            continue
        paragraph = "\n".join(_filled(_pick(language, place.block, choices), facts, missing))
        if not paragraph:
            continue
        if place.heading != heading and place.heading is not None:
            heading = place.heading
            paragraphs.append(_pick(language, place.heading, choices))
        paragraphs.append(paragraph)
        standing.add(place.block)
    subject = "".join(_filled(language.subject, facts, missing))
    return Text(subject, "\n\n".join(paragraphs) + "\n", frozenset(standing), frozenset(missing))


def segments(text: str) -> Iterator[tuple[str, str | None]]:
    """The fixed parts of a text, each with the slot that follows it (None after the last)."""
    pieces = _SLOT.split(text)
    for index in range(0, len(pieces), 2):
        yield pieces[index], pieces[index + 1] if index + 1 < len(pieces) else None


def fixed_words(language: str, block: str) -> frozenset[str]:
    """The words between the slots in every text that a block can have."""
    leaves = _leaves(language, block, languages()[language].blocks[block])
    return frozenset(fixed.strip() for text in leaves for line in text.split("\n") for fixed, _ in segments(line))


def _read(name: str) -> Any:
    return facts_of(__package__, "templates", name)


def _language(code: str) -> Language:
    raw = _read(f"{code}.yaml")
    return Language(
        code=raw["language"],
        months=tuple(raw["months"]),
        day_form=raw["date"],
        no_name=raw["no_name"],
        addressee=raw["addressee"],
        subject=raw["subject"],
        blocks=raw["blocks"],
    )


def _checked(language: Language) -> Language:
    for place in layout():
        for name in filter(None, (place.heading, place.block)):
            if name not in language.blocks:
                raise TemplateError(f"block {name} is not there", where=f"template {language.code}.yaml")
    for name, block in language.blocks.items():
        for text in _leaves(language.code, name, block):
            check_slots(text, f"template {language.code}.yaml, block {name}", frozenset(PERSONAL) | STATIC)
    for text in language.addressee.values():
        check_slots(text, f"template {language.code}.yaml, addressee", frozenset({"name"}))
    check_slots(language.subject, f"template {language.code}.yaml, subject", STATIC)
    return language


def check_slots(text: str, where: str, known: frozenset[str]) -> None:
    """Raise `TemplateError` naming the first slot of `text` that is not known."""
    for slot in _SLOT.findall(text):
        if slot not in known:
            raise TemplateError(
                f"unknown slot {{{slot}}}", where=where, mend=f"the slots are {', '.join(sorted(known))}"
            )


def _leaves(code: str, name: str, block: Any) -> Iterator[str]:
    if isinstance(block, str):
        yield block
        return
    if not any(set(block) <= dimension for dimension in _DIMENSIONS):
        raise TemplateError(
            f"block {name} is told apart by {', '.join(map(str, block))}",
            where=f"template {code}.yaml",
            mend="use one of " + "; ".join(", ".join(sorted(dimension)) for dimension in _DIMENSIONS),
        )
    for inner in block.values():
        yield from _leaves(code, name, inner)


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
        slots = set(_SLOT.findall(line)) - set(PERSONAL)
        lacking = {slot for slot in slots if not facts.get(slot)}
        if lacking:
            missing |= lacking
            continue
        yield _SLOT.sub(lambda match: match[0] if match[1] in PERSONAL else facts[match[1]], line)
