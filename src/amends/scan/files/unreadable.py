"""What a reader raises for a file that it cannot read."""

from __future__ import annotations

DEFECT = "its reader failed on it, which is a defect of amends: please report it"


class UnreadableError(Exception):
    """The file cannot be read as what it looks like; the message is a reason without values."""
