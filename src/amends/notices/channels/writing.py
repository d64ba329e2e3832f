"""Every text of every channel written, checked and staged among the outputs of notices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa

from amends.case import Balance, Case, Step
from amends.engine import Engine, script
from amends.notices.channels.audiences import Group, Reckoning, groups
from amends.notices.channels.banner import NOT_AFFECTED
from amends.notices.channels.composing import ChannelText, compose_text
from amends.notices.channels.markup import banner, page, require_same_words
from amends.notices.channels.outline import Outline, outlines
from amends.notices.channels.sms import measure
from amends.notices.content import contacts, unmet
from amends.notices.disclosure import require_removed, require_withheld
from amends.notices.element_lists import in_words
from amends.notices.facts import Facts
from amends.notices.language import languages

SQL: Final = script(__package__, "reckoning.sql")
TEXTS: Final = "channels/texts.parquet"
MESSAGES: Final = "channels/messages.parquet"
ACCOUNTS: Final = "channels/accounts.parquet"
STANDING: Final = "channels/standing.parquet"
SEGMENTS: Final = "channels/segments.parquet"
CALLERS: Final = "channels/callers.parquet"
PAGES: Final = frozenset({"page", "substitute", "script", "faq"})
"""Channels whose texts are pages; a banner is a part of one, the others are plain text."""

_LINKED: Final = frozenset({"page", "substitute"})
_STRINGS: Final = ("variant", "channel", "kind", "addressed_to", "language", "content")
_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in _STRINGS]
    + [("jurisdictions", pa.list_(pa.string())), ("people", pa.int64())]
    + [(name, pa.string()) for name in ("subject", "text", "file", "finished", "alphabet")]
    + [("places", pa.int32()), ("parts", pa.int32())]
)

_STANDING: Final = pa.schema([("state", pa.string()), ("accounts", pa.int64()), ("others", pa.bool_())])
_SEGMENTS: Final = pa.schema(
    [("segment", pa.string()), ("people", pa.int64()), ("element", pa.string()), ("lost", pa.int64())]
)


@dataclass(frozen=True, slots=True)
class Made:
    """A text with the group that it is for, and its finished file."""

    text: ChannelText
    group: Group
    finished: str

    @property
    def file(self) -> str:
        """The name of the finished file."""
        return f"{self.text.file}.{'html' if self.text.outline.channel in PAGES | {'banner'} else 'txt'}"


def make(found: Reckoning, facts: Facts, withheld: Sequence[str]) -> tuple[Made, ...]:
    """Compose every text, finish it and check it: the finished file says the words, and nothing that it must not.

    Raises `TemplateError`, `DisclosureError` or `EvidenceError`.
    """
    composed = [
        (_composed(outline, group, language, facts), group)
        for outline in outlines()
        for language in languages()
        for group in groups(outline, found, language, facts.words())
    ]
    siblings: dict[tuple[str, ...], list[ChannelText]] = defaultdict(list)
    for text, _ in composed:
        siblings[_kin(text)].append(text)
    made = tuple(Made(text, group, _finished(text, siblings[_kin(text)])) for text, group in composed)
    for one in made:
        for words in (f"{one.text.title}\n{one.text.text}", one.finished):
            require_withheld(f"text {one.text.variant}", words, withheld)
        removed = one.text.audience.removed
        require_removed(f"text {one.text.variant}", one.text.text, one.text.language, removed)
    return made


def write(db: Engine, step: Step, made: Iterable[Made], found: Reckoning) -> Balance:
    """Stage the texts, the numbers to send messages to, the accounts with their banners, the segments' counts, and the
    list of the call centre: everybody is in it."""
    texts = [_row(one) for one in made]
    step.write_output(TEXTS, pa.Table.from_pylist(sorted(texts, key=lambda row: row["variant"]), schema=_SCHEMA))
    step.write_output(MESSAGES, db.stream(SQL["messages"]))
    step.write_output(ACCOUNTS, db.stream(SQL["accounts"]))
    states = [*found.banner.counts, *({NOT_AFFECTED} - found.banner.counts.keys())]
    rows = [
        {"state": state, "accounts": found.banner.counts.get(state), "others": state == found.banner.others}
        for state in states
    ]
    step.write_output(STANDING, pa.Table.from_pylist(rows, schema=_STANDING))
    step.write_output(SEGMENTS, pa.Table.from_pylist(found.element_rows(), schema=_SEGMENTS))
    listed = step.write_output(CALLERS, db.stream(SQL["callers"]))
    return Balance("people for the call centre", db.value(SQL["people"]), {"listed": listed})


def finished_texts(case: Case) -> list[dict[str, Any]]:
    """The texts of the channels as notices last wrote them. Raises `CaseError` when it has not run."""
    rows: list[dict[str, Any]] = case.output(TEXTS).to_table().to_pylist()
    return rows


def balances(found: Reckoning, people: int) -> list[Balance]:
    """Everyone from whom something was taken (`people`) is in one segment, everyone with a number gets one message."""
    numbers = sum(row["numbers"] for row in found.messages)
    owners = sum(row["people"] for row in found.messages)
    return [
        Balance("segments", people, found.by_segment()),
        Balance("text messages", owners, {"one a number": numbers, "share a number with another": owners - numbers}),
    ]


def findings(made: Iterable[Made], found: Reckoning) -> list[str]:
    """What a human must see: missing facts, demands that no text meets, long messages, an open banner, own pages."""
    missing: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    told = []
    for one in made:
        missing.update(one.text.missing)
        audience = one.text.audience
        if one.text.outline.channel == "substitute":
            for demand in one.group.demands:
                for token in unmet(demand, one.text.blocks | {"title"}, one.text.missing, "self"):
                    gaps[f"{token} ({demand.jurisdiction or 'all'})"] += 1
        if one.text.outline.channel == "page" and audience.removed:
            places = ", ".join(sorted(audience.jurisdictions))
            told.append(f"residents of {places} have the page {one.file}: their law prohibits what the other page says")
        length = measure(one.text.text)
        if one.text.outline.channel == "sms" and length.parts > 1:
            told.append(f"the text message {one.text.variant} takes {length.parts} parts ({length.alphabet})")
    return [
        *(
            f"{slot} is not set in case.toml: the line that states it is left out of {count} texts for the public"
            for slot, count in sorted(missing.items())
        ),
        *(
            f"a law demands {token} and {count} texts of the substitute notice do not meet it"
            for token, count in sorted(gaps.items())
        ),
        *sorted(told),
        *(
            f"accounts that nobody is tied to read that theirs is still being determined: {question}"
            for question in found.banner.open_questions
        ),
    ]


def _composed(outline: Outline, group: Group, language: str, facts: Facts) -> ChannelText:
    offices = [contacts()["states"][office]["lines"] for office in group.offices]
    people = group.audience.people
    slots = {
        **facts.slots(language, None),
        "state_office": "\n".join(line for lines in offices for line in lines),
        "taken": in_words(group.taken, language),
        "people_told": "" if people is None else f"{people:,}",
    }
    text = compose_text(outline, group.audience, language, facts.words(), slots)
    return text if people is not None else replace(text, missing=text.missing - {"people_told"})


def _finished(text: ChannelText, kin: Sequence[ChannelText]) -> str:
    channel = text.outline.channel
    if channel not in PAGES | {"banner"}:
        return text.text
    others = [other for other in kin if other.language != text.language] if channel in _LINKED else []
    found = banner(text) if channel == "banner" else page(text, others)
    require_same_words(found, text)
    return found


def _kin(text: ChannelText) -> tuple[str, ...]:
    return (text.outline.channel, text.outline.text, text.audience.label)


def _row(one: Made) -> dict[str, Any]:
    text, audience = one.text, one.text.audience
    length = measure(text.text) if text.outline.channel == "sms" else None
    return {
        "variant": text.variant,
        "channel": text.outline.channel,
        "kind": text.outline.text,
        "addressed_to": next(word for word in ("guardian", "estate", "self") if word in audience.words),
        "language": text.language,
        "content": audience.label,
        "jurisdictions": sorted(audience.jurisdictions),
        "people": audience.people,
        "subject": text.title,
        "text": text.text,
        "file": one.file,
        "finished": one.finished,
        "alphabet": length.alphabet if length else None,
        "places": length.places if length else None,
        "parts": length.parts if length else None,
    }
