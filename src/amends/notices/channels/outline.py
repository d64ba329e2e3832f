"""The outline of each channel's texts: which blocks under which headings, how many texts, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from amends.notices.language import PERSONAL, SLOT, TemplateError, languages, leaves
from amends.notices.texts import facts_of_templates

_EACH: Final = frozenset({"all", "laws", "demand", "segment"})
_FLAGS: Final = frozenset({"offer", "line", "login", "differs"})
_WHERE: Final = "channels.yaml"


@dataclass(frozen=True, slots=True)
class Part:
    """A block in its place: what must be true of the people for it to stand, and whether only a law brings it in.

    `stands_for` is the block of a letter that says the same: laws ask for it and prohibit it by that name.
    """

    block: str
    stands_for: str
    when: frozenset[str]
    asked: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, or none, and the parts below it."""

    heading: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """One text of a channel: `title` is a block, `each` says how many there are, `segments` how to speak to people.

    `needs` is the word of the organisation without which there is no such segment.
    """

    channel: str
    text: str
    title: str
    each: str
    segments: Mapping[str, str]
    needs: Mapping[str, str]
    sections: tuple[Section, ...]


@cache
def outlines() -> tuple[Outline, ...]:
    """Every text of channels.yaml.

    Raises `TemplateError` for a word that it may not have, a block that is not there, or one with a slot of one person.
    """
    found = tuple(
        Outline(
            entry["channel"],
            entry["text"],
            entry.get("title", "title"),
            entry["each"],
            entry.get("segments", {}),
            entry.get("needs", {}),
            tuple(Section(part.get("heading"), tuple(_parts(part["blocks"]))) for part in entry["sections"]),
        )
        for entry in facts_of_templates(_WHERE)
    )
    for outline in found:
        _check(outline)
    return found


def _parts(entries: Iterable[Mapping[str, Any]]) -> Iterable[Part]:
    for entry in entries:
        yield Part(
            entry["block"], entry.get("as", entry["block"]), frozenset(entry.get("when", ())), bool(entry.get("asked"))
        )


def _check(outline: Outline) -> None:
    where = f"{_WHERE}, {outline.channel} {outline.text}"
    if outline.each not in _EACH:
        raise TemplateError(f"unknown word {outline.each}", where=where, mend=f"use {', '.join(sorted(_EACH))}")
    _check_block(outline.title, where)
    for section in outline.sections:
        for name in [*filter(None, [section.heading]), *(part.block for part in section.parts)]:
            _check_block(name, where)
        for part in section.parts:
            if not part.when <= _FLAGS:
                raise TemplateError(f"unknown condition {', '.join(sorted(part.when - _FLAGS))}", where=where)


def _check_block(name: str, where: str) -> None:
    for code, language in languages().items():
        if name not in language.blocks:
            raise TemplateError(f"block {name} is not there", where=f"template {code}.yaml", mend=f"{where} names it")
        for text in leaves(code, name, language.blocks[name]):
            personal = sorted(set(SLOT.findall(text)) & set(PERSONAL))
            if personal:
                raise TemplateError(
                    f"block {name} has the slot {{{personal[0]}}} of one person in a text for many",
                    where=f"template {code}.yaml",
                )
