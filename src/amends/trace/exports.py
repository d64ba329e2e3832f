"""The estate folder: every file in it, and what kind of export its content says it is.

Nothing is followed or opened that is not a regular file. A file that is no export of a known kind, or is broken, is
listed with a reason; the others are read.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from amends.errors import InputError

_HEAD: Final = 65_536
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BLANK: Final = b" \t\r\n"
SYSLOG_STAMP: Final = r"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)"
_SYSLOG: Final = re.compile(rf"^(?:<\d+>)?{SYSLOG_STAMP} \S+ \S+".encode(), re.MULTILINE)
_SIGNATURES: Final = {
    b"\x1f\x8b": "gzip: unpack it first",
    b"PK\x03\x04": "zip: unpack it first",
    b"BZh": "bzip2: unpack it first",
    b"\x28\xb5\x2f\xfd": "zstandard: unpack it first",
    b"\xfd7zXZ": "xz: unpack it first",
}


class Kind(Enum):
    """What an export holds, to judge by its first bytes."""

    XML = "xml"
    JSON = "json"
    LOG = "log"


class NotReadError(Exception):
    """Why a file, or the rest of it, could not be read, in a few words without values."""


@dataclass(frozen=True, slots=True)
class Export:
    """One file under the estate folder; `name` is its path below it."""

    path: Path
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that was not read, or only up to where it breaks, and why."""

    name: str
    reason: str


def walk(folder: Path) -> Iterator[Export | Listed]:
    """Every file below `folder`, in order of name. Raises `InputError` when there is no folder or nothing in it."""
    mend = "put the scans, secret-finder reports and auth logs there, or set inputs.estate in case.toml"
    if not folder.is_dir():
        raise InputError("there is no folder with exports of the estate", where=folder.name, mend=mend)
    found = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    if not found:
        raise InputError("the folder for exports of the estate is empty", where=folder.name, mend=mend)
    for path in found:
        name = printable(path.relative_to(folder).as_posix())
        try:
            yield Export(path, name, _kind(path))
        except NotReadError as error:
            yield Listed(name, str(error))
        except OSError:
            yield Listed(name, "it cannot be opened: check its rights")


def printable(text: str) -> str:
    """The text without control characters and broken bytes, for messages and tables."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(symbol if symbol.isprintable() else "?" for symbol in clean)


def size_and_time(path: Path) -> tuple[int, int]:
    """What changes when a file is written to: its size and modification time."""
    facts = path.lstat()
    return facts.st_size, facts.st_mtime_ns


def _kind(path: Path) -> Kind:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise NotReadError("a symbolic link, not followed")
    if not stat.S_ISREG(mode):
        raise NotReadError("not a regular file")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(_BLANK):
        raise NotReadError("empty" if len(head) < _HEAD else "blank at its beginning")
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise NotReadError(f"compressed with {what}")
    kind = _kind_of_text(_as_utf8(head))
    if kind is Kind.LOG and head.startswith(_UTF16):
        raise NotReadError("a log in UTF-16: convert it to UTF-8 first")
    return kind


def _kind_of_text(text: bytes) -> Kind:
    start = text.lstrip(_BLANK)
    if start.startswith(b"<") and not _SYSLOG.match(start):
        return Kind.XML
    if start[:1] in (b"[", b"{") or start.rstrip(_BLANK) == b"null":
        return Kind.JSON
    if _SYSLOG.search(text):
        return Kind.LOG
    raise NotReadError("binary data" if b"\0" in text else "text of a kind that trace does not read")


def _as_utf8(head: bytes) -> bytes:
    """The head as UTF-8 without a byte order mark; PowerShell writes redirected output as UTF-16."""
    if head.startswith(_UTF16):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    return head.removeprefix(b"\xef\xbb\xbf")
