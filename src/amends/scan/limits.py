"""What a reader may take: the bounds that keep memory flat whatever a file holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, counts in pieces. The defaults keep one file under about half a GiB of memory."""

    chunk: int = 8 << 20
    """Bytes read at a time."""
    row: int = 16 << 20
    """A longer row is rejected and counted."""
    quoted: int = 256 << 10
    """A quoted field that runs over row ends must close, and its row end, within so much."""
    cells: int = 2 << 20
    """Cells of one batch."""
    columns: int = 10_000
    """A table with more columns is not read."""
    members: int = 10_000
    """Members of an archive that are listed one by one."""
    sample: int = 1 << 20
    """Bytes from which format, delimiter and header are told."""


DEFAULT = Limits()
