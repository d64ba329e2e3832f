"""Charts of a resolution as SVG text: bars with their labels and numbers, nothing else. No personal value goes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from amends.engine import Engine
from amends.people.linkage import Links
from amends.people.waterfall import contributions
from amends.people.weighing import BINS

_WIDTH, _LABEL, _BAR, _ROW = 960, 380, 400, 22
_FOR, _AGAINST = "#2a6f97", "#c1121f"
_SIZES = (1, 2, 3, 4, 5, 10, 20, 50, 100, 1_000, 10_000)
"""Records a person, upper ends of the bars; more are one bar."""
_PARTS = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, and what is written at its end. Below nought it speaks against."""

    label: str
    length: float
    said: str


def charts(db: Engine, links: Links) -> dict[str, str]:
    """The four charts by file name. Reads tables `belongs`, `best` and `reasons`."""
    return {
        "people-weights.svg": _svg(
            f"Pairs of groups by match weight in bits (logarithmic; the margin is {links.margin:g})",
            _by_weight(links),
        ),
        "people-sizes.svg": _svg("Persons by number of taken records (logarithmic)", _by_size(db)),
        "people-rules.svg": _svg(
            "Records by the key that tied them; pairs by the rule that found them (logarithmic)", _by_rule(db, links)
        ),
        "people-pair.svg": _svg("The heaviest pair of records that are written differently, in bits", _pair(links)),
    }


def _by_weight(links: Links) -> list[Bar]:
    bars = [
        Bar(f"{start} to {end}", np.log10(1 + count) * (1 if start >= 0 else -1), f"{count:,}")
        for start, end, count in zip(BINS[:-1].tolist(), BINS[1:].tolist(), links.by_weight.tolist(), strict=True)
    ]
    return [Bar("contradicted", -np.log10(1 + links.forbidden), f"{links.forbidden:,}"), *bars]


def _by_size(db: Engine) -> list[Bar]:
    found = db.fetch("SELECT records, count(*) AS persons FROM best GROUP BY records")
    at = np.searchsorted(_SIZES, found["records"].to_numpy())
    counts = np.bincount(at, weights=found["persons"].to_numpy(), minlength=len(_SIZES) + 1)
    bars = []
    for place, count in enumerate(counts.astype(np.int64).tolist()):
        low = _SIZES[place - 1] + 1 if place else 1
        high = _SIZES[place] if place < len(_SIZES) else None
        label = f"{low:,}" if low == high else f"{low:,} to {high:,}" if high else f"{low:,} or more"
        bars.append(Bar(label, np.log10(1 + count), f"{count:,}"))
    return bars


def _by_rule(db: Engine, links: Links) -> list[Bar]:
    keys = db.fetch(
        "SELECT reasons.why, count(*) AS records FROM belongs JOIN reasons ON reasons.number = belongs.why"
        " WHERE belongs.record_id >= 0 GROUP BY ALL ORDER BY records DESC, reasons.why"
    )
    bars = [
        Bar(f"key {why}", np.log10(1 + count), f"{count:,} records")
        for why, count in zip(keys["why"].to_pylist(), keys["records"].to_pylist(), strict=True)
    ]
    for rule, count in zip(links.rules, links.by_rule.tolist(), strict=True):
        said = f"{count:,} joined of {rule.pairs:,}" + (
            f", {rule.capped_blocks:,} capped" if rule.capped_blocks else ""
        )
        bars.append(Bar(f"rule {rule.name}", np.log10(1 + count), said))
    return bars


def _pair(links: Links) -> list[Bar]:
    if links.heaviest is None:
        return []
    left, right = (np.array([profile], np.int32) for profile in links.heaviest)
    _, what, bits = contributions(links, left, right)
    parts = [Bar(said, float(each), f"{each:+.1f}") for said, each in zip(what, bits, strict=True)]
    rest = float(bits[_PARTS:].sum())
    tail = [Bar(f"{len(parts) - _PARTS} smaller parts", rest, f"{rest:+.1f}")] if len(parts) > _PARTS else []
    return [*parts[:_PARTS], *tail, Bar("in all", float(bits.sum()), f"{bits.sum():+.1f}")]


def _svg(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars; lengths share one scale, and their colour says for or against."""
    most = max((abs(bar.length) for bar in bars), default=0.0) or 1.0
    height = 50 + _ROW * max(1, len(bars))
    size = f'width="{_WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        f'<rect {size} fill="#ffffff"/>',
        f'<text x="12" y="24" font-size="15">{escape(title)}</text>',
    ]
    for place, bar in enumerate(bars):
        y = 44 + _ROW * place
        colour = _FOR if bar.length >= 0 else _AGAINST
        long = abs(bar.length) / most * (_BAR - 60)
        lines.append(f'<text x="{_LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(bar.label)}</text>')
        lines.append(f'<rect x="{_LABEL}" y="{y}" width="{long:.1f}" height="15" fill="{colour}"/>')
        lines.append(f'<text x="{_LABEL + long + 6:.1f}" y="{y + 12}">{escape(bar.said)}</text>')
    if not bars:
        lines.append('<text x="12" y="60">nothing to show</text>')
    return "\n".join([*lines, "</svg>\n"])
