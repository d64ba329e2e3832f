"""Bytes that come in pieces, as a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

_BUFFER = 1 << 17


def in_order(pieces: Iterator[bytes], beneath: BinaryIO | None = None) -> BinaryIO:
    """Pieces as a stream. Closing it closes the file `beneath`, which they are read from."""
    return io.BufferedReader(_InOrder(pieces, beneath), _BUFFER)


class _InOrder(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes], beneath: BinaryIO | None) -> None:
        self._pieces, self._beneath = pieces, beneath
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = memoryview(piece)
        size = min(len(into), len(self._held))
        into[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def close(self) -> None:
        if self._beneath is not None:
            self._beneath.close()
        super().close()
