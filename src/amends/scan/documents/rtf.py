"""Rich text (RTF) as text: control words, code pages, Unicode escapes; pictures and embedded objects left out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import cache

from amends.scan.documents.document import Attachment, Bounds, Passage
from amends.scan.documents.passages import cut
from amends.scan.files.source import Source

_BLOCK = 1 << 20
_LEVELS = 100_000
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)",
    re.DOTALL,
)
_LONGEST_TOKEN = 64
_SIGNS = {
    b"par": b"\n", b"line": b"\n", b"row": b"\n", b"sect": b"\n", b"page": b"\n", b"column": b"\n", b"nestrow": b"\n",
    b"tab": b"\t", b"cell": b"\t", b"nestcell": b"\t", b"emdash": "—".encode(), b"endash": "–".encode(),
    b"lquote": b"'", b"rquote": b"'", b"ldblquote": b'"', b"rdblquote": b'"', b"bullet": "•".encode(),
    b"emspace": b" ", b"enspace": b" ", b"qmspace": b" ",
}  # fmt: skip
_SILENT = frozenset(
    b"colortbl datastore fchars filetbl generator latentstyles lchars levelnumbers leveltext listoverridetable "
    b"listtable listtext objclass objdata pict revtbl rsidtbl stylesheet themedata colorschememapping xmlnstbl"
    b" panose falt mmathPr wgrffmtfilter".split()
)
_HEARD = frozenset(
    b"annotation atnauthor fldinst formfield ffdeftext ffname footnote shptxt shpinst shprslt nesttableprops docvar"
    b" company manager xe userprops propname staticval pntxta pntxtb bkmkstart".split()
)
"""Destinations marked as optional that hold text all the same."""
_CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 255: "cp437",
}  # fmt: skip


class RtfDocument:
    """A rich text file."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The text; see `document.Document`."""
        reader = RtfText()
        yield from cut(reader.text(self._source.chunks()), "", self._bounds.passage)
        if reader.objects:
            self.gaps.append(f"{reader.objects} embedded objects were not read")
        if reader.cut_short:
            self.gaps.append("it ends within a picture or a list of styles: what follows its beginning was not read")

    def attachments(self) -> Iterator[Attachment]:
        """None."""
        return iter(())


