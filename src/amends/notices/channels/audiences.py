"""Whom each text of a channel is for, reckoned from the plan: who, how many, what was taken, what their laws ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, Final

from amends.elements import ELEMENTS
from amends.engine import Engine, script
from amends.notices.channels.banner import Standing
from amends.notices.channels.composing import Audience
from amends.notices.channels.outline import Outline
from amends.notices.content import STANDARD, Content, Demand, answer

SQL: Final = script(__package__, "reckoning.sql")
_FLAGS: Final = ("offer", "line", "login", "differs")
_DIFFERS: Final = frozenset({"differs"})


@dataclass(frozen=True, slots=True)
class Group:
    """Some people and what a text for them has: the audience, the mask of what was taken from them, their offices."""

    audience: Audience
    taken: int
    offices: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The plan as the channels see it; every count is of rows of the tables."""

    segments: tuple[Mapping[str, Any], ...]
    contents: tuple[Mapping[str, Any], ...]
    messages: tuple[Mapping[str, Any], ...]
    banner: Standing
    demands: Mapping[int, Demand]

    @property
    def people(self) -> int:
        """Everyone from whom something was taken."""
        return sum(row["people"] for row in self.segments)

    def by_segment(self) -> dict[str, int]:
        """People by segment."""
        found: dict[str, int] = {}
        for row in self.segments:
            found[row["segment"]] = found.get(row["segment"], 0) + row["people"]
        return found

    def element_rows(self) -> list[dict[str, Any]]:
        """People by segment and element, in the order of the vocabulary; a segment's people under each."""
        totals = self.by_segment()
        found = []
        for segment in sorted(totals):
            rows = [row for row in self.segments if row["segment"] == segment]
            for element in ELEMENTS:
                count = sum(row["people"] for row in rows if row["elements"] & element.mask)
                if count:
                    found.append({"segment": segment, "people": totals[segment], "element": element.id, "lost": count})
        return found


def reckon(db: Engine, banner: Standing, demands: Mapping[int, Demand]) -> Reckoning:
    """Count the plan's people by segment, demand and telephone number."""
    for statement in ("make_segments", "make_messages"):
        db.run(SQL[statement])
    names = ("segments", "contents", "message_counts")
    segments, contents, messages = (tuple(db.fetch(SQL[name]).to_pylist()) for name in names)
    return Reckoning(segments, contents, messages, banner, demands)


def groups(outline: Outline, found: Reckoning, language: str, words: frozenset[str]) -> Iterable[Group]:
    """The groups that an outline is written for in a language; none where nobody would read it.

    `words` are those of the organisation and the incident (`Facts.words`).
    Only text messages are written for the people of one language: what is public stands in every language.
    """
    if outline.channel == "sms":
        numbers = sum(
            row["numbers"] for row in found.messages if (row["text"], row["language"]) == (outline.text, language)
        )
        return [Group(Audience(people=numbers), 0)] if numbers else []
    if outline.channel == "banner":
        return [Group(Audience(people=found.banner.counts.get(outline.text)), 0)]
    if not found.people:
        return []
    if outline.each == "segment":
        return _segments(outline, found, words)
    if outline.each == "demand":
        return [group for group in _demands(found, "unreached") if group.audience.people]
    if outline.each == "laws":
        return _laws(found)
    return [_everyone(found.segments)]


def _segments(outline: Outline, found: Reckoning, given: frozenset[str]) -> Iterable[Group]:
    everyone = _everyone(found.segments)
    for segment, addressed_to in outline.segments.items():
        words = frozenset({segment, addressed_to})
        rows = [row for row in found.segments if row["segment"] == segment]
        if rows:
            group = _everyone(rows)
            yield replace(group, audience=replace(group.audience, label=segment, words=words))
        elif segment not in _COUNTED and outline.needs.get(segment) in (None, *given):
            audience = replace(everyone.audience, label=segment, words=words, people=None)
            yield replace(everyone, audience=audience)


def _demands(found: Reckoning, count: str) -> Iterable[Group]:
    """One group for each text that the laws ask for: demands that come to the same are one."""
    merged: dict[str, Group] = {}
    for row in found.contents:
        demand = found.demands[row["content"]]
        content = answer(demand)
        group = _of_content(row, content, demand, row[count])
        known = merged.get(content.label)
        merged[content.label] = group if known is None else _together(known, group)
    return merged.values()


def _laws(found: Reckoning) -> Iterable[Group]:
    """One group for each set of prohibited blocks; what any of its laws asks for stands."""
    merged: dict[frozenset[str], Group] = {}
    for group in _demands(found, "people"):
        removed = group.audience.removed
        known = merged.get(removed)
        merged[removed] = group if known is None else _together(known, group)
    for removed, group in merged.items():
        places = "+".join(sorted(place.lower() for place in group.audience.jurisdictions))
        yield replace(group, audience=replace(group.audience, label=places if removed else STANDARD))


def _of_content(row: Mapping[str, Any], content: Content, demand: Demand, people: int) -> Group:
    audience = Audience(
        label=content.label,
        flags=frozenset(flag for flag in _FLAGS if row[flag]),
        asked=content.asked,
        removed=content.removed,
        jurisdictions=frozenset({demand.jurisdiction} if demand.jurisdiction else ()),
        people=people,
        abroad=row["abroad"],
    )
    return Group(audience, row["elements"], (content.office,) if content.office else (), (demand,))


def _together(one: Group, other: Group) -> Group:
    first, second = one.audience, other.audience
    audience = replace(
        first,
        flags=first.flags | second.flags | (_DIFFERS if one.taken != other.taken else frozenset()),
        asked=first.asked | second.asked,
        jurisdictions=first.jurisdictions | second.jurisdictions,
        people=(first.people or 0) + (second.people or 0),
        abroad=first.abroad and second.abroad,
    )
    offices = tuple(sorted({*one.offices, *other.offices}))
    return Group(audience, one.taken | other.taken, offices, (*one.demands, *other.demands))


def _everyone(rows: Sequence[Mapping[str, Any]]) -> Group:
    people, masks, flags = 0, set(), set()
    for row in rows:
        people += row["people"]
        masks.add(row["elements"])
        flags |= {flag for flag in _FLAGS if row.get(flag)}
    if len(masks) > 1:
        flags |= _DIFFERS
    abroad = all(row["abroad"] for row in rows)
    return Group(Audience(flags=frozenset(flags), people=people, abroad=abroad), reduce(or_, masks, 0))


_COUNTED: Final = frozenset({"current", "former", "prospective", "minor", "estate", "unknown"})
"""The segments that the tables tell apart. No table says who is prepaid: those answers have no count."""
