"""How the functions of the text kernel are compiled: they own no memory, for every array belongs to the caller."""

from __future__ import annotations

from amends.scan.values.compiled import leaf

native = leaf
