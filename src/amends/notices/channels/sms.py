"""How long a text message is: its alphabet, its places and the parts in which it is sent.

Sources: 3GPP TS 23.038 (alphabets), TS 23.040 section 9.2.3.24 (parts of a long message).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from amends.facts import facts_of


@dataclass(frozen=True, slots=True)
class Length:
    """`alphabet` GSM-7 or UCS-2, `places` in septets or 16-bit units, and `parts`, the messages that carry the text."""

    alphabet: str
    places: int
    parts: int


def measure(text: str) -> Length:
    """The length of a text as a message.

    UCS-2 is taken when one character is in neither table of the default alphabet; then a character beyond the basic
    plane takes two places. No part ends between the two places of one character. An empty text takes one message.
    """
    found = _tables()
    widths = [found["widths"].get(character) for character in text]
    if None in widths:
        widths = [1 if ord(character) < 0x10000 else 2 for character in text]
        return _length("UCS-2", widths)
    return _length("GSM-7", widths)


def _length(alphabet: str, widths: list[Any]) -> Length:
    limits = _tables()["limits"][alphabet]
    total = sum(widths)
    if total <= limits["one"]:
        return Length(alphabet, total, 1)
    parts, used = 1, 0
    for width in widths:
        if used + width > limits["part"]:
            parts, used = parts + 1, 0
        used += width
    return Length(alphabet, total, parts)


@cache
def _tables() -> dict[str, Any]:
    raw = facts_of(__package__, "gsm_03_38.yaml")
    widths = dict.fromkeys(raw["alphabet"], 1) | dict.fromkeys(raw["extension"], 2)
    return {"widths": widths, "limits": raw["limits"]}
