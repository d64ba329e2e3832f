"""The bytes of one taken file: opened without following links, read in chunks, hashed, and watched for change."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from amends.scan.files.limits import Limits

Watcher = Callable[[int], None]
"""Called with the number of bytes just read."""


class ChangedError(Exception):
    """The file is no longer the one that was first opened; the scan lists it as changed."""


class Source:
    """A regular file on disk. Its hash is taken in the first pass over its bytes."""

    def __init__(self, path: Path, limits: Limits, watcher: Watcher | None = None) -> None:
        self.path = path
        self.limits = limits
        self._watcher = watcher
        self._mark: tuple[int, int, int] | None = None
        self._sha256: str | None = None

    def open(self) -> BinaryIO:
        """Open the file for reading. Raises `OSError`, or `ChangedError` when it is not the file seen before."""
        file = os.fdopen(os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), "rb", 0)
        try:
            self.check(file)
        except BaseException:
            file.close()
            raise
        return file

    def check(self, file: BinaryIO) -> None:
        """Raise `ChangedError` unless the open file has the identity, size and time it had at first."""
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise ChangedError
        mark = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
        if self._mark is None:
            self._mark = mark
        elif self._mark != mark:
            raise ChangedError

    def unchanged(self) -> None:
        """Raise `ChangedError` unless the file at this path is still the one seen before."""
        self.open().close()

    def head(self, size: int) -> bytes:
        """The first `size` bytes, or all there are."""
        with self.begin() as file:
            return read_up_to(file, size)

    def begin(self) -> BinaryIO:
        """The bytes from the beginning, for reading in order only."""
        return self.open()

    def chunks(self, skip: int = 0) -> Iterator[bytes]:
        """The bytes from `skip` on, `limits.chunk` at a time. Raises `ChangedError` at the end if the file changed."""
        digest = hashlib.sha256() if self._sha256 is None else None
        with self.begin() as file:
            while chunk := read_up_to(file, self.limits.chunk):
                if digest:
                    digest.update(chunk)
                if self._watcher:
                    self._watcher(len(chunk))
                yield chunk[skip:]
                skip = 0
            self.check(file)
        if digest:
            self._sha256 = digest.hexdigest()

    def sha256(self) -> str:
        """SHA-256 of the whole content, hexadecimal; reads the file unless `chunks` has been read to its end."""
        if self._sha256 is None:
            for _ in self.chunks():
                pass
        return str(self._sha256)


class DerivedSource(Source):
    """What is worked out of another source, with its interface: `chunks` alone tells it."""

    def head(self, size: int) -> bytes:
        """The first bytes, or all there are."""
        found = b""
        for chunk in self.chunks():
            found += chunk
            if len(found) >= size:
                break
        return found[:size]


def read_up_to(file: BinaryIO, size: int) -> bytes:
    """`size` bytes, or what is left of the file."""
    parts: list[bytes] = []
    while size > 0 and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
