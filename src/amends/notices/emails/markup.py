"""The HTML of a notice: the same words with headings and links, and nothing that has to be fetched.

It stands without pictures, scripts, styles or any address of ours to load, so opening it tells nobody anything and it
reads the same offline. A link shows where it leads. Sizes are relative, so that the reader's own settings hold; the
language is named for screen readers (WCAG 2.2, 1.3.1, 1.4.4, 2.4.2, 2.4.6, 3.1.1).
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from amends.notices.texts import languages

_LINK: Final = re.compile(
    r"(?<![\w@./-])((?:https?://|www\.)[\w./?=&%#~-]*[\w/]|[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]+)"
)
_STYLE: Final = "max-width:40em;margin:0 auto;padding:1em;font:1em/1.5 sans-serif"

Line = tuple[str, int | None]
"""A line of HTML, with the number of the text's line whose place it is, or None."""


def markup(lines: Sequence[str], own: Collection[int], language: str, title: str) -> list[Line]:
    """The lines of a text as HTML: each stands on a line by itself, so that a value can take its place.

    `own` are the numbers of the lines with a value of one person: they are never headings, and nothing in them a link.
    """
    found: list[Line] = [
        (f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">', None),
        ('<meta name="viewport" content="width=device-width, initial-scale=1">', None),
        ('<meta name="color-scheme" content="light dark">', None),
        (f'<title>{html.escape(title)}</title></head><body style="{_STYLE}"><main>', None),
    ]
    roles = _roles(language)
    for first, paragraph in _paragraphs(lines):
        tag = roles.get(paragraph[0], "p") if len(paragraph) == 1 and first not in own else "p"
        found.append((f"<{tag}>", None))
        for number, line in enumerate(paragraph, first):
            if number > first:
                found.append(("<br>", None))
            found.append((html.escape(line) if number in own else _linked(line), number))
        found.append((f"</{tag}>", None))
    return [*found, ("</main></body></html>", None)]


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    start = 0
    for number, line in enumerate([*lines, ""]):
        if not line:
            if number > start:
                yield start, list(lines[start:number])
            start = number + 1


def _linked(line: str) -> str:
    """A line as text of HTML; addresses in it become links."""
    pieces = _LINK.split(line)
    return "".join(_anchor(piece) if index % 2 else html.escape(piece) for index, piece in enumerate(pieces))


def _anchor(address: str) -> str:
    shown = html.escape(address)
    scheme = "" if address.startswith("http") else "mailto:" if "@" in address else "https://"
    return f'<a href="{scheme}{shown}">{shown}</a>'


def _roles(code: str) -> dict[str, str]:
    """The level of each line that is a heading in a language."""
    blocks = languages()[code].blocks
    named = {text: "h2" for name, text in blocks.items() if name.startswith("heading_") and isinstance(text, str)}
    title: Any = blocks["title"]
    return named | dict.fromkeys([title] if isinstance(title, str) else title.values(), "h1")
