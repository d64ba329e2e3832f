"""Compound files (MS-CFB) made for the tests: storages and streams, all in the mini stream or in sectors."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

_END, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
_UNUSED = bytes(68) + b"\xff" * 12 + bytes(48)

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    """A line of the directory."""

    name: str
    kind: int
    content: bytes | Tree
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        """Its 128 bytes."""
        wide = (self.name + "\0").encode("utf-16-le")
        links = struct.pack("<HBBIII", len(wide), self.kind, 1, _NONE, self.right, self.child)
        return wide.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


def compound(tree: Tree) -> bytes:
    """A compound file of version 3 with these streams (bytes) and storages (mappings)."""
    entries = _entries(tree)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = b"", list[int]()
    for entry in entries:
        if not isinstance(entry.content, bytes):
            continue
        entry.size, entry.start = len(entry.content), _END
        if entry.size >= _CUTOFF:
            entry.start = _chain(sectors, fat, entry.content)
        elif entry.size:
            pieces = -(-entry.size // _MINI)
            entry.start = len(mini_fat)
            mini_fat += [entry.start + piece + 1 for piece in range(pieces - 1)] + [_END]
            mini += entry.content.ljust(pieces * _MINI, b"\0")
    entries[0].start, entries[0].size = (_chain(sectors, fat, mini), len(mini)) if mini else (_END, 0)
    packed = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    packed += b"\xff" * (-len(packed) % _SECTOR)
    minis = _chain(sectors, fat, packed) if packed else _END
    directory = b"".join(entry.packed() for entry in entries) + _UNUSED * (-len(entries) % 4)
    start = _chain(sectors, fat, directory)
    tables = -(-(len(fat) + 1) // (_SECTOR // 4 - 1))
    places = range(len(fat), len(fat) + tables)
    table = struct.pack(f"<{len(fat) + tables}I", *fat, *[_FAT] * tables).ljust(tables * _SECTOR, b"\xff")
    head = _MAGIC + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, tables, start, 0, _CUTOFF, minis, len(packed) // _SECTOR, _END, 0)
    head += struct.pack("<109I", *places, *[_NONE] * (109 - tables))
    return head + b"".join(sectors) + table


def _entries(tree: Tree) -> list[_Entry]:
    """The directory, storage by storage; what lies in one storage is a chain to the right, by length and name."""
    entries = [_Entry("Root Entry", 5, tree)]
    for entry in entries:
        if isinstance(entry.content, bytes) or not entry.content:
            continue
        entry.child = len(entries)
        names = sorted(entry.content, key=lambda name: (len(name), name.upper()))
        for name in names:
            inner = entry.content[name]
            entries.append(_Entry(name, 2 if isinstance(inner, bytes) else 1, inner))
            if name != names[-1]:
                entries[-1].right = len(entries)
    return entries


def _chain(sectors: list[bytes], fat: list[int], data: bytes) -> int:
    first, pieces = len(sectors), -(-len(data) // _SECTOR)
    for piece in range(pieces):
        sectors.append(data[piece * _SECTOR : (piece + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
        fat.append(first + piece + 1 if piece + 1 < pieces else _END)
    return first
