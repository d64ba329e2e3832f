"""What a reader raises for a file that it cannot read."""

from __future__ import annotations


def defect(error: Exception) -> str:
    """The reason for a file on which a reader failed in a way that nobody foresaw; never the error's own words."""
    return f"its reader failed on it ({type(error).__name__}), which is a defect of amends: please report it"


class UnreadableError(Exception):
    """The file cannot be read as what it looks like; the message is a reason without values."""
