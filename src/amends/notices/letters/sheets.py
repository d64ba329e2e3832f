"""The sheets: the pages of a variant for one list of elements and one offer, set by typst, with places left to stamp.

What many letters share is set once, with real line breaking; the lines that hold a value of one person (window,
reference, greeting, code, last day) stay empty and are stamped on each copy. A stamped line is never broken: it must
fit its place, or the letter is held back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import typst

from amends.notices.letters.glyphs import fonts, glyphs
from amends.notices.letters.pdf import Document
from amends.notices.texts import Language, TemplateError, languages, segments

SET: Final = frozenset({"elements", "new_elements", "months"})
"""Personal slots that few values fill: their lines are set by typst, one sheet for each value."""

WINDOW: Final = 4
"""Lines of the address block: addressee, street, city with state and ZIP, country."""

SIZE: Final = 10.5
WIDTH: Final = 612 - 2 * 72
WINDOW_WIDTH: Final = 3.25 * 72
"""Points from the left end of an address line to 1/8 inch before the right edge of the window (sheet.typ)."""

NARROW: Final = 0.8
"""What the address lines of a letter shrink to where one is too wide: 8.4 points; USPS asks for 8 (DMM 202.2.2)."""

HEIGHT: Final = 792
BLANK: Final = 0
"""A page with nothing on it: the last side of a sheet of paper where the text ends on the side before."""

_AT_ONCE: Final = 40
_LINK: Final = re.compile(rb"/Rect \[(\S+) (\S+) \S+ \S+\][^(]*/URI \(stamp:(\d+):(\d+)\)")


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
    """Set pages: the document they are in, the numbers of their page objects, and the places to stamp in slot order.

    The pages are even in number, so that each letter begins on paper of its own when both sides are printed.
    """

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
    """The sheets of (plan, text with slots, typeset lines), in order, some dozens set at a time.

    Raises `TemplateError` when a text that all letters of a variant share has a character that the font lacks.
    """
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        sheets = [described(*one) for one in chosen]
        for (plan, _, _), sheet in zip(chosen, sheets, strict=True):
            require_glyphs(f"variant {plan.variant}", sheet)
        document = Document(typeset(sheets))
        yield from _taken_apart(document, len(chosen))


def require_glyphs(where: str, sheet: dict[str, Any]) -> None:
    """Raise `TemplateError` when a line of a sheet, as `described` gives it, has a character that the font lacks."""
    glyph = glyphs().glyph
    text = "".join(line["text"] or "" for paragraph in sheet["paragraphs"] for line in paragraph["lines"])
    missing = [one for one in text if not glyph[ord(one)]]
    if missing:
        raise TemplateError(
            f"the font of the letters has no glyph for U+{ord(missing[0]):04X}, which stands in a set line",
            where=where,
            mend="write it in Latin, Greek or Cyrillic letters in case.toml or in the template",
        )


def typeset(sheets: Sequence[dict[str, Any]], title: str = "Letters", standards: Sequence[Any] = ()) -> bytes:
    """The PDF of some sheets as `described` gives them; `standards` as typst names them.

    Raises `TemplateError` when they cannot be set.
    """
    source = (files(__package__) / "sheet.typ").read_bytes()
    inputs = {"sheets": json.dumps({"title": title, "sheets": sheets}, ensure_ascii=False)}
    try:
        made: bytes = typst.compile(source, font_paths=fonts(), sys_inputs=inputs, pdf_standards=list(standards))
    except typst.TypstError as error:
        what = error.message.removeprefix("assertion failed: ")
        raise TemplateError(f"the pages cannot be set: {what}", where="letters", mend="shorten it") from error
    return made


def _taken_apart(document: Document, count: int) -> Iterator[Sheet]:
    places: list[dict[int, Stamp]] = [{} for _ in range(count)]
    firsts = [len(document.pages)] * (count + 1)
    for index, page in enumerate(document.pages):
        for annotation in document.references(page, "Annots"):
            found = _LINK.search(document.objects[annotation])
            if found:
                x, y = (round(float(number), 2) for number in found.groups()[:2])
                sheet, slot = int(found[3]), int(found[4])
                firsts[sheet] = min(firsts[sheet], index)
                width = WINDOW_WIDTH if slot < WINDOW else WIDTH
                places[sheet][slot] = Stamp(index - firsts[sheet], x, y, width)
    for sheet, stamps in enumerate(places):
        pages = document.pages[firsts[sheet] : firsts[sheet + 1]]
        blank = [BLANK] * (len(pages) % 2)
        yield Sheet(document, (*pages, *blank), tuple(stamps[slot] for slot in sorted(stamps)))


def described(plan: Plan, text: str, typeset: Sequence[str]) -> dict[str, Any]:
    """A sheet as sheet.typ reads it: its paragraphs with their roles and lines.

    Without lines to stamp in its plan the text is a finished one, address and all.
    """
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
            entries: list[dict[str, Any]] = [
                {"text": None if place in slots else lines[place], "slot": slots.get(place)}
                for place in range(number, end)
            ]
            if role == "window" and plan.stamped:
                entries = [{"text": None, "slot": slot} for slot in range(WINDOW)]
            elif role == "window":
                entries = [{"text": "", "slot": None}] * (WINDOW - len(entries)) + entries
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
