"""How much of a labelled text scan finds: `python -m bench.scan_text --data FILE` (format of Presidio's research data).

A label is found if a span of the same type overlaps it; a span that overlaps no label of its type is extra. `micro_f1`
is over the structured types. The sentences are halved by a hash: rules were tuned on the even half, so the odd half is
what to believe; other files have no such halves. The last line is one JSON object.

Labels become types by `scan_text.yaml`; a label that stands there under no type is not asked for (ORGANIZATION, TITLE,
DATE_TIME, NORP). Places and addresses hold each other: files label a town within an address as LOCATION, or all of it
as one ADDRESS, and Presidio's own mapping makes LOCATION of both. So `location` (LOCATION, GPE) and `address` (ADDRESS,
STREET_ADDRESS) keep their own labels, but a place or an address of ours finds either, and is extra only where it
touches neither. `location_or_address` is both as one type, which is how Presidio's figures are made.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from amends.scan.text.find import Mention, find
from amends.scan.text.nlp import find_with_nlp
from bench.claim import versions

_FACTS: Final = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
TYPES: Final = {label: kind for kind, labels in _FACTS["types"].items() for label in labels.split()}
STRUCTURED: Final = tuple(_FACTS["structured"].split())
_PLACES: Final = ("location", "address")
_OURS: Final = {"name": "person", "place": "location"}


@dataclass(frozen=True, slots=True)
class Span:
    """A typed stretch of a text, in characters."""

    kind: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether both are of one type, places and addresses being one, and share a character."""
        alike = self.kind == other.kind or (self.kind in _PLACES and other.kind in _PLACES)
        return alike and self.start < other.end and other.start < self.end


@dataclass(slots=True)
class Score:
    """Counts by type."""

    found: Counter[str]
    lost: Counter[str]
    extra: Counter[str]

    def f1(self, kinds: Sequence[str]) -> float:
        """Micro F1 over some types."""
        found, lost, extra = (sum(c[kind] for kind in kinds) for c in (self.found, self.lost, self.extra))
        return 2 * found / max(1, 2 * found + lost + extra)

    def per_element(self) -> dict[str, dict[str, float]]:
        """Precision, recall and counts of each type."""
        kinds = sorted({*self.found, *self.lost, *self.extra})
        scores = {kind: self._of(kind) for kind in kinds}
        if set(_PLACES) <= set(kinds):
            scores["location_or_address"] = self._of(*_PLACES)
        return scores

    def _of(self, *kinds: str) -> dict[str, float]:
        found, lost, extra = (sum(c[kind] for kind in kinds) for c in (self.found, self.lost, self.extra))
        return {
            "precision": round(found / max(1, found + extra), 4),
            "recall": round(found / max(1, found + lost), 4),
            "f1": round(self.f1(kinds), 4),
            "n": found + lost,
            "lost": lost,
            "extra": extra,
        }


def main() -> None:
    """Score a file and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="JSON list of {full_text, spans}")
    parser.add_argument(
        "--nlp", action="store_true", help="names and places by spaCy too (needs amends[nlp] and a model)"
    )
    options = parser.parse_args()
    samples = json.loads(options.data.read_text(encoding="utf-8"))
    search = find_with_nlp if options.nlp else find
    judged = [
        (zlib.crc32(text.encode()) & 1, gold, _spans(search(text), labelled)) for text, gold, labelled in _read(samples)
    ]
    whole = _score((gold, ours) for _, gold, ours in judged)
    result: dict[str, Any] = {"data": options.data.name, "sentences": len(judged), "nlp": options.nlp, **_result(whole)}
    for name, half in (("tuned_half", 0), ("held_out_half", 1)):
        result[name] = _result(_score((gold, ours) for side, gold, ours in judged if side == half))
    result["versions"] = versions("numba", "numpy")
    print(json.dumps(result))


def _result(score: Score) -> Mapping[str, Any]:
    return {"micro_f1": round(score.f1(STRUCTURED), 4), "per_element": score.per_element()}


def _read(samples: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Span], frozenset[str]]]:
    """Text, labels, and the types that the file labels at all (what it does not label cannot be extra)."""
    kinds = frozenset(TYPES[s["entity_type"]] for x in samples for s in x["spans"] if s["entity_type"] in TYPES)
    for sample in samples:
        gold = [
            Span(TYPES[span["entity_type"]], span["start_position"], span["end_position"])
            for span in sample["spans"]
            if span["entity_type"] in TYPES
        ]
        yield sample["full_text"], gold, kinds


def _spans(mentions: Sequence[Mention], kinds: frozenset[str]) -> list[Span]:
    found = [Span(_kind(mention), mention.start, mention.end) for mention in mentions]
    return [span for span in found if span.kind in kinds]


def _kind(mention: Mention) -> str:
    if mention.element == "account_number" and mention.text[:2].isalpha():
        return "iban"
    return _OURS.get(mention.element, mention.element)


def _score(judged: Iterator[tuple[list[Span], list[Span]]]) -> Score:
    score = Score(Counter(), Counter(), Counter())
    for gold, ours in judged:
        for label in gold:
            (score.found if any(label.overlaps(span) for span in ours) else score.lost)[label.kind] += 1
        for span in ours:
            score.extra[span.kind] += not any(span.overlaps(label) for label in gold)
    return score


if __name__ == "__main__":
    main()
