"""scan: what personal data the taken files hold.

Reads the folder `inputs.taken`. Writes `files` (every file and archive member, read or not, and why), `columns` (what
each column of a table holds), `mentions` (values in free text, `find`), `records` (one human in one place) and
`reviews` (columns of which only a human can say what they hold). Every file, row and byte is accounted for.

files/ says what each file is and unpacks it; values/ judges single values; tables/ and documents/ hold a reader a
format; columns/ reaches the verdict on each column and makes records; text/ finds values in free text; cells/ finds
those that stand with other text in the cells of a table. The modules beside these folders run the verb.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from amends.scan.columns.classify import ColumnVerdict, classify
    from amends.scan.text.find import Mention, find
    from amends.scan.verb import run

__all__ = ["ColumnVerdict", "Mention", "classify", "find", "run"]
_FACE = {
    "ColumnVerdict": "columns.classify",
    "Mention": "text.find",
    "classify": "columns.classify",
    "find": "text.find",
    "run": "verb",
}


def __getattr__(name: str) -> Any:
    """The face, imported on first use: the child process that reads for the scan needs none of it."""
    if name not in _FACE:
        raise AttributeError(f"module 'amends.scan' has no attribute {name!r}")
    return getattr(import_module(f"amends.scan.{_FACE[name]}"), name)
