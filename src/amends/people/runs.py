"""Arrays of numbers by bucket, on disk once they are many: what a sort of all would need is never in memory at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
HELD = 1 << 26
"""Numbers that are kept in memory."""


class Runs:
    """Numbers in buckets. Use as a context manager; its file has no name and goes with it."""

    def __init__(self, folder: Path | None, *, held: int | None = None) -> None:
        self._folder, self._most = folder, HELD if held is None else held
        self._memory: dict[int, list[Codes]] = {}
        self._places: dict[int, list[tuple[int, int]]] = {}
        self._count = self._end = 0
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._memory.clear()
        self._places.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def buckets(self) -> list[int]:
        """The buckets with numbers, ascending."""
        return sorted(self._memory.keys() | self._places.keys())

    def add(self, bucket: int, codes: Codes) -> None:
        """Append to a bucket."""
        if not len(codes):
            return
        self._memory.setdefault(bucket, []).append(codes)
        self._count += len(codes)
        if self._count > self._most:
            self._write()

    def of(self, bucket: int) -> Codes:
        """The numbers of a bucket, in the order in which they were added; a copy."""
        parts = [self._read(start, count) for start, count in self._places.get(bucket, [])]
        return np.concatenate([np.empty(0, np.uint64), *parts, *self._memory.get(bucket, [])])

    def _write(self) -> None:
        if self._file is None:
            self._file = _nameless(self._folder)
        self._file.seek(self._end)
        for bucket in sorted(self._memory):
            for codes in self._memory[bucket]:
                codes.tofile(self._file)
                self._places.setdefault(bucket, []).append((self._end, len(codes)))
                self._end += codes.nbytes
        self._memory.clear()
        self._count = 0

    def _read(self, start: int, count: int) -> Codes:
        assert self._file is not None
        self._file.seek(start)
        return np.fromfile(self._file, np.uint64, count)


class Aside:
    """Arrays put on disk while something larger is in memory; let go of them where they were."""

    def __init__(self, folder: Path | None, arrays: Iterable[NDArray[Any]]) -> None:
        self._file = _nameless(folder)
        self._kinds: list[tuple[np.dtype[Any], int]] = []
        for array in arrays:
            array.tofile(self._file)
            self._kinds.append((array.dtype, len(array)))

    def back(self) -> tuple[NDArray[Any], ...]:
        """The arrays, once."""
        with self._file:
            self._file.seek(0)
            return tuple(np.fromfile(self._file, kind, count) for kind, count in self._kinds)


class Shelf:
    """Arrays on disk by number, to be read again."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._places: dict[int, int] = {}
        self._file: IO[bytes] | None = None

    def put(self, number: int, array: NDArray[Any]) -> None:
        """Keep an array that lies in one piece."""
        if self._file is None:
            self._file = _nameless(self._folder)
        self._places[number] = self._file.seek(0, 2)
        array.tofile(self._file)

    def fetch(self, number: int, into: NDArray[Any]) -> bool:
        """Read the array of a number, if there is one, into another of its shape and type; whether there was."""
        if self._file is None or number not in self._places:
            return False
        self._file.seek(self._places[number])
        read = self._file.readinto(into.reshape(-1).view(np.uint8).data)  # type: ignore[attr-defined]
        assert read == into.nbytes
        return True

    def close(self) -> None:
        """Forget everything."""
        self._places.clear()
        if self._file is not None:
            self._file.close()
            self._file = None


def _nameless(folder: Path | None) -> IO[bytes]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryFile(dir=folder)
