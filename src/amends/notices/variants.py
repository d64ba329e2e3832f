"""The variants: every text that the plan needs, composed once, named and listed for counsel.

A variant's name says its facets and what the law asked for, and ends in a hash of the text itself: when a word changes,
the name changes, so a proof that was approved cannot silently come to mean another text.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from amends.notices.content import Content, Demand, answer, forms, mend, unmet
from amends.notices.facts import Facts
from amends.notices.texts import PERSONAL, Facets, TemplateError, Text, compose, segments

CHECKED: Final = ("elements", "name", "code", "months", "enrol_by", "new_elements", "address_block")
"""The slots whose value is read back from every finished text."""

WINDOW: Final = 4
"""The most lines that an address block has."""

_RENDERING: Final = {
    "variant": pa.string(),
    "subject": pa.string(),
    "literals": pa.list_(pa.string()),
    "sequence": pa.list_(pa.int64()),
}
_MARKS: Final[dict[str, pa.DataType]] = {
    "variant": pa.string(),
    **{
        f"{slot}_{part}": pa.int64() if part == "line" else pa.string()
        for slot in CHECKED
        for part in ("line", "before", "after")
    },
    "line_count": pa.int64(),
    "fixed_lines": pa.list_(pa.int64()),
    "fixed": pa.string(),
}
_FACETS: Final = {
    "variant": pa.string(),
    "channel": pa.string(),
    "kind": pa.string(),
    "addressed_to": pa.string(),
    "language": pa.string(),
    "offer": pa.bool_(),
}
_KEYS: Final = ("channel", "kind", "addressed_to", "language", "offer", "line", "login")


@dataclass(slots=True)
class Variant:
    """One text with personal slots, who gets it, and what it must be printed like."""

    name: str
    facets: Facets
    content: Content
    text: Text
    people: int = 0
    jurisdictions: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A token that a law demands, whose law it is, and what would meet it."""

    token: str
    jurisdiction: str
    mend: str


@dataclass(frozen=True, slots=True)
class Variants:
    """All variants by name; the variant of each planned form; and the law's demands that no text meets."""

    by_name: Mapping[str, Variant]
    of_form: pa.Table
    gaps: Mapping[Gap, int]
    missing: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a finished text states a slot: the line, counted from the end (-1 is the last), and the words around it.

    Lines are counted from the end because the address block, the only value of more than one line, comes before all
    other slots. Where the text does not have the slot, all are None.
    """

    line: int | None
    before: str | None
    after: str | None


def build(planned: Sequence[Mapping[str, Any]], demands: Mapping[int, Demand], facts: Facts) -> Variants:
    """Compose the variants of the planned forms (rows of `forms` in plan.sql).

    `gaps` counts notices by token and jurisdiction that a law demands and no text meets, `missing` notices by slot
    whose fact the settings lack.
    """
    by_name: dict[str, Variant] = {}
    gaps: Counter[Gap] = Counter()
    missing: Counter[str] = Counter()
    names = []
    for row in planned:
        demand = demands[row["content"]]
        made = _variant(Facets(**{key: row[key] for key in _KEYS}), answer(demand), facts)
        variant = by_name.setdefault(made.name, made)
        variant.people += row["people"]
        variant.jurisdictions |= {demand.jurisdiction} if demand.jurisdiction else set()
        variant.forms |= {*forms(demand)}
        for token in unmet(demand, made.text.blocks, made.text.missing, made.facets.addressed_to):
            gaps[Gap(token, demand.jurisdiction or "all", mend(demand, token))] += row["people"]
        for slot in made.text.missing:
            missing[slot] += row["people"]
        names.append(made.name)
    return Variants(by_name, _of_form(planned, names), gaps, missing)


def rendering(variants: Iterable[Variant]) -> pa.Table:
    """What `render` needs: the fixed parts of each variant and the order in which parts and values follow."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for variant in variants:
        literals, sequence = [], []
        for fixed, slot in segments(variant.text.text):
            literals.append(fixed)
            sequence.append(len(PERSONAL) + len(literals))
            if slot is not None:
                sequence.append(PERSONAL.index(slot) + 1)
        rows["variant"].append(variant.name)
        rows["subject"].append(variant.text.subject)
        rows["literals"].append(literals)
        rows["sequence"].append(sequence)
    return _table(rows, _RENDERING)


