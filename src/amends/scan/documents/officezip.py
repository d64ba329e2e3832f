"""The zip around an office file: its members read in bounded pieces, and their XML as events without any entity."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from amends.scan.documents.document import Bounds, UnreadableError

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
)
"""What `zipfile` and the decoders raise on a damaged, cut or forged file."""
_BLOCK = 64 << 10
_FREE = 1 << 20
_DIRECTORY = 16 << 20
_ELEMENTS_DEEP = 2_000
_LONGEST_TOKEN = 4 << 20


class OfficeZip:
    """An opened office file. Every byte unpacked counts against `bounds.unpacked`."""

    def __init__(self, file: BinaryIO, bounds: Bounds) -> None:
        self._bounds = bounds
        self._left = bounds.unpacked
        _refuse_large_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
        except DAMAGED as error:
            raise UnreadableError("the file is damaged or cut short") from error
        if len(infos) > bounds.parts:
            raise UnreadableError(f"it lists more than {bounds.parts} members")
        self.members = {info.filename: info for info in infos if not info.filename.endswith("/")}

    def blocks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a member. Raises `UnreadableError` where they end wrongly or are too many."""
        info, given = self.members[name], 0
        if info.flag_bits & 1:
            raise UnreadableError("it needs a password")
        try:
            with self._zip.open(info) as member:
                while block := member.read(_BLOCK):
                    given += len(block)
                    self._left -= len(block)
                    if given > _FREE and given > info.compress_size * self._bounds.ratio:
                        raise UnreadableError(f"it unpacks to more than {self._bounds.ratio} times its size")
                    if self._left < 0 or given > self._bounds.attachment:
                        raise UnreadableError(f"it unpacks to more than {self._bounds.unpacked >> 20} MiB")
                    yield block
        except DAMAGED as error:
            raise UnreadableError("the file is damaged or cut short") from error


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


def parse(blocks: Iterator[bytes], start: Start, end: End, data: Data) -> Iterator[None]:
    """Parse XML; names come without their prefix. Yields after each block. Refuses types and entities."""
    parser = expat.ParserCreate()
    quiet, deep = 0, 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal quiet, deep
        quiet, deep = 0, deep + 1
        if deep > _ELEMENTS_DEEP:
            raise UnreadableError(f"its XML is nested deeper than {_ELEMENTS_DEEP} elements")
        start(name.rpartition(":")[2], attributes)

    def on_end(name: str) -> None:
        nonlocal quiet, deep
        quiet, deep = 0, deep - 1
        end(name.rpartition(":")[2])

    def on_data(text: str) -> None:
        nonlocal quiet
        quiet = 0
        data(text)

    def refuse(*_: object) -> None:
        raise UnreadableError("its XML declares a document type or an entity")

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = on_start, on_end, on_data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        for block in blocks:
            quiet += len(block)
            parser.Parse(block, False)
            if quiet > _LONGEST_TOKEN:
                raise UnreadableError(f"a piece of its XML is longer than {_LONGEST_TOKEN >> 20} MiB")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableError("its XML is damaged or cut short") from error
    yield


def _refuse_large_directory(file: BinaryIO) -> None:
    """`zipfile` would hold all of it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = b"".join(iter(lambda: file.read(65_557), b""))
    at = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if length > _DIRECTORY:
        raise UnreadableError(f"its list of members is longer than {_DIRECTORY >> 20} MiB")
    file.seek(0)
