"""What a reader may take: the bounds that keep memory flat whatever a file holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, counts in pieces. The defaults keep one file under about half a GiB of memory."""

    chunk: int = 1 << 20
    """Bytes read at a time."""
    row: int = 16 << 20
    """A longer row is rejected and counted."""
    quoted: int = 256 << 10
    """A quoted field that runs over row ends must close, and its row end, within so much."""
    cells: int = 2 << 20
    """Cells of one batch."""
    columns: int = 10_000
    """A table with more columns is not read."""
    members: int = 200_000
    """Parts of one taken file, at all depths together; those beyond are not read."""
    depth: int = 8
    """Containers within containers."""
    ratio: int = 500
    """Unpacked over packed bytes of a member, and of a taken file as a whole, beyond the `allowance`."""
    allowance: int = 64 << 20
    """Unpacked bytes that are never too many."""
    spool: int = 64 << 30
    """Bytes of a part that may be kept in the case's work folder while it is read."""
    sheet: int = 256 << 20
    """Unpacked bytes of a spreadsheet, which its library holds in memory."""
    sample: int = 1 << 20
    """Bytes from which format, delimiter and header are told."""


DEFAULT = Limits()
