"""Compressed streams, unpacked a bounded piece at a time: the headers' word on sizes is never taken for it."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

import pyarrow as pa

from amends.scan.files.limits import Limits
from amends.scan.files.unreadable import UnreadableError

_PACKED_AT_ONCE = 1 << 17
DAMAGED = "it is damaged or cut short"


class Slice(io.RawIOBase):
    """A stretch of a file that can seek: `length` bytes from `start`. Closing it closes the file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file = file
        self._left = length
        file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        data = self._file.read(min(len(into), self._left))
        if not data and self._left and len(into):
            raise UnreadableError(DAMAGED)
        into[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Engine(Protocol):
    """One compressed stream being unpacked."""

    eof: bool

    @property
    def unused_data(self) -> bytes: ...

    def unpack(self, data: bytes, size: int) -> bytes: ...

    @property
    def hungry(self) -> bool: ...


class _Deflate:
    def __init__(self, bits: int) -> None:
        self._engine = zlib.decompressobj(bits)

    def unpack(self, data: bytes, size: int) -> bytes:
        return self._engine.decompress(self._engine.unconsumed_tail + data, size)

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def hungry(self) -> bool:
        return not self._engine.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data


class _Stdlib:
    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def unpack(self, data: bytes, size: int) -> bytes:
        found: bytes = self._engine.decompress(data, size)
        return found

    @property
    def eof(self) -> bool:
        return bool(self._engine.eof)

    @property
    def hungry(self) -> bool:
        return bool(self._engine.needs_input)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._engine.unused_data)


_MEMORY = 256 << 20
"""What an lzma stream may demand for its dictionary."""
ENGINES: dict[str, Callable[[], Any]] = {
    "deflate": lambda: _Deflate(-15),
    "gzip": lambda: _Deflate(31),
    "bzip2": lambda: _Stdlib(bz2.BZ2Decompressor()),
    "xz": lambda: _Stdlib(lzma.LZMADecompressor(memlimit=_MEMORY)),
    "lzma": lambda: _Stdlib(lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY)),
}


_BEGINNINGS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a packed stream. Raises `UnreadableError` for damage and for what looks like a bomb.

    `opening` goes before the packed bytes. `crc` is checked at the end where it is given; `several` lets streams follow
    one another, as gzip, bzip2 and xz allow.
    """

    def __init__(
        self,
        packed: BinaryIO,
        engine: str,
        limits: Limits,
        *,
        crc: int | None = None,
        several: bool = False,
        opening: bytes = b"",
    ) -> None:
        self._packed = packed
        self._make = ENGINES[engine]
        self._engine: _Engine = self._make()
        self._limits = limits
        self._crc, self._found_crc = crc, 0
        self._several = several
        self._taken = self._given = 0
        self._waiting = opening
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._ended:
            try:
                data = self._piece(len(into))
            except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
                raise UnreadableError(DAMAGED) from error
            if data:
                self._count(data)
                into[: len(data)] = data
                return len(data)
        return 0

    def _piece(self, size: int) -> bytes:
        if self._engine.eof:
            return self._next_stream()
        data = b""
        if self._engine.hungry:
            data, self._waiting = self._waiting or self._packed.read(_PACKED_AT_ONCE), b""
            self._taken += len(data)
        found = self._engine.unpack(data, size)
        if not data and not found and self._engine.hungry and not self._engine.eof:
            raise EOFError
        return found

    def _next_stream(self) -> bytes:
        rest = self._engine.unused_data or (self._packed.read(_PACKED_AT_ONCE) if self._several else b"")
        self._taken += 0 if self._engine.unused_data else len(rest)
        rest = rest.lstrip(b"\0")
        if self._several and rest.startswith(_BEGINNINGS):
            self._taken -= len(rest)
            self._waiting = rest
            self._engine = self._make()
            return b""
        self._ended = True
        if self._crc is not None and self._found_crc != self._crc:
            raise EOFError
        return b""

    def _count(self, data: bytes) -> None:
        self._given += len(data)
        if self._crc is not None:
            self._found_crc = zlib.crc32(data, self._found_crc)
        check_ratio(self._given, self._taken, self._limits)

    def close(self) -> None:
        self._packed.close()
        super().close()


def check_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    """Raise `UnreadableError` when so many bytes came out of so few that it looks like a bomb."""
    if unpacked > limits.allowance and unpacked > limits.ratio * packed:
        raise UnreadableError(f"it unpacks to more than {limits.ratio} times its size: it looks like a bomb")


class Zstd(io.RawIOBase):
    """The unpacked bytes of a zstd stream, by Arrow's codec."""

    def __init__(self, packed: BinaryIO, limits: Limits) -> None:
        self._packed = _Counted(packed)
        self._stream = pa.CompressedInputStream(pa.PythonFile(self._packed, "r"), "zstd")
        self._limits = limits
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        try:
            data = self._stream.read(min(len(into), 1 << 20))
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError(DAMAGED) from error
        into[: len(data)] = data
        self._given += len(data)
        check_ratio(self._given, self._packed.taken, self._limits)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


class _Counted(io.RawIOBase):
    """A stream that counts what was read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        data = self._stream.read(len(into))
        into[: len(data)] = data
        self.taken += len(data)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
