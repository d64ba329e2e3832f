"""7z, by the extra `archives` (py7zr, LGPL): unpacked in one go into a bounded copy, of which members are stretches."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from amends.scan.files.parts import LOCKED, Opener, Part, Workroom, outside
from amends.scan.files.source import ChangedError, Source
from amends.scan.files.unpacking import DAMAGED, Slice, check_ratio
from amends.scan.files.unreadable import UnreadableError


def missing() -> str:
    """Why 7z is not read here, or ""."""
    return "" if importlib.util.find_spec("py7zr") else "7z archives need the extra amends[archives]"


def seven_zip(source: Source, room: Workroom) -> Iterator[Part]:
    """The members. Raises `UnreadableError` when it is damaged, locked as a whole, or the extra is not installed."""
    if reason := missing():
        raise UnreadableError(reason)
    infos = _listed(source)
    wanted = [info.filename for info in infos if not _reason(info)]
    archive = _Archive(source, room, wanted)
    for info in infos:
        reason = _reason(info)
        yield Part(
            info.filename,
            info.uncompressed or 0,
            None if reason else archive.opener(info.filename),
            reason,
            "link" if info.is_symlink else "",
        )


def _listed(source: Source) -> list[Any]:
    import py7zr

    with source.open() as file:
        try:
            with py7zr.SevenZipFile(file, "r") as archive:
                if archive.needs_password():
                    raise UnreadableError(LOCKED)
                return [info for info in archive.list() if not info.is_directory]
        except UnreadableError:
            raise
        except py7zr.PasswordRequired as error:
            raise UnreadableError(LOCKED) from error
        except Exception as error:
            raise UnreadableError(DAMAGED) from error


def _reason(info: Any) -> str:
    if info.is_symlink:
        return "symbolic links are not followed"
    return outside(info.filename) if info.is_file else "only regular members are read"


class _Archive:
    """The unpacked content of one archive: a copy in the work folder, and where in it each member lies."""

    def __init__(self, source: Source, room: Workroom, names: list[str]) -> None:
        self._source = source
        self._room = room
        self._names = names
        self._number = room.number()
        self._places: dict[str, tuple[int, int]] = {}

    def opener(self, name: str) -> Opener:
        """Opens one member."""

        def stream() -> BinaryIO:
            copy = self._room.made(self._number, self._pour)
            if name not in self._places:
                raise UnreadableError(DAMAGED)
            start, size = self._places[name]
            return io.BufferedReader(Slice(copy.open("rb"), start, size))

        return stream

    def _pour(self, write: Callable[[bytes], object]) -> None:
        import py7zr

        places: dict[str, tuple[int, int]] = {}
        packed = self._source
        with packed.open() as file:
            size = file.seek(0, 2)
            file.seek(0)
            try:
                with py7zr.SevenZipFile(file, "r") as archive:
                    archive.extract(targets=self._names, factory=_factory(write, places, size, packed))
            except (UnreadableError, ChangedError):
                raise
            except Exception as error:
                raise UnreadableError(DAMAGED) from error
        self._places = places


def _factory(write: Callable[[bytes], object], places: dict[str, tuple[int, int]], size: int, source: Source) -> Any:
    from py7zr.io import Py7zIO, WriterFactory

    total = 0

    class Writer(Py7zIO):
        def __init__(self, name: str) -> None:
            self._name = name
            places[name] = total, 0

        def write(self, data: bytes | bytearray) -> int:
            nonlocal total
            total += len(data)
            check_ratio(total, size, source.limits)
            write(bytes(data))
            start, length = places[self._name]
            places[self._name] = start, length + len(data)
            return len(data)

        def read(self, _: int | None = None) -> bytes:
            return b""

        def seek(self, _: int, __: int = 0) -> int:
            return 0

        def flush(self) -> None:
            return None

        def size(self) -> int:
            return places[self._name][1]

    class Factory(WriterFactory):
        def create(self, filename: str) -> Any:
            return Writer(filename)

    return Factory()
