"""The sheets: the pages of a variant for one list of elements and one offer, set by typst, with places left to stamp.

What many letters share is set once, with real line breaking; the lines that hold a value of one person (window,
reference, greeting, code, last day) stay empty and are stamped on each copy. A stamped line is never broken: it must
fit its place, or the letter is held back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import typst

from amends.notices.letters.glyphs import fonts
from amends.notices.letters.pdf import Document
from amends.notices.texts import Language, languages, segments

SET: Final = frozenset({"elements", "new_elements", "months"})
"""Personal slots that few values fill: their lines are set by typst, one sheet for each value."""

WINDOW: Final = 4
"""Lines of the address block: addressee, street, city with state and ZIP, country."""

SIZE: Final = 10.5
WIDTH: Final = 612 - 2 * 0.95 * 72
WINDOW_WIDTH: Final = 4.0 * 72
HEIGHT: Final = 792
_RISE: Final = 0.645 * SIZE
_AT_ONCE: Final = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a variant's text leaves lines to stamp: 1-based line numbers from the start or, negative, from the end.

    `window` is the first line of the address block and the last one counted from the end; `stamped` the other lines
    with a value of one person, in order; `typeset` the lines of `SET`.
    """

    variant: str
    language: str
    window: tuple[int, int]
    stamped: tuple[int, ...]
    typeset: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A place to stamp: page from 0, left end and baseline in points from the lower left corner, and its width."""

    page: int
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """Set pages: the document they are in, the numbers of their page objects, and the places to stamp in slot order."""

    document: Document
    pages: tuple[int, ...]
    stamps: tuple[Stamp, ...]


def plan_of(variant: str, language: str, text: str) -> Plan:
    """Where the text of a letter variant, with slots in braces, is stamped."""
    lines = text.split("\n")
    stamped, typeset, window = [], [], 0
    for number, line in enumerate(lines):
        slots = {slot for _, slot in segments(line) if slot is not None}
        if "address_block" in slots:
            window = number
        elif slots & SET:
            typeset.append(number - len(lines))
        elif slots:
            stamped.append(number - len(lines))
    return Plan(variant, language, (window + 1, window - len(lines)), tuple(stamped), tuple(typeset))


def set_sheets(wanted: Sequence[tuple[Plan, str, Sequence[str]]]) -> Iterator[Sheet]:
    """The sheets of (plan, text with slots, typeset lines), in order, some dozens set at a time."""
    source = (files(__package__) / "sheet.typ").read_bytes()
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        inputs = {"sheets": json.dumps([described(*one) for one in chosen], ensure_ascii=False)}
        document = Document(typst.compile(source, font_paths=fonts(), sys_inputs=inputs))
        told = json.loads(typst.query(source, "<stamp>", field="value", font_paths=fonts(), sys_inputs=inputs))
        yield from _taken_apart(document, told, len(chosen))


def _taken_apart(document: Document, told: list[dict[str, Any]], count: int) -> Iterator[Sheet]:
    firsts = [entry["first"] for entry in told if "first" in entry] + [len(document.pages) + 1]
    for number in range(count):
        places = sorted((entry["slot"], entry["at"]) for entry in told if entry["sheet"] == number and "slot" in entry)
        yield Sheet(
            document,
            tuple(document.pages[firsts[number] - 1 : firsts[number + 1] - 1]),
            tuple(
                Stamp(
                    at["page"] - firsts[number],
                    round(_points(at["x"]), 2),
                    round(HEIGHT - _points(at["y"]) - _RISE, 2),
                    WINDOW_WIDTH if slot < WINDOW else WIDTH,
                )
                for slot, at in places
            ),
        )


def _points(length: str) -> float:
    return float(length.removesuffix("pt"))


def described(plan: Plan, text: str, typeset: Sequence[str]) -> dict[str, Any]:
    """A sheet as sheet.typ reads it: its paragraphs with their roles and lines."""
    lines: list[str | None] = list(text.split("\n"))
    for place, line in zip(plan.typeset, typeset, strict=True):
        lines[place] = line
    slots = {number + len(lines): WINDOW + order for order, number in enumerate(plan.stamped)}
    window = plan.window[0] - 1
    language = languages()[plan.language]
    roles = _roles(language)
    paragraphs: list[dict[str, Any]] = []
    number = 0
    while number < len(lines):
        end = next((place for place in range(number, len(lines)) if lines[place] == ""), len(lines))
        if end > number:
            role = roles.get(str(lines[number]), "text")
            if number <= window:
                role = "window" if number == window else "dateline" if paragraphs else "letterhead"
            entries = [
                {"text": None if place in slots else lines[place], "slot": slots.get(place)}
                for place in range(number, end)
            ]
            if role == "window":
                entries = [{"text": None, "slot": slot} for slot in range(WINDOW)]
            paragraphs.append({"role": role, "lines": entries})
        number = end + 1
    return {"language": plan.language, "paragraphs": paragraphs}


def _roles(language: Language) -> dict[str, str]:
    named = {
        text: "heading"
        for name, text in language.blocks.items()
        if name.startswith("heading_") and isinstance(text, str)
    }
    title = language.blocks["title"]
    titles = [title] if isinstance(title, str) else [text for text in title.values() if isinstance(text, str)]
    return named | dict.fromkeys(titles, "title")