def marks(variants: Iterable[Variant]) -> pa.Table:
    """Where each checked slot and each fixed line stands, one row a variant and number of lines that its text can have.

    Columns <slot>_line, <slot>_before and <slot>_after; `fixed_lines` (from 1) and the words `fixed` that stand there.
    """
    rows: dict[str, list[Any]] = defaultdict(list)
    for variant in variants:
        places = {slot: mark(variant.text.text, slot) for slot in CHECKED}
        for one in _fixed(variant.text.text):
            rows["variant"].append(variant.name)
            for slot, found in places.items():
                rows[f"{slot}_line"].append(found.line)
                rows[f"{slot}_before"].append(found.before)
                rows[f"{slot}_after"].append(found.after)
            for column, value in one.items():
                rows[column].append(value)
    return _table(rows, _MARKS)


def _fixed(text: str) -> Iterator[dict[str, Any]]:
    """The lines without a value of one person, for each number of lines that the address block can have."""
    lines = text.split("\n")
    own = {number for number, line in enumerate(lines) if any(slot is not None for _, slot in segments(line))}
    window = next((number for number in own if lines[number] == "{address_block}"), None)
    fixed = [number for number in range(len(lines)) if number not in own]
    for more in range(1 if window is None else WINDOW):
        yield {
            "line_count": len(lines) + more,
            "fixed_lines": [number + 1 + (more if window is not None and number > window else 0) for number in fixed],
            "fixed": "\n".join(lines[number] for number in fixed),
        }


def mark(text: str, slot: str) -> Mark:
    """The first place of a slot. Raises `TemplateError` where it shares its line with another personal slot."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        before, found, after = line.partition(f"{{{slot}}}")
        if found:
            others = [other for _, other in segments(before + after) if other is not None]
            if others or (slot == "address_block" and before + after):
                raise TemplateError(f"slot {{{slot}}} shares its line with other words", where="templates")
            return Mark(number - len(lines), before, after)
    return Mark(None, None, None)


def listing(variants: Iterable[Variant]) -> pa.Table:
    """The variants for counsel to read: who gets which text, why it differs, and its words with slots in braces."""
    rows = [
        {
            "variant": variant.name,
            "channel": variant.facets.channel,
            "kind": variant.facets.kind,
            "addressed_to": variant.facets.addressed_to,
            "language": variant.facets.language,
            "content": variant.content.label,
            "jurisdictions": sorted(variant.jurisdictions),
            "forms": sorted(variant.forms),
            "people": variant.people,
            "subject": variant.text.subject,
            "text": variant.text.text,
        }
        for variant in sorted(variants, key=lambda variant: variant.name)
    ]
    texts = ("variant", "channel", "kind", "addressed_to", "language", "content")
    schema = [pa.field(name, pa.string()) for name in texts]
    schema += [pa.field(name, pa.list_(pa.string())) for name in ("jurisdictions", "forms")]
    schema += [pa.field("people", pa.int64()), pa.field("subject", pa.string()), pa.field("text", pa.string())]
    return pa.Table.from_pylist(rows, schema=pa.schema(schema))


def facets(variants: Iterable[Variant]) -> pa.Table:
    """Facets of each variant, for the check against the people who got it."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for variant in variants:
        rows["variant"].append(variant.name)
        for key in ("channel", "kind", "addressed_to", "language", "offer"):
            rows[key].append(getattr(variant.facets, key))
    return _table(rows, _FACETS)


def _variant(facets_: Facets, content: Content, facts: Facts) -> Variant:
    slots = facts.slots(facets_.language, content.office)
    words = facts.words() | ({"abroad"} if content.abroad else frozenset())
    text = compose(facets_, words, content.asked, content.removed, slots)
    digest = hashlib.sha256(f"{text.subject}\n\n{text.text}".encode()).hexdigest()[:8]
    flags = [flag for flag in ("line", "login") if getattr(facets_, flag)]
    flags += [] if facets_.offer or facets_.addressed_to == "estate" else ["no_offer"]
    parts = [facets_.channel, facets_.kind, facets_.addressed_to, facets_.language, content.label, *flags, digest]
    return Variant("-".join(parts), facets_, content, text)


def _of_form(planned: Sequence[Mapping[str, Any]], names: Sequence[str]) -> pa.Table:
    columns: dict[str, Any] = {"content": pa.array([row["content"] for row in planned], pa.int32())}
    for key in _KEYS:
        kind = pa.bool_() if key in ("offer", "line", "login") else pa.string()
        columns[key] = pa.array([row[key] for row in planned], kind)
    return pa.table({**columns, "variant": pa.array(names, pa.string())})


def _table(rows: Mapping[str, Sequence[Any]], schema: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.table({name: pa.array(rows.get(name, []), kind) for name, kind in schema.items()})
