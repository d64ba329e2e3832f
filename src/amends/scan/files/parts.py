"""A part: something inside a taken file that is a file of its own, as archive members and attachments are.

Its bytes come as a stream, counted while they flow against what the whole taken file may unpack to. A reader that must
seek gets them from a copy in the case's work folder, named by a number, made when it is asked for and thrown away with
the taken file: names found in containers are never paths on this disk.
"""

from __future__ import annotations

import io
import itertools
import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from amends.scan.files.limits import Limits
from amends.scan.files.source import ChangedError, Source, read_up_to
from amends.scan.files.unreadable import UnreadableError

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Part:
    """A part as its container lists it: its name inside, its size where known, how to open it or why it is not read."""

    name: str
    bytes: int
    open: Opener | None
    reason: str = ""
    kind: str = ""
    """The format of a part that is no file: link or special."""


_COPIES = 64
LOCKED = "it needs a password"


def outside(name: str) -> str:
    """Why a part of this name is not read, or "": names that lead out of their archive are not trusted."""
    slashes = name.replace("\\", "/")
    if slashes.startswith("/") or slashes[1:2] == ":" or ".." in slashes.split("/"):
        return "its name leads out of the archive"
    return ""


class Budget:
    """What one taken file may still unpack to, and how many parts of it may still be looked at."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self._bytes = limits.allowance * 16 + packed * limits.ratio
        self._parts = limits.members
        self.limits = limits

    def take(self, count: int) -> None:
        """Count unpacked bytes. Raises `UnreadableError` when they are too many."""
        self._bytes -= count
        if self._bytes < 0:
            raise UnreadableError("the taken file unpacks to too much: the rest of it is not unpacked")

    def another(self) -> bool:
        """Count a part; False when there are too many."""
        self._parts -= 1
        return self._parts >= 0


class Workroom:
    """Copies of parts in one folder, under numbers. It holds about one taken file's at a time, the last used last."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._numbers = itertools.count()
        self._kept: OrderedDict[int, tuple[Path, int]] = OrderedDict()

    def copy_of(self, number: int, stream: Opener) -> Path:
        """The copy of the part of this number, made from its stream unless there is one already."""

        def pour(write: Callable[[bytes], object]) -> None:
            with stream() as source:
                while chunk := read_up_to(source, 1 << 20):
                    write(chunk)

        return self.made(number, pour)

    def made(self, number: int, pour: Callable[[Callable[[bytes], object]], None]) -> Path:
        """The copy of this number; unless there is one, `pour` is called with the function that writes to it."""
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number][0]
        path = self.place(str(number))
        room = min(self._limits.spool, shutil.disk_usage(self._folder).free * 4 // 5)
        size = 0
        try:
            with path.open("wb") as sink:

                def write(data: bytes) -> None:
                    nonlocal size
                    size += len(data)
                    if size > room:
                        raise UnreadableError("it is too large to unpack into the case's work folder")
                    sink.write(data)

                pour(write)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._kept[number] = path, size
        while len(self._kept) > 1 and (len(self._kept) > _COPIES or self._held() > self._limits.spool):
            self.drop(next(iter(self._kept)))
        return path

    def place(self, name: str) -> Path:
        """Where a file of this name may be written."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._folder / name

    def _held(self) -> int:
        return sum(size for _, size in self._kept.values())

    def number(self) -> int:
        """A number for a part."""
        return next(self._numbers)

    def holds(self, number: int) -> bool:
        """Whether there is a copy of the part of this number."""
        return number in self._kept

    def clear(self) -> None:
        """Throw all copies away; they are made again when they are asked for."""
        for number in list(self._kept):
            self.drop(number)

    def drop(self, number: int) -> None:
        """Throw one copy away, if there is one."""
        if number in self._kept:
            self._kept.pop(number)[0].unlink(missing_ok=True)


class PartSource(Source):
    """The bytes of a part, with the interface of a file on disk. `outer` is the source of what it lies in."""

    def __init__(self, outer: Source, stream: Opener, room: Workroom, budget: Budget, *, once: bool = False) -> None:
        super().__init__(Path(), outer.limits)
        self._outer = outer
        self._stream = stream
        self._room = room
        self._budget = budget
        self._number = room.number()
        self._counted = 0
        self._once = once
        self._whole: bytes | None = None

    def open(self) -> BinaryIO:
        """A copy of the part as a regular file."""
        path = self._room.copy_of(self._number, self._metered)
        return path.open("rb", 0)

    def begin(self) -> BinaryIO:
        """The bytes from the beginning: unpacked as they are read, or from the copy if there is one."""
        if self._whole is not None:
            return io.BytesIO(self._whole)
        return self.open() if self._once or self._room.holds(self._number) else self._metered()

    def head(self, size: int) -> bytes:
        """The first bytes; if they are all there are they are kept until `rest`."""
        found = super().head(size)
        if len(found) < size:
            self._whole = found
        return found

    def rest(self) -> None:
        """Forget what is kept of it; it is unpacked again when it is asked for."""
        self._whole = None
        self._room.drop(self._number)

    def check(self, _: BinaryIO) -> None:
        """Raise `ChangedError` if the taken file changed."""
        self._outer.unchanged()

    def unchanged(self) -> None:
        """Raise `ChangedError` if the taken file changed."""
        self._outer.unchanged()

    def _metered(self) -> BinaryIO:
        return io.BufferedReader(_Metered(self._stream(), self._count), 1 << 19)

    def _count(self, position: int) -> None:
        if position > self._counted:
            self._budget.take(position - self._counted)
            self._counted = position

    @property
    def size(self) -> int:
        """Bytes of the part, as far as it was read."""
        return self._counted


class _Metered(io.RawIOBase):
    """A stream that tells how far it was read, and raises nothing but what the scan knows."""

    def __init__(self, stream: BinaryIO, tell: Callable[[int], None]) -> None:
        self._stream = stream
        self._report = tell
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        try:
            data = self._stream.read(len(into))
        except (UnreadableError, ChangedError):
            raise
        except Exception as error:
            raise UnreadableError("it is damaged or cut short") from error
        into[: len(data)] = data
        self._position += len(data)
        self._report(self._position)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
