"""The languages of notices: one file each, read and checked, so that a further language is a file and nothing else.

Every language has the blocks of English with the same slots. Texts are plain: how they are marked up is decided where
they are printed, sent or shown, so a template with markup of its own is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from amends.elements import ELEMENTS
from amends.errors import AmendsError

FOLDER: Final = Path(__file__).parent / "templates"
REFERENCE: Final = "en"

PERSONAL: Final = ("address_block", "name", "reference", "elements", "code", "months", "enrol_by", "new_elements")
"""Slots that differ from person to person, in the order in which `render` in mail.sql lists their values."""

STATIC: Final = frozenset(
    {"organisation", "organisation_line", "organisation_place", "phone", "website", "email", "notice_date", "began"}
    | {"ended", "discovered", "contained", "people_total", "bureaus", "trade_commission", "state_office"}
    | {"parent_company", "delay_reason", "taken", "people_told"}
)
"""Slots that are the same for everyone who gets the text. `taken` and `people_told`: the elements taken from the people
whom a page or a script is for, and their number; letters and e-mails do not have them."""

SLOT: Final = re.compile(r"\{([^{}]*)\}")

_DIMENSIONS: Final = (
    frozenset({"self", "guardian", "estate"}),
    frozenset({"first", "supplementary", "courtesy"}),
    frozenset({"range", "start", "undated"}),
    frozenset({"delayed", "not_delayed"}),
    frozenset({"owned", "not_owned"}),
    frozenset({"line_with_us", "line_elsewhere"}),
    frozenset({"in_us", "abroad"}),
    frozenset({"current", "former", "prospective", "prepaid", "minor", "estate", "unknown"}),
)
_VOCABULARY: Final = {"en": "english", "es": "spanish"}
_MARKUP: Final = re.compile(r"</?[A-Za-z!?][^<>]*>|&(?:[A-Za-z]+|#\d+|#[xX][0-9A-Fa-f]+);")
_FILE: Final = re.compile(r"[a-z]{2,3}")


_SAFE: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SAFE):
    """Reads YAML as plain values and refuses a key that stands twice: the first of them would be lost."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class TemplateError(AmendsError):
    """A template has a slot, block or word that amends does not know, or lacks one that it needs."""


