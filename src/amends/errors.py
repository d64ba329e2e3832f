"""What can go wrong, in words a user can act on.

Every error says what happened, where, and how to mend it, with ids and counts but never a personal value.
The command line prints one as a single line and exits with its `exit_code`.
"""

from __future__ import annotations


class AmendsError(Exception):
    """Base of all errors that amends raises on purpose: `what`, `where` (may be empty) and `mend` (may be empty)."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(self.line())

    def line(self) -> str:
        """The error as one line: `what (where): how to mend it`."""
        text = " ".join(self.what.split())
        if self.where:
            text += f" ({self.where})"
        if self.mend:
            text += f": {' '.join(self.mend.split())}"
        return text


class CaseError(AmendsError):
    """A case folder is missing, incomplete, or already there."""


class SettingError(AmendsError):
    """A setting in case.toml is missing, unknown or of the wrong kind; `where` names file, key and line."""


class CaseKeyError(AmendsError):
    """The case key is missing or does not open this case."""


class CaseLockedError(AmendsError):
    """Another process is running this case."""


class TableError(AmendsError):
    """A table is missing, damaged, or does not have the columns and types of the contract in `tables.py`."""


class InputError(AmendsError):
    """An input that a verb cannot go on without is missing or cannot be read."""


class EvidenceError(AmendsError):
    """The evidence log is damaged or does not verify; `where` names the entry or file."""


class StorageError(AmendsError):
    """The disk is full, read-only or failing; what was already committed is untouched."""


class NotBuiltError(AmendsError):
    """A command of the design whose depth comes in a later release; nothing was done."""
