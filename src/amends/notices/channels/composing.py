"""A text of a channel composed: the blocks that stand, in one language, with every fact in place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from amends.notices.channels.outline import Outline
from amends.notices.content import STANDARD
from amends.notices.language import TemplateError, languages
from amends.notices.texts import paragraph


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a text is for.

    `flags` are true of some of its people (offer, line, login), `asked` and `removed` the blocks that their laws bring
    in and prohibit, `words` choose among the texts of a block, `people` is how many will read it (None: no table says),
    `label` tells the text from its siblings, `jurisdictions` says whose law it heeds, and `abroad` whether all of them
    live outside of the United States.
    """

    label: str = STANDARD
    words: frozenset[str] = frozenset({"self"})
    flags: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    people: int | None = None
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, or none, with the paragraphs below it; a paragraph may have several lines."""

    heading: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelText:
    """A finished text: no slot is open.

    `blocks` are those that stand, by the names of the letter's; `missing` are slots whose fact was not known: their
    lines are left out.
    """

    outline: Outline
    audience: Audience
    language: str
    title: str
    passages: tuple[Passage, ...]
    blocks: frozenset[str]
    missing: frozenset[str] = field(default_factory=frozenset)

    @property
    def text(self) -> str:
        """The words, paragraphs a blank line apart; a message is one line."""
        if self.outline.channel == "sms":
            return " ".join(self.passages[0].paragraphs[0].split("\n"))
        parts = [part for passage in self.passages for part in (passage.heading, *passage.paragraphs) if part]
        return "\n\n".join(parts) + "\n"

    @property
    def file(self) -> str:
        """A stable name for the finished file, without its ending."""
        return "-".join((self.outline.channel, self.outline.text, self.audience.label, self.language))

    @property
    def variant(self) -> str:
        """The name under which counsel approves it: it ends in a hash of the words, so other words are another text."""
        digest = hashlib.sha256("\n\n".join((self.title, self.text)).encode()).hexdigest()
        return f"{self.file}-{digest[:8]}"


def compose_text(
    outline: Outline, audience: Audience, language: str, words: frozenset[str], facts: Mapping[str, str]
) -> ChannelText:
    """Compose a text. `words` are the incident's (`Facts.words`), `facts` values of the static slots.

    Raises `TemplateError` when no text of a block fits, or when nothing is left of the text.
    """
    speech = languages()[language]
    choices = words | audience.words | {"abroad" if audience.abroad else "in_us"}
    passages: list[Passage] = []
    standing: set[str] = set()
    missing: set[str] = set()
    for section in outline.sections:
        paragraphs = []
        for part in section.parts:
            if part.stands_for in audience.removed or not part.when <= audience.flags:
                continue
            if part.asked and part.stands_for not in audience.asked:
                continue
            found = paragraph(speech, part.block, choices, facts, missing)
            if found:
                paragraphs.append(found)
                standing.add(part.stands_for)
        if paragraphs:
            heading = paragraph(speech, section.heading, choices, facts, missing) if section.heading else None
            passages.append(Passage(heading, tuple(paragraphs)))
    if not passages:
        raise TemplateError(f"the {outline.channel} {outline.text} has no words", where=f"template {language}.yaml")
    title = paragraph(speech, outline.title, choices, facts, missing)
    return ChannelText(outline, audience, language, title, tuple(passages), frozenset(standing), frozenset(missing))
