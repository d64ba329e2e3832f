"""What a zip holds, from its central directory alone: nothing is unpacked, and a huge directory is not even read."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from amends.scan.limits import Limits
from amends.scan.reader import UnreadableError
from amends.scan.source import Source

_END = b"PK\x05\x06"
_DIRECTORY_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive: its path inside, its unpacked size in bytes, and whether it needs a password."""

    path: str
    bytes: int
    locked: bool


def members(source: Source, limits: Limits) -> Sequence[Member]:
    """The members of a zip, without folders. Raises `UnreadableError` when it is damaged or lists too many."""
    with source.open() as file:
        count, size = _directory(file)
        if count > limits.members or size > _DIRECTORY_BYTES:
            raise UnreadableError(f"archives are not unpacked yet, and it lists more than {limits.members} members")
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableError("the archive is damaged or cut short") from error
    found = [Member(info.filename, info.file_size, bool(info.flag_bits & 1)) for info in infos if not info.is_dir()]
    if len(found) > limits.members:
        raise UnreadableError(f"archives are not unpacked yet, and it lists more than {limits.members} members")
    return sorted(found, key=lambda member: member.path)


def _directory(file: BinaryIO) -> tuple[int, int]:
    """Entries and bytes of the central directory as the end record states them."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise UnreadableError("the archive is damaged or cut short")
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    locator = tail.rfind(b"PK\x06\x07", 0, at)
    if locator >= 0 and locator + 16 <= len(tail):
        file.seek(min(size, struct.unpack_from("<Q", tail, locator + 8)[0]))
        record = file.read(56)
        if record[:4] == b"PK\x06\x06" and len(record) == 56:
            return struct.unpack_from("<QQ", record, 32)
    return entries, length
