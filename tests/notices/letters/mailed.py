"""Exported mail as its reader finds it: manifests, and the text of pages as pypdfium2 reads them."""

from __future__ import annotations

import csv
from pathlib import Path

import pypdfium2 as pdfium


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def manifest(folder: Path) -> list[dict[str, str]]:
    """The rows of every manifest of a folder."""
    return [row for path in sorted(folder.glob("mail_*.csv")) for row in rows(path)]


def by_person(folder: Path) -> dict[int, dict[str, str]]:
    """The manifest row of each person, by number."""
    return {int(row["REFERENCE_NUMBER"].split("-")[0]): row for row in manifest(folder) if not row["SEED"]}


def page_text(folder: Path, row: dict[str, str]) -> str:
    """The text of the pages that a manifest row names."""
    document = pdfium.PdfDocument(folder / row["FILE"])
    first = int(row["FIRST_PAGE"]) - 1
    found = [document[number].get_textpage().get_text_bounded() for number in range(first, first + int(row["PAGES"]))]
    document.close()
    return "\n".join(found)


def window_text(folder: Path, row: dict[str, str], area: tuple[float, float, float, float]) -> list[str]:
    """The lines in an area of a letter's first page: left, top, right, bottom in inches from the upper left corner."""
    document = pdfium.PdfDocument(folder / row["FILE"])
    left, top, right, bottom = area
    text = document[int(row["FIRST_PAGE"]) - 1].get_textpage()
    found = text.get_text_bounded(72 * left, 792 - 72 * bottom, 72 * right, 792 - 72 * top).split("\r\n")
    document.close()
    return found
