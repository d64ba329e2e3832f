"""Facts are kept in YAML files beside the code that reads them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def facts_of(package: str | None, *path: str) -> Any:
    """The content of a YAML file of a package, as plain lists, mappings, texts and numbers."""
    text = files(package or "amends").joinpath(*path).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)
