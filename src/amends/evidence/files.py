"""Files that are there whole or not at all, and their hashes."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amends.errors import StorageError

_CHUNK = 1 << 20


def sha256_file(path: Path) -> str:
    """Hash of a file's content, hexadecimal, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that a kill leaves the old content or the new, never half. Raises `StorageError`."""
    draft = path.with_name(f".{path.name}.draft")
    with disk_errors(path.name):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move_file(draft, path)


def move_file(source: Path, target: Path) -> None:
    """Rename over the target and make the rename durable."""
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_errors(where: str) -> Iterator[None]:
    """Turn a full, read-only or failing disk into `StorageError`; other errors pass through."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError("the disk is full", where=where, mend="free some space and run it again") from error
        if error.errno in (errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.EFBIG):
            raise StorageError(
                f"cannot write: {os.strerror(error.errno).lower()}", where=where, mend="check the disk and its rights"
            ) from error
        raise
