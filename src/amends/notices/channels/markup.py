"""A finished text as a static page that any browser and screen reader can show: no script, nothing from elsewhere.

Follows WCAG 2.2: language of the page (3.1.1) and of parts (3.1.2), title (2.4.2), headings in order (1.3.1),
contrast of at least 7 to 1 (1.4.6), text that grows and wraps (1.4.4, 1.4.10), focus that shows (2.4.7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from typing import Final

from amends.errors import EvidenceError
from amends.notices.channels.composing import ChannelText

_STYLE: Final = (
    ":root{color-scheme:light}body{margin:0;background:#fff;color:#1a1a1a;font:1.125rem/1.6 system-ui,sans-serif}"
    "main,nav{max-width:40rem;margin:0 auto;padding:0 1.25rem}nav{padding-top:1rem}main{padding-bottom:3rem}"
    "h1{font-size:1.9rem;line-height:1.25;margin:1.5rem 0 1rem}"
    "h2{font-size:1.35rem;line-height:1.3;margin:2.2rem 0 .6rem;padding-top:.8rem;border-top:1px solid #767676}"
    "p,ul{margin:0 0 1rem}ul{padding-left:1.3rem}li{margin-bottom:.35rem}a{color:#003d99}"
    "a:focus-visible{outline:3px solid #003d99;outline-offset:3px}"
    "@media print{nav{display:none}body{font-size:11pt}h2{break-after:avoid}}"
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(text: ChannelText, others: Sequence[ChannelText]) -> str:
    """The text as a page; `others` are the same text in other languages, each with a link to its file."""
    links = " ".join(
        f'<a href="{escape(other.file)}.html" lang="{other.language}" hreflang="{other.language}">'
        f"{escape(other.title)}</a>"
        for other in others
    )
    shown = f"<nav>{links}</nav>" if links else ""
    return _document(text, f"{shown}<main><h1>{escape(text.title)}</h1>{_body(text)}</main>")


def banner(text: ChannelText) -> str:
    """The text as a part of a page of the organisation, which the page shows after login."""
    return f'<section class="notice" lang="{text.language}" aria-label="{escape(text.title)}">{_body(text)}</section>\n'


def require_same_words(markup: str, text: ChannelText) -> None:
    """Read a finished page back. Raises `EvidenceError` unless it says the text, or when it would load anything."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    wanted = text.text.split()
    shown = " ".join(reader.words).split()
    if shown != wanted:
        raise EvidenceError(f"the page {text.variant} does not say its text", where="verb notices")
    if reader.loads:
        raise EvidenceError(f"the page {text.variant} loads {reader.loads[0]}", where="verb notices")


def _document(text: ChannelText, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{text.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(text.title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _body(text: ChannelText) -> str:
    found = []
    for passage in text.passages:
        if passage.heading:
            found.append(f"<h2>{escape(passage.heading)}</h2>")
        found += [_paragraph(words) for words in passage.paragraphs]
    return "\n".join(found)


def _paragraph(words: str) -> str:
    """One line is a paragraph; of several, sentences are paragraphs and runs of other lines keep their line ends."""
    parts: list[list[str]] = []
    for line in words.split("\n"):
        sentence = re.search(r"[.?!:\"]$", line) is not None
        if sentence or not parts or re.search(r"[.?!:\"]$", parts[-1][-1]):
            parts.append([line])
        else:
            parts[-1].append(line)
    return "".join(f"<p>{'<br>'.join(map(escape, lines))}</p>" for lines in parts)


class _Words(HTMLParser):
    """The words inside `main` or a banner but the title of the page, and whatever a browser would fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.loads: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe", "object", "embed", "link", "form", "video", "audio", "source"):
            self.loads.append(tag)
        if any(key in given for key in ("src", "srcset", "style", "background", "action")):
            self.loads.append(tag)
        if re.match(r"(?i)\s*([a-z]+:|//)", given.get("href") or ""):
            self.loads.append(given["href"] or tag)
        if tag not in ("br", "meta"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        inside = "main" in self._open or "section" in self._open
        if inside and "h1" not in self._open:
            self.words.append(data)
