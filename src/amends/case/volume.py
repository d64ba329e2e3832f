"""Whether the volume that holds a folder is encrypted, as far as the system says without special rights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def volume_encrypted(path: Path) -> bool | None:
    """True or False where the system says so, None where it cannot be told."""
    if sys.platform == "darwin":
        return _filevault()
    if sys.platform.startswith("linux"):
        return _dm_crypt(path)
    return None


def _filevault() -> bool | None:
    try:
        said = subprocess.run(["/usr/bin/fdesetup", "status"], capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return "FileVault is On" in said.stdout


def _dm_crypt(path: Path) -> bool | None:
    """Follow the block device of the folder down to its disks; dm-crypt names itself in the device-mapper uuid."""
    number = path.stat().st_dev
    start = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not start.exists():
        return None
    waiting = [start.resolve()]
    while waiting:
        device = waiting.pop()
        uuid = device / "dm" / "uuid"
        if uuid.exists() and uuid.read_text().startswith("CRYPT-"):
            return True
        slaves = device / "slaves"
        waiting.extend(link.resolve() for link in (slaves.iterdir() if slaves.is_dir() else ()))
    return False
