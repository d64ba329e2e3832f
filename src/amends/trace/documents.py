"""JSON as tools write it: one array, one object after another, one a line, or `null` for nothing.

Items are decoded one at a time from a sliding window, so that memory holds one item, not the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from amends.trace.exports import NotReadError

_WINDOW: Final = 1 << 16
_LONGEST_ITEM: Final = 1 << 24


def items(path: Path) -> Iterator[Any]:
    """The items of a file: the elements of its array, else its values one after another; `null` alone is no item.

    Raises `NotReadError` naming the item at which the file breaks.
    """
    with path.open(encoding=_encoding(path), errors="replace") as file:
        window = _Window(file)
        array = window.peek() == "["
        if array:
            window.skip(1)
        number = 0
        while (symbol := window.peek()) and not (array and symbol == "]"):
            if number and array:
                if symbol != ",":
                    raise NotReadError(f"broken JSON after item {number}")
                window.skip(1)
            number += 1
            value = window.value(number)
            if value is not None or array:
                yield value
        if array and not symbol:
            raise NotReadError(f"JSON that ends after item {number}, before its array does")


class _Window:
    """The part of the file that is in memory."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._start = 0
        self._ended = False

    def peek(self) -> str:
        """The next symbol that is not blank, or nothing at the end."""
        while True:
            while self._start < len(self._text) and self._text[self._start].isspace():
                self._start += 1
            if self._start < len(self._text):
                return self._text[self._start]
            if not self._more(_WINDOW):
                return ""

    def skip(self, symbols: int) -> None:
        """Step over symbols that `peek` has shown."""
        self._start += symbols

    def value(self, number: int) -> Any:
        """The next value; `number` names it in errors."""
        self.peek()
        wanted = _WINDOW
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._start)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self._more(wanted):
                    raise NotReadError(f"broken JSON at item {number}") from None
            else:
                if end < len(self._text) or not self._more(_WINDOW):
                    self._start = end
                    return value
            wanted *= 2
            if len(self._text) - self._start > _LONGEST_ITEM:
                raise NotReadError(f"item {number} of the JSON is longer than 16 MiB")

    def _more(self, symbols: int) -> bool:
        """Read on; whether anything came."""
        piece = "" if self._ended else self._file.read(symbols)
        self._ended = not piece
        self._text, self._start = self._text[self._start :] + piece, 0
        return bool(piece)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(2)
    return "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


_DECODER: Final = json.JSONDecoder()
