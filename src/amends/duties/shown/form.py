"""The forms of regulators (`forms.yaml`), and a filled one as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "forms.yaml"
_BASIS = ("form", "citation", "as_of", "confidence")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a form; `source` names the fact that answers it, None where only people can."""

    id: str
    label: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what it is for, its questions in order, a draft text perhaps, and how surely they are known."""

    id: str
    title: str
    regime: str | None
    audience: str | None
    known: str
    source: str
    questions: tuple[Question, ...]
    text: str | None

    @property
    def slots(self) -> tuple[str, ...]:
        """The facts that the draft text names."""
        return tuple(dict.fromkeys(_SLOT.findall(self.text or "")))

    @property
    def general(self) -> bool:
        """Whether it is the form for whoever has none of their own."""
        return self.regime is None and self.audience is None


@cache
def forms() -> tuple[Form, ...]:
    """Every form, the most particular first; the last answers any duty."""
    entries = yaml.safe_load(_DATA.read_text(encoding="utf-8"))["forms"]
    return tuple(
        Form(
            entry["id"],
            entry["title"],
            entry["for"].get("regime"),
            entry["for"].get("audience"),
            entry["known"],
            entry["source"],
            tuple(Question(item["id"], item["label"], item.get("from")) for item in entry["questions"]),
            entry.get("text"),
        )
        for entry in entries
    )


def form_for(regime: str, audience: str) -> Form:
    """The form that a duty is filed on."""
    return next(form for form in forms() if form.regime in (None, regime) and form.audience in (None, audience))


def filing_page(row: Mapping[str, Any]) -> str:
    """A row of the `filings` table as one HTML page that prints; blanks are listed first. Values are escaped."""
    fields = json.loads(row["fields"])
    form = next((form for form in forms() if form.id == fields.get("form")), forms()[-1])
    labels = {question.id: question.label for question in form.questions}
    asked = [name for name in fields if name in labels or (form.general and name not in _BASIS)]
    order = {question.id: index for index, question in enumerate(form.questions)}
    rows = "".join(
        f"<tr><th>{escape(labels.get(name, name.replace('_', ' ')))}</th><td>{_shown(fields[name])}</td></tr>"
        for name in sorted(asked, key=lambda name: (order.get(name, len(order)), name))
    )
    blanks = "".join(f"<li>{escape(labels.get(name, name.replace('_', ' ')))}</li>" for name in row["blanks"])
    due = row["due"] or "no day set"
    basis = "; ".join(str(fields[name]) for name in _BASIS[1:] if name in fields)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(form.title)}</title>'
        f"<style>{_STYLE}</style>"
        f"<h1>{escape(form.title)}</h1><p>To {escape(str(row['who']))}. Due {due}. {row['people']:,} people.</p>"
        f"<p>Law, day to which it is known, and how: {escape(basis)}.</p>"
        f"<p>Questions known from: {escape(form.known)} ({escape(form.source)}). Not legal advice.</p>"
        f"<h2>Still blank: {len(row['blanks'])}</h2><ul>{blanks}</ul>{_draft(form, fields)}<table>{rows}</table></html>"
    )


def _draft(form: Form, fields: Mapping[str, Any]) -> str:
    """The draft text, each unknown fact as a gap to fill."""
    if form.text is None:
        return ""
    pieces = _SLOT.split(form.text)
    shown = [escape(piece) if index % 2 == 0 else _shown(fields.get(piece)) for index, piece in enumerate(pieces)]
    return f"<h2>Draft</h2><pre>{''.join(shown)}</pre>"


def _shown(value: object) -> str:
    if value in (None, ""):
        return '<span class="blank">[to be filled]</span>'
    if isinstance(value, list):
        return escape(", ".join(map(str, value)))
    if isinstance(value, dict):
        return escape(", ".join(f"{key} {count:,}" for key, count in value.items()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(f"{value:,}" if isinstance(value, int) else str(value))


_STYLE = (
    "body{font:14px/1.4 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}th{width:40%}"
    ".blank{background:#ffd}pre{white-space:pre-wrap;border:1px solid #999;padding:1em}"
)
