"""What archives hold: zip, tar, 7z, and the single stream within gzip, bzip2, xz and zstd files.

Directories of archives are read for names and places only. Sizes they state are listed, never believed.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from amends.scan.files.limits import Limits
from amends.scan.files.parts import LOCKED, Opener, Part, Workroom, outside
from amends.scan.files.sevenzip import seven_zip
from amends.scan.files.source import Source
from amends.scan.files.unpacking import DAMAGED, Slice, Unpacked, Zstd
from amends.scan.files.unreadable import UnreadableError

_END = b"PK\x05\x06"
_DIRECTORY_BYTES = 256 << 20
_METHODS = {
    zipfile.ZIP_STORED: "",
    zipfile.ZIP_DEFLATED: "deflate",
    zipfile.ZIP_BZIP2: "bzip2",
    zipfile.ZIP_LZMA: "lzma",
}
_STREAMS = {"gzip": (".gz", ".gzip"), "bzip2": (".bz2",), "xz": (".xz",), "zstd": (".zst", ".zstd")}
_SHORT = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar"}


def members(name: str, source: Source, path: str, room: Workroom) -> Iterator[Part]:
    """The parts of an archive of this format in its own order. Raises `UnreadableError` when it is damaged."""
    if name in _STREAMS:
        return iter([_only(name, source, path)])
    if name == "7z":
        return seven_zip(source, room)
    return _zip(source) if name == "zip" else _tar(source)


def _buffered(stream: io.RawIOBase | BinaryIO) -> BinaryIO:
    return io.BufferedReader(stream, 1 << 19)  # type: ignore[type-var]


def _only(name: str, source: Source, path: str) -> Part:
    limits = source.limits

    def stream() -> BinaryIO:
        packed = source.begin()
        if name == "zstd":
            return _buffered(Zstd(packed, limits))
        return _buffered(Unpacked(packed, name, limits, several=True))

    return Part(_inner_name(name, PurePosixPath(path.rpartition("!")[2]).name), 0, stream)


def _inner_name(name: str, outer: str) -> str:
    for ending, inner in _SHORT.items():
        if outer.lower().endswith(ending):
            return outer[: -len(ending)] + inner
    for ending in _STREAMS[name]:
        if outer.lower().endswith(ending) and len(outer) > len(ending):
            return outer[: -len(ending)]
    return "content"


def _zip(source: Source) -> Iterator[Part]:
    with source.open() as file:
        entries, length = _directory(file)
        if length > _DIRECTORY_BYTES or entries > 8 * source.limits.members:
            raise UnreadableError("the archive lists too many members")
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise UnreadableError(DAMAGED) from error
    for info in infos:
        kind = "link" if (info.external_attr >> 28) == 0o12 else ""
        reason = outside(info.filename)
        if kind:
            reason = "symbolic links are not followed"
        elif info.flag_bits & 0x41 or info.compress_type == 99:
            reason = LOCKED
        elif info.compress_type not in _METHODS:
            reason = f"its way of compression is not known (zip method {info.compress_type})"
        yield Part(info.filename, info.file_size, None if reason else _zip_opener(source, info), reason, kind)


def _zip_opener(source: Source, info: zipfile.ZipInfo) -> Opener:
    def stream() -> BinaryIO:
        file = source.open()
        try:
            file.seek(info.header_offset)
            header = file.read(30)
            if header[:4] != b"PK\x03\x04" or len(header) < 30:
                raise UnreadableError(DAMAGED)
            names, extra = struct.unpack_from("<HH", header, 26)
            packed = _buffered(Slice(file, info.header_offset + 30 + names + extra, info.compress_size))
            return _buffered(_zip_engine(packed, info, source.limits))
        except BaseException:
            file.close()
            raise

    return stream


def _zip_engine(packed: BinaryIO, info: zipfile.ZipInfo, limits: Limits) -> io.RawIOBase | BinaryIO:
    method = _METHODS[info.compress_type]
    if not method:
        return packed
    opening = b""
    if method == "lzma":
        properties = packed.read(9)[4:]
        opening = properties + (b"\xff" * 8 if info.flag_bits & 2 else info.file_size.to_bytes(8, "little"))
    return Unpacked(packed, method, limits, crc=info.CRC, opening=opening)


def _directory(file: BinaryIO) -> tuple[int, int]:
    """Entries and bytes of the central directory as the end record states them."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise UnreadableError(DAMAGED)
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    locator = tail.rfind(b"PK\x06\x07", 0, at)
    if locator >= 0 and locator + 16 <= len(tail):
        file.seek(min(size, struct.unpack_from("<Q", tail, locator + 8)[0]))
        record = file.read(56)
        if record[:4] == b"PK\x06\x06" and len(record) == 56:
            return struct.unpack_from("<QQ", record, 32)
    return entries, length


def _tar(source: Source) -> Iterator[Part]:
    with source.open() as file:
        try:
            with tarfile.open(fileobj=file, mode="r:") as archive:
                for member in archive:
                    archive.members = []  # type: ignore[attr-defined]
                    if not member.isdir():
                        yield _of_tar(source, member)
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            raise UnreadableError(DAMAGED) from error


def _of_tar(source: Source, member: tarfile.TarInfo) -> Part:
    if member.issym() or member.islnk():
        return Part(member.name, 0, None, "links within archives are not followed", "link")
    if not member.isreg() or member.issparse():
        return Part(member.name, member.size, None, "only regular members are read", "special")
    reason = outside(member.name)
    start, size = member.offset_data, member.size

    def stream() -> BinaryIO:
        return _buffered(Slice(source.open(), start, size))

    return Part(member.name, size, None if reason else stream, reason)
