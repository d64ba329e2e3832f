"""The scripts of a web page that hold data: what a page is built from often stands in it, assigned to a variable.

Each is a file of its own (JSON, or code with values in it). Scripts in which nothing looks like a person's number or
address are left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

from amends.scan.documents.document import Attachment

_OPENING: Final = re.compile(rb"<(script|style)(?=[\s>/])[^<>]*>", re.IGNORECASE)
_CLOSING: Final = {
    b"script": re.compile(rb"</script[\s>/]", re.IGNORECASE),
    b"style": re.compile(rb"</style[\s>/]", re.IGNORECASE),
}
_LONGEST_TAG: Final = 4 << 10
_END: Final = 16
_MOST: Final = 64 << 20
"""Bytes of a script; a longer one is read in parts."""
_TELLING: Final = re.compile(rb"@|\d{3}\W{0,2}\d{4}(?!\d)|\d{3}\W\d\d\W\d{4}|\d{9}")


def scripts_of(chunks: Iterable[bytes]) -> Iterator[Attachment]:
    """The telling scripts of a page that comes in ASCII-based chunks."""
    number = 0
    for script in _scripts(chunks):
        if _TELLING.search(script):
            number += 1
            yield Attachment(f"script {number}", _opener(script))


def _opener(script: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(script)


def _scripts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = inside = b""
    body: list[bytes] = []
    for chunk in chunks:
        data, at = held + chunk, 0
        while True:
            if inside:
                close = _CLOSING[inside].search(data, at)
                stop = close.start() if close else max(at, len(data) - _END)
                if inside == b"script":
                    body.append(data[at:stop])
                at = stop
                if close is None and sum(map(len, body)) < _MOST:
                    break
                yield b"".join(body)
                body = []
                if close is None:
                    break
                inside = b""
            opening = _OPENING.search(data, at)
            if opening is None:
                bracket = data.rfind(b"<", max(at, len(data) - _LONGEST_TAG))
                at = bracket if bracket >= 0 else len(data)
                break
            at, inside = opening.end(), opening[1].lower()
        held = data[at:]
    yield b"".join(body) + held if inside == b"script" else b""
