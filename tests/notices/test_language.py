"""A further language is a file; what is wrong with a file is one line that says where."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from amends import notices
from amends.case import Case
from amends.elements import ELEMENTS
from amends.notices import element_lists, language, likeness, texts
from amends.notices.channels import outline
from amends.notices.language import FOLDER, TemplateError, languages
from tests.notices.people_who_lost import INCIDENT, ORGANISATION, person, tables

NewCase = Callable[..., Case]
CACHES = [
    language.languages,
    texts.layout,
    outline.outlines,
    element_lists._longest_first,
    element_lists._separator,
    likeness._day_forms,
    likeness._stem,
    likeness._number_words,
    likeness._fillers,
    likeness._joints,
    likeness._endings,
]


MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


def forget() -> None:
    for known in CACHES:
        known.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates that the languages are read from."""
    copy = tmp_path / "templates"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr(language, "FOLDER", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


def in_french(block: Any) -> Any:
    """Every text of a block marked as French, slots and line ends kept."""
    if isinstance(block, dict):
        return {key: in_french(inner) for key, inner in block.items()}
    return "\n".join(f"{line} [fr]" if line else line for line in block.split("\n"))


def french() -> dict[str, Any]:
    raw = yaml.safe_load((FOLDER / "en.yaml").read_text(encoding="utf-8"))
    raw |= {
        "language": "fr",
        "months": MONTHS.split(" "),
        "date": "{day} {month} {year}",
        "elements": {element.id: f"le {element.spanish}" for element in ELEMENTS},
        "list": {"between": ", ", "last": " et ", "last_of_many": " et "},
    }
    raw["blocks"] = {name: in_french(block) for name, block in raw["blocks"].items()}
    raw["blocks"]["window"] = "{address_block}"
    return raw


def put(folder: Path, raw: object) -> None:
    (folder / "fr.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")


def test_a_language_added_as_a_file_serves_every_channel(folder: Path, new_case: NewCase) -> None:
    put(folder, french())
    case = new_case(
        tables=tables([person(1, language="fr", phone="+15555550101", phone_source="registry"), person(2)]),
        organisation=ORGANISATION,
        incident=INCIDENT,
        engine={"threads": 2},
    )
    notices.run(case)
    letter = case.output("mail/letters.parquet").to_table().to_pylist()
    assert {row["language"] for row in letter} == {"en", "fr"}
    french_letter = next(row["text"] for row in letter if row["language"] == "fr")
    assert "le nombre, le fecha de nacimiento et le número de Seguro Social. [fr]" in french_letter
    assert "28 février 2022" in french_letter
    texts = case.output("channels/texts.parquet").to_table().to_pylist()
    by_channel: dict[str, set[str]] = {}
    for row in texts:
        by_channel.setdefault(row["channel"], set()).add(row["language"])
    assert {channel for channel, found in by_channel.items() if "fr" in found} == by_channel.keys()
    page = next(row for row in texts if row["channel"] == "page" and row["language"] == "fr")
    assert '<html lang="fr">' in page["finished"]
    assert 'href="page-public-standard-es.html"' in page["finished"]


WRONG = {
    "a missing block": (lambda raw: raw["blocks"].pop("banner_affected"), "block banner_affected is not there"),
    "a block too many": (lambda raw: raw["blocks"].update(extra="x"), "block extra is in no notice"),
    "a missing slot": (lambda raw: raw["blocks"].update(when_found="Lu."), r"block when_found lacks the slot \{disc"),
    "a slot that English lacks": (
        lambda raw: raw["blocks"].update(freeze="{phone}"),
        r"block freeze has, and not English, the slot \{phone\}",
    ),
    "an unknown slot": (
        lambda raw: raw["blocks"].update(title="{nmae}"),
        r"unknown slot \{nmae\}.*fr\.yaml, block title",
    ),
    "an open brace": (lambda raw: raw["blocks"].update(title="{name"), "brace.*block title"),
    "an empty block": (lambda raw: raw["blocks"].update(freeze=" \n"), "block freeze is empty"),
    "a list for a block": (lambda raw: raw["blocks"].update(freeze=["a"]), "not a text.*block freeze"),
    "HTML": (lambda raw: raw["blocks"].update(freeze="<b>Gel</b>"), "HTML.*block freeze"),
    "an entity": (lambda raw: raw["blocks"].update(freeze="Gel&nbsp;"), "HTML.*block freeze"),
    "a tab": (lambda raw: raw["blocks"].update(freeze="Un\tgel"), "tab.*block freeze"),
    "an unseen character": (lambda raw: raw["blocks"].update(freeze="Un\u200bgel"), r"U\+200B.*block freeze"),
    "words that tell nothing apart": (lambda raw: raw["blocks"].update(freeze={"dogs": "x"}), "told apart by dogs"),
    "eleven months": (lambda raw: raw["months"].pop(), "months are not 12 words"),
    "no months": (lambda raw: raw.pop("months"), "months is not there"),
    "no element names": (lambda raw: raw.pop("elements"), "elements is not there"),
    "an element without a name": (lambda raw: raw["elements"].pop("ssn"), r"elements\.ssn is not there"),
    "a date without its day": (lambda raw: raw.update(date="{month} {year}"), r"does not have \{day\}.*date"),
    "an addressee without a name": (lambda raw: raw["addressee"].update(estate="Famille"), r"addressee\.estate"),
    "another language's code": (lambda raw: raw.update(language="es"), "language is not fr"),
    "no text for the code": (lambda raw: raw.update(language=False), "language is not as in en"),
}


@pytest.mark.parametrize("defect", WRONG)
def test_a_defect_of_a_language_file_is_one_line_that_names_file_and_place(folder: Path, defect: str) -> None:
    spoil, words = WRONG[defect]
    raw = french()
    spoil(raw)
    put(folder, raw)
    with pytest.raises(TemplateError, match=words) as caught:
        languages()
    assert "fr.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"# nothing but a comment\n", "it is empty"),
        (b"- a\n- b\n", "it has no keys"),
        (b"language: fr\nblocks:\n\ttitle: x\n", r"not valid YAML.*line 3"),
        (b"language: \xff\xfe\n", "not UTF-8"),
        (b"language: fr\nblocks:\n  title: x\n  title: y\n", "title stands twice.*line 4"),
        ("language: fr\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_template_is_one_line(folder: Path, content: bytes, words: str) -> None:
    (folder / "fr.yaml").write_bytes(content)
    with pytest.raises(TemplateError, match=words) as caught:
        languages()
    assert "fr.yaml" in str(caught.value)


def test_a_mark_of_byte_order_and_line_ends_of_other_systems_change_no_word(folder: Path) -> None:
    before = languages()["es"]
    path = folder / "es.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    forget()
    assert languages()["es"] == before
