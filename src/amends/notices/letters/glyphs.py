"""The font of the stamped lines: typst sets every character that a line can hold once, and the PDF keeps the font.

The stamp and the set pages so have the same face from the same program, without a font file of our own. A character
without a glyph here cannot be stamped: it is an error of that letter, never a blank. Libertinus Serif (SIL Open Font
License 1.1, inside typst) has the letters of the Latin, Greek and Cyrillic scripts, Vietnamese among them. Scripts
that join or reorder their letters need a typesetter and are left out on purpose.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import typst

from amends.notices.letters.pdf import Document, stream_of, to_unicode

FACE: Final = "Libertinus Serif"
_RANGES: Final = ((0x20, 0x300), (0x370, 0x530), (0x1E00, 0x2000), (0x2010, 0x2040), (0x20A0, 0x20C0), (0x2116, 0x2123))
_LETTERS: Final = frozenset(
    {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs"}
)
_SETTING: Final = """#set page(width: auto, height: auto)
#set text(font: "%s", fallback: false, ligatures: false, kerning: false, features: ("calt": 0, "locl": 0, "ccmp": 0))
#for one in json(bytes(sys.inputs.characters)) { text(one) + linebreak() }
"""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """`glyph` of each code point (0 where there is none) and `width` of each glyph in thousandths of the size."""

    document: Document
    font: int
    glyph: np.ndarray[Any, Any]
    width: np.ndarray[Any, Any]


def fonts() -> typst.Fonts:
    """The fonts inside typst and no others, so that every machine sets the same pages."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


@cache
def glyphs() -> Glyphs:
    """The font of stamped lines with every character of `_RANGES` that it has."""
    wanted = [chr(code) for first, end in _RANGES for code in range(first, end) if _plain(chr(code))]
    made = typst.compile((_SETTING % FACE).encode(), font_paths=fonts(), sys_inputs={"characters": json.dumps(wanted)})
    document = Document(made)
    font = document.font_named("LibertinusSerif-Regular")
    glyph = np.zeros(0x110000, np.uint16)
    for code, text in to_unicode(stream_of(document, document.reference(font, "ToUnicode"))).items():
        if len(text) == 1 and code:
            glyph[ord(text)] = code
    return Glyphs(document, font, glyph, _widths(document, font))


def _plain(character: str) -> bool:
    return unicodedata.category(character) in _LETTERS and unicodedata.bidirectional(character) not in {"R", "AL"}


def _widths(document: Document, font: int) -> np.ndarray[Any, Any]:
    descendant = document.reference(font, "DescendantFonts")
    listed = re.search(rb"/W \[([^\]]*)\]", document.objects[descendant])
    found = np.zeros(1 << 16, np.float32)
    if listed:
        numbers = np.array(listed[1].split(), np.float64).reshape(-1, 3)
        for first, last, width in numbers:
            found[int(first) : int(last) + 1] = width
    return found
