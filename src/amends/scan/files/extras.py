"""What reads the formats that not every installation reads: the extras and programs that are here, with their versions.

They are an input of scan: with one more installed, a run reads what the last one had to leave out.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

PACKAGES: Final = ("fastavro", "fastexcel", "kreuzberg", "libpff-python", "py7zr", "pypdfium2")
PROGRAMS: Final = ("tesseract",)


def installed() -> Mapping[str, str]:
    """The packages with their versions, and the programs, that are here."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found | {name: "installed" for name in PROGRAMS if shutil.which(name)}
