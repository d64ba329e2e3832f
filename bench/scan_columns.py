"""How often the column verdicts are right: micro F1 over the personal types of human-labelled tables.

`python -m bench.scan_columns --data FILE` takes any file of the format of `gittables_dev.json`: table → columns → five
cells and a label. A column counts as found when amends says which element its values are, whoever they belong to: a
spouse's telephone number, about which a human is asked, is a telephone number. Types that no label of the file names
are not scored (`unlabelled` counts what was found of them). Nothing is fitted to the file. The tables fall into two
halves by a hash of their name: rules were tuned on the half `tuned` of the development file only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from amends.scan import ColumnVerdict, classify

_MAP = Path(__file__).with_suffix(".yaml")


def main() -> None:
    """Print one JSON object last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("both", "tuned", "reported"), default="both")
    parser.add_argument("--misses", action="store_true", help="name the columns that were missed or wrongly found")
    options = parser.parse_args()
    types = yaml.safe_load(_MAP.read_text(encoding="utf-8"))
    tables = json.loads(options.data.read_text(encoding="utf-8"))
    used = {column["pii_gt"] for table in tables.values() for column in table["columns"].values()}
    scored = {kind: entry for kind, entry in types.items() if used & set(entry["labels"])}
    unlabelled: Counter[str] = Counter()
    halves: dict[str, list[tuple[str | None, str | None]]] = {"tuned": [], "reported": []}
    for name, table in sorted(tables.items()):
        half = half_of(name)
        if options.half not in ("both", half):
            continue
        for column, wanted, found in judged(table["columns"], types):
            if found and found not in scored:
                unlabelled[found] += 1
                found = None
            halves[half].append((wanted, found))
            if options.misses and wanted != found:
                print(f"{name} · {column}: wanted {wanted}, found {found}")
    scores = {half: score(pairs) for half, pairs in halves.items() if pairs}
    whole = score([pair for pairs in halves.values() for pair in pairs])
    print(json.dumps({**whole, "tables": len(tables), "unlabelled": dict(unlabelled),
                      "halves": {half: found["micro_f1"] for half, found in scores.items()}}))  # fmt: skip


def half_of(table: str) -> str:
    """The half a table falls into, by its name alone."""
    return "reported" if hashlib.sha256(table.encode()).digest()[0] & 1 else "tuned"


def judged(columns: Mapping[str, Any], types: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    """Each column with the personal type its label means and the one amends finds."""
    labels = {label: kind for kind, entry in types.items() for label in entry["labels"]}
    if not columns:
        return
    longest = max(len(column["records"]) for column in columns.values())
    cells = [
        [*map(_text, column["records"]), *[""] * (longest - len(column["records"]))] for column in columns.values()
    ]
    table = pa.Table.from_arrays([pa.array(column, pa.string()) for column in cells], names=[*columns])
    for (name, column), verdict in zip(columns.items(), classify(table), strict=True):
        yield name, labels.get(column["pii_gt"]), found_type(verdict, types)


def found_type(verdict: ColumnVerdict, types: Mapping[str, Any]) -> str | None:
    """The personal type that a verdict means."""
    for kind, entry in types.items():
        if verdict.holds in entry["elements"] or {verdict.field, verdict.whose} & set(entry.get("fields", ())):
            return str(kind)
    return None


def score(pairs: list[tuple[str | None, str | None]]) -> dict[str, Any]:
    """Micro precision, recall and F1 over the types, each type apart, and columns lost and extra."""
    right = Counter(wanted for wanted, found in pairs if wanted and wanted == found)
    wanted_of, found_of = (Counter(pair[side] for pair in pairs if pair[side]) for side in (0, 1))
    per_element = {
        kind: {"precision": _share(right[kind], found_of[kind]), "recall": _share(right[kind], wanted_of[kind]),
               "n": wanted_of[kind]}
        for kind in sorted({*map(str, wanted_of), *map(str, found_of)})
    }  # fmt: skip
    hits, wanted, found = right.total(), wanted_of.total(), found_of.total()
    return {
        "micro_f1": round(2 * hits / (wanted + found), 4) if wanted + found else 0.0,
        "precision": _share(hits, found),
        "recall": _share(hits, wanted),
        "columns": len(pairs),
        "personal": wanted,
        "lost": wanted - hits,
        "extra": found - hits,
        "per_element": per_element,
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main()