class RtfText:
    """The state of reading: groups, code page of the font, characters to skip after a Unicode escape."""

    def __init__(self) -> None:
        self.objects = 0
        self._stack: list[tuple[bool, int, str, bool]] = []
        self._beyond = 0
        self._silent = False
        self._fonts_follow = False
        self._fallbacks = 1
        self._page = self._font_page = "cp1252"
        self._pages: dict[int, str] = {}
        self._font = 0
        self._skip = 0
        self._optional = False
        self._binary = 0
        self._codes = bytearray()
        self._high = 0
        self._out: list[bytes] = []

    def text(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The text as UTF-8, a piece for each MiB of input."""
        held = b""
        for chunk in chunks:
            for at in range(0, len(chunk), _BLOCK):
                data = held + chunk[at : at + _BLOCK]
                held = data[self._read(data, len(data) - _LONGEST_TOKEN) :]
                if len(self._codes) > _BLOCK:
                    self._flush()
                yield self._taken()
        self._read(held, len(held))
        self._flush()
        yield self._taken()

    @property
    def cut_short(self) -> bool:
        """The file ended within something that is no text."""
        return self._silent

    def _taken(self) -> bytes:
        text = b"".join(self._out)
        self._out.clear()
        return text

    def _read(self, data: bytes, until: int) -> int:
        """Take tokens that begin before `until`; returns where the next one begins."""
        at = 0
        while at < until:
            if self._binary:
                step = min(self._binary, len(data) - at)
                self._binary -= step
                at += step
                continue
            match = _TOKEN.match(data, at)
            if match is None:
                at += 1
                continue
            at = match.end()
            self._take(match)
        return at

    def _take(self, match: re.Match[bytes]) -> None:
        word, _, code, sign, brace, plain = match.groups()
        if plain is not None:
            self._plain(plain)
        elif code is not None:
            self._code(int(code, 16))
        elif word is not None:
            self._word(word, match[2])
        elif brace is not None:
            self._flush()
            self._group(brace)
        elif sign is not None:
            self._sign(sign)

    def _plain(self, text: bytes) -> None:
        if self._skip:
            cut_off = min(self._skip, len(text))
            self._skip -= cut_off
            text = text[cut_off:]
        self._optional = False
        if self._silent or not text:
            return
        self._flush_high()
        if self._codes or not text.isascii():
            self._codes += text
        else:
            self._out.append(text)

    def _code(self, value: int) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._silent:
            self._flush_high()
            self._codes.append(value)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._optional = True
        elif self._skip:
            self._skip -= 1
        elif not self._silent:
            self._flush()
            plain = {b"~": b" ", b"_": b"-", b"\n": b"\n", b"\r": b"\n", b"-": b"", b"|": b"", b":": b"", b"'": b""}
            self._out.append(plain.get(sign, sign if sign.isascii() else b""))

    def _group(self, brace: bytes) -> None:
        self._skip = 0
        self._optional = False
        if brace == b"{":
            if len(self._stack) >= _LEVELS:
                self._beyond += 1
                return
            self._stack.append((self._silent, self._fallbacks, self._font_page, self._fonts_follow))
        elif self._beyond:
            self._beyond -= 1
        elif self._stack:
            self._silent, self._fallbacks, self._font_page, self._fonts_follow = self._stack.pop()

    def _word(self, word: bytes, number: bytes | None) -> None:
        value = int(number) if number else 0
        optional, self._optional = self._optional, False
        if word == b"bin":
            self._binary = max(0, value)
        elif word == b"u" and number:
            self._unicode(value)
        elif word == b"uc":
            self._fallbacks = min(max(0, value), 100)
        elif self._skip and word in _SIGNS:
            self._skip -= 1
        elif word in _SIGNS:
            self._flush()
            if not self._silent:
                self._out.append(_SIGNS[word])
        elif word in (b"f", b"fcharset", b"ansicpg", b"mac", b"pc", b"pca", b"plain"):
            self._flush()
            self._choose_page(word, value)
        elif word == b"fonttbl":
            self._silent = self._fonts_follow = True
        elif word in _SILENT or (optional and word not in _HEARD):
            self.objects += word == b"objdata"
            self._silent = True

    def _unicode(self, value: int) -> None:
        self._skip = self._fallbacks
        if self._silent:
            return
        self._flush_codes()
        value = value & 0xFFFF if value < 0x10000 else min(value, 0x10FFFF)
        if 0xD800 <= value < 0xDC00:
            self._flush_high()
            self._high = value
        elif 0xDC00 <= value < 0xE000:
            if self._high:
                letter = chr(0x10000 + ((self._high - 0xD800) << 10) + (value - 0xDC00))
                self._out.append(letter.encode("utf-8"))
            self._high = 0
        else:
            self._flush_high()
            self._out.append(chr(value or 32).encode("utf-8"))

    def _choose_page(self, word: bytes, value: int) -> None:
        if word == b"f":
            self._font = value
            if not self._fonts_follow:
                self._font_page = self._pages.get(value, self._page)
        elif word == b"fcharset":
            if self._fonts_follow and value in _CODE_PAGES and len(self._pages) < 10_000:
                self._pages[self._font] = _CODE_PAGES[value]
        elif word == b"plain":
            self._font_page = self._page
        else:
            names = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
            self._page = self._font_page = names.get(word) or _code_page(value)

    def _flush(self) -> None:
        self._flush_high()
        self._flush_codes()

    def _flush_high(self) -> None:
        self._high = 0

    def _flush_codes(self) -> None:
        if self._codes:
            self._out.append(_decoded(bytes(self._codes), self._font_page))
            self._codes.clear()


def _decoded(codes: bytes, page: str) -> bytes:
    try:
        return codes.decode("utf-8" if page == "utf-8" else page).encode("utf-8")
    except UnicodeDecodeError:
        try:
            codes.decode("utf-8")
            return codes
        except UnicodeDecodeError:
            return codes.decode(page, "replace").encode("utf-8", "replace")


@cache
def _code_page(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030", 1361: "johab"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
