"""The disclosure filter: words that no notice may have, looked for in every text before any is written.

What is withheld never stands in an error or a log: it is named by its place in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from amends.errors import AmendsError
from amends.notices.likeness import readings, says
from amends.notices.texts import fixed_words
from amends.notices.variants import Variant

_SHORTEST: Final = 12


class DisclosureError(AmendsError):
    """A text has words that it must not have."""


def require_silence(variants: Iterable[Variant], withheld: Sequence[str]) -> None:
    """Raise `DisclosureError` for the first text with withheld words, or with words of a block that its law prohibits.

    What makes no difference: see `likeness.says`.
    """
    for variant in variants:
        shown = f"{variant.text.subject}\n{variant.text.text}"
        require_withheld(f"variant {variant.name}", shown, withheld)
        require_removed(f"variant {variant.name}", shown, variant.facets.language, variant.content.removed)


def require_withheld(what: str, text: str, withheld: Sequence[str]) -> None:
    """Raise `DisclosureError` naming the entry of `withheld` that stands in a text, called `what` in the error."""
    said = readings(text) if withheld else ()
    for number, secret in enumerate(withheld, 1):
        if says(said, secret):
            raise DisclosureError(
                f"entry {number} of policy.withheld stands in {what}",
                where="notices",
                mend="change the template or the fact of the case that states it",
            )


def require_removed(what: str, text: str, language: str, removed: Iterable[str]) -> None:
    """Raise `DisclosureError` naming the first block of `removed` of which a text has words."""
    blocks = sorted(removed)
    said = readings(text) if blocks else ()
    for block in blocks:
        for words in fixed_words(language, block):
            if len(words) >= _SHORTEST and says(said, words):
                raise DisclosureError(f"{what} has words of block {block}, which its law prohibits", where="notices")
