"""The disclosure filter: words that no notice may have, looked for in every text before any is written.

What is withheld never stands in an error or a log: it is named by its place in the list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from amends.errors import AmendsError
from amends.notices.texts import fixed_words
from amends.notices.variants import Variant

_BREAKS: Final = re.compile(r"[^\w]+")
_SHORTEST: Final = 12


class DisclosureError(AmendsError):
    """A text has words that it must not have."""


def require_silence(variants: Iterable[Variant], withheld: Sequence[str]) -> None:
    """Raise `DisclosureError` for the first text with withheld words, or with words of a block that its law prohibits.

    Case, accents' form, spaces and punctuation make no difference.
    """
    secrets = [_plain(words) for words in withheld]
    for variant in variants:
        said = _plain(f"{variant.text.subject} {variant.text.text}")
        for number, secret in enumerate(secrets, 1):
            if secret.strip() and secret in said:
                raise DisclosureError(
                    f"entry {number} of policy.withheld stands in variant {variant.name}",
                    where="notices",
                    mend="change the template or the fact of the case that states it",
                )
        for block in variant.content.removed:
            for words in fixed_words(variant.facets.language, block):
                if len(words) >= _SHORTEST and _plain(words) in said:
                    raise DisclosureError(
                        f"variant {variant.name} has words of block {block}, which its law prohibits", where="notices"
                    )


def _plain(words: str) -> str:
    return f" {_BREAKS.sub(' ', unicodedata.normalize('NFKC', words).casefold()).strip()} "
