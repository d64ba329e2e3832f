"""Pictures as text by Tesseract: the program is started on the bytes alone, with a time limit, and writes no file."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from amends.scan.documents.document import Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.passages import cut
from amends.scan.files.source import Source

_LARGEST = 64 << 20


@cache
def tesseract() -> str:
    """Where the program is, or ""."""
    return shutil.which("tesseract") or ""


def missing() -> str:
    """Why pictures cannot be read here, or ""."""
    return "" if tesseract() else "pictures need the program tesseract (amends[ocr])"


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture in a format Tesseract knows."""

    content: bytes

    def text(self, seconds: float) -> bytes | None:
        """Its text as UTF-8; None if it cannot be read in that time or at all."""
        if not self.content or not tesseract():
            return None
        try:
            done = subprocess.run(
                [tesseract(), "stdin", "stdout"],
                input=self.content,
                capture_output=True,
                timeout=seconds,
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except (subprocess.TimeoutExpired, OSError):
            return None
        return done.stdout if done.returncode == 0 else None


class ImageDocument:
    """A picture file."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The text that was recognised; see `document.Document`."""
        content = self._source.head(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UnreadableError(f"the picture is larger than {_LARGEST >> 20} MiB")
        text = Picture(content).text(self._bounds.seconds)
        if text is None:
            raise UnreadableError(
                f"the picture is damaged, or was not recognised in {self._bounds.seconds:.0f} seconds"
            )
        yield from cut([text], "", self._bounds.passage)

    def attachments(self) -> Iterator[Attachment]:
        """None."""
        return iter(())