@dataclass(frozen=True, slots=True)
class ListWords:
    """What stands between the items of a list: `between` two, before the `last` of two, before the `last_of_many`.

    `before` maps the pattern of a last item to what stands before it instead.
    """

    between: str
    last: str
    last_of_many: str
    before: Mapping[str, str]

    def joints(self) -> frozenset[str]:
        """Everything that can stand between two items."""
        return frozenset({self.between, self.last, self.last_of_many, *self.before.values()})


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language; `blocks` holds a text, or texts by one word of the notice.

    `elements` are plain names by element id. The disclosure filter uses `number_words` with their values, `endings`
    that do not make another word, and `fillers`, words that say nothing by themselves.
    """

    code: str
    months: tuple[str, ...]
    day_form: str
    no_name: str
    addressee: Mapping[str, str]
    subject: str
    elements: Mapping[str, str]
    lists: ListWords
    number_words: Mapping[str, int]
    endings: tuple[str, ...]
    fillers: tuple[str, ...]
    blocks: Mapping[str, Any]

    def day(self, day: date) -> str:
        """A day in words."""
        return self.day_form.format(month=self.months[day.month - 1], day=day.day, year=day.year)


@cache
def languages() -> Mapping[str, Language]:
    """Every language that has a file. Raises `TemplateError` naming the file and the block, key or slot."""
    codes = sorted(path.stem for path in FOLDER.glob("*.yaml") if _FILE.fullmatch(path.stem))
    found = {code: _language(code) for code in codes}
    for code, language in found.items():
        _require_same(code, language, found[REFERENCE])
    return found


def leaves(code: str, name: str, block: Any) -> Iterator[str]:
    """The texts of a block. Raises `TemplateError` where they are told apart by words that no notice has."""
    where = f"template {code}.yaml, block {name}"
    if not isinstance(block, dict):
        yield _text(block, where)
        return
    if not block or not any(set(block) <= dimension for dimension in _DIMENSIONS):
        raise TemplateError(
            f"block {name} is told apart by {', '.join(map(str, block)) or 'nothing'}",
            where=f"template {code}.yaml",
            mend="use one of " + "; ".join(", ".join(sorted(dimension)) for dimension in _DIMENSIONS),
        )
    for inner in block.values():
        yield from leaves(code, name, inner)


def check_slots(text: str, where: str, known: frozenset[str]) -> None:
    """Raise `TemplateError` naming the first slot of `text` that is not known."""
    for slot in SLOT.findall(text):
        if slot not in known:
            raise TemplateError(
                f"unknown slot {{{slot}}}", where=where, mend=f"the slots are {', '.join(sorted(known))}"
            )


def _language(code: str) -> Language:
    raw = _Keys(code, _read(code))
    if raw.text("language") != code:
        raise TemplateError(f"language is not {code}", where=f"template {code}.yaml", mend="it is the file's name")
    joints = raw.sub("list")
    blocks = raw.get("blocks", dict)
    known = frozenset(PERSONAL) | STATIC
    for name, block in blocks.items():
        for text in leaves(code, str(name), block):
            check_slots(text, f"template {code}.yaml, block {name}", known)
    return Language(
        code=code,
        months=raw.texts("months", 12),
        day_form=raw.form("date", frozenset({"day", "month", "year"})),
        no_name=raw.text("no_name"),
        addressee={key: raw.sub("addressee").form(key, frozenset({"name"})) for key in ("self", "guardian", "estate")},
        subject=raw.text("subject", STATIC),
        elements=_elements(code, raw),
        lists=ListWords(
            joints.joint("between"),
            joints.joint("last"),
            joints.joint("last_of_many"),
            joints.get("before", dict) if "before" in joints.raw else {},
        ),
        number_words={str(word): int(value) for word, value in raw.get("number_words", dict).items()},
        endings=tuple(map(str, raw.get("endings", list))),
        fillers=tuple(map(str, raw.get("fillers", list))),
        blocks=blocks,
    )


def _elements(code: str, raw: _Keys) -> Mapping[str, str]:
    """Plain names of the elements: those of the vocabulary, for a language that it lacks those of the file."""
    if code in _VOCABULARY:
        return {element.id: getattr(element, _VOCABULARY[code]) for element in ELEMENTS}
    return {element.id: raw.sub("elements").text(element.id) for element in ELEMENTS}


def _read(code: str) -> Any:
    """A language's file; a mark of byte order and line ends of other systems make no difference."""
    where = f"template {code}.yaml"
    try:
        text = (FOLDER / f"{code}.yaml").read_text(encoding="utf-8-sig")
        raw = yaml.load(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        raise TemplateError("it is not UTF-8 text", where=where, mend="save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where} line {mark.line + 1}" if mark else where
        told = getattr(error, "problem", None) or "it cannot be read"
        raise TemplateError(f"not valid YAML: {told}", where=place, mend="indent with spaces, each key once") from error
    if not isinstance(raw, dict):
        raise TemplateError("it is empty" if raw is None else "it has no keys", where=where, mend="see en.yaml")
    return raw


def _require_same(code: str, language: Language, reference: Language) -> None:
    """Raise `TemplateError` where a language lacks a block or a slot of the reference, or has one more."""
    where = f"template {code}.yaml"
    for name in reference.blocks.keys() - language.blocks.keys():
        raise TemplateError(f"block {name} is not there", where=where, mend=f"{REFERENCE}.yaml has its words")
    for name in language.blocks.keys() - reference.blocks.keys():
        raise TemplateError(f"block {name} is in no notice", where=where, mend=f"{REFERENCE}.yaml lists the blocks")
    for name, block in reference.blocks.items():
        wanted, given = (list(leaves(code, name, found)) for found in (block, language.blocks[name]))
        if any(wanted) and not any(text.strip() for text in given):
            raise TemplateError(f"block {name} is empty", where=where)
        for one, other, word in ((wanted, given, "lacks"), (given, wanted, "has, and not English,")):
            slots = {slot for text in one for slot in SLOT.findall(text)}
            lacking = sorted(slots - {slot for text in other for slot in SLOT.findall(text)})
            if lacking:
                raise TemplateError(f"block {name} {word} the slot {{{lacking[0]}}}", where=where)


def _text(value: Any, where: str) -> str:
    """A plain text as it may stand in a template. Raises `TemplateError`."""
    if not isinstance(value, str):
        raise TemplateError("it is not a text", where=where, mend="put it in quotes")
    if "\t" in value:
        raise TemplateError("it holds a tab", where=where, mend="use spaces")
    unseen = [mark for mark in value if mark != "\n" and unicodedata.category(mark) in ("Cc", "Cf", "Zl", "Zp", "Co")]
    if unseen:
        raise TemplateError(f"it holds the unseen character U+{ord(unseen[0]):04X}", where=where, mend="delete it")
    if _MARKUP.search(value):
        raise TemplateError("it holds HTML", where=where, mend="texts are plain: amends marks them up")
    if set("{}") & set(SLOT.sub("", value)):
        raise TemplateError("it holds a brace that is not closed or opened", where=where)
    return value


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of a template, each asked for with the kind it must have."""

    code: str
    raw: Mapping[Any, Any]
    path: str = ""

    def get(self, key: str, kind: type) -> Any:
        where = f"template {self.code}.yaml"
        if key not in self.raw:
            raise TemplateError(f"{self.path}{key} is not there", where=where, mend="see en.yaml")
        value = self.raw[key]
        if not isinstance(value, kind):
            raise TemplateError(f"{self.path}{key} is not as in en.yaml", where=where, mend="put a text in quotes")
        return value

    def sub(self, key: str) -> _Keys:
        return _Keys(self.code, self.get(key, dict), f"{self.path}{key}.")

    def text(self, key: str, slots: frozenset[str] = frozenset()) -> str:
        where = f"template {self.code}.yaml, {self.path}{key}"
        value = _text(self.get(key, str), where)
        if not value.strip():
            raise TemplateError("it is empty", where=where)
        check_slots(value, where, slots)
        return value

    def form(self, key: str, slots: frozenset[str]) -> str:
        """A text that has each of some slots once."""
        value = self.text(key, slots)
        if sorted(SLOT.findall(value)) != sorted(slots):
            told = ", ".join(f"{{{slot}}}" for slot in sorted(slots))
            raise TemplateError(f"it does not have {told} once", where=f"template {self.code}.yaml, {self.path}{key}")
        return value

    def joint(self, key: str) -> str:
        found: str = self.get(key, str)
        return found

    def texts(self, key: str, count: int) -> tuple[str, ...]:
        found = self.get(key, list)
        if len(found) != count or not all(isinstance(part, str) for part in found):
            raise TemplateError(f"{key} are not {count} words", where=f"template {self.code}.yaml")
        return tuple(found)
