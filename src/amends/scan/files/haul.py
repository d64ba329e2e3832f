"""The haul: every entry below the folder of taken files, in one order, with an id that it keeps in later runs.

Symbolic links are listed and never followed; what is no regular file is listed. The wave of a file is the first folder
below the taken files. Order: wave, then path.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from amends.errors import InputError


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: path below the taken files (posix, undecodable bytes escaped), size in bytes, kind."""

    wave: str
    path: str
    where: Path
    bytes: int
    kind: str
    """file, link, special, or unreadable (a folder that cannot be listed, an entry that is gone)."""
    changed: int = 0
    """Time of the last change, nanoseconds."""
    inode: int = 0


def entries(taken: Path) -> list[Entry]:
    """Everything below `taken`, sorted. Raises `InputError` when it is missing, no folder, or holds no file."""
    if not taken.is_dir():
        raise InputError(
            "the folder of taken files is not there", where="case.toml, inputs.taken", mend="put the taken files there"
        )
    found = sorted(_walk(taken, ""), key=lambda entry: (entry.wave, entry.path))
    if not found:
        raise InputError(
            "the folder of taken files is empty", where="case.toml, inputs.taken", mend="put the taken files there"
        )
    return found


def number(paths: list[str], known: Mapping[str, int]) -> dict[str, int]:
    """File ids by path: known paths keep theirs, new ones get the next numbers in the order given."""
    ids = {path: known[path] for path in paths if path in known}
    following = max(known.values(), default=0) + 1
    for path in paths:
        if path not in ids:
            ids[path] = following
            following += 1
    return ids


def _walk(folder: Path, below: str) -> Iterator[Entry]:
    try:
        children = list(os.scandir(folder))
    except OSError:
        yield Entry(_wave(below + "/"), below, folder, 0, "unreadable")
        return
    for child in children:
        path = f"{below}/{_text(child.name)}" if below else _text(child.name)
        try:
            facts = child.stat(follow_symlinks=False)
        except OSError:
            yield Entry(_wave(path), path, Path(child.path), 0, "unreadable")
            continue
        if stat.S_ISDIR(facts.st_mode):
            yield from _walk(Path(child.path), path)
        elif stat.S_ISLNK(facts.st_mode):
            yield Entry(_wave(path), path, Path(child.path), 0, "link")
        elif stat.S_ISREG(facts.st_mode):
            where = Path(child.path)
            yield Entry(_wave(path), path, where, facts.st_size, "file", facts.st_mtime_ns, facts.st_ino)
        else:
            yield Entry(_wave(path), path, Path(child.path), 0, "special")


def _wave(path: str) -> str:
    first, slash, _ = path.partition("/")
    return first if slash else ""


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
