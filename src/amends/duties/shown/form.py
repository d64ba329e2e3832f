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

from amends.duties.shown.pdf import text_pdf

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


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form in words: `rows` of label and answer (None where blank), `draft` in pieces, None for a gap."""

    title: str
    head: tuple[str, ...]
    blanks: tuple[str, ...]
    draft: tuple[str | None, ...]
    rows: tuple[tuple[str, str | None], ...]


def filled(row: Mapping[str, Any]) -> Filled:
    """A row of the `filings` table as its form, questions in the form's order."""
    fields = json.loads(row["fields"])
    form = next((form for form in forms() if form.id == fields.get("form")), forms()[-1])
    labels = {question.id: question.label for question in form.questions}
    order = {question.id: index for index, question in enumerate(form.questions)}
    asked = [name for name in fields if name in labels or (form.general and name not in _BASIS)]
    basis = "; ".join(str(fields[name]) for name in _BASIS[1:] if name in fields)
    pieces = _SLOT.split(form.text) if form.text else []
    draft = (piece if index % 2 == 0 else _said(fields.get(piece)) for index, piece in enumerate(pieces))
    return Filled(
        form.title,
        (
            f"To {row['who']}. Due {row['due'] or 'no day set'}. {row['people']:,} people.",
            f"Law, day to which it is known, and how: {basis}.",
            f"Questions known from: {form.known} ({form.source}). Not legal advice.",
        ),
        tuple(_label(labels, name) for name in row["blanks"]),
        tuple(draft),
        tuple(
            (_label(labels, name), _said(fields[name]))
            for name in sorted(asked, key=lambda name: (order.get(name, len(order)), name))
        ),
    )


def filing_page(row: Mapping[str, Any]) -> str:
    """A row of the `filings` table as one HTML page that prints; blanks are listed first. Values are escaped."""
    form = filled(row)
    gap = f'<span class="blank">{_GAP}</span>'

    def shown(text: str | None) -> str:
        return gap if text is None else escape(text)

    rows = "".join(f"<tr><th>{escape(label)}</th><td>{shown(answer)}</td></tr>" for label, answer in form.rows)
    draft = f"<h2>Draft</h2><pre>{''.join(map(shown, form.draft))}</pre>" if form.draft else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(form.title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(form.title)}</h1>{''.join(f'<p>{escape(line)}</p>' for line in form.head)}"
        f"<h2>Still blank: {len(form.blanks)}</h2>"
        f"<ul>{''.join(f'<li>{escape(name)}</li>' for name in form.blanks)}</ul>"
        f"{draft}<table>{rows}</table></html>"
    )


def filing_pdf(row: Mapping[str, Any]) -> bytes:
    """A row of the `filings` table as a PDF; the same row gives the same bytes."""
    form = filled(row)
    lines = [form.title, "", *form.head, "", f"Still blank: {len(form.blanks)}", *(f"- {name}" for name in form.blanks)]
    if form.draft:
        lines += ["", "Draft", *"".join(_GAP if piece is None else piece for piece in form.draft).splitlines()]
    lines += ["", *(f"{label}: {_GAP if answer is None else answer}" for label, answer in form.rows)]
    return text_pdf(lines)


def _label(labels: Mapping[str, str], name: str) -> str:
    return labels.get(name, name.replace("_", " "))


def _said(value: object) -> str | None:
    if value in (None, ""):
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {count:,}" for key, count in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


_GAP = "[to be filled]"
_STYLE = (
    "body{font:14px/1.4 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}th{width:40%}"
    ".blank{background:#ffd}pre{white-space:pre-wrap;border:1px solid #999;padding:1em}"
)
